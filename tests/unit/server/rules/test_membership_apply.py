"""Effects of events of membership: of every one, and never a refusal."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from protocol.membership import CommonEvent, MemberJoined, RoleSet
from server.rules.membership_apply import APPLIERS
from server.rules.membership_state import TeamPlace
from tests.support.memberships import EDI, NEW, OLGA, PlayedRoom


def test_KD2_every_event_has_an_effect() -> None:
    assert set(APPLIERS) == set(get_args(CommonEvent))


def test_MB23_an_event_of_before_there_were_teams_is_what_it_was() -> None:
    line = b'{"type":"member.joined","member":"a_x","name":"X","role":"editor","invitation":"i_1"}'
    event: Any = msgspec.json.decode(line, type=MemberJoined)
    assert event.team is False
    assert msgspec.json.encode(event) == line


def test_MB26_a_role_that_the_team_set_is_told_from_one_that_an_owner_set() -> None:
    room = PlayedRoom()
    room.apply([MemberJoined(NEW, "Nina", "viewer", team=True)], "")
    room.apply([RoleSet(NEW, "editor", team=True)], "")
    assert room.state.team[NEW] == TeamPlace(None, kept=False)
    room.apply([RoleSet(NEW, "annotator")], OLGA)
    assert room.state.team[NEW] == TeamPlace(None, kept=True)


def test_MB26_a_role_set_for_somebody_of_no_team_leaves_no_mark() -> None:
    room = PlayedRoom()
    room.apply([MemberJoined(EDI, "Edi", "viewer")], "")
    room.apply([RoleSet(EDI, "editor")], OLGA)
    assert room.state.team == {}
    room.apply([MemberJoined(EDI, "Edi", "owner", team=True)], "")
    assert room.state.team == {EDI: TeamPlace("editor", kept=False)}
    assert room.state.owners == 2
