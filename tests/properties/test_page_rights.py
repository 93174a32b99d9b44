"""What the pages of boards and teams offer is what the tables of rights give: nobody is offered
what would be refused, nobody is denied what would be done."""

from __future__ import annotations

import json
from itertools import product

from server.http.permissions import PERMISSIONS, at_least
from server.rules.board import BOARD
from server.rules.rights import ROLES, refusal
from server.teams.team_roles import ROLES as TEAM_ROLES
from server.teams.team_roles import (
    TeamRole,
    may_give_rooms,
    may_invite,
    may_remove,
    may_set_role,
)
from tests.support.node import run_node

SORTS = {"token": False, "line": True}
"""Sort of an object, and whether it is a mark."""


def test_KD9_the_page_offers_what_the_table_gives() -> None:
    asked = [
        {"role": role, "readOnly": on, "sort": sort}
        for role, on, sort in product(ROLES, (False, True), SORTS)
    ]
    done = run_node("tests/js/answer_rights.mjs", said=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    for (role, on, sort), answer in zip(product(ROLES, (False, True), SORTS), answers, strict=True):
        for tag, offered in answer["offers"].items():
            right = BOARD.may[tag]
            given = refusal(right, role, own=True, read_only=on) is None
            if right.only.get(role) == "marks":
                given = given and SORTS[sort]
            assert (tag, role, on, sort, offered) == (tag, role, on, sort, given)
        assert answer["explains"] is not answer["may"]


def test_the_page_of_a_team_offers_what_its_table_gives() -> None:
    done = run_node("tests/js/answer_team_rights.mjs")
    assert done.returncode == 0, done.stderr
    offers = json.loads(done.stdout)
    assert set(offers) == set(TEAM_ROLES)

    def given(operation: str, own: TeamRole) -> bool:
        return at_least(own, PERMISSIONS[operation].role, TEAM_ROLES)

    for own in TEAM_ROLES:
        may_change = [
            role
            for role in TEAM_ROLES
            if given("setTeamRole", own) and may_set_role(own, role, "guest")
        ]
        gives = [role for role in TEAM_ROLES if may_set_role(own, "guest", role)]
        offered = offers[own]
        assert offered["runs"] == given("renameTeam", own) == given("inviteToTeam", own), own
        assert offered["ends"] == given("deleteTeam", own) == given("transferTeam", own), own
        assert offered["brings"] == may_give_rooms(own), own
        assert set(offered["invites"]) == {one for one in TEAM_ROLES if may_invite(own, one)}, own
        assert set(offered["changes"]) == set(may_change), own
        assert set(offered["changes"]) == {one for one in TEAM_ROLES if may_remove(own, one)}, own
        assert set(offered["gives"]) == set(gives), own
