"""Ids that follow from the source, and the file that a server takes."""

import msgspec

from protocol.board import BoardSettings, stop_id
from protocol.board_document import read_document, write_document
from server.readers.board_parts import BoardParts, document, new, object_id, within


def test_RD15_ids_follow_from_source_and_key_and_fit_the_pattern() -> None:
    one = object_id("seed", "a")
    assert one == object_id("seed", "a")
    assert len({one, object_id("seed", "b"), object_id("other", "a")}) == 3
    assert len(stop_id(one, one)) <= 43


def test_RD15_properties_that_are_none_are_not_written() -> None:
    token = new(object_id("s", "a"), "token", at=(1, 2), number=None, name="Ada")
    assert msgspec.to_builtins(token.props) == {"at": (1, 2), "name": "Ada"}


def test_RD15_a_place_is_brought_within_reach() -> None:
    assert within((10, -99), 5, 50) == (5, -50)


def test_RD19_the_file_is_a_document_that_boards_are_imported_from() -> None:
    token = new(object_id("s", "a"), "token", at=(1, 2))
    parts = BoardParts(BoardSettings(), (token,), "n", "s", "Derby", {})
    made = document(parts)
    assert (made.name, made.notes, made.source, made.objects) == ("Derby", "n", "s", [token])
    assert read_document(write_document(made)) == made
    assert document(parts, "Mine").name == "Mine"
