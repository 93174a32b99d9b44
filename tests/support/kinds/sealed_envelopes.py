"""A small kind that hides things and has a deadline: sealed envelopes. Only for tests.

Each member may put a private note into an envelope of their own. Everybody sees that the envelope
is there, only its owner what is in it, until the owner of the room or a deadline opens them all.
It exists so that invariant 9 and deadlines can be tried on every path before a real kind needs
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from protocol.membership import TimeField, WakeUp
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import EVERYBODY, OWNERS, Right

ENVELOPES_MAX = 100


class EnvelopeSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`opens_at`: log time at which all envelopes open; 0: only when the owner says so."""

    opens_at: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


class PutNote(Struct, frozen=True, forbid_unknown_fields=True, tag="note.put"):
    """A note for one's own envelope, in place of an earlier one."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]


class OpenAll(Struct, frozen=True, forbid_unknown_fields=True, tag="envelopes.open"):
    """Owner: opens them all now."""


class SetDeadline(Struct, frozen=True, forbid_unknown_fields=True, tag="deadline.set"):
    """Owner: another deadline; 0: none."""

    at: TimeField


class NotePlaced(Struct, frozen=True, tag="note.placed"):
    """Everybody: the member has an envelope with something in it."""

    member: str


class NoteWritten(Struct, frozen=True, tag="note.written"):
    """The member alone: what is in it."""

    member: str
    text: str


class DeadlineSet(Struct, frozen=True, tag="deadline.was_set"):
    """Everybody: when the envelopes open."""

    at: int


class EnvelopesOpened(Struct, frozen=True, tag="envelopes.opened"):
    """Everybody: what was in them."""

    notes: dict[str, str]


class Pointing(Struct, frozen=True, forbid_unknown_fields=True, tag="pointing"):
    """Presence: whose envelope somebody points at."""

    member: Annotated[str, Meta(max_length=24)]


class Table:
    """The state: what lies on the table."""

    __slots__ = ("notes", "opened", "opens_at")

    def __init__(self, settings: EnvelopeSettings) -> None:
        self.notes: dict[str, str | None] = {}
        """None: an envelope of which this replica knows only that it is there."""
        self.opened: dict[str, str] | None = None
        self.opens_at = settings.opens_at


def _decide(state: Table, command: Struct, context: Context) -> Decision:
    if isinstance(command, WakeUp):
        if state.opened is not None or command.deadline != state.opens_at:
            return Rejected("nothing_changes")
        return Accepted([_opening(state)])
    right = MAY.get(str(command.__struct_config__.tag))
    if right is None:
        return Rejected("bad_command")
    if context.role not in right.roles:
        return Rejected("forbidden")
    if state.opened is not None:
        return Rejected("locked")
    match command:
        case PutNote(text=text):
            if context.account not in state.notes and len(state.notes) >= ENVELOPES_MAX:
                return Rejected("limit_reached", {"limit": "ENVELOPES_MAX", "max": ENVELOPES_MAX})
            return Accepted(
                [NotePlaced(context.account), NoteWritten(context.account, text)],
            )
        case SetDeadline(at=at):
            return Accepted([DeadlineSet(at)])
        case _:
            return Accepted([_opening(state)])


def _opening(state: Table) -> EnvelopesOpened:
    return EnvelopesOpened({member: text or "" for member, text in state.notes.items()})


def _apply(state: Table, event: Any, stamp: Stamp) -> None:
    match event:
        case NotePlaced(member=member):
            state.notes.setdefault(member, None)
        case NoteWritten(member=member, text=text):
            state.notes[member] = text
        case DeadlineSet(at=at):
            state.opens_at = at
        case EnvelopesOpened(notes=notes):
            state.opened = dict(notes)
        case _:
            raise AssertionError(f"not an event of this kind: {event!r}")


def _snapshot(state: Table) -> dict[str, Any]:
    opened = None if state.opened is None else dict(state.opened)
    return {"notes": dict(state.notes), "opened": opened, "opens_at": state.opens_at}


def _restore(data: Any) -> Table:
    state = Table(EnvelopeSettings(opens_at=data["opens_at"]))
    state.notes = dict(data["notes"])
    state.opened = None if data["opened"] is None else dict(data["opened"])
    return state


def _view(state: Table) -> dict[str, Any]:
    opened = None if state.opened is None else dict(state.opened)
    return {"envelopes": list(state.notes), "opened": opened, "opens_at": state.opens_at}


def _private(state: Table, account: str) -> Any:
    note = state.notes.get(account)
    return None if note is None else {"note": note}


def _audience(event: Any) -> Sequence[str] | None:
    return [event.member] if isinstance(event, NoteWritten) else None


def _next_deadline(state: Table) -> int | None:
    return None if state.opened is not None else state.opens_at or None


MAY: dict[str, Right] = {
    "note.put": EVERYBODY,
    "envelopes.open": OWNERS,
    "deadline.set": OWNERS,
}

SEALED_ENVELOPES: RoomKind[Table] = RoomKind(
    name="sealed_envelopes",
    settings=EnvelopeSettings,
    command=PutNote | OpenAll | SetDeadline,
    event=NotePlaced | NoteWritten | DeadlineSet | EnvelopesOpened,
    presence=Pointing,
    initial=Table,
    decide=_decide,
    apply=_apply,
    snapshot=_snapshot,
    restore=_restore,
    view=_view,
    may=MAY,
    private=_private,
    audience=_audience,
    hides=True,
    next_deadline=_next_deadline,
)
"""The kind. Its name is in no catalogue."""
