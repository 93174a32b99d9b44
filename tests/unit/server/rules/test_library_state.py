"""A library's state, its snapshot and its view."""

from __future__ import annotations

import msgspec

from server.rules.library_state import properties_of, restore, snapshot, view, written
from tests.support.libraries import FORMATION, add_item, delete_item, item_id, set_item
from tests.support.played_library import PlayedLibrary


def played() -> PlayedLibrary:
    library = PlayedLibrary()
    library.do(add_item(1, tags=["a"]), add_item(2), delete_item(2))
    library.do(set_item(1, name="B"), by="a_ben")
    return library


def test_LB1_the_view_says_who_wrote_what_and_no_client() -> None:
    shown = played().view()
    assert shown["items"] == {
        item_id(1): {
            "sort": "formation",
            "at": 1_004,
            "props": {"name": "B", "tags": ["a"], "content": FORMATION},
            "v": {"name": 4, "tags": 1, "content": 1},
            "by": {"name": "a_ben", "tags": "a_ann", "content": "a_ann"},
        }
    }
    assert shown["bytes"] == len(FORMATION)
    assert "client-of" not in str(shown)


def test_LB3_a_snapshot_gives_the_same_state() -> None:
    state = played().state
    again = restore(msgspec.json.decode(msgspec.json.encode(snapshot(state))))
    assert view(again) == view(state)
    assert again.items[item_id(1)].props["tags"] == ("a",)
    assert again.bytes == state.bytes


def test_LB4_what_is_not_spoken_of_is_not_written() -> None:
    assert written(properties_of({"notes": None, "name": "A"})) == [("name", "A"), ("notes", None)]
