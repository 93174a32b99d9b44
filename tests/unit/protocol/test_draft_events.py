"""Events of a draft, as logs hold them."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.draft import Player, Seat
from protocol.draft_events import DraftEvent, PlayersAdded, SeatChanged, TurnOpened


def test_events_are_tolerant_of_later_fields_and_leave_defaults_out() -> None:
    line = msgspec.json.encode(TurnOpened("pick", 1, 2, 5))
    assert line == b'{"type":"turn.opened","sort":"pick","n":1,"seat":2,"opened":5}'
    plain: dict[str, Any] = {**msgspec.json.decode(line), "later": 1}
    assert msgspec.convert(plain, DraftEvent) == TurnOpened("pick", 1, 2, 5)


def test_rows_and_teams_are_lists() -> None:
    added = PlayersAdded([Player("p1", "A", ("QB",))])
    assert msgspec.json.decode(msgspec.json.encode(added))["players"][0][:3] == ["p1", "A", ["QB"]]
    team = msgspec.json.decode(msgspec.json.encode(SeatChanged(1, Seat("A", ("a_1",)))))["team"]
    assert team[:3] == ["A", ["a_1"], False]
