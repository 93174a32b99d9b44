"""The kind of room that the simulation plays: slots that one member can claim, notes that only
their author may see, turns that end by a deadline. Small, so that a seed is quick; order, secrecy
and time all matter in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from msgspec import Meta, Struct

from protocol.membership import Outage, WakeUp
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import EVERYBODY, OWNERS, Right

TURN_MS = 5_000
MARGIN_MS = 4_000
"""After a deadline, before it is acted upon: by then every outage that began before it is known,
as in drafts with their grace (DR22)."""
SLOTS = 24


class Claim(Struct, frozen=True, tag="claim", forbid_unknown_fields=True):
    slot: Annotated[int, Meta(ge=0, lt=SLOTS)]


class Release(Struct, frozen=True, tag="release", forbid_unknown_fields=True):
    slot: Annotated[int, Meta(ge=0, lt=SLOTS)]


class Whisper(Struct, frozen=True, tag="whisper", forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=40)]


class Hurry(Struct, frozen=True, tag="hurry", forbid_unknown_fields=True):
    """Counts only until a point of log time: what a rejection by time is, at an unchanged head."""

    until: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class OpenTurn(Struct, frozen=True, tag="turn.open", forbid_unknown_fields=True):
    pass


class Claimed(Struct, frozen=True, tag="claimed"):
    slot: int


class Released(Struct, frozen=True, tag="released"):
    slot: int


class Whispered(Struct, frozen=True, tag="whispered"):
    to: str
    text: str


class Murmured(Struct, frozen=True, tag="murmured"):
    """Everybody may know that there was a whisper."""


class TurnOpened(Struct, frozen=True, tag="turn.opened"):
    deadline: int
    since: int


class TurnExtended(Struct, frozen=True, tag="turn.extended"):
    """Nobody could say anything for a while: what was left when that began is left when it
    ends."""

    deadline: int
    since: int


class TurnClosed(Struct, frozen=True, tag="turn.closed"):
    at: int


class Pointer(Struct, frozen=True, tag="pointer", forbid_unknown_fields=True):
    slot: int


class NoSettings(Struct, frozen=True):
    pass


@dataclass
class Claims:
    slots: dict[int, str] = field(default_factory=dict[int, str])
    whispers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    murmurs: int = 0
    deadline: int | None = None
    since: int = 0
    """What was before is settled: the turn's beginning, or the end of the latest outage."""


def wakes_at(state: Claims) -> int | None:
    """When a running turn is to be ended."""
    return None if state.deadline is None else state.deadline + MARGIN_MS


def running_since(state: Claims) -> int | None:
    """When a running turn began, or an outage in it ended."""
    return None if state.deadline is None else state.since


def _decide(state: Claims, command: Any, context: Context) -> Decision:
    match command:
        case Claim(slot):
            if slot in state.slots:
                return Rejected("exists", {"by": state.slots[slot]})
            return Accepted([Claimed(slot)])
        case Release(slot):
            if state.slots.get(slot) != context.account:
                return Rejected("forbidden")
            return Accepted([Released(slot)])
        case Whisper(text):
            return Accepted([Whispered(context.account, text), Murmured()])
        case Hurry(until):
            if context.now > until:
                return Rejected("changed_since")
            return Accepted([Murmured()])
        case OpenTurn():
            if state.deadline is not None:
                return Rejected("nothing_changes")
            return Accepted([TurnOpened(context.now + TURN_MS, context.now)])
        case WakeUp(deadline):
            if wakes_at(state) != deadline or context.now < deadline:
                return Rejected("nothing_changes")
            return Accepted([TurnClosed(context.now)])
        case Outage(began, ended):
            began = max(began, state.since)
            if state.deadline is None or ended <= began or began > state.deadline:
                return Rejected("nothing_changes")
            return Accepted([TurnExtended(state.deadline - began + ended, ended)])
        case _:
            raise AssertionError(command)


def _apply(state: Claims, event: Any, stamp: Stamp) -> None:
    match event:
        case Claimed(slot):
            state.slots[slot] = stamp.by
        case Released(slot):
            state.slots.pop(slot, None)
        case Whispered(to, text):
            state.whispers.setdefault(to, []).append(text)
        case Murmured():
            state.murmurs += 1
        case TurnOpened(deadline, since) | TurnExtended(deadline, since):
            state.deadline, state.since = deadline, since
        case TurnClosed():
            state.deadline = None
        case _:
            raise AssertionError(event)


def _snapshot(state: Claims) -> Any:
    return {
        "slots": [[slot, account] for slot, account in state.slots.items()],
        "whispers": {account: list(texts) for account, texts in state.whispers.items()},
        "murmurs": state.murmurs,
        "deadline": state.deadline,
        "since": state.since,
    }


def _restore(data: Any) -> Claims:
    slots = {slot: account for slot, account in data["slots"]}
    return Claims(slots, data["whispers"], data["murmurs"], data["deadline"], data["since"])


def _view(state: Claims) -> Any:
    return {
        "slots": [[s, a] for s, a in state.slots.items()],
        "murmurs": state.murmurs,
        "deadline": state.deadline,
    }


def _audience(event: Any) -> list[str] | None:
    return [event.to] if isinstance(event, Whispered) else None


_WRITERS = Right(frozenset({"owner", "editor"}))

CLAIMS: RoomKind[Claims] = RoomKind(
    name="claims",
    settings=NoSettings,
    command=Claim | Release | Whisper | Hurry | OpenTurn,
    event=Claimed | Released | Whispered | Murmured | TurnOpened | TurnExtended | TurnClosed,
    presence=Pointer,
    initial=lambda _settings: Claims(),
    decide=_decide,
    apply=_apply,
    snapshot=_snapshot,
    restore=_restore,
    view=_view,
    may={
        "claim": _WRITERS,
        "release": _WRITERS,
        "whisper": EVERYBODY,
        "hurry": EVERYBODY,
        "turn.open": OWNERS,
    },
    private=lambda state, account: state.whispers.get(account, []),
    audience=_audience,
    hides=True,
    next_deadline=wakes_at,
    running_since=running_since,
)


def _decide_as_before(state: Claims, command: Any, context: Context) -> Decision:
    return (
        Rejected("nothing_changes")
        if isinstance(command, Outage)
        else _decide(state, command, context)
    )


OLDER_CLAIMS: RoomKind[Claims] = replace(
    CLAIMS,
    event=Claimed | Released | Whispered | Murmured | TurnOpened | TurnClosed,
    decide=_decide_as_before,
)
"""The same before turns could be extended: a node with these rules cannot read every room."""
