"""The demo: line-ups that any board accepts, and links that open it."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from protocol.board import AddObjects, SportName
from server.demo import DEMO_ROLES, line_ups, make_demo
from server.rules.pitch import PITCHES
from tests.support.http_side import HttpSide

SPORTS: tuple[SportName, ...] = tuple(PITCHES)


@pytest.mark.parametrize("sport", SPORTS)
def test_the_same_seed_gives_the_same_line_ups(sport: SportName) -> None:
    assert line_ups(sport) == line_ups(sport)
    assert line_ups(sport) != line_ups(sport, seed=1)


@pytest.mark.parametrize("sport", SPORTS)
def test_line_ups_are_well_formed_commands(sport: SportName) -> None:
    command = line_ups(sport)
    raw = msgspec.json.encode(command)
    assert msgspec.json.decode(raw, type=AddObjects) == command
    assert len({one.id for one in command.objects}) == 23
    sides = Counter(one.props.side for one in command.objects if one.sort == "token")
    assert sides == {"home": 11, "away": 11}


@pytest.mark.parametrize("sport", SPORTS)
def test_everybody_stands_on_the_pitch_and_in_the_own_half(sport: SportName) -> None:
    pitch = PITCHES[sport]
    for one in line_ups(sport).objects:
        assert isinstance(one.props.at, tuple)
        x, y = one.props.at
        assert abs(x) <= pitch.length // 2
        assert abs(y) <= pitch.width // 2
        if one.props.side == "home":
            assert x < 0
        if one.props.side == "away":
            assert x > 0


@pytest.mark.parametrize("sport", SPORTS)
def test_numbers_of_a_team_are_different(sport: SportName) -> None:
    for side in ("home", "away"):
        numbers = [one.props.number for one in line_ups(sport).objects if one.props.side == side]
        assert len(set(numbers)) == 11


@pytest.mark.parametrize("sport", SPORTS)
async def test_HT21_a_demo_is_a_board_with_a_link_per_role(
    side: HttpSide, sport: SportName
) -> None:
    owner, header = side.person("Coach")
    demo = await make_demo(side.directory, owner, sport)
    assert list(demo.invitations) == list(DEMO_ROLES)
    answer = await side.send("GET", f"/rooms/{demo.room}/invitations", headers=header)
    made = {one["role"]: one["id"] for one in answer.json()["invitations"]}
    assert made == demo.invitations
    view = (await side.send("GET", f"/rooms/{demo.room}", headers=header)).json()
    assert len(view["state"]["kind"]["objects"]) == 23
    assert view["state"]["kind"]["settings"]["sport"] == sport
