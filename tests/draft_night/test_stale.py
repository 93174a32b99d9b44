"""How long a clock was stale, on paper."""

from __future__ import annotations

import pytest

from tests.draft_night.stale import (
    Clock,
    Showing,
    Stretch,
    clock_of,
    staleness,
    truth,
    while_connected,
)
from tests.support.draft_audit import Entry, Plain

A, B, C = Clock(5, 30_000, "live"), Clock(6, 60_000, "live"), Clock(7, 90_000, "live")
END = Clock(0, 0, "ended")
TRUE = [Showing(1.0, A), Showing(5.0, B), Showing(9.0, C), Showing(12.0, END)]


def turn(deadline: int) -> Plain:
    return {"type": "turn.opened", "n": 1, "seat": 1, "deadline": deadline}


def test_the_truth_is_what_the_log_says_of_turn_deadline_and_phase() -> None:
    log = [
        Entry(1, 500, "ana", [{"type": "room.opened"}]),
        Entry(5, 1_000, "ana", [{"type": "draft.moved", "phase": "live"}, turn(30_000)]),
        Entry(6, 2_000, "ana", [{"type": "chat.said"}]),
        Entry(7, 3_000, "", [{"type": "clock.changed", "why": "outage", "deadline": 40_000}]),
        Entry(8, 4_000, "ana", [{"type": "draft.moved", "phase": "ended"}]),
    ]
    assert truth(log) == [
        Showing(1.0, Clock(5, 30_000, "live")),
        Showing(3.0, Clock(5, 40_000, "live")),
        Showing(4.0, END),
    ]


def test_a_paused_clock_has_no_deadline() -> None:
    assert clock_of({"turn": {"version": 5, "left": 9}, "phase": "paused"}) == (5, 0, "paused")
    assert clock_of({"turn": None, "phase": "ended"}) == END


def test_each_clock_is_late_by_so_much_and_untrue_meanwhile() -> None:
    shown = [Showing(1.1, A), Showing(5.5, B), Showing(9.25, C)]
    waiting = Showing(0.5, Clock(0, 0, "waiting"))
    found = staleness(TRUE, [waiting, *shown])
    assert found.delays == pytest.approx([0.1, 0.5, 0.25])
    assert [one.seconds for one in found.untrue] == pytest.approx([0.1, 0.5, 0.25])
    assert found.unknown == []


def test_who_was_away_for_two_turns_showed_an_untrue_clock_all_the_time() -> None:
    found = staleness(TRUE, [Showing(1.0, A), Showing(9.5, C)])
    assert found.delays == pytest.approx([0.0, 4.5, 0.5])
    assert found.untrue == [Stretch(1.0, 1.0), Stretch(5.0, 9.5)]


def test_what_is_never_shown_is_untrue_until_the_end() -> None:
    found = staleness(TRUE, [Showing(1.0, A)])
    assert found.delays == pytest.approx([0.0, 7.0, 3.0])
    assert found.untrue[-1] == Stretch(5.0, 12.0)


def test_a_clock_that_never_was_is_found() -> None:
    made_up = Clock(6, 61_000, "live")
    assert staleness(TRUE, [Showing(1.0, A), Showing(2.0, made_up)]).unknown == [made_up]


def test_what_somebody_knew_of_is_told_apart() -> None:
    stretch = Stretch(10.0, 20.0)
    assert while_connected(stretch, []) == 10.0
    assert while_connected(stretch, [Stretch(0.0, 5.0), Stretch(25.0, 30.0)]) == 10.0
    assert while_connected(stretch, [Stretch(12.0, 18.0)]) == 2.0
    assert while_connected(stretch, [Stretch(5.0, 13.0), Stretch(19.0, 30.0)]) == 6.0
    assert while_connected(stretch, [Stretch(5.0, 30.0)]) == 0.0
