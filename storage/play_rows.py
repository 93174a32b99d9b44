"""Plays that can be asked about: put in feed by feed, each whole, and found by conditions.

What is here is made from the rooms' logs, up to a version for each feed; it may be made again at
any time. Knows numbers and codes; must not know what a play is, nor who asks. Every method is one
transaction. SPEC: QY3, QY6, QY9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from storage.play_query import COLUMNS, Condition, Grouped, In, Ordered, add_up, find
from storage.play_sums import Person, change, make_anew, summed, unsummed
from storage.tables import Asking, Rows, Statement, Tables, Value

PER_STATEMENT = 60
"""Rows that go together."""
OWN_COLUMNS: Final = tuple(
    name for name in COLUMNS if name not in {"season", "week", "feed", "play", "open"}
)
"""What a play has of its own; the rest is its feed's."""


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody had to do with a play. `roles`: a sum of bits."""

    player: str
    name: str
    team: str
    roles: int


@dataclass(frozen=True, slots=True)
class PlayRow:
    """A play that counts."""

    play: int
    values: tuple[int | str | None, ...]
    """As OWN_COLUMNS has them."""
    text: str
    players: tuple[Part, ...]
    """By id, each once."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed, as far as it is here."""

    number: int
    room: str
    game: str
    season: int
    week: int
    open: bool
    version: int


FEED_COLUMNS: Final = "number, room, game, season, week, open, version"


class PlayRows:
    """Plays, as far as the tables know them."""

    def __init__(self, tables: Tables, reading: Tables | None = None) -> None:
        """`reading`: where questions go; they may be answered later than what was written."""
        self._tables = tables
        self._reading = reading or tables

    async def feeds(self, rooms: Sequence[str]) -> dict[str, FeedRow]:
        """Those of the rooms that are here."""

        def work() -> Asking[dict[str, FeedRow]]:
            found = yield from _feeds(rooms)
            return {row.room: row for row in found}

        return await self._tables.read(work)

    async def file(self, room: str, *, game: str, season: int, week: int, open_: bool) -> None:
        """Says which game a feed is, and whether everybody may ask about it. In another season or
        week than before its plays are put in again."""

        def work() -> Asking[None]:
            yield from make_season(season)
            feed = yield from own_feed(room)
            keys = (feed.season, feed.week, feed.number)
            if (feed.season, feed.week) != (season, week):
                yield from forget_plays(feed)
            elif feed.open != open_:
                held = yield from held_plays(feed)
                yield from change(_place(feed), _summed(held.values()), -1)
                yield from change((int(open_), season, week), _summed(held.values()), 1)
                yield (
                    "UPDATE play SET open = $1 WHERE season = $2 AND week = $3 AND feed = $4",
                    (int(open_), *keys),
                )
            yield (
                "UPDATE play_feed SET game = $1, season = $2, week = $3, open = $4,"
                " version = CASE WHEN season = $2 AND week = $3 THEN version ELSE 0 END"
                " WHERE number = $5",
                (game, season, week, int(open_), feed.number),
            )

        await self._tables.write(work)

    async def put(self, room: str, version: int, plays: Sequence[PlayRow]) -> int:
        """The plays of a feed are these, at this version of the room; what is here of a later one
        stays. Returns how many rows changed."""

        def work() -> Asking[int]:
            feed = yield from own_feed(room)
            if version < feed.version:
                return 0
            held = yield from held_plays(feed)
            new = {one.play: one for one in plays}
            gone = [play for play, one in held.items() if new.get(play) != one]
            yield from _delete(feed, [held[play] for play in gone])
            come = [one for one in plays if held.get(one.play) != one]
            yield from insert_plays(feed, come)
            yield (
                "UPDATE play_feed SET version = $1 WHERE number = $2",
                (version, feed.number),
            )
            return len(come) + len([play for play in gone if play not in new])

        return await self._tables.write(work)

    async def progressed(self, until: int) -> None:
        """Everything that was committed until then is here."""

        def work() -> Asking[None]:
            yield (
                "INSERT INTO play_progress (name, value) VALUES ('until', $1)"
                " ON CONFLICT (name) DO UPDATE SET value = CASE"
                " WHEN play_progress.value > $1 THEN play_progress.value ELSE $1 END",
                (until,),
            )

        await self._tables.write(work)

    async def find(
        self, rooms: Sequence[str], conditions: Sequence[Condition], order: Ordered, limit: int
    ) -> tuple[int, Rows]:
        """Until when everything is here, and the plays (play_query.find). `rooms`: of these feeds
        alone; empty: of any."""

        def work() -> Asking[tuple[int, Rows]]:
            until = yield from _until()
            told = yield from _of_feeds(rooms)
            rows = yield find([*told, *conditions], order, limit)
            return until, rows

        return await self._reading.read(work)

    async def add_up(
        self, rooms: Sequence[str], conditions: Sequence[Condition], asked: Grouped
    ) -> tuple[int, Rows, dict[int, FeedRow]]:
        """The same for sums (play_query.add_up), with the feeds that their keys name by number."""

        def work() -> Asking[tuple[int, Rows, dict[int, FeedRow]]]:
            until = yield from _until()
            told = yield from _of_feeds(rooms)
            kept = None if told else summed(conditions, asked)
            if kept is not None and (yield from unsummed()):
                kept = None
            rows = yield kept or add_up([*told, *conditions], asked)
            feeds: dict[int, FeedRow] = {}
            if "feed" in asked.by:
                place = asked.by.index("feed")
                feeds = yield from _numbered([row[place] for row in rows])
            return until, rows, feeds

        return await self._reading.read(work)

    async def doubt_sums(self) -> None:
        """The sums of every season are to be made anew; until then no question is answered from
        them."""

        def work() -> Asking[None]:
            yield "UPDATE play_season SET summed = 0", ()

        await self._tables.write(work)

    async def make_sums(self) -> bool:
        """Makes the sums of one season that are to be made anew. Whether there are more."""

        def work() -> Asking[bool]:
            seasons = yield from unsummed()
            if seasons:
                yield from make_anew(seasons[0])
            return len(seasons) > 1

        return await self._tables.write(work)


# --- parts of transactions


def _until() -> Asking[int]:
    rows = yield "SELECT value FROM play_progress WHERE name = 'until'", ()
    return rows[0][0] if rows else 0


def _of_feeds(rooms: Sequence[str]) -> Asking[list[Condition]]:
    """Conditions that name feeds with all of the key that stands before them."""
    if not rooms:
        return []
    feeds = yield from _feeds(rooms)
    told: list[Condition] = [
        In("season", sorted({one.season for one in feeds})),
        In("week", sorted({one.week for one in feeds})),
        In("feed", sorted({one.number for one in feeds})),
    ]
    return told


def _feeds(rooms: Sequence[str]) -> Asking[list[FeedRow]]:
    found: list[FeedRow] = []
    for some in _pieces(rooms):
        names = ", ".join(f"${n}" for n in range(1, len(some) + 1))
        rows = yield f"SELECT {FEED_COLUMNS} FROM play_feed WHERE room IN ({names})", tuple(some)
        found += [feed_row(row) for row in rows]
    return found


def _numbered(numbers: Sequence[int]) -> Asking[dict[int, FeedRow]]:
    found: dict[int, FeedRow] = {}
    for some in _pieces(sorted(set(numbers))):
        names = ", ".join(f"${n}" for n in range(1, len(some) + 1))
        rows = yield f"SELECT {FEED_COLUMNS} FROM play_feed WHERE number IN ({names})", tuple(some)
        found.update({row[0]: feed_row(row) for row in rows})
    return found


def feed_row(row: tuple[Any, ...]) -> FeedRow:
    """Of FEED_COLUMNS."""
    number, room, game, season, week, open_, version = row
    return FeedRow(number, room, game, season, week, bool(open_), version)


def own_feed(room: str) -> Asking[FeedRow]:
    """The feed's row, which is made where there is none."""
    rows = yield f"SELECT {FEED_COLUMNS} FROM play_feed WHERE room = $1", (room,)
    if not rows:
        rows = yield f"INSERT INTO play_feed (room) VALUES ($1) RETURNING {FEED_COLUMNS}", (room,)
    return feed_row(rows[0])


def make_season(season: int) -> Asking[None]:
    """There is this season from now on, with a place for its plays."""
    yield (
        "INSERT INTO play_season (season) VALUES ($1) ON CONFLICT (season) DO NOTHING",
        (season,),
    )


def held_plays(feed: FeedRow) -> Asking[dict[int, PlayRow]]:
    """What is here of the feed."""
    keys = (feed.season, feed.number)
    own = ", ".join(OWN_COLUMNS)
    texts = yield "SELECT play, text FROM play_text WHERE season = $1 AND feed = $2", keys
    parts = yield (
        "SELECT play, player, name, team, roles FROM play_player"
        " WHERE season = $1 AND feed = $2 ORDER BY play, player",
        keys,
    )
    rows = yield (
        f"SELECT play, {own} FROM play WHERE season = $1 AND feed = $2 AND week = $3",
        (*keys, feed.week),
    )
    told: dict[int, str] = dict(texts)
    people: dict[int, list[Part]] = {}
    for play, *part in parts:
        people.setdefault(play, []).append(Part(*part))
    return {
        row[0]: PlayRow(row[0], row[1:], told.get(row[0], ""), tuple(people.get(row[0], ())))
        for row in rows
    }


def _place(feed: FeedRow) -> tuple[int, int, int]:
    return int(feed.open), feed.season, feed.week


def _summed(plays: Iterable[PlayRow]) -> Iterator[tuple[dict[str, Any], list[Person]]]:
    """As sums take them."""
    for one in plays:
        people = [(part.player, part.roles, part.name, part.team) for part in one.players]
        yield dict(zip(OWN_COLUMNS, one.values, strict=True)), people


def _delete(feed: FeedRow, rows: Sequence[PlayRow]) -> Asking[None]:
    """Plays that are there."""
    yield from change(_place(feed), _summed(rows), -1)
    for some in _pieces([one.play for one in rows]):
        names = ", ".join(f"${n}" for n in range(3, len(some) + 3))
        keys = (feed.season, feed.number, *some)
        for table in ("play_player", "play_text"):
            yield (
                f"DELETE FROM {table} WHERE season = $1 AND feed = $2 AND play IN ({names})",
                keys,
            )
        yield (
            "DELETE FROM play WHERE season = $1 AND feed = $2"
            f" AND play IN ({names}) AND week = ${len(keys) + 1}",
            (*keys, feed.week),
        )


def forget_plays(feed: FeedRow) -> Asking[None]:
    """All plays of the feed go."""
    held = yield from held_plays(feed)
    yield from change(_place(feed), _summed(held.values()), -1)
    keys = (feed.season, feed.number)
    yield "DELETE FROM play_player WHERE season = $1 AND feed = $2", keys
    yield "DELETE FROM play_text WHERE season = $1 AND feed = $2", keys
    yield (
        "DELETE FROM play WHERE season = $1 AND feed = $2 AND week = $3",
        (*keys, feed.week),
    )


def insert_plays(feed: FeedRow, plays: Sequence[PlayRow]) -> Asking[None]:
    """Plays that are not there."""
    yield from change(_place(feed), _summed(plays), 1)
    keys = (feed.season, feed.number)
    for some in _pieces(plays):
        shared = {"season": feed.season, "week": feed.week, "feed": feed.number}
        rows: list[Sequence[Value]] = []
        for one in some:
            named = dict(zip(OWN_COLUMNS, one.values, strict=True))
            rows.append([*shared.values(), one.play, int(feed.open), *named.values()])
        head = f"INSERT INTO play ({', '.join([*shared, 'play', 'open', *OWN_COLUMNS])}) VALUES "
        yield _many(head, rows)
        yield _many(
            "INSERT INTO play_text (season, feed, play, text) VALUES ",
            [(*keys, one.play, one.text) for one in some],
        )
    people = [
        (*keys, one.play, part.player, part.name, part.team, part.roles)
        for one in plays
        for part in one.players
    ]
    for several in _pieces(people):
        yield _many(
            "INSERT INTO play_player (season, feed, play, player, name, team, roles) VALUES ",
            several,
        )


def _many(head: str, rows: Sequence[Sequence[Value]]) -> Statement:
    values = [value for row in rows for value in row]
    numbers = iter(range(1, len(values) + 1))
    told = ", ".join(f"({', '.join(f'${next(numbers)}' for _ in row)})" for row in rows)
    return head + told, values


def _pieces(many: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(many), PER_STATEMENT):
        yield many[first : first + PER_STATEMENT]
