"""Presence at its rate."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.support.fake_rooms import OTHER, ROOM, Bench, close_code, say


def presence(key: str, room: str = ROOM) -> dict[str, object]:
    return {"type": "presence", "room": room, "key": key, "value": None}


@pytest.fixture
def bench() -> Bench:
    return Bench(presence_rate_per_s=1.0)


def test_MS11_what_is_within_the_rate_goes_at_once(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM)
    say(connection, presence("cursor"))
    say(connection, presence("cursor", OTHER))
    assert bench.rooms.followers[ROOM].calls == ["presence cursor"]
    assert bench.later == []


def test_MS11_one_timer_waits_for_all_that_is_held(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM)
    for key in ("cursor", "drag", "hold"):
        say(connection, presence(key))
    assert len(bench.later) == 1
    for expected in ("drag", "hold"):
        bench.clock.advance(1.0)
        bench.run_later()
        assert bench.rooms.followers[ROOM].calls[-1] == f"presence {expected}"
    assert bench.later == []


def test_MS11_nothing_is_passed_on_once_the_connection_has_ended(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM)
    for key in ("cursor", "drag"):
        say(connection, presence(key))
    connection.connection_lost(None)
    bench.clock.advance(1.0)
    bench.run_later()
    assert bench.rooms.followers[ROOM].calls == ["presence cursor", "leave"]


def test_C9_presence_after_the_tokens_end_closes() -> None:
    bench = Bench()
    connection, transport = bench.welcome(ROOM)
    bench.clock.advance(3_600.0)
    say(connection, presence("cursor"))
    assert close_code(transport.take()) == 3000


def test_C19_a_bug_when_its_turn_has_come_ends_the_connection_alone(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    for key in ("cursor", "drag"):
        say(connection, presence(key))

    def planted(name: str) -> None:
        if name.startswith("presence"):
            raise ZeroDivisionError("planted")

    bench.rooms.followers[ROOM].on_call = planted
    bench.clock.advance(1.0)
    with capture_logs():
        bench.run_later()
    assert close_code(transport.take()) == 1011
