"""The demo: line-ups that any board accepts, and links that open it."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from protocol.board import SportName
from protocol.board_commands import AddObjects
from server.demo import DEMO_ROLES, line_ups, make_demo, usual_shapes
from server.formations import KEEPER_ROLES
from server.rules.pitch import PITCHES
from tests.support.http_side import HttpSide

SPORTS: tuple[SportName, ...] = tuple(PITCHES)


@pytest.mark.parametrize("sport", SPORTS)
def test_the_same_seed_gives_the_same_line_ups(sport: SportName) -> None:
    assert line_ups(sport) == line_ups(sport)
    assert line_ups(sport) != line_ups(sport, seed=1)
    count = sum(len(shape.slots) for shape in usual_shapes(sport))
    assert len(line_ups(sport).objects) == count + 1


@pytest.mark.parametrize("sport", SPORTS)
def test_line_ups_are_well_formed_commands(sport: SportName) -> None:
    command = line_ups(sport)
    raw = msgspec.json.encode(command)
    assert msgspec.json.decode(raw, type=AddObjects) == command
    assert len({one.id for one in command.objects}) == len(command.objects)
    sides = Counter(one.props.side for one in command.objects if one.sort == "token")
    home, away = [len(shape.slots) for shape in usual_shapes(sport)] or (0, 0)
    assert (sides["home"], sides["away"]) == (home, away)


@pytest.mark.parametrize("sport", SPORTS)
def test_everybody_stands_on_the_pitch_and_keepers_in_the_own_half(sport: SportName) -> None:
    pitch = PITCHES[sport]
    for one in line_ups(sport).objects:
        assert isinstance(one.props.at, tuple)
        x, y = one.props.at
        assert abs(x) <= pitch.length // 2
        assert abs(y) <= pitch.width // 2
        if one.props.role in KEEPER_ROLES or sport in {"soccer", "american_football"}:
            assert one.sort == "ball" or (x < 0) == (one.props.side == "home")


def test_LB87_line_ups_are_the_first_shape_and_the_first_defence_or_the_second_shape() -> None:
    assert [shape.name for shape in usual_shapes("soccer")] == ["4-3-3", "4-4-2"]
    assert [shape.name for shape in usual_shapes("handball")] == ["3-3", "6-0"]
    assert usual_shapes("blank") == ()


@pytest.mark.parametrize("sport", SPORTS)
def test_numbers_of_a_team_are_different(sport: SportName) -> None:
    for side in ("home", "away"):
        numbers = [one.props.number for one in line_ups(sport).objects if one.props.side == side]
        assert len(set(numbers)) == len(numbers)


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
    assert len(view["state"]["kind"]["objects"]) == len(line_ups(sport).objects)
    assert view["state"]["kind"]["settings"]["sport"] == sport
