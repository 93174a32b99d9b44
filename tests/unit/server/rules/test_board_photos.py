"""Photos of a board together."""

import pytest

from protocol.board import PHOTO_MAX, PHOTOS_CHARACTERS_MAX
from tests.support.boards import ANN, OWNER, UNDO, PlayedBoard, add, delete, set_of, token

LIMIT = "server.rules.board_photos.PHOTOS_CHARACTERS_MAX"
HEAD = "data:image/png;base64,"


def photo(characters: int) -> str:
    return HEAD + "A" * (characters - len(HEAD))


def test_BD72_the_limit_holds_more_photos_than_two_squads_have() -> None:
    assert PHOTOS_CHARACTERS_MAX // PHOTO_MAX > 100


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> PlayedBoard:
    """Two tokens with photos of 50 characters each, where 100 may be."""
    monkeypatch.setattr(LIMIT, 100)
    played = PlayedBoard()
    played.do(OWNER, add(token(1, photo=photo(50)), token(2, photo=photo(50)), token(3)))
    return played


def test_BD72_more_is_refused_however_it_comes(board: PlayedBoard) -> None:
    refused = ("limit_reached", {"limit": "PHOTOS_CHARACTERS_MAX", "max": 100})
    new = token(4, photo=photo(23))
    for command in (
        add(new),
        set_of(3, photo=photo(23)),
        set_of(1, photo=photo(51)),
        {"type": "objects.put", "objects": [new]},
        {"type": "board.load", "objects": [new]},
    ):
        assert board.refusal(ANN, command) == refused


def test_BD72_as_much_or_less_is_taken(board: PlayedBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    board.do(ANN, set_of(1, photo=photo(40)))
    board.do(ANN, set_of(3, photo=None))
    monkeypatch.setattr(LIMIT, 60)
    board.do(ANN, set_of(1, photo=photo(30)))
    board.do(ANN, add(token(5)))


def test_BD72_undo_and_restore_bring_no_more_back(board: PlayedBoard) -> None:
    board.do(ANN, delete(1))
    board.do(OWNER, set_of(3, photo=photo(50)))
    assert board.refusal(ANN, UNDO)[0] == "limit_reached"
    board.do(OWNER, {"type": "history.restore", "version": 1})
    assert board.props(1)["photo"] == photo(50)
    assert board.props(3).get("photo") is None
