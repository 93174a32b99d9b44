"""A stage as scenarios use it."""

from __future__ import annotations

import pytest

from loadtest.stage import NotLive, Stage


def test_a_crowd_gets_in_by_one_link(load_stage: Stage) -> None:
    owner, guests = load_stage.people(3)
    room = load_stage.room(owner)
    members = load_stage.crowd(room, load_stage.invitation(room, owner, "viewer"), guests)
    assert all(member.live for member in members)
    load_stage.clear()
    assert all(member.connection.closed for member in members)


def test_who_does_not_get_in_is_named(load_stage: Stage) -> None:
    owner, (stranger,) = load_stage.people(1)
    member = load_stage.member(stranger)
    member.join(load_stage.room(owner))
    with pytest.raises(NotLive, match=r"1 of 1 are not live.*not_found"):
        load_stage.enter([member], limit_s=0.5)
