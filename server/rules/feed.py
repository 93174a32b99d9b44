"""The feed as a kind of room: what a source may change, which event that is, and what it does.

The words are in protocol/feed.py, the state in feed_state.py. Whoever may write is a publisher, an
editor of the room. SPEC: FE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from protocol.feed import (
    PLAYS_MAX,
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
    ReportHeader,
    ReportPlay,
    ReviewPlay,
    ScoreCorrected,
)
from server.rules import feed_state
from server.rules.feed_state import (
    NOTHING_HELD,
    Feed,
    Held,
    Mark,
    differences_of,
    points_with,
)
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import Right

_PUBLISH = Right(frozenset({"owner", "editor"}))

_STALE = Rejected("nothing_changes")
"""Said before, or less than what is known."""
_OTHERWISE = Rejected("exists")
"""The same source has said something else under the same revision."""


def _report_play(state: Feed, command: ReportPlay, mark: Mark) -> Decision:
    held = state.plays.get(command.play.id, NOTHING_HELD)
    if state.header is not None:
        teams = {state.header.home, state.header.away}
        if any(line.team not in teams for line in command.play.stats):
            return Rejected("bad_property", {"property": "team"})
    play = _normal(command.play, 1 if held.form is None else held.form.version)
    if mark == held.said or mark == held.formed:
        return _STALE if mark == held.formed and play == held.form else _OTHERWISE
    if mark < held.formed:
        return _STALE
    event = _change(held, play, command.source, command.revision)
    return _accepted(state, command.play.id, event)


def _normal(play: Play, version: int) -> Play:
    return replace(play, stats=tuple(sorted(play.stats)), version=version, deleted=False)


def _change(held: Held, play: Play, source: str, revision: int) -> FeedEvent:
    """What a report of this form is, after what is held."""
    before = held.form
    if before is None:
        return PlayAdded(source, revision, play)
    if before.deleted:
        return PlayAdded(source, revision, replace(play, version=before.version + 1))
    if play == before:
        return PlayConfirmed(source, revision, play.id)
    old, new = asdict(before), asdict(play)
    was = {name: value for name, value in old.items() if new[name] != value}
    return PlayCorrected(source, revision, was, replace(play, version=before.version + 1))


def _delete(state: Feed, command: DeletePlay, mark: Mark) -> Decision:
    held = state.plays.get(command.id, NOTHING_HELD)
    if mark == held.said or mark == held.formed:
        gone = held.form is not None and held.form.deleted and mark == held.formed
        return _STALE if gone else _OTHERWISE
    if mark < held.formed:
        return _STALE
    event = PlayDeleted(command.source, command.revision, command.id)
    return _accepted(state, command.id, event)


def _review(state: Feed, command: ReviewPlay, mark: Mark) -> Decision:
    held = state.plays.get(command.id, NOTHING_HELD)
    if mark == held.said:
        same = held.review == command.on and held.said != held.formed
        return _STALE if same else _OTHERWISE
    if mark < held.said:
        return _STALE
    kind = PlayUnderReview if command.on else PlayUpheld
    return _accepted(state, command.id, kind(command.source, command.revision, command.id))


def _report_header(state: Feed, command: ReportHeader, mark: Mark) -> Decision:
    before, now = state.header, command.header
    if now.home == now.away:
        return Rejected("bad_property", {"property": "away"})
    if before is not None and (before.home, before.away) != (now.home, now.away):
        return Rejected("bad_property", {"property": "home"})
    if mark == state.header_mark:
        return _STALE if now == before else _OTHERWISE
    if mark < state.header_mark:
        return _STALE
    events: list[Struct] = [GameStatus(command.source, command.revision, now)]
    for team, was, score in _scores(before, now):
        if score < was:
            events.append(ScoreCorrected(command.source, command.revision, team, was, score))
    return Accepted([*events, *_agreement(state, differences_of(now, state.points))])


def _scores(before: Header | None, now: Header) -> list[tuple[str, int, int]]:
    if before is None:
        return []
    return [
        (now.home, before.home_score, now.home_score),
        (now.away, before.away_score, now.away_score),
    ]


def _accepted(state: Feed, play: int, event: FeedEvent) -> Decision:
    """The event, and what it does to the agreement of header and plays."""
    if play not in state.plays and len(state.plays) >= PLAYS_MAX:
        return Rejected("limit_reached", {"limit": "plays_max"})
    before = state.plays.get(play)
    after = _held_after(state, before or NOTHING_HELD, event)
    points = points_with(state.points, before, after)
    return Accepted([event, *_agreement(state, differences_of(state.header, points))])


def _agreement(state: Feed, found: tuple[Any, ...]) -> list[Struct]:
    if found == state.differences:
        return []
    return [FeedInconsistent(list(found)) if found else FeedConsistent()]


_TABLE: dict[type[Struct], tuple[Right, Callable[[Feed, Any, Mark], Decision]]] = {
    ReportPlay: (_PUBLISH, _report_play),
    DeletePlay: (_PUBLISH, _delete),
    ReviewPlay: (_PUBLISH, _review),
    ReportHeader: (_PUBLISH, _report_header),
}
"""FE5: command, who may send it, who decides it."""


def _decide(state: Feed, command: Struct, context: Context) -> Decision:
    row = _TABLE.get(type(command))
    if row is None:
        return Rejected("bad_command")
    right, decide = row
    if context.role not in right.roles:
        return Rejected("forbidden")
    report: Any = command
    mark = state.mark_of(report.source, report.revision)
    if mark is None:
        return Rejected("bad_property", {"property": "source"})
    return decide(state, report, mark)


# --- what an event does


def _held_after(state: Feed, held: Held, event: FeedEvent) -> Held:
    """One play after an event about it."""
    assert not isinstance(event, FeedInconsistent | FeedConsistent)
    mark = state.mark_of(event.source, event.revision) or (0, event.revision)
    form: Play | None = held.form
    match event:
        case PlayAdded(play=play) | PlayCorrected(now=play):
            form = play
        case PlayDeleted(id=play):
            form = _tombstone(play, held.form)
        case PlayUnderReview() | PlayUpheld():
            latest = mark > held.said
            on = isinstance(event, PlayUnderReview) if latest else held.review
            source = held.source or event.source
            return held._replace(said=max(mark, held.said), review=on, source=source)
        case _:
            pass
    review = held.review and mark < held.said
    return Held(form, max(mark, held.formed), max(mark, held.said), review, event.source)


def _tombstone(play: int, before: Play | None) -> Play:
    if before is None:
        return Play(id=play, order=0, deleted=True)
    return replace(before, stats=(), deleted=True)


def _apply_play(state: Feed, event: Any, _stamp: Stamp) -> None:
    play = _play_of(event)
    state.hold(play, _held_after(state, state.plays.get(play, NOTHING_HELD), event))


def _play_of(event: Any) -> int:
    match event:
        case PlayAdded(play=play) | PlayCorrected(now=play):
            return play.id
        case _:
            return int(event.id)


def _apply_status(state: Feed, event: GameStatus, _stamp: Stamp) -> None:
    state.header = event.now
    state.header_mark = state.mark_of(event.source, event.revision) or state.header_mark
    state.header_source = event.source


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


FEED: RoomKind[Feed] = RoomKind(
    name="feed",
    settings=FeedSettings,
    command=FeedCommand,
    event=FeedEvent,
    presence=FeedPresence,
    initial=Feed,
    decide=_decide,
    apply=_apply,
    snapshot=feed_state.snapshot,
    restore=feed_state.restore,
    view=feed_state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
)
"""The kind."""
