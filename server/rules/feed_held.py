"""What a feed of any profile holds: of each play or item the form that counts, whose word that is,
and whether it is under review; the header; and where the two do not agree. What a report and its
event do to it. What is right in one sport, and what counts how much, is for the profiles.

Every report has a mark (how good its source is, then its revision). A play keeps the highest mark
of a form and the highest mark of anything said of it; so whatever the order in which reports come,
and however often, the same forms count in the end. SPEC: FE1 to FE4, FE7, FE9.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
from msgspec import Struct

from protocol.feed import (
    FeedConsistent,
    FeedInconsistent,
    ItemAdded,
    ItemCorrected,
    PlayAdded,
    PlayCorrected,
    PlayDeleted,
    PlayUnderReview,
    PlayUpheld,
    Report,
    ReportAll,
    TeamDifference,
)
from server.rules.feed_marks import NO_MARK, STALE, Mark, mark_of
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.watching import Shift


class _Form(Protocol):
    """A play or an item."""

    @property
    def id(self) -> int: ...
    @property
    def order(self) -> int: ...
    @property
    def deleted(self) -> bool: ...


Form = TypeVar("Form", bound=_Form)
Head = TypeVar("Head")


class Held(NamedTuple, Generic[Form]):
    """One play or item. Invariant: `said` is not below `formed`."""

    form: Form | None
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

    def counting(self) -> Form | None:
        """The form, if it counts now."""
        if self.form is None or self.form.deleted or self.review:
            return None
        return self.form


NOTHING_HELD: Held[Any] = Held(None, NO_MARK, NO_MARK, review=False, source="")


class HeldFeed(ABC, Generic[Form, Head]):
    """The state of one feed, whatever its profile; `plays` are its plays or items."""

    __slots__ = (
        "delays", "differences", "header", "header_mark", "header_source", "plays", "points",
        "shifts", "sources",
    )  # fmt: skip

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = sources
        self.plays: dict[int, Held[Form]] = {}
        self.delays: dict[str, int] = {}
        """Account to seconds, of those who want to see what happens later."""
        self.shifts: dict[str, Shift] = {}
        """Account to the moment from which on, and how fast, it sees what happened."""
        self.header: Head | None = None
        self.header_mark = NO_MARK
        self.header_source = ""
        self.differences: tuple[TeamDifference, ...] = ()
        """As the last event about them said."""
        self.points: Counter[str] = Counter()
        """Team or side to points of what counts."""

    @abstractmethod
    def points_of(self, form: Form) -> Mapping[str, int]:
        """What a play or item adds to whose score."""

    @abstractmethod
    def scores_of(self, header: Head) -> Mapping[str, int]:
        """The scores that the header says, where they are to be what the plays make."""

    @abstractmethod
    def tombstone(self, play: int, before: Form | None) -> Form:
        """What is left of a play that is deleted; None: nothing else was said of it."""

    def take(self, other: HeldFeed[Form, Head]) -> None:
        """The same parts as another, of which none is ever changed in place but the tables of
        plays, delays and shifts."""
        self.plays, self.delays = dict(other.plays), dict(other.delays)
        self.shifts, self.points = dict(other.shifts), other.points
        self.header, self.header_mark = other.header, other.header_mark
        self.header_source, self.differences = other.header_source, other.differences

    def mark_of(self, source: str, revision: int) -> Mark | None:
        """The mark of a report; None: nobody of this feed."""
        return mark_of(self.sources, source, revision)

    def held(self, play: int) -> Held[Form]:
        """What is known of a play, if anything."""
        return self.plays.get(play, NOTHING_HELD)

    def hold(self, play: int, held: Held[Form]) -> None:
        """Puts one play into its new state, and its points with it."""
        self.points = self.points_with(self.plays.get(play), held)
        self.plays[play] = held

    def points_with(self, before: Held[Form] | None, after: Held[Form]) -> Counter[str]:
        """The points of all plays if one of them changes so."""
        old = None if before is None else before.counting()
        new = after.counting()
        if old is new:
            return self.points
        changed = Counter(self.points)
        for form, times in ((old, -1), (new, 1)):
            if form is not None:
                for team, scored in self.points_of(form).items():
                    changed[team] += times * scored
        return Counter({team: scored for team, scored in sorted(changed.items()) if scored})

    def differing(self) -> tuple[TeamDifference, ...]:
        """FE7: each team whose score in the header is not what plays make."""
        scores: Mapping[str, int] = {} if self.header is None else self.scores_of(self.header)
        return tuple(
            TeamDifference(team, score, self.points[team])
            for team, score in scores.items()
            if score != self.points[team]
        )

    def counting(self) -> Iterator[Form]:
        """The plays that count now."""
        for held in self.plays.values():
            form = held.counting()
            if form is not None:
                yield form

    def in_order(self, wanted: Callable[[Held[Form]], bool]) -> list[tuple[Held[Form], Form]]:
        """Those with a form that are wanted, in the game's order."""
        there = [
            (held, held.form)
            for held in self.plays.values()
            if held.form is not None and wanted(held)
        ]
        there.sort(key=lambda pair: (pair[1].order, pair[1].id))
        return there

    def view(
        self, settings: Mapping[str, Any], shown: Sequence[tuple[Held[Form], Form]]
    ) -> dict[str, Any]:
        """FE4: what every member may see, of these plays as they are shown."""
        return {
            "settings": {"sources": list(self.sources), **settings},
            "header": self.header,
            "plays": [
                {"play": form, "review": held.review, "source": held.source}
                | ({} if held.was is None else {"was": held.was, "corrected_at": held.corrected_at})
                for held, form in shown
            ],
            "reviews": {str(play): held.said for play, held in self.plays.items() if held.review},
            "inconsistent": list(self.differences),
            "delays": dict(self.delays),
        }


# --- what an event does


def hold_after(state: HeldFeed[Form, Any], event: Any, stamp: Stamp) -> None:
    """What an event about one play does to it."""
    match event:
        case PlayAdded(play=form) | PlayCorrected(now=form):
            play = form.id
        case ItemAdded(item=form) | ItemCorrected(now=form):
            play = form.id
        case _:
            play = int(event.id)
    state.hold(play, _after(state, state.held(play), event, stamp.at))


def _after(state: HeldFeed[Any, Any], held: Held[Any], event: Any, at: int) -> Held[Any]:
    """One play after an event about it, at a log time."""
    mark = state.mark_of(event.source, event.revision) or (0, event.revision)
    form, was, corrected_at = held.form, held.was, held.corrected_at
    match event:
        case PlayAdded(play=new) | ItemAdded(item=new):
            form, was, corrected_at = new, None, 0
        case PlayCorrected(now=new) | ItemCorrected(now=new):
            form, was, corrected_at = new, msgspec.json.decode(msgspec.json.encode(event.was)), at
        case PlayDeleted(id=play):
            form, was, corrected_at = state.tombstone(play, held.form), None, 0
        case PlayUnderReview() | PlayUpheld():
            on = isinstance(event, PlayUnderReview) if mark > held.said else held.review
            source = held.source or event.source
            return held._replace(said=max(mark, held.said), review=on, source=source)
        case _:
            pass
    review = held.review and mark < held.said
    formed, said = max(mark, held.formed), max(mark, held.said)
    return Held(form, formed, said, review, event.source, was, corrected_at)


# --- what one report, or several, come to

_State = TypeVar("_State", bound=HeldFeed[Any, Any])


class Ways(NamedTuple, Generic[_State]):
    """How a profile does what every feed does."""

    copy: Callable[[_State], _State]
    report: Callable[[_State, Report, Mark], Decision]
    apply: Callable[[_State, Any, Stamp], None]


def decide(state: _State, command: Struct, context: Context, ways: Ways[_State]) -> Decision:
    """A report, or several, of whoever may report; and what they do to the agreement of header and
    plays."""
    if isinstance(command, ReportAll):
        return _report_all(state, command, context, ways)
    if not isinstance(command, Report):
        return Rejected("bad_command")
    decision = _report(state, command, ways)
    if isinstance(decision, Rejected):
        return decision
    after = ways.copy(state)
    for event in decision.events:
        ways.apply(after, event, _UNSTAMPED)
    return _with_agreement(state, after, list(decision.events))


def _report(state: _State, report: Report, ways: Ways[_State]) -> Decision:
    mark = state.mark_of(report.source, report.revision)
    if mark is None:
        return Rejected("bad_property", {"property": "source"})
    return ways.report(state, report, mark)


def _report_all(
    state: _State, command: ReportAll, context: Context, ways: Ways[_State]
) -> Decision:
    """FE9: one after the other, each on what those before it leave."""
    if command.expected is not None and command.expected != context.version - 1:
        # With this version the same may be sent again, also where the refusal is an entry.
        at = context.if_refused or context.version - 1
        return Rejected("changed_since", {"version": at})
    after, events = ways.copy(state), list[Struct]()
    for number, report in enumerate(command.reports):
        decision = _report(after, report, ways)
        if isinstance(decision, Accepted):
            for event in decision.events:
                ways.apply(after, event, _UNSTAMPED)
            events.extend(decision.events)
        elif decision != STALE:
            return Rejected(decision.code, {**(decision.detail or {}), "report": number})
    return _with_agreement(state, after, events) if events else STALE


_UNSTAMPED = Stamp(0, 0, "", "", 0)
"""What is applied here is thrown away; only the time of a correction is from the entry."""


def _with_agreement(state: _State, after: _State, events: list[Struct]) -> Accepted:
    found = after.differing()
    if found != state.differences:
        events.append(FeedInconsistent(list(found)) if found else FeedConsistent())
    return Accepted(events)
