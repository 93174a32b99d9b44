"""One connection without a socket: the orders of events that a real one brings about rarely."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from protocol.codes import CloseCode
from protocol.errors import MalformedMessage
from protocol.framing import frame
from protocol.server_messages import Notice, Pong
from server.connections.outbox import REPLIES_BYTES_MAX
from tests.support.fake_rooms import (
    OTHER,
    ROOM,
    Bench,
    FakeFollower,
    FakeTransport,
    close_code,
    heard,
    say,
)
from tests.support.wire import CLOSE, MSGPACK_NAME, PING, TEXT, frame_out, request


def submit(seq: int, room: str = ROOM) -> dict[str, object]:
    made = ["0" * 16, 1]
    return {"type": "submit", "room": room, "seq": seq, "made": made, "command": {}}


def presence(key: str = "cursor") -> dict[str, object]:
    return {"type": "presence", "room": ROOM, "key": key, "value": None}


@pytest.fixture
def bench() -> Bench:
    return Bench()


# --- the transport --------------------------------------------------------------------------------


def test_a_connection_sets_the_limits_of_its_transport(bench: Bench) -> None:
    connection, transport = bench.connect()
    assert transport.limits == (262_144, 65_536)
    assert connection.address == "192.0.2.7"


def test_a_transport_without_an_address_has_none(bench: Bench) -> None:
    transport = FakeTransport()
    transport.get_extra_info = lambda name: None
    connection, _ = bench.connect(transport)
    assert connection.address == ""


def test_S15_a_socket_too_many_is_cut_off_at_once() -> None:
    bench = Bench(connections_max=0)
    for _ in range(2_000):
        bench.connect()
    connection, transport = bench.connect()
    assert transport.aborted
    connection.data_received(b"GET")
    connection.connection_lost(None)
    assert len(bench.registry.sockets) == 2_000


def test_what_the_peer_says_reaches_its_room(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM, OTHER)
    say(connection, submit(1))
    say(connection, submit(2, OTHER))
    say(connection, presence())
    assert bench.rooms.followers[ROOM].calls == ["submit 1", "presence cursor"]
    assert bench.rooms.followers[OTHER].calls == ["submit 2"]
    assert bench.metrics.received_messages == 4


@pytest.mark.parametrize("way", ["eof", "lost", "close", "peer closes", "broken frame", "abort"])
def test_every_way_out_leaves_every_room_once(bench: Bench, way: str) -> None:
    connection, transport = bench.welcome(ROOM, OTHER)
    match way:
        case "eof":
            assert not connection.eof_received()
        case "lost":
            connection.connection_lost(None)
        case "close":
            connection.close(CloseCode.RESTART, "restart")
        case "peer closes":
            connection.data_received(frame_out(CLOSE, b"\x03\xe8"))
        case "broken frame":
            connection.data_received(frame_out(TEXT, b"", rsv=4))
        case _:
            connection.abort()
            assert transport.aborted
    connection.connection_lost(None)
    for follower in bench.rooms.followers.values():
        assert follower.calls == ["leave"]
    assert not bench.registry.sockets
    assert not bench.registry.opened
    assert sum(bench.metrics.closes.values()) == 1
    transport.take()
    connection.say(Pong(1, 2))
    connection.close(CloseCode.RESTART, "restart")
    assert transport.take() == b""


def test_a_lost_connection_counts_as_closed_without_a_close_frame(bench: Bench) -> None:
    connection, _ = bench.welcome()
    connection.connection_lost(ConnectionResetError())
    assert bench.metrics.closes == {1006: 1}


def test_a_write_to_a_closed_transport_ends_the_connection(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    transport.broken = True
    connection.say(Pong(1, 2))
    assert bench.rooms.followers[ROOM].calls == ["leave"]
    connection.say(Pong(1, 2))


def test_nothing_is_written_to_a_closing_transport(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    transport.closed = True
    connection.say(Pong(1, 2))
    connection.close(CloseCode.RESTART, "restart")
    assert transport.take() == b""


def test_HS7_after_our_close_the_peers_answer_ends_the_socket(bench: Bench) -> None:
    connection, transport = bench.welcome()
    connection.data_received(frame_out(TEXT, b'{"type":"ping","n":1}')[:9])
    connection.close(CloseCode.RESTART, "restart")
    assert close_code(transport.take()) == 1012
    # the rest of the message that had begun, and the answer to the close
    connection.data_received(frame_out(TEXT, b'{"type":"ping","n":1}')[9:])
    assert not transport.closed
    connection.data_received(frame_out(CLOSE, b"\x03\xf4"))
    assert transport.closed
    assert transport.take() == b""


def test_HS7_messages_after_a_close_in_the_same_segment_are_not_read(bench: Bench) -> None:
    bench.rooms.answer = lambda room: FakeFollower(room)
    connection, transport = bench.welcome(ROOM)
    follower = bench.rooms.followers[ROOM]
    follower.on_call = lambda name: connection.close(CloseCode.RESTART, "restart")
    connection.data_received(
        b"".join(frame_out(TEXT, connection.codec.encode(submit(seq))) for seq in (1, 2))
    )
    assert follower.calls == ["submit 1", "leave"]
    assert close_code(transport.take()) == 1012


def test_HS7_a_failed_connection_ends_its_side_and_reads_on(bench: Bench) -> None:
    connection, transport = bench.welcome()
    connection.data_received(frame_out(TEXT, b"", rsv=4) + b"more")
    assert transport.ended
    assert not transport.closed
    connection.data_received(b"and more")
    bench.clock.advance(2.0)
    connection.tick(bench.clock.monotonic())
    assert transport.aborted


def test_a_transport_that_cannot_end_its_side_is_closed(bench: Bench) -> None:
    connection, transport = bench.welcome(transport=FakeTransport(half_close=False))
    connection.data_received(frame_out(TEXT, b"", rsv=4))
    assert transport.closed


def test_HS7_who_does_not_answer_the_close_is_cut_off(bench: Bench) -> None:
    connection, transport = bench.welcome()
    connection.close(CloseCode.RESTART, "restart")
    connection.tick(bench.clock.monotonic() + 1.9)
    assert not transport.aborted
    connection.tick(bench.clock.monotonic() + 2.0)
    assert transport.aborted


# --- the handshake --------------------------------------------------------------------------------


def test_a_refused_request_is_not_read_on(bench: Bench) -> None:
    connection, transport = bench.connect()
    connection.data_received(request(path="/x"))
    assert transport.take().startswith(b"HTTP/1.1 404 ")
    assert transport.ended
    connection.data_received(request())
    assert transport.take() == b""
    assert bench.metrics.refused_handshakes == {404: 1}
    connection.tick(bench.clock.monotonic() + 2.0)
    assert transport.aborted
    connection.connection_lost(None)
    assert not bench.registry.sockets


def test_S16_a_head_that_comes_too_slowly_is_refused(bench: Bench) -> None:
    connection, transport = bench.connect()
    connection.data_received(request()[:40])
    connection.tick(bench.clock.monotonic())
    assert transport.take() == b""
    bench.clock.advance(5.0)
    connection.tick(bench.clock.monotonic())
    assert transport.take().startswith(b"HTTP/1.1 408 ")


def test_closing_before_the_handshake_closes_the_socket_alone(bench: Bench) -> None:
    connection, transport = bench.connect()
    connection.close(CloseCode.RESTART, "restart")
    assert transport.ended
    assert transport.take() == b""
    assert not bench.metrics.closes


def test_draining_before_hello_has_nothing_to_tell(bench: Bench) -> None:
    connection, transport = bench.open()
    connection.drain(Notice("restarting", when=1), bench.clock.monotonic())
    assert transport.take() == b""
    connection.tick(bench.clock.monotonic())
    assert close_code(transport.take()) == 1012


# --- slow readers ---------------------------------------------------------------------------------


def test_MS16_a_paused_connection_keeps_its_answers_and_leaves_the_rest_to_the_rooms(
    bench: Bench,
) -> None:
    connection, transport = bench.welcome(ROOM, OTHER)
    connection.pause_writing()
    assert connection.paused
    for follower in bench.rooms.followers.values():
        assert follower.calls == ["lag"]
    say(connection, {"type": "ping", "n": 1})
    connection.reply(b'{"type":"second"}')
    assert transport.take() == b""

    order: list[str] = []
    transport.on_write = lambda: order.append("answers")
    for follower in bench.rooms.followers.values():
        follower.on_call = order.append
    connection.resume_writing()
    assert not connection.paused
    assert order == ["answers", "catch_up", "catch_up"]
    assert [message["type"] for message in heard(connection, transport)] == ["pong", "second"]
    assert bench.metrics.lags == 1


def test_MS16_what_does_not_fit_when_it_drains_waits_for_the_next_time(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM, OTHER)
    first, second = bench.rooms.followers.values()
    connection.pause_writing()
    connection.reply(b"{}")
    transport.on_write = connection.pause_writing
    connection.resume_writing()
    assert transport.take() == frame(b"{}", binary=False)
    assert connection.paused
    assert first.calls == ["lag", "lag"]

    transport.on_write = lambda: None
    first.on_call = lambda name: connection.pause_writing() if name == "catch_up" else None
    connection.resume_writing()
    assert first.calls[-2:] == ["catch_up", "lag"]
    assert "catch_up" not in second.calls
    first.on_call = lambda name: None
    connection.resume_writing()
    assert first.calls[-1] == second.calls[-1] == "catch_up"


def test_MS17_too_many_untaken_answers_stop_the_reading(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    connection.pause_writing()
    connection.reply(bytes(REPLIES_BYTES_MAX - 100))
    assert connection.reads
    connection.reply(bytes(200))
    assert not connection.reads
    assert not transport.reading
    connection.reply(b"{}")
    # silence while we do not listen is not held against it
    bench.clock.advance(9.0)
    connection.tick(bench.clock.monotonic())
    connection.resume_writing()
    assert transport.reading
    assert connection.reads


async def test_JN8_joins_wait_until_the_connection_takes_again_or_ends(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    await connection.drained()
    connection.pause_writing()
    first = asyncio.ensure_future(connection.drained())
    second = asyncio.ensure_future(connection.drained())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    assert not second.done()
    connection.resume_writing()
    connection.pause_writing()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not second.done(), "full again before it had its turn"
    connection.connection_lost(None)
    await second
    await connection.drained()
    assert transport.reading


def test_C16_taking_nothing_for_the_limit_ends_it(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    transport.owed = 300_000
    connection.pause_writing()
    connection.reply(b'{"type":"kept"}')
    for _ in range(4):
        bench.clock.advance(9.0)
        transport.owed -= 1
        connection.session.heard = True
        connection.tick(bench.clock.monotonic())
        assert not bench.metrics.evictions
    bench.clock.advance(10.0)
    connection.tick(bench.clock.monotonic())
    written = transport.take()
    assert b"kept" in written
    assert close_code(written) == 1013
    assert bench.metrics.evictions == 1
    assert bench.rooms.followers[ROOM].calls == ["lag", "leave"]
    # it may still drain, or fill up again; nobody is told
    connection.resume_writing()
    connection.pause_writing()
    assert bench.rooms.followers[ROOM].calls == ["lag", "leave"]


# --- rooms ----------------------------------------------------------------------------------------


def test_a_room_that_lets_go_is_forgotten(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    connection.room_closed(ROOM, "removed")
    connection.room_closed(ROOM, "removed")
    say(connection, submit(1))
    assert heard(connection, transport)[-1]["code"] == "not_found"
    assert bench.metrics.rejections == {"not_found": 1}


def test_C21_bad_seqs_that_a_room_finds_close_after_the_turn(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    connection.bad_seq()
    assert bench.later == []
    connection.bad_seq()
    connection.reply(b'{"type":"rejected"}')
    assert b"\x88" not in bytes(transport.written)
    bench.run_later()
    assert close_code(transport.take()) == 1008


def test_AD17_a_close_of_ours_is_told_once_with_whose_it_was(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM)
    account = connection.identity.account
    connection.close(CloseCode.FLOOD, "flooding")
    connection.close(CloseCode.POLICY, "too late")
    assert bench.witness.closes == [(account, connection.address, 4429, "flooding")]
    stranger, _ = bench.open()
    stranger.close(CloseCode.POLICY, "three bad messages")
    assert bench.witness.closes[1:] == [("", stranger.address, 1008, "three bad messages")]


def test_AD17_whoever_is_welcomed_is_told_of_once(bench: Bench) -> None:
    connection, _ = bench.welcome(ROOM)
    assert bench.witness.who_came == [(connection.identity, connection.address)]


def test_MS11_held_presence_goes_when_its_turn_comes() -> None:
    bench = Bench(presence_rate_per_s=1.0)
    connection, _ = bench.welcome(ROOM)
    follower = bench.rooms.followers[ROOM]
    for key in ("cursor", "drag", "drag", "hold"):
        say(connection, presence(key))
    assert follower.calls == ["presence cursor"]
    assert [delay for delay, _ in bench.later] == [1.0]
    bench.clock.advance(1.0)
    bench.run_later()
    assert follower.calls == ["presence cursor", "presence drag"]
    bench.clock.advance(1.0)
    bench.run_later()
    assert follower.calls[-1] == "presence hold"
    assert bench.later == []


def test_MS12_held_presence_may_turn_out_bad() -> None:
    bench = Bench(presence_rate_per_s=1.0)
    connection, transport = bench.welcome(ROOM)
    say(connection, presence())
    say(connection, presence())

    def refuse(_name: str) -> None:
        raise MalformedMessage("no such key")

    bench.rooms.followers[ROOM].on_call = refuse
    bench.clock.advance(1.0)
    heard(connection, transport)
    bench.run_later()
    assert heard(connection, transport)[0]["code"] == "bad_message"
    assert bench.metrics.bad_messages == 1


# --- the boundary ---------------------------------------------------------------------------------


def planted(_name: str) -> None:
    raise ZeroDivisionError("planted")


@pytest.mark.parametrize("where", ["submit", "catch_up", "presence", "leave by message"])
def test_C19_a_bug_ends_its_own_connection_with_the_incident(bench: Bench, where: str) -> None:
    bench = Bench(presence_rate_per_s=1.0)
    connection, transport = bench.welcome(ROOM)
    other, _ = bench.welcome(OTHER)
    follower = bench.rooms.followers[ROOM]
    with capture_logs() as logs:
        match where:
            case "submit":
                follower.on_call = lambda name: planted(name) if name != "leave" else None
                say(connection, submit(1))
            case "catch_up":
                connection.pause_writing()
                follower.on_call = lambda name: planted(name) if name != "leave" else None
                connection.resume_writing()
            case "presence":
                say(connection, presence())
                say(connection, presence())
                follower.on_call = lambda name: planted(name) if name != "leave" else None
                bench.clock.advance(1.0)
                bench.run_later()
            case _:
                follower.on_call = planted
                say(connection, {"type": "leave", "room": ROOM})
    written = transport.take()
    assert close_code(written) == 1011
    assert written.endswith(b"incident 1a2b3c")
    assert logs[0]["incident"] == "1a2b3c"
    assert other in bench.registry.opened
    assert connection not in bench.registry.opened


def test_C19_a_bug_in_the_closing_itself_still_ends_the_socket(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    bench.rooms.followers[ROOM].on_call = planted
    with capture_logs() as logs:
        say(connection, submit(1))
    assert transport.aborted
    assert [one["event"] for one in logs] == ["connection failed", "closing failed"]
    assert connection not in bench.registry.opened


def test_C19_a_bug_while_looking_at_the_time_ends_that_connection(bench: Bench) -> None:
    connection, transport = bench.welcome(ROOM)
    connection.session.heard = False
    connection.session.heard_at = None  # pyright: ignore[reportAttributeAccessIssue] - the planted bug
    with capture_logs():
        connection.tick(bench.clock.monotonic())
    assert close_code(transport.take()) == 1011


def test_HS6_pings_are_answered_in_a_binary_session_too(bench: Bench) -> None:
    connection, transport = bench.welcome(subprotocol=MSGPACK_NAME)
    connection.data_received(frame_out(PING, b"hi"))
    assert transport.take() == b"\x8a\x02hi"
