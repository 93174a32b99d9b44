from collections.abc import Sequence

import pytest

from storage.news_inbox import INBOX_NEWS_MAX
from storage.relay import News, Relay
from storage.relay_memory import MemoryRelay, RelayHub
from tests.contracts.relay_contract import (
    ROOM,
    RelayContract,
    entries,
    received,
    received_until,
)


class TestMemoryRelay(RelayContract):
    @pytest.fixture
    def nodes(self) -> Sequence[Relay]:
        hub = RelayHub()
        return [hub.join() for _ in range(3)]


class UnreliableHub(RelayHub):
    """Loses the first, doubles the second, keeps the third back behind the fourth."""

    def __init__(self) -> None:
        super().__init__()
        self.carried = 0
        self.kept_back: list[News] = []

    def carry(self, news: News, relay: MemoryRelay) -> None:
        self.carried += 1
        match self.carried:
            case 1:
                return
            case 2:
                relay.take(news)
                relay.take(news)
            case 3:
                self.kept_back.append(news)
            case _:
                relay.take(news)
                for one in self.kept_back:
                    relay.take(one)


async def test_RL2_a_hub_may_lose_double_and_delay() -> None:
    hub = UnreliableHub()
    one, two = hub.join(), hub.join()
    await two.hold(ROOM)
    await one.send([entries(first=number) for number in range(1, 5)])
    assert await received(two, 4) == [entries(first=number) for number in (2, 2, 4, 3)]


async def test_RL2_what_an_inbox_cannot_hold_is_lost() -> None:
    hub = RelayHub()
    one, two = hub.join(), hub.join()
    await two.hold(ROOM)
    await one.send([entries(first=number) for number in range(1, INBOX_NEWS_MAX + 2)])
    assert len(await received(two, INBOX_NEWS_MAX)) == INBOX_NEWS_MAX
    last = entries(first=1_000_000)
    await one.send([last])
    assert await received_until(two, last) == []
