"""Reactions: counted together, told each second, as late as each member sees the room."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, get_args

import pytest

from protocol.client_messages import PresenceUpdate
from protocol.codec import JSON, MSGPACK
from protocol.errors import MalformedMessage
from protocol.feed import SetDelay, SetShift, Sign
from protocol.membership import Mute
from server.config import Settings
from server.rooms.follower import Follower
from server.rooms.reactions import EACH_MAX, KEPT, NOBODY, Reactions, message
from server.rules.feed import FEED
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house

SIGNS = get_args(Sign)


@asynccontextmanager
async def feed() -> AsyncGenerator[House]:
    async with house(kind=FEED, settings=Settings(presence_tick_ms=3_600_000)) as here:
        yield here
        assert here.bugs == []


def shown(who: RecordingRecipient) -> list[dict[str, int]]:
    values = [one for m in who.of_type("presence") for one in m.get("values", [])]
    return [value for connection, key, value in values if (connection, key) == (0, "reactions")]


def react(here: House, follower: Follower, sign: str = "cheer", times: int = 1) -> None:
    value = follower.recipient.codec.raw({"type": "react", "sign": sign})
    for _ in range(times):
        follower.presence(PresenceUpdate(here.room, "react", value))


async def tick(here: House) -> None:
    """The second is over."""
    assert here.live.reactions
    here.live.tell_reactions()
    await here.settle()


def test_RX1_RX2_signs_are_counted_a_few_of_each_and_told_once() -> None:
    reactions = Reactions(SIGNS)
    assert [reactions.add(1, "cheer") for _ in range(EACH_MAX + 1)] == EACH_MAX * [True] + [False]
    assert reactions.add(2, "sad")
    assert reactions.hear({"cheer": 5, "later": 9, "sad": -3})
    told, own = reactions.take(1_000)
    assert (told.counts, own) == ({"cheer": EACH_MAX + 5, "sad": 1}, {"cheer": EACH_MAX, "sad": 1})
    assert reactions.take(2_000)[0].counts == {}
    assert reactions.add(1, "cheer"), "another second"
    assert not Reactions(SIGNS).hear({"later": 1})


def test_RX3_a_stretch_has_what_was_told_in_it_and_old_ones_are_forgotten() -> None:
    reactions = Reactions(SIGNS)
    for second in range(1, KEPT + 20):
        reactions.add(1, "wow")
        reactions.take(1_000 * second)
    assert reactions.between(0, 20_000) == {"wow": 1}
    assert reactions.between(30_000, 33_000) == {"wow": 3}
    assert reactions.next_after(30_000) == 31_000
    assert reactions.next_after(10**9) is None
    assert message("r", {"wow": 1}).values[0].connection == NOBODY


async def test_RX1_RX2_everybody_is_told_the_sums_and_nothing_is_in_the_log() -> None:
    async with feed() as here:
        ben, one = await here.guest("ben")
        eva, two = await here.guest("eva", codec=MSGPACK)
        version = here.live.replica.committed.version
        react(here, one, times=EACH_MAX + 3)
        react(here, two, "clap")
        assert shown(ben) == []
        await tick(here)
        assert shown(ben) == shown(eva) == [{"cheer": EACH_MAX, "clap": 1}]
        assert here.live.replica.committed.version == version
        late, _ = await here.guest("lea")
        assert shown(late) == []
        assert here.live.presence.keys_of(one.number) == []


async def test_RX1_what_is_no_sign_is_a_bad_message_and_who_is_muted_is_not_counted() -> None:
    async with feed() as here:
        _, one = await here.guest("ben")
        with pytest.raises(MalformedMessage):
            react(here, one, "curse")
        account = one.recipient.identity.account
        await here.directory.execute(here.room, here.ana.identity, Mute(account))
        react(here, one)
        assert not here.live.reactions


async def test_RX3_who_sees_the_room_late_sees_reactions_as_late_and_not_before() -> None:
    async with feed() as here:
        _, one = await here.guest("ben")
        eva, two = await here.guest("eva")
        lea, three = await here.guest("lea")
        for follower, command in ((two, SetDelay(30)), (three, SetShift(0))):
            here.submit(follower, JSON.decode_as(JSON.encode(command), dict[str, Any]))
            await here.settle()
        react(here, one)
        here.clock.advance(1)
        await tick(here)
        assert (shown(eva), shown(lea)) == ([], [])
        here.clock.advance(29)
        here.live.delayed.release()
        assert shown(eva) == [], "29 seconds after it was told"
        here.clock.advance(1)
        here.live.delayed.release()
        here.live.delayed.release()
        assert shown(eva) == [{"cheer": 1}]
        assert shown(lea) == [], "paused"
