"""What an error says, and what it keeps to itself."""

from __future__ import annotations

import pytest

from tests.support.served import NO_ROOM, member, serving
from tests.support.wire import JSON_NAME, MSGPACK_NAME


@pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])
@pytest.mark.parametrize("size", [10, 30_000])
async def test_MS6_an_error_names_place_and_type_but_never_repeats_what_was_sent(
    subprotocol: str, size: int
) -> None:
    canary = "canary" * (size // 6)
    async with serving() as served, member(served, subprotocol=subprotocol) as ann:
        ann.wire.say({"type": "presence", "room": canary, "key": "cursor", "value": None})
        error = await ann.wire.hear_type("error")
        assert error["code"] == "bad_message"
        assert len(error["detail"]) <= 200
        assert "canary" not in str(error)
        ann.wire.say({"type": "ping", "n": 7})
        assert (await ann.wire.hear_type("pong"))["n"] == 7


async def test_MS6_an_error_that_answers_a_message_carries_its_ref_and_room() -> None:
    async with serving() as served, member(served) as ann:
        ann.wire.say({"type": "join", "ref": 5, "room": NO_ROOM})
        error = await ann.wire.hear_type("error")
        assert (error["code"], error["ref"], error["room"]) == ("not_found", 5, NO_ROOM)
        assert not error.get("retry")
