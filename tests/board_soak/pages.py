"""Coaches at real browser pages: each with hands (mouse, keys, buttons) and with the page's own
board object, a network that goes, and a page that is reloaded while changes wait.

What a page shows is taken twice: from its replica, and from the SVG that it draws; picture.py
compares the two with what is to be seen.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from playwright.async_api import Error

from loadtest.swarm import Swarm
from tests.board_soak.coach import DROP_S, SPELL_S
from tests.board_soak.moves import Moves
from tests.board_soak.windows import Windows
from tests.support.browser import Guest, Person

WAITING_MAX = 30
UNDECIDED_MAX = 10
"""Refused changes of a page's; beyond that the coach decides about them first."""

CATCH = """(() => {
    // The page keeps its room to itself; its client puts it into a Map.
    const { set } = Map.prototype;
    Map.prototype.set = function (key, value) {
        if (value?.constructor?.name === "Room") globalThis.soakRoom = value;
        return set.call(this, key, value);
    };
})()"""

LOOK = """() => {
    const room = globalThis.soakRoom;
    if (!room || !document.querySelector("board-stage")) return null;
    const { steps, origins, guesses, ...view } = room.state ?? {};
    const words = (thing, of) => thing.querySelector(`:scope > ${of}`)?.textContent ?? null;
    const things = [...document.querySelectorAll("board-stage .scene .thing[data-id][tabindex]")];
    return {
        status: room.desk.status,
        phase: room.phase,
        version: room.version,
        pending: room.pending.length,
        waiting: room.desk.waiting,
        unsaved: room.unsaved.map(({ id, code }) => ({ id, code })),
        view: room.ready ? view : null,
        picture: things.map((thing) => ({
            id: thing.dataset.id,
            sort: thing.dataset.sort,
            transform: thing.getAttribute("transform"),
            number: words(thing, ".number"),
            name: words(thing, ".caption"),
        })),
    };
}"""

SUBMIT = """(command) => {
    const room = globalThis.soakRoom;
    if (!room || ["closed", "removed", "not-found", "gone"].includes(room.phase)) return false;
    room.submit(command);
    return true;
}"""

DECIDE = """({ id, again }) => {
    const room = globalThis.soakRoom;
    if (!room) return;
    if (again) room.retry(id);
    else room.discard(id);
}"""

PLACE = """([selector, dice]) => {
    const found = [...document.querySelectorAll(selector)];
    const box = found[Math.floor(dice * found.length)]?.getBoundingClientRect();
    return box && box.width > 0 ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}"""

PRESS = """([selector, dice]) => {
    const found = [...document.querySelectorAll(selector)].filter((one) => !one.disabled);
    found[Math.floor(dice * found.length)]?.click();
    return found.length > 0;
}"""

BLANK: dict[str, Any] = {
    **{"status": None, "phase": None, "version": 0, "pending": 0, "waiting": 0},
    **{"unsaved": [], "view": None, "picture": []},
}
"""What is seen where there is no board on the page."""


class PageCoach:
    """One of the ten, at a browser of their own."""

    def __init__(
        self,
        name: str,
        guest: Guest,
        *,
        windows: Windows,
        swarm: Swarm,
        room: str,
        moves: Moves,
        pace: float,
    ) -> None:
        self.name, self.guest, self.room, self.moves, self.pace = name, guest, room, moves, pace
        self.draw = random.Random(name + room)
        self.playing = False
        self.away = False
        self.out = False
        self._entering = True
        self.happened: Counter[str] = Counter()
        """What was done by hand, and to the page."""
        self.queued = 0
        self._windows, self._swarm = windows, swarm
        self._seen = BLANK
        self._one = asyncio.Lock()
        """A page does one thing at a time."""
        self._life: asyncio.Task[None] | None = None
        self._person: Person = windows.ask(self._sit_down())
        self._acts: list[Callable[[], Awaitable[object]]] = []
        for act, often in (
            (self._command, 10),
            (self._drag, 8),
            (self._undo, 6),
            (self._draw, 3),
            (self._delete, 2),
            (self._phase, 3),
            (self._choose, 3),
            (self._escape, 1),
            (self._reload, 1),
        ):
            self._acts += [act] * often

    # ------------------------------------------------------------------ what is asked from outside

    def join(self, invite: str) -> None:
        """Comes in by a link, for the first time or again."""
        self.out = False
        self._entering = True
        self._do(self._join(invite))

    def begin(self) -> None:
        """Has ideas from now on."""
        self.playing = True
        self._do(self._begin())

    def lose(self, spell: bool) -> None:
        """The network is gone, for a moment or for a spell; ideas go on."""
        if not self.away:
            self.away = True
            self.happened["offline spells" if spell else "drops"] += 1
            self._do(self._person.context.set_offline(True))
            self._swarm.after(self.draw.uniform(*(SPELL_S if spell else DROP_S)), self.come_back)

    def come_back(self) -> None:
        """The network is there again."""
        if self.away:
            self.away = False
            self._do(self._person.context.set_offline(False))

    def look(self) -> dict[str, Any]:
        """What the page holds and draws; nothing while it loads, which is not waited for."""
        return dict(BLANK) if self._entering else self._windows.ask(self._look())

    def rest(self) -> None:
        """Looks at the set-up again, with empty hands, and has decided about what was refused."""
        self._windows.ask(self._rest())

    def leave(self) -> None:
        """Has no more ideas, whatever it was at."""
        self.playing = False
        self._windows.ask(self._end())

    @property
    def problems(self) -> list[str]:
        """What went wrong on the page, all the time."""
        return self._person.problems

    # ------------------------------------------------------------------ in the browser's loop

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        """Begins it and does not wait; what goes wrong is a problem of the page."""

        def ended(future: Future[object]) -> None:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                self.problems.append(f"{error!r}")

        self._windows.start(work).add_done_callback(ended)

    async def _sit_down(self) -> Person:
        person = await self._windows.stage.person(self.name, self.guest, service_workers="allow")
        await person.context.add_init_script(CATCH)
        return person

    async def _join(self, invite: str) -> None:
        page = self._person.page
        async with self._one:
            await page.goto("about:blank")
            await page.goto(f"{self._person.url}/board.html#room={self.room}&invite={invite}")
            if not self.away:
                await page.evaluate("async () => { await navigator.serviceWorker.ready }")
        self._entering = False

    async def _begin(self) -> None:
        if self._life is None or self._life.done():
            self._life = asyncio.create_task(self._live())

    async def _live(self) -> None:
        while self.playing:
            await asyncio.sleep(self.draw.expovariate(1 / self.pace))
            async with self._one:
                if self.playing and not self.out:
                    try:
                        await self._act()
                    except Error as error:
                        self.problems.append(f"could not act: {error}")

    async def _end(self) -> None:
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life

    async def _look(self) -> dict[str, Any]:
        async with self._one:
            return await self._person.page.evaluate(LOOK) or dict(BLANK)

    async def _rest(self) -> None:
        async with self._one:
            seen = await self._person.page.evaluate(LOOK) or BLANK
            for one in seen["unsaved"]:
                await self._person.page.evaluate(DECIDE, {"id": one["id"], "again": False})
            await self._click('.chip[data-phase="set-up"]')
            await self._escape()

    # ------------------------------------------------------------------ ideas

    async def _act(self) -> None:
        seen = await self._person.page.evaluate(LOOK)
        if seen is None or seen["view"] is None or seen["pending"] >= WAITING_MAX:
            return
        if len(seen["unsaved"]) > UNDECIDED_MAX:
            return await self._decide(seen["unsaved"])
        self._seen = seen
        await self.draw.choice(self._acts)()
        self.queued += self.away

    async def _click(self, selector: str) -> bool:
        return await self._person.page.evaluate(PRESS, [selector, self.draw.random()])

    async def _place(self, selector: str) -> tuple[float, float] | None:
        found = await self._person.page.evaluate(PLACE, [selector, self.draw.random()])
        return None if found is None else (found[0], found[1])

    async def _pull(self, start: tuple[float, float]) -> None:
        mouse = self._person.page.mouse
        await mouse.move(*start)
        await mouse.down()
        dx, dy = self.draw.randint(-150, 150), self.draw.randint(-100, 100)
        await mouse.move(start[0] + dx, start[1] + dy, steps=3)
        await mouse.up()

    async def _command(self) -> None:
        """Anything that a board knows, through the page's own board object."""
        command = self.moves.next(self._seen["view"], self._seen["version"])
        if await self._person.page.evaluate(SUBMIT, command):
            self.happened["commands on pages"] += 1

    async def _drag(self) -> None:
        start = await self._place(".scene .token[data-id] .shirt")
        if start is not None:
            await self._pull(start)
            self.happened["drags by hand"] += 1

    async def _draw(self) -> None:
        """A mark, from anywhere to somewhere."""
        await self._person.press(self.draw.choice("laz"))
        await self._pull((self.draw.randint(300, 900), self.draw.randint(200, 550)))
        await self._person.press("v")
        self.happened["marks by hand"] += 1

    async def _undo(self) -> None:
        back = self.draw.random() < 0.7
        await self._person.press("Control+z" if back else "Control+Shift+z")
        self.happened["undos by hand" if back else "redos by hand"] += 1

    async def _delete(self) -> None:
        start = await self._place(".scene .thing[data-id][tabindex] :is(.shirt, .stroke, .area)")
        if start is not None:
            await self._person.page.mouse.click(*start)
            await self._person.press("Delete")
            self.happened["deletions by hand"] += 1

    async def _phase(self) -> None:
        """To another phase, or a new one while there are few."""
        few = sum(one["sort"] == "phase" for one in self._seen["view"]["objects"].values()) < 4
        new = few and self.draw.random() < 0.3
        if await self._click('[data-act="add-phase"]' if new else ".chip[data-phase]"):
            self.happened["phases by hand"] += 1

    async def _choose(self) -> None:
        """Answers a question that the page asks, or decides about something refused."""
        if await self._click("[data-choice]"):
            self.happened["conflicts decided by hand"] += 1
        elif self._seen["unsaved"]:
            await self._decide(self._seen["unsaved"])

    async def _decide(self, unsaved: list[dict[str, str]]) -> None:
        one = self.draw.choice(unsaved)
        again = one["code"] != "conflict" and self.draw.random() < 0.3
        await self._person.page.evaluate(DECIDE, {"id": one["id"], "again": again})

    async def _escape(self) -> None:
        await self._person.press("Escape", "Escape")

    async def _reload(self) -> None:
        """Also without a network: the page comes from the service worker, the board and what waits
        from the browser's storage."""
        with suppress(Error):  # its own reload after a link crosses ours
            await self._person.page.reload()
        self.happened["reloads offline" if self.away else "reloads"] += 1
        self.happened["reloads with changes waiting"] += self._seen["pending"] > 0
