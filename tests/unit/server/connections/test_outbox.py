"""What waits for a slow reader, and when it is too slow."""

from __future__ import annotations

import socket
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from server.connections.outbox import REPLIES_BYTES_MAX, Outbox, bytes_owed
from tests.support.fake_rooms import FakeTransport


def test_MS16_replies_go_out_whole_in_order_and_once() -> None:
    outbox = Outbox(0.0)
    for frames in (b"a", b"bc", b"d"):
        outbox.add(frames)
    assert outbox.bytes_waiting == 4
    assert outbox.take() == b"abcd"
    assert outbox.take() == b""
    assert outbox.bytes_waiting == 0


def test_MS17_it_is_full_above_its_limit() -> None:
    outbox = Outbox(0.0)
    outbox.add(bytes(REPLIES_BYTES_MAX))
    assert not outbox.is_full
    outbox.add(b"x")
    assert outbox.is_full
    outbox.take()
    assert not outbox.is_full


def test_C16_slow_is_who_takes_nothing_for_the_limit() -> None:
    outbox = Outbox(100.0)
    assert not outbox.is_slow(900, 105.0, 10.0)
    assert not outbox.is_slow(900, 109.9, 10.0)
    assert outbox.is_slow(900, 110.0, 10.0)


def test_C16_the_least_progress_is_progress() -> None:
    outbox = Outbox(0.0)
    owed = 900
    for second in range(0, 100, 9):
        owed -= 1
        assert not outbox.is_slow(owed, float(second), 10.0)
    assert outbox.is_slow(owed, 109.0, 10.0)


def test_C16_more_to_take_is_no_progress_and_no_fault() -> None:
    outbox = Outbox(0.0)
    assert not outbox.is_slow(900, 5.0, 10.0)
    assert not outbox.is_slow(950, 6.0, 10.0)
    assert not outbox.is_slow(940, 9.0, 10.0)
    assert not outbox.is_slow(940, 18.9, 10.0)
    assert outbox.is_slow(940, 19.0, 10.0)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(-50, 50)), max_size=60))
def test_C16_slow_means_exactly_no_decrease_within_the_limit(steps: list[tuple[int, int]]) -> None:
    outbox, now, owed = Outbox(0.0), 0, 1_000
    outbox.is_slow(owed, 0.0, 10.0)
    last_decrease = 0
    for passed, change in steps:
        now += passed
        owed += change
        if change < 0:
            last_decrease = now
        assert outbox.is_slow(owed, float(now), 10.0) == (now - last_decrease >= 10)


class _Transport(FakeTransport):
    """A fake transport around a real socket."""

    def __init__(self, sock: Any) -> None:
        super().__init__()
        self.owed = 7
        self._sock = sock

    def get_extra_info(self, name: str) -> Any:
        return self._sock


def test_C16_what_the_kernel_holds_is_owed_too() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    ours = socket.create_connection(listening.getsockname())
    theirs, _ = listening.accept()
    transport = cast("Any", _Transport(ours))
    try:
        ours.settimeout(0)
        sent = 0
        while True:
            try:
                sent += ours.send(bytes(65_536))
            except BlockingIOError:
                break
        owed = bytes_owed(transport)
        assert 7 < owed <= 7 + sent
    finally:
        for one in (ours, theirs, listening):
            one.close()
    assert bytes_owed(transport) == 7


def test_what_is_no_tcp_socket_owes_what_the_transport_holds(tmp_path: Any) -> None:
    with (tmp_path / "file").open("wb") as file:
        assert bytes_owed(cast("Any", _Transport(file))) == 7
