"""`touchline tail`: a room's events as they happen, one readable line per entry.

With a link it comes in as a guest, with a token as that member, both over the WebSocket; with
neither it asks at the operator's desk once a second.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import typer

from protocol.membership import NameField
from server.cli.asking import UrlOption, ask, run
from server.cli.desk import TIMEOUT, Desk, trusting
from server.cli.entry_text import entry_line
from server.cli.follow import Ended, follow
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import fail
from server.config import Settings
from server.hosts import own_origin
from server.http.guests import GuestRequest, TokenAnswer
from server.http.health import Config
from server.http.rooms import HistoryEntry

POLL_S = 1.0


class Link(NamedTuple):
    """A link to a room, taken apart."""

    origin: str
    room: str
    invite: str | None


RoomArgument = Annotated[
    str, typer.Argument(help="Id of the room, or a link to it as people are sent.")
]
TokenOption = Annotated[
    str | None, typer.Option("--token", help="Token of a member; - to read it from standard input.")
]
NameOption = Annotated[str, typer.Option("--name", help="Name to come in by, with a link.")]
LastOption = Annotated[
    int, typer.Option("--last", help="Earlier entries to show first, at the desk.", min=0)
]


def command(
    room: RoomArgument,
    *,
    token: TokenOption = None,
    name: NameOption = "touchline tail",
    last: LastOption = 10,
    url: UrlOption = None,
    data_dir: DataOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Follow a room: a line per entry, until Ctrl-C."""
    settings = settings_for(config, data_dir=data_dir, database=database)
    link = parse_link(room)
    if token == "-":  # noqa: S105 - a dash, no secret
        token = sys.stdin.readline().strip()
    if link is not None:
        run(_over_websocket(settings, link, token, name))
    elif token is not None:
        origin = url or own_origin(settings, "localhost")
        run(_over_websocket(settings, Link(origin, room, None), token, name))
    else:
        run(ask(_at_the_desk, settings, url, {"room": room, "last": last}))


def parse_link(text: str) -> Link | None:
    """A link as the page makes them: the room and the invitation stand in the fragment."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"}:
        return None
    named = parse_qs(parts.fragment)
    if "room" not in named:
        return None
    return Link(
        f"{parts.scheme}://{parts.netloc}", named["room"][0], named.get("invite", [None])[0]
    )


async def _over_websocket(settings: Settings, link: Link, token: str | None, name: str) -> None:
    trusted = trusting(settings, link.origin)
    try:
        async with httpx.AsyncClient(
            base_url=link.origin, timeout=TIMEOUT, verify=trusted or True
        ) as client:
            where = msgspec.json.decode(_body(await client.get("/config.json")), type=Config)
            if token is None:
                token = await _guest(client, name)
        async for line in follow(where.ws, token, link.room, link.invite, trusted=trusted):
            _say(line)
    except Ended as ended:
        fail(str(ended))


async def _guest(client: httpx.AsyncClient, name: str) -> str:
    body = msgspec.json.encode(GuestRequest(msgspec.convert(name, NameField)))
    headers = {"content-type": "application/json"}
    answer = await client.post("/auth/guest", content=body, headers=headers)
    return msgspec.json.decode(_body(answer), type=TokenAnswer).token


def _body(answer: httpx.Response) -> bytes:
    if answer.is_error:
        raise Ended(f"{answer.url}: {answer.status_code}")
    return answer.content


async def _at_the_desk(desk: Desk, room: str, last: int) -> None:
    """Asks for what is new, again and again; the newest entries come first in each answer."""
    seen: int | None = None
    while True:
        fresh: list[HistoryEntry] = []
        async for entry in desk.history(room):
            if (seen is None and len(fresh) == last) or (
                seen is not None and entry.version <= seen
            ):
                break
            fresh.append(entry)
        for entry in reversed(fresh):
            refused = entry.refused if isinstance(entry.refused, str) else None
            who = entry.name or entry.by
            _say(entry_line(entry.version, entry.at, who, entry.events, refused=refused))
        if fresh:
            seen = fresh[0].version
        elif seen is None:
            seen = (await desk.show(room)).room.version
        await asyncio.sleep(POLL_S)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
