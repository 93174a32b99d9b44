"""Everything that a scenario or a measurement plays on: a server of its own, people, rooms,
members, a swarm.

One `with` block: at its end every process is gone and every file removed. Always loopback.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from loadtest.http_side import Guest, HttpSide
from loadtest.member import Member
from loadtest.processes import Cores, PostgresProcess, ServerProcess
from loadtest.swarm import Swarm
from protocol.codec import JSON, Codec

DatabaseName = Literal["sqlite", "postgresql"]
WAVE = 250
"""Members that connect at the same time when nobody asked for a storm: fewer than a usual listen
queue would drop."""


class NotLive(Exception):
    """Members did not get into their rooms in time; says what the first of them met."""


class Stage:
    """A running server and who plays on it."""

    def __init__(
        self,
        *,
        database: DatabaseName = "sqlite",
        settings: Mapping[str, str] | None = None,
        cores: Cores | None = None,
        seed: int = 1,
    ) -> None:
        self.database: DatabaseName = database
        self.cores = cores or Cores()
        self.draw = random.Random(seed)
        self.swarm = Swarm()
        self.settings = dict(settings or {})
        self.postgres: PostgresProcess | None = None
        self.server: ServerProcess
        self.http: HttpSide
        self._stack = ExitStack()
        self._made: list[Member] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-load-"))
            url = ""
            if self.database == "postgresql":
                self.postgres = stack.enter_context(PostgresProcess(cores=self.cores.load))
                url = self.postgres.url
            self.server = stack.enter_context(
                ServerProcess(
                    Path(folder) / "data",
                    database=url,
                    settings=self.settings,
                    cores=self.cores.server,
                )
            )
            self.http = stack.enter_context(HttpSide(self.server.http_port))
            stack.callback(self.clear)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def room(
        self,
        owner: Guest,
        name: str = "Load",
        *,
        kind: str = "board",
        settings: Mapping[str, Any] | None = None,
    ) -> str:
        """A new room; its id."""
        body = {"kind": kind, "name": name, "settings": dict(settings or {})}
        return str(self.http.call("POST", "/rooms", body, token=owner.token)["id"])

    def invitation(self, room: str, owner: Guest, role: str = "editor") -> str:
        """The secret of a new link to the room."""
        path = f"/rooms/{room}/invitations"
        return str(self.http.call("POST", path, {"role": role}, token=owner.token)["secret"])

    def member(
        self,
        guest: Guest,
        *,
        codec: Codec = JSON,
        receive_buffer: int = 0,
        keep: bool = False,
        port: int = 0,
    ) -> Member:
        """Somebody who is not connected yet, under a new client id. `port`: of another node than
        the stage's own."""
        member = Member(
            self.swarm,
            port or self.server.ws_port,
            client=f"load-{self.draw.getrandbits(48):012x}-{len(self._made):06d}",
            token=guest.token,
            codec=codec,
            receive_buffer=receive_buffer,
            keep_entries=keep,
        )
        self._made.append(member)
        return member

    def adopt(self, member: Member) -> None:
        """A member that somebody else made goes with the others."""
        self._made.append(member)

    def people(self, count: int) -> tuple[Guest, list[Guest]]:
        """An owner and `count` others."""
        return self.http.guest("Owner"), self.http.guests(count)

    def clear(self) -> None:
        """Everybody goes, and the swarm begins anew."""
        self.swarm.close()
        for member in self._made:
            member.leave()
        self._made.clear()
        self.swarm = Swarm()

    def crowd(
        self, room: str, invite: str, guests: Sequence[Guest], role: str = ""
    ) -> list[Member]:
        """Members who follow the room by this link, all live."""
        members: list[Member] = []
        for guest in guests:
            member = self.member(guest)
            member.join(room, invite=invite)
            members.append(member)
        self.enter(members)
        return members

    def enter(self, members: Sequence[Member], *, limit_s: float = 60.0) -> None:
        """Connects them, wave by wave, until each is live in all its rooms. Raises NotLive."""
        for first in range(0, len(members), WAVE):
            wave = members[first : first + WAVE]
            for member in wave:
                member.connect()
            self.wait_live(wave, limit_s=limit_s)

    def wait_live(self, members: Sequence[Member], *, limit_s: float = 60.0) -> None:
        """Returns when every one is live in all its rooms. Raises NotLive."""
        waiting = list(members)

        def all_live() -> bool:
            while waiting and waiting[-1].live:
                waiting.pop()
            return not waiting

        if not self.swarm.run(all_live, limit_s=limit_s):
            late = [member for member in members if not member.live]
            met = late[-1].faults + late[-1].errors if late else []
            code = late[-1].connection.close_code if late else None
            raise NotLive(
                f"{len(late)} of {len(members)} are not live; the last met {met}, code {code}"
            )
