"""Commands as frames, and their answers."""

from __future__ import annotations

import msgspec
import pytest

from loadtest.pump import Broken
from loadtest.saying import Sayer
from protocol.identifiers import Position, Tag

ROOM = "r_" + "a" * 22
AT = Position("g" * 8, 7, Tag("t" * 22))


def sayer() -> Sayer:
    return Sayer(ROOM, AT, 3, lambda n: {"type": "chat.say", "text": f"n{n}"})


def said(frame: bytes) -> dict[str, object]:
    return msgspec.json.decode(frame[frame.index(b"{") :])


def test_a_command_is_made_at_the_newest_version_that_was_accepted() -> None:
    one = sayer()
    assert said(one.render(0)) == {
        "type": "submit",
        "room": ROOM,
        "seq": 3,
        "made": ["g" * 8, 7],
        "command": {"type": "chat.say", "text": "n0"},
    }
    answer = b'{"type":"accepted","room":"%b","done":[[3,9],[4,10]]}' % ROOM.encode()
    assert one.settle(answer) == 2
    assert one.versions == [9, 10]
    assert said(one.render(2))["made"] == ["g" * 8, 10]


def test_what_is_no_answer_counts_for_nothing_and_a_refusal_ends_it() -> None:
    one = sayer()
    assert one.settle(b'{"type":"entries","room":"x"}') == 0
    assert one.settle(b'{"type":"accepted","room":"r_%b","done":[[3,9]]}' % (b"b" * 22)) == 0
    refused = (
        b'{"type":"rejected","room":"%b","seq":3,"code":"forbidden","final":true}' % ROOM.encode()
    )
    with pytest.raises(Broken, match="forbidden"):
        one.settle(refused)
    with pytest.raises(Broken, match="closed"):
        one.settle(b'{"type":"closed","room":"%b","reason":"left"}' % ROOM.encode())
    assert one.versions == []
