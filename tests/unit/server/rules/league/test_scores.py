"""A week's matchups from the books of its feeds."""

import pytest

from protocol.feed import Header, ReportHeader, ReportPlay
from protocol.league import Result, SettleWeek
from protocol.membership import WakeUp
from server.rules.league.book import Book
from server.rules.league.locks import HOUR_MS, next_deadline
from server.rules.league.scores import (
    matchup_score,
    phase_of,
    position_of,
    results_of,
    starters_of,
    week_scores,
)
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, play
from tests.support.leagues import SUNDAY, LeagueRoom, a_league, line_up

THROW = play(36, (PASSER, 16, 20), (CATCHER, 22, 20))


def a_book(phase: str = "live") -> Book:
    room = FeedRoom()
    header = Header("HOM", "AWY", 6, 0, "final" if phase == "final" else "live")
    room.do(ReportPlay("gsis", 1, THROW), ReportHeader("gsis", 1, header))
    return Book(room.state, len(room.events))


def playing() -> LeagueRoom:
    return a_league().do(line_up(1, 1, PASSER, ""), line_up(1, 2, TACKLER, "AWY"))


def test_LI4_only_starters_make_points() -> None:
    league = playing().state
    score = matchup_score(league, 1, 1, {"sunday": a_book()})
    assert score.result == Result(480, 700)
    assert [line.place for line in score.home.starters] == ["QB", "FLEX"]
    bench = {line.player: line.points for line in score.home.bench}
    assert bench == {CATCHER: 800, "late": 0, "hurt": 0}
    assert [one.matchup for one in week_scores(league, 1, {})] == [1, 2]
    assert week_scores(league, 2, {}) == []
    for number in (0, 3):
        with pytest.raises(LookupError):
            matchup_score(league, 1, number, {})


def test_LI4_an_official_result_stays_whatever_feeds_say() -> None:
    room = playing()
    books = {"sunday": a_book()}
    assert results_of(room.state, 1, books) == (Result(480, 700), Result(0, 0))
    room.do(SettleWeek(1, (Result(1, 2), Result(0, 0)), {}))
    assert matchup_score(room.state, 1, 1, books).result == Result(480, 700)
    room.now = 2 * HOUR_MS
    for _ in range(2):
        wake = next_deadline(room.state)
        assert wake is not None
        room.now = max(room.now, wake)
        room.do(WakeUp(wake))
    assert room.state.week_state(1) == "official"
    assert matchup_score(room.state, 1, 1, books).result == Result(1, 2)


def test_LI6_a_week_goes_from_upcoming_to_official() -> None:
    room = playing()
    assert phase_of(room.state, 1, {}, SUNDAY - 1) == "upcoming"
    assert phase_of(room.state, 1, {}, SUNDAY) == "live"
    assert phase_of(room.state, 1, {"sunday": a_book()}, 0) == "live"
    both = {"sunday": a_book("final"), "monday": a_book("final")}
    assert phase_of(room.state, 1, {"sunday": a_book("final")}, SUNDAY) == "live"
    assert phase_of(room.state, 1, both, SUNDAY) == "provisional"
    room.do(SettleWeek(1, (Result(1, 2), Result(0, 0)), {}))
    assert phase_of(room.state, 1, both, SUNDAY) == "settled"


def test_LI7_the_starters_are_those_of_both_teams() -> None:
    league = playing().state
    assert starters_of(league, 1, 1) == {PASSER, TACKLER, "AWY"}
    assert [position_of(league, who) for who in (TACKLER, KICKER, "x")] == ["QB", "K", ""]
