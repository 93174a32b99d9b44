"""How the win chance of a matchup went, over the time of its games: the entries of the feeds once
more, in the order in which they came, with the line-ups of now. Worked out on request; must not
know who asks. SPEC: PJ9."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from protocol.entries import split_record
from server.leagues.scoring import PAGE, NoSuchPart, Seen
from server.rooms.room import Room
from server.rules.kind import Stamp
from server.rules.league.book import Book, read_entry
from server.rules.league.outlook import WeekOutlook
from server.rules.projection.chance import SURE
from storage.room_log import RoomLog

POINTS_MAX = 120
"""Points of a line; between two of them lies so much of the games."""
BREATH = 200
"""Entries after which others have their turn."""

_Entry = tuple[Stamp, list[Any]]


class ChancePoint(Struct, frozen=True, array_like=True, gc=False):
    """`[played, chance, home, away]`: how much of the games was over, the home side's win chance
    (both in ten-thousandths), and both sides' projected points in hundredths."""

    played: int
    chance: int
    home: int
    away: int


async def chance_line(log: RoomLog, seen: Seen, matchup: int) -> list[ChancePoint]:
    """From before the first play to what is shown beside it. Raises NoSuchPart,
    StorageUnavailable."""
    try:
        games = seen.outlook().games(matchup) & seen.feeds.keys()
        last = seen.outlook().matchup(matchup)
    except LookupError:
        raise NoSuchPart(matchup) from None
    books: dict[str, Book] = {}
    entries: list[tuple[int, str, _Entry]] = []
    for game in sorted(games):
        feed = seen.feeds[game]
        books[game], found = await _history(log, feed, seen.positions[feed.id])
        entries += [(stamp.at, game, (stamp, events)) for stamp, events in found]
    entries.sort(key=lambda one: one[:2])
    outlook = WeekOutlook(seen.unsettled(), seen.week, books, seen.played)
    points = await _points(outlook, matchup, books, entries)
    points.append(ChancePoint(last.played, last.chance, last.home.projected, last.away.projected))
    return points


async def _points(
    outlook: WeekOutlook,
    matchup: int,
    books: dict[str, Book],
    entries: Iterable[tuple[int, str, _Entry]],
) -> list[ChancePoint]:
    points = [_point(outlook, matchup)]
    for number, (_, game, (stamp, events)) in enumerate(entries, 1):
        books[game].apply(events, stamp)
        outlook.moved(game)
        if outlook.gone(matchup) >= points[-1].played + SURE // POINTS_MAX:
            points.append(_point(outlook, matchup))
        if number % BREATH == 0:
            await asyncio.sleep(0)
    return points


def _point(outlook: WeekOutlook, matchup: int) -> ChancePoint:
    found = outlook.matchup(matchup)
    return ChancePoint(found.played, found.chance, found.home.projected, found.away.projected)


async def _history(log: RoomLog, feed: Room, last: int) -> tuple[Book, list[_Entry]]:
    """A feed's book at the first of its entries that is there, and what came after that."""
    book = Book.empty(feed.replica.state.inner)
    found: list[_Entry] = []
    at = 0
    while at < last:
        page = await log.read(feed.id, at + 1, last=min(last, at + PAGE))
        if not page.records:
            break
        lines = [split_record(record)[0] for record in page.records]
        if page.first > at + 1:
            state = await feed.services.past_state(feed, page.first)
            if state is None:
                break
            book, found, at = Book(state.inner, page.first), [], page.first
            lines.pop(0)
        at += len(lines)
        found += map(read_entry, lines)
    return book, found
