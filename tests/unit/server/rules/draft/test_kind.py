"""The kind: who may send what."""

from __future__ import annotations

import pytest

from protocol.draft_commands import MakePick, SetLists, Start
from protocol.membership import Role
from server.rules.draft.kind import DRAFT
from server.rules.kind import Context, Rejected
from tests.support.drafts import DraftRoom

HERE = Context("a_x", "X", "viewer", "", 1, 1, 5, 9, {})


@pytest.mark.parametrize("role", ["annotator", "viewer"])
def test_DR1_spectators_watch_and_keep_lists(role: Role) -> None:
    room = DraftRoom()
    context = Context("a_x", "X", role, "", 1, 1, 5, 9, {})
    for command in (MakePick(1, "p0001"), Start()):
        assert DRAFT.decide(room.state, command, context) == Rejected("forbidden")
    lists = DRAFT.decide(room.state, SetLists(watch=("p0001",)), context)
    assert not isinstance(lists, Rejected)


def test_DR1_managers_do_not_hold_the_office() -> None:
    may = {command for command, right in DRAFT.may.items() if "editor" in right.roles}
    assert not any(one.startswith(("office.", "draft.", "pool.", "keeper.")) for one in may)
    assert "pick.make" in may


def test_DR4_the_kind_says_that_it_hides_and_draws() -> None:
    assert (DRAFT.hides, DRAFT.draws) == (True, True)
