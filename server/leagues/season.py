"""A season for a league from games that were read: which games make a week, who plays where, and
teams drawn by a seed. Pure; knows no room. SPEC: LI15."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from protocol.league import (
    LeaguePlayer,
    LeagueSettings,
    LineUpSlot,
    Matchup,
    RosterChange,
    SetLineUp,
)
from server.readers.game import Game
from server.rules.scoring import stat_ids as ids

SLOTS: tuple[LineUpSlot, ...] = (
    LineUpSlot("QB", ("QB",)),
    LineUpSlot("RB", ("RB",), 2),
    LineUpSlot("WR", ("WR", "TE"), 2),
    LineUpSlot("FLEX", ("RB", "WR", "TE")),
    LineUpSlot("K", ("K",)),
    LineUpSlot("DEF", ("DEF",)),
    LineUpSlot("BN", (), 4, "bench"),
)
"""Places of a league that is played from files."""
_DRAWN: Mapping[str, int] = {"QB": 1, "RB": 3, "WR": 4, "K": 1, "DEF": 1}
"""How many players of a position a team draws, if there are so many."""
_KICKS = frozenset({ids.FG_GOOD, ids.FG_MISSED, ids.FG_BLOCKED, 72})
_BY_STATS = (("K", _KICKS), ("QB", ids.PASS), ("RB", ids.RUSH), ("WR", ids.CATCH))
NOON_H = 17
"""Kick-off, UTC, of games whose file says a date alone."""


def weeks_of(games: Iterable[Game]) -> list[list[Game]]:
    """Games by week, which begins on a Thursday, as the numbers of the games say their dates; those
    without a date are a week of their own, the first."""
    found: dict[date, list[Game]] = {}
    for game in sorted(games, key=lambda game: game.id):
        day = day_of(game)
        first = date.min if day is None else day - timedelta(days=(day.weekday() - 3) % 7)
        found.setdefault(first, []).append(game)
    return [found[first] for first in sorted(found)]


def day_of(game: Game) -> date | None:
    """The day in the league's number of a game, `2019090500`; None: it says none."""
    try:
        return datetime.strptime(game.id[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def kickoff_of(game: Game) -> int:
    """Log time in ms; 0: not known."""
    day = day_of(game)
    if day is None:
        return 0
    return int(datetime(day.year, day.month, day.day, NOON_H, tzinfo=UTC).timestamp() * 1_000)


def players_of(games: Sequence[Game], positions: Mapping[str, str]) -> list[LeaguePlayer]:
    """Whoever passed, ran, caught or kicked, and every D/ST, by id. A position that the table does
    not have is what somebody did most."""
    names: dict[str, tuple[str, str]] = {}
    did: dict[str, Counter[str]] = {}
    for game in games:
        lines = (line for play in game.plays if not play.deleted for line in play.stats)
        for line in lines:
            for position, stats in _BY_STATS:
                if line.player and line.stat in stats:
                    names.setdefault(line.player, (line.name or line.player, line.team))
                    did.setdefault(line.player, Counter())[position] += 1
    found = [
        LeaguePlayer(who, name, (positions.get(who) or did[who].most_common(1)[0][0],), team)
        for who, (name, team) in names.items()
    ]
    teams = {side.team for game in games for side in game.sides()}
    found += [LeaguePlayer(team, f"{team} D/ST", ("DEF",), team) for team in teams]
    return sorted(found, key=lambda player: player.id)


def drawn(players: Sequence[LeaguePlayer], teams: int, seed: int) -> list[RosterChange]:
    """A roster for each team, drawn by the seed: round by round, so that all have as many."""
    dice = random.Random(seed)  # noqa: S311 - a synthetic season, not a secret
    pools: dict[str, list[str]] = {}
    for player in players:
        position = "WR" if player.positions[0] == "TE" else player.positions[0]
        pools.setdefault(position, []).append(player.id)
    rosters: dict[int, list[str]] = {team: [] for team in range(1, teams + 1)}
    for position, count in _DRAWN.items():
        pool = pools.get(position, [])
        dice.shuffle(pool)
        for _ in range(min(count, len(pool) // teams)):
            for team in rosters:
                rosters[team].append(pool.pop())
    return [RosterChange(team, tuple(has)) for team, has in rosters.items() if has]


def first_line_up(
    week: int, roster: RosterChange, players: Mapping[str, LeaguePlayer]
) -> SetLineUp:
    """Each place with the first of the roster who fits."""
    left = list(roster.add)
    starters: list[str] = []
    for slot in (one for one in SLOTS if one.sort == "start" for _ in range(one.count)):
        fits = (who for who in left if players[who].positions[0] in slot.positions)
        chosen = next(fits, "")
        starters.append(chosen)
        if chosen:
            left.remove(chosen)
    return SetLineUp(week, roster.team, tuple(starters))


def round_robin(teams: int, week: int) -> tuple[Matchup, ...]:
    """Everybody against everybody once in as many weeks as there are teams but one."""
    circle = list(range(2, teams + 1))
    turned = circle[week % len(circle) :] + circle[: week % len(circle)]
    order = [1, *turned]
    return tuple(Matchup(order[n], order[-1 - n]) for n in range(teams // 2))


def settings_of(teams: int, weeks: int, preset: str) -> dict[str, Any]:
    """A league's settings as plain data. Raises ValueError where they are none."""
    plain: dict[str, Any] = {
        "teams": teams,
        "weeks": weeks,
        "preset": preset,
        "slots": msgspec.to_builtins(SLOTS),
    }
    msgspec.convert(plain, LeagueSettings)
    return plain
