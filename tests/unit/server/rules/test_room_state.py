"""The whole state of a room: authorisation by one table, entries to records and back."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from protocol.entries import Entry, Seal
from protocol.membership import (
    MemberJoined,
    MemberLeftTeam,
    MemberRemoved,
    RoleSet,
    RoomOpened,
    RoomRenamed,
    Said,
    Say,
    SetReadOnly,
    TeamRole,
    WakeUp,
)
from server.rules.dedup import Answer
from server.rules.kind import Accepted, Context, Rejected, Stamp
from server.rules.room_state import RoomState, UnknownEvent, digest_of, rulebook
from tests.simulation.claims import CLAIMS, MARGIN_MS, Claim, Claimed, TurnOpened, Whispered
from tests.support.recording_recipient import account_id

ANA, BEN, CORA, DORA = (account_id(name) for name in ("ana", "ben", "cora", "dora"))


def context(state: RoomState, account: str) -> Context:
    return Context(
        account=account,
        name="somebody",
        role=state.role_of(account) or "viewer",
        client="client",
        seq=1,
        made=0,
        now=1_000,
        version=5,
        names=state.membership.names,
    )


@pytest.fixture
def state() -> RoomState:
    state = RoomState(CLAIMS)
    opened: list[Any] = [RoomOpened("claims", "Room", ANA, "Ana")]
    state.apply(opened, Stamp(1, 1_000, ANA, "", 0))
    joined: list[Any] = [MemberJoined(BEN, "Ben", "editor"), MemberJoined(CORA, "Cora", "viewer")]
    state.apply(joined, Stamp(2, 1_000, ANA, "", 0))
    return state


def test_CM9_a_role_that_may_not_is_forbidden(state: RoomState) -> None:
    assert state.decide(Claim(1), context(state, CORA)) == Rejected("forbidden")
    assert state.decide(SetReadOnly(True), context(state, BEN)) == Rejected("forbidden")
    assert isinstance(state.decide(Claim(1), context(state, BEN)), Accepted)
    assert isinstance(state.decide(Say("hello"), context(state, CORA)), Accepted)


def test_CM10_while_read_only_the_kinds_commands_are_the_owners_alone(state: RoomState) -> None:
    decided = state.decide(SetReadOnly(True), context(state, ANA))
    assert isinstance(decided, Accepted)
    state.apply(list(decided.events), Stamp(3, 1_000, ANA, "", 0))
    assert state.decide(Claim(1), context(state, BEN)) == Rejected("read_only")
    assert isinstance(state.decide(Claim(1), context(state, ANA)), Accepted)
    assert isinstance(state.decide(Say("hello"), context(state, BEN)), Accepted)


def test_RM12_a_wake_up_reaches_the_kind_and_a_late_one_is_refused(state: RoomState) -> None:
    state.apply([TurnOpened(900 - MARGIN_MS, 0)], Stamp(3, 1_000, ANA, "", 0))
    assert isinstance(state.decide_system(WakeUp(900), context(state, "")), Accepted)
    assert isinstance(state.decide_system(WakeUp(800), context(state, "")), Rejected)


def test_EN2_a_record_is_decoded_with_its_hidden_events(state: RoomState) -> None:
    line = msgspec.json.encode(Entry(3, 1_000, BEN, [Claimed(4), Said("hi")]))
    hidden = {"to": [BEN], "events": [Whispered(BEN, "secret")]}
    seal = msgspec.json.encode({"client": "c", "seq": 9, "hidden": [hidden], "salt": "00"})
    stored = state.book.decode_record(line + b"\n" + seal)
    assert stored.stamp == Stamp(3, 1_000, BEN, "c", 9)
    assert stored.events == [Claimed(4), Said("hi")]
    assert stored.hidden == [([BEN], [Whispered(BEN, "secret")])]
    state.apply_entry(stored)
    assert state.inner.slots == {4: BEN}
    assert state.private(BEN) == ["secret"]
    assert state.dedup.find(BEN, "c", 9, 3) == Answer(9, 3)
    assert b"secret" not in state.view()


def test_EN2_a_record_without_a_sealed_line_is_the_systems(state: RoomState) -> None:
    line = msgspec.json.encode(Entry(3, 1_000, "", [Claimed(4)]))
    assert state.book.decode_record(line).stamp == Stamp(3, 1_000, "", "", 0)


def test_EN7_an_event_that_is_not_known_is_refused(state: RoomState) -> None:
    line = b'{"v":3,"at":1,"by":"","events":[{"type":"from.tomorrow"}]}'
    with pytest.raises(UnknownEvent, match=r"from\.tomorrow"):
        state.book.decode_record(line + b"\n" + msgspec.json.encode(Seal()))


def test_EN8_restore_gives_the_same_state_byte_for_byte(state: RoomState) -> None:
    state.apply([Claimed(3), TurnOpened(77, 0)], Stamp(3, 1_000, BEN, "c", 1))
    state.remember(Stamp(3, 1_000, BEN, "c", 1))
    blob = state.snapshot()
    again = RoomState.restore(CLAIMS, blob)
    assert again.snapshot() == blob
    assert digest_of(again.snapshot()) == digest_of(blob)
    assert again.at == 1_000
    assert again.role_of(BEN) == "editor"


def test_RM13_what_listings_need_is_noted_once(state: RoomState) -> None:
    first = state.take_unlisted()
    assert first.name == "Room"
    assert first.members == {ANA: "owner", BEN: "editor", CORA: "viewer"}
    events: list[Any] = [RoleSet(BEN, "viewer"), MemberRemoved(CORA), RoomRenamed("Hall")]
    state.apply([*events, Said("bye")], Stamp(3, 1_000, ANA, "", 0))
    second = state.take_unlisted()
    assert second.name == "Hall"
    assert second.members == {BEN: "viewer", CORA: None}
    assert second.removed == {CORA: 3}
    assert state.take_unlisted().members == {}


def test_RM13_who_is_out_of_the_team_is_unlisted_and_whoever_stays_is_listed_anew(
    state: RoomState,
) -> None:
    events: list[Any] = [
        MemberJoined(DORA, "Dora", "editor", team=True),
        MemberJoined(CORA, "Cora", "owner", team=True),
    ]
    state.apply(events, Stamp(3, 1_000, "", "", 0))
    state.take_unlisted()
    left: list[Any] = [MemberLeftTeam(DORA), MemberLeftTeam(CORA, "viewer")]
    state.apply(left, Stamp(4, 1_000, "", "", 0))
    unlisted = state.take_unlisted()
    assert unlisted.members == {DORA: None, CORA: "viewer"}
    assert unlisted.removed == {DORA: 4}


def test_MB26_what_a_team_gives_is_said_by_the_system_alone(state: RoomState) -> None:
    said = TeamRole(BEN, "Ben", "owner")
    raised = Accepted([MemberJoined(BEN, "Ben", "owner", team=True)])
    assert state.decide_system(said, context(state, "")) == raised
    assert state.decide_system(said, context(state, ANA)) == Rejected("forbidden")


def test_KD9_rights_are_those_of_the_state_whatever_the_context_says(state: RoomState) -> None:
    stale = msgspec.structs.replace(context(state, CORA), role="owner")
    assert state.decide(Claim(1), stale) == Rejected("forbidden")
    gone = msgspec.structs.replace(context(state, DORA), role="owner")
    assert state.decide(Claim(1), gone) == Rejected("not_found")
    assert state.decide(SetReadOnly(on=True), gone) == Rejected("not_found")


def test_EN8_the_version_of_the_rules_is_of_kind_and_membership_together() -> None:
    version = rulebook(CLAIMS).rules_version
    later = rulebook(dataclasses.replace(CLAIMS, rules_version=CLAIMS.rules_version + 1))
    assert later.rules_version == version + 1
    assert version > CLAIMS.rules_version, "membership has had an earlier one"
    assert msgspec.json.decode(RoomState(CLAIMS).snapshot())["rules"] == version


def test_MB29_a_room_of_rules_without_teams_is_restored(state: RoomState) -> None:
    earlier = msgspec.json.decode(state.snapshot())
    del earlier["membership"]["team"]
    earlier["rules"] = 1
    assert RoomState.restore(CLAIMS, msgspec.json.encode(earlier)).snapshot() == state.snapshot()


def test_a_rulebook_is_made_once_per_kind() -> None:
    assert rulebook(CLAIMS) is rulebook(CLAIMS)
