"""Rooms that live through a number of kills, and are then judged. Everything of one database lies
in one folder."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from loadtest.boards import object_id, token
from loadtest.http_side import HttpSide
from loadtest.member import Member
from loadtest.processes import RAISED
from loadtest.swarm import Swarm
from server.config import Settings
from server.databases import open_log
from tests.crash.judgement import find, judge
from tests.crash.player import Player, refusals
from tests.crash.servers import MortalServer

ROOMS = 3
PLAYERS = 6
WINDOW = 3
UNDER_LOAD_S = (0.02, 0.35)
"""How long a life is, from the moment when everybody is live again."""
LIVE_S_MAX = 60.0
CALM_S_MAX = 60.0
SETTINGS = RAISED | {"drain_s": "0.2", "snapshot_s": "1"}


@dataclass(slots=True)
class Tally:
    """What happened, over all chapters."""

    rounds: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    in_doubt: int = 0
    found_done: int = 0
    entries: int = 0
    compared: int = 0
    """Replicas that were compared with the log."""
    longest_away_s: float = 0.0
    faults: list[str] = field(default_factory=list[str])


class Chapter:
    """One server (killed `rounds` times), its rooms and players."""

    def __init__(self, folder: Path, *, database: str, rounds: int, seed: int) -> None:
        self.rounds = rounds
        self.draw = random.Random(seed)
        self.swarm = Swarm()
        self.server = MortalServer(folder, database=database, settings=SETTINGS)
        self.players: dict[str, list[Player]] = {}
        self._token = ""
        self._database = database

    def play(self, tally: Tally, said: Callable[[str], None]) -> None:
        """Rounds, calm, judgement."""
        with self:
            for number in range(self.rounds):
                self._round(tally)
                said(f"{number + 1} of {self.rounds} kills")
            self.judge(tally)

    def __enter__(self) -> Self:
        """The server runs, everybody plays."""
        try:
            self.server.start()
            self.open_rooms()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for player in self.everybody():
            player.leaving = True
        self.swarm.close()
        self.server.dismiss()
        self.server.terminate()

    def open_rooms(self) -> None:
        """Makes the rooms, lets everybody in, and everybody begins."""
        with HttpSide(self.server.http_port) as http:
            owner = http.guest("Owner")
            self._token = owner.token
            for number in range(ROOMS):
                body = {"kind": "board", "name": f"Board {number}"}
                room = http.call("POST", "/rooms", body, token=owner.token)["id"]
                path = f"/rooms/{room}/invitations"
                invite = http.call("POST", path, {"role": "editor"}, token=owner.token)["secret"]
                shared = object_id(self.draw)
                self.players[room] = [
                    self._player(room, invite, http.guest(f"Player {n}").token, shared)
                    for n in range(PLAYERS)
                ]
        for player in self.everybody():
            player.member.connect()
        self.wait_live()
        for room, players in self.players.items():
            first = players[0]
            first.submitted += 1
            first.member.submit(room, token(first.shared, 0))
        for player in self.everybody():
            player.begin()

    def _player(self, room: str, invite: str, secret: str, shared: str) -> Player:
        client = f"crash-{self.draw.getrandbits(64):016x}"
        member = Member(self.swarm, self.server.ws_port, client=client, token=secret)
        member.join(room, invite=invite)
        return Player(member, room, self.draw, shared=shared, window=WINDOW)

    def _round(self, tally: Tally) -> None:
        self.server.stand_by()
        self.load(self.draw.uniform(*UNDER_LOAD_S))
        everybody = self.everybody()
        for player in everybody:
            player.note_doubt()
        self.server.kill()
        began = time.perf_counter()
        # What the kernel still holds of the dead server is read to its end first: those are answers
        # too.
        self.swarm.run(lambda: not any(p.member.live for p in everybody), limit_s=LIVE_S_MAX)
        self.server.launch()
        self.wait_live()
        tally.rounds += 1
        tally.longest_away_s = max(tally.longest_away_s, time.perf_counter() - began)

    def load(self, seconds: float) -> None:
        """Everybody goes on playing for so long."""
        self.swarm.run(lambda: False, limit_s=seconds)

    def wait_live(self) -> None:
        """Returns when everybody is live, or fails with what the server said."""
        everybody = self.everybody()
        if not self.swarm.run(lambda: all(p.member.live for p in everybody), limit_s=LIVE_S_MAX):
            away = [p.member for p in everybody if not p.member.live]
            met = away[0].faults + away[0].errors
            raise AssertionError(
                f"{len(away)} players are not live {LIVE_S_MAX:g} s after a start; the first met "
                f"{met}. The server said:\n{self.server.said()[-3000:]}"
            )

    def judge(self, tally: Tally) -> None:
        """Everybody comes to rest; the server ends; its log is read and compared."""
        everybody = self.everybody()
        for player in everybody:
            player.playing = False
        if not self.swarm.run(self._calm, limit_s=CALM_S_MAX):
            open_ = sum(player.unanswered for player in everybody)
            tally.faults.append(f"no calm within {CALM_S_MAX:g} s: {open_} commands unanswered")
        with HttpSide(self.server.http_port) as http:
            served = {
                room: http.call("GET", f"/rooms/{room}", token=self._token)["state"]
                for room in self.players
            }
        for player in everybody:
            player.leaving = True
        self.server.dismiss()
        self.server.terminate()
        asyncio.run(self._read(tally, served))
        for player in everybody:
            tally.accepted += len(player.accepted)
            tally.in_doubt += player.in_doubt
            tally.found_done += player.found_done
        tally.refused += refusals(everybody)
        tally.compared += len(everybody)

    async def _read(self, tally: Tally, served: dict[str, object]) -> None:
        settings = Settings(data_dir=str(self.server.data_dir), database=self._database)
        log = await open_log(settings, migrate=False)
        try:
            for room, players in self.players.items():
                found, faults = await find(log, room)
                tally.faults += faults
                tally.entries += len(found.records)
                if found.records:
                    tally.faults += judge(room, found, players, served[room])
        finally:
            await log.close()

    def _calm(self) -> bool:
        return all(
            player.member.live
            and not player.unanswered
            and player.member.session.position(room) == players[0].member.session.position(room)
            for room, players in self.players.items()
            for player in players
        )

    def everybody(self) -> list[Player]:
        """Of all rooms."""
        return [player for players in self.players.values() for player in players]
