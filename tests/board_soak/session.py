"""Ten coaches on one board of a real server, for so long, and what is then found.

Six follow it by the Python session, two of them on one account; two by the shipped JavaScript
client; two sit at pages of a real browser. Everything that happens to them is drawn from the seed.
Every so often all come to rest, and what everybody has and shows must be one.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from loadtest.http_side import Guest, HttpSide, RequestFailed
from loadtest.member import Member
from loadtest.processes import RAISED, ServerProcess
from loadtest.swarm import Swarm
from protocol.entries import split_record
from server.config import Settings
from server.databases import open_log
from tests.board_soak.coach import Coach, Tally
from tests.board_soak.moves import Moves
from tests.board_soak.pages import PageCoach
from tests.board_soak.picture import differences
from tests.board_soak.scripts import Cables, NodeProcess, ScriptCoach
from tests.board_soak.verdict import Fork, Verdict, Watched, verdict
from tests.board_soak.windows import Windows
from tests.crash.judgement import FoundRoom, find
from tests.support import browser

PYTHON_COACHES = 6
SCRIPT_COACHES = 2
PAGE_COACHES = 2
OWNER, ANNOTATOR, SECOND_DEVICE = 0, 5, 4
"""Places among the Python coaches; the second device is that of the account before it."""
LIVE_S_MAX = 60.0
CALM_S_MAX = 90.0
PICTURE_S_MAX = 10.0
"""How long a page that is told everything may take to have drawn it."""
SLICE_S = 0.5
SHOW_S = 1.0
FAULTS_SHOWN = 3
SETTINGS = RAISED | {
    **{"drain_s": "0.2", "snapshot_s": "5"},
    "limits": f"{RAISED['limits']},room_invite=1000000/60,room_restore=1000000/60",
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
    checkpoint_s: float = 60.0
    """Between two comparisons of everybody, to the second."""
    page_idea_s: float = 0.3
    """Of each page's coach: a hand is slower than a program."""


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
        self.pages: list[PageCoach] = []
        self.checkpoints = 0
        self.forks: list[Fork] = []
        self.room = ""
        self.http: HttpSide
        self._guests: list[Guest] = []
        self._invitations: dict[str, str] = {}
        self._round = 0
        """Which stretch between two rests; what was to happen in an earlier one does not."""
        self._returning = 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.server)
            self.http = stack.enter_context(HttpSide(self.server.http_port))
            stack.callback(self.swarm.close)
            cables = stack.enter_context(Cables())
            process = stack.enter_context(NodeProcess())
            windows = stack.enter_context(Windows(self.server.url))
            stack.callback(self._let_go)
            self._open(cables, process, windows)
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

    def _open(self, cables: Cables, process: NodeProcess, windows: Windows) -> None:
        everybody = PYTHON_COACHES + SCRIPT_COACHES + PAGE_COACHES
        profiles = [windows.stage.api.guest(f"Coach {number}") for number in range(everybody)]
        self._guests = [Guest(one.account, one.token) for one in profiles]
        self._guests[SECOND_DEVICE] = self._guests[SECOND_DEVICE - 1]
        owner = self._guests[OWNER]
        body = {"kind": "board", "name": "Soak", "settings": {"conflicts": "ask"}}
        self.room = str(self.http.call("POST", "/rooms", body, token=owner.token)["id"])
        # Pages first: nobody who is at the door already is to wait while windows open.
        first_page = PYTHON_COACHES + SCRIPT_COACHES
        for number in range(first_page, everybody):
            moves = self._moves(number, self._guests[number])
            self._page_coach(number, profiles[number], moves, windows)
        for number, guest in enumerate(self._guests[:first_page]):
            if number < PYTHON_COACHES:
                self._python_coach(number, guest, self._moves(number, guest))
            else:
                self._script_coach(number, guest, self._moves(number, guest), cables, process)
        self._wait(self._all_live, LIVE_S_MAX)

    def _script_coach(
        self, number: int, guest: Guest, moves: Moves, cables: Cables, process: NodeProcess
    ) -> None:
        script = ScriptCoach(
            f"script-{number}",
            guest.token,
            "msgpack" if number % 2 else "json",
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

    def _page_coach(
        self, number: int, guest: browser.Guest, moves: Moves, windows: Windows
    ) -> None:
        page = PageCoach(
            f"page-{number}",
            guest,
            windows=windows,
            swarm=self.swarm,
            room=self.room,
            moves=moves,
            pace=self.plan.page_idea_s,
        )
        page.join(self._invite(number))
        self.pages.append(page)

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
        for page in self.pages:
            page.leave()

    # ------------------------------------------------------------------ what happens to them

    def play(self, said: Callable[[str], None]) -> None:
        """For as long as planned, with a rest after every stretch but the last."""
        left = self.plan.seconds
        while left > 0:
            stretch = min(left, self.plan.checkpoint_s)
            left -= stretch
            self._stretch(stretch, left, said)
            if left > 0:
                self._rest()

    def _stretch(self, seconds: float, after: float, said: Callable[[str], None]) -> None:
        for coach in self.everybody:
            coach.begin()
        for every, what in (
            (self.plan.loss_s, self._loss),
            (self.plan.kick_s, self._kick),
            (self.plan.fork_s, self._fork),
        ):
            self._again(every, what, self._round)
        while seconds > 0:
            self.swarm.run(lambda: False, limit_s=min(SHOW_S, seconds))
            seconds -= SHOW_S
            said(
                f"{max(seconds, 0) + after:.0f} s to go: version {self.coaches[OWNER].version:,}, "
                f"{self.tally.commands:,} commands ended, {len(self.forks)} forks, "
                f"{self.checkpoints} checkpoints, {len(self.tally.faults)} faults"
            )
        self._round += 1
        for coach in self.everybody:
            coach.playing = False

    @property
    def everybody(self) -> list[Coach | ScriptCoach | PageCoach]:
        """By number."""
        return [*self.coaches, *self.scripts, *self.pages]

    def _again(self, every: float, what: Callable[[], None], stretch: int) -> None:
        def turn() -> None:
            if self._round == stretch:
                what()
                self._again(every, what, stretch)

        self.swarm.after(self.draw.expovariate(1 / every), turn)

    def _loss(self) -> None:
        coach = self.draw.choice(self.everybody)
        coach.lose(spell=self.draw.random() < 0.3)

    def _kick(self) -> None:
        """The owner removes somebody, who comes back by a new link."""
        owner = self.coaches[OWNER]
        number = self.draw.randrange(1, len(self._guests))
        account = self._guests[number].account
        same = [n for n, guest in enumerate(self._guests) if guest.account == account]
        if any(self.everybody[n].out for n in same):
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
            coach = self.everybody[n]
            coach.out = True
            if isinstance(coach, Coach):
                coach.link = ""
        self._returning += 1
        self.swarm.after(self.draw.uniform(0.2, 2.0), lambda: self._ask_back(same))

    def _ask_back(self, numbers: list[int]) -> None:
        invite = self._invite(numbers[0])
        self.tally.happened["asked back"] += 1
        self._returning -= 1
        for number in numbers:
            coach = self.everybody[number]
            if isinstance(coach, Coach):
                coach.return_by(invite)
            else:
                coach.join(invite)

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

    def _rest(self) -> dict[str, Any]:
        """Everybody comes to rest, and is compared with what the server shows, which is
        returned."""
        self._wait(lambda: self._returning == 0, CALM_S_MAX)
        for coach in self.everybody:
            coach.come_back()
        calm = self._wait(self._calm, CALM_S_MAX, fail=False)
        for page in self.pages:
            page.rest()
        self._stop_playing()
        calm = calm and self._wait(self._calm, CALM_S_MAX, fail=False)
        if not calm:
            self.tally.faults.append(f"no calm within {CALM_S_MAX:g} s: {self._restless()}")
        path = f"/rooms/{self.room}"
        served = self.http.call("GET", path, token=self._guests[OWNER].token)["state"]
        self._compare(served["kind"])
        self.checkpoints += 1
        return served

    def _stop_playing(self) -> None:
        """The set-up is what every page shows, unless the phases play for all."""
        if self.coaches[OWNER].view["playback"] is not None:
            body = {"command": {"type": "playback.stop"}}
            path = f"/rooms/{self.room}/commands"
            self.http.call("POST", path, body, token=self._guests[OWNER].token)

    def _compare(self, board: dict[str, Any]) -> None:
        """Every replica, and what pages have drawn, with what the server shows."""
        at = f"checkpoint {self.checkpoints}, version {self.coaches[OWNER].version}"
        faults = self.tally.faults
        for number, coach in enumerate(self.coaches):
            if coach.view != board:
                faults.append(f"{at}: coach {number} has another board")
        for watched in (*self.scripts, *self.pages):
            if watched.look()["view"] != board:
                faults.append(f"{at}: {watched.name} has another board")
        for page in self.pages:
            found: list[str] = []

            def drawn(page: PageCoach = page, found: list[str] = found) -> bool:
                found[:] = differences(board, page.look()["picture"])
                return not found

            self._wait(drawn, PICTURE_S_MAX, fail=False)
            faults += [f"{at}: {page.name}: {what}" for what in found[:FAULTS_SHOWN]]
            faults += [f"{at}: {page.name}: {problem}" for problem in page.problems]
            page.problems.clear()

    # ------------------------------------------------------------------ the end

    def judge(self) -> Verdict:
        """Everybody comes to rest; the server ends; its log is read, and all is compared."""
        served = self._rest()
        watched = [Watched(one.name, one.look(), one.told()) for one in self.scripts]
        watched += [Watched(one.name, one.look(), {}) for one in self.pages]
        for page in self.pages:
            self.tally.happened += page.happened
            self.tally.queued += page.queued
        self.tally.happened["checkpoints"] = self.checkpoints
        self._let_go()
        self.server.terminate()
        found, faults = asyncio.run(self._read())
        self.tally.faults += faults
        by = [page.guest.account for page in self.pages]
        made = sum(msgspec.json.decode(split_record(one)[0])["by"] in by for one in found.records)
        self.tally.happened["entries by pages"] = made
        return verdict(self.room, found, self.coaches, watched, served, self.forks, self.tally)

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

        # The limit is of time in which somebody is served: a machine that stands still uses none.
        held = any(
            self.swarm.run(look, limit_s=SLICE_S) for _ in range(math.ceil(limit_s / SLICE_S))
        )
        if fail and not held:
            raise AssertionError(f"{self._restless()}; {self.server.said()[-2000:]}")
        return held

    def _all_live(self) -> bool:
        return all(coach.member.live for coach in self.coaches) and all(
            one.look()["phase"] == "live" for one in (*self.scripts, *self.pages)
        )

    def _calm(self) -> bool:
        positions = {str(coach.member.session.position(self.room)) for coach in self.coaches}
        if len(positions) != 1 or any(coach.unanswered for coach in self.coaches):
            return False
        version = self.coaches[OWNER].version
        seen = [one.look() for one in (*self.scripts, *self.pages)]
        return self._all_live() and all(
            one["version"] == version and one["pending"] == 0 == one["waiting"] for one in seen
        )

    def _restless(self) -> str:
        away = [c.member.session.client for c in self.coaches if not c.member.live]
        met = [c.member.faults + c.member.errors for c in self.coaches if not c.member.live]
        open_ = sum(coach.unanswered for coach in self.coaches)
        seen = [
            {k: s[k] for k in ("phase", "status", "version", "pending", "waiting")}
            for s in (one.look() for one in (*self.scripts, *self.pages))
        ]
        problems = [page.problems for page in self.pages]
        return f"not live {away} {met}, {open_} unanswered, watched {seen}, pages {problems}"
