"""What every relay must do: each implementation inherits these tests and brings `nodes`.

A relay may lose, double and delay, so nothing here asks that it does not; but an implementation
whose path is sound must come to what these tests wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from storage.relay import CommittedEntries, Control, News, PresenceNews, Relay
from tests.support.timeouts import MS

ROOM, OTHER_ROOM = "r_1", "r_2"
EVERYBODY = ""


def entries(room: str = ROOM, first: int = 1) -> CommittedEntries:
    return CommittedEntries(room, "1" * 16, first, "0" * 16, [b"record\nsealed", b"\x00\xff"])


async def received(relay: Relay, count: int) -> list[News]:
    """The next `count` pieces of news."""
    news: list[News] = []
    async with asyncio.timeout(5_000 * MS):
        async for one in relay.receive():
            news.append(one)
            if len(news) == count:
                break
    return news


async def received_until(relay: Relay, last: News) -> list[News]:
    """All news up to `last`, which the test has sent behind what must not come."""
    news: list[News] = []
    async with asyncio.timeout(5_000 * MS):
        async for one in relay.receive():
            if one == last:
                break
            news.append(one)
    return news


class RelayContract:
    """Fixture: `nodes`, three relays that reach each other."""

    @pytest.mark.parametrize(
        "news",
        [
            entries(),
            PresenceNews(ROOM, "node-1", b"\x00 cursors"),
            Control(ROOM, "kicked", b"a_1"),
        ],
    )
    async def test_RL1_news_reach_the_other_nodes_that_hold_the_room(
        self, nodes: Sequence[Relay], news: News
    ) -> None:
        for node in nodes:
            await node.hold(ROOM)
        await nodes[0].send([news])
        assert await received(nodes[1], 1) == [news]
        assert await received(nodes[2], 1) == [news]

    async def test_RL1_the_sender_is_not_told_what_it_said(self, nodes: Sequence[Relay]) -> None:
        for node in nodes[:2]:
            await node.hold(ROOM)
        await nodes[0].send([entries(first=1)])
        await nodes[1].send([entries(first=2)])
        assert await received(nodes[0], 1) == [entries(first=2)]

    async def test_RL1_a_node_that_does_not_hold_the_room_is_not_told(
        self, nodes: Sequence[Relay]
    ) -> None:
        await nodes[1].hold(OTHER_ROOM)
        last = entries(OTHER_ROOM)
        await nodes[0].send([entries(), Control(ROOM, "kicked", b""), last])
        assert await received_until(nodes[1], last) == []

    async def test_RL1_after_release_a_room_is_news_no_more(self, nodes: Sequence[Relay]) -> None:
        await nodes[1].hold(ROOM)
        await nodes[1].hold(OTHER_ROOM)
        await nodes[1].release(ROOM)
        await nodes[1].release("r_never_held")
        last = entries(OTHER_ROOM)
        await nodes[0].send([entries(), last])
        assert await received_until(nodes[1], last) == []

    async def test_RL1_news_of_one_sender_about_one_room_keep_their_order(
        self, nodes: Sequence[Relay]
    ) -> None:
        await nodes[1].hold(ROOM)
        sent = [entries(first=number) for number in range(1, 101)]
        for start in range(0, 100, 10):
            await nodes[0].send(sent[start : start + 10])
        assert await received(nodes[1], 100) == sent

    async def test_RL3_a_word_to_everybody_needs_no_room(self, nodes: Sequence[Relay]) -> None:
        word = Control(EVERYBODY, "draining", b"node-0")
        await nodes[0].send([word])
        assert await received(nodes[1], 1) == [word]
        assert await received(nodes[2], 1) == [word]

    async def test_RL4_closing_ends_the_receiver(self, nodes: Sequence[Relay]) -> None:
        await nodes[0].hold(ROOM)
        waiting = asyncio.ensure_future(received(nodes[0], 1))
        await asyncio.sleep(0)
        await nodes[0].close()
        assert await waiting == []

    async def test_RL4_a_closed_relay_neither_hears_nor_says(self, nodes: Sequence[Relay]) -> None:
        for node in nodes:
            await node.hold(ROOM)
        await nodes[0].close()
        await nodes[0].close()
        await nodes[0].send([entries(first=1)])
        last = entries(first=2)
        await nodes[1].send([last])
        assert await received_until(nodes[2], last) == []
        assert await received(nodes[0], 1) == []
