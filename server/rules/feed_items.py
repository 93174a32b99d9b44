"""A feed of another profile than football: its items by the marks of their reports, its scoreboard,
and where the two do not agree. State, decision, and what an event does; what is right in one sport
is in feed_profiles.py. SPEC: FE1 to FE10 for items, PF1 to PF6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

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
    ReportAll,
    ReportItem,
    ReportScoreboard,
    ReviewPlay,
    ScoreboardChanged,
    ScoreCorrected,
    TeamDifference,
)
from protocol.feed_items import ITEMS_MAX, Item, ProfileName, Scoreboard
from server.rules.feed_marks import (
    NO_MARK,
    OTHERWISE,
    STALE,
    Mark,
    mark_of,
    refused_deletion,
    refused_form,
    refused_review,
)
from server.rules.feed_profiles import PROFILES, Profile
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.watching import Shift


class HeldItem(NamedTuple):
    """One item, as feed_state.Held is one play."""

    form: Item | None
    formed: Mark
    said: Mark
    review: bool
    source: str
    was: dict[str, Any] | None = None
    corrected_at: int = 0

    def counting(self) -> Item | None:
        """The form, if it counts now."""
        if self.form is None or self.form.deleted or self.review:
            return None
        return self.form


_NOTHING = HeldItem(None, NO_MARK, NO_MARK, review=False, source="")


class ItemFeed:
    """The state of one feed. `plays`, `header` and `points` are what they are in football, so that
    whoever counts and shows feeds need not ask which profile one has."""

    __slots__ = (
        "delays", "differences", "header", "header_mark", "header_source", "plays", "points",
        "profile", "shifts", "sources",
    )  # fmt: skip

    def __init__(self, settings: FeedSettings, profile: Profile) -> None:
        usual = settings.sources == FeedSettings().sources
        self.profile = profile
        self.sources = profile.sources if usual else settings.sources
        self.plays: dict[int, HeldItem] = {}
        self.delays: dict[str, int] = {}
        self.shifts: dict[str, Shift] = {}
        self.header: Scoreboard | None = None
        self.header_mark = NO_MARK
        self.header_source = ""
        self.differences: tuple[TeamDifference, ...] = ()
        self.points: Counter[str] = Counter()
        """Side to what the items that count add up to."""

    def copy(self) -> ItemFeed:
        """Another one with the same parts; only its tables are ever changed in place."""
        other = ItemFeed(FeedSettings(self.sources), self.profile)
        other.sources = self.sources
        other.plays, other.delays = dict(self.plays), dict(self.delays)
        other.shifts = dict(self.shifts)
        other.header, other.header_mark = self.header, self.header_mark
        other.header_source, other.differences = self.header_source, self.differences
        other.points = self.points
        return other

    def hold(self, item: int, held: HeldItem) -> None:
        """Puts one item into its new state, and its points with it."""
        before = self.plays.get(item)
        old = None if before is None else before.counting()
        new = held.counting()
        changed = Counter(self.points)
        for form, times in ((old, -1), (new, 1)):
            if form is not None:
                for side, points in self.profile.points(form).items():
                    changed[side] += times * points
        self.points = Counter({side: points for side, points in sorted(changed.items()) if points})
        self.plays[item] = held

    def counting(self) -> Iterator[Item]:
        """The items that count now."""
        for held in self.plays.values():
            form = held.counting()
            if form is not None:
                yield form


# --- what a source may change


def decide(state: ItemFeed, command: Struct, context: Context) -> Decision:
    """A report, or several, of whoever may report."""
    if isinstance(command, ReportAll):
        return _report_all(state, command, context)
    if not isinstance(command, Report):
        return Rejected("bad_command")
    decision = _report(state, command)
    if isinstance(decision, Rejected):
        return decision
    after = state.copy()
    for event in decision.events:
        apply(after, event, _UNSTAMPED)
    return _with_agreement(state, after, list(decision.events))


_UNSTAMPED = Stamp(0, 0, "", "", 0)


def _report(state: ItemFeed, report: Report) -> Decision:
    mark = mark_of(state.sources, report.source, report.revision)
    if mark is None:
        return Rejected("bad_property", {"property": "source"})
    match report:
        case ReportItem():
            return _report_item(state, report, mark)
        case DeletePlay():
            refused = refused_deletion(state.plays.get(report.id, _NOTHING), mark)
            return refused or _one(
                state, report.id, PlayDeleted(report.source, report.revision, report.id)
            )
        case ReviewPlay(on=on):
            refused = refused_review(state.plays.get(report.id, _NOTHING), mark, on=on)
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
    held = state.plays.get(report.item.id, _NOTHING)
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
    old = {} if before is None else state.profile.scores(before) or {}
    for side, score in (state.profile.scores(now) or {}).items():
        if score < old.get(side, score):
            events.append(ScoreCorrected(report.source, report.revision, side, old[side], score))
    return Accepted(events)


def _one(state: ItemFeed, item: int, event: Struct) -> Decision:
    if item not in state.plays and len(state.plays) >= ITEMS_MAX:
        return Rejected("limit_reached", {"limit": "items_max"})
    return Accepted([event])


def _report_all(state: ItemFeed, command: ReportAll, context: Context) -> Decision:
    """FE9: one after the other, each on what those before it leave."""
    if command.expected is not None and command.expected != context.version - 1:
        # With this version the same may be sent again, also where the refusal is an entry.
        at = context.if_refused or context.version - 1
        return Rejected("changed_since", {"version": at})
    after, events = state.copy(), list[Struct]()
    for number, report in enumerate(command.reports):
        decision = _report(after, report)
        if isinstance(decision, Accepted):
            for event in decision.events:
                apply(after, event, _UNSTAMPED)
            events.extend(decision.events)
        elif decision != STALE:
            return Rejected(decision.code, {**(decision.detail or {}), "report": number})
    return _with_agreement(state, after, events) if events else STALE


def _with_agreement(state: ItemFeed, after: ItemFeed, events: list[Struct]) -> Accepted:
    found = differences_of(after)
    if found != state.differences:
        events.append(FeedInconsistent(list(found)) if found else FeedConsistent())
    return Accepted(events)


def differences_of(state: ItemFeed) -> tuple[TeamDifference, ...]:
    """Each side whose score is not what items make."""
    scores = None if state.header is None else state.profile.scores(state.header)
    return tuple(
        TeamDifference(side, score, state.points[side])
        for side, score in (scores or {}).items()
        if score != state.points[side]
    )


# --- what an event does


def apply(state: ItemFeed, event: Any, stamp: Stamp) -> None:
    """Changes the state. Total: what belongs to another profile changes nothing."""
    match event:
        case ItemAdded(item=item) | ItemCorrected(now=item):
            state.hold(item.id, _held_after(state, item.id, event, stamp.at))
        case PlayConfirmed() | PlayDeleted() | PlayUnderReview() | PlayUpheld():
            state.hold(event.id, _held_after(state, event.id, event, stamp.at))
        case ScoreboardChanged():
            state.header, state.header_source = event.now, event.source
            mark = mark_of(state.sources, event.source, event.revision)
            state.header_mark = mark or state.header_mark
        case FeedInconsistent(teams=teams):
            state.differences = tuple(teams)
        case FeedConsistent():
            state.differences = ()
        case _:
            pass


def _held_after(state: ItemFeed, item: int, event: Any, at: int) -> HeldItem:
    held = state.plays.get(item, _NOTHING)
    mark = mark_of(state.sources, event.source, event.revision) or (0, event.revision)
    form, was, corrected_at = held.form, held.was, held.corrected_at
    match event:
        case ItemAdded():
            form, was, corrected_at = event.item, None, 0
        case ItemCorrected():
            plain = msgspec.json.decode(msgspec.json.encode(event.was))
            form, was, corrected_at = event.now, plain, at
        case PlayDeleted():
            form, was, corrected_at = _tombstone(state, item, held.form), None, 0
        case PlayUnderReview() | PlayUpheld():
            on = isinstance(event, PlayUnderReview) if mark > held.said else held.review
            source = held.source or event.source
            return held._replace(said=max(mark, held.said), review=on, source=source)
        case _:
            pass
    review = held.review and mark < held.said
    formed, said = max(mark, held.formed), max(mark, held.said)
    return HeldItem(form, formed, said, review, event.source, was, corrected_at)


def _tombstone(state: ItemFeed, item: int, before: Item | None) -> Item:
    if before is not None:
        return replace(before, deleted=True)
    bare = {"profile": state.profile.name, "id": item, "order": 0, "deleted": True}
    return msgspec.convert(bare | _BARE[state.profile.name], Item)


_BARE: dict[ProfileName, dict[str, Any]] = {
    "soccer": {"period": 0, "at_ms": 0},
    "generic": {"text": ""},
}
"""What an item must have besides; of a deletion that comes first there is nothing to say."""


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
    there = [
        (held, held.form) for held in state.plays.values() if held.form is not None and wanted(held)
    ]
    there.sort(key=lambda pair: (pair[1].order, pair[1].id))
    return {
        "settings": {"sources": list(state.sources), "profile": state.profile.name},
        "header": state.header,
        "plays": [
            {"play": form, "review": held.review, "source": held.source}
            | ({} if held.was is None else {"was": held.was, "corrected_at": held.corrected_at})
            for held, form in there
        ],
        "reviews": {str(item): held.said for item, held in state.plays.items() if held.review},
        "inconsistent": list(state.differences),
        "delays": dict(state.delays),
    }
