"""One live room: what it answers, what it shows, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from protocol.codec import JSON, MSGPACK, Codec
from protocol.entries import chain
from protocol.errors import MalformedMessage
from protocol.identifiers import Tag
from protocol.membership import RemoveMember, Say, SetRole
from protocol.server_messages import RoomClosed
from server.cluster.head_watch import HeadWatch
from server.config import Settings
from server.rooms import fan_out, room
from server.rooms import room as room_module
from server.rooms.follower import Follower
from server.rooms.pending import Ended
from server.rooms.room import Room
from server.rooms.services import Handle
from server.rules.board import BOARD
from server.rules.kind import Accepted, Context, RoomKind, Stamp
from server.rules.room_state import RoomState
from storage.errors import CorruptEntry
from storage.room_log import Head, Outcome, Page, RoomAppend
from tests.simulation import claims
from tests.simulation.claims import MARGIN_MS, TURN_MS, Claim, Hurry, OpenTurn, Release, Whisper
from tests.support.eventually import eventually
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house, presence_of


def ends(recipient: RecordingRecipient) -> list[tuple[int, Any]]:
    """(seq, version or code) in the order told."""
    found: list[tuple[int, Any]] = []
    for message in recipient.messages:
        if message["type"] == "accepted":
            found += [(seq, version) for seq, version in message["done"]]
        elif message["type"] == "rejected":
            found.append((message["seq"], message["code"]))
    return found


@pytest.mark.parametrize("codec", [JSON, MSGPACK], ids=["json", "msgpack"])
async def test_FO1_two_members_see_every_version_once_and_in_order(codec: Codec) -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben", codec=codec)
        assert ana is not None
        for slot in range(20):
            here.submit(ana if slot % 2 else follower, Claim(slot))
            if slot % 5 == 0:
                await here.settle()
        await here.settle()
        head = here.live.replica.committed.version
        assert here.ana.versions() == list(range(3, head + 1))
        assert ben.versions()[-1] == head
        assert len(ends(here.ana)) == len(ends(ben)) == 10
        assert all(isinstance(version, int) for _, version in ends(ben))


async def test_FO2_one_write_holds_answers_and_what_is_for_everybody() -> None:
    async with house(settings=Settings(presence_tick_ms=3_600_000)) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        await here.settle()
        here.ana.messages.clear()
        here.ana.writes = 0
        for slot in range(3):
            here.submit(follower, Claim(slot))
        here.submit(follower, Release(20))
        await here.settle()
        assert here.ana.writes == 1
        assert [m["type"] for m in here.ana.messages] == ["rejected", "accepted", "entries"]
        assert here.ana.messages[1]["done"] == [[1, 3], [2, 4], [3, 5]]
        assert [e["v"] for e in here.ana.messages[2]["entries"]] == [3, 4, 5]


async def test_CM1_a_copy_gets_the_same_answer_and_has_no_second_effect() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Claim(1), seq=1)
        here.submit(follower, Claim(1), seq=1)
        await here.settle()
        here.submit(follower, Claim(1), seq=1, again=True)
        await here.settle()
        assert ends(here.ana) == [(1, 3), (1, 3), (1, 3)]
        assert here.live.replica.committed.version == 3


async def test_CM2_and_CM4_answers_without_execution() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Claim(1), seq=0)
        here.submit(follower, Claim(1), seq=1, generation="f" * 16)
        here.submit(follower, Claim(1), seq=2, made=99)
        await here.settle()
        assert ends(here.ana) == [(0, "bad_seq"), (1, "session_expired"), (2, "session_expired")]
        assert here.live.replica.committed.version == 2


async def test_CM7_a_rejection_of_a_first_send_is_plain_and_of_a_copy_an_entry() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Release(1))
        await here.settle()
        assert here.live.replica.committed.version == 2
        here.submit(follower, Release(1), seq=7, again=True)
        await here.settle()
        assert here.live.replica.committed.version == 3
        assert here.ana.of_type("entries")[-1]["entries"][0]["refused"] == "forbidden"
        here.submit(follower, Claim(1))
        await here.settle()
        here.submit(follower, Release(1), seq=7, again=True)
        await here.settle()
        assert ends(here.ana) == [(1, "forbidden"), (7, "forbidden"), (2, 4), (7, "forbidden")]


async def test_C10_who_is_removed_sees_nothing_of_the_same_append_after_it() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, _ = await here.guest("ben")
        assert ana is not None
        here.log.gate = asyncio.Event()
        here.submit(ana, Say("first"))
        await here.settle()
        # what comes while that append is under way goes into one append
        here.submit(ana, Say("still here"))
        here.submit(ana, RemoveMember(ben.identity.account))
        here.submit(ana, Say("he is gone"))
        here.log.gate.set()
        await here.settle()
        head = here.live.replica.committed.version
        assert ben.versions()[-1] == head - 1
        assert here.ana.versions()[-1] == head
        assert ben.messages[-1]["type"] == "closed"
        assert "he is gone" not in str(ben.messages)


async def test_CM9_a_member_who_was_removed_is_let_go_and_then_is_not_found() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        here.submit(ana, SetRole(ben.identity.account, "viewer"))
        await here.settle()
        here.submit(follower, Claim(1))
        await here.settle()
        assert ends(ben) == [(1, "forbidden")]
        here.submit(ana, RemoveMember(ben.identity.account))
        here.submit(follower, Say("am I still here?"))
        await here.settle()
        assert ends(ben)[-1] == (2, "not_found")
        assert ben.of_type("closed") == [{"type": "closed", "room": here.room, "reason": "removed"}]
        assert ben.closed == [(here.room, "removed", None)]
        assert follower.closed
        assert await here.directory.join(ben, here.room) is None


async def test_CM11_a_bug_in_deciding_costs_its_own_command_only() -> None:
    def broken(state: claims.Claims, command: Any, context: Context) -> Any:
        if isinstance(command, Claim) and command.slot == 13:
            raise ZeroDivisionError
        return Accepted([claims.Claimed(3)])

    kind = _with(decide=broken)
    async with house(kind=kind) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Claim(13))
        here.submit(follower, Claim(1))
        await here.settle()
        assert ends(here.ana) == [(1, "internal"), (2, 3)]
        assert len(here.ana.of_type("rejected")[0]["detail"]["incident"]) == 12


def _with(**changes: Any) -> RoomKind[Any]:
    """The kind of the simulation with other answers."""
    from dataclasses import fields

    given = {f.name: getattr(claims.CLAIMS, f.name) for f in fields(claims.CLAIMS)}
    return RoomKind(**{**given, **changes})


async def test_CM13_what_is_no_command_of_the_kind_is_a_bad_command() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, {"type": "claim", "slot": "one"})
        here.submit(follower, {"type": "draft.pick"})
        await here.settle()
        assert ends(here.ana) == [(1, "bad_command"), (2, "bad_command")]
        assert follower.pending == 0


async def test_RM3_one_append_at_a_time_and_what_comes_meanwhile_goes_together() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.gate = asyncio.Event()
        here.log.appends.clear()
        for slot in range(5):
            here.submit(follower, Claim(slot))
            await here.settle()
        assert [len(batch[0].records) for batch in here.log.appends] == [1]
        assert ends(here.ana) == [], "nothing is answered before the commit"
        assert here.ana.versions() == []
        here.log.gate.set()
        await here.settle()
        assert [len(batch[0].records) for batch in here.log.appends] == [1, 4]
        assert ends(here.ana) == [(seq, seq + 2) for seq in range(1, 6)]


async def test_EN9_who_joins_during_an_append_sees_committed_state_only() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        ben, _ = await here.guest("ben")
        here.log.gate = asyncio.Event()
        here.submit(follower, Claim(7))
        here.submit(follower, Whisper("mine"))
        await here.settle()
        again = RecordingRecipient("ben")
        joined = await here.directory.join(again, here.room)
        assert joined is not None
        assert again.of_type("snapshot")[0]["state"]["kind"]["slots"] == []
        mine = RecordingRecipient("ana", client="another-client-of-ana")
        await here.directory.join(mine, here.room)
        assert mine.of_type("private")[0].get("state") == []
        head, view = await here.directory.view(here.room)
        assert head.version == 3
        assert b'"slots":[]' in view
        here.log.gate.set()
        await here.settle()
        for recipient in (again, ben):
            assert recipient.versions()[-1] == 5


async def test_RM7_after_a_conflict_the_others_entries_are_shown_and_it_is_decided_again() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        _write_as_another_node(here, claims.Claimed(1), account="rival")
        here.submit(follower, Claim(1))
        here.submit(follower, Claim(2))
        await here.settle()
        assert ends(here.ana) == [(1, "exists"), (2, 4)]
        assert here.ana.versions() == [3, 4]


def _write_as_another_node(here: House, event: Any, account: str) -> None:
    from server.rooms.replica import Replica

    other = Replica(here.live.kind, tail_bytes_max=1_000_000)
    room = here.log._rooms[here.room]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    other.ingest(room.records)
    before = other.committed
    other.propose([event], Stamp(other.version + 1, other.state.at, account, "", 0), salt="")
    records = [one.record for one in other.proposed]
    here.log.apply([RoomAppend(here.room, before, records, Head(other.version, other.tag))])


async def test_RM7_a_command_that_conflicts_too_often_is_contended() -> None:
    async with house(settings=Settings(attempts_max=3)) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        original = here.log.append
        slots = iter(range(5, 24))

        async def outrun(batch: Any) -> Any:
            _write_as_another_node(here, claims.Claimed(next(slots)), account="rival")
            return await original(batch)

        with patch.object(here.log, "append", outrun):
            here.submit(follower, Claim(1))
            await here.settle()
        assert ends(here.ana) == [(1, "contended")]
        assert here.ana.of_type("rejected")[0]["final"] is False
        here.submit(follower, Claim(1), seq=1, again=True)
        await here.settle()
        assert ends(here.ana)[-1] == (1, here.live.replica.committed.version)


async def test_RM23_whoever_is_outrun_twice_asks_for_a_moment_to_itself() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        original = here.log.append
        rivals = iter(range(5, 8))

        async def outrun(batch: Any) -> Any:
            if (slot := next(rivals, None)) is not None:
                _write_as_another_node(here, claims.Claimed(slot), account="rival")
            return await original(batch)

        here.log.appends.clear()
        with patch.object(here.log, "append", outrun):
            for slot in (1, 2):
                here.submit(follower, Claim(slot))
                await here.settle()
        asked = [change.reserve for batch in here.log.appends for change in batch]
        assert asked == [False, False, True, True, False]
        assert ends(here.ana) == [(1, 6), (2, 7)]


async def test_RM24_a_room_whose_turn_it_is_not_appends_when_it_is() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        turns, clock = here.live.turns, here.live.services.clock
        for version, node in enumerate(("a", "c", "c"), start=9):
            turns.conflicted(clock.monotonic())
            turns.heard(node, version, clock.monotonic(), own="b")
        here.log.appends.clear()
        here.submit(follower, Claim(1))
        await here.settle()
        assert not here.log.appends, "after c comes a"
        assert ends(here.ana) == []
        turns.heard("a", 12, clock.monotonic(), own="b")
        here.live.wake()
        await here.settle()
        assert ends(here.ana) == [(1, 3)], "after a comes this one, whatever was meant before"


async def test_RM24_a_turn_that_nobody_takes_goes_on_by_itself() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        turns, clock = here.live.turns, here.live.services.clock
        turns.conflicted(clock.monotonic())
        for version, node in enumerate(("a", "c"), start=9):
            turns.heard(node, version, clock.monotonic(), own="b")
        here.submit(follower, Claim(1))
        await here.settle()
        assert ends(here.ana) == []
        here.clock.advance(0.1)
        async with asyncio.timeout(10):
            while not ends(here.ana):
                await here.settle()
        assert ends(here.ana) == [(1, 3)]


async def test_RM24_a_conflict_and_entries_of_this_node_are_what_turns_are_made_of() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        original = here.log.append
        rivals = iter((5,))

        async def outrun(batch: Any) -> Any:
            if (slot := next(rivals, None)) is not None:
                _write_as_another_node(here, claims.Claimed(slot), account="rival")
            return await original(batch)

        turns, clock = here.live.turns, here.live.services.clock
        turns.heard("a", 1, clock.monotonic(), own="b")
        with patch.object(here.log, "append", outrun):
            here.submit(follower, Claim(1))
            await here.settle()
        assert ends(here.ana) == [(1, 4)]
        assert turns.wait_s(clock.monotonic()) > 0, "a node that wrote lets the other go first"


@pytest.mark.parametrize("fault", ["lost", "reply lost"])
async def test_RM8_an_unknown_outcome_is_found_out_before_anything_is_said(fault: str) -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.faults = [fault]
        here.submit(follower, Claim(1))
        await here.settle()
        assert ends(here.ana) == [(1, 3)]
        assert here.ana.versions() == [3]
        assert here.log.barriers >= 1
        assert here.live.replica.committed.version == 3


async def test_RM8_after_an_unknown_outcome_a_rejection_is_recorded() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.faults = ["lost"]
        original = here.log.read

        async def another_was_first(*arguments: Any, **options: Any) -> Any:
            if here.live.replica.committed.version == 2:
                _write_as_another_node(here, claims.Claimed(1), account="rival")
            return await original(*arguments, **options)

        with patch.object(here.log, "read", another_was_first):
            here.submit(follower, Claim(1))
            await here.settle()
        assert ends(here.ana) == [(1, "exists")]
        assert here.ana.of_type("entries")[-1]["entries"][-1]["refused"] == "exists"


async def test_RM9_CM8_a_refused_append_is_busy_and_leaves_the_room_as_it_was() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.faults = ["refused"]
        here.submit(follower, Claim(1))
        await here.settle()
        assert ends(here.ana) == [(1, "busy")]
        assert here.live.replica.state.inner.slots == {}
        here.submit(follower, Claim(1), seq=1, again=True)
        await here.settle()
        assert ends(here.ana)[-1] == (1, 3)


async def test_RM9_while_the_database_is_away_new_commands_are_busy_at_once() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.faults = ["reply lost"]
        here.log.gate = asyncio.Event()
        here.submit(follower, Claim(1))
        await here.settle()
        here.submit(follower, Claim(2))
        original = here.log.append

        async def then_down(batch: Any) -> Any:
            outcomes = await original(batch)
            here.log.down = True
            return outcomes

        here.log.gate.set()
        await here.settle()
        with (
            patch.object(here.log, "append", then_down),
            patch.object(room, "RECOVER_WAIT_MIN_S", 0),
        ):
            here.log.faults = ["lost"]
            here.submit(follower, Claim(3))
            await here.settle()
            here.submit(follower, Claim(4))
            await here.settle()
        assert ends(here.ana)[-1] == (4, "busy")
        assert (3, "busy") not in ends(here.ana), "nobody knows yet"
        here.log.down = False
        await here.settle()
        assert (3, here.live.replica.committed.version) in ends(here.ana)


async def test_RM15_a_full_inbox_is_busy() -> None:
    async with house(settings=Settings(inbox_max=2)) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.log.gate = asyncio.Event()
        for slot in range(5):
            here.submit(follower, Claim(slot))
        assert ends(here.ana) == [(3, "busy"), (4, "busy"), (5, "busy")]
        here.log.gate.set()
        await here.settle()
        assert ends(here.ana)[3:] == [(1, 3), (2, 4)]


async def test_RM12_a_deadline_wakes_the_room_by_log_time_and_once() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, OpenTurn())
        await here.settle()
        room = here.live
        room._wake_up()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - the timer fires early
        await here.settle()
        assert here.ana.versions() == [3]
        here.clock.advance((TURN_MS + MARGIN_MS) / 1_000)
        room._wake_up()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        room._wake_up()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        await here.settle()
        assert here.ana.versions() == [3, 4]
        closed = here.ana.of_type("entries")[-1]["entries"][0]
        assert closed["events"][0]["type"] == "turn.closed"
        assert closed["by"] == ""
        assert room.kind.next_deadline(room.replica.state.inner) is None


async def test_EN5_log_time_never_runs_backwards_and_a_command_is_judged_by_its_receipt() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        before = here.clock.now_ms()
        here.log.gate = asyncio.Event()
        here.submit(follower, Claim(1))
        await here.settle()
        here.submit(follower, Hurry(before + 10))
        here.clock.advance(60)
        here.log.gate.set()
        await here.settle()
        assert ends(here.ana) == [(1, 3), (2, 4)], "it came in time, whenever it is decided"
        here.clock.jump(-3_600)
        here.submit(follower, Claim(2))
        await here.settle()
        times = [e["at"] for m in here.ana.of_type("entries") for e in m["entries"]]
        assert times == sorted(times)


async def test_FO3_a_big_room_is_written_to_in_pieces_and_nobody_gets_a_version_twice() -> None:
    async with house(settings=Settings(fan_out_piece=3)) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        crowd = [await here.guest(f"fan{number}") for number in range(10)]
        await here.settle()
        here.submit(ana, Claim(1))
        for _ in range(3):
            await asyncio.sleep(0)
        late, _ = await here.guest("late")
        crowd[9][0].paused = True
        crowd[9][1].lag()
        crowd[8][1].leave()
        await here.settle()
        here.submit(ana, Claim(2))
        await here.settle()
        head = here.live.replica.committed.version
        crowd[9][0].paused = False
        crowd[9][1].catch_up()
        for recipient, follower in crowd:
            versions = recipient.versions()
            assert versions == list(range(versions[0], versions[-1] + 1))
            if not follower.closed:
                assert versions[-1] == head
        assert late.versions()[-1] == head


async def test_FO3_the_next_append_begins_while_the_last_of_a_big_room_are_written_to() -> None:
    settings = Settings(fan_out_piece=3, fan_out_overlap=2)
    async with house(settings=settings) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        crowd = [await here.guest(f"fan{number}") for number in range(20)]
        await here.settle()
        audience, log = here.live.audience, here.log
        seen: list[tuple[int, int]] = []
        append = log.append

        async def watched(batch: Sequence[RoomAppend]) -> list[Outcome]:
            outcomes = await append(batch)
            seen.append((batch[0].head.version, audience.unwritten))
            return outcomes

        log.append = watched
        here.submit(ana, Claim(1))
        while not audience.unwritten:  # noqa: ASYNC110 - a turn of the loop at a time
            await asyncio.sleep(0)
        here.submit(ana, Claim(2))
        here.submit(ana, Claim(1))
        await here.settle()
        head = here.live.replica.committed.version
        assert seen[-1][0] == head
        assert seen[-1][1] > 0, "its commit was known before the last had the one before"
        for recipient, _ in crowd:
            versions = recipient.versions()
            assert versions == list(range(versions[0], head + 1))
        assert len(ends(here.ana)) == 3


async def test_FO4_a_lagging_member_is_written_nothing_and_catches_up_by_entries() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        ben.paused = True
        follower.lag()
        before = ben.versions()
        here.submit(follower, Claim(5))
        for slot in range(4):
            here.submit(ana, Claim(slot))
        await here.settle()
        assert ben.versions() == before
        assert len(ends(ben)) == 1, "answers are never dropped"
        ben.paused = False
        follower.catch_up()
        follower.catch_up()
        assert ben.versions()[-1] == here.live.replica.committed.version
        assert ben.of_type("presence")[-1]["all"] is True


async def test_FO6_what_does_not_fit_of_a_catch_up_waits_until_it_has_drained_again() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        ben.paused = True
        follower.lag()
        for _ in range(30):
            here.submit(ana, Claim(1))
            here.submit(ana, Release(1))
        await here.settle()
        head = here.live.replica.committed.version
        ben.messages.clear()
        steps = 0
        with patch.object(fan_out, "FRAME_BYTES_MAX", 1_000):
            while not follower.in_sync:
                # the transport takes two messages, and is full again
                ben.paused = False
                ben.fills_after = 2
                follower.catch_up()
                steps += 1
                assert len(ben.of_type("entries")) <= 2 * steps
                assert steps < 100
        assert steps > 3
        versions = ben.versions()
        assert versions == list(range(versions[0], head + 1))
        assert len(ben.of_type("presence")) <= 2


async def test_FO4_where_the_tail_no_longer_reaches_a_laggard_starts_over() -> None:
    async with house(settings=Settings(tail_bytes_max=200)) as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        follower.lag()
        for _ in range(60):
            here.submit(ana, Claim(1))
            here.submit(ana, Release(1))
            await here.settle()
        here.live.save_if_changed(1)
        here.live.replica.tail.trim(here.live.replica.committed.version)
        ben.messages.clear()
        follower.catch_up()
        assert ben.messages[1]["type"] == "snapshot"
        assert ben.messages[1]["position"][1] == here.live.replica.committed.version


async def test_FO5_a_closed_transport_costs_nobody_else_a_frame() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        crowd = [await here.guest(f"fan{number}") for number in range(4)]
        await here.settle()
        crowd[1][0].broken = True
        here.submit(ana, Claim(1))
        await here.settle()
        head = here.live.replica.committed.version
        assert [r.versions()[-1] == head for r, _ in crowd] == [True, False, True, True]
        ana.presence(presence_of(here.room, "pointer", {"type": "pointer", "slot": 1}))
        crowd[2][0].broken = True
        await _presence_is_sent(here)
        assert not crowd[2][1].in_sync


async def _presence_is_sent(here: House) -> None:
    here.live._send_presence()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - its timer
    await here.settle()


async def test_FO7_what_is_private_comes_before_its_entry_and_to_its_owner_alone() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        await here.settle()
        ben.messages.clear()
        here.submit(follower, Whisper("secret"))
        await here.settle()
        assert [m["type"] for m in ben.messages] == ["private", "accepted", "entries"]
        assert ben.messages[0]["version"] == ben.messages[2]["first"]
        assert ben.messages[0]["events"][0]["text"] == "secret"
        assert "secret" not in str(here.ana.messages)
        again = RecordingRecipient("ben", client="another-client-of-ben")
        position = here.live.position
        earlier = type(position)(
            position.generation,
            position.version - 1,
            here.live.replica.tail.tag_at(position.version - 1) or "",
        )
        await here.directory.join(again, here.room, position=earlier)
        assert [m["type"] for m in again.messages[:3]] == ["private", "entries", "joined"]
        fresh = RecordingRecipient("ben", client="third-client-of-ben")
        await here.directory.join(fresh, here.room)
        assert [m["type"] for m in fresh.messages[:2]] == ["private", "snapshot"]
        assert fresh.messages[0]["state"] == ["secret"]
        stranger = RecordingRecipient("ana", client="another-client-of-ana")
        await here.directory.join(stranger, here.room)
        assert "secret" not in str(stranger.messages)


async def test_FO7_a_laggard_gets_its_private_part_when_it_catches_up() -> None:
    async with house() as here:
        _, _ = await here.guest("cora")
        ben, follower = await here.guest("ben")
        follower.lag()
        here.submit(follower, Whisper("secret"))
        await here.settle()
        assert ben.of_type("private")[1:] == []
        follower.catch_up()
        types = [m["type"] for m in ben.messages]
        assert types.index("private", 1) < max(i for i, t in enumerate(types) if t == "entries")


async def test_PR6_PR1_presence_is_no_event_and_whole_to_whoever_joins() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        ana.presence(presence_of(here.room, "pointer", {"type": "pointer", "slot": 1}))
        ana.presence(presence_of(here.room, "pointer", {"type": "pointer", "slot": 2}))
        await _presence_is_sent(here)
        told = ben.of_type("presence")[-1]
        assert told["values"] == [[ana.number, "pointer", {"type": "pointer", "slot": 2}]]
        cora, _ = await here.guest("cora")
        assert cora.of_type("presence")[0]["values"] == told["values"]
        ana.presence(presence_of(here.room, "pointer", None))
        follower.leave()
        await _presence_is_sent(here)
        last = cora.of_type("presence")[-1]
        assert last["values"] == [[ana.number, "pointer", None]]
        assert [follower.number, None] in last["here"]
        assert here.live.replica.committed.version == 4, "PR1: never a version"


async def test_PR6_what_changes_all_the_time_is_told_in_even_intervals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with house(settings=Settings(presence_tick_ms=30)) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        waits: list[tuple[float, Callable[[], None]]] = []

        def later(wait_s: float, send: Callable[[], None]) -> Handle:
            waits.append((wait_s, send))
            return asyncio.get_running_loop().call_later(3_600, send)

        here.live.services = replace(here.live.services, call_later=later)
        await _presence_is_sent(here)
        here.clock.advance(1)
        for slot in range(3):
            ana.presence(presence_of(here.room, "pointer", {"type": "pointer", "slot": slot}))
            here.clock.advance(waits[-1][0])
            waits[-1][1]()
            here.clock.advance(0.012)
        assert [round(wait_s, 3) for wait_s, _ in waits] == [0.030, 0.018, 0.018]


async def test_PR3_presence_that_nobody_renews_is_tidied_away() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        ana.presence(presence_of(here.room, "pointer", {"type": "pointer", "slot": 1}))
        await _presence_is_sent(here)
        here.clock.advance(31)
        here.live.tidy()
        await _presence_is_sent(here)
        assert here.ana.of_type("presence")[-1]["values"] == [[ana.number, "pointer", None]]


async def test_PR5_a_value_over_its_size_or_of_another_kind_is_malformed() -> None:
    async with house(settings=Settings(presence_bytes_max=40)) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for value in ({"type": "pointer", "slot": "1" * 50}, {"type": "cursor"}):
            with pytest.raises(MalformedMessage):
                ana.presence(presence_of(here.room, "pointer", value))


async def test_RM14_news_of_another_node_continues_fills_or_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room_module, "EARLY_S", 3_600.0)
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        room = here.live
        for slot in (1, 2, 3, 4):
            _write_as_another_node(here, claims.Claimed(slot), account="rival")
        records = here.log._rooms[here.room].records  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        room.hear(3, room.replica.committed.tag, records[2:3])
        await here.settle()
        assert here.ana.versions() == [3]
        room.hear(3, "0" * 16, records[2:3])
        await here.settle()
        assert here.ana.versions() == [3], "old news"
        room.hear(5, room.replica.committed.tag, records[4:5])
        await here.settle()
        assert here.ana.versions() == [3], "what is early waits for what comes before it"
        tag = chain(Tag(room.replica.committed.tag), records[3])
        room.hear(5, tag, records[4:5])
        room.hear(4, room.replica.committed.tag, records[3:4])
        await here.settle()
        assert here.ana.versions() == [3, 4, 5]
        assert here.metrics.gaps_filled == 0
        monkeypatch.setattr(room_module, "EARLY_S", 0.01)
        for slot in (5, 6):
            _write_as_another_node(here, claims.Claimed(slot), account="rival")
        room.hear(8, "0" * 16, records[7:8])
        await eventually(shown(here, [3, 4, 5, 6, 7, 8]))
        assert here.metrics.gaps_filled == 1, "it did not come: a gap is filled from the log"
        _write_as_another_node(here, claims.Claimed(7), account="rival")
        room.hear(10, "0" * 16, [])
        await eventually(shown(here, [3, 4, 5, 6, 7, 8, 9]))
        room.closed = True
        room.hear(10, "0" * 16, records[4:5])
        room.closed = False


def shown(here: House, versions: list[int]) -> Callable[[], Awaitable[bool]]:
    """Whether Ana was shown these."""

    async def ask() -> bool:
        return here.ana.versions() == versions

    return ask


async def test_RM14_news_amid_our_own_append_take_the_place_of_reading_the_log() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        room = here.live
        head = room.replica.committed
        here.log.gate = asyncio.Event()
        seq = here.submit(ana, Claim(1))
        await here.settle()
        _write_as_another_node(here, claims.Claimed(2), account="rival")
        records = here.log._rooms[here.room].records  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        room.hear(head.version + 1, head.tag, records[head.version :])
        assert here.ana.versions() == [], "nothing amid an append"
        with patch.object(here.log, "read", side_effect=AssertionError("the log was read")):
            here.log.gate.set()
            await here.settle()
        assert here.ana.versions() == [head.version + 1, head.version + 2]
        assert here.ana.of_type("accepted")[-1]["done"] == [[seq, head.version + 2]]


async def test_RM14_a_position_that_is_told_amid_our_own_append_is_read_after_it() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        original, answered = here.log.append, asyncio.Event()

        async def answers_late(batch: Sequence[RoomAppend]) -> list[Outcome]:
            outcomes = await original(batch)
            await answered.wait()
            return outcomes

        here.log.append = answers_late
        head = here.live.replica.committed
        here.submit(ana, Claim(1))
        await here.settle()
        _write_as_another_node(here, claims.Claimed(2), account="rival")
        here.live.hear(head.version + 3, "", ())
        answered.set()
        await eventually(shown(here, [head.version + 1, head.version + 2]))


async def test_RM14_news_behind_our_own_append_are_shown_after_it() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        original, answered = here.log.append, asyncio.Event()

        async def answers_late(batch: Sequence[RoomAppend]) -> list[Outcome]:
            outcomes = await original(batch)
            await answered.wait()
            return outcomes

        here.log.append = answers_late
        head = here.live.replica.committed
        here.submit(ana, Claim(1))
        await here.settle()
        ours = here.log.appends[-1][0].head
        _write_as_another_node(here, claims.Claimed(2), account="rival")
        records = here.log._rooms[here.room].records  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        here.live.hear(ours.version + 1, ours.tag, records[ours.version :])
        answered.set()
        await here.settle()
        assert here.ana.versions() == [head.version + 1, head.version + 2]
        assert here.metrics.gaps_filled == 0


PIECES = Settings(fan_out_piece=3, presence_tick_ms=3_600_000)


@pytest.mark.parametrize("apart", range(4), ids=lambda turns: f"{turns} turns apart")
async def test_RM14_RM7_news_while_entries_are_being_shown_waits_for_the_last_piece(
    apart: int,
) -> None:
    async with house(settings=PIECES) as here:
        await here.directory.join(here.ana, here.room)
        crowd = [await here.guest(f"fan{number}") for number in range(30)]
        await here.settle()
        room = here.live
        first, before = room.replica.committed.version + 1, room.replica.committed.tag
        for slot in range(4):
            _write_as_another_node(here, claims.Claimed(slot), account="rival")
        records = here.log._rooms[here.room].records  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        for version in range(first, first + 4):
            room.hear(version, before, records[version - 1 : version])
            before = chain(Tag(before), records[version - 1])
            assert room.audience.unwritten, "there are more pieces than turns between the news"
            for _ in range(apart):
                await asyncio.sleep(0)
        await here.settle()
        assert not room.closed
        assert here.metrics.rooms_failed == 0
        for recipient in (here.ana, *(one for one, _ in crowd)):
            versions = recipient.versions()
            assert versions == list(range(versions[0], first + 4))


async def test_RM18_RM7_every_page_of_a_recovery_waits_for_the_pieces_of_the_one_before() -> None:
    async with house(settings=PIECES) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        crowd = [await here.guest(f"fan{number}") for number in range(30)]
        await here.settle()
        read = here.log.read

        async def one_entry(
            room: str, first: int, *, last: int | None = None, bytes_max: int = 0
        ) -> Page:
            del last, bytes_max
            return await read(room, first, last=first)

        here.log.read = one_entry
        watch = HeadWatch(log=here.log, rooms=here.directory.open_rooms, every_s=0.0)
        began = here.live.replica.committed.version
        for slot in range(0, 12, 4):
            for more in range(3):
                _write_as_another_node(here, claims.Claimed(slot + more), account="rival")
            await watch.look()
            here.submit(ana, Claim(slot + 3))
            for _ in range(slot):
                await asyncio.sleep(0)
                await watch.look()
        await here.settle()
        await watch.look()
        await here.settle()
        room = here.live
        assert here.metrics.rooms_failed == 0
        head = room.replica.committed.version
        assert head == began + 12
        for recipient in (here.ana, *(one for one, _ in crowd)):
            versions = recipient.versions()
            assert versions == list(range(versions[0], head + 1))


@pytest.mark.parametrize("failing", [False, True], ids=["closed", "failed in a piece"])
async def test_RM7_a_room_that_closes_while_a_recovery_waits_for_pieces_shows_no_more(
    failing: bool,
) -> None:
    async with house(settings=PIECES) as here:
        await here.directory.join(here.ana, here.room)
        crowd = [await here.guest(f"fan{number}") for number in range(30)]
        await here.settle()
        room = here.live
        head = room.replica.committed
        for slot in range(2):
            _write_as_another_node(here, claims.Claimed(slot), account="rival")
        records = here.log._rooms[here.room].records  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        room.hear(head.version + 1, head.tag, records[head.version : head.version + 1])
        room.hear(head.version + 2, "0" * 16, records[head.version + 1 :])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert room.audience.unwritten
        if failing:
            with patch.object(Follower, "take_frames", side_effect=ZeroDivisionError):
                for _, follower in crowd:
                    follower.tell(RoomClosed(here.room, "never sent"))
                await here.settle()
            assert here.metrics.rooms_failed == 1
        else:
            room.close()
            await here.settle()
        assert here.ana.versions()[-1] == head.version + 1
        assert room.replica.committed.version == head.version + 1
        assert not [task for task in asyncio.all_tasks() if task.get_name() == f"room-{room.id}"]


async def test_FO3_what_waits_is_woken_after_the_first_piece_where_the_gate_never_closes() -> None:
    settings = replace(PIECES, fan_out_piece=1, fan_out_overlap=1)
    async with house(settings=settings) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for number in range(3):
            await here.guest(f"fan{number}")
        await here.settle()
        audience, log = here.live.audience, here.log
        unwritten: list[int] = []
        append = log.append

        async def watched(batch: Sequence[RoomAppend]) -> list[Outcome]:
            unwritten.append(audience.unwritten)
            return await append(batch)

        log.append = watched
        log.gate = asyncio.Event()
        here.submit(ana, Claim(1))
        await here.settle()
        here.submit(ana, Claim(2))
        log.gate.set()
        await here.settle()
        assert len(unwritten) == 2
        assert unwritten[1] > 0, "it was appended beside the last pieces"


async def test_CM14_a_room_that_fails_with_a_held_outcome_answers_what_is_durable() -> None:
    settings = replace(PIECES, fan_out_piece=1, fan_out_overlap=1)
    async with house(settings=settings) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for number in range(20):
            await here.guest(f"fan{number}")
        await here.settle()
        room = here.live
        here.submit(ana, Claim(1))
        while not room.audience.unwritten:  # noqa: ASYNC110 - a turn of the loop at a time
            await asyncio.sleep(0)
        here.submit(ana, Claim(2))
        ended = asyncio.ensure_future(
            here.directory.execute(here.room, here.ana.identity, Say("once"))
        )
        while room._outcome is None:  # noqa: ASYNC110, SLF001 - as above  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0)
        here.submit(ana, Claim(3))
        room.services.fail(room, ZeroDivisionError("a bug elsewhere in the room"))
        head = (await here.log.heads([here.room]))[here.room].version
        assert await ended == Ended(head)
        assert ends(here.ana) == [(1, head - 2), (3, "busy"), (2, head - 1)]
        assert room._outcome is None  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        assert room.pending == 0
        await here.settle()
        assert here.ana.versions()[-1] == head - 2, "nothing is shown by a room that is closed"


@pytest.mark.parametrize("fault", ["", "refused"])
async def test_CM14_a_room_that_fails_during_an_append_answers_when_that_has_ended(
    fault: str,
) -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        here.log.gate = asyncio.Event()
        here.log.faults = [fault]
        room = here.live
        ended = asyncio.ensure_future(
            here.directory.execute(here.room, here.ana.identity, Say("once"))
        )
        await here.settle()
        here.submit(ana, Claim(1))
        room.services.fail(room, ZeroDivisionError("a bug elsewhere in the room"))
        await here.settle()
        assert not ended.done(), "nobody knows yet"
        assert ends(here.ana) == [(1, "busy")]
        here.log.gate.set()
        assert await ended == (Ended(code="busy") if fault else Ended(3))
        assert here.metrics.rooms_failed == 1


async def test_a_room_that_closes_answers_what_waits() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        here.log.gate = asyncio.Event()
        here.submit(ana, Claim(1))
        await here.settle()
        here.submit(ana, Claim(2))
        room = here.live
        room.close()
        assert ends(here.ana) == [(2, "busy"), (1, "busy")]
        here.submit(ana, Claim(3))
        assert ends(here.ana)[-1] == (3, "busy")
        assert room.prepare() is None
        here.log.gate.set()
        await here.settle()


async def test_CM12_what_waits_for_a_past_version_keeps_its_place() -> None:
    async with house(kind=BOARD) as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, other = await here.guest("ben")
        assert ana is not None
        mark = {"id": "o_aaaaaaaaaaaa", "sort": "text", "props": {"at": [0, 0], "text": "one"}}
        here.submit(ana, {"type": "objects.add", "objects": [mark]})
        await here.settle()
        before = here.live.replica.committed.version
        move = {"id": "o_aaaaaaaaaaaa", "set": {"at": [5, 5]}}
        here.submit(ana, {"type": "objects.set", "changes": [move]})
        await here.settle()
        here.submit(ana, {"type": "history.restore", "version": before})
        here.submit(ana, Say("after the restore"))
        here.submit(other, Say("somebody else does not wait"))
        assert ana.pending == 2
        await here.settle()
        events = [
            (entry["by"], entry["events"][0]["type"])
            for message in ben.of_type("entries")
            for entry in message["entries"]
        ]
        mine = [kind for by, kind in events if by == here.ana.identity.account]
        assert mine[-2:] == ["history.restored", "chat.said"]
        assert ana.pending == 0


async def test_RM16_an_append_holds_a_bounded_number_of_bytes() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        here.log.appends.clear()
        with patch.object(room, "BATCH_BYTES", 1_000):
            for number in range(40):
                here.submit(ana, Say(f"line {number} {'x' * 100}"))
            await here.settle()
        assert [end for _, end in ends(here.ana)] == list(range(3, 43))
        sizes = [sum(map(len, one.records)) for batch in here.log.appends for one in batch]
        assert len(sizes) > 5
        assert max(sizes) < 1_500


async def test_RM16_long_entries_do_not_wait_in_memory_for_the_next_snapshot() -> None:
    async with house(settings=Settings(tail_bytes_max=3_000)) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for number in range(40):
            here.submit(ana, Say(f"line {number} {'x' * 100}"))
            await here.settle()
            held = sum(len(entry.record) for entry in here.live.replica.tail.entries)
            assert held <= 3_000
        assert await here.log.snapshots(here.room)
        before = here.live.replica.state.snapshot()
        assert here.live.replica.committed_state().snapshot() == before


async def test_C24_what_a_command_writes_beyond_a_size_is_charged() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        with patch.object(room, "COMMAND_BYTES", 300):
            here.submit(ana, Say("short"))
            here.submit(ana, Say("x" * 900))
            await here.settle()
        assert here.ana.charged == 3


async def test_C12_for_whoever_may_not_restore_nothing_is_read() -> None:
    async with house(kind=BOARD) as here:
        ana = await here.directory.join(here.ana, here.room)
        ben, follower = await here.guest("ben")
        assert ana is not None
        here.submit(ana, SetRole(ben.identity.account, "viewer"))
        await here.settle()
        reads: list[int] = []
        past_state = here.live.services.past_state

        async def counted(room: Room, version: int) -> RoomState | None:
            reads.append(version)
            return await past_state(room, version)

        with patch.object(here.live, "services", replace(here.live.services, past_state=counted)):
            here.submit(follower, {"type": "history.restore", "version": 1})
            await here.settle()
            assert ends(ben)[-1][1] == "forbidden"
            assert reads == []
            # the right comes in front of the command, in the same turn: it is to be sent again
            here.submit(ana, SetRole(ben.identity.account, "editor"))
            here.submit(follower, {"type": "history.restore", "version": 1})
            await here.settle()
            assert ends(ben)[-1][1] == "busy"
            here.submit(follower, {"type": "history.restore", "version": 1}, seq=2, again=True)
            await here.settle()
            assert ends(ben)[-1] == (2, "nothing_changes")
            assert reads == [1]


async def test_RM11_a_past_that_is_damaged_costs_the_command_that_asked_for_it() -> None:
    async with house(kind=BOARD) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None

        async def damaged(*_: Any) -> RoomState | None:
            raise CorruptEntry("damaged")

        with patch.object(here.live, "services", replace(here.live.services, past_state=damaged)):
            here.submit(ana, {"type": "history.restore", "version": 1})
            here.submit(ana, Say("the room goes on"))
            await here.settle()
        assert [end for _, end in ends(here.ana)] == ["internal", 3]
        assert not here.live.closed


@pytest.mark.parametrize("version", [99, 1, 0])
async def test_RM11_a_restore_of_a_version_that_is_not_there_is_refused(version: int) -> None:
    async with house(kind=BOARD) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for number in range(20):
            here.submit(ana, Say(f"line {number}"))
            await here.settle()
        here.live.save_if_changed(1)
        await here.settle()
        await here.log.prune(here.room, here.live.replica.committed.version)
        here.submit(ana, {"type": "history.restore", "version": version})
        await here.settle()
        assert ends(here.ana)[-1][1] == "unknown_version"
        here.log.down = True
        here.submit(ana, {"type": "history.restore", "version": 5})
        await here.settle()
        assert ends(here.ana)[-1][1] in {"busy", "unknown_version"}
        here.log.down = False
