"""What members ask of a board: bounds of what can be said."""

from typing import Any

import msgspec
import pytest

from protocol.board import CHANGES_MAX, POINTS_MAX, PROPERTIES, TEXT_MAX
from protocol.board_commands import BoardCommand, SetProperties
from tests.support.boards import object_id
from tests.support.conflict_table import VALUES

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardCommand)


def decode(command: dict[str, Any]) -> Any:
    return _commands.decode(msgspec.json.encode(command))


def set_one(**values: Any) -> dict[str, Any]:
    return {"type": "objects.set", "changes": [{"id": object_id(1), "set": values}]}


@pytest.mark.parametrize("name", PROPERTIES)
def test_BD9_every_property_can_be_said_and_unsaid(name: str) -> None:
    for value in (*VALUES[name], None):
        said = set_one(**{name: value})
        decoded = decode(said)
        assert isinstance(decoded, SetProperties)
        assert msgspec.json.decode(msgspec.json.encode(decoded)) == said
        packed = msgspec.msgpack.encode(decoded)
        assert msgspec.msgpack.decode(packed, type=BoardCommand) == decoded


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", [1]),
        ("at", [1, 2, 3]),
        ("at", [0.5, 0]),
        ("at", [1_000_001, 0]),
        ("at", [0, -1_000_001]),
        ("number", -1),
        ("number", 100),
        ("number", True),
        ("number", "9"),
        ("name", "x" * 65),
        ("role", "x" * 17),
        ("side", "away team"),
        ("fill", "red"),
        ("ink", "#ABCDEF"),
        ("trim", "#12345"),
        ("facing", 360),
        ("scale", 24),
        ("points", []),
        ("points", [[0, 0]] * (POINTS_MAX + 1)),
        ("size", [99, 100]),
        ("shape", "star"),
        ("turn", -1),
        ("stroke", "curly"),
        ("width", 2_001),
        ("curve", 1),
        ("head", "none"),
        ("opacity", 4),
        ("text", ""),
        ("text", "x" * (TEXT_MAX + 1)),
        ("layer", 1_001),
        ("colour", "#ffffff"),
        ("ends", [object_id(1)]),
        ("ends", [object_id(1)] * 12),
        ("group", "g_short"),
        ("photo", "https://example.org/a.png"),
        ("photo", "data:image/svg+xml;base64,AAAA"),
        ("photo", "data:image/png;base64," + "A" * 8_171),
        ("rank", ""),
        ("rank", "a-b"),
        ("duration", 99),
        ("duration", 120_001),
        ("item", "ball"),
        ("easing", "bounce"),
    ],
)
def test_BD8_values_have_types_and_bounds(name: str, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(set_one(**{name: value}))


@pytest.mark.parametrize("object_id", ["", "o_short", "o_" + "x" * 42, "p_abcdefgh", "o_abcdefg!"])
def test_BD15_ids_have_one_form(object_id: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode({"type": "objects.delete", "ids": [object_id]})


@pytest.mark.parametrize(
    ("kind", "field", "item"),
    [
        ("objects.add", "objects", {"id": object_id(1), "sort": "ball", "props": {"at": [0, 0]}}),
        ("objects.set", "changes", {"id": object_id(1), "set": {"layer": 1}}),
        ("objects.delete", "ids", object_id(1)),
    ],
)
def test_BD8_a_command_touches_at_most_200_objects(kind: str, field: str, item: Any) -> None:
    decode({"type": kind, field: [item] * CHANGES_MAX})
    for wrong in ([], [item] * (CHANGES_MAX + 1)):
        with pytest.raises(msgspec.ValidationError):
            decode({"type": kind, field: wrong})


def test_unknown_fields_of_commands_are_errors() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode({"type": "redo", "twice": True})
