"""What a week's matchups are likely to come to."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from msgspec.structs import replace

from protocol.feed import Header, ReportHeader, ReportPlay
from protocol.league import AddPlayers, MoveGame, Result, SettleWeek
from protocol.membership import WakeUp
from server.rules.league.book import Book, league_rules
from server.rules.league.locks import HOUR_MS, next_deadline
from server.rules.league.outlook import WeekOutlook, unranked, weeks_back
from server.rules.league.scores import matchup_score
from server.rules.projection.expected import Pregame, expected_by
from server.rules.projection.live import Outlook, player_outlook
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, play
from tests.support.leagues import MONDAY, PLAYERS, LeagueRoom, a_league, line_up

THROW = play(36, (PASSER, 16, 20), (CATCHER, 22, 20))
EXPECTED = expected_by(league_rules({"preset": "standard"}).key)


def at(
    quarter: int, clock: str = "15:00", phase: Literal["pregame", "live", "final"] = "live"
) -> Book:
    room = FeedRoom()
    header = Header("HOM", "AWY", 6, 0, phase, quarter, clock)
    room.do(ReportPlay("gsis", 1, THROW), ReportHeader("gsis", 1, header))
    return Book(room.state, len(room.events))


def ranked(**ranks: int) -> LeagueRoom:
    """The thrower against the D/ST of the other side, and whom else ranks name."""
    rows = tuple(replace(one, rank=ranks.get(one.id, 0)) for one in PLAYERS)
    room = a_league().do(AddPlayers(rows))
    return room.do(line_up(1, 1, PASSER, CATCHER), line_up(1, 2, TACKLER, "AWY"))


def outlook(room: LeagueRoom, books: dict[str, Book], **played: Any) -> WeekOutlook:
    return WeekOutlook(room.state, 1, books, played)


def test_PJ3_what_he_has_and_what_is_left_of_his_expectation() -> None:
    room = ranked(**{PASSER: 3})
    whole = EXPECTED.by_rank("QB", 3).points
    assert outlook(room, {}).player(PASSER).points == round(whole)
    assert outlook(room, {"sunday": at(3)}).player(PASSER).points == 480 + round(whole / 2)
    assert outlook(room, {"sunday": at(4, phase="final")}).player(PASSER).points == 480
    better = outlook(ranked(**{PASSER: 1}), {}).player(PASSER)
    assert better.points > outlook(ranked(**{PASSER: 30}), {}).player(PASSER).points


def test_PJ5_nothing_is_expected_of_who_has_no_game_or_is_away() -> None:
    room = ranked(**{CATCHER: 1, KICKER: 1, "hurt": 1})
    assert outlook(room, {}).player("hurt").points == 0
    assert outlook(room, {}).player(KICKER).points > 0
    room.do(MoveGame("monday", MONDAY, 2))
    assert outlook(room, {}).player(KICKER).points == 0
    assert outlook(room, {}).player("nobody").points == 0
    out = replace(next(one for one in PLAYERS if one.id == CATCHER), rank=1, status="OUT")
    room.do(AddPlayers((out,)))
    # What he has he keeps.
    assert outlook(room, {"sunday": at(3)}).player(CATCHER).points == 800


def test_PJ2_who_has_no_rank_is_judged_by_earlier_weeks() -> None:
    room = ranked(**{PASSER: 3})
    plain = outlook(room, {}).player(CATCHER).points
    assert plain == round(EXPECTED.without_rank("WR", ()).points)
    good = WeekOutlook(room.state, 1, {}, {CATCHER: [3000, 3000]}).player(CATCHER).points
    assert good > plain
    assert CATCHER in unranked(room.state)
    assert PASSER not in unranked(room.state)


def test_PJ4_a_defence_keeps_its_events_and_gets_the_tier_of_its_projected_final() -> None:
    room = ranked(AWY=1)
    score = matchup_score(room.state, 1, 1, {"sunday": at(1)}).away
    assert score.points == 700
    early = outlook(room, {"sunday": at(1)}).player("AWY").points
    late = outlook(room, {"sunday": at(4, "00:01")}).player("AWY").points
    # Six points allowed are worth 7.00 at the end; at the kick-off they will not stay six.
    assert late == pytest.approx(700, abs=5)
    whole = EXPECTED.by_rank("DEF", 1).whole(EXPECTED.rules)
    assert early == pytest.approx(whole, abs=250)
    assert outlook(room, {"sunday": at(4, phase="final")}).player("AWY").points == 700
    before = outlook(room, {"sunday": at(0, "", phase="pregame")}).player("AWY").points
    assert before == outlook(room, {}).player("AWY").points == round(whole)


def test_PJ6_a_side_that_leads_late_is_likelier_to_win_and_sure_at_the_end() -> None:
    room = ranked(**{PASSER: 3, CATCHER: 3, "AWY": 3})
    chances = [
        outlook(room, {"sunday": book}).matchup(1).chance
        for book in (at(1), at(3), at(4, "02:00"), at(4, phase="final"))
    ]
    early, half, late, over = chances
    assert max(early, half) < late < 10_000
    assert min(early, half) > 5_000
    assert over == 10_000
    found = outlook(room, {"sunday": at(3)}).matchup(1)
    assert (found.home.playing, found.away.playing, found.home.yet) == (2, 2, 0)
    assert outlook(room, {}).matchup(1).home.yet == 2
    assert found.played == 5_000
    assert found.players.keys() >= {PASSER, CATCHER, TACKLER, "AWY", KICKER, "late", "hurt"}
    assert found.home.projected == found.players[PASSER] + found.players[CATCHER]
    assert len(outlook(room, {}).week()) == 2
    for number in (0, 3):
        with pytest.raises(LookupError):
            outlook(room, {}).matchup(number)


def test_PJ6_an_empty_matchup_is_a_tie() -> None:
    empty = outlook(ranked(), {}).matchup(2)
    assert (empty.chance, empty.home.projected, empty.played) == (5_000, 0, 10_000)


def test_PJ5_a_week_with_results_has_nothing_to_come() -> None:
    room = ranked(**{PASSER: 3})
    room.do(SettleWeek(1, (Result(1, 2), Result(0, 0)), {}))
    books = {"sunday": at(3)}
    found = outlook(room, books).matchup(1)
    assert (found.home.projected, found.chance, found.home.playing) == (480 + 800, 10_000, 0)
    assert weeks_back(room.state, 2) == [1]
    assert weeks_back(room.state, 1) == []
    room.now = 2 * HOUR_MS
    for _ in range(2):
        wake = next_deadline(room.state)
        assert wake is not None
        room.now = max(room.now, wake)
        room.do(WakeUp(wake))
    official = outlook(room, books).matchup(1)
    assert (official.home.projected, official.away.projected, official.chance) == (1, 2, 0)


def test_PJ7_only_players_of_a_game_that_has_moved_are_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = ranked(**{PASSER: 3, KICKER: 3})
    books = {"sunday": at(1)}
    found = outlook(room, books)
    before = found.matchup(1)
    assert found.player("nobody").points == 0
    books["sunday"] = at(3)
    assert found.matchup(1) == before
    asked: list[float] = []

    def counted(actual: int, pregame: Pregame, share: float) -> Outlook:
        asked.append(share)
        return player_outlook(actual, pregame, share)

    monkeypatch.setattr("server.rules.league.outlook.player_outlook", counted)
    found.moved("sunday")
    after = found.matchup(1)
    # Thrower, catcher and tackler; those of Monday's game, on the bench, are not asked for.
    assert len(asked) == 3
    assert after == outlook(room, books).matchup(1) != before
    assert found.touches("sunday") == {1}
    assert found.touches("unheard") == set()
