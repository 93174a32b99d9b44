"""The questions that a room kind answers, and the values it answers with. Pure: no I/O, clock or
randomness.

A kind is a value of `RoomKind`, not a class to inherit from; server/rules/catalogue.py is the
table of all of them. Laws that every kind keeps (tests/contracts/room_kind_contract.py, SPEC rules
KD1 to KD8): decide changes nothing; apply never raises on an event that decide produced; replay
gives an equal digest; restore(snapshot(s)) equals s; an unknown member is rejected, never an
exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

from protocol.membership import Role
from server.rules.rights import Right
from server.rules.watching import Shift

S = TypeVar("S")


class Context(Struct, frozen=True, gc=False):
    """What the shell adds to a command. Everything chosen or measured comes from here and is
    recorded in the event."""

    account: str
    """Who asks; empty for the system."""
    name: str
    role: Role
    """The role at this moment, from room state."""
    client: str
    """The client id of the command, so that a person's own unacknowledged writes are told from
    other people's."""
    seq: int
    made: int
    """The version that the author had seen."""
    now: int
    """Log time at which the command was first received, ms."""
    version: int
    """The version that the entry will have if accepted."""
    names: Mapping[str, str]
    """Account to name, for everybody who was ever a member."""
    dice: int = 0
    """64 random bits, drawn once per command by the shell, for kinds that say `draws`."""
    past: Any = None
    """The kind's state at the version that `past_version` asked for."""
    at: int = 0
    """Log time of the entry that the command becomes, ms; later than `now` where the entry before
    it is. What begins with the entry begins then; whether it came in time is judged by `now`."""
    if_refused: int = 0
    """The version that the room will be at if the command is refused, which may be an entry (CM7);
    0: the one before `version`."""


class Stamp(Struct, frozen=True, gc=False):
    """What an event knows of its entry when it is applied."""

    version: int
    at: int
    by: str
    client: str
    seq: int


class Accepted(Struct, frozen=True, gc=False):
    """The command becomes an entry with these events."""

    events: Sequence[Struct]


class Rejected(Struct, frozen=True, gc=False):
    """The product says no. `code` is one of protocol.codes.REJECTIONS; `detail` is plain data that
    the author is shown."""

    code: str
    detail: Any = None


Decision = Accepted | Rejected


def _no_deadline(_state: Any) -> int | None:
    return None


def _everybody(_event: Struct) -> Sequence[str] | None:
    return None


def _nothing_private(_state: Any, _account: str) -> Any:
    return None


def _no_delay(_state: Any, _account: str) -> int:
    return 0


def _no_sign(_value: Any) -> str | None:
    return None


def _no_shift(_state: Any, _account: str) -> Shift | None:
    return None


class Passing(NamedTuple):
    """What passes a filter of an entry: another public line; None: the entry as it is."""

    line: bytes | None


@dataclass(frozen=True, eq=False)
class Sieve(Generic[S]):
    """How a kind's followers are sent only a part of it (FF)."""

    filter: type[Struct]
    """What a follower asks for."""
    canonical: Callable[[Any], Any]
    """The one spelling of all filters that ask the same. Encodable."""
    read: Callable[[bytes, S | None], Any]
    """Public line, state at that entry or after it where it is at hand → the entry, read once for
    all filters."""
    left_of: Callable[[Any, Any], Passing | None]
    """Filter, what `read` gave → what passes; None: nothing."""
    view: Callable[[S, Any], Any]
    """The public view by a filter."""
    has: Callable[[Any], bool] = lambda _state: True
    """Whether a room with this state has what filters speak of."""


@dataclass(frozen=True, eq=False)
class RoomKind(Generic[S]):
    """What is allowed in one kind of room."""

    name: str
    settings: type[Struct]
    """Struct of the kind's settings, all with defaults; stored in `room.opened`."""
    command: Any
    """Union of the command structs, tagged by `type`, unknown fields forbidden."""
    event: Any
    """Union of the event structs, tagged by `type`, tolerant of fields that a later version
    added."""
    presence: Any
    """Union (or one) of the presence value structs, tagged by `type`, unknown fields forbidden."""
    initial: Callable[[Any], S]
    """settings → the state at version 0."""
    decide: Callable[[S, Any, Context], Decision]
    """Reads the state, never changes it."""
    apply: Callable[[S, Any, Stamp], None]
    """Changes the state. Total and deterministic; may not refuse."""
    snapshot: Callable[[S], Any]
    """State to a value that msgspec encodes. It may hold the state's own parts: it is encoded
    before the state changes."""
    restore: Callable[[Any], S]
    """From what `snapshot` gave, after a trip through JSON as plain dicts and lists."""
    view: Callable[[S], Any]
    """The public view: what every member may see. Encodable."""
    may: Mapping[str, Right]
    """Command tag to who may send it: the one table of role × command of this kind."""
    private: Callable[[S, str], Any] = _nothing_private
    """What only this account may see; None for nothing."""
    audience: Callable[[Any], Sequence[str] | None] = _everybody
    """Who may see this event; None: everybody."""
    hides: bool = False
    """Whether any event has an audience: joins then wait for a state that is committed."""
    delay_s: Callable[[S, str], int] = _no_delay
    """How many seconds after its commit an account sees what happens."""
    shift: Callable[[S, str], Shift | None] = _no_shift
    """From where on, and how fast, an account sees what happened."""
    delayed_by: tuple[str, ...] = ()
    """Tags of the events by which their author's delay or shift changes; none: nobody has one."""
    tells_of_others: bool = False
    """Whether its entries tell of other rooms: then they are seen no earlier than those are, and it
    may have been quiet for longer than a shift lasts that makes it late."""
    sieve: Sieve[S] | None = None
    """Filters that followers may have; None: they get everything."""
    picture: Callable[[S], Any] | None = None
    """The bounded view that crowds start from (FX); None: whoever starts over is sent the view."""
    next_deadline: Callable[[S], int | None] = _no_deadline
    """When the rules want to be woken (`WakeUp`), in ms of log time. A WakeUp reaches `decide` as
    a command."""
    running_since: Callable[[S], int | None] = _no_deadline
    """Since when what ends by `next_deadline` has been running, in ms of log time: an outage that
    ended later is told to `decide` (`Outage`). None: nothing runs that an outage takes from."""
    needs_past: Mapping[type[Struct], Callable[[Any], int]] = field(
        default_factory=dict[type[Struct], Callable[[Any], int]]
    )
    """Commands that need an earlier state in `context.past`, e.g. to restore it, and of which
    version."""
    draws: bool = False
    """Whether `decide` uses `context.dice`; else nothing is drawn."""
    sign_of: Callable[[Any], str | None] = _no_sign
    """The sign of a presence value that is counted and not shown (RX1); None: of any other."""
    signs: tuple[str, ...] = ()
    """What a reaction may be."""
    watches: bool = False
    """Whether presence says what its author wants to be told of other rooms (league scores)."""
    rules_version: int = 1

    def past_version(self, command: Struct) -> int | None:
        """The version whose state this command needs in `context.past`, if any."""
        version_of = self.needs_past.get(type(command))
        return None if version_of is None else version_of(command)
