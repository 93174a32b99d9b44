"""The whole state of a room: membership, remembered answers, and the state of its kind. Pure.

Composes what the two sets of rules say (those every room has, those of its kind), authorises by
one table, and turns entries into records and back. Must not wait, look at a clock, or know where
records are kept. SPEC: CM, KD, EN.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, TypeVar, get_args

import msgspec
from msgspec import Struct

from protocol.entries import Seal, split_record
from protocol.membership import (
    CommonCommand,
    CommonEvent,
    EnterRoom,
    MemberJoined,
    MemberLeftTeam,
    MemberRemoved,
    Role,
    RoleSet,
    RoomOpened,
    RoomRenamed,
    SystemCommand,
    TeamRole,
)
from server.rules.dedup import Answer, Dedup
from server.rules.kind import Context, Decision, Rejected, RoomKind, Stamp
from server.rules.membership import MEMBERSHIP
from server.rules.membership_state import Membership, view_of_crowd
from server.rules.rights import ROLES, Right, refusal

E = TypeVar("E")


class _StoredEntry(Struct, Generic[E]):
    v: int
    at: int
    by: str
    events: list[E] = []
    refused: str | None = None


class _StoredHidden(Struct, Generic[E]):
    to: list[str]
    events: list[E]


class _StoredSeal(Struct, Generic[E]):
    client: str = ""
    seq: int = 0
    hidden: list[_StoredHidden[E]] = []
    salt: str = ""
    digest: str = ""
    rules: int = 1
    detail: Any = None


class UnknownEvent(Exception):
    """The record holds an event that this version of the rules does not know: the room is refused,
    never skipped."""


class DamagedState(Exception):
    """What should be a snapshot is none that these rules can restore."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One record, decoded: all of its events in order of application, hidden ones after the public
    ones."""

    stamp: Stamp
    events: list[Any]
    hidden: list[tuple[list[str], list[Any]]]
    refused: str | None
    detail: Any
    digest: str
    rules: int


def _members_of(union: Any) -> tuple[Any, ...]:
    return get_args(union) if isinstance(union, types.UnionType) or get_args(union) else (union,)


class CommandRight(NamedTuple):
    """What the table says of one command, worked out for every role."""

    own: bool
    """The kind's own; else one that every room has."""
    refused: Mapping[Role | None, str | None]
    """Role to the code it is refused with; None: it may."""
    refused_read_only: Mapping[Role | None, str | None]
    """The same while the room's switch is on."""


def _refusals(right: Right, *, own: bool, read_only: bool) -> dict[Role | None, str | None]:
    return {role: refusal(right, role, own=own, read_only=read_only) for role in (*ROLES, None)}


class Rulebook:
    """A kind together with what every room has: its tables and its typed decoders, made once per
    kind."""

    def __init__(self, kind: RoomKind[Any]) -> None:
        self.kind = kind
        self.commands: Any = CommonCommand | kind.command
        """Union of everything that a member may submit to a room of this kind."""
        self.rules_version = kind.rules_version + MEMBERSHIP.rules_version - 1
        """Of both together: either only rises, so that no two pairs that ever follow each other
        have the same."""
        self.rights: dict[type, CommandRight] = {}
        """What the tables say of each command (MB2, KD9)."""
        for rules, own in ((MEMBERSHIP, False), (kind, True)):
            union: Any = CommonCommand if rules is MEMBERSHIP else kind.command
            for command in _members_of(union):
                right = rules.may[command.__struct_config__.tag]
                self.rights[command] = CommandRight(
                    own,
                    _refusals(right, own=own, read_only=False),
                    _refusals(right, own=own, read_only=True),
                )
        self.common_events: frozenset[type] = frozenset(_members_of(CommonEvent))
        events: Any = CommonEvent | kind.event
        self._entry = msgspec.json.Decoder(_StoredEntry[events])
        self._seal = msgspec.json.Decoder(_StoredSeal[events])

    def decode_record(self, record: bytes) -> StoredEntry:
        """Raises UnknownEvent where a type is not known."""
        public, sealed = split_record(record)
        try:
            entry: Any = self._entry.decode(public)
            seal: Any = self._seal.decode(sealed) if sealed else Seal()
        except msgspec.ValidationError as error:
            raise UnknownEvent(str(error)) from error
        return StoredEntry(
            stamp=Stamp(entry.v, entry.at, entry.by, seal.client, seal.seq),
            events=entry.events,
            hidden=[(hidden.to, hidden.events) for hidden in seal.hidden],
            refused=entry.refused,
            detail=seal.detail,
            digest=seal.digest,
            rules=seal.rules,
        )


@cache
def rulebook(kind: RoomKind[Any]) -> Rulebook:
    """The rulebook of a kind, made at its first use."""
    return Rulebook(kind)


class Unlisted:
    """What entries changed that the shell has to act on: listings to write, members to let go. Not
    part of the state."""

    __slots__ = ("members", "name", "removed")

    def __init__(self) -> None:
        self.name: str | None = None
        self.members: dict[str, str | None] = {}
        self.removed: dict[str, int] = {}
        """Account to the version of the entry with which it is out."""

    def note(self, event: Any, version: int) -> None:
        """Looks at one event of membership."""
        match event:
            case MemberJoined() | RoleSet():
                self.members[event.member] = event.role
            case MemberRemoved():
                self.members[event.member] = None
                self.removed[event.member] = version
            case MemberLeftTeam():
                self.members[event.member] = event.role
                if event.role is None:
                    self.removed[event.member] = version
            case RoomOpened():
                self.name = event.name
                self.members[event.owner] = "owner"
            case RoomRenamed():
                self.name = event.name
            case _:
                pass


class RoomState:
    """Membership, remembered answers and the kind's state. Two with the same entries behind them
    are equal, byte for byte."""

    __slots__ = ("at", "book", "dedup", "inner", "kind", "membership", "unlisted")

    def __init__(self, kind: RoomKind[Any]) -> None:
        self.kind = kind
        self.book = rulebook(kind)
        self.membership: Membership = MEMBERSHIP.initial(None)
        self.dedup = Dedup()
        self.inner: Any = kind.initial(kind.settings())
        self.at = 0
        """Log time of the latest entry, ms."""
        self.unlisted = Unlisted()

    def role_of(self, account: str) -> Role | None:
        """The account's role at this moment, or None: not a member."""
        return self.membership.role_of(account)

    def may(self, role: Role | None, command: Any) -> bool:
        """Whether the tables give this role the command."""
        return self.book.rights[type(command)].refused[role] is None

    def decide(self, command: Any, context: Context) -> Decision:
        """What the rules say to a member's command. Authorised by role first (MB2, C10, C12)."""
        membership = self.membership
        own, refused, refused_read_only = self.book.rights[type(command)]
        if membership.read_only:
            refused = refused_read_only
        code = refused[membership.members.get(context.account)]
        if code is not None:
            return Rejected(code)
        if own:
            return self.kind.decide(self.inner, command, context)
        return MEMBERSHIP.decide(membership, command, context)

    def decide_system(self, command: SystemCommand | Struct, context: Context) -> Decision:
        """What the rules say to a command of the system itself."""
        if isinstance(command, EnterRoom | TeamRole):
            return MEMBERSHIP.decide(self.membership, command, context)
        return self.kind.decide(self.inner, command, context)

    def apply(self, events: Sequence[Any], stamp: Stamp) -> None:
        """Applies the events of one entry, then remembers nothing: see `remember`."""
        common = self.book.common_events
        apply = self.kind.apply
        for event in events:
            if type(event) not in common:
                apply(self.inner, event, stamp)
                continue
            if isinstance(event, RoomOpened):
                self.inner = self.kind.initial(msgspec.convert(event.settings, self.kind.settings))
            MEMBERSHIP.apply(self.membership, event, stamp)
            self.unlisted.note(event, stamp.version)

    def take_unlisted(self) -> Unlisted:
        """What changed since the last call that the shell acts on."""
        unlisted, self.unlisted = self.unlisted, Unlisted()
        return unlisted

    def remember(self, stamp: Stamp, code: str | None = None, detail: Any = None) -> None:
        """Remembers the answer of the entry's command, and what time it is."""
        if stamp.client:
            self.dedup.record(
                stamp.by, stamp.client, Answer(stamp.seq, stamp.version, code, detail)
            )
        self.dedup.advance(stamp.at, stamp.version)
        self.at = stamp.at

    def apply_entry(self, entry: StoredEntry) -> None:
        """Applies one stored entry wholly."""
        self.apply(entry.events, entry.stamp)
        for _, events in entry.hidden:
            self.apply(events, entry.stamp)
        self.remember(entry.stamp, entry.refused, entry.detail)

    def snapshot(self) -> bytes:
        """The state as JSON; equal states give equal bytes."""
        return msgspec.json.encode(
            {
                "kind": self.kind.name,
                "rules": self.book.rules_version,
                "at": self.at,
                "membership": MEMBERSHIP.snapshot(self.membership),
                "dedup": self.dedup.snapshot(),
                "state": self.kind.snapshot(self.inner),
            }
        )

    @classmethod
    def restore(cls, kind: RoomKind[Any], blob: bytes) -> RoomState:
        """From what `snapshot` gave. Raises DamagedState."""
        try:
            data = msgspec.json.decode(blob)
            state = cls(kind)
            state.at = data["at"]
            state.membership = MEMBERSHIP.restore(data["membership"])
            state.dedup = Dedup.restore(data["dedup"])
            state.inner = kind.restore(data["state"])
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise DamagedState(f"not a snapshot: {error!r}") from error
        return state

    def view(self) -> bytes:
        """What every member may see, as JSON."""
        return msgspec.json.encode(
            {"room": MEMBERSHIP.view(self.membership), "kind": self.kind.view(self.inner)}
        )

    def part(self, of_kind: Callable[[Any], Any]) -> bytes:
        """What one of many is sent of it, as JSON; of the kind's state what `of_kind` says."""
        return msgspec.json.encode(
            {"room": view_of_crowd(self.membership), "kind": of_kind(self.inner)}
        )

    def private(self, account: str) -> Any:
        """What only this account may see, or None."""
        return self.kind.private(self.inner, account)


def digest_of(snapshot: bytes) -> str:
    """Digest of a state, given its snapshot: 16 bytes of blake2b, hexadecimal."""
    return blake2b(snapshot, digest_size=16).hexdigest()
