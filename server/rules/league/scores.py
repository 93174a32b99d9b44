"""What the matchups of a week come to: each team's line-up with everybody's points, and where the
week's games are, from the books of their feeds. A projection: nothing of it is kept. Pure.
SPEC: LI4 to LI6, LI19."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from protocol.feed import Phase
from protocol.league import Matchup, Result
from server.rules.league.book import Book, LeagueRules, league_rules
from server.rules.league.state import League

WeekPhase = Literal["upcoming", "live", "provisional", "settled", "official"]

Books = Mapping[str, Book]
"""By game, of the games of a week that have a feed that may be seen."""


class Line(Struct, frozen=True, omit_defaults=True, gc=False):
    """One place; an empty one has no player."""

    place: str
    player: str = ""
    name: str = ""
    position: str = ""
    team: str = ""
    points: int = 0


class Side(Struct, frozen=True, gc=False):
    """One team of a matchup; points in hundredths."""

    team: int
    name: str
    points: int
    """What its starters have; of an official week its result."""
    starters: list[Line]
    bench: list[Line]


class MatchupScore(Struct, frozen=True, gc=False):
    """A matchup as it stands."""

    matchup: int
    home: Side
    away: Side

    @property
    def result(self) -> Result:
        """What it comes to."""
        return Result(self.home.points, self.away.points)


class GameShown(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a game of the week is, as its feed has it."""

    id: str
    phase: Phase = "pregame"
    home_score: int = 0
    away_score: int = 0
    quarter: int = 0
    clock: str = ""
    reviews: int = 0
    """Plays under review, whose statistics do not count meanwhile."""


def game_shown(game: str, book: Book) -> GameShown:
    """One game; without a header it has not begun."""
    header = book.header
    if header is None:
        return GameShown(game, reviews=book.reviews)
    return GameShown(
        game, header.phase, header.home_score, header.away_score, header.quarter, header.clock,
        book.reviews,
    )  # fmt: skip


def points_of(league: League, player: str, books: Iterable[Book], rules: LeagueRules) -> int:
    """A player's points of all these games."""
    position = position_of(league, player)
    return sum(book.points(player, position, rules) for book in books)


def position_of(league: League, player: str) -> str:
    """The position that bonuses look at."""
    known = league.parts.players.get(player)
    return "" if known is None else known.positions[0]


def matchup_score(league: League, week: int, matchup: int, books: Books) -> MatchupScore:
    """One of the week's matchups, counted from 1. Raises LookupError where there is none."""
    if matchup < 1:
        raise LookupError(matchup)
    teams: Matchup = league.parts.schedule[week][matchup - 1]
    rules = league_rules(league.parts.rules)
    home, away = (_side(league, week, one, books, rules) for one in (teams.home, teams.away))
    settled = league.parts.settled.get(week)
    if settled is not None and settled.official:
        result = settled.results[matchup - 1]
        home = Side(home.team, home.name, result.home, home.starters, home.bench)
        away = Side(away.team, away.name, result.away, away.starters, away.bench)
    return MatchupScore(matchup, home, away)


def week_scores(league: League, week: int, books: Books) -> list[MatchupScore]:
    """All matchups of a week, in their order."""
    count = len(league.parts.schedule.get(week, ()))
    return [matchup_score(league, week, number, books) for number in range(1, count + 1)]


def results_of(league: League, week: int, books: Books) -> tuple[Result, ...]:
    """What the week's matchups come to by their feeds, whatever was settled."""
    rules = league_rules(league.parts.rules)
    return tuple(
        Result(
            _side(league, week, one.home, books, rules).points,
            _side(league, week, one.away, books, rules).points,
        )
        for one in league.parts.schedule.get(week, ())
    )


def starters_of(league: League, week: int, matchup: int) -> set[str]:
    """Whoever makes points in a matchup."""
    teams = league.parts.schedule[week][matchup - 1]
    both = (league.line_up(week, team) for team in (teams.home, teams.away))
    return {player for line_up in both for player in line_up.starters if player}


def _side(league: League, week: int, team: int, books: Books, rules: LeagueRules) -> Side:
    line_up = league.line_up(week, team)
    found = list(books.values())

    def line(place: str, player: str) -> Line:
        known = league.parts.players.get(player)
        if known is None:
            return Line(place, player)
        points = points_of(league, player, found, rules)
        return Line(place, player, known.name, known.positions[0], known.team, points)

    slots = zip(league.starting, line_up.starters, strict=True)
    starters = [line(slot.name, player) for slot, player in slots]
    out = {*line_up.starters, *line_up.ir}
    bench = [line("BN", player) for player in league.roster(team) if player not in out]
    bench += [line("IR", player) for player in line_up.ir]
    named = league.parts.teams.get(team)
    name = f"Team {team}" if named is None else named.name
    return Side(team, name, sum(one.points for one in starters), starters, bench)


def phase_of(league: League, week: int, books: Books, now: int) -> WeekPhase:
    """LI6: `provisional` is a week whose games are all over and that has no results yet."""
    state = league.week_state(week)
    if state != "open":
        return state
    games = league.games_of(week)
    if games and all(game.id in books and books[game.id].final for game in games):
        return "provisional"
    begun = any(game.kickoff <= now for game in games) or any(b.begun for b in books.values())
    return "live" if begun else "upcoming"
