"""What a feed is at one version: of each play the form that counts, whose word that is, and whether
it is under review; the header; and where the two do not agree. Snapshot, restore and view of it.

Every report has a mark (how good its source is, then its revision). A play keeps the highest mark
of a form and the highest mark of anything said of it; so whatever the order in which reports come,
and however often, the same forms count in the end. SPEC: FE1 to FE4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import FeedSettings, Header, Play, TeamDifference
from server.rules.feed_marks import NO_MARK, Mark, mark_of
from server.rules.scoring.stat_ids import team_points
from server.rules.scoring.totals import Totals
from server.rules.watching import Shift


class Held(NamedTuple):
    """One play. Invariant: `said` is not below `formed`."""

    form: Play | None
    """None: only a review has come so far."""
    formed: Mark
    """Of the report that the form is from."""
    said: Mark
    """Of the latest report of any sort."""
    review: bool
    source: str
    """Whose word the form is, or the review where there is none."""
    was: dict[str, Any] | None = None
    """What its last correction changed, as it was before; None: not corrected since it came."""
    corrected_at: int = 0
    """Log time of that correction, ms."""

    def counting(self) -> Play | None:
        """The form, if its lines count now."""
        if self.form is None or self.form.deleted or self.review:
            return None
        return self.form


NOTHING_HELD = Held(None, NO_MARK, NO_MARK, review=False, source="")


class Feed:
    """The state of one feed."""

    __slots__ = (
        "delays", "differences", "header", "header_mark", "header_source", "plays", "points",
        "shifts", "sources",
    )  # fmt: skip

    def __init__(self, settings: FeedSettings) -> None:
        self.sources = settings.sources
        self.plays: dict[int, Held] = {}
        self.delays: dict[str, int] = {}
        """Account to seconds, of those who want to see what happens later."""
        self.shifts: dict[str, Shift] = {}
        """Account to the moment from which on, and how fast, it sees what happened."""
        self.header: Header | None = None
        self.header_mark = NO_MARK
        self.header_source = ""
        self.differences: tuple[TeamDifference, ...] = ()
        """As the last event about them said."""
        self.points: Counter[str] = Counter()
        """Team to points of the plays that count."""

    def copy(self) -> Feed:
        """Another one with the same parts, of which none is ever changed in place but the tables of
        plays, delays and shifts."""
        other = Feed(FeedSettings(self.sources))
        other.plays, other.delays = dict(self.plays), dict(self.delays)
        other.shifts = dict(self.shifts)
        other.header, other.header_mark = self.header, self.header_mark
        other.header_source = self.header_source
        other.differences, other.points = self.differences, self.points
        return other

    def mark_of(self, source: str, revision: int) -> Mark | None:
        """The mark of a report; None: nobody of this feed."""
        return mark_of(self.sources, source, revision)

    def hold(self, play: int, held: Held) -> None:
        """Puts one play into its new state, and its points with it."""
        before = self.plays.get(play)
        self.points = points_with(self.points, before, held)
        self.plays[play] = held

    def counting(self) -> Iterator[Play]:
        """The plays whose lines count now."""
        for held in self.plays.values():
            play = held.counting()
            if play is not None:
                yield play

    def totals(self) -> Totals:
        """What they add up to."""
        return Totals(self.counting())


def points_with(points: Counter[str], before: Held | None, after: Held) -> Counter[str]:
    """The points of all plays if one of them changes so."""
    old = None if before is None else before.counting()
    new = after.counting()
    if old is new:
        return points
    changed = Counter(points)
    for play, times in ((old, -1), (new, 1)):
        if play is not None:
            for team, scored in team_points([play]).items():
                changed[team] += times * scored
    return Counter({team: scored for team, scored in sorted(changed.items()) if scored})


def differences_of(header: Header | None, points: Counter[str]) -> tuple[TeamDifference, ...]:
    """Each team whose score in the header is not what plays make."""
    if header is None:
        return ()
    scores = ((header.home, header.home_score), (header.away, header.away_score))
    return tuple(
        TeamDifference(team, score, points[team]) for team, score in scores if score != points[team]
    )


# --- snapshot, restore, view


class _Kept(Struct, omit_defaults=True):
    """As snapshots hold it."""

    sources: tuple[str, ...]
    plays: dict[int, Held]
    header: Header | None
    header_mark: Mark
    header_source: str
    differences: tuple[TeamDifference, ...]
    delays: dict[str, int]
    shifts: dict[str, Shift] = {}


def snapshot(state: Feed) -> Any:
    """The state's own parts: to be encoded before it changes."""
    return _Kept(
        state.sources,
        state.plays,
        state.header,
        state.header_mark,
        state.header_source,
        state.differences,
        state.delays,
        state.shifts,
    )


def restore(data: Any) -> Feed:
    """From what `snapshot` gave, after a trip through JSON."""
    kept = msgspec.convert(data, _Kept, strict=False)
    state = Feed(FeedSettings(kept.sources))
    for play, held in kept.plays.items():
        state.hold(play, held)
    state.header, state.header_mark = kept.header, kept.header_mark
    state.header_source = kept.header_source
    state.differences = kept.differences
    state.delays = kept.delays
    state.shifts = kept.shifts
    return state


def view(state: Feed) -> dict[str, Any]:
    """FE4: what every member may see, plays in the game's order."""
    return view_of(state, lambda _held: True)


def view_of(state: Feed, wanted: Callable[[Held], bool]) -> dict[str, Any]:
    """The same, with the plays that are wanted."""
    there = [
        (held, held.form) for held in state.plays.values() if held.form is not None and wanted(held)
    ]
    there.sort(key=lambda pair: (pair[1].order, pair[1].id))
    return {
        "settings": {"sources": list(state.sources)},
        "header": state.header,
        "plays": [
            {"play": _shown(held, form), "review": held.review, "source": held.source}
            | ({} if held.was is None else {"was": held.was, "corrected_at": held.corrected_at})
            for held, form in there
        ],
        "reviews": {str(play): held.said for play, held in state.plays.items() if held.review},
        "inconsistent": list(state.differences),
        "delays": dict(state.delays),
    }


def _shown(held: Held, form: Play) -> Play:
    """As it is shown: without lines while they do not count."""
    return form if held.counting() is not None else replace(form, stats=())
