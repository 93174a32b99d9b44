"""The laws that every kind of room keeps, for whatever its members may say: SPEC KD1 to KD8.

A kind is put under them by one `Subject`: the kind, the events with which a room of it starts, and
values to draw from, so that commands meet members and things that exist.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast, get_args

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from msgspec import Struct

from protocol.codes import REJECTIONS
from protocol.membership import Role, WakeUp
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from tests.support.struct_strategies import Pools, decoded

ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")


law = settings(
    # The same law is run by a class per kind, each with a subject of its own.
    suppress_health_check=[HealthCheck.differing_executors],
    # An example is a whole room that was played on: a sixth of them says as much.
    max_examples=settings.default.max_examples // 6 if settings.default else 16,
)

STRANGER = cast("Role", "stranger")
"""In place of a role: no member."""


def account(name: str) -> str:
    """An account id that names its role."""
    return f"a_{name}".ljust(24, "_")


@dataclass(frozen=True, eq=False)
class Subject:
    """A kind under the laws."""

    kind: RoomKind[Any]
    opening: Sequence[Struct] = ()
    """Events before anybody says anything."""
    pools: Pools = field(default_factory=dict[str, Sequence[Any]])
    settings: Struct | None = None
    role_of: Callable[[Any, str], Role | None] | None = None
    """State and account to role, where the kind itself says so. Otherwise members keep the role
    that they are named for."""

    @cached_property
    def commands(self) -> st.SearchStrategy[Any]:
        """Whatever a member can say. Built once: building takes longer than drawing."""
        return decoded(self.kind.command, self.pools)

    @cached_property
    def presence(self) -> st.SearchStrategy[Any]:
        """Whatever a member can show."""
        return decoded(self.kind.presence, self.pools)


class Played:
    """A room of the kind: state, and the log from which it can be had again."""

    def __init__(self, subject: Subject) -> None:
        self.kind = subject.kind
        self.role_of = subject.role_of
        self.settings = subject.settings or subject.kind.settings()
        self.state: Any = self.kind.initial(self.settings)
        self.kept: list[tuple[Stamp, bytes, bytes]] = []
        self.states: list[bytes] = [self.bytes()]
        if subject.opening:
            self.keep(subject.opening, Stamp(1, 0, "", "", 0))

    def bytes(self) -> bytes:
        """The state as a snapshot keeps it."""
        return msgspec.json.encode(self.kind.snapshot(self.state))

    def role_now(self, role: Role) -> Role:
        """The role at this moment of the member who is named for `role`."""
        if self.role_of is None:
            return role
        return self.role_of(self.state, account(role)) or STRANGER

    def context(self, role: Role, made: int, command: Any, *, device: int = 0) -> Context:
        """What the shell would add."""
        past_version = self.kind.past_version(command)
        past = None
        if past_version is not None and past_version < len(self.states):
            past = self.kind.restore(msgspec.json.decode(self.states[past_version]))
        return Context(
            account=account(role),
            name=role,
            role=self.role_now(role),
            client=f"client-{role}-{device}",
            seq=len(self.kept) + 1,
            made=made,
            now=1_000 + len(self.kept),
            version=len(self.kept) + 1,
            names={account(one): one for one in ROLES},
            dice=len(self.kept) * 7919,
            past=past,
        )

    def keep(self, events: Sequence[Struct], stamp: Stamp) -> None:
        """Applies events, and keeps them as a log does: public ones, then hidden ones."""
        for event in events:
            self.kind.apply(self.state, event, stamp)
        public = [one for one in events if self.kind.audience(one) is None]
        hidden = [one for one in events if self.kind.audience(one) is not None]
        self.kept.append((stamp, msgspec.json.encode(public), msgspec.json.encode(hidden)))
        self.states.append(self.bytes())

    def submit(self, command: Any, context: Context) -> Decision:
        """Decides, and applies what was accepted."""
        decision = self.kind.decide(self.state, command, context)
        if isinstance(decision, Accepted):
            by = context.account
            stamp = Stamp(context.version, context.now, by, context.client, context.seq)
            self.keep(decision.events, stamp)
        return decision

    def replayed(self) -> Any:
        """The state once more, from settings and log alone."""
        decoder: Any = msgspec.json.Decoder(list[self.kind.event])
        state = self.kind.initial(self.settings)
        for stamp, public, hidden in self.kept:
            for event in (*decoder.decode(public), *decoder.decode(hidden)):
                self.kind.apply(state, event, stamp)
        return state


def structs_of(union: Any) -> tuple[type[Struct], ...]:
    """The structs of a union, or the one that it is."""
    return cast(
        "tuple[type[Struct], ...]",
        get_args(union) if isinstance(union, types.UnionType) else (union,),
    )


def play(subject: Subject, data: DataObject, steps: int = 12) -> Played:
    """A room in which members of every role have said things at random."""
    room = Played(subject)
    said = subject.commands
    for _ in range(data.draw(st.integers(0, steps))):
        speak(room, data, said)
    return room


def speak(room: Played, data: DataObject, said: st.SearchStrategy[Any]) -> Decision:
    """One member says one thing; mostly somebody who may, and from a recent base."""
    command = data.draw(said)
    role = data.draw(st.sampled_from(("owner", "owner", "editor", "editor", "annotator", "viewer")))
    version = len(room.kept)
    made = data.draw(st.sampled_from((version, max(version - 2, 0), 0)))
    device = data.draw(st.sampled_from((0, 0, 1)))
    return room.submit(command, room.context(role, made, command, device=device))


class RoomKindContract:
    """The laws. A subclass names its `subject`."""

    subject: Subject

    @law
    @given(data=st.data())
    def test_KD1_deciding_changes_nothing_and_is_the_same_twice(self, data: DataObject) -> None:
        room = play(self.subject, data)
        command = data.draw(self.subject.commands)
        context = room.context(data.draw(st.sampled_from(ROLES)), len(room.kept), command)
        before = room.bytes()
        first = room.kind.decide(room.state, command, context)
        assert room.bytes() == before
        assert room.kind.decide(room.state, command, context) == first

    @law
    @given(data=st.data())
    def test_KD2_what_was_decided_is_applied_without_fail(self, data: DataObject) -> None:
        room = play(self.subject, data, steps=16)
        msgspec.json.encode(room.kind.view(room.state))

    @law
    @given(data=st.data())
    def test_KD3_replaying_the_log_gives_the_same_bytes(self, data: DataObject) -> None:
        room = play(self.subject, data, steps=16)
        replayed = room.replayed()
        assert msgspec.json.encode(room.kind.snapshot(replayed)) == room.bytes()
        assert room.kind.view(replayed) == room.kind.view(room.state)

    @law
    @given(data=st.data())
    def test_KD4_a_snapshot_gives_the_same_state(self, data: DataObject) -> None:
        room = play(self.subject, data)
        restored = room.kind.restore(msgspec.json.decode(room.bytes()))
        said = self.subject.commands
        for _ in range(5):
            command = data.draw(said)
            context = room.context(data.draw(st.sampled_from(ROLES)), len(room.kept), command)
            decision = room.kind.decide(restored, command, context)
            assert decision == room.submit(command, context)
            if isinstance(decision, Accepted):
                by = context.account
                stamp = Stamp(context.version, context.now, by, context.client, context.seq)
                for event in decision.events:
                    room.kind.apply(restored, event, stamp)
            assert msgspec.json.encode(room.kind.snapshot(restored)) == room.bytes()

    @law
    @given(data=st.data())
    def test_KD5_whoever_may_not_is_refused_with_a_known_code(self, data: DataObject) -> None:
        room = play(self.subject, data)
        command = data.draw(self.subject.commands)
        for role in ROLES:
            decision = room.kind.decide(
                room.state, command, room.context(role, len(room.kept), command)
            )
            if isinstance(decision, Rejected):
                assert decision.code in REJECTIONS
                msgspec.json.encode(decision.detail)
            if room.role_now(role) not in room.kind.may[str(command.__struct_config__.tag)].roles:
                assert isinstance(decision, Rejected)
        nobody = room.context(STRANGER, len(room.kept), command)
        assert isinstance(room.kind.decide(room.state, command, nobody), Rejected)

    def test_KD5_a_command_of_no_kind_is_refused(self) -> None:
        class Unheard(Struct, tag="unheard.of"):
            pass

        room = Played(self.subject)
        decision = room.kind.decide(room.state, Unheard(), room.context("owner", 0, Unheard()))
        assert decision == Rejected("bad_command")

    @law
    @given(data=st.data())
    def test_KD6_commands_events_and_presence_survive_both_codecs(self, data: DataObject) -> None:
        kind = self.subject.kind
        command = data.draw(self.subject.commands)
        presence = data.draw(self.subject.presence)
        for value, union in ((command, kind.command), (presence, kind.presence)):
            packed = msgspec.msgpack.encode(value)
            assert msgspec.json.decode(msgspec.json.encode(value), type=union) == value
            assert msgspec.msgpack.decode(packed, type=union) == value
        room = play(self.subject, data)
        for _, public, hidden in room.kept:
            for line in (public, hidden):
                events = msgspec.json.decode(line, type=list[kind.event])
                assert msgspec.json.encode(events) == line
                packed = msgspec.msgpack.encode(events)
                assert msgspec.msgpack.decode(packed, type=list[kind.event]) == events

    @law
    @given(data=st.data())
    def test_KD6_what_is_said_is_strict_and_what_is_kept_is_tolerant(
        self, data: DataObject
    ) -> None:
        kind = self.subject.kind
        said_of = ((self.subject.commands, kind.command), (self.subject.presence, kind.presence))
        for drawn, union in said_of:
            said = msgspec.to_builtins(data.draw(drawn))
            try:
                msgspec.convert({**said, "a later field": 1}, union)
            except msgspec.ValidationError:
                continue
            raise AssertionError(f"an unknown field of {said} was let through")
        room = play(self.subject, data)
        for _, public, _ in room.kept:
            for plain in msgspec.json.decode(public):
                event = msgspec.convert(plain, kind.event)
                assert msgspec.convert({**plain, "a later field": 1}, kind.event) == event

    def test_KD7_every_command_stands_in_the_table_of_rights(self) -> None:
        tags = [one.__struct_config__.tag for one in structs_of(self.subject.kind.command)]
        assert sorted(self.subject.kind.may) == sorted(str(tag) for tag in tags)
        for right in self.subject.kind.may.values():
            assert set(right.only) <= right.roles <= set(ROLES)

    @law
    @given(data=st.data())
    def test_KD8_hidden_events_come_last_and_stay_hidden(self, data: DataObject) -> None:
        room = Played(self.subject)
        said = self.subject.commands
        for _ in range(8):
            before = room.kind.view(room.state)
            decision = speak(room, data, said)
            if not isinstance(decision, Accepted):
                assert room.kind.view(room.state) == before
                continue
            hides = [room.kind.audience(event) is not None for event in decision.events]
            assert hides == sorted(hides)
            assert room.kind.hides or not any(hides)
            public = Played(Subject(room.kind, settings=room.settings))
            for stamp, line, _ in room.kept:
                for event in msgspec.json.decode(line, type=list[room.kind.event]):
                    public.kind.apply(public.state, event, stamp)
            assert public.kind.view(public.state) == room.kind.view(room.state)

    @law
    @given(data=st.data())
    def test_KD8_a_wake_up_at_its_deadline_moves_the_deadline_on(self, data: DataObject) -> None:
        room = play(self.subject, data)
        deadline = room.kind.next_deadline(room.state)
        if deadline is None:
            return
        wake = WakeUp(deadline)
        decision = room.submit(wake, room.context("owner", len(room.kept), wake))
        assert isinstance(decision, Accepted)
        following = room.kind.next_deadline(room.state)
        assert following is None or following > deadline
