"""What may be done with items, and what is refused how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol.library import CONTENT_BYTES_MAX, ITEMS_MAX, LIBRARY_BYTES_MAX
from server.rules.kind import Rejected
from tests.support.libraries import (
    BOARD,
    DOCUMENT,
    FORMATION,
    add_item,
    delete_item,
    item_id,
    rename_folder,
    restore_item,
    set_item,
)
from tests.support.played_library import PlayedLibrary

ONE = item_id(1)
LARGE = json.dumps({**BOARD, "notes": "n"}).ljust(CONTENT_BYTES_MAX)


def props(library: PlayedLibrary, number: int = 1) -> dict[str, Any]:
    return library.view()["items"][item_id(number)]["props"]


def test_LB15_an_item_is_added_with_name_and_content_under_an_id_of_its_own() -> None:
    library = PlayedLibrary()
    library.do(add_item(1, tags=["Press"]))
    assert props(library) == {"name": "Item 1", "tags": ["press"], "content": FORMATION}
    assert library.refused(add_item(1)) == Rejected("exists", {"id": ONE})
    for name in ("name", "content"):
        said = add_item(2)
        del said["props"][name]
        assert library.refused(said).detail["why"] == "required"
    library.do(delete_item(1))
    assert library.refused(add_item(1)).code == "exists"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("name", "  ", "text"),
        ("name", "a\u202eb", "text"),
        ("name", None, "required"),
        ("content", None, "required"),
        ("content", "{}", "content"),
        ("content", DOCUMENT, "content"),
        ("notes", "\u2028", "text"),
        ("tags", ["ok", " "], "text"),
        ("folder", "a//b", "text"),
        ("folder", "a/b/c/d", "text"),
        ("folder", "/a", "text"),
        ("folder", "n" * 41, "text"),
    ],
)
def test_LB9_a_value_that_cannot_be_kept_is_refused(name: str, value: Any, why: str) -> None:
    library = PlayedLibrary()
    library.do(add_item(1))
    refused = library.refused(set_item(1, **{name: value}))
    assert refused.code == "bad_property"
    assert refused.detail["id"] == ONE
    assert (refused.detail["property"], refused.detail["why"]) == (name, why)


def test_LB10_tags_are_kept_clean_in_lower_case_and_once() -> None:
    library = PlayedLibrary()
    library.do(add_item(1, tags=[" Press ", "press", "ÜBER", "Corner"]))
    assert props(library)["tags"] == ["press", "über", "corner"]


def test_LB11_a_folder_is_a_path_of_three_names_at_most() -> None:
    library = PlayedLibrary()
    library.do(add_item(1, folder=" U17 / Attack/Left "))
    assert props(library)["folder"] == "U17/Attack/Left"
    library.do(set_item(1, folder=None))
    assert props(library)["folder"] is None


def test_LB14_a_refused_content_says_where() -> None:
    library = PlayedLibrary()
    refused = library.refused(add_item(1, content='{"slots":[{"x":0,"y":2000}]}'))
    assert refused.detail["path"] == "$.slots[0].y"
    assert "1000" in refused.detail["fault"]


def test_LB16_what_is_not_there_says_why() -> None:
    library = PlayedLibrary()
    assert library.refused(set_item(1, name="A")) == Rejected("unknown_object", {"id": ONE})
    library.do(add_item(1), delete_item(1))
    gone = Rejected("deleted", {"id": ONE, "by": "a_ann", "version": 2})
    assert library.refused(set_item(1, name="A")) == gone
    assert library.refused(delete_item(1)) == gone


def test_LB16_setting_nothing_changes_nothing() -> None:
    library = PlayedLibrary()
    library.do(add_item(1))
    assert library.refused(set_item(1)) == Rejected("nothing_changes")


def test_LB17_different_properties_merge() -> None:
    library = PlayedLibrary("ask")
    made = library.do(add_item(1))
    library.do(set_item(1, name="Ann's"), by="a_ann", made=made)
    library.do(set_item(1, notes="Ben's"), by="a_ben", made=made)
    assert (props(library)["name"], props(library)["notes"]) == ("Ann's", "Ben's")


def test_LB17_ones_own_writes_and_equal_values_are_no_conflict() -> None:
    library = PlayedLibrary("ask")
    made = library.do(add_item(1))
    library.do(set_item(1, name="A"), set_item(1, name="B"), by="a_ann", made=made)
    library.do(set_item(1, name="B"), by="a_ben", made=made)


def test_LB18_the_latest_wins_and_the_loser_is_told() -> None:
    library = PlayedLibrary()
    made = library.do(add_item(1, content=FORMATION))
    library.do(set_item(1, name="Ann's", content=FORMATION + " "), by="a_ann", made=made)
    library.do(set_item(1, name="Ben's", content=FORMATION + "  "), by="a_ben", made=made)
    assert props(library)["name"] == "Ben's"
    (event,) = library.entries[-1]["events"]
    lost = {"id": ONE, "by": "a_ann", "version": 2}
    assert event["overrode"] == [
        {**lost, "property": "name", "value": "Ann's"},
        {**lost, "property": "content", "value": None},
    ]


def test_LB19_a_library_that_asks_gives_both_values_back() -> None:
    library = PlayedLibrary("ask")
    made = library.do(add_item(1))
    library.do(set_item(1, name="Ann's"), by="a_ann", made=made)
    refused = library.refused(set_item(1, name="Ben's"), by="a_ben", made=made)
    assert refused.code == "conflict"
    (one,) = refused.detail["conflicts"]
    assert (one["theirs"], one["mine"], one["by"], one["version"]) == ("Ann's", "Ben's", "a_ann", 2)
    refused = library.refused(delete_item(1), by="a_ben", made=made)
    assert refused.code == "conflict"


def test_LB20_a_deletion_tells_who_had_changed_it_unseen() -> None:
    library = PlayedLibrary()
    made = library.do(add_item(1))
    library.do(set_item(1, name="Ann's"), by="a_ann", made=made)
    library.do(delete_item(1), by="a_ben", made=made)
    (event,) = library.entries[-1]["events"]
    assert [one["value"] for one in event["overrode"]] == ["Ann's"]
    grave = {"sort": "formation", "name": "Ann's", "version": 3, "by": "a_ben", "at": 1_003}
    assert library.view()["deleted"] == {ONE: grave}


def test_LB21_a_rollback_brings_one_item_back_and_leaves_the_others() -> None:
    library = PlayedLibrary()
    library.do(add_item(1), add_item(2))
    before = props(library)
    library.do(set_item(1, name="New", notes="More"), set_item(2, name="Also"))
    library.do(restore_item(1, 2))
    assert {k: v for k, v in props(library).items() if v is not None} == before
    assert props(library, 2)["name"] == "Also"
    assert library.refused(restore_item(1, 2)) == Rejected("nothing_changes")


def test_LB22_a_deleted_item_comes_back() -> None:
    library = PlayedLibrary()
    version = library.do(add_item(1, tags=["a"]), set_item(1, name="Best"))
    before = props(library)
    library.do(delete_item(1))
    library.do(restore_item(1, version))
    assert props(library) == before
    assert library.view()["deleted"] == {}


def test_LB22_what_was_never_there_cannot_come_back() -> None:
    library = PlayedLibrary()
    library.do(add_item(1), add_item(2))
    assert library.refused(restore_item(2, 1)).code == "unknown_object"
    assert library.refused(restore_item(1, 3)).code == "unknown_version"
    assert library.refused(restore_item(1, 99)).code == "unknown_version"


def test_LB23_a_folder_is_renamed_with_all_that_is_in_it() -> None:
    library = PlayedLibrary()
    library.do(
        add_item(1, folder="a"), add_item(2, folder="a/b"), add_item(3, folder="ab"), add_item(4)
    )
    library.do(rename_folder("a", "x/y"))
    assert [props(library, n).get("folder") for n in (1, 2, 3, 4)] == ["x/y", "x/y/b", "ab", None]
    library.do(rename_folder("x/y", None))
    assert [props(library, n).get("folder") for n in (1, 2)] == [None, "b"]
    assert library.refused(rename_folder("a", "b")) == Rejected("nothing_changes")
    assert library.refused(rename_folder("b", "b")) == Rejected("nothing_changes")
    assert library.refused(rename_folder("b", "a//b")).code == "bad_property"


def test_LB23_a_folder_does_not_become_deeper_than_three() -> None:
    library = PlayedLibrary()
    library.do(add_item(1, folder="a/b"))
    assert library.refused(rename_folder("a", "x/y/z")).detail["why"] == "deep"


def test_LB24_settings() -> None:
    library = PlayedLibrary()
    said = {"type": "library.configure", "conflicts": "ask"}
    assert library.refused(said) == Rejected("forbidden")
    library.submit(said, role="owner")
    assert library.view()["settings"] == {"conflicts": "ask"}
    assert library.refused(said, role="owner") == Rejected("nothing_changes")


def test_LB8_a_library_has_so_many_items() -> None:
    library = PlayedLibrary()
    library.do(*(add_item(n) for n in range(ITEMS_MAX)))
    refused = library.refused(add_item(ITEMS_MAX))
    assert refused == Rejected("limit_reached", {"limit": "ITEMS_MAX", "max": ITEMS_MAX})


def test_LB8_contents_together_have_so_many_bytes() -> None:
    library = PlayedLibrary()
    most = LIBRARY_BYTES_MAX // CONTENT_BYTES_MAX
    library.do(*(add_item(n, "board", content=LARGE) for n in range(most)))
    assert library.view()["bytes"] == LIBRARY_BYTES_MAX
    limit = Rejected("limit_reached", {"limit": "LIBRARY_BYTES_MAX", "max": LIBRARY_BYTES_MAX})
    assert library.refused(add_item(most)) == limit
    library.do(delete_item(0), add_item(most), add_item(most + 1))
    assert library.refused(restore_item(0, 1)) == limit
    assert library.refused(set_item(most, content=FORMATION.ljust(CONTENT_BYTES_MAX))) == limit
    library.do(set_item(1, content=DOCUMENT))
