"""What a room remembers of its people, and brings back from a snapshot."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.membership import EnterRoom
from server.rules import membership_state
from server.rules.membership import MEMBERSHIP
from server.rules.membership_state import RANK, Membership, TeamPlace
from tests.support.memberships import EDI, NEW, OLGA, ONE, TWO, VERA, PlayedRoom


@pytest.fixture
def room() -> PlayedRoom:
    """An owner, a viewer and an editor, and one who came by the team and was given less since."""
    played = PlayedRoom()
    played.invite(ONE, "editor", uses=3)
    played.enter(EDI, ONE)
    played.invite(TWO, "viewer")
    played.enter(VERA, TWO)
    played.enter_by_team(NEW, "editor")
    played.set_role(NEW, "annotator")
    return played


def kept(room: PlayedRoom) -> Any:
    return msgspec.json.decode(msgspec.json.encode(MEMBERSHIP.snapshot(room.state)))


def test_KD4_membership_survives_its_snapshot(room: PlayedRoom) -> None:
    room.remove(EDI)
    room.do(VERA, {"type": "chat.say", "text": "Hello"})
    plain = kept(room)
    restored = MEMBERSHIP.restore(plain)
    assert msgspec.json.decode(msgspec.json.encode(MEMBERSHIP.snapshot(restored))) == plain
    assert restored.owners == room.state.owners == 1
    assert restored.team == {NEW: TeamPlace(None, kept=True)}
    assert MEMBERSHIP.view(restored) == MEMBERSHIP.view(room.state)
    room.enter_by_team(VERA, "editor")
    assert VERA not in restored.team


def test_MB29_a_snapshot_of_rules_without_teams_is_restored() -> None:
    room = PlayedRoom()
    room.invite(ONE, "editor")
    room.enter(EDI, ONE)
    earlier = kept(room)
    del earlier["team"]
    restored = MEMBERSHIP.restore(earlier)
    assert restored.team == {}
    assert msgspec.json.encode(MEMBERSHIP.snapshot(restored)) == msgspec.json.encode(
        MEMBERSHIP.snapshot(room.state)
    )


def test_MB1_the_view_marks_whoever_is_there_by_the_team(room: PlayedRoom) -> None:
    assert room.view()["members"] == {
        OLGA: {"name": "Olga", "role": "owner"},
        EDI: {"name": "Name", "role": "editor"},
        VERA: {"name": "Name", "role": "viewer"},
        NEW: {"name": "Name", "role": "annotator", "team": True},
    }


def test_MB2_roles_are_ranked() -> None:
    assert sorted(RANK, key=lambda role: RANK[role]) == ["viewer", "annotator", "editor", "owner"]


def test_MB24_whether_a_team_gives_more_is_what_entering_decides(room: PlayedRoom) -> None:
    room.remove(EDI)
    for member in (OLGA, EDI, VERA, NEW, "a_stranger______________"):
        for role in ("viewer", "annotator", "editor", "owner"):
            decision = room.decide("", EnterRoom(member, "Name", team=role))
            joined = "MemberJoined" in repr(decision)
            assert room.state.team_gives_more(member, role) == joined, (member, role, decision)


def test_a_room_of_which_nothing_has_happened_is_empty() -> None:
    empty = membership_state.initial(None)
    assert isinstance(empty, Membership)
    assert membership_state.view(empty)["members"] == {}
    assert empty.role_of(OLGA) is None
