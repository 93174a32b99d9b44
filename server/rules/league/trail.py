"""Why somebody's points are what they are: each change with the play that brought it about, read
from a feed's entries on request. Pure. SPEC: LI3, LI7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from protocol.league import Cause
from server.rules.kind import Stamp
from server.rules.league.book import Book, Change, LeagueRules
from server.rules.scoring.points import hundredths

DAY_MS = 86_400_000
DAYS = ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")
"""From the first of January 1970 on."""

_SAID = {
    "play": "play {play}",
    "correction": "play {play} corrected on {day}",
    "deletion": "play {play} deleted on {day}",
    "review": "play {play} reviewed on {day}",
    "score": "the score of the game",
}


def causes_of(
    feed: str,
    book: Book,
    entries: Iterable[tuple[Stamp, list[Any]]],
    players: Mapping[str, str],
    rules: LeagueRules,
) -> Iterator[Cause]:
    """Every change of the players' points that these entries bring about, in their order. `book`:
    the feed before them; it is moved on. `players`: to their positions."""
    known = {who: book.points(who, position, rules) for who, position in players.items()}
    for stamp, events in entries:
        for change in book.changes(events, stamp):
            yield from changed(feed, book, stamp, change, players, rules, known)


def changed(
    feed: str,
    book: Book,
    stamp: Stamp,
    change: Change,
    players: Mapping[str, str],
    rules: LeagueRules,
    known: dict[str, int],
) -> Iterator[Cause]:
    """What one change did to whom. `known`: everybody's points before it; moved on."""
    for who in sorted(change.touched & players.keys()):
        before, after = known[who], book.points(who, players[who], rules)
        if before != after:
            known[who] = after
            yield Cause(
                feed, stamp.version, stamp.at, change.cause, who, before, after, change.play
            )


def text_of(cause: Cause) -> str:
    """As people read it: `-2.00, play 946 corrected on Thursday`. The day is that of UTC."""
    change = cause.after - cause.before
    day = DAYS[cause.at // DAY_MS % 7]
    said = _SAID[cause.cause].format(play=cause.play, day=day)
    return f"{'+' if change > 0 else ''}{hundredths(change)}, {said}"
