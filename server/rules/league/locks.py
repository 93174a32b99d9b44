"""When players can be moved no more: by the scheduled kick-off of their game, or of the first one
of the week; and what is to be told when. Pure; time is given. SPEC: LE8 to LE11."""

from __future__ import annotations

from collections.abc import Iterable

from server.rules.league.state import League, Settled

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def locked_at(state: League, week: int, player: str) -> int | None:
    """When he is locked in a week, ms; None: he has no game in it that locks him."""
    games = state.games_of(week)
    if state.settings.locks == "first_game":
        return games[0].kickoff if games else None
    known = state.parts.players.get(player)
    team = "" if known is None else known.team
    return next((game.kickoff for game in games if team in {game.home, game.away}), None)


def locked(state: League, week: int, players: Iterable[str], now: int) -> dict[str, int]:
    """Those of the players who are locked now, to when that was."""
    found = {player: locked_at(state, week, player) for player in players if player}
    return {player: at for player, at in found.items() if at is not None and at <= now}


def due(state: League, now: int) -> dict[int, tuple[str, ...]]:
    """Games whose kick-off has come and was not told, by week."""
    told = set(state.parts.locked)
    found: dict[int, list[str]] = {}
    for game in sorted(state.parts.games.values(), key=lambda game: (game.kickoff, game.id)):
        if game.kickoff <= now and game.id not in told:
            found.setdefault(game.week, []).append(game.id)
    return {week: tuple(games) for week, games in sorted(found.items())}


def next_deadline(state: League) -> int | None:
    """The next kick-off that is to be told, or the next settled week that goes on."""
    told = set(state.parts.locked)
    kickoffs = [game.kickoff for game in state.parts.games.values() if game.id not in told]
    weeks = [ends_at(one) for one in state.parts.settled.values() if not one.official]
    return min([*kickoffs, *weeks], default=None)


def ends_at(settled: Settled) -> int:
    """When the next thing is to be told of a settled week: at the end of its window that it becomes
    official; and a minute after that that it is. In that minute corrections are found that nobody
    has looked at."""
    return settled.closing + MINUTE_MS if settled.closing else settled.official_at
