"""Libraries for tests of pages: made over HTTP, with things in them that have pictures."""

from __future__ import annotations

from typing import Any

from tests.support.browser import Api, Guest, Person
from tests.support.full_board import full_document

PRESS = [
    {"x": -930, "y": 0, "number": 1, "role": "GK"},
    {"x": -500, "y": 500, "number": 2, "role": "RB"},
    {"x": -500, "y": -500, "number": 3, "role": "LB"},
    {"x": -100, "y": 0, "number": 9, "role": "ST"},
]


def new_library(api: Api, owner: Guest, name: str = "Under 15") -> str:
    """An empty library; returns its id."""
    return str(api.call("POST", "/rooms", {"kind": "library", "name": name}, owner)["id"])


def put_item(api: Api, owner: Guest, library: str, name: str, **more: Any) -> str:
    """A formation unless said otherwise; returns the item's id."""
    body = {
        "sort": "formation",
        "name": name,
        "sport": "soccer",
        "content": {"slots": PRESS},
        **more,
    }
    return str(api.call("POST", f"/libraries/{library}/items", body, owner)["id"])


def filled(api: Api, owner: Guest, name: str = "Under 15") -> str:
    """A library with a few things of every kind, in folders."""
    library = new_library(api, owner, name)
    put_item(api, owner, library, "Press high", tags=["press"], folder="Matches")
    put_item(api, owner, library, "Low block", tags=["defence"], folder="Matches/Away")
    document = full_document()
    put_item(
        api,
        owner,
        library,
        "Corner, near post",
        sort="set_piece",
        content=document,
        tags=["corner", "attack"],
        folder="Set pieces",
        notes="Seven blocks the keeper's way.",
    )
    put_item(api, owner, library, "Rondo", sort="drill", content=document, tags=["warm up"])
    put_item(api, owner, library, "Saturday", sort="board", content=document)
    return library


def library_link(api: Api, owner: Guest, library: str, role: str = "editor") -> str:
    """The address that lets somebody in with a role."""
    made = api.call("POST", f"/rooms/{library}/invitations", {"role": role}, owner)
    return f"{api.url}/library.html#{str(made['link']).partition('#')[2]}"


def items_of(api: Api, who: Guest, library: str) -> dict[str, Any]:
    """The library's items as the server tells them: the truth that pages are compared with."""
    view: dict[str, Any] = api.view(who, library)["items"]
    return view


async def open_library(person: Person, library: str, item: str | None = None) -> None:
    """Goes there, and waits until it is live."""
    more = f"&item={item}" if item else ""
    await person.page.goto(f"{person.url}/library.html#room={library}{more}")
    await person.is_live()
