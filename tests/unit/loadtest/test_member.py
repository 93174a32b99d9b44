"""A careful member on a real server: joins, works, pings, comes back, and notices broken
promises."""

from __future__ import annotations

from msgspec import Raw

from loadtest.boards import move, object_id, token
from loadtest.connection import Connection
from loadtest.member import Member
from loadtest.processes import free_port
from loadtest.stage import Stage
from loadtest.swarm import Swarm
from protocol.codec import JSON, MSGPACK
from protocol.server_messages import Entries, Pong, Presence, Rejected


def joined(stage: Stage, count: int = 1, *, keep: bool = False) -> tuple[str, list[Member]]:
    owner = stage.http.guest("Owner")
    room = stage.room(owner)
    members = [stage.member(owner, keep=keep) for _ in range(count)]
    for member in members:
        member.join(room)
    stage.enter(members)
    return room, members


def test_commands_are_answered_and_entries_kept(load_stage: Stage) -> None:
    room, members = joined(load_stage, 2, keep=True)
    writer, reader = members
    reader.keep_times = writer.keep_times = True
    ident = object_id(load_stage.draw)
    answered: list[str] = []
    writer.on_answer = answered.append
    seqs = [writer.submit(room, token(ident, 1)), writer.submit(room, move(ident, 5, 6))]
    refused = writer.submit(room, {"type": "redo"})
    assert load_stage.swarm.run(lambda: len(answered) == 3, limit_s=10.0)
    last = writer.accepted[room][seqs[-1]]
    assert load_stage.swarm.run(lambda: last in reader.entries.get(room, {}), limit_s=10.0)
    assert [event.seq for event in writer.refused] == [refused]
    assert len(writer.latencies) == 3
    assert set(writer.sent_at) == set(writer.accepted[room].values())
    assert sum(count for _, _, count in reader.arrivals) == reader.entries_seen
    assert reader.entries[room][last] == writer.entries[room][last]


def test_a_dropped_member_resumes_and_sends_again(load_stage: Stage) -> None:
    room, (member,) = joined(load_stage)
    gone: list[int] = []
    member.on_gone = gone.append
    member.submit(room, token(object_id(load_stage.draw), 1))
    member.drop()
    assert gone == [1006]
    member.connect()
    assert load_stage.swarm.run(lambda: member.live and bool(member.latencies), limit_s=10.0)
    assert member.resets == 1
    assert member.faults == []


def test_a_member_that_connects_again_ends_what_it_had(load_stage: Stage) -> None:
    """As where a write found the connection closed and no read has told of it."""
    room, (member,) = joined(load_stage)
    first = member.connection
    member.submit(room, token(object_id(load_stage.draw), 1))
    member.connect()
    assert first.closed
    assert load_stage.swarm.run(lambda: member.live and bool(member.latencies), limit_s=10.0)
    assert member.faults == []


def test_presence_and_a_second_room_and_msgpack(load_stage: Stage) -> None:
    owner = load_stage.http.guest("Owner")
    rooms = [load_stage.room(owner) for _ in range(2)]
    member = load_stage.member(owner, codec=MSGPACK)
    member.join(rooms[0])
    load_stage.enter([member])
    member.join(rooms[1])
    assert not member.live
    assert load_stage.swarm.run(lambda: member.live, limit_s=10.0)
    seen: list[object] = []
    watcher = load_stage.member(owner)
    watcher.join(rooms[0])
    watcher.on_event = seen.append
    load_stage.enter([watcher])
    member.presence(rooms[0], "cursor", {"type": "cursor", "at": [1, 2]})
    assert load_stage.swarm.run(
        lambda: any(isinstance(e, Presence) and e.values for e in seen), limit_s=10.0
    )


def test_a_member_keeps_its_heartbeat(load_stage: Stage) -> None:
    _, (member,) = joined(load_stage)
    pongs: list[Pong] = []
    member.on_event = lambda event: pongs.append(event) if isinstance(event, Pong) else None
    member.beat(0.001, member.connection)
    assert load_stage.swarm.run(lambda: len(pongs) >= 2, limit_s=10.0)


def test_nobody_there_is_told_as_an_end() -> None:
    swarm = Swarm()
    member = Member(swarm, free_port(), client="client-0123456789", token="t")
    gone: list[int] = []
    member.on_gone = gone.append
    member.connect()
    assert swarm.run(lambda: bool(gone), limit_s=10.0)
    assert gone == [1006]
    swarm.close()


def test_a_broken_promise_is_a_fault_and_ends_the_connection(load_stage: Stage) -> None:
    room, (member,) = joined(load_stage)
    gone: list[int] = []
    member.on_gone = gone.append
    entry = Raw(JSON.encode({"v": 900, "at": 1, "by": ""}))
    member.take(JSON.encode(Entries(room, 900, "0" * 16, [entry])))
    assert gone == [1006]
    assert member.faults
    assert "900" in member.faults[0]


def test_what_was_not_executed_is_sent_again_after_its_wait(load_stage: Stage) -> None:
    room, (member,) = joined(load_stage)
    position = member.session.position(room)
    seq = member.session.submit(room, token(object_id(load_stage.draw), 1))
    member.session.data_to_send()  # as if the server had refused it before it saw it
    member.take(JSON.encode(Rejected(room, seq, "busy", final=False)))
    assert member.postponed == 1
    assert load_stage.swarm.run(lambda: seq in member.accepted.get(room, {}), limit_s=10.0)
    assert position is not None
    assert member.accepted[room][seq] > position.version


def test_errors_are_noted(load_stage: Stage) -> None:
    member = load_stage.member(load_stage.http.guest("Stranger"))
    member.join("r_" + "0" * 22)
    member.connect()
    assert load_stage.swarm.run(lambda: bool(member.errors), limit_s=10.0)
    assert member.errors == ["not_found"]
    assert isinstance(member.connection, Connection)
