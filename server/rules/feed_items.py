"""A feed of another profile than football: its items by the marks of their reports, its scoreboard,
and where the two do not agree. State, decision, and what an event does; what is right in one sport
is in feed_profiles.py. SPEC: FE1 to FE10 for items, PF1 to PF6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from protocol.feed import (
    DeletePlay,
    FeedConsistent,
    FeedInconsistent,
    FeedSettings,
    ItemAdded,
    ItemCorrected,
    PlayConfirmed,
    PlayDeleted,
    PlayUnderReview,
    PlayUpheld,
    Report,
    ReportItem,
    ReportScoreboard,
    ReviewPlay,
    ScoreboardChanged,
    ScoreCorrected,
    TeamDifference,
)
from protocol.feed_items import ITEMS_MAX, Item, ProfileName, Scoreboard
from server.rules import feed_held
from server.rules.feed_held import Held, HeldFeed, Ways, hold_after
from server.rules.feed_marks import (
    OTHERWISE,
    STALE,
    Mark,
    refused_deletion,
    refused_form,
    refused_review,
)
from server.rules.feed_profiles import PROFILES, Profile
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.watching import Shift

HeldItem: TypeAlias = Held[Item]


class ItemFeed(HeldFeed[Item, Scoreboard]):
    """The state of one feed. `plays`, `header` and `points` are what they are in football, so that
    whoever counts and shows feeds need not ask which profile one has."""

    __slots__ = ("profile",)

    def __init__(self, settings: FeedSettings, profile: Profile) -> None:
        usual = settings.sources == FeedSettings().sources
        super().__init__(profile.sources if usual else settings.sources)
        self.profile = profile

    def copy(self) -> ItemFeed:
        """Another one with the same parts."""
        other = ItemFeed(FeedSettings(self.sources), self.profile)
        other.sources = self.sources
        other.take(self)
        return other

    def points_of(self, form: Item) -> Mapping[str, int]:
        """As the profile counts."""
        return self.profile.points(form)

    def scores_of(self, header: Scoreboard) -> Mapping[str, int]:
        """Of each side, where they add up."""
        return self.profile.scores(header) or {}

    def tombstone(self, play: int, before: Item | None) -> Item:
        """As it was, or with what an item must have."""
        if before is not None:
            return replace(before, deleted=True)
        bare = {"profile": self.profile.name, "id": play, "order": 0, "deleted": True}
        return msgspec.convert(bare | _BARE[self.profile.name], Item)


_BARE: dict[ProfileName, dict[str, Any]] = {
    "soccer": {"period": 0, "at_ms": 0},
    "generic": {"text": ""},
}
"""What an item must have besides; of a deletion that comes first there is nothing to say."""


# --- what a source may change


def decide(state: ItemFeed, command: Struct, context: Context) -> Decision:
    """A report, or several, of whoever may report."""
    return feed_held.decide(state, command, context, _WAYS)


def _report(state: ItemFeed, report: Report, mark: Mark) -> Decision:
    match report:
        case ReportItem():
            return _report_item(state, report, mark)
        case DeletePlay():
            refused = refused_deletion(state.held(report.id), mark)
            return refused or _one(
                state, report.id, PlayDeleted(report.source, report.revision, report.id)
            )
        case ReviewPlay(on=on):
            refused = refused_review(state.held(report.id), mark, on=on)
            event = PlayUnderReview if on else PlayUpheld
            return refused or _one(
                state, report.id, event(report.source, report.revision, report.id)
            )
        case ReportScoreboard():
            return _report_scoreboard(state, report, mark)
        case _:
            return Rejected("bad_property", {"property": "profile"})


def _report_item(state: ItemFeed, report: ReportItem, mark: Mark) -> Decision:
    if not isinstance(report.item, state.profile.item):
        return Rejected("bad_property", {"property": "profile"})
    wrong = state.profile.wrong_item(state.header, report.item)
    if wrong is not None:
        return Rejected("bad_property", {"property": wrong})
    held = state.held(report.item.id)
    before = held.form
    version = 1 if before is None else before.version
    item = replace(report.item, version=version, deleted=False)
    refused = refused_form(held, item, mark)
    return refused or _one(state, item.id, _change(before, item, report))


def _change(before: Item | None, item: Item, report: ReportItem) -> Struct:
    source, revision = report.source, report.revision
    if before is None:
        return ItemAdded(source, revision, item)
    if before.deleted:
        return ItemAdded(source, revision, replace(item, version=before.version + 1))
    if item == before:
        return PlayConfirmed(source, revision, item.id)
    new = asdict(item)
    was = {name: value for name, value in asdict(before).items() if new[name] != value}
    return ItemCorrected(source, revision, was, replace(item, version=before.version + 1))


def _report_scoreboard(state: ItemFeed, report: ReportScoreboard, mark: Mark) -> Decision:
    before, now = state.header, report.scoreboard
    if not isinstance(now, state.profile.scoreboard):
        return Rejected("bad_property", {"property": "profile"})
    wrong = state.profile.wrong_scoreboard(before, now)
    if wrong is not None:
        return Rejected("bad_property", {"property": wrong})
    if mark == state.header_mark:
        return STALE if now == before else OTHERWISE
    if mark < state.header_mark:
        return STALE
    events: list[Struct] = [ScoreboardChanged(report.source, report.revision, now)]
    old: Mapping[str, int] = {} if before is None else state.scores_of(before)
    for side, score in state.scores_of(now).items():
        if score < old.get(side, score):
            events.append(ScoreCorrected(report.source, report.revision, side, old[side], score))
    return Accepted(events)


def _one(state: ItemFeed, item: int, event: Struct) -> Decision:
    if item not in state.plays and len(state.plays) >= ITEMS_MAX:
        return Rejected("limit_reached", {"limit": "items_max"})
    return Accepted([event])


# --- what an event does


def apply(state: ItemFeed, event: Any, stamp: Stamp) -> None:
    """Changes the state. Total: what belongs to another profile changes nothing."""
    match event:
        case (
            ItemAdded() | ItemCorrected() | PlayConfirmed() | PlayDeleted() | PlayUnderReview()
            | PlayUpheld()
        ):  # fmt: skip
            hold_after(state, event, stamp)
        case ScoreboardChanged():
            state.header, state.header_source = event.now, event.source
            mark = state.mark_of(event.source, event.revision)
            state.header_mark = mark or state.header_mark
        case FeedInconsistent(teams=teams):
            state.differences = tuple(teams)
        case FeedConsistent():
            state.differences = ()
        case _:
            pass


_WAYS = Ways(ItemFeed.copy, _report, apply)


# --- snapshot, restore, view


class _Kept(Struct):
    profile: ProfileName
    sources: tuple[str, ...]
    plays: dict[int, HeldItem]
    header: Scoreboard | None
    header_mark: Mark
    header_source: str
    differences: tuple[TeamDifference, ...]
    delays: dict[str, int]
    shifts: dict[str, Shift] = {}


def snapshot(state: ItemFeed) -> Any:
    """The state's own parts: to be encoded before it changes. Snapshots of football have no
    `profile`."""
    return _Kept(
        state.profile.name,
        state.sources,
        state.plays,
        state.header,
        state.header_mark,
        state.header_source,
        state.differences,
        state.delays,
        state.shifts,
    )


def restore(data: Any) -> ItemFeed:
    """From what `snapshot` gave, after a trip through JSON."""
    kept = msgspec.convert(data, _Kept, strict=False)
    state = ItemFeed(FeedSettings(kept.sources), PROFILES[kept.profile])
    state.sources = kept.sources
    for item, held in kept.plays.items():
        state.hold(item, held)
    state.header, state.header_mark = kept.header, kept.header_mark
    state.header_source, state.differences = kept.header_source, kept.differences
    state.delays, state.shifts = kept.delays, kept.shifts
    return state


def view(state: ItemFeed) -> dict[str, Any]:
    """PF3: as of football, with `profile` among the settings."""
    return view_of(state, lambda _held: True)


def view_of(state: ItemFeed, wanted: Callable[[HeldItem], bool]) -> dict[str, Any]:
    """The same, with the items that are wanted."""
    return state.view({"profile": state.profile.name}, state.in_order(wanted))
