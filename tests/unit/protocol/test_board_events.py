"""What has happened on a board: what is tolerated in the log, and what is left out."""

from typing import Any

import msgspec
import pytest

from protocol.board_commands import BoardCommand
from protocol.board_events import BoardEvent, BoardLocked, PropertiesSet
from tests.support.boards import object_id

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardCommand)
_events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(BoardEvent)


def decode(command: dict[str, Any]) -> Any:
    return _commands.decode(msgspec.json.encode(command))


def set_one(**values: Any) -> dict[str, Any]:
    return {"type": "objects.set", "changes": [{"id": object_id(1), "set": values}]}


def test_unknown_fields_of_events_are_tolerated() -> None:
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
