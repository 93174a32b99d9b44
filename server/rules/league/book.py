"""What one feed makes of its players: stat totals once, and points once for each ruleset that is
asked for. Pure; knows plays and rules of points, and no league.

A change takes a play's old form away and adds the new one; what follows from sums is made anew.
Who may have other points after a change is said with it, and why. SPEC: LI1 to LI3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from protocol.feed import (
    FeedEvent,
    GameStatus,
    Header,
    Play,
    PlayAdded,
    PlayConfirmed,
    PlayCorrected,
    PlayDeleted,
    PlayUnderReview,
    PlayUpheld,
)
from server.rules.feed import FEED
from server.rules.feed_state import Feed
from server.rules.kind import Stamp
from server.rules.scoring.points import Part, parts_of, total_of
from server.rules.scoring.ruleset import Ruleset, read_rules
from server.rules.scoring.totals import Totals, allowed

DEFENCE = "DEF"
"""Position of a D/ST, whose id is its team's abbreviation."""

CauseName = Literal["play", "correction", "deletion", "review", "score"]

_CAUSES: dict[type[Struct], CauseName] = {
    PlayAdded: "play",
    PlayCorrected: "correction",
    PlayDeleted: "deletion",
    PlayUnderReview: "review",
    PlayUpheld: "review",
    PlayConfirmed: "review",  # which ends one, if there was any
    GameStatus: "score",
}

EVENT_TYPES: frozenset[str] = frozenset(
    str(event.__struct_config__.tag) for event in FeedEvent.__args__
)
"""Tags of what a feed itself says; other events of its log are the room's."""


class LeagueRules(NamedTuple):
    """A league's rules of points, and what two leagues with the same rules have in common."""

    key: str
    rules: Ruleset


def league_rules(document: Mapping[str, Any]) -> LeagueRules:
    """Of a document that was read once before (LE3)."""
    return _rules_of(msgspec.json.encode(document, order="deterministic").decode())


@lru_cache(maxsize=256)
def _rules_of(key: str) -> LeagueRules:
    return LeagueRules(key, read_rules("league", msgspec.json.decode(key)))


class Change(Struct, frozen=True, gc=False):
    """What one event changed: for whom, and why."""

    cause: CauseName
    play: int
    """0: the header."""
    touched: frozenset[str]
    """Players, and teams for their D/ST."""


class Book:
    """Totals of one feed at one version."""

    def __init__(self, feed: Feed, version: int) -> None:
        self._feed = feed.copy()
        self._totals = feed.totals()
        self._points: dict[str, dict[tuple[str, str], int]] = {}
        """Player to (key of the rules, position) to hundredths, as far as somebody has asked."""
        self._reviews: int | None = None
        self.version = version

    @classmethod
    def empty(cls, feed: Feed) -> Book:
        """The book of a feed before its first entry, with the same sources."""
        return cls(FEED.initial(_settings_of(feed)), 0)

    @property
    def header(self) -> Header | None:
        """Score and clock."""
        return self._feed.header

    @property
    def final(self) -> bool:
        """Whether the game is over, as far as anybody has said."""
        return self.header is not None and self.header.phase == "final"

    @property
    def begun(self) -> bool:
        """Whether a D/ST has points: there is a header, and the game has begun."""
        return self.header is not None and self.header.phase != "pregame"

    @property
    def reviews(self) -> int:
        """Plays under review; counted once a version."""
        if self._reviews is None:
            self._reviews = sum(held.review for held in self._feed.plays.values())
        return self._reviews

    def play(self, play: int) -> Play | None:
        """The form of a play that is there now; None: none."""
        held = self._feed.plays.get(play)
        return None if held is None else held.form

    @property
    def totals(self) -> Totals:
        """What the plays that count add up to."""
        return self._totals

    def apply(self, events: Iterable[Any], stamp: Stamp) -> list[Change]:
        """The events of one entry, in their order. Points asked between two of them are those
        between them: `changes` yields."""
        return list(self.changes(events, stamp))

    def changes(self, events: Iterable[Any], stamp: Stamp) -> Iterator[Change]:
        """The same one by one, each change when it has been made."""
        for event in events:
            change = self._take(event, stamp)
            if change is not None:
                yield change
        self.version = stamp.version

    def _take(self, event: FeedEvent, stamp: Stamp) -> Change | None:
        cause = _CAUSES.get(type(event))
        self._reviews = None
        if cause is None or isinstance(event, GameStatus):
            before = self._header_score()
            FEED.apply(self._feed, event, stamp)
            if cause is None or before == self._header_score():
                return None
            return self._changed("score", 0, self._sides())
        play = _play_of(event)
        held = self._feed.plays.get(play)
        old = None if held is None else held.counting()
        FEED.apply(self._feed, event, stamp)
        new = self._feed.plays[play].counting()
        if old is new or (old is not None and new is not None and old.stats == new.stats):
            return None
        self._totals.replace(old, new)
        lines = [line for form in (old, new) if form is not None for line in form.stats]
        whose = {name for line in lines for name in (line.player, line.team) if name}
        return self._changed(cause, play, whose | self._sides())

    def _changed(self, cause: CauseName, play: int, touched: set[str]) -> Change:
        for who in touched:
            self._points.pop(who, None)
        return Change(cause, play, frozenset(touched))

    def _sides(self) -> set[str]:
        header = self.header
        return set() if header is None else {header.home, header.away}

    def _header_score(self) -> tuple[bool, int, int]:
        header = self.header
        return (False, 0, 0) if header is None else (
            self.begun, header.home_score, header.away_score,
        )  # fmt: skip

    def points(self, who: str, position: str, rules: LeagueRules) -> int:
        """Hundredths of a player, or of a team's D/ST (position DEFENCE)."""
        known = self._points.setdefault(who, {})
        key = (rules.key, position)
        found = known.get(key)
        if found is None:
            found = known[key] = total_of(self.parts(who, position, rules.rules))
        return found

    def parts(self, who: str, position: str, rules: Ruleset) -> Sequence[Part]:
        """What the points are made of."""
        if position != DEFENCE:
            quantities = self._totals.of(who)
            return parts_of(quantities, rules, position) if quantities else ()
        against = self.allowed(who, rules)
        return parts_of({**self._totals.of(who), **against}, rules, DEFENCE) if against else ()

    def allowed(self, team: str, rules: Ruleset) -> dict[str, int]:
        """What a team's D/ST has let the other one have (SC9); nothing before the game."""
        header = self.header
        if header is None or not self.begun or team not in {header.home, header.away}:
            return {}
        home = team == header.home
        other = header.away if home else header.home
        score = header.away_score if home else header.home_score
        leaves_out = rules.points_allowed == "exclude_def_td_and_safety"
        return allowed(self._totals, other, score, leaves_out_defence=leaves_out)

    def played(self, who: str, position: str) -> bool:
        """Whether somebody has a stat line; a D/ST: whether the game has begun."""
        return self.begun if position == DEFENCE else bool(self._totals.of(who))


class _Line(Struct, frozen=True, gc=False):
    v: int
    at: int
    events: list[Any] = []


_read_line = msgspec.json.Decoder(_Line)


def read_entry(public: bytes) -> tuple[Stamp, list[Any]]:
    """The feed's own events of one line of its log."""
    line = _read_line.decode(public)
    own = [one for one in line.events if one["type"] in EVENT_TYPES]
    return Stamp(line.v, line.at, "", "", 0), msgspec.convert(own, list[FeedEvent])


def _settings_of(feed: Feed) -> Any:
    return FEED.settings(feed.sources)


def _play_of(event: Any) -> int:
    return int(event.play.id if isinstance(event, PlayAdded) else _named(event))


def _named(event: Any) -> int:
    return int(event.now.id if isinstance(event, PlayCorrected) else event.id)
