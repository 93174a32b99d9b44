"""The words of a board: bounds of what can be said, and what is tolerated in the log."""

import types
from typing import Any, get_args

import msgspec
import pytest

from protocol import board
from protocol.board import (
    CHANGES_MAX,
    DRAG_MAX,
    OBJECTS_MAX,
    POINTS_MAX,
    PROPERTIES,
    SORTS,
    STEP_WEIGHT_MAX,
    TEXT_MAX,
    UNDO_WEIGHT_MAX,
    BoardSettings,
    PropertyName,
)
from protocol.board_commands import BoardCommand, SetProperties
from protocol.board_events import BoardEvent, BoardLocked, PropertiesSet
from protocol.board_presence import BoardPresence
from server.rules.board_undo import OBJECT_WEIGHT
from tests.support.boards import object_id
from tests.support.conflict_table import VALUES

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardCommand)
_events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardEvent)
_presence: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardPresence)


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


def test_unknown_fields_of_commands_are_errors_and_of_events_are_tolerated() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode({"type": "redo", "twice": True})
    event = _events.decode(b'{"type":"board.locked","on":true,"until":5}')
    assert event == BoardLocked(on=True)


def test_a_property_that_the_rules_do_not_know_is_not_dropped_from_the_log() -> None:
    with pytest.raises(msgspec.ValidationError):
        _events.decode(
            msgspec.json.encode(
                {
                    "type": "objects.set",
                    "changes": [{"id": object_id(1), "set": {"shadow": True}}],
                }
            )
        )


def test_what_an_event_does_not_need_to_say_is_left_out() -> None:
    command = decode(set_one(at=[1, 2]))
    assert msgspec.json.encode(PropertiesSet(command.changes)) == msgspec.json.encode(
        set_one(at=[1, 2])
    )


def test_the_tables_speak_of_the_same_properties() -> None:
    assert get_args(PropertyName) == PROPERTIES
    told = {name for rules in SORTS.values() for name in rules.required + rules.optional}
    assert told == set(PROPERTIES)
    for rules in SORTS.values():
        assert rules.required
        assert not set(rules.required) & set(rules.optional)


def test_BD8_limits_stand_in_relation() -> None:
    # Any one command can be taken back: the heaviest deletes objects with all points of a board.
    most = max(len(rules.required + rules.optional) for rules in SORTS.values())
    assert most <= OBJECT_WEIGHT
    assert CHANGES_MAX * OBJECT_WEIGHT + board.BOARD_POINTS_MAX <= STEP_WEIGHT_MAX
    # A deletion may take everything along (BD50), and is a step all the same.
    assert OBJECTS_MAX * OBJECT_WEIGHT + board.BOARD_POINTS_MAX <= UNDO_WEIGHT_MAX
    assert STEP_WEIGHT_MAX <= UNDO_WEIGHT_MAX
    assert POINTS_MAX <= board.BOARD_POINTS_MAX


def test_commands_events_and_presence_have_tags_of_their_own() -> None:
    for union in (BoardCommand, BoardEvent, BoardPresence):
        assert isinstance(union, types.UnionType)
        tags = [one.__struct_config__.tag for one in get_args(union)]
        assert len(set(tags)) == len(tags)


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


def test_BD44_settings_have_defaults_for_everything() -> None:
    assert msgspec.json.encode(BoardSettings()) == b"{}"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"sport": "chess"}, BoardSettings)
