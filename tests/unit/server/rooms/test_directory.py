"""The rooms that are open on a node."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from protocol.codec import MSGPACK
from protocol.identifiers import Position
from protocol.membership import CreateInvitation, RemoveMember, RevokeInvitation, Say
from server.config import Settings
from server.identity import Identity
from server.rooms import fan_out
from server.rooms.directory import Dice, InvalidRoom, RoomFull, RoomUnreadable, UnknownVersion
from server.rooms.pending import Ended
from server.rooms.replica import Replica, TailEntry
from server.rooms.room import Room
from server.rules import membership_entry
from storage.errors import StorageUnavailable
from storage.room_log import Head, Page, StoredSnapshot
from tests.simulation.claims import CLAIMS, Claim, OpenTurn, Release
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import INVITATION, another_node, house

NOWHERE = "r_" + "z" * 22


async def test_RM1_a_room_is_loaded_once_however_many_ask() -> None:
    async with house() as here:
        found = await asyncio.gather(*(here.directory.open(here.room) for _ in range(10)))
        assert len(set(map(id, found))) == 1
        assert await here.directory.open(NOWHERE) is None
        assert await here.directory.role_of(NOWHERE, here.ana.identity.account) is None
        assert await here.directory.role_of(here.room, here.ana.identity.account) == "owner"


async def test_RM1_whoever_gives_up_waiting_does_not_take_the_room_from_the_others() -> None:
    async with house() as here:
        here.directory._close_room(here.live)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as when idle
        first = asyncio.ensure_future(here.directory.open(here.room))
        second = asyncio.ensure_future(here.directory.open(here.room))
        await asyncio.sleep(0)
        first.cancel()
        assert await second is not None


async def test_RM2_an_idle_room_is_closed_and_found_again_as_it_was() -> None:
    async with house(settings=Settings(idle_close_s=60)) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        for slot in range(20):
            here.submit(follower, Claim(slot))
        await here.settle()
        before = here.live.replica.state.snapshot()
        here.directory.tidy()
        assert here.room in here.directory.open_rooms, "somebody follows it"
        follower.leave()
        here.clock.advance(59)
        here.directory.tidy()
        assert here.room in here.directory.open_rooms
        here.clock.advance(1)
        here.directory.tidy()
        assert here.room not in here.directory.open_rooms
        room = await here.directory.open(here.room)
        assert room is not None
        assert room.replica.state.snapshot() == before


async def test_a_room_is_made_with_its_owner_or_refused_by_name() -> None:
    async with house() as here:
        identity = here.ana.identity
        assert [one.row.name for one in await here.log.listed(identity.account, limit=9)] == [
            "Room"
        ]
        with pytest.raises(InvalidRoom, match="no such kind of room: chess"):
            await here.directory.create("chess", "Room", identity, {})
        with pytest.raises(InvalidRoom, match="name cannot be used"):
            await here.directory.create("claims", "\u202eRoom", identity, {})
        here.log.faults = ["refused"]
        with pytest.raises(StorageUnavailable, match="refused"):
            await here.directory.create("claims", "Room", identity, {})


async def test_settings_of_another_kind_are_refused() -> None:
    from tests.support.kinds.sealed_envelopes import SEALED_ENVELOPES as ENVELOPES

    async with house(kind=ENVELOPES) as here:
        with pytest.raises(InvalidRoom, match="opens_at"):
            await here.directory.create(
                "sealed_envelopes", "Room", here.ana.identity, {"opens_at": "now"}
            )


async def test_JN6_a_stranger_gets_nothing_and_an_invitation_makes_a_member_first() -> None:
    async with house() as here:
        stranger = RecordingRecipient("eve")
        assert await here.directory.join(stranger, here.room) is None
        assert await here.directory.join(stranger, NOWHERE) is None
        assert await here.directory.join(stranger, here.room, invitation="i_bbbbbbbbbbb") is None
        assert stranger.messages == []
        ben, _ = await here.guest("ben")
        events = [
            e for m in ben.of_type("entries") for entry in m["entries"] for e in entry["events"]
        ]
        shown = ben.of_type("snapshot")[0]["state"]["room"]["members"]
        assert ben.identity.account in shown or events[-1]["type"] == "member.joined"
        assert ben.of_type("joined")[0]["role"] == "editor"
        revoke = RevokeInvitation(INVITATION)
        await here.directory.execute(here.room, here.ana.identity, revoke)
        assert await here.directory.join(stranger, here.room, invitation=INVITATION) is None


async def test_MS18_a_full_room_says_so_to_whom_it_would_take_and_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with house() as here:
        await here.guest("ben")
        members = len(here.live.replica.state.membership.members)
        monkeypatch.setattr(membership_entry, "MEMBERS_MAX", members)
        newcomer = RecordingRecipient("eve")
        head = here.live.position
        with pytest.raises(RoomFull):
            await here.directory.join(newcomer, here.room, invitation=INVITATION)
        with pytest.raises(RoomFull):
            await here.directory.let_in(here.room, newcomer.identity, INVITATION)
        with pytest.raises(RoomFull):
            await here.directory.enter_by_team(here.room, newcomer.identity, "editor")
        assert await here.directory.join(newcomer, here.room) is None
        assert await here.directory.join(newcomer, here.room, invitation="i_bbbbbbbbbbb") is None
        assert newcomer.messages == []
        assert here.live.position == head, "nothing is written, no use of the link is gone"
        again = RecordingRecipient("ben", client="another-client-of-ben")
        assert await here.directory.join(again, here.room, invitation=INVITATION) is not None
        monkeypatch.setattr(membership_entry, "MEMBERS_MAX", members + 1)
        assert await here.directory.join(newcomer, here.room, invitation=INVITATION) is not None


async def test_JN6_an_invitation_while_the_database_is_away_is_no_refusal() -> None:
    async with house() as here:
        here.log.faults = ["refused"]
        with pytest.raises(StorageUnavailable):
            await here.directory.join(RecordingRecipient("ben"), here.room, invitation=INVITATION)


async def test_JN7_a_member_with_a_new_name_is_renamed() -> None:
    async with house() as here:
        ben, _ = await here.guest("ben")
        renamed = RecordingRecipient("ben", client="another-client-of-ben")
        renamed._identity = Identity(ben.identity.account, "Benjamin", 2**52)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as a new token would
        await here.directory.join(renamed, here.room)
        await here.settle()
        last = ben.of_type("entries")[-1]["entries"][-1]["events"][0]
        assert (last["type"], last["name"]) == ("member.renamed", "Benjamin")


async def test_JN1_and_JN2_snapshot_then_entries_then_nothing() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        first = here.live.position
        here.submit(follower, Claim(1))
        here.submit(follower, Claim(2))
        await here.settle()
        fresh = RecordingRecipient("ana", client="fresh-client-of-ana")
        await here.directory.join(fresh, here.room, ref=9)
        assert [m["type"] for m in fresh.messages[:2]] == ["private", "snapshot"]
        joined = fresh.of_type("joined")[0]
        assert joined["ref"] == 9
        assert joined["position"] == [first.generation, 4, here.live.position.tag]
        behind = RecordingRecipient("ana", client="behind-client-of-ana")
        await here.directory.join(behind, here.room, position=first)
        assert behind.of_type("snapshot") == []
        assert behind.versions() == [3, 4]
        level = RecordingRecipient("ana", client="level-client-of-ana")
        await here.directory.join(level, here.room, position=here.live.position)
        assert level.of_type("snapshot") == level.of_type("entries") == []
        assert here.metrics.joins == {"snapshot": 2, "delta": 1, "up_to_date": 1}


@pytest.mark.parametrize("change", ["generation", "tag", "ahead", "unknown tag of an old version"])
async def test_JN3_a_position_that_is_not_on_the_chain_starts_over(change: str) -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        at = here.live.position
        position = {
            "generation": Position("f" * 16, at.version, at.tag),
            "tag": Position(at.generation, at.version, "f" * 16),
            "ahead": Position(at.generation, at.version + 1, at.tag),
            "unknown tag of an old version": Position(at.generation, 1, "f" * 16),
        }[change]
        again = RecordingRecipient("ana", client="another-client-of-ana")
        await here.directory.join(again, here.room, position=position)
        assert len(again.of_type("snapshot")) == 1


async def test_JN10_who_has_seen_more_than_this_node_is_not_taken_back() -> None:
    async with house() as here, another_node(here) as other:
        behind = await other.open(here.room)
        assert behind is not None
        for text in ("one", "two"):
            await here.directory.execute(here.room, here.ana.identity, Say(text))
        seen = here.live.position
        assert behind.position.version == seen.version - 2, "nobody has told the other node"
        again = RecordingRecipient("ana", client="another-client-of-ana")
        await other.join(again, here.room, position=seen)
        assert again.of_type("snapshot") == again.of_type("entries") == []
        assert again.of_type("joined")[0]["position"] == [seen.generation, seen.version, seen.tag]


async def test_JN10_whoever_cannot_be_brought_level_is_sent_elsewhere() -> None:
    async with house() as here, another_node(here) as other:
        await other.open(here.room)
        await here.directory.execute(here.room, here.ana.identity, Say("one"))
        here.log.faults = ["refused"]
        again = RecordingRecipient("ana", client="another-client-of-ana")
        with pytest.raises(StorageUnavailable):
            await other.join(again, here.room, position=here.live.position)
        assert again.messages == []


async def test_JN4_entries_older_than_memory_are_read_from_the_log() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        positions: list[Position] = [here.live.position]
        for number in range(40):
            here.submit(follower, Claim(number % 24))
            await here.settle()
            positions.append(here.live.position)
        follower.leave()
        here.clock.advance(61)
        here.directory.tidy()
        await here.settle()
        room = await here.directory.open(here.room)
        assert room is not None
        assert room.replica.tail.before.version > positions[0].version
        for number, position in enumerate(positions[:6]):
            again = RecordingRecipient("ana", client=f"client-{number}-of-ana-again")
            await here.directory.join(again, here.room, position=position)
            assert again.of_type("snapshot") == []
            assert again.versions() == list(
                range(position.version + 1, room.replica.committed.version + 1)
            )
        wrong = RecordingRecipient("ana", client="wrong-client-of-ana")
        forked = Position(positions[1].generation, positions[1].version, "f" * 16)
        await here.directory.join(wrong, here.room, position=forked)
        assert len(wrong.of_type("snapshot")) == 1
        root = RecordingRecipient("ana", client="root-client-of-ana")
        await here.directory.join(root, here.room, position=Position(room.generation, 0, "0" * 16))
        assert root.versions()[0] == 1


async def test_JN5_joined_lists_what_is_settled() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Claim(1))
        here.submit(follower, Claim(1))
        here.submit(follower, Claim(2))
        await here.settle()
        again = RecordingRecipient("ana")
        await here.directory.join(again, here.room)
        assert again.of_type("joined")[0]["done"] == [[1, 3], [3, 4]]


async def test_RM11_past_versions_can_be_viewed_and_others_are_unknown() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        for slot in range(5):
            here.submit(follower, Claim(slot))
        await here.settle()
        for version in range(1, 8):
            head, view = await here.directory.view(here.room, version)
            assert head.version == version
            assert view.count(b"a_ana") >= 1
            assert view.count(b"[") > 0
        assert b'"slots":[[0,' in (await here.directory.view(here.room, 3))[1]
        for version in (0, 8, -1):
            with pytest.raises(UnknownVersion):
                await here.directory.view(here.room, version)
        with pytest.raises(UnknownVersion):
            await here.directory.view(NOWHERE)
        lines = await here.directory.entries(here.room, 2, 4)
        assert [line[:6] for line in lines] == [b'{"v":2', b'{"v":3', b'{"v":4']
        assert len(await here.directory.entries(here.room, 6, 99)) == 2


async def test_RM11_a_pruned_version_is_unknown() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        for slot in range(20):
            here.submit(follower, Claim(slot))
            await here.settle()
        here.live.save_if_changed(1)
        await here.settle()
        head = here.live.replica.committed.version
        assert await here.log.prune(here.room, head) > 0
        with pytest.raises(UnknownVersion, match="pruned"):
            await here.directory.view(here.room, 5)


async def test_execute_goes_the_way_of_every_command() -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        ended = await here.directory.execute(here.room, here.ana.identity, Claim(1))
        assert ended == Ended(3)
        again = await here.directory.execute(here.room, here.ana.identity, Claim(1))
        assert again.code == "exists"
        assert (
            await here.directory.execute(NOWHERE, here.ana.identity, Claim(1))
        ).code == "not_found"
        eve = RecordingRecipient("eve").identity
        assert (await here.directory.execute(here.room, eve, Claim(1))).code == "not_found"
        assert here.ana.versions() == [3]


async def test_CM13_a_command_made_by_us_is_held_to_the_types_of_the_wire() -> None:
    async with house() as here:
        wrong = CreateInvitation("not an id", "viewer")
        ended = await here.directory.execute(here.room, here.ana.identity, wrong)
        assert ended.code == "bad_command"
        assert (await here.directory.view(here.room))[0].version == 2


async def test_SV1_a_bug_in_a_room_stops_that_room_and_the_next_join_reopens_it() -> None:
    async with house() as here:
        other = await here.directory.create("claims", "Other", here.ana.identity, {})
        follower = await here.directory.join(here.ana, here.room)
        ben = RecordingRecipient("ana", client="another-client-of-ana")
        elsewhere = await here.directory.join(ben, other)
        assert follower is not None
        assert elsewhere is not None
        failed = here.live
        with patch.object(failed.replica, "commit", side_effect=ZeroDivisionError):
            here.submit(follower, Claim(1))
            await here.settle()
        closed = here.ana.of_type("closed")[0]
        assert closed["reason"] == "failed"
        assert here.ana.closed == [(here.room, "failed", closed["incident"])]
        assert here.room not in here.directory.open_rooms
        assert other in here.directory.open_rooms
        assert ben.closed == []
        again = RecordingRecipient("ana")
        joined = await here.directory.join(again, here.room)
        assert joined is not None
        assert here.live is not failed
        assert here.live.replica.committed.version == 3, "the log had it"
        assert here.metrics.rooms_failed == 1
        assert here.bugs == []


async def test_SV1_a_bug_while_preparing_or_recovering_stops_the_room() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        with patch.object(Room, "_decide", side_effect=ZeroDivisionError):
            here.submit(follower, Claim(1))
            await here.settle()
        assert here.ana.of_type("closed")[0]["reason"] == "failed"
        ben, follower = await here.guest("ben")
        here.log.faults = ["lost"]
        with patch.object(here.log, "read", side_effect=ZeroDivisionError):
            here.submit(follower, Claim(1))
            await here.settle()
        assert ben.of_type("closed")[0]["reason"] == "failed"


async def test_SV1_a_bug_in_a_later_piece_of_a_fan_out_stops_the_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(fan_out_piece=3, presence_tick_ms=3_600_000)
    async with house(settings=settings) as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        for number in range(9):
            await here.guest(f"fan{number}")
        last, _ = await here.guest("packed", codec=MSGPACK)
        await here.settle()
        failed, real = here.live, fan_out.entries_frames

        def faulty(room: str, entries: Sequence[TailEntry], *, binary: bool) -> bytes:
            if binary:
                raise ValueError("a bug")
            return real(room, entries, binary=binary)

        monkeypatch.setattr(fan_out, "entries_frames", faulty)
        here.submit(follower, Claim(1))
        await here.settle()
        assert failed.closed
        assert here.metrics.rooms_failed == 1
        for recipient in (here.ana, last):
            assert recipient.of_type("closed")[0]["reason"] == "failed"
        monkeypatch.undo()
        ben, again = await here.guest("ben")
        here.submit(again, Claim(2))
        await here.settle()
        assert len(ben.of_type("accepted")) == 1


async def test_CM11_a_command_whose_effect_is_a_bug_ends_and_is_not_sent_again() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        with patch.object(Replica, "propose", side_effect=ZeroDivisionError):
            here.submit(follower, Claim(1))
            here.submit(follower, Claim(2))
            await here.settle()
        told = {one["seq"]: one for one in here.ana.of_type("rejected")}
        incident = here.ana.of_type("closed")[0]["incident"]
        assert (told[1]["code"], told[1]["final"]) == ("internal", True)
        assert told[1]["detail"] == {"incident": incident}
        assert told[2]["code"] == "busy"
        # from HTTP nobody would ever have heard of it
        with patch.object(Replica, "propose", side_effect=ZeroDivisionError):
            ended = await here.directory.execute(here.room, here.ana.identity, Claim(3))
        assert ended.code == "internal"


async def test_RM17_beyond_a_number_of_rooms_those_that_nobody_follows_are_closed() -> None:
    async with house(settings=Settings(open_rooms_max=3)) as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        rooms = [
            await here.directory.create("claims", name, here.ana.identity, {}) for name in "abcde"
        ]
        for room in rooms[:2]:
            await here.directory.open(room)
            here.clock.advance(1)
        with patch("server.rooms.directory.CLOSED_AT_ONCE", 1):
            await here.directory.open(rooms[2])
        assert list(here.directory.open_rooms) == [here.room, *rooms[1:3]]
        for number, room in enumerate(rooms[3:]):
            other = RecordingRecipient("ana", client=f"client-of-ana-{number:08}")
            assert await here.directory.join(other, room) is not None
        assert list(here.directory.open_rooms) == [here.room, *rooms[3:]]
        with pytest.raises(StorageUnavailable):
            await here.directory.open(rooms[0])
        ana.leave()
        assert await here.directory.open(rooms[0]) is not None


async def test_SV6_a_damaged_snapshot_costs_an_alarm_and_not_the_room() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        for _ in range(3):
            for slot in range(20):
                here.submit(ana, Claim(slot))
                here.submit(ana, Release(slot))
            await here.settle()
            base = here.live.replica.rebase()
            await here.log.save_snapshot(here.room, StoredSnapshot(base.head, base.blob))
        whole = here.live.replica.state.snapshot()
        snapshots = here.log._rooms[here.room].snapshots  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - damage
        assert len(snapshots) == 3
        newest, second, first = sorted(snapshots, reverse=True)
        good = dict(snapshots)

        async def opened() -> bytes:
            here.directory._close_room(here.live)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as when idle
            room = await here.directory.open(here.room)
            assert room is not None
            return room.replica.state.snapshot()

        for damage in (
            good[newest].blob[:-9],
            b"[]",
            b'{"at":"then"}',
            good[newest].blob.replace(b'"membership"', b'"m"'),
        ):
            snapshots[newest] = StoredSnapshot(good[newest].head, damage)
            assert await opened() == whole
        snapshots[newest] = StoredSnapshot(Head(newest, "f" * 16), good[newest].blob)
        assert await opened() == whole
        for version in (newest, second, first):
            snapshots[version] = StoredSnapshot(good[version].head, b"{}")
        assert await opened() == whole
        past = await here.directory.view(here.room, second)
        assert past[0].version == second
        assert here.directory.unreadable == {}


async def test_SV6_entries_that_do_not_lead_to_the_head_make_a_room_unreadable() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        here.submit(ana, Claim(1))
        await here.settle()
        here.directory._close_room(here.live)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as when idle
        records = here.log._rooms[here.room].records  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - damage
        good = records[2]
        records[2] = good.replace(b'"slot":1', b'"slot":2')
        assert records[2] != good
        with pytest.raises(RoomUnreadable):
            await here.directory.open(here.room)
        records[2] = good
        assert await here.directory.open(here.room) is not None
        # nor is a room opened as an empty one where its first entries are gone
        for slot in range(40):
            await here.directory.execute(here.room, here.ana.identity, Claim(slot + 10))
        base = here.live.replica.rebase()
        await here.log.save_snapshot(here.room, StoredSnapshot(base.head, base.blob))
        await here.log.prune(here.room, base.head.version)
        here.live.view.saved_version = base.head.version  # so that closing saves no other
        here.directory._close_room(here.live)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - as when idle
        here.log._rooms[here.room].snapshots.clear()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - damage
        with pytest.raises(RoomUnreadable):
            await here.directory.open(here.room)


async def test_SV2_a_bug_in_a_task_of_no_room_is_reported_to_the_node() -> None:
    # the lane that failed never answers, so there is nothing to wait for
    with patch("server.rooms.directory.STOP_S", 0.0):
        await _a_lane_fails()


async def _a_lane_fails() -> None:
    async with house() as here:
        with patch.object(here.log, "append", side_effect=ZeroDivisionError):
            follower = await here.directory.join(here.ana, here.room)
            assert follower is not None
            here.submit(follower, Claim(1))
            await here.settle()
        assert [type(bug) for bug in here.bugs] == [ZeroDivisionError]


async def test_SV3_a_room_that_cannot_be_read_is_refused_and_postponed() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, OpenTurn())
        await here.settle()
        follower.leave()
        here.clock.advance(61)
        here.directory.tidy()
        await here.settle()
        await here.log.drop_snapshots(here.room, await here.log.snapshots(here.room))
        records = here.log._rooms[here.room].records  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - damage
        good = records[2]
        records[2] = good.replace(b"turn.opened", b"turn.broken")
        with pytest.raises(RoomUnreadable, match="incident"):
            await here.directory.join(here.ana, here.room)
        assert list(here.directory.unreadable) == [here.room]
        assert await here.log.due(here.clock.now_ms(), 9) == [here.room]
        await here.directory.sweep_due()
        assert await here.log.due(here.clock.now_ms(), 9) == []
        assert await here.log.due(here.clock.now_ms() + 2_000, 9) == [here.room]
        records[2] = good
        here.clock.advance(3)
        await here.directory.sweep_due()
        assert here.directory.unreadable == {}
        assert here.room in here.directory.open_rooms


async def test_RM12_a_due_room_that_nobody_holds_is_opened_and_woken() -> None:
    async with house() as here:
        await here.directory.execute(here.room, here.ana.identity, OpenTurn())
        here.clock.advance(61)
        here.directory.tidy()
        assert here.room not in here.directory.open_rooms
        await here.directory.sweep_due()
        await here.settle()
        for _ in range(100):
            if here.room in here.directory.open_rooms and here.live.replica.committed.version == 4:
                break
            await asyncio.sleep(0)
        assert here.live.replica.state.inner.deadline is None
        await here.directory.sweep_due()


async def test_RM12_a_database_that_is_away_postpones_nothing() -> None:
    async with house() as here:
        with patch.object(here.log, "due", side_effect=StorageUnavailable):
            await here.directory.sweep_due()
        with (
            patch.object(here.log, "due", return_value=[NOWHERE, "r_" + "y" * 22]),
            patch.object(here.log, "rooms", side_effect=StorageUnavailable),
        ):
            await here.directory.sweep_due()


async def test_RM15_a_draining_node_takes_nothing_more_and_finishes_what_it_has() -> None:
    async with house() as here:
        follower = await here.directory.join(here.ana, here.room)
        assert follower is not None
        here.submit(follower, Claim(1))
        await here.directory.stop()
        assert here.ana.of_type("accepted")[0]["done"] == [[1, 3]]
        with pytest.raises(StorageUnavailable, match="draining"):
            await here.directory.open(here.room)
        assert await here.log.heads([here.room]) == {here.room: here.log._rooms[here.room].head}  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - the truth


async def test_JN_a_room_that_failed_while_somebody_joined_is_joined_anew() -> None:
    async with house() as here:
        await here.directory.join(here.ana, here.room)
        room = here.live
        original = here.directory.open
        answers: list[Any] = [room]

        async def first_the_failed_one(room_id: str) -> Any:
            return answers.pop() if answers else await original(room_id)

        here.directory._fail(room, ZeroDivisionError())  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - a bug
        with patch.object(here.directory, "open", first_the_failed_one):
            again = RecordingRecipient("ana", client="another-client-of-ana")
            follower = await here.directory.join(again, here.room)
        assert follower is not None
        assert follower.room is here.live is not room


def test_dice_are_drawn_one_by_one() -> None:
    dice = Dice()
    drawn = [dice.draw() for _ in range(2_000)]
    assert len(set(drawn)) == 2_000
    assert all(0 <= one < 2**64 for one in drawn)


async def test_an_invitation_that_exists_twice_is_refused_by_name() -> None:
    async with house() as here:
        again = CreateInvitation(INVITATION, "viewer")
        ended = await here.directory.execute(here.room, here.ana.identity, again)
        assert ended.code is not None


async def test_RM11_a_view_of_now_is_made_once_until_an_entry_comes() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        head, first = await here.directory.view(here.room)
        assert (await here.directory.view(here.room, head.version))[1] is first
        here.submit(ana, Claim(1))
        await here.settle()
        later, second = await here.directory.view(here.room)
        assert later.version == head.version + 1
        assert second != first
        # asked for by the number of a version that is the past by the time it is made
        asked = asyncio.ensure_future(here.directory.view(here.room, later.version))
        with patch("server.rooms.directory._now", AsyncMock(return_value=(head, first))):
            assert (await asked)[0] == Head(later.version, "")


async def test_JN8_of_many_joins_one_at_a_time_waits_for_a_slow_reader() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        assert ana is not None
        other = await here.directory.create(CLAIMS.name, "Other", here.ana.identity, {})
        slow = RecordingRecipient("ana", client="client-of-a-slow-reader")
        slow.paused = True
        joins = [
            asyncio.ensure_future(here.directory.join(slow, room)) for room in (here.room, other)
        ]
        await here.settle()
        assert slow.messages == []
        slow.paused, slow.fills_after = False, 1  # full again with the first snapshot
        await here.settle()
        assert [join.done() for join in joins] == [True, False]
        assert len(slow.of_type("snapshot")) == 1
        slow.paused = False
        assert None not in await asyncio.gather(*joins)
        assert len(slow.of_type("snapshot")) == 2


async def test_JN8_a_join_that_waited_asks_again_who_is_a_member() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        eve, _ = await here.guest("eve")
        assert ana is not None
        again = RecordingRecipient("eve", client="client-eve-second")
        again.paused = True
        joining = asyncio.ensure_future(here.directory.join(again, here.room))
        here.submit(ana, RemoveMember(eve.identity.account))
        await here.settle()
        again.paused = False
        assert await joining is None


async def test_JN6_who_is_removed_while_a_join_reads_the_log_is_not_let_in() -> None:
    async with house(settings=Settings(tail_bytes_max=1, presence_tick_ms=3_600_000)) as here:
        ana = await here.directory.join(here.ana, here.room)
        eve, follower = await here.guest("eve")
        assert ana is not None
        position = here.live.position
        follower.leave()
        for slot in range(30):
            here.submit(ana, Claim(slot))
        await here.settle()
        here.live.save_if_changed(1)  # the position is now older than what is in memory
        read, opened = here.log.read, asyncio.Event()

        async def slow(*args: Any, **options: Any) -> Page:
            await opened.wait()
            return await read(*args, **options)

        again = RecordingRecipient("eve", client="client-eve-second")
        with patch.object(here.log, "read", slow):
            joining = asyncio.ensure_future(
                here.directory.join(again, here.room, position=position)
            )
            await here.settle()
            here.submit(ana, RemoveMember(eve.identity.account))
            await here.settle()
            opened.set()
            assert await joining is None
        assert again.messages == []


async def test_EN9_a_member_whose_entry_is_not_committed_is_none_yet() -> None:
    async with house() as here:
        eve = RecordingRecipient("eve")
        here.log.gate = asyncio.Event()
        entering = asyncio.ensure_future(here.directory.join(eve, here.room, invitation=INVITATION))
        await here.settle()
        assert await here.directory.role_of(here.room, eve.identity.account) is None
        other = RecordingRecipient("eve", client="client-eve-second")
        assert await here.directory.join(other, here.room) is None
        assert other.messages == []
        here.log.gate.set()
        assert await entering is not None
        assert await here.directory.role_of(here.room, eve.identity.account) == "editor"


async def test_EN9_a_removal_that_is_not_committed_puts_nobody_out() -> None:
    async with house() as here:
        ana = await here.directory.join(here.ana, here.room)
        eve, _ = await here.guest("eve")
        assert ana is not None
        here.log.gate = asyncio.Event()
        here.log.faults.append("refused")
        here.submit(ana, RemoveMember(eve.identity.account))
        await here.settle()
        again = RecordingRecipient("eve", client="client-eve-second")
        assert await here.directory.join(again, here.room) is not None
        assert again.of_type("joined")[0]["role"] == "editor"
        here.log.gate.set()
        await here.settle()
        assert await here.directory.role_of(here.room, eve.identity.account) == "editor"


async def test_MS9_an_entry_that_other_nodes_overtook_is_asked_for_again() -> None:
    async with house(settings=Settings(attempts_max=1)) as here:
        eve = RecordingRecipient("eve")

        async def contended(*_: Any) -> Ended:
            return Ended(code="contended")

        with (
            patch.object(here.directory, "_run", contended),
            pytest.raises(StorageUnavailable),
        ):
            await here.directory.join(eve, here.room, invitation=INVITATION)


# --------------------------------------------------------------------------- rooms of a team


async def test_MB24_who_is_in_the_team_joins_without_an_invitation() -> None:
    async with house() as here:
        eve = RecordingRecipient("eve")
        account = eve.identity.account
        assert await here.directory.join(eve, here.room) is None
        assert await here.directory.join(eve, here.room, team_role="annotator") is not None
        assert eve.of_type("joined")[0]["role"] == "annotator"
        snapshot = eve.of_type("snapshot")[0]["state"]["room"]["members"][account]
        assert snapshot == {"name": "Eve", "role": "annotator", "team": True}
        listed = await here.log.listed(account, limit=10)
        assert [(one.row.id, one.role) for one in listed] == [(here.room, "annotator")]


async def test_MB25_a_team_that_gives_no_more_writes_nothing() -> None:
    async with house() as here:
        eve, _ = await here.guest("eve")
        head = here.live.replica.committed
        for role in ("viewer", "editor"):
            again = RecordingRecipient("eve", client=f"client-eve-{role}")
            assert await here.directory.join(again, here.room, team_role=role) is not None
        assert here.live.replica.committed == head
        raised = RecordingRecipient("eve", client="client-eve-raised")
        await here.directory.join(
            raised, here.room, invitation=INVITATION, team_role="owner", ref=3
        )
        assert raised.of_type("joined")[0]["role"] == "owner"
        assert raised.of_type("joined")[0]["ref"] == 3
        assert await here.directory.role_of(here.room, eve.identity.account) == "owner"


async def test_MB28_whom_an_owner_removed_does_not_join_by_the_team() -> None:
    async with house() as here:
        eve = RecordingRecipient("eve")
        await here.directory.join(eve, here.room, team_role="editor")
        removal = RemoveMember(eve.identity.account)
        assert (await here.directory.execute(here.room, here.ana.identity, removal)).code is None
        again = RecordingRecipient("eve", client="client-eve-second")
        assert await here.directory.join(again, here.room, team_role="owner") is None
        assert again.messages == []


async def test_MB26_MB27_a_change_in_the_team_holds_at_once_in_the_room() -> None:
    async with house() as here:
        eve = RecordingRecipient("eve")
        account = eve.identity.account
        follower = await here.directory.join(eve, here.room, team_role="editor")
        assert follower is not None
        here.submit(follower, Claim(1))
        ended = await here.directory.set_team_role(here.room, account, "Eve", "viewer")
        assert ended.code is None
        here.submit(follower, Claim(2))
        await here.settle()
        assert [(one["seq"], one["code"]) for one in eve.of_type("rejected")] == [(2, "forbidden")]
        ended = await here.directory.set_team_role(here.room, account, "Eve", None)
        assert ended.code is None
        await here.settle()
        assert eve.closed == [(here.room, "removed", None)]
        left = eve.of_type("entries")[-1]["entries"][-1]["events"]
        assert left == [{"type": "member.left_team", "member": account}]
        assert await here.directory.role_of(here.room, account) is None
        assert await here.log.listed(account, limit=10) == []


async def test_MB26_nothing_left_to_do_is_a_final_refusal() -> None:
    async with house() as here:
        say = here.directory.set_team_role
        ana = here.ana.identity.account
        assert (await say(NOWHERE, ana, "Ana", "viewer")).code == "not_found"
        assert (await say(here.room, "a_" + "n" * 22, "Nina", "viewer")).code == "unknown_member"
        assert (await say(here.room, ana, "Ana", "viewer")).code == "nothing_changes"
        assert (await say(here.room, ana, "Ana", None)).code == "nothing_changes"


async def test_MB27_who_is_out_of_the_team_is_in_until_that_is_committed() -> None:
    async with house() as here:
        eve = RecordingRecipient("eve")
        account = eve.identity.account
        await here.directory.join(eve, here.room, team_role="editor")
        here.log.gate = asyncio.Event()
        here.log.faults.append("refused")
        ending = asyncio.ensure_future(
            here.directory.set_team_role(here.room, account, "Eve", None)
        )
        await here.settle()
        assert await here.directory.role_of(here.room, account) == "editor"
        here.log.gate.set()
        assert (await ending).code == "busy"
        assert await here.directory.role_of(here.room, account) == "editor"
        assert eve.closed == []


async def test_CM1_commands_of_a_client_given_by_hand_are_known_by_their_number() -> None:
    async with house() as here:
        ana = here.ana.identity
        made = (await here.log.heads([here.room]))[here.room].version
        ends = [
            await here.directory.execute(
                here.room, ana, Say(f"{seq}"), client="a-program", seq=seq, made=made
            )
            for seq in (1, 2, 1, 2)
        ]
        assert [one.version for one in ends] == [made + 1, made + 2] * 2
        assert len(here.live.replica.state.membership.chat) == 2
