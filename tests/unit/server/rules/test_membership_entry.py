"""Who comes in by the team that owns the room, what role that is, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.membership import EnterRoom, Role, TeamRole
from server.rules import membership_entry
from server.rules.rights import ROLES
from tests.support.memberships import EDI, NEW, OLGA, ONE, TWO, VERA, PlayedRoom

MEMBER_JOINED = "member.joined"


@pytest.fixture
def room() -> PlayedRoom:
    """An owner, and an editor who came by an invitation."""
    played = PlayedRoom()
    played.invite(ONE, "editor")
    played.enter(EDI, ONE)
    return played


def shown(room: PlayedRoom, member: str) -> Any:
    return room.view()["members"].get(member)


def joined(member: str, role: Role, **more: Any) -> dict[str, Any]:
    return {"type": MEMBER_JOINED, "member": member, "name": "Name", "role": role, **more}


# ------------------------------------------------------------------------------ coming in


@pytest.mark.parametrize("role", ROLES)
def test_MB24_the_team_lets_a_newcomer_in_with_its_role(room: PlayedRoom, role: Role) -> None:
    assert room.enter_by_team(NEW, role) == [joined(NEW, role, team=True)]
    assert shown(room, NEW) == {"name": "Name", "role": role, "team": True}


def test_MB24_an_invitation_is_looked_at_first(room: PlayedRoom) -> None:
    room.invite(TWO, "annotator", uses=1)
    both = EnterRoom(NEW, "Name", TWO, "viewer")
    assert room.do("", both) == [joined(NEW, "annotator", invitation=TWO)]
    assert "team" not in shown(room, NEW)
    assert room.do("", EnterRoom(VERA, "Name", TWO, "viewer")) == [
        joined(VERA, "viewer", team=True)
    ]


def test_MB31_a_link_to_watch_lets_nobody_in(room: PlayedRoom) -> None:
    room.invite(TWO, "watch")
    assert room.entry_refusal(NEW, TWO) == ("unknown_invitation", {"reason": "watch"})
    assert shown(room, NEW) is None
    # Who is in already keeps the role, and whom the team lets in comes by the team.
    assert room.refusal("", EnterRoom(EDI, "Name", TWO)) == ("nothing_changes", None)
    assert room.do("", EnterRoom(NEW, "Name", TWO, "viewer")) == [joined(NEW, "viewer", team=True)]


def test_MB31_a_link_to_watch_counts_no_uses(room: PlayedRoom) -> None:
    said = {"type": "invitation.create", "id": TWO, "role": "watch", "uses": 3}
    assert room.refusal(OLGA, said) == ("bad_command", {"uses": 3})
    room.invite(TWO, "watch")
    made = room.view()["invitations"][-1]
    assert (made["id"], made["role"], made["uses"]) == (TWO, "watch", None)


def test_MB24_the_team_takes_places_as_invitations_do(
    room: PlayedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership_entry, "PEOPLE_MAX", 2)
    limit = {"limit": "PEOPLE_MAX", "max": 2}
    assert room.team_refusal(NEW, "viewer") == ("limit_reached", limit)
    room.enter_by_team(EDI, "owner")  # who is in already takes no place
    monkeypatch.setattr(membership_entry, "MEMBERS_MAX", 2)
    limit = {"limit": "MEMBERS_MAX", "max": 2}
    assert room.team_refusal(NEW, "viewer") == ("limit_reached", limit)


@pytest.mark.parametrize(
    "said", [EnterRoom(NEW, "Nina", team="owner"), TeamRole(EDI, "Edi", "owner")]
)
def test_MB26_only_the_system_says_what_a_team_gives(room: PlayedRoom, said: Any) -> None:
    for member in (OLGA, EDI, NEW):
        assert room.refusal(member, said) == ("forbidden", None)


def test_MB20_a_bad_name_does_not_come_in_by_the_team(room: PlayedRoom) -> None:
    refused = room.refusal("", EnterRoom(NEW, "\u200b", team="viewer"))
    assert refused == ("bad_command", {"text": "name"})


# ------------------------------------------------------------------------------ more, or less


def test_MB25_the_higher_of_two_roles_holds(room: PlayedRoom) -> None:
    assert room.team_refusal(EDI, "viewer") == ("nothing_changes", None)
    assert room.team_refusal(EDI, "editor") == ("nothing_changes", None)
    assert room.team_role_refusal(EDI, "annotator") == ("nothing_changes", None)
    assert shown(room, EDI) == {"name": "Name", "role": "editor"}
    assert room.enter_by_team(EDI, "owner") == [joined(EDI, "owner", team=True)]
    assert shown(room, EDI) == {"name": "Name", "role": "owner", "team": True}
    assert room.state.owners == 2


def test_MB25_a_role_that_rises_in_the_team_rises_in_the_room(room: PlayedRoom) -> None:
    assert room.team_role(EDI, "owner") == [joined(EDI, "owner", team=True)]
    room.enter_by_team(NEW, "viewer")
    assert room.enter_by_team(NEW, "editor") == [joined(NEW, "editor", team=True)]
    assert room.team_role(EDI, None) == [
        {"type": "member.left_team", "member": EDI, "role": "editor"}
    ]


def test_MB25_a_name_that_cannot_be_kept_does_not_keep_the_role_away(room: PlayedRoom) -> None:
    assert room.team_role(EDI, "owner", name="\u200b")[0]["name"] == "Name"


def test_MB26_the_teams_default_is_followed_up_and_down(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "viewer")
    roles: tuple[Role, ...] = ("owner", "annotator", "editor")
    for role in roles:
        event = {"type": "member.role_set", "member": NEW, "role": role, "team": True}
        assert room.team_role(NEW, role) == [event]
        assert shown(room, NEW) == {"name": "Name", "role": role, "team": True}
        assert room.state.owners == 1 + (role == "owner")
    assert room.team_role_refusal(NEW, "editor") == ("nothing_changes", None)


def test_MB26_the_teams_default_never_takes_what_an_invitation_gave(room: PlayedRoom) -> None:
    room.enter_by_team(EDI, "owner")
    assert room.team_role(EDI, "viewer")[0]["role"] == "editor"
    assert shown(room, EDI) == {"name": "Name", "role": "editor", "team": True}
    assert room.team_role(EDI, "owner")[0]["role"] == "owner"


def test_MB26_the_teams_default_takes_the_last_owner_too(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "owner")
    room.remove(OLGA, by=OLGA)
    room.team_role(NEW, "viewer")
    assert room.state.owners == 0


@pytest.mark.parametrize("default", ROLES)
def test_MB26_what_an_owner_has_set_stays(room: PlayedRoom, default: Role) -> None:
    room.enter_by_team(NEW, "editor")
    room.set_role(NEW, "annotator")
    assert room.team_role_refusal(NEW, default) == ("nothing_changes", None)
    assert room.team_refusal(NEW, default) == ("nothing_changes", None)
    assert shown(room, NEW) == {"name": "Name", "role": "annotator", "team": True}


def test_MB26_a_newer_invitation_gives_more_than_an_owner_had_set(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "editor")
    room.set_role(NEW, "viewer")
    room.enter(NEW, ONE)
    assert shown(room, NEW) == {"name": "Name", "role": "editor", "team": True}
    assert room.team_role_refusal(NEW, "owner") == ("nothing_changes", None)


def test_MB26_whoever_is_no_member_is_not_let_in_by_a_change_of_role(room: PlayedRoom) -> None:
    for role in (*ROLES, None):
        assert room.team_role_refusal(NEW, role) == ("unknown_member", None)


# ------------------------------------------------------------------------------ and the end


def test_MB27_who_came_by_the_team_goes_with_it(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "editor")
    assert room.team_role(NEW, None) == [{"type": "member.left_team", "member": NEW}]
    assert room.state.role_of(NEW) is None
    assert room.view()["names"][NEW] == "Name"
    assert room.state.team == {}
    room.enter_by_team(NEW, "viewer")  # it was no removal


def test_MB27_a_role_that_an_owner_set_does_not_keep_who_came_by_the_team(
    room: PlayedRoom,
) -> None:
    room.enter_by_team(NEW, "viewer")
    room.set_role(NEW, "owner")
    room.remove(OLGA, by=OLGA)
    assert room.team_role(NEW, None) == [{"type": "member.left_team", "member": NEW}]
    assert room.state.owners == 0
    room.enter_by_team(OLGA, "owner")  # the team's owners may always enter
    assert room.state.owners == 1


def test_MB27_who_was_there_before_stays_as_before(room: PlayedRoom) -> None:
    assert room.team_role_refusal(OLGA, None) == ("nothing_changes", None)
    assert room.team_role_refusal(EDI, None) == ("nothing_changes", None)
    room.enter_by_team(EDI, "owner")
    left = [{"type": "member.left_team", "member": EDI, "role": "editor"}]
    assert room.team_role(EDI, None) == left
    assert shown(room, EDI) == {"name": "Name", "role": "editor"}
    assert room.state.owners == 1


def test_MB27_who_was_there_before_keeps_what_an_owner_has_set_since(room: PlayedRoom) -> None:
    room.enter_by_team(EDI, "owner")
    room.set_role(EDI, "viewer")
    left = [{"type": "member.left_team", "member": EDI, "role": "viewer"}]
    assert room.team_role(EDI, None) == left
    assert shown(room, EDI) == {"name": "Name", "role": "viewer"}


def test_MB27_who_came_by_the_team_and_then_by_an_invitation_stays(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "viewer")
    room.enter(NEW, ONE)
    assert shown(room, NEW) == {"name": "Name", "role": "editor", "team": True}
    room.team_role(NEW, None)
    assert shown(room, NEW) == {"name": "Name", "role": "editor"}


def test_MB28_whom_an_owner_removed_the_team_does_not_let_in(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "editor")
    room.remove(NEW)
    assert room.state.team == {}
    assert room.team_refusal(NEW, "owner") == ("not_found", None)
    assert room.team_role_refusal(NEW, "owner") == ("unknown_member", None)
    older = EnterRoom(NEW, "Name", ONE, "owner")
    assert room.refusal("", older) == ("unknown_invitation", {"reason": "removed"})
    room.invite(TWO, "viewer")
    room.enter(NEW, TWO)
    assert shown(room, NEW) == {"name": "Name", "role": "viewer"}
    room.enter_by_team(NEW, "editor")
    assert shown(room, NEW) == {"name": "Name", "role": "editor", "team": True}


def test_MB28_a_room_without_owners_takes_whomever_the_team_makes_one(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "editor")
    room.remove(NEW)
    another_owner(room)
    room.remove(OLGA, by=OLGA)
    for role in ROLES[1:]:
        assert room.team_refusal(NEW, role) == ("not_found", None)
    assert room.team_refusal(NEW, "owner") == ("not_found", None), "somebody owns it"
    room.team_role(EDI, None)
    assert room.state.owners == 0
    for role in ROLES[1:]:
        assert room.team_refusal(NEW, role) == ("not_found", None)
    room.enter_by_team(NEW, "owner")
    assert shown(room, NEW) == {"name": "Name", "role": "owner", "team": True}
    assert NEW not in room.state.removed


def another_owner(room: PlayedRoom) -> str:
    """Another owner, by the team."""
    room.enter_by_team(EDI, "owner")
    return EDI


def test_MB28_who_left_by_himself_comes_back_by_the_team(room: PlayedRoom) -> None:
    room.enter_by_team(NEW, "editor")
    room.set_role(NEW, "viewer")
    room.remove(NEW, by=NEW)
    room.enter_by_team(NEW, "annotator")
    assert shown(room, NEW) == {"name": "Name", "role": "annotator", "team": True}
    assert room.team_role(NEW, "editor")[0]["role"] == "editor", "nothing was set since"


def test_MB30_an_owner_by_the_team_makes_no_owners_and_takes_none_away(room: PlayedRoom) -> None:
    room.enter_by_team(EDI, "owner")
    room.enter_by_team(NEW, "editor")
    by_team = ("forbidden", {"by_team": True})
    for command in (
        {"type": "member.role", "member": OLGA, "role": "viewer"},
        {"type": "member.remove", "member": OLGA},
        {"type": "member.role", "member": NEW, "role": "owner"},
        {"type": "invitation.create", "id": "i_ownerowner1", "role": "owner"},
    ):
        assert room.refusal(EDI, command) == by_team, command
    room.set_role(NEW, "viewer", by=EDI)
    room.set_role(NEW, "owner")
    assert room.refusal(EDI, {"type": "member.remove", "member": NEW}) == by_team
    room.set_role(OLGA, "viewer", by=NEW)
    room.remove(EDI, by=EDI)


def test_MB30_owners_by_the_team_remove_each_other_and_whom_an_owner_made_one_is_free(
    room: PlayedRoom,
) -> None:
    room.enter_by_team(EDI, "owner")
    room.enter_by_team(NEW, "owner")
    room.set_role(NEW, "editor", by=EDI)
    room.set_role(NEW, "owner")
    assert not room.state.owns_by_team(NEW)
    room.remove(EDI, by=NEW)
