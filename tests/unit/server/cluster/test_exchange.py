"""Two nodes on one log that tell each other what they commit and show, over a relay that can lose
it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from protocol.membership import RemoveMember, Say
from server.cluster import exchange as exchange_module
from server.cluster.exchange import ASK_AGAIN_S, LEASE_S, WHOLE_BEATS, Exchange
from server.config import Settings
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rooms.room import ELSEWHERE_KEPT_S
from server.rules.feed import FEED
from server.rules.kind import RoomKind
from storage.relay import CommittedEntries, Control, News, PresenceNews
from storage.relay_memory import MemoryRelay, RelayHub
from tests.simulation.claims import CLAIMS, Claim
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import House, house, presence_of

QUICK = Settings(presence_tick_ms=0)


class Hub(RelayHub):
    """Carries what it is told to, and remembers everything."""

    def __init__(self) -> None:
        super().__init__()
        self.carries: Callable[[News], bool] = lambda news: True
        self.said: list[News] = []

    def carry(self, news: News, relay: MemoryRelay) -> None:
        self.said.append(news)
        if self.carries(news):
            relay.take(news)

    def said_of(self, kind: type[News]) -> list[News]:
        return [one for one in self.said if isinstance(one, kind)]


class Node:
    """The rooms of one process, and its exchange."""

    def __init__(self, name: str, here: House, directory: Directory, hub: Hub) -> None:
        self.name, self.directory, self.metrics = name, directory, Metrics()
        self.relay = hub.join()
        self.exchange = Exchange(
            self.relay,
            rooms=directory.open_rooms,
            clock=here.clock,
            metrics=self.metrics,
            node=f"{name}.1",
            name=name,
            version="1.0",
            tick_s=0.0,
            ws_url=f"ws://{name}/ws",
        )
        directory.neighbours = self.exchange
        self.running = asyncio.ensure_future(self.exchange.run())

    async def end(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


class Two:
    """Ana is on the first node, Ben, an editor, on the second."""

    def __init__(self, here: House, one: Node, two: Node, hub: Hub) -> None:
        self.here, self.one, self.two, self.hub = here, one, two, hub
        self.ana, self.ben = here.ana, RecordingRecipient("ben")

    async def settle(self) -> None:
        for _ in range(5):
            await self.here.settle()

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0)

    async def close_the_others_room(self) -> None:
        here = self.two.directory.open_rooms[self.here.room]
        for follower in list(here.audience.followers.values()):
            follower.leave()
        self.two.directory._close_room(here)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        await self.settle()

    async def told_in_ten_beats(self) -> int:
        """What the second node says of presence meanwhile."""
        before = len(self.hub.said_of(PresenceNews))
        for _ in range(WHOLE_BEATS):
            self.two.exchange.beat()
        await self.settle()
        return len(self.hub.said_of(PresenceNews)) - before

    def shown_to(self, recipient: RecordingRecipient) -> dict[str, dict[str, object]]:
        """Account → what it shows, as the recipient was told."""
        accounts: dict[int, str] = {}
        values: dict[int, dict[str, object]] = {}
        for message in recipient.of_type("presence"):
            if message.get("all"):
                accounts, values = {}, {}
            for connection, account in message.get("here", []):
                if account is None:
                    accounts.pop(connection, None)
                    values.pop(connection, None)
                else:
                    accounts[connection] = account
            for connection, key, value in message.get("values", []):
                values.setdefault(connection, {})[key] = value
        return {account: values.get(number, {}) for number, account in accounts.items()}


@asynccontextmanager
async def two_nodes(kind: RoomKind[Any] = CLAIMS) -> AsyncGenerator[Two]:
    hub, bugs = Hub(), list[Exception]()
    async with house(kind=kind, settings=QUICK) as here:
        other = Directory(
            log=here.log,
            clock=here.clock,
            settings=QUICK,
            metrics=Metrics(),
            kinds={kind.name: kind},
            on_bug=bugs.append,
        )
        other.start()
        here.directory.tidy()
        for room in list(here.directory.open_rooms):  # opened before there were neighbours
            here.directory._close_room(here.directory.open_rooms[room])  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        one, two = Node("one", here, here.directory, hub), Node("two", here, other, hub)
        scene = Two(here, one, two, hub)
        await here.directory.join(scene.ana, here.room)
        await other.join(scene.ben, here.room, invitation="i_aaaaaaaaaaa")
        await scene.until(lambda: len(scene.shown_to(scene.ana)) == 2)
        await scene.until(lambda: len(scene.shown_to(scene.ben)) == 2)
        yield scene
        await other.stop()
        for node in (one, two):
            await node.end()
        assert bugs == []
        assert here.bugs == []


async def test_RX2_RX4_what_the_members_of_two_nodes_feel_is_told_together() -> None:
    async with two_nodes(FEED) as two:
        other = two.two.directory.open_rooms[two.here.room]
        for room, sign in ((two.here.live, "cheer"), (other, "wow")):
            (follower, *_) = room.audience.followers.values()
            room.update_presence(
                follower, presence_of(room.id, "r", {"type": "react", "sign": sign})
            )
        other.tell_reactions()
        await two.until(lambda: two.here.live.reactions.heard)
        two.here.live.tell_reactions()
        shown = two.ana.of_type("presence")[-1]["values"]
        assert shown == [[0, "reactions", {"cheer": 1, "wow": 1}]]
        two.two.exchange.take(Control(two.here.room, exchange_module.REACTED, b"later"))
        await two.until(lambda: other.reactions.heard)
        told = [one for one in two.hub.said_of(Control) if isinstance(one, Control)]
        said = [one.body for one in told if one.name == exchange_module.REACTED]
        assert len(said) == 2, "each its own, and nobody what was heard"
        assert other.reactions.take(0)[0].counts == {"cheer": 1}


async def test_RL10_what_one_node_commits_is_shown_on_the_other_without_reading_the_log() -> None:
    async with two_nodes() as two:
        head = two.here.live.replica.committed.version
        with patch.object(two.here.log, "read", side_effect=AssertionError("read")):
            for number in range(5):
                await two.one.directory.execute(two.here.room, two.ana.identity, Say(str(number)))
            await two.until(lambda: two.ben.versions()[-1:] == [head + 5])
        assert two.two.directory.open_rooms[two.here.room].services.metrics.news_shown >= 5


async def test_RL10_C10_a_removal_on_one_node_ends_the_membership_on_the_other() -> None:
    async with two_nodes() as two:
        await two.one.directory.execute(
            two.here.room, two.ana.identity, RemoveMember(two.ben.identity.account)
        )
        await two.until(lambda: two.ben.closed)
        assert [reason for _, reason, _ in two.ben.closed] == ["removed"]
        await two.until(lambda: len(two.shown_to(two.ana)) == 1)


async def test_RL10_a_commit_too_big_for_the_relay_is_told_by_its_position() -> None:
    async with two_nodes() as two:
        head = two.here.live.replica.committed.version
        with patch.object(exchange_module, "RECORDS_BYTES_MAX", 10):
            await two.one.directory.execute(two.here.room, two.ana.identity, Say("long"))
            await two.until(lambda: two.ben.versions()[-1:] == [head + 1])
        told = two.hub.said_of(CommittedEntries)[-1]
        assert isinstance(told, CommittedEntries)
        assert (told.first, told.records) == (head + 2, ())


async def test_RL10_news_while_a_room_is_being_read_wait_for_it() -> None:
    async with two_nodes() as two:
        other = await two.one.directory.create("claims", "Other", two.ana.identity, {})
        room = await two.one.directory.open(other)
        assert room is not None
        read, go_on = two.here.log.read, asyncio.Event()

        async def slowly(*words: object, **more: object) -> object:
            page = await read(*words, **more)  # pyright: ignore[reportArgumentType] - handed on
            await go_on.wait()
            return page

        with patch.object(two.here.log, "read", slowly):
            opening = asyncio.ensure_future(two.two.directory.open(other))
            await two.settle()
            await two.one.directory.execute(other, two.ana.identity, Say("meanwhile"))
            await two.settle()
            go_on.set()
            opened = await opening
        assert opened is not None
        await two.until(lambda: opened.replica.committed == room.replica.committed)
        assert opened.replica.committed.version == 2


async def test_RL10_news_of_another_generation_are_not_for_this_room() -> None:
    async with two_nodes() as two:
        head = two.here.live.replica.committed
        news = CommittedEntries(two.here.room, "f" * 16, head.version + 1, head.tag, [b"{}\n{}"])
        two.one.exchange.take(news)
        await two.settle()
        assert two.here.metrics.rooms_failed == 0
        assert two.here.live.replica.committed == head


async def test_SV1_entries_that_cannot_be_read_stop_their_room_only() -> None:
    async with two_nodes() as two:
        head = two.here.live.replica.committed
        generation = two.here.live.generation
        news = CommittedEntries(two.here.room, generation, head.version + 1, head.tag, [b"damage"])
        two.one.exchange.take(news)
        await two.settle()
        assert [reason for _, reason, _ in two.ana.closed] == ["failed"]
        assert not two.one.running.done()
        assert await two.one.directory.open(two.here.room) is not None


async def test_PR7_PR2_members_of_all_nodes_see_each_other_and_what_they_point_at() -> None:
    async with two_nodes() as two:
        bens = two.two.directory.open_rooms[two.here.room].audience.followers
        pointer = {"type": "pointer", "slot": 3}
        next(iter(bens.values())).presence(presence_of(two.here.room, "pointer", pointer))
        account = two.ben.identity.account
        await two.until(lambda: two.shown_to(two.ana)[account].get("pointer") == pointer)
        for follower in list(bens.values()):
            follower.leave()
        await two.until(lambda: account not in two.shown_to(two.ana))


async def test_PR8_a_node_that_dies_takes_its_members_with_it_within_its_lease() -> None:
    async with two_nodes() as two:
        for node in (two.one, two.two):
            node.exchange.beat()
        await two.until(lambda: [one.rooms for one in two.one.exchange.nodes] == [1])
        seen = two.one.exchange.nodes[0]
        assert (seen.name, seen.members) == ("two", 1)
        await two.two.end()
        two.here.clock.advance(LEASE_S - 0.1)
        two.one.exchange.beat()
        await two.settle()
        assert len(two.shown_to(two.ana)) == 2
        two.here.clock.advance(0.1)
        two.one.exchange.beat()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})
        assert two.one.exchange.nodes == []


async def test_PR8_what_a_node_tells_after_it_was_given_up_ends_too() -> None:
    async with two_nodes() as two:
        await two.until(lambda: two.one.exchange.nodes)
        two.one.exchange.take(Control(two.here.room, "gone", b"two.1"))
        await two.until(lambda: len(two.shown_to(two.ana)) == 1)
        # Its presence comes, as what was under way does, and no word more that it lives.
        two.hub.carries = lambda news: isinstance(news, PresenceNews)
        two.two.exchange.take(Control(two.here.room, "who", b""))
        await two.until(lambda: len(two.shown_to(two.ana)) == 2)
        assert two.one.exchange.nodes == []
        await two.two.end()
        two.here.clock.advance(LEASE_S)
        two.one.exchange.beat()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})


async def test_PR9_who_hears_of_a_node_that_it_had_given_up_asks_for_the_whole() -> None:
    async with two_nodes() as two:
        await two.until(lambda: two.one.exchange.nodes)
        two.hub.carries = lambda news: False
        two.here.clock.advance(LEASE_S)
        two.one.exchange.beat()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})
        two.hub.carries = lambda news: True
        two.here.clock.advance(ASK_AGAIN_S)
        alive = msgspec.json.encode(two.two.exchange.report)
        two.one.exchange.take(Control("", "alive", alive))
        await two.settle()
        assert len(two.shown_to(two.ana)) == 2


async def test_PR9_a_node_that_stood_still_asks_for_what_was_told_meanwhile() -> None:
    async with two_nodes() as two:
        await two.settle()
        two.hub.carries = lambda news: False  # its inbox is lost while it stands
        cy = RecordingRecipient("cy")
        await two.two.directory.join(cy, two.here.room, invitation="i_aaaaaaaaaaa")
        await two.settle()
        two.here.clock.advance(LEASE_S)
        two.hub.carries = lambda news: True
        two.one.exchange.take(Control("", "alive", msgspec.json.encode(two.two.exchange.report)))
        two.one.exchange.beat()
        await two.settle()
        assert cy.identity.account in two.shown_to(two.ana)


async def test_PR8_a_node_that_leaves_says_so() -> None:
    async with two_nodes() as two:
        two.two.exchange.beat()
        await two.until(lambda: two.one.exchange.nodes)
        await two.two.end()
        two.two.exchange.take(Control(two.here.room, "who", b""))  # what is still to be told
        await two.two.exchange.close()
        await two.settle()
        assert len(two.shown_to(two.ana)) == 1
        assert two.one.exchange.nodes == []


async def test_HS15_a_node_that_drains_tells_the_others() -> None:
    async with two_nodes() as two:
        two.two.exchange.beat()
        await two.until(lambda: [one.draining for one in two.one.exchange.nodes] == [False])
        assert two.one.exchange.nodes[0].ws_url == "ws://two/ws"
        two.two.exchange.drain()
        await two.until(lambda: [one.draining for one in two.one.exchange.nodes] == [True])


async def test_PR9_presence_that_was_lost_is_asked_for_again() -> None:
    async with two_nodes() as two:
        here = two.two.directory.open_rooms[two.here.room]
        asked = two.one.metrics.presence_asked
        two.hub.carries = lambda news: not isinstance(news, PresenceNews)
        cy = RecordingRecipient("cy")
        await two.two.directory.join(cy, two.here.room, invitation="i_aaaaaaaaaaa")
        lost = len(two.hub.said_of(PresenceNews))
        await two.until(lambda: len(two.hub.said_of(PresenceNews)) > lost)
        two.hub.carries = lambda news: True
        two.here.clock.advance(1)
        follower = next(iter(here.audience.followers.values()))
        follower.presence(presence_of(two.here.room, "pointer", {"type": "pointer", "slot": 1}))
        await two.until(lambda: cy.identity.account in two.shown_to(two.ana))
        assert two.one.metrics.presence_asked == asked + 1


async def test_PR9_presence_is_told_as_a_whole_again_and_again() -> None:
    async with two_nodes() as two:
        here = two.two.directory.open_rooms[two.here.room]
        two.hub.carries = lambda news: not isinstance(news, PresenceNews)
        for follower in list(here.audience.followers.values())[:1]:
            follower.presence(presence_of(two.here.room, "pointer", {"type": "pointer", "slot": 1}))
        await two.settle()
        two.hub.carries = lambda news: True
        for _ in range(WHOLE_BEATS + 1):
            two.two.exchange.beat()
        account = two.ben.identity.account
        await two.until(lambda: "pointer" in two.shown_to(two.ana)[account])


async def test_PR9_that_the_last_one_has_left_is_told_again_where_it_was_lost() -> None:
    async with two_nodes() as two:
        here = two.two.directory.open_rooms[two.here.room]
        two.hub.carries = lambda news: not isinstance(news, PresenceNews)
        for follower in list(here.audience.followers.values()):
            follower.leave()
        await two.settle()
        assert len(two.shown_to(two.ana)) == 2
        two.hub.carries = lambda news: True
        for _ in range(WHOLE_BEATS):
            two.two.exchange.beat()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})


async def test_PR9_that_a_room_is_closed_is_told_again_where_it_was_lost() -> None:
    async with two_nodes() as two:
        await two.settle()
        two.hub.carries = lambda news: not isinstance(news, PresenceNews)
        await two.close_the_others_room()
        assert len(two.shown_to(two.ana)) == 2
        two.hub.carries = lambda news: True
        for _ in range(WHOLE_BEATS):
            two.two.exchange.beat()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})


async def test_PR9_a_closed_room_is_told_of_until_nobody_shows_it_or_it_is_opened_again() -> None:
    async with two_nodes() as two:
        await two.settle()
        await two.close_the_others_room()
        await two.until(lambda: set(two.shown_to(two.ana)) == {two.ana.identity.account})
        two.here.clock.advance(ELSEWHERE_KEPT_S - 0.1)
        two.two.exchange.beat()  # finds that it has stood still, and tells everything
        await two.settle()
        assert await two.told_in_ten_beats() == 1
        two.here.clock.advance(0.1)
        assert await two.told_in_ten_beats() == 0
        await two.two.directory.join(two.ben, two.here.room, invitation="i_aaaaaaaaaaa")
        await two.until(lambda: len(two.shown_to(two.ana)) == 2)
        await two.close_the_others_room()
        await two.two.directory.join(two.ben, two.here.room, invitation="i_aaaaaaaaaaa")
        await two.until(lambda: len(two.shown_to(two.ana)) == 2)
        await two.told_in_ten_beats()
        assert len(two.shown_to(two.ana)) == 2, "the end of the life before is over"


async def test_RL11_what_one_node_ends_the_others_read_at_once() -> None:
    async with two_nodes() as two:
        read: list[str] = []

        async def refresh() -> None:
            read.append("read")

        two.two.exchange.access_changed = refresh
        two.one.exchange.access_noted()
        await two.until(lambda: read)
        assert read == ["read"]


async def test_RL10_a_closed_room_is_let_go_and_one_opened_again_is_kept() -> None:
    async with two_nodes() as two:
        directory, room_id = two.two.directory, two.here.room
        room = directory.open_rooms[room_id]
        for follower in list(room.audience.followers.values()):
            follower.leave()
        directory._close_room(room)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        again = await directory.open(room_id)
        assert again is not None
        await two.settle()
        assert two.two.relay.wants(Control(room_id, "word", b""))
        directory._close_room(again)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        await two.until(lambda: not two.two.relay.wants(Control(room_id, "word", b"")))


async def test_RL13_a_room_that_missed_news_is_held_again() -> None:
    async with two_nodes() as two:
        await two.two.relay.release(two.here.room)
        await two.two.exchange.hold_again(two.here.room)
        await two.two.exchange.hold_again("r_unknown")
        assert two.two.relay.wants(Control(two.here.room, "word", b""))
        assert not two.two.relay.wants(Control("r_unknown", "word", b""))
        assert two.two.exchange.sound


@pytest.mark.parametrize(
    "word",
    [
        Control("", "alive", b"{"),
        Control("", "alive", msgspec.json.encode({"node": 7})),
        Control("", "gone", b"\xff"),
        Control("", "a later word", b""),
        Control("r_unknown", "who", b""),
        PresenceNews("r_unknown", "two.1", b""),
        CommittedEntries("r_unknown", "1" * 16, 1, "0" * 16, [b""]),
    ],
)
async def test_RL2_words_that_mean_nothing_here_are_passed_over(word: News) -> None:
    async with two_nodes() as two:
        two.one.exchange.take(word)
        await two.settle()
        assert not two.one.running.done()
        await two.one.directory.execute(two.here.room, two.ana.identity, Claim(1))


async def test_TR4_the_others_hear_of_a_trace_before_they_hear_of_its_entry() -> None:
    async with two_nodes() as two:
        heard: list[tuple[int, str]] = []
        there = two.two.directory.open_rooms[two.here.room]

        def note(version: int, parent: str) -> None:
            heard.append((version, parent))

        with patch.object(there, "hear_trace", side_effect=note):
            here = two.here.live
            with patch.object(here, "hear_trace", side_effect=AssertionError("its own")):
                head = here.replica.committed.version
                two.one.exchange.traced(here, [(head + 1, "trace")])
                await two.one.directory.execute(two.here.room, two.ana.identity, Say("x"))
                await two.until(lambda: two.ben.versions()[-1:] == [head + 1])
        assert heard == [(head + 1, "trace")]
        words = [one for one in two.hub.said if isinstance(one, (Control, CommittedEntries))]
        traced = next(n for n, one in enumerate(words) if getattr(one, "name", "") == "traced")
        entries = [n for n, one in enumerate(words) if isinstance(one, CommittedEntries)]
        assert traced < entries[-1]


async def test_TR4_a_word_about_traces_that_cannot_be_read_is_passed_over() -> None:
    async with two_nodes() as two:
        two.one.exchange.take(Control(two.here.room, "traced", b"not json"))
        two.one.exchange.take(Control("r_nobody_has_it", "traced", b'["x",[[1,"t"]]]'))
        await two.settle()
