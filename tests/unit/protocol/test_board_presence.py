"""What members of a board tell each other in passing."""

from typing import Any

import msgspec
import pytest

from protocol.board import DRAG_MAX
from protocol.board_presence import BoardPresence
from tests.support.boards import object_id

_presence: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardPresence)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "cursor", "at": [1, -2]},
        {"type": "drag", "objects": [[object_id(1), 3, 4]]},
        {"type": "hold", "ids": [object_id(1)]},
        {"type": "select", "ids": []},
        {"type": "drag", "objects": [[object_id(1), 3, 4]], "phase": object_id(2)},
        {"type": "laser", "points": [[1, 2], [3, 4]]},
        {"type": "view", "at": [1, 2], "zoom": 1_000, "phase": object_id(2), "ms": 700},
        {"type": "gather", "at": [1, 2], "zoom": 1_000, "n": 1_700_000_000_000},
    ],
)
def test_BD47_BD63_presence_has_seven_words(value: dict[str, Any]) -> None:
    decoded = _presence.decode(msgspec.json.encode(value))
    assert msgspec.json.decode(msgspec.json.encode(decoded)) == value
    with pytest.raises(msgspec.ValidationError):
        _presence.decode(msgspec.json.encode({**value, "more": 1}))


@pytest.mark.parametrize(("kind", "field"), [("hold", "ids"), ("select", "ids")])
def test_BD47_presence_names_at_most_50_objects(kind: str, field: str) -> None:
    most = {"type": kind, field: [object_id(1)] * DRAG_MAX}
    _presence.decode(msgspec.json.encode(most))
    most[field] = [object_id(1)] * (DRAG_MAX + 1)
    with pytest.raises(msgspec.ValidationError):
        _presence.decode(msgspec.json.encode(most))


def test_BD47_a_drag_names_at_most_50_objects_and_fits_into_presence() -> None:
    place = ["o_" + "x" * 16, -100_000, -100_000]  # ids as our clients make them, or shorter
    most = {"type": "drag", "objects": [place] * DRAG_MAX}
    assert len(msgspec.json.encode(most)) <= 2_048
    with pytest.raises(msgspec.ValidationError):
        _presence.decode(msgspec.json.encode({**most, "objects": [place] * (DRAG_MAX + 1)}))
