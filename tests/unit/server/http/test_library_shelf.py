"""Searching, ordering and paging."""

from __future__ import annotations

from typing import Any

import pytest

from server.http.library_shelf import Shelf, StoredItem, StoredProps, Wanted, page_of
from server.http.refusals import Refusal
from storage.libraries import ItemCounts

ITEMS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "i_a": (
        "formation",
        10,
        {"name": "4-3-3", "sport": "soccer", "players": 11, "tags": ["press"]},
    ),
    "i_b": ("drill", 30, {"name": "Rondo", "notes": "Keep the ball", "folder": "U17/Warm up"}),
    "i_c": ("set_piece", 20, {"name": "Corner", "sport": "soccer", "folder": "U17"}),
    "i_d": ("formation", 40, {"name": "old", "archived": True}),
    "i_e": ("formation", 20, {"name": "corner 2", "folder": "U171"}),
}


def stored(sort: Any, at: int, props: dict[str, Any]) -> StoredItem:
    return StoredItem(sort, at, StoredProps(content="{}", **props))


SHELF = Shelf({item_id: stored(*row) for item_id, row in ITEMS.items()})
COUNTS = {"i_b": ItemCounts(5, 0, 1), "i_c": ItemCounts(2, 9, 2)}


def ids(**wanted: Any) -> list[str]:
    cards, _ = page_of(SHELF, Wanted(**wanted), COUNTS, limit=100, cursor=None)
    return [card.id for card in cards]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["i_a", "i_c", "i_e", "i_b"]),
        ({"archived": True}, ["i_d"]),
        ({"text": "CORNER"}, ["i_c", "i_e"]),
        ({"text": "ball warm"}, ["i_b"]),
        ({"text": "press"}, ["i_a"]),
        ({"tag": " Press"}, ["i_a"]),
        ({"tag": "pre"}, []),
        ({"sport": "soccer"}, ["i_a", "i_c"]),
        ({"players": 11}, ["i_a"]),
        ({"sort": "drill"}, ["i_b"]),
        ({"folder": "U17"}, ["i_c", "i_b"]),
        ({"folder": "U17", "sport": "soccer"}, ["i_c"]),
        ({"order": "updated"}, ["i_b", "i_c", "i_e", "i_a"]),
        ({"order": "views"}, ["i_b", "i_c", "i_a", "i_e"]),
        ({"order": "opens"}, ["i_c", "i_a", "i_b", "i_e"]),
    ],
)
def test_LB45_a_list_is_what_fits_every_question(wanted: dict[str, Any], found: list[str]) -> None:
    assert ids(**wanted) == found


@pytest.mark.parametrize("order", ["name", "updated", "views", "opens"])
def test_LB46_pages_hold_every_item_once(order: Any) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        cards, cursor = page_of(SHELF, Wanted(order=order), COUNTS, limit=1, cursor=cursor)
        seen += [card.id for card in cards]
        if cursor is None:
            break
    assert seen == ids(order=order)


def test_LB46_a_page_goes_on_after_an_item_that_is_gone() -> None:
    _, cursor = page_of(SHELF, Wanted(), COUNTS, limit=1, cursor=None)
    left = {i: one for i, one in SHELF.items.items() if i != "i_a"}
    gone = Shelf(left, {"i_a": SHELF.items["i_a"].props})  # pyright: ignore[reportArgumentType] - has a name
    cards, _ = page_of(gone, Wanted(), COUNTS, limit=9, cursor=cursor)
    assert [card.id for card in cards] == ["i_c", "i_e", "i_b"]
    with pytest.raises(Refusal):
        page_of(Shelf(left), Wanted(), COUNTS, limit=9, cursor=cursor)
    with pytest.raises(Refusal):
        page_of(SHELF, Wanted(order="views"), COUNTS, limit=9, cursor=cursor)


def test_LB47_a_card_tells_counts_and_no_author() -> None:
    cards, _ = page_of(SHELF, Wanted(sort="set_piece"), COUNTS, limit=1, cursor=None)
    (card,) = cards
    assert (card.views, card.opens, card.last_at, card.updated_at) == (2, 9, 2, 20)
    assert not {"by", "author", "content"} & set(card.__struct_fields__)
