"""What each event does to a league. Total: refuses nothing. Pure. SPEC: KD2, LE1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import DelayChanged
from protocol.league import (
    CORRECTED_MAX,
    GameMoved,
    GamesChanged,
    LeagueTeam,
    LineUp,
    LineUpChanged,
    PlayersAdded,
    PlayersLocked,
    RosterChanged,
    RulesChanged,
    TeamChanged,
    WeekClosing,
    WeekCorrected,
    WeekOfficial,
    WeekScheduled,
    WeekSettled,
)
from server.rules.kind import Stamp
from server.rules.league.state import Corrected, League, Settled


def _rules(state: League, event: RulesChanged, _stamp: Stamp) -> None:
    state.parts.rules = event.rules


def _team(state: League, event: TeamChanged, _stamp: Stamp) -> None:
    state.parts.teams[event.team] = LeagueTeam(event.name, event.owners)


def _players(state: League, event: PlayersAdded, _stamp: Stamp) -> None:
    state.parts.players.update({player.id: player for player in event.players})


def _roster(state: League, event: RosterChanged, _stamp: Stamp) -> None:
    kept = [player for player in state.roster(event.team) if player not in event.drop]
    state.parts.rosters[event.team] = (*kept, *event.add)


def _schedule(state: League, event: WeekScheduled, _stamp: Stamp) -> None:
    state.parts.schedule[event.week] = event.matchups


def _games(state: League, event: GamesChanged, stamp: Stamp) -> None:
    for game in event.games:
        state.parts.games[game.id] = game
        state.parts.named_by[game.id] = stamp.by


def _move(state: League, event: GameMoved, _stamp: Stamp) -> None:
    parts = state.parts
    game = parts.games[event.game]
    parts.games[event.game] = replace(game, kickoff=event.kickoff, week=event.week)
    parts.locked = tuple(one for one in parts.locked if one != event.game)


def _line_up(state: League, event: LineUpChanged, _stamp: Stamp) -> None:
    own = state.parts.line_ups.get(event.week, {})
    line_up = LineUp(event.starters, event.ir)
    state.parts.line_ups[event.week] = {**own, event.team: line_up}


def _locked(state: League, event: PlayersLocked, _stamp: Stamp) -> None:
    """From here on the week has line-ups of its own: what is done to earlier ones is no matter."""
    parts = state.parts
    parts.locked = (*parts.locked, *event.games)
    parts.line_ups[event.week] = _own_line_ups(state, event.week)


def _own_line_ups(state: League, week: int) -> dict[int, LineUp]:
    return {team: state.line_up(week, team) for team in range(1, state.settings.teams + 1)}


def _settled(state: League, event: WeekSettled, _stamp: Stamp) -> None:
    state.parts.line_ups[event.week] = _own_line_ups(state, event.week)
    state.parts.settled[event.week] = Settled(event.results, event.positions, event.official_at)


def _corrected(state: League, event: WeekCorrected, stamp: Stamp) -> None:
    settled = state.parts.settled[event.week]
    now = {change.matchup: change.now for change in event.changes}
    results = tuple(now.get(n, result) for n, result in enumerate(settled.results, 1))
    kept = (
        *settled.corrected,
        *(Corrected(one.matchup, one.was, one.now, one.flipped, stamp.at) for one in event.changes),
    )
    state.parts.settled[event.week] = replace(
        settled,
        results=results,
        positions={**settled.positions, **event.positions},
        corrected=kept[-CORRECTED_MAX:],
    )


def _closing(state: League, event: WeekClosing, _stamp: Stamp) -> None:
    settled = state.parts.settled[event.week]
    state.parts.settled[event.week] = replace(settled, closing=event.at)


def _official(state: League, event: WeekOfficial, _stamp: Stamp) -> None:
    settled = state.parts.settled[event.week]
    state.parts.settled[event.week] = replace(settled, official=True)


def _delay(state: League, event: DelayChanged, stamp: Stamp) -> None:
    if event.seconds:
        state.parts.delays[stamp.by] = event.seconds
    else:
        state.parts.delays.pop(stamp.by, None)


APPLIERS: Mapping[type[Struct], Callable[[League, Any, Stamp], None]] = {
    RulesChanged: _rules,
    TeamChanged: _team,
    PlayersAdded: _players,
    RosterChanged: _roster,
    WeekScheduled: _schedule,
    GamesChanged: _games,
    GameMoved: _move,
    LineUpChanged: _line_up,
    PlayersLocked: _locked,
    WeekSettled: _settled,
    WeekCorrected: _corrected,
    WeekClosing: _closing,
    WeekOfficial: _official,
    DelayChanged: _delay,
}


def apply(state: League, event: Any, stamp: Stamp) -> None:
    """Changes the state."""
    APPLIERS[type(event)](state, event, stamp)
