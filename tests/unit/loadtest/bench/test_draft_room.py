"""A draft as a load plays it."""

from __future__ import annotations

from loadtest.arrivals import Arrivals
from loadtest.bench.draft_room import open_draft, settings_of
from loadtest.bench.plan import QUICK
from loadtest.stage import Stage

BUFFER = memoryview(bytearray(65_536))


def test_whoever_is_on_the_clock_picks_until_it_is_over(load_stage: Stage) -> None:
    arrivals = Arrivals()
    room = open_draft(load_stage, QUICK, arrivals)
    assert len(room.places) == QUICK.draft_seats + QUICK.draft_watchers
    room.start()
    for _ in range(10_000):
        arrivals.drain(BUFFER, 0.01)
        if room.over:
            break
        if room.ready and (not room.sent or room.seen_by_all):
            room.pick()
    assert room.over
    assert room.faults == []
    assert len(room.sent) == QUICK.draft_seats * QUICK.draft_rounds
    room.forget()
    assert room.sent == {}
    arrivals.close()


def test_a_refused_pick_is_a_fault(load_stage: Stage) -> None:
    arrivals = Arrivals()
    room = open_draft(load_stage, QUICK, arrivals)
    room.start()
    room.start()
    for _ in range(10_000):
        arrivals.drain(BUFFER, 0.01)
        if room.faults:
            break
    assert len(room.faults) == 1
    assert '"code":"started"' in room.faults[0]
    assert settings_of(QUICK)["teams"] == QUICK.draft_seats
    arrivals.close()
