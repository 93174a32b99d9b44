"""Last-Row: a synthetic goal, and a real one."""

from pathlib import Path

import pytest

from server.readers.lastrow import read_lastrow
from server.readers.report import Fault
from tests.support.provider_files import LASTROW_HEADER, lastrow


def test_RD10_a_goal_is_read_with_sides_numbers_and_kits() -> None:
    reading = read_lastrow("a/goal.csv", lastrow())
    assert not isinstance(reading, Fault)
    track = reading.value
    assert reading.oddities == {}
    assert (len(track.times), track.times[-1], track.rate_hz) == (20, 950, 20.0)
    ball, attacker, _, defender, _ = track.actors
    assert ball.is_ball
    assert (attacker.side, attacker.number) == ("home", 10)
    assert (defender.side, defender.number) == ("away", None)
    assert attacker.kit is not None
    assert track.frame(0).places["0"] == (-42_000, 20_400)
    assert track.attack == {"home": -1, "away": 1}


def test_RD3_damaged_rows_are_told_by_name() -> None:
    broken = lastrow() + b"9,1,,,,,,,,,attack,,,,\n,1,2,3,,,,,,,,,,,\nx,y,2,3,,,,,,,,,,,\n9,2\n"
    reading = read_lastrow("goal.csv", broken)
    assert not isinstance(reading, Fault)
    assert {what: odd.count for what, odd in reading.oddities.items()} == {
        "no_position": 1,
        "never_seen": 1,
        "nobody": 1,
        "no_time": 1,
        "cells_missing": 1,
    }


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", (LASTROW_HEADER + "\n").encode()])
def test_RD1_what_is_no_goal_is_a_fault(content: bytes) -> None:
    assert isinstance(read_lastrow("goal.csv", content), Fault)


def test_RD10_the_real_goal_is_where_it_was(shared_data: Path) -> None:
    path = shared_data / "soccer" / "lastrow_LIV_2-1_CHE_20hz.csv"
    reading = read_lastrow(path.name, path.read_bytes())
    assert not isinstance(reading, Fault)
    track = reading.value
    assert (len(track.times), len(track.actors), track.times[-1]) == (195, 21, 9_700)
    assert reading.oddities == {}
    # 42.9862 and 97.7338 hundredths; 54.8299 and 73.1092.
    assert track.frame(0).places["0"] == (-7_364, -32_459)
    assert track.frame(0).places["22035"] == (5_071, -15_714)
    assert track.attack == {"home": -1, "away": 1}
