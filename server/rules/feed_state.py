"""What a feed of American football is at one version. Snapshot, restore and view of it; what every
feed holds is in feed_held.py. SPEC: FE1 to FE4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import FeedSettings, Header, Play, TeamDifference
from server.rules.feed_held import Held, HeldFeed
from server.rules.feed_marks import Mark
from server.rules.scoring.stat_ids import team_points
from server.rules.scoring.totals import Totals
from server.rules.watching import Shift

HeldPlay: TypeAlias = Held[Play]


class Feed(HeldFeed[Play, Header]):
    """The state of one feed."""

    __slots__ = ()

    def __init__(self, settings: FeedSettings) -> None:
        super().__init__(settings.sources)

    def copy(self) -> Feed:
        """Another one with the same parts."""
        other = Feed(FeedSettings(self.sources))
        other.take(self)
        return other

    def points_of(self, form: Play) -> Mapping[str, int]:
        """Of its lines."""
        return team_points([form])

    def scores_of(self, header: Header) -> Mapping[str, int]:
        """Of both teams."""
        return {header.home: header.home_score, header.away: header.away_score}

    def tombstone(self, play: int, before: Play | None) -> Play:
        """Without lines."""
        if before is None:
            return Play(id=play, order=0, deleted=True)
        return replace(before, stats=(), deleted=True)

    def totals(self) -> Totals:
        """What the plays that count add up to."""
        return Totals(self.counting())


# --- snapshot, restore, view


class _Kept(Struct, omit_defaults=True):
    """As snapshots hold it."""

    sources: tuple[str, ...]
    plays: dict[int, HeldPlay]
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


def view_of(state: Feed, wanted: Callable[[HeldPlay], bool]) -> dict[str, Any]:
    """The same, with the plays that are wanted."""
    shown = [(held, _shown(held, form)) for held, form in state.in_order(wanted)]
    return state.view({}, shown)


def _shown(held: HeldPlay, form: Play) -> Play:
    """As it is shown: without lines while they do not count."""
    return form if held.counting() is not None else replace(form, stats=())
