"""News that wait to be read."""

from __future__ import annotations

import asyncio

from storage.news_inbox import INBOX_NEWS_MAX, NewsInbox
from storage.relay import Control, News


def word(number: int) -> Control:
    return Control("r_1", str(number), b"")


async def heard(inbox: NewsInbox) -> list[News]:
    return [one async for one in inbox.receive()]


async def test_RL2_what_does_not_fit_is_lost() -> None:
    inbox = NewsInbox()
    inbox.put(word(number) for number in range(INBOX_NEWS_MAX + 2))
    hearing = asyncio.ensure_future(heard(inbox))
    await asyncio.sleep(0)
    inbox.close()
    news = await hearing
    assert len(news) == INBOX_NEWS_MAX
    assert news[-1] == word(INBOX_NEWS_MAX - 1)


async def test_RL4_what_comes_after_the_end_is_lost_and_the_reader_ends() -> None:
    inbox = NewsInbox()
    hearing = asyncio.ensure_future(heard(inbox))
    await asyncio.sleep(0)
    inbox.put([word(1)])
    await asyncio.sleep(0)
    inbox.close()
    inbox.close()
    inbox.put([word(2)])
    assert await hearing == [word(1)]
    assert await heard(inbox) == []
