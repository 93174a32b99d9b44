"""What events do."""

from __future__ import annotations

from protocol.library import GRAVES_MAX, LibraryEvent
from server.rules.library import LIBRARY
from server.rules.library_apply import APPLIERS
from tests.contracts.room_kind_contract import structs_of
from tests.support.libraries import (
    FORMATION,
    add_item,
    delete_item,
    item_id,
    rename_folder,
    restore_item,
    set_item,
)
from tests.support.played_library import PlayedLibrary


def test_LB30_every_event_has_its_effect() -> None:
    assert set(APPLIERS) == set(structs_of(LibraryEvent)) == set(structs_of(LIBRARY.event))


def test_LB31_the_sum_of_contents_follows_every_change() -> None:
    library = PlayedLibrary()
    assert library.do(add_item(1), add_item(2), set_item(1, content=FORMATION + "   ")) == 3
    assert library.state.bytes == 2 * len(FORMATION) + 3
    library.do(delete_item(2))
    assert library.state.bytes == len(FORMATION) + 3
    library.do(restore_item(2, 2), restore_item(1, 2))
    assert library.state.bytes == 2 * len(FORMATION)


def test_LB32_the_oldest_deletions_are_forgotten_and_can_still_be_taken_back() -> None:
    library = PlayedLibrary()
    for n in range(GRAVES_MAX + 1):
        library.do(add_item(n), delete_item(n))
    assert len(library.state.graves) == GRAVES_MAX
    assert item_id(0) not in library.state.graves
    library.do(restore_item(0, 1))
    assert list(library.state.items) == [item_id(0)]


def test_LB33_a_restored_item_that_is_there_stays_in_its_place() -> None:
    library = PlayedLibrary()
    library.do(add_item(1), add_item(2), set_item(1, name="New"), restore_item(1, 2))
    assert list(library.state.items) == [item_id(1), item_id(2)]
    library.do(delete_item(1), restore_item(1, 2))
    assert list(library.state.items) == [item_id(2), item_id(1)]


def test_LB34_a_renamed_folder_is_a_change_of_each_item() -> None:
    library = PlayedLibrary()
    library.do(add_item(1, folder="a"), add_item(2))
    library.do(rename_folder("a", "b"), by="a_ben")
    one, two = library.view()["items"].values()
    assert (one["v"]["folder"], one["by"]["folder"], one["at"]) == (3, "a_ben", 1_003)
    assert two["at"] == 1_002
