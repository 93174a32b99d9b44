"""Where everything on a board is at a moment of its phases."""

import json
import math
from typing import Any

import pytest

from server.rules.board_timeline import Place, Thing, Timeline, along, eased, smooth
from tests.support.timelines import BOARDS, GOLDEN, a_case

ONE, TWO, BALL, PHASE, NEXT = (f"o_{name:>8}".replace(" ", "_") for name in "12bpq")


def line(*things: tuple[str, str, dict[str, Any]]) -> Timeline:
    return Timeline(Thing(*one) for one in things)


def token(object_id: str, **props: Any) -> tuple[str, str, dict[str, Any]]:
    return object_id, "token", {"at": (0, 0), **props}


def phase(object_id: str = PHASE, **props: Any) -> tuple[str, str, dict[str, Any]]:
    return object_id, "phase", {"rank": "m", "duration": 1_000, "easing": "linear", **props}


def stop(of: str, at: tuple[int, int], phase_id: str = PHASE, **props: Any) -> Any:
    return f"{phase_id}-{of[2:]}", "stop", {"phase": phase_id, "of": of, "at": at, **props}


def spot(place: Place) -> tuple[int, int]:
    return round(place.x), round(place.y)


def test_BD64_phases_follow_each_other_by_rank_and_then_by_id() -> None:
    found = line(*(phase(i, rank=rank) for i, rank in (("o_c", "b"), ("o_b", "a"), ("o_a", "b"))))
    assert [span.id for span in found.phases] == ["o_b", "o_a", "o_c"]
    assert [span.start for span in found.phases] == [0, 1_000, 2_000]
    assert found.duration == 3_000
    assert [found.phase_at(ms) for ms in (0, 1, 1_000, 1_001, 9_000)] == [None, 0, 0, 1, 2]
    assert line().phase_at(5) is None
    assert line(token(ONE)).at(5) == {ONE: Place(0, 0, None)}


def test_BD64_without_a_stop_an_object_stays_where_it_was() -> None:
    found = line(token(ONE), phase(), phase(NEXT, rank="n"), stop(ONE, (1_000, 0)))
    assert [spot(found.at(ms)[ONE])[0] for ms in (0, 250, 1_000, 1_500, 9_000)] == [
        0,
        250,
        1_000,
        1_000,
        1_000,
    ]


@pytest.mark.parametrize(
    ("easing", "quarter"), [("linear", 0.25), ("in", 0.0625), ("out", 0.4375), ("in_out", 0.125)]
)
def test_BD65_a_phase_eases(easing: str, quarter: float) -> None:
    assert eased(easing, 0.25) == quarter
    assert (eased(easing, 0), eased(easing, 1)) == (0, 1)
    found = line(token(ONE), phase(easing=easing), stop(ONE, (10_000, 0)))
    assert found.at(250)[ONE].x == pytest.approx(10_000 * quarter)


def test_BD65_without_an_easing_it_is_in_and_out() -> None:
    found = line(token(ONE), phase(easing=None), stop(ONE, (10_000, 0)))
    assert found.at(250)[ONE].x == 1_250


def test_BD66_it_passes_through_its_points_at_constant_speed() -> None:
    found = line(token(ONE), phase(), stop(ONE, (3_000, 1_000), points=((-3_000, 0), (0, 0))))
    # 1,000 up, then 3,000 along
    assert spot(found.at(250)[ONE]) == (0, 1_000)
    assert spot(found.at(500)[ONE]) == (1_000, 1_000)


def test_BD66_a_curve_goes_through_all_points() -> None:
    way = smooth([(0, 0), (500, 500), (1_000, 0)])
    assert way[0] == (0, 0)
    assert way[8] == (500, 500)
    assert way[16] == (1_000, 0)
    assert way[4][1] > 250
    found = line(token(ONE), phase(), stop(ONE, (1_000, 0), points=((-500, 500),), curve=True))
    assert spot(found.at(500)[ONE]) == (500, 500)
    assert along([(1, 1), (1, 1)], 0.5) == (1, 1)


def test_BD67_samples_are_evenly_spaced_in_time() -> None:
    points = ((-100, 0), (-90, 0), (0, 0))
    found = line(token(ONE), phase(), stop(ONE, (100, 0), points=points, sampled=True))
    assert [found.at(ms)[ONE].x for ms in (0, 1e-9, 250, 500, 750, 1_000)] == pytest.approx(
        [0, 0, 5, 10, 55, 100], abs=1e-3
    )
    single = line(token(ONE), phase(), stop(ONE, (9, 9), points=((0, 0),), sampled=True))
    assert spot(single.at(500)[ONE]) == (9, 9)


def test_BD68_facing_turns_the_short_way() -> None:
    found = line(token(ONE, facing=350), phase(), stop(ONE, (0, 0), facing=20))
    assert found.at(500)[ONE].facing == 5
    found = line(token(ONE), phase(), stop(ONE, (0, 0), facing=20))
    assert [found.at(ms)[ONE].facing for ms in (0, 1)] == [None, 20]


@pytest.mark.parametrize(
    ("props", "x", "y"),
    [
        ({}, 900, 0),
        ({"side": "home"}, 900, 0),
        ({"side": "away"}, -900, 0),
        ({"side": "away", "facing": 90}, 0, 900),
    ],
)
def test_BD69_a_ball_lies_before_its_carrier(props: dict[str, Any], x: int, y: int) -> None:
    ball = (BALL, "ball", {"at": (5, 5), "carrier": ONE})
    found = line(ball, token(ONE, **props), phase(), stop(ONE, (1_000, 0)))
    assert spot(found.at(0)[BALL]) == (x, y)
    assert spot(found.at(500)[BALL]) == (500 + x, y)


def test_BD69_a_pass_arrives_when_the_receiver_does() -> None:
    ball = (BALL, "ball", {"at": (0, 0), "carrier": ONE})
    passed = stop(BALL, (0, 0), carrier=TWO)
    two = token(TWO, at=(10_000, 0), side="away")
    found = line(ball, token(ONE), two, phase(), stop(TWO, (10_900, 4_000)), passed)
    assert spot(found.at(0)[BALL]) == (900, 0)
    assert spot(found.at(1_000)[BALL]) == (10_000, 4_000)
    assert spot(found.at(500)[BALL]) == (5_450, 2_000)


def test_BD69_who_has_lost_it_or_is_gone_carries_nothing() -> None:
    ball = (BALL, "ball", {"at": (7, 7), "carrier": "o_nobody0"})
    assert spot(line(ball).at(0)[BALL]) == (7, 7)
    ball = (BALL, "ball", {"at": (7, 7), "carrier": ONE})
    found = line(ball, token(ONE), phase(), stop(BALL, (2_900, 0)))
    assert spot(found.at(500)[BALL]) == (1_900, 0)


def test_BD64_the_golden_file_is_what_the_rules_say() -> None:
    cases = [json.loads(one) for one in GOLDEN.read_text("utf-8").splitlines()]
    assert len(cases) == BOARDS
    for seed, case in enumerate(cases, 1):
        now = json.loads(json.dumps(a_case(seed)))
        assert now["phases"] == case["phases"]
        for moment, before in zip(now["moments"], case["moments"], strict=True):
            for object_id, (x, y, _) in before["places"].items():
                there = moment["places"][object_id]
                assert math.hypot(there[0] - x, there[1] - y) <= 1
