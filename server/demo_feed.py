"""The game that is on in the demo: one that never was (demo_game.py, demo_match.py), played into a
feed as fast as an evening allows, one of American football in a league of its own (demo_league.py),
and after it another one, once somebody would look.

A start goes on with the game where the one before broke off. Must not know how rooms keep things:
it reports like any publisher. SPEC: DG2, DG3, DG7.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec import Struct

from protocol.feed import Report, ReportAll
from protocol.membership import CreateInvitation
from server.clock import Clock
from server.config import Settings
from server.data_folder import demo_game_path, demo_league_path, demo_match_path
from server.demo_game import SEED, made_up_game, steps_with_changes, team_names
from server.demo_league import LIVE_WEEK, DemoLeagues, OpenGames, OpenLeague, season_of
from server.demo_match import made_up_match
from server.demo_start import DEMO_HOST, host, keep, read_kept
from server.identity import Identity
from server.invitations import Invitations, new_invitation_id
from server.logs import get_logger
from server.readers.game_reports import Step
from server.readers.match_reports import steps_of
from server.replay import play_back
from server.rooms.directory import RoomUnreadable
from server.rooms.pending import Ended
from storage.errors import StorageError

SPEED: Final = 6.0
"""A play every seven seconds, half an hour for a game."""
BREAK_S: Final = 60.0
"""Between two games."""
AGAIN_S: Final = 2.0
"""Before something that could not be done is tried again."""


@dataclass(frozen=True, slots=True)
class OpenGame:
    """A game that anybody may watch."""

    name: str
    path: str
    """What follows the origin: the page, with an invitation to watch."""


@dataclass(frozen=True, slots=True)
class Show:
    """What there is to see under a seed."""

    name: str
    steps: Sequence[Step]
    settings: dict[str, Any]
    """Of its feed."""
    game: str = ""
    """What it is in questions about plays; empty: it is in none."""


def football(seed: int) -> Show:
    """A game of American football."""
    game = made_up_game(seed)
    return Show(team_names(game), steps_with_changes(game), {}, game.id)


def soccer(seed: int) -> Show:
    """A match of soccer."""
    match = made_up_match(seed)
    name = f"{match.scoreboard.home} – {match.scoreboard.away}"
    return Show(name, steps_of(match), {"profile": "soccer"})


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


class _KeptGame(Struct, frozen=True):
    """What the file of the game holds."""

    seed: int
    room: str
    owner: str
    """The account that reports."""
    invitation: str


class _GoneError(Exception):
    """The game's room is not there any more."""


class DemoGames:
    """One game after the other. Invariant: a game that is open has a room and an invitation."""

    def __init__(
        self,
        rooms: Rooms,
        invitations: Invitations,
        path: Path,
        *,
        clock: Clock,
        show: Callable[[int], Show] = football,
        leagues: DemoLeagues | None = None,
        opens: OpenGames | None = None,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rooms, self._invitations, self._path = rooms, invitations, path
        self._clock, self._wait, self._leagues = clock, wait, leagues
        self._opens, self._show = opens, show
        self._kept = read_kept(path, _KeptGame)
        self._open: OpenGame | None = None
        self._asked = asyncio.Event()

    def asked_for(self) -> OpenGame | None:
        """The game that is on, or was the last; None: not yet. Somebody would look at one."""
        self._asked.set()
        return self._open

    @property
    def league(self) -> OpenLeague | None:
        """The league that the game is in; None: not yet, or none."""
        return None if self._leagues is None else self._leagues.open

    async def run(self) -> None:
        """Plays until it is cancelled."""
        while True:
            try:
                kept = self._kept or self._keep(SEED)
                await self._make(kept)
                if self._leagues is not None:
                    await self._leagues.begin(kept.seed, kept.room, _owner_of(kept))
                await self._play(kept)
                if self._leagues is not None:
                    await self._leagues.end()
                self._asked.clear()
                await self._wait(BREAK_S)
                await self._asked.wait()
                self._keep(kept.seed + 1)
            except _GoneError:
                get_logger("demo").warning("the demo's game is gone, and begins again")
            except (StorageError, RoomUnreadable) as error:
                get_logger("demo").warning("the demo's game waits", why=str(error))
                await self._wait(AGAIN_S)

    def _keep(self, seed: int) -> _KeptGame:
        """The next game: written down before there is a room, so that a start makes no other."""
        room = f"r_{secrets.token_urlsafe(16)}"
        self._kept = kept = _KeptGame(seed, room, host().account, new_invitation_id())
        keep(self._path, kept)
        return kept

    async def _make(self, kept: _KeptGame) -> None:
        """Its feed and its invitation, whichever is not there yet. Raises as `_play`."""
        show, owner = self._show(kept.seed), _owner_of(kept)
        await self._rooms.create_filled("feed", show.name, owner, show.settings, (), at=kept.room)
        await self._do(kept, CreateInvitation(kept.invitation, "viewer"))
        if self._opens is not None and show.game:
            season = season_of(kept.seed)
            await self._opens(kept.room, game=show.game, season=season, week=LIVE_WEEK)
        path = self._invitations.link("", kept.room, kept.invitation, kind="feed")
        self._open = OpenGame(show.name, path)

    async def _play(self, kept: _KeptGame) -> None:
        """The game, or what is still missing of it. Raises _GoneError, StorageError,
        RoomUnreadable."""
        steps = self._show(kept.seed).steps
        there = 0
        while there < len(steps) and not await self._report(kept, steps[there].reports):
            there += 1
        if there == len(steps):
            return
        left = [Step(one.at_ms - steps[there].at_ms, one.reports) for one in steps[there + 1 :]]

        async def send(reports: Sequence[Report]) -> None:
            await self._report(kept, reports)

        await play_back(left, send, speed=SPEED, clock=self._clock, wait=self._wait)

    async def _report(self, kept: _KeptGame, reports: Sequence[Report]) -> bool:
        """Whether the feed did not know it yet."""
        return await self._do(kept, ReportAll(tuple(reports)))

    async def _do(self, kept: _KeptGame, command: Struct) -> bool:
        """Whether it changed something; tried until it is done or there is nothing to do."""
        while True:
            ended = await self._rooms.execute(kept.room, _owner_of(kept), command)
            if ended.code in {None, "nothing_changes", "exists"}:
                return ended.code is None
            if ended.code in {"not_found", "gone"}:
                raise _GoneError
            get_logger("demo").warning("the demo's game waits", why=ended.code)
            await self._wait(AGAIN_S)


def _owner_of(kept: _KeptGame) -> Identity:
    return Identity(kept.owner, DEMO_HOST, 0)


def demo_matches(
    settings: Settings, rooms: Rooms, invitations: Invitations, clock: Clock
) -> DemoGames | None:
    """The matches of soccer of this data folder; None: there is no demo."""
    if not settings.demo:
        return None
    return DemoGames(rooms, invitations, demo_match_path(settings), clock=clock, show=soccer)


def demo_games(
    settings: Settings,
    rooms: Rooms,
    invitations: Invitations,
    clock: Clock,
    settle: Callable[[str, int], Awaitable[object]],
    opens: OpenGames | None = None,
) -> DemoGames | None:
    """The games of this data folder, in a league; None: there is no demo. `settle`: see
    DemoLeagues. `opens`: as everybody may ask about them."""
    if not settings.demo:
        return None
    path = demo_league_path(settings)
    leagues = DemoLeagues(rooms, invitations, path, clock=clock, settle=settle, opens=opens)
    path = demo_game_path(settings)
    return DemoGames(rooms, invitations, path, clock=clock, leagues=leagues, opens=opens)
