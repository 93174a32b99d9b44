"""The table of kinds."""

from server.rules.board import BOARD
from server.rules.catalogue import KINDS
from server.rules.draft.kind import DRAFT
from server.rules.library import LIBRARY


def test_every_kind_stands_under_its_own_name() -> None:
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}


def test_there_are_boards() -> None:
    assert KINDS["board"] is BOARD


def test_there_are_libraries() -> None:
    assert KINDS["library"] is LIBRARY


def test_there_are_drafts() -> None:
    assert KINDS["draft"] is DRAFT
