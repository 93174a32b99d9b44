"""Who may do what in a team: every role, every action, every other role."""

from itertools import product

import pytest

from server.http.permissions import PERMISSIONS
from server.http.permissions import TEAM_ROLES as HTTP_ROLES
from server.rules import rights
from server.teams.team_roles import (
    LEAST,
    ROLES,
    WORDS,
    Action,
    as_markdown,
    may,
    may_give_rooms,
    may_invite,
    may_remove,
    may_set_role,
    room_role,
)
from storage.teams import TeamRole
from tests.architecture.tree import SPEC

MAY: dict[TeamRole, set[Action]] = {
    "guest": {"see", "leave"},
    "member": {"see", "leave", "give_rooms"},
    "admin": {
        "see", "leave", "give_rooms", "rename", "see_invitations", "invite", "revoke_invitation",
        "set_role", "remove", "keys",
    },
    "owner": set(LEAST),
}  # fmt: skip

OPERATIONS: dict[str, Action] = {
    "readTeam": "see",
    "listTeamRooms": "see",
    "leaveTeam": "leave",
    "renameTeam": "rename",
    "deleteTeam": "delete",
    "setTeamRole": "set_role",
    "removeTeamMember": "remove",
    "transferTeam": "transfer",
    "listTeamInvitations": "see_invitations",
    "inviteToTeam": "invite",
    "revokeTeamInvitation": "revoke_invitation",
    "listTeamKeys": "keys",
}


@pytest.mark.parametrize("role", ROLES)
def test_TM13_a_role_may_what_the_table_says(role: TeamRole) -> None:
    assert {action for action in LEAST if may(role, action)} == MAY[role]
    assert may_give_rooms(role) == ("give_rooms" in MAY[role])


def test_TM13_the_document_has_the_table() -> None:
    _, _, section = SPEC.read_text(encoding="utf-8").partition("### Who may what in a team\n")
    written = [row for row in section.partition("\n## ")[0].splitlines() if row.startswith("|")]
    assert written == as_markdown().splitlines()


def test_TM13_every_action_has_words_and_rows() -> None:
    assert set(WORDS) == set(LEAST)
    assert all(any(words in row for row in as_markdown().splitlines()) for words in WORDS.values())


def test_TM14_admins_have_nothing_to_say_about_owners() -> None:
    """Every triple: who asks, what the other one is, what they shall be."""
    expected = {("admin", present, wanted) for present, wanted in product(ROLES[:-1], repeat=2)} | {
        ("owner", present, wanted) for present, wanted in product(ROLES, repeat=2)
    }
    triples = set(product(ROLES, repeat=3))
    assert {triple for triple in triples if may_set_role(*triple)} == expected
    assert {pair for pair in product(ROLES, repeat=2) if may_remove(*pair)} == {
        ("admin", "guest"), ("admin", "member"), ("admin", "admin"),
        ("owner", "guest"), ("owner", "member"), ("owner", "admin"), ("owner", "owner"),
    }  # fmt: skip


def test_TM15_nobody_becomes_an_owner_by_an_invitation() -> None:
    assert {pair for pair in product(ROLES, repeat=2) if may_invite(*pair)} == {
        (own, given) for own in ("admin", "owner") for given in ("guest", "member", "admin")
    }


def test_TM16_a_team_gives_each_role_one_in_its_rooms_and_never_less_for_more() -> None:
    given = [room_role(role) for role in ROLES]
    assert given == ["viewer", "editor", "owner", "owner"]
    strengths = [rights.ROLES.index(role) for role in given]
    assert strengths in (sorted(strengths), sorted(strengths, reverse=True))


def test_TM17_the_guard_of_every_operation_on_a_team_asks_for_the_role_of_the_table() -> None:
    guarded = {name: one.role for name, one in PERMISSIONS.items() if one.who == "team"}
    assert guarded == {name: LEAST[action] for name, action in OPERATIONS.items()}
    assert tuple(HTTP_ROLES) == ROLES
