"""Followers with filters: what they are sent, once for all with the same, and how they go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from protocol.codec import JSON, MSGPACK, Codec
from protocol.errors import MalformedMessage
from protocol.identifiers import Position
from protocol.membership import CreateInvitation
from server.config import Settings
from server.rooms import cohorts
from server.rooms.cohorts import Cohort
from server.rooms.follower import Follower
from server.rules import membership_state
from server.rules.feed import FEED
from server.rules.room_state import RoomState
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import INVITATION, House, house

TOUCHDOWN = {"stat": 11, "team": "AWY", "player": "p1", "name": "P.One", "yards": 4}
RUN = {**TOUCHDOWN, "stat": 10}
SCORING = {"whats": ["scoring"]}


@asynccontextmanager
async def feed(**settings: Any) -> AsyncGenerator[House]:
    async with house(kind=FEED, settings=Settings(presence_tick_ms=3_600_000, **settings)) as here:
        yield here
        assert here.bugs == []


async def fan(
    here: House,
    name: str,
    wanted: Any = SCORING,
    *,
    codec: Codec = JSON,
    position: Position | None = None,
) -> tuple[RecordingRecipient, Follower]:
    recipient = RecordingRecipient(name, codec=codec)
    follower = await here.directory.join(
        recipient,
        here.room,
        invitation=INVITATION,
        position=position,
        wanted=None if wanted is None else codec.raw(wanted),
    )
    assert follower is not None
    await here.settle()
    return recipient, follower


async def report(here: House, number: int, *lines: Any, revision: int = 1, score: int = -1) -> int:
    play = {"id": number, "order": number, "stats": lines}
    said: list[Any] = [
        {"type": "play.report", "source": "gsis", "revision": revision, "play": play}
    ]
    if score >= 0:
        header = {"home": "HOM", "away": "AWY", "away_score": score}
        said.append(
            {"type": "header.report", "source": "gsis", "revision": revision + number,
             "header": header}
        )  # fmt: skip
    command = JSON.encode({"type": "reports", "reports": said})
    ended = await here.directory.execute(here.room, here.ana.identity, command)
    assert ended.code is None, ended
    await here.settle()
    return ended.version


def plays(who: RecordingRecipient) -> list[int]:
    """Plays that came, in entries."""
    told = [entry for one in who.of_type("entries") for entry in one["entries"]]
    events = [event for entry in told for event in entry["events"]]
    return [event.get("play", event.get("now", event)).get("id") for event in events]


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_FF3_FF6_what_is_not_wanted_is_not_sent_and_the_gap_is_explained(
    codec: Codec,
) -> None:
    async with feed() as here:
        await report(here, 1, RUN)
        who, _ = await fan(here, "eva", codec=codec)
        (snapshot,) = who.of_type("snapshot")
        assert snapshot["state"]["kind"]["plays"] == []
        assert snapshot["state"]["kind"]["partial"] is True
        (joined,) = who.of_type("joined")
        assert joined["filtered"] is True
        writes = who.writes
        for number in (2, 3, 4):
            await report(here, number, RUN)
        assert who.writes == writes, "nothing is written for what is not wanted"
        version = await report(here, 5, TOUCHDOWN)
        (told,) = who.of_type("entries")
        assert (told["first"], told["skipped_to"]) == (joined["position"][1] + 1, version)
        assert [entry["v"] for entry in told["entries"]] == [version]
        assert told["tag"] == here.live.replica.committed.tag
        assert plays(who) == [5]


async def test_FF3_header_and_status_always_pass_without_the_play() -> None:
    async with feed() as here:
        who, _ = await fan(here, "eva")
        await report(here, 1, RUN, score=3)
        (told,) = who.of_type("entries")
        types = [event["type"] for event in told["entries"][0]["events"]]
        assert types == ["game.status", "feed.inconsistent"]


async def test_FF4_a_correction_brings_a_play_and_takes_one_away() -> None:
    async with feed() as here:
        who, _ = await fan(here, "eva")
        await report(here, 1, RUN)
        await report(here, 1, TOUCHDOWN, revision=2)
        assert plays(who) == [1]
        await report(here, 1, RUN, revision=3)
        last = who.of_type("entries")[-1]["entries"][0]
        assert last["events"][0]["type"] == "play.corrected"
        assert last["gone"] == [1]


async def test_FF7_one_judgement_a_cohort_and_entry_and_one_frame_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with feed(fan_out_piece=2) as here:
        crowd = [await fan(here, f"fan{n}", {"whats": ["scoring", "scoring"]}) for n in range(5)]
        crowd += [await fan(here, f"eve{n}", {"teams": ["HOM"]}) for n in range(3)]
        assert len(here.live.cohorts) == 2
        judged: list[int] = []
        framed: list[int] = []
        judge, frames = Cohort.judge, Cohort.frames

        def counting(self: Cohort, *arguments: Any) -> Any:
            judged.append(1)
            return judge(self, *arguments)

        def framing(self: Cohort, *arguments: Any, **named: Any) -> Any:
            framed.append(1)
            return frames(self, *arguments, **named)

        monkeypatch.setattr(Cohort, "judge", counting)
        monkeypatch.setattr(Cohort, "frames", framing)
        writes = [who.writes for who, _ in crowd]
        version = await report(here, 1, TOUCHDOWN)
        assert (len(judged), len(framed)) == (2, 1)
        assert [version in who.versions() for who, _ in crowd] == 5 * [True] + 3 * [False]
        assert [who.writes - n for (who, _), n in zip(crowd, writes, strict=True)] == [1] * 5 + [
            0
        ] * 3


async def test_FF6_who_resumes_gets_what_passed_meanwhile() -> None:
    async with feed() as here:
        who, follower = await fan(here, "eva")
        seen = here.live.position
        follower.leave()
        assert len(here.live.cohorts) == 0
        await report(here, 1, RUN)
        first = await report(here, 2, TOUCHDOWN)
        last = await report(here, 3, RUN)
        again, _ = await fan(here, "eva", position=seen)
        assert again.of_type("snapshot") == []
        assert again.versions() == [first]
        assert again.of_type("entries")[-1]["skipped_to"] == last
        assert again.of_type("joined")[0]["position"][1] == last
        assert who.versions() == []


async def test_FF6_who_reads_slowly_gets_what_passed_when_it_has_drained() -> None:
    async with feed() as here:
        who, follower = await fan(here, "eva")
        who.paused = True
        follower.lag()
        first = await report(here, 1, TOUCHDOWN)
        await report(here, 2, RUN)
        assert who.versions() == []
        who.paused = False
        follower.catch_up()
        assert who.versions() == [first]
        second = await report(here, 3, TOUCHDOWN)
        assert who.versions() == [first, second]


async def test_FF6_an_own_command_is_told_at_once_also_where_it_is_not_wanted() -> None:
    async with feed() as here:
        who, follower = await fan(here, "eva")
        play = {"id": 7, "order": 7}
        said = {"type": "play.report", "source": "gsis", "revision": 1, "play": play}
        here.submit(follower, said)
        await here.settle()
        version = here.live.replica.committed.version
        assert who.of_type("accepted")[-1]["done"][-1][1] == version
        told = who.of_type("entries")[-1]
        assert (told["entries"], told["skipped_to"]) == ([], version)
        here.submit(follower, {"type": "chat.say", "text": "Hello"})
        await here.settle()
        assert who.versions() == [version + 1]


async def test_FF8_a_filter_and_a_delay_hold_together() -> None:
    async with feed() as here:
        who, follower = await fan(here, "eva")
        here.submit(follower, {"type": "delay.set", "seconds": 30})
        await here.settle()
        seen = who.versions()
        await report(here, 1, RUN)
        version = await report(here, 2, TOUCHDOWN)
        assert who.versions() == seen
        here.clock.advance(30)
        here.live.delayed.release()
        assert who.versions() == [*seen, version]
        assert who.of_type("entries")[-1]["first"] == seen[-1] + 1
        follower.leave()
        await report(here, 3, TOUCHDOWN)
        again, _ = await fan(here, "eva")
        (snapshot,) = again.of_type("snapshot")
        assert [row["play"]["id"] for row in snapshot["state"]["kind"]["plays"]] == [2]
        assert snapshot["position"][1] == version


async def test_FF9_beyond_so_many_filters_everything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cohorts, "COHORTS_MAX", 1)
    async with feed() as here:
        await fan(here, "eva")
        who, _ = await fan(here, "bob", {"downs": [3]})
        assert "filtered" not in who.of_type("joined")[0]
        version = await report(here, 1, RUN)
        assert who.versions() == [version]
        same, _ = await fan(here, "cyd")
        assert same.of_type("joined")[0]["filtered"] is True
        none, _ = await fan(here, "dan", {})
        assert "filtered" not in none.of_type("joined")[0]


@pytest.mark.parametrize("delayed", [False, True])
async def test_FF9_who_comes_back_and_is_sent_everything_starts_over(
    delayed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It held a part: what came before its position and was not wanted is not with it."""
    async with feed() as here:
        await report(here, 1, RUN)
        who, follower = await fan(here, "eva")
        if delayed:
            here.submit(follower, {"type": "delay.set", "seconds": 30})
            await here.settle()
            here.clock.advance(31)
            here.live.delayed.release()
        position = here.live.position
        follower.leave()
        monkeypatch.setattr(cohorts, "COHORTS_MAX", 1)
        await fan(here, "bob", {"downs": [3]})
        who, _ = await fan(here, "eva", position=position)
        assert "filtered" not in who.of_type("joined")[0]
        (snapshot,) = who.of_type("snapshot")
        rows = snapshot["state"]["kind"]["plays"]
        assert ([row["play"]["id"] for row in rows], "partial" in snapshot["state"]["kind"]) == (
            [1],
            False,
        )
        position = here.live.position
        empty: list[Any] = [None, {}]
        for nothing in empty:
            again, _ = await fan(here, "dan", nothing, position=position)
            assert again.of_type("snapshot") == []


@pytest.mark.parametrize("wanted", [{"whats": ["goals"]}, [], {"players": ["p" * 40] * 200}])
async def test_FF1_what_is_no_filter_is_refused_to_members(wanted: Any) -> None:
    async with feed() as here:
        with pytest.raises(MalformedMessage):
            await fan(here, "eva", wanted)
        stranger = RecordingRecipient("zoe")
        raw = JSON.raw(wanted)
        assert await here.directory.join(stranger, here.room, wanted=raw) is None


async def test_FF1_rooms_of_other_kinds_have_no_filters() -> None:
    async with house() as here:
        with pytest.raises(MalformedMessage):
            await fan(here, "eva")


@pytest.mark.parametrize("profile", ["soccer", "generic"])
async def test_FF1_feeds_of_other_profiles_have_no_filters(profile: str) -> None:
    async with feed() as here:
        here.room = await here.directory.create(
            "feed", "Match", here.ana.identity, {"profile": profile}
        )
        await here.directory.execute(
            here.room, here.ana.identity, CreateInvitation(INVITATION, "viewer")
        )
        with pytest.raises(MalformedMessage, match="no filters"):
            await fan(here, "eva")
        who, _ = await fan(here, "eva", None)
        assert who.of_type("joined")[0].get("filtered") is None


async def test_FF6_presence_and_notices_reach_those_with_filters() -> None:
    async with feed() as here:
        who, _ = await fan(here, "eva")
        here.live.notify("stale")
        assert [one["code"] for one in who.of_type("notice")] == ["stale"]


# --- the crowd of those without a filter


async def crowd(here: House, count: int) -> list[RecordingRecipient]:
    """So many who only look."""
    invitation = "i_bbbbbbbbbbb"
    ended = await here.directory.execute(
        here.room, here.ana.identity, CreateInvitation(invitation, "viewer")
    )
    if ended.code not in {None, "exists"}:
        raise AssertionError(ended)
    came: list[RecordingRecipient] = []
    known = len(here.live.replica.state.membership.members)
    for number in range(known, known + count):
        recipient = RecordingRecipient(f"fan{number}")
        follower = await here.directory.join(recipient, here.room, invitation=invitation)
        assert follower is not None
        came.append(recipient)
    await here.settle()
    return came


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership_state, "PEOPLE_SHOWN", 5)


def state_of(who: RecordingRecipient) -> Any:
    return who.of_type("snapshot")[-1]["state"]


async def test_FX2_few_know_each_other_and_many_only_who_acts(small: None) -> None:
    async with feed() as here:
        few = await crowd(here, 4)
        assert len(state_of(few[-1])["room"]["members"]) == 5
        assert "partial" not in state_of(few[-1])["room"]
        told = [one["events"] for m in few[0].of_type("entries") for one in m["entries"]]
        assert len(told) == 3, "the first was told of everybody who came after"
        many = await crowd(here, 6)
        room = state_of(many[-1])["room"]
        assert room["partial"]
        assert 5 < room["count"] <= 11, "as of when the picture was made"
        assert [one["role"] for one in room["members"].values()] == ["owner"]
        assert [*room["names"].values()] == ["Ana"]


def versions_of(who: RecordingRecipient) -> list[int]:
    """Entries that came."""
    return [entry["v"] for one in who.of_type("entries") for entry in one["entries"]]


async def test_FX2_arrivals_among_many_are_passed_over_and_what_happens_is_not(small: None) -> None:
    async with feed() as here:
        first = (await crowd(here, 5))[0]
        writes, known = first.writes, versions_of(first)
        await crowd(here, 5)
        assert versions_of(first) == known
        version = await report(here, 1, RUN)
        told = first.of_type("entries")[-1]
        assert [entry["v"] for entry in told["entries"]] == [version]
        assert told["skipped_to"] == version
        assert told["first"] <= version - 5
        assert first.writes > writes
        # an editor who comes is no mere arrival
        editor = RecordingRecipient("eddy")
        await here.directory.join(editor, here.room, invitation=INVITATION)
        await here.settle()
        last = first.of_type("entries")[-1]["entries"][0]["events"][0]
        assert (last["type"], last["role"]) == ("member.joined", "editor")


async def test_FX2_FX6_owners_are_told_of_everybody(small: None) -> None:
    async with feed() as here:
        owner = RecordingRecipient("ana")
        await here.directory.join(owner, here.room)
        await crowd(here, 9)
        told = [one for m in owner.of_type("entries") for e in m["entries"] for one in e["events"]]
        assert sum(one["type"] == "member.joined" for one in told) == 9
        await report(here, 1, RUN)
        head, view = here.live.view.now()
        assert head == here.live.replica.committed
        assert len(JSON.decode_as(view, dict[str, Any])["room"]["members"]) == 10


async def test_FX5_one_picture_for_all_who_come_until_something_happens(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    part = RoomState.part

    def counting(self: RoomState, of_kind: Any) -> bytes:
        made.append(1)
        return part(self, of_kind)

    async with feed() as here:
        await crowd(here, 6)
        monkeypatch.setattr(RoomState, "part", counting)
        await report(here, 1, RUN)
        late = await crowd(here, 20)
        assert len(made) == 1, "who only looks changes nothing of it"
        for who in late:
            (snapshot,), (joined,) = who.of_type("snapshot"), who.of_type("joined")
            since = who.of_type("entries")
            reached = since[0]["skipped_to"] if since else snapshot["position"][1]
            assert reached == joined["position"][1]
            assert "filtered" not in joined
            assert [row["play"]["id"] for row in snapshot["state"]["kind"]["plays"]] == [1]
        await report(here, 2, RUN)
        (last,) = await crowd(here, 1)
        assert len(made) == 2
        assert [row["play"]["id"] for row in state_of(last)["kind"]["plays"]] == [1, 2]


async def test_FX5_EN9_what_is_being_appended_is_not_in_a_picture(small: None) -> None:
    async with feed() as here:
        await crowd(here, 6)
        await report(here, 1, RUN)
        (before,) = await crowd(here, 1)
        here.log.gate = asyncio.Event()
        play = {"id": 2, "order": 2, "stats": [RUN]}
        said = {"type": "play.report", "source": "gsis", "revision": 1, "play": play}
        task = asyncio.create_task(
            here.directory.execute(here.room, here.ana.identity, JSON.encode(said))
        )
        await here.settle()
        assert here.live.replica.proposed
        again = RecordingRecipient(before.identity.name.lower())
        follower = await here.directory.join(again, here.room)
        assert follower is not None
        assert [row["play"]["id"] for row in state_of(again)["kind"]["plays"]] == [1]
        here.log.gate.set()
        await task
        await here.settle()
        assert plays(again) == [2]


async def test_FX5_a_position_is_resumed_over_what_was_passed_over(small: None) -> None:
    async with feed() as here:
        who = (await crowd(here, 6))[-1]
        position = Position(*who.of_type("joined")[0]["position"])
        await crowd(here, 5)
        version = await report(here, 1, RUN)
        again = RecordingRecipient(who.identity.name.lower())
        await here.directory.join(again, here.room, position=position)
        assert again.of_type("snapshot") == []
        (told,) = again.of_type("entries")
        assert [entry["v"] for entry in told["entries"]] == [version]
        assert told["skipped_to"] == version


async def test_FX6_TS3_nobody_is_sent_the_delays_of_others_and_everybody_their_own() -> None:
    async with feed() as here:
        _, follower = await fan(here, "eva", None)
        here.submit(follower, {"type": "delay.set", "seconds": 30})
        await here.settle()
        ben, _ = await fan(here, "ben", None)
        filtered, _ = await fan(here, "lea")
        assert [state_of(one)["kind"]["delays"] for one in (ben, filtered)] == [{}, {}]
        assert ben.of_type("private") == []
        here.clock.advance(60)
        again, _ = await fan(here, "eva", None)
        account = follower.recipient.identity.account
        told = again.of_type("private")[-1]["state"]
        assert told == {"watching": None, "delays": {account: 30}}
