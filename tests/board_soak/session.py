"""Ten coaches on one board of a real server, for so long, and what is then found.

Eight follow it by the Python session, two of them on one account; two by the shipped JavaScript
client. Everything that happens to them is drawn from the seed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from loadtest.http_side import Guest, HttpSide, RequestFailed
from loadtest.member import Member
from loadtest.processes import RAISED, ServerProcess
from loadtest.swarm import Swarm
from server.config import Settings
from server.databases import open_log
from tests.board_soak.coach import Coach, Tally
from tests.board_soak.moves import Moves
from tests.board_soak.scripts import Cables, NodeProcess, ScriptCoach
from tests.board_soak.verdict import Fork, Verdict, verdict
from tests.crash.judgement import FoundRoom, find

PYTHON_COACHES = 8
SCRIPT_COACHES = 2
OWNER, ANNOTATOR, SECOND_DEVICE = 0, 7, 6
"""Places among the Python coaches; the second device is that of the account before it."""
LIVE_S_MAX = 60.0
CALM_S_MAX = 90.0
SHOW_S = 1.0
SETTINGS = RAISED | {
    **{"drain_s": "0.2", "snapshot_s": "5"},
    "limits": f"{RAISED['limits']},invite=1000000/60,room_invite=1000000/60,"
    "room_restore=1000000/60",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long, and how often things happen (seconds between two, on average)."""

    seconds: float
    seed: int
    idea_s: float = 0.16
    """Of each coach."""
    loss_s: float = 1.2
    """A connection lost, of all coaches together."""
    kick_s: float = 10.0
    fork_s: float = 20.0


class Soak:
    """The stage and the ten."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.tally = Tally()
        self.draw = random.Random(f"soak {plan.seed}")
        self.swarm = Swarm()
        self.server = ServerProcess(folder, settings=SETTINGS)
        self.coaches: list[Coach] = []
        self.scripts: list[ScriptCoach] = []
        self.forks: list[Fork] = []
        self.room = ""
        self.http: HttpSide
        self._guests: list[Guest] = []
        self._invitations: dict[str, str] = {}
        self._playing = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.server)
            self.http = stack.enter_context(HttpSide(self.server.http_port))
            stack.callback(self.swarm.close)
            cables = stack.enter_context(Cables())
            process = stack.enter_context(NodeProcess())
            stack.callback(self._let_go)
            self._open(cables, process)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    # ------------------------------------------------------------------ who plays

    def _open(self, cables: Cables, process: NodeProcess) -> None:
        names = [f"Coach {n}" for n in range(PYTHON_COACHES + SCRIPT_COACHES)]
        self._guests = [self.http.guest(name) for name in names]
        self._guests[SECOND_DEVICE] = self._guests[SECOND_DEVICE - 1]
        owner = self._guests[OWNER]
        body = {"kind": "board", "name": "Soak", "settings": {"conflicts": "ask"}}
        self.room = str(self.http.call("POST", "/rooms", body, token=owner.token)["id"])
        for number, guest in enumerate(self._guests):
            moves = self._moves(number, guest)
            if number < PYTHON_COACHES:
                self._python_coach(number, guest, moves)
            else:
                codec = "msgpack" if number % 2 else "json"
                script = ScriptCoach(
                    f"script-{number}",
                    guest.token,
                    codec,
                    process=process,
                    cables=cables,
                    port=self.server.ws_port,
                    swarm=self.swarm,
                    room=self.room,
                    moves=moves,
                    pace=self.plan.idea_s,
                    tally=self.tally,
                )
                script.join(self._invite(number))
                self.scripts.append(script)
        self._wait(self._all_live, LIVE_S_MAX)

    def _moves(self, number: int, guest: Guest) -> Moves:
        dice = random.Random(f"{self.plan.seed} moves of {number}")
        return Moves(dice, guest.account, owner=number == OWNER)

    def _python_coach(self, number: int, guest: Guest, moves: Moves) -> None:
        client = f"soak-{self.draw.getrandbits(64):016x}"
        member = Member(self.swarm, self.server.ws_port, client=client, token=guest.token)
        invite = None if number == OWNER else self._invite(number)
        coach = Coach(
            member,
            self.room,
            f"{self.plan.seed} coach {number}",
            moves=moves,
            pace=self.plan.idea_s,
            tally=self.tally,
        )
        member.join(self.room, invite=invite)
        member.connect()
        self.coaches.append(coach)

    def _invite(self, number: int) -> str:
        """A new link for somebody; the one before is revoked."""
        token = self._guests[OWNER].token
        path = f"/rooms/{self.room}/invitations"
        account = self._guests[number].account
        earlier = self._invitations.pop(account, None)
        if earlier is not None:
            self.http.call("DELETE", f"{path}/{earlier}", token=token)
        role = "annotator" if number == ANNOTATOR else "editor"
        made = self.http.call("POST", path, {"role": role}, token=token)
        self._invitations[account] = str(made["id"])
        return str(made["secret"])

    def _let_go(self) -> None:
        for coach in self.coaches:
            coach.leaving = True
            coach.member.leave()

    # ------------------------------------------------------------------ what happens to them

    def play(self, said: Callable[[str], None]) -> None:
        """For as long as planned."""
        self._playing = True
        everybody = [*self.coaches, *self.scripts]
        for coach in everybody:
            coach.begin()
        for every, what in (
            (self.plan.loss_s, self._loss),
            (self.plan.kick_s, self._kick),
            (self.plan.fork_s, self._fork),
        ):
            self._again(every, what)
        left = self.plan.seconds
        while left > 0:
            self.swarm.run(lambda: False, limit_s=min(SHOW_S, left))
            left -= SHOW_S
            said(
                f"{max(left, 0):.0f} s to go: version {self.coaches[OWNER].version:,}, "
                f"{self.tally.commands:,} commands ended, {len(self.forks)} forks"
            )
        self._playing = False
        for coach in everybody:
            coach.playing = False

    def _again(self, every: float, what: Callable[[], None]) -> None:
        def turn() -> None:
            if self._playing:
                what()
                self._again(every, what)

        self.swarm.after(self.draw.expovariate(1 / every), turn)

    def _loss(self) -> None:
        coach = self.draw.choice([*self.coaches, *self.scripts])
        coach.lose(spell=self.draw.random() < 0.3)

    def _kick(self) -> None:
        """The owner removes somebody, who comes back by a new link."""
        owner = self.coaches[OWNER]
        number = self.draw.randrange(1, len(self._guests))
        account = self._guests[number].account
        same = [n for n, guest in enumerate(self._guests) if guest.account == account]
        if any(self._of(n).out for n in same):
            return
        command = {"type": "member.remove", "member": account}
        path = f"/rooms/{self.room}/commands"
        try:
            self.http.call("POST", path, {"command": command}, token=self._token(owner))
        except RequestFailed as failed:
            if failed.status != 404:
                raise
            return  # removed before, and on the way back
        self.tally.happened["kicks"] += 1
        for n in same:
            self._of(n).out = True
        self.swarm.after(self.draw.uniform(0.2, 2.0), lambda: self._ask_back(same))

    def _ask_back(self, numbers: list[int]) -> None:
        invite = self._invite(numbers[0])
        self.tally.happened["asked back"] += 1
        for number in numbers:
            coach = self._of(number)
            if isinstance(coach, ScriptCoach):
                coach.join(invite)
            else:
                coach.return_by(invite)

    def _of(self, number: int) -> Coach | ScriptCoach:
        scripts = number - PYTHON_COACHES
        return self.coaches[number] if scripts < 0 else self.scripts[scripts]

    def _token(self, coach: Coach) -> str:
        return coach.member.token

    def _fork(self) -> None:
        """Somebody takes a board away, as it is or was."""
        guest = self._guests[OWNER]
        body: dict[str, Any] = {"name": f"Fork {len(self.forks)}"}
        if self.draw.random() < 0.7:
            body["version"] = self.draw.randint(1, self.coaches[OWNER].version)
        made = self.http.call("POST", f"/rooms/{self.room}/fork", body, token=guest.token)
        shown = self.http.call("GET", f"/rooms/{made['id']}", token=guest.token)
        view = shown["state"]["kind"]
        self.tally.happened["forks"] += 1
        self.forks.append(Fork(made["id"], body.get("version"), view))

    # ------------------------------------------------------------------ the end

    def judge(self) -> Verdict:
        """Everybody comes to rest; the server ends; its log is read, and all is compared."""
        self.swarm.run(lambda: False, limit_s=2.5)  # those on their way back come back
        for coach in self.coaches:
            coach.come_back()
        for script in self.scripts:
            script.come_back()
        calm = self._wait(self._calm, CALM_S_MAX, fail=False)
        if not calm:
            self.tally.faults.append(f"no calm within {CALM_S_MAX:g} s: {self._restless()}")
        shown = [(script.look(), script.told()) for script in self.scripts]
        path = f"/rooms/{self.room}"
        served = self.http.call("GET", path, token=self._guests[OWNER].token)["state"]
        self._let_go()
        self.server.terminate()
        found, faults = asyncio.run(self._read())
        self.tally.faults += faults
        return verdict(self.room, found, self.coaches, shown, served, self.forks, self.tally)

    async def _read(self) -> tuple[FoundRoom, list[str]]:
        log = await open_log(Settings(data_dir=str(self.server.data_dir)), migrate=False)
        try:
            return await find(log, self.room)
        finally:
            await log.close()

    def _wait(self, holds: Callable[[], bool], limit_s: float, *, fail: bool = True) -> bool:
        """Serves everybody until it holds; looks a few times a second, for a look at a script
        costs."""
        due = [True]

        def look() -> bool:
            if not due[0]:
                return False
            due[0] = False
            self.swarm.after(0.2, lambda: due.__setitem__(0, True))
            return holds()

        held = self.swarm.run(look, limit_s=limit_s)
        if fail and not held:
            raise AssertionError(f"{self._restless()}; {self.server.said()[-2000:]}")
        return held

    def _all_live(self) -> bool:
        return all(coach.member.live for coach in self.coaches) and all(
            script.look()["phase"] == "live" for script in self.scripts
        )

    def _calm(self) -> bool:
        positions = {str(coach.member.session.position(self.room)) for coach in self.coaches}
        if len(positions) != 1 or any(coach.unanswered for coach in self.coaches):
            return False
        version = self.coaches[OWNER].version
        seen = [script.look() for script in self.scripts]
        return self._all_live() and all(
            one["version"] == version and one["pending"] == 0 == one["waiting"] for one in seen
        )

    def _restless(self) -> str:
        away = [c.member.session.client for c in self.coaches if not c.member.live]
        met = [c.member.faults + c.member.errors for c in self.coaches if not c.member.live]
        open_ = sum(coach.unanswered for coach in self.coaches)
        seen = [
            {k: s[k] for k in ("phase", "status", "version", "pending", "waiting")}
            for s in (script.look() for script in self.scripts)
        ]
        return f"not live {away} {met}, {open_} unanswered, scripts {seen}"
