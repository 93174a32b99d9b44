"""The shipped table of projections against the week it was fitted to and the one it was not, and
what is written about both."""

from pathlib import Path

import pytest

from server.rules.projection.table import CURVES
from tests.projection import MATCHUPS, check
from tests.support.projection_check import baseline, by_position, calibrations
from tests.support.projection_fit import fitted
from tests.support.real_weeks import real_week

pytestmark = pytest.mark.shared_data

DOCUMENT = Path(__file__).resolve().parents[2] / "server" / "decisions" / "0013-projections.md"


def test_PJ12_the_table_is_what_the_fit_makes_of_its_week(shared_data: Path) -> None:
    assert fitted(shared_data) == CURVES


def test_PJ12_the_document_has_what_is_measured(shared_data: Path) -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    for table in check(shared_data, MATCHUPS, 1).split("\n\n"):
        assert table in said


def test_PJ12_it_is_better_than_the_mean_of_the_position_where_it_can_be(
    shared_data: Path,
) -> None:
    first, second = real_week(shared_data, 1), real_week(shared_data, 2)
    assert len(first.unknown) + len(second.unknown) < 50
    ours, plain = by_position(second), baseline(first, second)
    for position in ("QB", "RB", "WR", "TE", "DEF"):
        assert ours[position].mae < plain[position].mae
        assert ours[position].rmse < plain[position].rmse


def test_PJ12_win_chances_happen_about_as_often_as_they_say(shared_data: Path) -> None:
    found = calibrations(real_week(shared_data, 2), MATCHUPS, 2)
    assert found[0].name == "kick-off"
    scores = [one.brier for one in found[:4]]
    assert scores == sorted(scores, reverse=True)
    assert max(scores) < 0.25
    for moment in found:
        for row in moment.bins:
            if row.matchups >= 200:
                assert abs(row.said - row.won) < 0.12, (moment.name, row)
