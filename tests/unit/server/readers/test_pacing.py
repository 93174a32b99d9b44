"""When plays came: the wall clock, the model where there is none, and how near it is."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from msgspec.structs import replace

from protocol.feed import Play
from server.readers.games import read_games
from server.readers.pacing import (
    BROADCAST_S,
    HALF_TIME_S,
    INTO_TIMEOUT_S,
    STOPPED_S,
    TEAM_TIMEOUT_S,
    offsets_of,
)
from server.readers.report import Fault
from tests.support.gsis_games import real_games


def play(clock: str, text: str = "", quarter: int = 1, drive: int = 1, **said: int) -> Play:
    return Play(
        id=1, order=1, quarter=quarter, clock=clock, text=text, drive=drive, at_ms=said.get("at_ms")
    )


def gap_s(before: Play, after: Play, *others: Play) -> float:
    return offsets_of([before, after, *others])[1] / 1000


def test_FD19_the_wall_clock_counts_where_both_plays_have_it() -> None:
    timed = [play("15:00", at_ms=5_000), play("14:20", at_ms=62_000), play("14:00", at_ms=61_000)]
    assert offsets_of(timed) == [0, 57_000, 57_000]
    assert offsets_of([timed[0], play("14:20"), timed[2]]) == [0, 41_000, 62_000]
    assert offsets_of([]) == []
    assert offsets_of(timed[:1]) == [0]


def test_FD20_the_game_clock_counts_while_it_runs() -> None:
    assert gap_s(play("15:00"), play("14:23")) == 38
    assert gap_s(play("15:00"), play("14:55")) == STOPPED_S
    assert gap_s(play("1:02"), play(":22")) == 41


@pytest.mark.parametrize("clock", ["", "now", "99:99", "15:00"])
def test_FD20_where_no_clock_can_be_read_the_usual_pause_does(clock: str) -> None:
    assert gap_s(play(clock), play("")) == STOPPED_S


def test_FD20_breaks_have_their_own_length() -> None:
    assert gap_s(play(":03"), play("15:00", quarter=2)) == BROADCAST_S
    assert gap_s(play(":03", quarter=2), play("15:00", quarter=3)) == HALF_TIME_S
    assert gap_s(play("2:00", "Two-Minute Warning"), play("2:00")) == BROADCAST_S
    assert gap_s(play("3:13", "Timeout at 03:13."), play("3:13")) == BROADCAST_S
    assert gap_s(play("1:50", "Timeout #1 by CHI at 01:50."), play("1:50")) == TEAM_TIMEOUT_S
    assert gap_s(play("1:53"), play("1:50", "Timeout #1 by CHI.")) == INTO_TIMEOUT_S


def test_FD20_a_source_without_broadcast_breaks_has_one_between_drives() -> None:
    before, after = play("9:00"), play("8:52", drive=2)
    assert gap_s(before, after) == BROADCAST_S
    assert gap_s(before, after, play("8:00", "Timeout at 08:00.")) == STOPPED_S


def test_FD20_the_model_is_near_the_one_real_game_with_a_wall_clock(
    shared_data: Path,
) -> None:
    file = shared_data / "nfl_api" / "2019_01_GB_CHI_gamedetail.json"
    found = read_games(file.name, file.read_bytes())
    assert not isinstance(found, Fault)
    plays = found.value[0].plays
    real = offsets_of(plays)
    modelled = offsets_of([replace(play, at_ms=None) for play in plays])
    assert abs(modelled[-1] - real[-1]) < 0.12 * real[-1]
    gaps = [after - before for before, after in pairwise(modelled)]
    assert abs(median(gaps) - 43_000) < 3_000


def test_FD20_real_games_without_a_wall_clock_take_about_three_hours(shared_data: Path) -> None:
    hours = [offsets_of(game.plays)[-1] / 3_600_000 for game in real_games(shared_data).values()]
    assert all(2.3 < one < 4.5 for one in hours), hours
    assert 2.7 < median(hours) < 3.4, median(hours)
