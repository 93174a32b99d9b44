"""What the commissioner sets: rules, teams, players, rosters, schedule and games. Pure decisions.
SPEC: LE3, LE4, LE10, LE12."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.league import (
    GAMES_MAX,
    PLAYERS_MAX,
    AddPlayers,
    ChangeRosters,
    GameMoved,
    GamesChanged,
    LeagueGame,
    MoveGame,
    PlayersAdded,
    RosterChanged,
    RulesChanged,
    ScheduleWeek,
    SetGames,
    SetRules,
    SetTeam,
    TeamChanged,
    WeekScheduled,
)
from server.rules.kind import Context, Decision, Rejected
from server.rules.league.line_ups import stuck_in_line_ups, take_out
from server.rules.league.state import League
from server.rules.league.work import Work
from server.rules.scoring.ruleset import BadRules, read_rules


def _settled(week: int) -> Rejected:
    return Rejected("settled", {"week": week})


def _bad(name: str) -> Rejected:
    return Rejected("bad_property", {"property": name})


def decide_rules(state: League, command: SetRules, context: Context) -> Decision:
    """LE3: before anything was decided by the old ones."""
    if state.parts.settled:
        return _settled(min(state.parts.settled))
    if command.rules == state.parts.rules:
        return Rejected("nothing_changes")
    try:
        read_rules("league", command.rules)
    except BadRules as error:
        return Rejected("bad_settings", {"problems": [str(error)]})
    work = Work(state, context)
    work.emit(RulesChanged(command.rules))
    return work.done()


def decide_team(state: League, command: SetTeam, context: Context) -> Decision:
    """LE4."""
    if not state.has_team(command.team):
        return Rejected("unknown_team", {"team": command.team})
    work = Work(state, context)
    work.emit(TeamChanged(command.team, command.name, command.owners))
    return work.done()


def decide_players(state: League, command: AddPlayers, context: Context) -> Decision:
    """LE4. Somebody who is locked stays in the team whose game locks him."""
    there = state.parts.players
    fresh = {player.id for player in command.players}
    if len(there.keys() | fresh) > PLAYERS_MAX:
        return Rejected("limit_reached", {"limit": "players_max"})
    other = [
        one.id for one in command.players if one.id in there and there[one.id].team != one.team
    ]
    work = Work(state, context)
    for player in other:
        team = work.state.team_of(player)
        stuck = team and stuck_in_line_ups(work.state, team, [player], context.now)
        if stuck:
            return Rejected("locked", {"players": [player], "since": min(stuck.values())})
    work.emit(PlayersAdded(command.players))
    return work.done()


def decide_rosters(state: League, command: ChangeRosters, context: Context) -> Decision:
    """LE4: everybody is dropped before anybody is added."""
    work = Work(state, context)
    for change in command.changes:
        if not state.has_team(change.team):
            return Rejected("unknown_team", {"team": change.team})
        refused = _drop(work, change.team, change.drop)
        if refused is not None:
            return refused
    for change in command.changes:
        refused = _add(work, change.team, change.add)
        if refused is not None:
            return refused
    return work.done()


def _drop(work: Work, team: int, players: tuple[str, ...]) -> Rejected | None:
    if not players:
        return None
    for player in players:
        if player not in work.state.roster(team):
            return Rejected("unknown_player", {"player": player})
    stuck = stuck_in_line_ups(work.state, team, players, work.context.now)
    if stuck:
        return Rejected("locked", {"players": sorted(stuck), "since": min(stuck.values())})
    work.emit(RosterChanged(team, (), players))
    take_out(work, team, players)
    return None


def _add(work: Work, team: int, players: tuple[str, ...]) -> Rejected | None:
    if not players:
        return None
    if len(set(players)) < len(players):
        return _bad("add")
    for player in players:
        if player not in work.state.parts.players:
            return Rejected("unknown_player", {"player": player})
        whose = work.state.team_of(player)
        if whose is not None:
            return Rejected("player_taken", {"player": player, "team": whose})
    room = sum(slot.count for slot in work.state.settings.slots)
    if len(work.state.roster(team)) + len(players) > room:
        return Rejected("limit_reached", {"limit": "roster"})
    work.emit(RosterChanged(team, players))
    return None


def decide_schedule(state: League, command: ScheduleWeek, context: Context) -> Decision:
    """LE12: nobody plays two matchups of a week."""
    if command.week > state.settings.weeks:
        return _bad("week")
    if state.week_state(command.week) != "open":
        return _settled(command.week)
    teams = [team for one in command.matchups for team in (one.home, one.away)]
    if len(set(teams)) < len(teams):
        return _bad("matchups")
    missing = [team for team in teams if not state.has_team(team)]
    if missing:
        return Rejected("unknown_team", {"team": missing[0]})
    if state.parts.schedule.get(command.week, ()) == command.matchups:
        return Rejected("nothing_changes")
    work = Work(state, context)
    work.emit(WeekScheduled(command.week, command.matchups))
    return work.done()


def decide_games(state: League, command: SetGames, context: Context) -> Decision:
    """LE12: a known game's time is moved by `game.move`, so that nobody unlocks by mistake."""
    there = state.parts.games
    if len(there.keys() | {game.id for game in command.games}) > GAMES_MAX:
        return Rejected("limit_reached", {"limit": "games_max"})
    for game in command.games:
        before = there.get(game.id)
        if game.home == game.away or game.week > state.settings.weeks:
            return _bad("week" if game.home != game.away else "away")
        if before is not None and (before.kickoff, before.week) != (game.kickoff, game.week):
            return Rejected("exists", {"game": game.id})
    closed = _closed_weeks(state, (game.week for game in command.games))
    if closed:
        return _settled(closed[0])
    if all(there.get(game.id) == game for game in command.games):
        return Rejected("nothing_changes")
    return _with_games(state, command.games, context)


def _with_games(state: League, games: tuple[LeagueGame, ...], context: Context) -> Decision:
    """Games that have begun already are locked in the same entry."""
    work = Work(state, context)
    work.emit(GamesChanged(games))
    work.lock_due()
    return work.done()


def _closed_weeks(state: League, weeks: Iterable[int]) -> list[int]:
    return sorted({week for week in weeks if state.week_state(week) != "open"})


def decide_move(state: League, command: MoveGame, context: Context) -> Decision:
    """LE10: the new time is the new lock."""
    game = state.parts.games.get(command.game)
    if game is None:
        return Rejected("unknown_game", {"game": command.game})
    week = game.week if command.week is None else command.week
    if week > state.settings.weeks:
        return _bad("week")
    closed = _closed_weeks(state, (game.week, week))
    if closed:
        return _settled(closed[0])
    if (game.kickoff, game.week) == (command.kickoff, week):
        return Rejected("nothing_changes")
    work = Work(state, context)
    work.emit(GameMoved(game.id, game.kickoff, command.kickoff, game.week, week))
    work.lock_due()
    return work.done()
