"""The words of a board: limits, properties, settings."""

import types
from typing import get_args

import msgspec
import pytest

from protocol import board
from protocol.board import (
    CHANGES_MAX,
    OBJECTS_MAX,
    POINTS_MAX,
    PROPERTIES,
    SORTS,
    STEP_WEIGHT_MAX,
    UNDO_WEIGHT_MAX,
    BoardSettings,
    PropertyName,
)
from protocol.board_commands import BoardCommand
from protocol.board_events import BoardEvent
from protocol.board_presence import BoardPresence
from server.rules.board_undo import OBJECT_WEIGHT


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


def test_BD44_settings_have_defaults_for_everything() -> None:
    assert msgspec.json.encode(BoardSettings()) == b"{}"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"sport": "chess"}, BoardSettings)
