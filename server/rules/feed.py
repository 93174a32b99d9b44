"""The feed as a kind of room: what a source may change, which event that is, and what it does.

The words are in protocol/feed.py, the state in feed_state.py. Whoever may write is a publisher, an
editor of the room. SPEC: FE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import asdict, replace

from protocol.feed import (
    PLAYS_MAX,
    DelayChanged,
    DeletePlay,
    FeedCommand,
    FeedConsistent,
    FeedEvent,
    FeedInconsistent,
    FeedPresence,
    FeedSettings,
    GameStatus,
    Header,
    Play,
    PlayAdded,
    PlayConfirmed,
    PlayCorrected,
    PlayDeleted,
    PlayUnderReview,
    PlayUpheld,
    React,
    Report,
    ReportAll,
    ReportHeader,
    ReportItem,
    ReportPlay,
    ReportScoreboard,
    ReviewPlay,
    ScoreCorrected,
    SetDelay,
    SetShift,
    ShiftChanged,
    Sign,
)
from server.rules import feed_held, feed_items, feed_picture, feed_state
from server.rules.feed_filter import SIEVE
from server.rules.feed_held import Ways, hold_after
from server.rules.feed_items import ItemFeed
from server.rules.feed_marks import (
    OTHERWISE,
    STALE,
    Mark,
    refused_deletion,
    refused_form,
    refused_review,
)
from server.rules.feed_profiles import profile_of
from server.rules.feed_state import Feed, HeldPlay
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import EVERYBODY, Right
from server.rules.watching import Shift, Watching

AnyFeed: TypeAlias = Feed | ItemFeed
"""The state of a feed of any profile."""

_PUBLISH = Right(frozenset({"owner", "editor"}))


def _report_play(state: Feed, command: ReportPlay, mark: Mark) -> Decision:
    held = state.held(command.play.id)
    if state.header is not None:
        teams = {state.header.home, state.header.away}
        if any(line.team not in teams for line in command.play.stats):
            return Rejected("bad_property", {"property": "team"})
    play = _normal(command.play, 1 if held.form is None else held.form.version)
    refused = refused_form(held, play, mark)
    if refused is not None:
        return refused
    event = _change(held, play, command, mark)
    return _accepted(state, command.play.id, event)


def _normal(play: Play, version: int) -> Play:
    return replace(play, stats=tuple(sorted(play.stats)), version=version, deleted=False)


def _change(held: HeldPlay, play: Play, command: ReportPlay, mark: Mark) -> FeedEvent:
    """What a report of this form is, after what is held."""
    source, revision, before = command.source, command.revision, held.form
    if before is None:
        return PlayAdded(source, revision, play)
    if before.deleted:
        return PlayAdded(source, revision, replace(play, version=before.version + 1))
    if play == before:
        stats = before.stats if held.review and mark > held.said else ()
        return PlayConfirmed(source, revision, play.id, stats)
    old, new = asdict(before), asdict(play)
    was = {name: value for name, value in old.items() if new[name] != value}
    return PlayCorrected(source, revision, was, replace(play, version=before.version + 1))


def _delete(state: Feed, command: DeletePlay, mark: Mark) -> Decision:
    held = state.held(command.id)
    refused = refused_deletion(held, mark)
    if refused is not None:
        return refused
    event = PlayDeleted(command.source, command.revision, command.id)
    return _accepted(state, command.id, event)


def _review(state: Feed, command: ReviewPlay, mark: Mark) -> Decision:
    held = state.held(command.id)
    refused = refused_review(held, mark, on=command.on)
    if refused is not None:
        return refused
    if command.on:
        event = PlayUnderReview(command.source, command.revision, command.id)
    else:
        stats = held.form.stats if held.review and held.form is not None else ()
        event = PlayUpheld(command.source, command.revision, command.id, stats)
    return _accepted(state, command.id, event)


def _report_header(state: Feed, command: ReportHeader, mark: Mark) -> Decision:
    before, now = state.header, command.header
    if now.home == now.away:
        return Rejected("bad_property", {"property": "away"})
    if before is not None and (before.home, before.away) != (now.home, now.away):
        return Rejected("bad_property", {"property": "home"})
    if mark == state.header_mark:
        return STALE if now == before else OTHERWISE
    if mark < state.header_mark:
        return STALE
    events: list[Struct] = [GameStatus(command.source, command.revision, now)]
    for team, was, score in _scores(before, now):
        if score < was:
            events.append(ScoreCorrected(command.source, command.revision, team, was, score))
    return Accepted(events)


def _scores(before: Header | None, now: Header) -> list[tuple[str, int, int]]:
    if before is None:
        return []
    return [
        (now.home, before.home_score, now.home_score),
        (now.away, before.away_score, now.away_score),
    ]


def _accepted(state: Feed, play: int, event: FeedEvent) -> Decision:
    if play not in state.plays and len(state.plays) >= PLAYS_MAX:
        return Rejected("limit_reached", {"limit": "plays_max"})
    return Accepted([event])


def _report(state: Feed, report: Report, mark: Mark) -> Decision:
    """One report, without what it does to the agreement of header and plays."""
    return _TABLE[type(report)][1](state, report, mark)


def _of_another_profile(_state: Feed, _report: Struct, _mark: Mark) -> Decision:
    return Rejected("bad_property", {"property": "profile"})


_TABLE: dict[type[Struct], tuple[Right, Callable[[Feed, Any, Mark], Decision]]] = {
    ReportPlay: (_PUBLISH, _report_play),
    DeletePlay: (_PUBLISH, _delete),
    ReviewPlay: (_PUBLISH, _review),
    ReportHeader: (_PUBLISH, _report_header),
    ReportItem: (_PUBLISH, _of_another_profile),
    ReportScoreboard: (_PUBLISH, _of_another_profile),
}
"""FE5: report, who may send it, who decides it."""


# --- what an event does


def _apply_play(state: Feed, event: Any, stamp: Stamp) -> None:
    hold_after(state, event, stamp)


def _apply_status(state: Feed, event: GameStatus, _stamp: Stamp) -> None:
    state.header = event.now
    state.header_mark = state.mark_of(event.source, event.revision) or state.header_mark
    state.header_source = event.source


def _apply_delay(state: AnyFeed, event: DelayChanged, stamp: Stamp) -> None:
    if event.seconds:
        state.delays[stamp.by] = event.seconds
    else:
        state.delays.pop(stamp.by, None)


def _apply_shift(state: AnyFeed, event: ShiftChanged, stamp: Stamp) -> None:
    over = [account for account, shift in state.shifts.items() if stamp.at >= shift.over]
    for account in (*over, stamp.by):
        state.shifts.pop(account, None)
    if event.at is not None:
        state.shifts[stamp.by] = Shift(event.at, stamp.at, event.speed)


def _apply_agreement(state: Feed, event: FeedInconsistent | FeedConsistent, _stamp: Stamp) -> None:
    state.differences = tuple(event.teams) if isinstance(event, FeedInconsistent) else ()


def _apply_nothing(_state: Feed, _event: ScoreCorrected, _stamp: Stamp) -> None:
    """It is told; the header says it."""


_APPLIERS: Mapping[type[Struct], Callable[[Feed, Any, Stamp], None]] = {
    **dict.fromkeys(
        (PlayAdded, PlayCorrected, PlayConfirmed, PlayDeleted, PlayUnderReview, PlayUpheld),
        _apply_play,
    ),
    GameStatus: _apply_status,
    ScoreCorrected: _apply_nothing,
    FeedInconsistent: _apply_agreement,
    FeedConsistent: _apply_agreement,
}


def _apply(state: Feed, event: Any, stamp: Stamp) -> None:
    _APPLIERS[type(event)](state, event, stamp)


_WAYS = Ways(Feed.copy, _report, _apply)


# --- every profile


def _set_shift(state: AnyFeed, command: SetShift, context: Context) -> Decision:
    """TS1: never ahead of the delay; what would be no shift is none."""
    account, now = context.account, context.now
    watching = Watching(state.delays.get(account, 0), state.shifts.get(account))
    latest = now - 1_000 * watching.delay_s
    at = min(watching.until(now) if command.at is None else command.at, latest)
    if command.speed is None or (command.speed and at >= latest):
        return Accepted([ShiftChanged()]) if account in state.shifts else STALE
    return Accepted([ShiftChanged(max(0, at), command.speed)])


def _initial(settings: FeedSettings) -> AnyFeed:
    profile = profile_of(settings.profile)
    return Feed(settings) if profile is None else ItemFeed(settings, profile)


def _decide_any(state: AnyFeed, command: Struct, context: Context) -> Decision:
    """What no profile does in its own way, and what each does."""
    if isinstance(command, SetDelay):
        if context.role not in EVERYBODY.roles:
            return Rejected("forbidden")
        if command.seconds == state.delays.get(context.account, 0):
            return STALE
        return Accepted([DelayChanged(command.seconds)])
    if isinstance(command, SetShift):
        if context.role not in EVERYBODY.roles:
            return Rejected("forbidden")
        return _set_shift(state, command, context)
    if context.role not in _PUBLISH.roles:
        return Rejected("forbidden")
    if isinstance(state, ItemFeed):
        return feed_items.decide(state, command, context)
    return feed_held.decide(state, command, context, _WAYS)


def _apply_any(state: AnyFeed, event: Any, stamp: Stamp) -> None:
    if isinstance(event, DelayChanged):
        _apply_delay(state, event, stamp)
    elif isinstance(event, ShiftChanged):
        _apply_shift(state, event, stamp)
    elif isinstance(state, ItemFeed):
        feed_items.apply(state, event, stamp)
    else:
        _apply(state, event, stamp)


def _snapshot(state: AnyFeed) -> Any:
    return feed_items.snapshot(state) if isinstance(state, ItemFeed) else feed_state.snapshot(state)


def _restore(data: Any) -> AnyFeed:
    return feed_items.restore(data) if "profile" in data else feed_state.restore(data)


def _view(state: AnyFeed) -> dict[str, Any]:
    return feed_items.view(state) if isinstance(state, ItemFeed) else feed_state.view(state)


FEED: RoomKind[Any] = RoomKind(
    name="feed",
    settings=FeedSettings,
    command=FeedCommand,
    event=FeedEvent,
    presence=FeedPresence,
    initial=_initial,
    decide=_decide_any,
    apply=_apply_any,
    snapshot=_snapshot,
    restore=_restore,
    view=_view,
    may={
        **{str(one.__struct_config__.tag): right for one, (right, _) in _TABLE.items()},
        str(ReportAll.__struct_config__.tag): _PUBLISH,
        str(SetDelay.__struct_config__.tag): EVERYBODY,
        str(SetShift.__struct_config__.tag): EVERYBODY,
    },
    delay_s=lambda state, account: state.delays.get(account, 0),
    shift=lambda state, account: state.shifts.get(account),
    delayed_by=(
        str(DelayChanged.__struct_config__.tag),
        str(ShiftChanged.__struct_config__.tag),
    ),
    sieve=SIEVE,
    picture=feed_picture.picture,
    sign_of=lambda value: value.sign if isinstance(value, React) else None,
    signs=get_args(Sign),
)
"""The kind."""
