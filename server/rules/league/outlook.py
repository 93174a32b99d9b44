"""What the matchups of a week are likely to come to: everybody's points with what is expected yet,
and who is likely to win. A projection like scores, and never part of them. Pure.
SPEC: PJ1 to PJ7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from protocol.draft import AWAY
from protocol.league import LeagueGame, LineUp
from server.rules.league.book import DEFENCE, Book, LeagueRules, league_rules
from server.rules.league.state import League
from server.rules.projection.chance import SURE, win_chance
from server.rules.projection.expected import NOTHING, Expected, Pregame, expected_by
from server.rules.projection.live import (
    Outlook,
    defence_outlook,
    player_outlook,
    remaining_share,
)
from server.rules.projection.tiers import ALLOWED, tier_points

Played = Mapping[str, Sequence[int]]
"""Player to his points of earlier weeks, of whoever has no rank."""
GAMES_BACK = 3
"""Settled weeks before this one that a player without a rank is judged by."""


class SideOutlook(Struct, frozen=True, gc=False):
    """One team of a matchup."""

    projected: int
    """Hundredths that its starters are likely to have in the end."""
    yet: int
    """Starters whose game is to come."""
    playing: int
    """Starters whose game is on."""


class MatchupOutlook(Struct, frozen=True, gc=False):
    """What a matchup is likely to come to."""

    matchup: int
    home: SideOutlook
    away: SideOutlook
    chance: int
    """Of the home side to win, in ten-thousandths; half of it where it is a tie in the end."""
    played: int
    """How much of the starters' games is over, in ten-thousandths."""
    players: dict[str, int]
    """Everybody who is shown, bench included, to his projected points in hundredths."""


class WeekOutlook:
    """The outlook of one week of a league. Invariant: what it says is of its books as they were
    when it was made, or when `moved` was last said of a game."""

    def __init__(
        self, league: League, week: int, books: Mapping[str, Book], played: Played
    ) -> None:
        self._league, self._week, self._books = league, week, books
        self._played = played
        self._rules: LeagueRules = league_rules(league.parts.rules)
        self._expected: Expected = expected_by(self._rules.key)
        self._games: dict[str, list[LeagueGame]] = {}
        for game in league.games_of(week):
            for team in (game.home, game.away):
                self._games.setdefault(team, []).append(game)
        self._known: dict[str, Outlook] = {}
        self._shares: dict[str, float] = {}
        self._touched: dict[str, set[int]] = {}

    def moved(self, game: str) -> None:
        """The book of a game has gone on: its players are looked at again."""
        self._shares.pop(game, None)
        teams = {team for team, games in self._games.items() if any(g.id == game for g in games)}
        players = self._league.parts.players
        for player in list(self._known):
            if player in players and players[player].team in teams:
                del self._known[player]

    def touches(self, game: str) -> set[int]:
        """Matchups with anybody, bench included, in a game."""
        if game not in self._touched:
            self._touched[game] = self._those_with(game)
        return self._touched[game]

    def _those_with(self, game: str) -> set[int]:
        found = self._league.parts.games.get(game)
        players = self._league.parts.players
        return {
            number
            for number, teams in enumerate(self._league.parts.schedule.get(self._week, ()), 1)
            for team in (teams.home, teams.away)
            for player in (*self._league.roster(team), *self._starters(team))
            if found is not None
            and player in players
            and players[player].team in {found.home, found.away}
        }

    def week(self) -> list[MatchupOutlook]:
        """All of the week's, in their order."""
        count = len(self._league.parts.schedule.get(self._week, ()))
        return [self.matchup(number) for number in range(1, count + 1)]

    def matchup(self, number: int) -> MatchupOutlook:
        """One of the week's, counted from 1. Raises LookupError where there is none."""
        if number < 1:
            raise LookupError(number)
        teams = self._league.parts.schedule[self._week][number - 1]
        settled = self._league.parts.settled.get(self._week)
        over = settled is not None
        sides: list[SideOutlook] = []
        variance = 0.0
        players: dict[str, int] = {}
        for team in (teams.home, teams.away):
            starters = [player for player in self._starters(team) if player]
            for player in (*starters, *self._off(team)):
                players[player] = self.player(player).points
            side = self._side(starters, players)
            sides.append(side)
            variance += sum(self.player(player).variance for player in starters)
        home, away = sides
        if settled is not None and settled.official:
            result = settled.results[number - 1]
            home = SideOutlook(result.home, home.yet, home.playing)
            away = SideOutlook(result.away, away.yet, away.playing)
        over = over or not any(one.yet or one.playing for one in sides)
        chance = win_chance(home.projected - away.projected, variance, over=over)
        return MatchupOutlook(number, home, away, chance, self.gone(number), players)

    def gone(self, number: int) -> int:
        """How much of the games of a matchup's starters is over, in ten-thousandths."""
        shares = [self._share(game) for game in sorted(self.games(number))]
        return round(SURE * (1 - sum(shares) / len(shares))) if shares else SURE

    def games(self, number: int) -> set[str]:
        """The games that a matchup's starters play in."""
        teams = self._league.parts.schedule[self._week][number - 1]
        players = self._league.parts.players
        return {
            game.id
            for team in (teams.home, teams.away)
            for player in self._starters(team)
            if player in players
            for game in self._games.get(players[player].team, ())
        }

    def player(self, player: str) -> Outlook:
        """What a player is likely to have in the end; with nothing to come, what he has."""
        found = self._known.get(player)
        if found is None:
            found = self._known[player] = self._made(player)
        return found

    def _made(self, player: str) -> Outlook:
        known = self._league.parts.players.get(player)
        if known is None:
            return Outlook(0, 0.0)
        position = known.positions[0]
        rules = self._rules
        found = sum(book.points(player, position, rules) for book in self._books.values())
        pregame = self._pregame(player, position, known.rank, away=known.status in AWAY)
        over = self._week in self._league.parts.settled
        variance = 0.0
        for game in () if over else self._games.get(known.team, ()):
            share = self._share(game.id)
            book = self._books.get(game.id)
            outlook = _of_game(player, position, book, pregame, share, rules)
            found += outlook.points
            variance += outlook.variance
        return Outlook(found, variance)

    def _pregame(self, player: str, position: str, rank: int, *, away: bool) -> Pregame:
        """PJ1, PJ2; of whoever will not play nothing is expected."""
        if away:
            return NOTHING
        if rank:
            return self._expected.by_rank(position, rank)
        return self._expected.without_rank(position, self._played.get(player, ()))

    def _share(self, game: str) -> float:
        share = self._shares.get(game)
        if share is None:
            book = self._books.get(game)
            share = self._shares[game] = remaining_share(None if book is None else book.header)
        return share

    def _side(self, starters: Iterable[str], players: Mapping[str, int]) -> SideOutlook:
        points = yet = playing = 0
        over = self._week in self._league.parts.settled
        for player in starters:
            points += players[player]
            known = self._league.parts.players.get(player)
            games = self._games.get(known.team, ()) if known is not None and not over else ()
            for game in games:
                book = self._books.get(game.id)
                if book is None or not book.begun:
                    yet += 1
                elif not book.final:
                    playing += 1
        return SideOutlook(points, yet, playing)

    def _starters(self, team: int) -> tuple[str, ...]:
        return self._line_up(team).starters

    def _off(self, team: int) -> list[str]:
        """On the bench, and on injured reserve."""
        line_up = self._line_up(team)
        out = {*line_up.starters, *line_up.ir}
        return [one for one in self._league.roster(team) if one not in out] + [*line_up.ir]

    def _line_up(self, team: int) -> LineUp:
        return self._league.line_up(self._week, team)


def _of_game(
    player: str,
    position: str,
    book: Book | None,
    pregame: Pregame,
    share: float,
    rules: LeagueRules,
) -> Outlook:
    """What one game is likely to add to what he has of it."""
    if position != DEFENCE or pregame is NOTHING:
        return player_outlook(0, pregame, share)
    if book is None or not book.begun:
        return defence_outlook(0, 0, (0, 0), pregame, share, rules.rules)
    has = book.allowed(player, rules.rules)
    tiers = tier_points(book.parts(player, position, rules.rules))
    points, yards = (has.get(key, 0) for key in ALLOWED)
    return defence_outlook(0, tiers, (points, yards), pregame, share, rules.rules)


def unranked(league: League) -> dict[str, str]:
    """Players of teams who have no rank, to their positions: whose earlier weeks are asked for."""
    players = league.parts.players
    return {
        player: players[player].positions[0]
        for roster in league.parts.rosters.values()
        for player in roster
        if player in players and not players[player].rank
    }


def weeks_back(league: League, week: int) -> list[int]:
    """The latest settled weeks before one, newest first."""
    found = [one for one in league.parts.settled if one < week]
    return sorted(found, reverse=True)[:GAMES_BACK]
