"""The kind of room that the simulation plays: slots that one member can claim, notes that only
their author may see, turns that end by a deadline. Small, so that a seed is quick; order, secrecy
and time all matter in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from msgspec import Meta, Struct

from protocol.membership import WakeUp
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import EVERYBODY, OWNERS, Right

TURN_MS = 5_000
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
            return Accepted([TurnOpened(context.now + TURN_MS)])
        case WakeUp(deadline):
            if state.deadline != deadline or context.now < deadline:
                return Rejected("nothing_changes")
            return Accepted([TurnClosed(context.now)])
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
        case TurnOpened(deadline):
            state.deadline = deadline
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
    }


def _restore(data: Any) -> Claims:
    slots = {slot: account for slot, account in data["slots"]}
    return Claims(slots, data["whispers"], data["murmurs"], data["deadline"])


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
    event=Claimed | Released | Whispered | Murmured | TurnOpened | TurnClosed,
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
    next_deadline=lambda state: state.deadline,
)
