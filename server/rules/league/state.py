"""What a league is at one version; snapshot, restore and view of it. Pure. SPEC: LE1, LE2."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol.league import (
    CorrectedResult,
    LeagueGame,
    LeaguePlayer,
    LeagueSettings,
    LeagueTeam,
    LineUp,
    LineUpSlot,
    Matchup,
    Result,
    WeekState,
)
from server.rules.league.standings import standings


class Corrected(CorrectedResult, frozen=True, gc=False):
    """A result that a correction changed, and when."""

    at: int = 0


class Settled(Struct, frozen=True, gc=False):
    """A week whose results are known."""

    results: tuple[Result, ...]
    positions: dict[str, int]
    """Feed's room to the version up to which it was looked at."""
    official_at: int
    closing: int = 0
    """When it was told that it becomes official; 0: not yet."""
    official: bool = False
    corrected: tuple[Corrected, ...] = ()
    """The latest of what corrections changed, oldest first."""


class _Parts(Struct):
    """Everything but the settings, as it is kept."""

    rules: dict[str, Any]
    teams: dict[int, LeagueTeam] = {}
    players: dict[str, LeaguePlayer] = {}
    rosters: dict[int, tuple[str, ...]] = {}
    schedule: dict[int, tuple[Matchup, ...]] = {}
    games: dict[str, LeagueGame] = {}
    named_by: dict[str, str] = {}
    """Game to the account that named its feed."""
    line_ups: dict[int, dict[int, LineUp]] = {}
    """Week to team to line-up, where a week has one of its own."""
    locked: tuple[str, ...] = ()
    """Games whose kick-off was told."""
    settled: dict[int, Settled] = {}
    delays: dict[str, int] = {}


class League:
    """The state of one league. Tables are never changed in place but by `apply`."""

    __slots__ = ("parts", "settings", "starting")

    def __init__(self, settings: LeagueSettings) -> None:
        self.settings = settings
        self.parts = _Parts({"preset": settings.preset})
        self.starting: tuple[LineUpSlot, ...] = places(settings, "start")

    def fork(self) -> League:
        """Another one, to try events on."""
        other = League(self.settings)
        said = self.parts
        other.parts = replace(
            said,
            teams=dict(said.teams),
            players=dict(said.players),
            rosters=dict(said.rosters),
            schedule=dict(said.schedule),
            games=dict(said.games),
            named_by=dict(said.named_by),
            line_ups=dict(said.line_ups),
            settled=dict(said.settled),
            delays=dict(said.delays),
        )
        return other

    def has_team(self, team: int) -> bool:
        """Whether there is such a team."""
        return 1 <= team <= self.settings.teams

    def roster(self, team: int) -> tuple[str, ...]:
        """Players of a team."""
        return self.parts.rosters.get(team, ())

    def team_of(self, player: str) -> int | None:
        """Whose player he is."""
        return next((team for team, has in self.parts.rosters.items() if player in has), None)

    def line_up(self, week: int, team: int) -> LineUp:
        """The line-up that counts in a week: its own, else the latest before it, else nobody."""
        for one in range(week, 0, -1):
            found = self.parts.line_ups.get(one, {}).get(team)
            if found is not None:
                return found
        return LineUp(("",) * len(self.starting))

    def games_of(self, week: int) -> list[LeagueGame]:
        """The games of a week, earliest first."""
        found = [game for game in self.parts.games.values() if game.week == week]
        return sorted(found, key=lambda game: (game.kickoff, game.id))

    def week_state(self, week: int) -> WeekState:
        """`open` until there are results."""
        settled = self.parts.settled.get(week)
        if settled is None:
            return "open"
        return "official" if settled.official else "settled"


def places(settings: LeagueSettings, sort: str) -> tuple[LineUpSlot, ...]:
    """A slot for each single place of a sort."""
    return tuple(slot for slot in settings.slots if slot.sort == sort for _ in range(slot.count))


# --- snapshot, restore, view


def snapshot(state: League) -> Any:
    """The state's own parts: to be encoded before it changes."""
    return {"settings": state.settings, "parts": state.parts}


def restore(data: Any) -> League:
    """From what `snapshot` gave, after a trip through JSON."""
    state = League(msgspec.convert(data["settings"], LeagueSettings))
    state.parts = msgspec.convert(data["parts"], _Parts, strict=False)
    return state


def view(state: League) -> dict[str, Any]:
    """LE2: what every member may see."""
    parts = state.parts
    weeks = {
        week: {
            "state": state.week_state(week),
            "results": list(settled.results),
            "official_at": settled.official_at,
            "corrected": list(settled.corrected),
        }
        for week, settled in sorted(parts.settled.items())
    }
    return {
        "settings": msgspec.to_builtins(state.settings),
        "rules": parts.rules,
        "teams": dict(parts.teams),
        "players": dict(parts.players),
        "rosters": dict(parts.rosters),
        "schedule": dict(parts.schedule),
        "games": dict(parts.games),
        "line_ups": dict(parts.line_ups),
        "locked": list(parts.locked),
        "weeks": weeks,
        "standings": standings(
            range(1, state.settings.teams + 1),
            [(parts.schedule.get(w, ()), s.results) for w, s in sorted(parts.settled.items())],
        ),
        "delays": dict(parts.delays),
    }
