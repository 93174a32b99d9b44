"""What the sweeper finds on an open connection."""

from __future__ import annotations

import pytest

from server.accounts.live_keys import new_key
from tests.support.access import key_of
from tests.support.fake_rooms import ROOM, Bench, close_code

ACCOUNT = "a_" + "A" * 22


@pytest.mark.parametrize("ends", [False, True])
def test_AX3_whoever_was_missed_when_it_ended_is_found_by_the_sweeper(ends: bool) -> None:
    bench = Bench()
    drawn = new_key()
    bench.access.keys.put(key_of(ACCOUNT, "rooms:read", drawn=drawn))
    identity = bench.access.keys.identify(drawn.text)
    assert identity is not None
    connection, transport = bench.welcome(ROOM, token=(drawn.text, identity))
    if ends:
        bench.access.keys.drop(drawn.id)  # and no listener is told
    connection.tick(bench.clock.monotonic())
    assert (connection not in bench.registry.opened) is ends
    if ends:
        assert close_code(transport.take()) == 3000
        assert bench.rooms.followers[ROOM].calls == ["revoke"]


def test_C8_before_hello_only_the_time_is_looked_at() -> None:
    bench = Bench()
    connection, transport = bench.open()
    connection.tick(bench.clock.monotonic())
    assert transport.take() == b""
    bench.clock.advance(5.0)
    connection.tick(bench.clock.monotonic())
    assert close_code(transport.take()) == 3008


def test_C16_a_reader_that_takes_nothing_is_let_go_after_its_time() -> None:
    bench = Bench()
    connection, transport = bench.welcome()
    transport.owed = 300_000
    connection.pause_writing()
    connection.session.heard = True
    bench.clock.advance(9.9)
    connection.tick(bench.clock.monotonic())
    assert bench.metrics.evictions == 0
    bench.clock.advance(0.1)
    connection.tick(bench.clock.monotonic())
    assert (close_code(transport.take()), bench.metrics.evictions) == (1013, 1)
