"""A league for the game that is on in the demo: four teams of made-up players, a week that was
played, and the week that the game is in. Drawn from the game's seed, so that the same league comes
out everywhere.

Feeds of the other three games are brought in whole; when the game is over its week is settled. Must
not know how rooms keep things: it speaks like any commissioner. SPEC: DG4, DG5.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec import Struct, structs

from protocol.asking import SEASON_MAX
from protocol.feed import ReportAll
from protocol.league import (
    AddPlayers,
    ChangeRosters,
    LeagueGame,
    LeaguePlayer,
    LineUpSlot,
    Matchup,
    RosterChange,
    ScheduleWeek,
    SetGames,
    SetLineUp,
    SetRules,
    SetTeam,
)
from protocol.membership import CreateInvitation
from server.clock import Clock
from server.demo_game import SEED, Cast, cast_of, made_up_game, player_id, team_names
from server.demo_start import keep, read_kept
from server.identity import Identity
from server.invitations import Invitations, new_invitation_id
from server.leagues.scoring import NoSuchPart, NotOver
from server.logs import get_logger
from server.readers.game import Game
from server.readers.game_reports import BATCH_MAX, steps_of
from server.rooms.pending import Ended

LEAGUE_NAME: Final = "Sunday league"
TEAM_NAMES: Final = ("Night Owls", "Paper Tigers", "Long Shots", "Second Wind")
LIVE_WEEK: Final = 2
SLOTS: Final = (
    *(LineUpSlot(position, (position,)) for position in ("QB", "RB", "WR", "TE", "K", "DEF")),
    LineUpSlot("IDP", ("LB", "CB", "DE")),
    LineUpSlot("BN", (), 2, "bench"),
)
RULES: Final = {
    "preset": "half_ppr",
    "points": {"idp_tkl_solo": 1, "idp_sack": 2, "idp_int": 3, "idp_ff": 2, "idp_fum_rec": 2},
}
_WITH_RANKS: Final = ("QB", "RB", "WR", "TE", "K", "DEF")
_RANKED: Final = 24
"""Their players have ranks up to this; defenders have none, and are judged by the week before."""
_SEEDS_APART: Final = 1_000
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class OpenLeague:
    """A league that anybody may look at."""

    name: str
    path: str
    """What follows the origin: the page, with an invitation to look."""
    over: tuple[tuple[str, str], ...] = ()
    """Name and path of each of its games that are over."""


class OpenGames(Protocol):
    """Opens a feed for everybody's questions; see PlayServices.open_game."""

    async def __call__(
        self, room: str, *, game: str, season: int, week: int, over: bool = False
    ) -> None:
        """`over`: at once."""
        ...


class Rooms(Protocol):
    """What is asked of the directory. Everything may raise StorageUnavailable and
    RoomUnreadable."""

    async def create_filled(
        self,
        kind: str,
        name: str,
        owner: Identity,
        settings: dict[str, Any],
        commands: Sequence[Struct],
        *,
        at: str | None = None,
    ) -> str | Ended:
        """Makes a room of that id; `exists` where there is one."""
        ...

    async def execute(self, room_id: str, identity: Identity, command: Any) -> Ended:
        """Runs a command to its end."""
        ...


class _KeptLeague(Struct, frozen=True):
    """What the file of the league holds."""

    game: str
    """The feed of the game that it is for."""
    room: str
    invitation: str
    feeds: tuple[str, str, str]
    """Of the other games, as `other_games` has them."""
    looks: tuple[str, ...] = ()
    """Invitations to look at them, in their order; demos of before have none yet."""


class DemoLeagues:
    """The league of the game that is on. Invariant: one that is open has a room and an invitation,
    and its earlier week is settled."""

    def __init__(
        self,
        rooms: Rooms,
        invitations: Invitations,
        path: Path,
        *,
        clock: Clock,
        settle: Callable[[str, int], Awaitable[object]],
        opens: OpenGames | None = None,
    ) -> None:
        self._opens = opens
        self._rooms, self._invitations, self._path = rooms, invitations, path
        self._clock, self._settle = clock, settle
        """`settle`: a week of a league gets its results."""
        self._kept = read_kept(path, _KeptLeague)
        self.open: OpenLeague | None = None

    async def begin(self, seed: int, feed: str, owner: Identity) -> None:
        """The league of a game, made as far as it is not there. Raises as rooms do."""
        self.open = None
        kept = self._kept
        if kept is None or kept.game != feed:
            feeds = (_room(), _room(), _room())
            self._kept = kept = _KeptLeague(feed, _room(), new_invitation_id(), feeds)
            keep(self._path, kept)
        if not kept.looks:
            looks = tuple(new_invitation_id() for _ in kept.feeds)
            self._kept = kept = structs.replace(kept, looks=looks)
            keep(self._path, kept)
        try:
            await self._make(kept, seed, owner)
        except (NoSuchPart, NotOver) as error:
            get_logger("demo").warning("the demo has no league", why=type(error).__name__)
            return
        path = self._invitations.link("", kept.room, kept.invitation, kind="league")
        games = zip(other_games(seed), kept.feeds, kept.looks, strict=True)
        over = tuple(
            (team_names(game), self._invitations.link("", feed, look, kind="feed"))
            for game, feed, look in games
        )
        self.open = OpenLeague(LEAGUE_NAME, path, over)

    async def _make(self, kept: _KeptLeague, seed: int, owner: Identity) -> None:
        """Raises NoSuchPart, NotOver where somebody took it away."""
        for number, (game, room) in enumerate(zip(other_games(seed), kept.feeds, strict=True)):
            await self._rooms.create_filled(
                "feed", team_names(game), owner, {}, whole(game), at=room
            )
            look = CreateInvitation(kept.looks[number], "viewer")
            await self._rooms.execute(room, owner, look)
            if self._opens is not None:
                await self._opens(
                    room, game=game.id, season=season_of(seed), week=week_of(number), over=True
                )
        commands = league_commands(seed, (*kept.feeds, kept.game), self._clock.now_ms())
        await self._rooms.create_filled(
            "league", LEAGUE_NAME, owner, league_settings(), commands, at=kept.room
        )
        await self._rooms.execute(kept.room, owner, CreateInvitation(kept.invitation, "viewer"))
        await self._settle(kept.room, LIVE_WEEK - 1)

    async def end(self) -> None:
        """The game is over: its week has results. Raises as rooms do."""
        if self._kept is None or self.open is None:
            return
        try:
            await self._settle(self._kept.room, LIVE_WEEK)
        except (NoSuchPart, NotOver) as error:
            get_logger("demo").warning("the week is not settled", why=type(error).__name__)


def _room() -> str:
    return f"r_{secrets.token_urlsafe(16)}"


def season_of(seed: int) -> int:
    """Of the league of a game: one after another, of no calendar."""
    return 1 + (seed - SEED) % SEASON_MAX


def week_of(number: int) -> int:
    """Of a league's game, by its place in `other_games`; the one that is on comes after them."""
    return 1 + number // 2


def other_games(seed: int) -> tuple[Game, Game, Game]:
    """The two games of the week before the one of this seed, and the other one of its own week:
    between them all four teams, each with the same players."""
    cast, others = _casts(seed)
    (home, away), (one, two) = cast, others
    everybody = {**cast, **others}
    crossed: list[Cast] = [{team: everybody[team] for team in (home, one)}]
    crossed.append({team: everybody[team] for team in (two, away)})
    first, second = (
        made_up_game(seed + (2 + n) * _SEEDS_APART, teams) for n, teams in enumerate(crossed)
    )
    return first, second, made_up_game(seed + 4 * _SEEDS_APART, others)


def _casts(seed: int) -> tuple[Cast, Cast]:
    """Who plays in the game, and in one of the two other teams."""
    cast = cast_of(seed)
    tries = (cast_of(seed + _SEEDS_APART + n) for n in range(_SEEDS_APART))
    return cast, next(other for other in tries if not other.keys() & cast.keys())


def whole(game: Game) -> list[ReportAll]:
    """A game as it is reported at once."""
    reports = [one for step in steps_of(game) for one in step.reports]
    starts = range(0, len(reports), BATCH_MAX)
    return [ReportAll(tuple(reports[at : at + BATCH_MAX])) for at in starts]


def players_of(seed: int) -> list[LeaguePlayer]:
    """Everybody who makes points in these games, and each team's D/ST."""
    dice = random.Random(seed)  # noqa: S311 - a synthetic league, not a secret
    ranks = {position: dice.sample(range(1, _RANKED + 1), 4) for position in _WITH_RANKS}
    parts = {part: part.upper() for part in ("qb", "rb", "wr", "te", "k", "lb", "cb", "de")}
    found: list[LeaguePlayer] = []
    for cast in _casts(seed):
        for team, people in cast.items():
            found += [
                LeaguePlayer(
                    player_id(team, people[part]), people[part], (position,), team,
                    rank=ranks[position].pop() if position in ranks else 0,
                )
                for part, position in parts.items()
            ]  # fmt: skip
            rank = ranks["DEF"].pop()
            found.append(LeaguePlayer(team, f"{team} D/ST", ("DEF",), team, rank=rank))
    return found


def league_settings() -> dict[str, Any]:
    """Of a room of the kind."""
    slots = [
        {"name": one.name, "positions": one.positions, "count": one.count, "sort": one.sort}
        for one in SLOTS
    ]
    return {"teams": len(TEAM_NAMES), "weeks": LIVE_WEEK, "slots": slots}


def league_commands(seed: int, feeds: Sequence[str], now: int) -> list[Struct]:
    """Everything that a commissioner says before the game begins at `now`, ms. `feeds`: of the
    other games, and of this one."""
    players = players_of(seed)
    rosters = _drawn_rosters(seed, players)
    everybody = {player.id: player for player in players}
    teams = range(1, len(TEAM_NAMES) + 1)
    commands: list[Struct] = [SetRules(RULES)]
    commands += [SetTeam(team, TEAM_NAMES[team - 1]) for team in teams]
    commands.append(AddPlayers(tuple(players)))
    commands.append(
        ChangeRosters(tuple(RosterChange(team, tuple(rosters[team])) for team in teams))
    )
    commands += [_line_up(team, rosters[team], everybody) for team in teams]
    commands.append(ScheduleWeek(1, (Matchup(1, 2), Matchup(3, 4))))
    commands.append(ScheduleWeek(LIVE_WEEK, (Matchup(1, 3), Matchup(2, 4))))
    begun = (now - 7 * _DAY_MS, now - 7 * _DAY_MS, now - _DAY_MS, now)
    games = (*other_games(seed), made_up_game(seed))
    commands.append(
        SetGames(
            tuple(
                LeagueGame(game.id, week_of(n), game.home.team, game.away.team, begun[n], feeds[n])
                for n, game in enumerate(games)
            )
        )
    )
    return commands


def _drawn_rosters(seed: int, players: Sequence[LeaguePlayer]) -> dict[int, list[str]]:
    """One of each position for every team, of defenders all three."""
    dice = random.Random(seed)  # noqa: S311 - a synthetic league, not a secret
    rosters: dict[int, list[str]] = {team: [] for team in range(1, len(TEAM_NAMES) + 1)}
    positions = list(dict.fromkeys(player.positions[0] for player in players))
    for position in positions:
        pool = [player.id for player in players if player.positions[0] == position]
        dice.shuffle(pool)
        for team, player in zip(rosters, pool, strict=True):
            rosters[team].append(player)
    return rosters


def _line_up(team: int, roster: Sequence[str], players: dict[str, LeaguePlayer]) -> SetLineUp:
    starters = tuple(
        next(one for one in roster if players[one].positions[0] in slot.positions)
        for slot in SLOTS
        if slot.sort == "start"
    )
    return SetLineUp(1, team, starters)
