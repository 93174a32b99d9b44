"""Members that go where they are told."""

from __future__ import annotations

import time

from loadtest.connection import LOOPBACK
from loadtest.member import Member
from loadtest.moving import AHEAD_S, MovingMember
from loadtest.stage import Stage
from protocol.server_messages import Notice


def followed(stage: Stage) -> tuple[MovingMember, Member, str]:
    owner = stage.http.guest("Owner")
    room = stage.room(owner)
    member = stage.member(owner)
    member.join(room)
    port = stage.server.ws_port
    mover = MovingMember(member, [port])
    stage.enter([member])
    return mover, member, room


def test_it_is_there_before_it_leaves_and_goes_on_where_it_stood(load_stage: Stage) -> None:
    mover, member, room = followed(load_stage)
    before = member.connection
    where = f"ws://{LOOPBACK}:{load_stage.server.ws_port}/ws"
    member.on_event(Notice("restarting", when=int((time.time() + AHEAD_S) * 1000), where=where))
    load_stage.swarm.run(lambda: mover.moves == 1 and member.live, limit_s=10)
    assert (mover.moves, mover.losses, member.resets) == (1, 0, 1)
    assert member.connection is not before
    assert before.closed
    member.submit(room, {"type": "chat.say", "text": "still here"})
    load_stage.swarm.run(lambda: bool(member.accepted), limit_s=10)
    assert len(member.accepted[room]) == 1
    assert member.faults == []


def test_whoever_is_told_nothing_stays_and_comes_back_when_it_is_sent_away(
    load_stage: Stage,
) -> None:
    mover, member, _ = followed(load_stage)
    member.on_event(Notice("restarting", when=0))
    member.drop()
    load_stage.swarm.run(lambda: member.live, limit_s=10)
    assert (mover.moves, mover.losses) == (0, 1)
    assert member.live


def test_a_connection_that_cannot_be_made_leaves_it_where_it_is(load_stage: Stage) -> None:
    mover, member, _ = followed(load_stage)
    before = member.connection
    member.on_event(Notice("restarting", when=0, where=f"ws://{LOOPBACK}:1/ws"))
    load_stage.swarm.run(lambda: False, limit_s=0.2)
    assert member.connection is before
    assert (member.live, mover.moves, mover.losses) == (True, 0, 0)
