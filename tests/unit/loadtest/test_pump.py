"""Pumps keep their window, receivers count every byte; the relay is the server."""

from __future__ import annotations

import pytest

from loadtest.connection import Connection
from loadtest.pump import Broken, Meter, Pump, Receivers
from loadtest.relay import SUBPROTOCOL
from loadtest.swarm import Swarm
from loadtest.wire import CLOSE, PING, client_frame


class Said:
    """Five bytes, answered by themselves."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def render(self, n: int) -> bytes:
        return client_frame(self.name + b"%04d" % n)

    def settle(self, payload: bytes) -> int:
        return int(payload.startswith(self.name))


class Plain:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ready(self) -> None:
        self.connection.receive()


def connected(port: int, count: int) -> list[Connection]:
    swarm = Swarm()
    plain = [Plain(Connection(port, SUBPROTOCOL)) for _ in range(count)]
    for one in plain:
        swarm.add(one)
    assert swarm.run(lambda: all(one.connection.upgraded for one in plain), limit_s=10.0)
    for one in plain:
        swarm.release(one)
    swarm.close()
    return [one.connection for one in plain]


def test_what_is_pumped_reaches_every_receiver_once(relay_port: int) -> None:
    connections = connected(relay_port, 5)
    pumps = [
        Pump(c, Said(name), window=3) for c, name in zip(connections, (b"a", b"b"), strict=False)
    ]
    pumps[0].kept = []
    receivers = Receivers(connections[2:], kept=[0])
    meter = Meter(pumps, receivers)
    meter.run(0.05)
    assert all(0 <= pump.in_flight <= 3 for pump in pumps)
    meter.settle(limit_s=10.0)
    meter.quiet(quiet_s=0.05, limit_s=10.0)
    sent = sum(pump.sent for pump in pumps)
    assert sent > 6
    assert [pump.settled for pump in pumps] == [pump.sent for pump in pumps]
    assert [len(pump.latencies) for pump in pumps] == [pump.sent for pump in pumps]
    assert len(pumps[0].kept) == sent
    assert receivers.counts() == [sent * 7] * 3
    assert sum(len(data) for _, data in receivers.streams[0]) == sent * 7
    receivers.keep_all()
    meter.run(0.0)
    meter.settle(limit_s=10.0)
    meter.quiet(quiet_s=0.05, limit_s=10.0)
    assert all(receivers.streams[place] for place in range(3))
    meter.close()
    receivers.close()
    for connection in connections:
        connection.abandon()


def test_without_receivers_a_meter_waits_for_its_pumps(relay_port: int) -> None:
    (connection,) = connected(relay_port, 1)
    pump = Pump(connection, Said(b"c"), window=0)
    meter = Meter([pump])
    meter.run(0.01)
    assert pump.sent == 0
    pump.fill(0.0, more=2)
    meter.settle(limit_s=10.0)
    assert pump.settled == 2
    connection.abandon()
    meter.close()


def test_the_limits_are_kept(relay_port: int) -> None:
    (connection,) = connected(relay_port, 1)
    pump = Pump(connection, Said(b"d"), window=1)
    pump.sent = 1  # never really sent, so never answered
    meter = Meter([pump])
    with pytest.raises(Broken, match="not answered"):
        meter.settle(limit_s=0.0)
    with pytest.raises(Broken, match="silent"):
        meter.quiet(quiet_s=1.0, limit_s=0.0)
    connection.abandon()


@pytest.mark.parametrize("ending", ["sender", "receiver"])
def test_whoever_is_disconnected_breaks_the_measurement(relay_port: int, ending: str) -> None:
    sender, receiver = connected(relay_port, 2)
    # Half a close: the relay answers with a whole one.
    (sender if ending == "sender" else receiver).send_frames(
        client_frame(b"\x03\xe8", opcode=CLOSE)
    )
    receivers = Receivers([receiver])
    meter = Meter([Pump(sender, Said(b"e"), window=0)], receivers)
    with pytest.raises(Broken):
        meter.run(10.0)
    receivers.close()
    meter.close()
    sender.abandon()
    receiver.abandon()


def test_pings_are_answered_while_it_pumps(relay_port: int) -> None:
    """The library answers a client's ping; ours answers the server's: fed by hand, as the relay
    sends none."""
    (connection,) = connected(relay_port, 1)
    pump = Pump(connection, Said(b"f"), window=0)
    assert pump.take(bytes((PING, 1)) + b"x", 0.0) == 0
    assert pump.take(b"\x81\x05f0000", 0.0) == 1
    with pytest.raises(Broken, match="1000"):
        pump.take(bytes((CLOSE, 2)) + b"\x03\xe8", 0.0)
    connection.abandon()
