"""Which plays a follower's filter lets through, and what is left of an entry and of the view by it.
Pure.

An entry is judged by itself: a play by its new form, and by the one before where the entry says it.
So it does not matter when it is read, and by whom: at its commit, late, or from the log. What names
a play by its id alone is small and passes; whoever does not hold the play passes it over. A play
under review is judged by its form, whose lines are withheld from the view only. SPEC: FF1 to FF9.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import asdict

from protocol.asking import Distance, Zone
from protocol.feed import Play, PlayAdded, PlayConfirmed, PlayCorrected
from protocol.feed_filter import FeedFilter, What
from server.rules.feed_state import Feed, HeldPlay, view_of
from server.rules.kind import Passing, Sieve
from server.rules.scoring import stat_ids as ids

BIG_RUN, BIG_PASS = 10, 20
"""Yards, as in questions (QY2)."""
_FIELD_YARDS: Final = 100
_TWO: Final = frozenset({75, 76, 77, 78, 104, 105})
_TURNED: Final = frozenset({ids.INTERCEPTED, ids.FUMBLE_LOST, ids.FOURTH_DOWN_FAILED})
_PENALTY: Final = 93
_GAINED: Final = ids.RUSH_YARDS | ids.PASS_YARDS | ids.SACKED_YARDS
_NOT_BIG: Final = ids.KICKS | ids.SACKED | _TWO
_YARD_LINE: Final = re.compile(r"([A-Z]{2,3})? ?(\d{1,2})")


# --- which plays


def canonical(wanted: FeedFilter) -> FeedFilter:
    """The one spelling of all filters that ask the same."""
    return FeedFilter(**{name: tuple(sorted(set(one))) for name, one in asdict(wanted).items()})


def matches(wanted: FeedFilter, play: Play) -> bool:
    """Whether the play is wanted as it is (FF2)."""
    return (
        (not wanted.quarters or play.quarter in wanted.quarters)
        and (not wanted.downs or play.down in wanted.downs)
        and (not wanted.teams or _of_team(wanted.teams, play))
        and (not wanted.players or any(one.player in wanted.players for one in play.stats))
        and (not wanted.distances or _distance(play) in wanted.distances)
        and (not wanted.zones or not _zones(play).isdisjoint(wanted.zones))
        and (not wanted.whats or any(_is(what, play) for what in wanted.whats))
    )


def _of_team(teams: Sequence[str], play: Play) -> bool:
    return play.possession in teams or any(line.team in teams for line in play.stats)


def _distance(play: Play) -> Distance | None:
    if not play.down or not play.to_go:
        return None
    return "short" if play.to_go <= 3 else "medium" if play.to_go <= 6 else "long"


def yards_to_goal(play: Play) -> int | None:
    """To the other goal line; None: not said."""
    found = _YARD_LINE.fullmatch(play.yard_line.strip())
    if found is None or not play.possession:
        return None
    yards = int(found[2])
    if yards == _FIELD_YARDS // 2:
        return yards
    if yards > _FIELD_YARDS // 2 or not found[1]:
        return None
    return _FIELD_YARDS - yards if found[1] == play.possession else yards


def _zones(play: Play) -> set[Zone]:
    left = yards_to_goal(play)
    if left is None or not play.down:
        return set()
    zones: set[Zone] = {"opponent" if left <= 50 else "own"}
    if left <= 20:
        zones.add("red")
    if left >= 90:
        zones.add("backed_up")
    if left <= play.to_go:
        zones.add("goal_to_go")
    return zones


def _is(what: What, play: Play) -> bool:
    there = {line.stat for line in play.stats}
    match what:
        case "scoring":
            return any(ids.points_of(stat, there) for stat in there)
        case "turnover":
            return not _TURNED.isdisjoint(there)
        case "penalty":
            return _PENALTY in there
        case "big":
            return _is_big(play, there)


def _is_big(play: Play, there: set[int]) -> bool:
    if there & _NOT_BIG:
        return False
    yards = sum(line.yards for line in play.stats if line.stat in _GAINED)
    if there & ids.PASS:
        return yards >= BIG_PASS
    return bool(there & ids.RUSH) and yards >= BIG_RUN


# --- what is left of an entry


class _Line(Struct, frozen=True, gc=False):
    v: int
    at: int
    by: str
    events: list[Raw] = []


class _Tagged(Struct, frozen=True, gc=False):
    type: str


class _Left(Struct, frozen=True, omit_defaults=True, gc=False):
    """A line of which some events are left out."""

    v: int
    at: int
    by: str
    events: list[Raw]
    gone: list[int] = []


class _Said(NamedTuple):
    """One event: the forms that it says of a play, the latest last; none: it passes."""

    raw: Raw
    play: int = 0
    before: Play | None = None
    now: Play | None = None
    again: bool = False
    """Whether something of the play was there, which the event does not say."""


class Read(NamedTuple):
    """An entry, read once for all filters."""

    line: _Line
    said: list[_Said]


_read_line = msgspec.json.Decoder(_Line).decode
_read_tag = msgspec.json.Decoder(_Tagged).decode
_read_added = msgspec.json.Decoder(PlayAdded).decode
_read_corrected = msgspec.json.Decoder(PlayCorrected).decode
_read_confirmed = msgspec.json.Decoder(PlayConfirmed).decode


def read(public: bytes, state: Feed | None) -> Read:
    """The public line of an entry. `state`: the feed at that entry or after it, where it is at
    hand; then plays that were said again are judged too, and else they pass."""
    line = _read_line(public)
    return Read(line, [_said(raw, state) for raw in line.events])


def _said(raw: Raw, state: Feed | None) -> _Said:
    match _read_tag(raw).type:
        case "play.added":
            now = _read_added(raw).play
            return _Said(raw, now.id, None, now, now.version > 1)
        case "play.corrected":
            event = _read_corrected(raw)
            before = msgspec.convert({**asdict(event.now), **event.was}, Play)
            return _Said(raw, event.now.id, before, event.now)
        case "play.confirmed" if state is not None:
            event = _read_confirmed(raw)
            held = state.plays.get(event.id)
            if not event.stats and held is not None and held.form is not None and not held.review:
                return _Said(raw, event.id, held.form, held.form)
            return _Said(raw)
        case _:
            return _Said(raw)


def left_of(wanted: FeedFilter, entry: Read) -> Passing | None:
    """What a follower with this filter is sent of an entry; None: nothing (FF3, FF4)."""
    passing: list[Raw] = []
    gone: list[int] = []
    for one in entry.said:
        if one.now is None:
            passing.append(one.raw)
            continue
        now = matches(wanted, one.now)
        if now or one.again or (one.before is not None and matches(wanted, one.before)):
            passing.append(one.raw)
            if not now:
                gone.append(one.play)
    if not passing:
        return None
    line = entry.line
    if len(passing) == len(entry.said) and not gone:
        return Passing(None)
    return Passing(msgspec.json.encode(_Left(line.v, line.at, line.by, passing, gone)))


# --- what is left of the view


def view(state: Feed, wanted: FeedFilter) -> dict[str, Any]:
    """FF5: the view with the plays that are wanted, and the mark that it holds not all of them."""
    found = view_of(state, lambda held: _holds(wanted, held))
    return {**found, "partial": True, "delays": {}}


def _holds(wanted: FeedFilter, held: HeldPlay) -> bool:
    form = held.form
    return form is not None and not form.deleted and matches(wanted, form)


SIEVE: Final[Sieve[Feed]] = Sieve(
    FeedFilter, canonical, read, left_of, view, has=lambda state: isinstance(state, Feed)
)
"""What rooms need of all this. Filters speak of plays of football."""
