"""A connection against the plain relay: upgrade, whole messages both ways, every way of ending."""

from __future__ import annotations

import socket

import pytest

from loadtest.connection import LOOPBACK, Connection
from loadtest.processes import free_port
from loadtest.relay import SUBPROTOCOL
from loadtest.swarm import Swarm
from loadtest.wire import PING, WireError


class One:
    """A participant that keeps what it hears."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.heard: list[bytes] = []

    def ready(self) -> None:
        self.heard += self.connection.receive()


@pytest.fixture
def one(relay_port: int) -> One:
    return One(Connection(relay_port, SUBPROTOCOL))


def test_what_is_said_before_the_upgrade_waits_for_it(one: One) -> None:
    swarm = Swarm()
    one.connection.send([b"first", b"x" * 300_000])
    swarm.add(one)
    assert swarm.run(lambda: len(one.heard) == 2, limit_s=10.0)
    assert [len(payload) for payload in one.heard] == [5, 300_000]
    assert one.connection.bytes_received > 300_000
    swarm.close()
    assert one.connection.closed
    assert one.connection.close_code == 1006


def test_a_large_message_leaves_as_the_socket_takes_it(one: One) -> None:
    swarm = Swarm()
    swarm.add(one)
    assert swarm.run(lambda: one.connection.upgraded, limit_s=10.0)
    sizes = tuple(range(900_000, 900_012))
    for size in sizes:
        one.connection.send([b"y" * size])
    assert one.connection.wants_to_write
    swarm.touch(one)
    assert swarm.run(lambda: len(one.heard) == len(sizes), limit_s=10.0)
    assert tuple(len(payload) for payload in one.heard) == sizes
    swarm.close()


def test_nobody_there_is_an_end_without_a_close_frame() -> None:
    one = One(Connection(free_port(), SUBPROTOCOL))
    swarm = Swarm()
    swarm.add(one)
    assert swarm.run(lambda: one.connection.closed, limit_s=10.0)
    assert one.connection.close_code == 1006
    one.connection.send([b"into nothing"])
    assert not one.connection.wants_to_write
    swarm.close()


def _answering(answer: bytes) -> tuple[One, Swarm, socket.socket]:
    """A listener that answers whatever it is asked with these bytes, and then ends."""
    listener = socket.create_server((LOOPBACK, 0))
    one = One(Connection(listener.getsockname()[1], SUBPROTOCOL))
    swarm = Swarm()
    swarm.add(one)
    swarm.run(lambda: not one.connection.wants_to_write, limit_s=10.0)
    peer, _ = listener.accept()
    listener.close()
    peer.sendall(answer)
    return one, swarm, peer


def test_an_answer_that_is_no_upgrade_is_an_error() -> None:
    one, swarm, peer = _answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(WireError, match="status 403"):
        swarm.run(lambda: one.connection.closed, limit_s=10.0)
    one.connection.abandon()
    peer.close()
    swarm.close()


def test_an_answer_that_never_ends_is_an_error() -> None:
    one, swarm, peer = _answering(b"HTTP/1.1 101 Maybe\r\n" + b"X: y\r\n" * 4_000)
    with pytest.raises(WireError, match="does not end"):
        swarm.run(lambda: one.connection.closed, limit_s=10.0)
    one.connection.abandon()
    peer.close()
    swarm.close()


def test_the_other_end_may_just_go() -> None:
    one, swarm, peer = _answering(b"")
    peer.close()
    assert swarm.run(lambda: one.connection.closed, limit_s=10.0)
    assert one.connection.close_code == 1006
    swarm.close()


def test_pings_are_answered_and_closes_are_read(one: One) -> None:
    one.connection.upgraded = True
    heard = one.connection.parse(
        bytes((PING, 2))
        + b"hi"
        + bytes((0x8A, 0))
        + b"\x81\x01a"
        + b"\x88\x04\x10\x19ab"
        + b"\x81\x01b"
    )
    assert heard == [b"a"]
    assert (one.connection.close_code, one.connection.close_reason) == (4121, "ab")
