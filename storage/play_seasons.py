"""Seasons of plays, taken out of the tables and put back, feed by feed: each is one transaction,
and does nothing to a feed that is at another version. SPEC: XP20, XP21.
"""

from __future__ import annotations

from storage.play_rows import (
    FEED_COLUMNS,
    FeedRow,
    PlayRow,
    feed_row,
    forget_plays,
    held_plays,
    insert_plays,
    make_season,
    own_feed,
)
from storage.tables import Asking, Tables


class PlaySeasons:
    """The same tables as PlayRows has."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def feeds(self, season: int) -> list[FeedRow]:
        """Those of a season, by week."""

        def work() -> Asking[list[FeedRow]]:
            rows = yield (
                f"SELECT {FEED_COLUMNS} FROM play_feed WHERE season = $1 ORDER BY week, number",
                (season,),
            )
            return [feed_row(row) for row in rows]

        return await self._tables.read(work)

    async def plays(self, room: str) -> tuple[FeedRow, tuple[PlayRow, ...]]:
        """A feed as it is here, its plays by number."""

        def work() -> Asking[tuple[FeedRow, tuple[PlayRow, ...]]]:
            feed = yield from own_feed(room)
            held = yield from held_plays(feed)
            return feed, tuple(held[play] for play in sorted(held))

        return await self._tables.write(work)

    async def take_out(self, one: FeedRow) -> int | None:
        """The plays of a feed go; how far it was put in stays, so that no round brings them back.
        How many there were; None: it is at another version by now, or of another season, and stays.
        """

        def work() -> Asking[int | None]:
            feed = yield from own_feed(one.room)
            if (feed.version, feed.season) != (one.version, one.season):
                return None
            held = yield from held_plays(feed)
            yield from forget_plays(feed)
            return len(held)

        return await self._tables.write(work)

    async def put_back(self, one: FeedRow, plays: tuple[PlayRow, ...]) -> int | None:
        """The feed has these plays again. Whether everybody may ask about a feed that is known
        here stays as it is. How many; None: it has gone on since, or is of another season, and
        stays."""

        def work() -> Asking[int | None]:
            yield from make_season(one.season)
            rows = yield "SELECT open FROM play_feed WHERE room = $1", (one.room,)
            feed = yield from own_feed(one.room)
            known = bool(rows)
            if known and (feed.season, feed.version) not in {(one.season, one.version)}:
                return None
            yield from forget_plays(feed)
            shown = feed.open if known else one.open
            yield (
                "UPDATE play_feed SET game = $1, season = $2, week = $3, open = $4, version = $5"
                " WHERE number = $6",
                (one.game, one.season, one.week, int(shown), one.version, feed.number),
            )
            again = yield from own_feed(one.room)
            yield from insert_plays(again, plays)
            return len(plays)

        return await self._tables.write(work)
