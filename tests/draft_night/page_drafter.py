"""A manager at a browser: the draft page, a hand that searches and presses, and a watch over what
the page's clock shows.

What the page has of the draft is read from its own replica, what it draws from its elements.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Error

from tests.draft_night.drafter import THINK_S, next_best, seen
from tests.draft_night.stale import Showing, Stretch
from tests.support.browser import Person
from tests.support.draft_audit import Plain

HAND_MS = 4_000
"""What one movement of the hand may take before the page is looked at again."""
LOOK_S = 0.1

WATCH = """(() => {
    const FRAME_MS = 200;
    const night = { shown: [], pills: [], stood: 0, stand: null, frame: 0, room: null };
    globalThis.night = night;
    let model = null;
    const note = () => {
        const { turn, phase } = model;
        const now = [turn?.version ?? 0, turn?.deadline ?? 0, phase];
        const last = night.shown.at(-1)?.slice(1) ?? [];
        const other = now.some((value, place) => value !== last[place]);
        if (other) night.shown.push([Date.now(), ...now]);
    };
    const { define } = CustomElementRegistry.prototype;
    CustomElementRegistry.prototype.define = function (name, type, options) {
        if (name === "draft-clock") {
            const { set } = Object.getOwnPropertyDescriptor(type.prototype, "model");
            Object.defineProperty(type.prototype, "model", {
                configurable: true,
                set(value) {
                    set.call(this, value);
                    model = value;
                    if (value) note();
                },
            });
        }
        return define.call(this, name, type, options);
    };
    // The page keeps its room to itself; its client puts it into a Map.
    const { set } = Map.prototype;
    Map.prototype.set = function (key, value) {
        if (value?.constructor?.name === "Room") night.room = value;
        return set.call(this, key, value);
    };
    let [words, stands, before, began] = ["", 0, Date.now(), null];
    // All clocks here are this machine's: what is not 0 is wrong in what the page believes.
    const ahead = () => Math.round(model.now() - Date.now());
    const look = () => {
        const [now, pill] = [Date.now(), document.querySelector('[data-testid="pill"]')];
        const said = pill?.textContent.trim() ?? "";
        if (said !== night.pills.at(-1)?.[1]) night.pills.push([now, said]);
        const text = document.querySelector("draft-clock")?.textContent ?? "";
        const left = (model?.turn?.deadline ?? 0) - now;
        const runs = text !== "" && model?.phase === "live" && left > 1_500;
        // A browser that draws no frame at all is slow; a clock that stands in its frames is wrong.
        stands = text === words && runs ? stands + Math.min(now - before, FRAME_MS) : 0;
        if (stands === 0) began = model && { at: now, text, left, ahead: ahead() };
        if (stands > night.stood) night.stand = { ...began, endsAhead: ahead(), pill: said };
        night.stood = Math.max(night.stood, stands);
        night.frame = Math.max(night.frame, now - before);
        [words, before] = [text, now];
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""

LOOK = """() => {
    const { room } = globalThis.night;
    if (!room?.ready) return null;
    const { mine, ...view } = room.state;
    return view;
}"""

DRAWN = """() => Object.fromEntries(
    [...document.querySelectorAll("[data-cell]")].map((cell) => [
        cell.dataset.cell, cell.querySelector(".name")?.textContent ?? "",
    ]),
)"""


@dataclass
class Watched:
    """What the page has noted."""

    shown: list[Showing]
    away: list[Stretch]
    """When its pill said that it was not live."""
    stood_s: float
    """The longest time in which the words of a running clock did not change from frame to
    frame."""
    stand: Plain
    """Of that: what it showed, and by how much (ms) the page's time was ahead at its ends."""
    frame_s: float
    """The longest time without a frame: of the browser's, on a busy machine."""


@dataclass
class PageDrafter:
    """`seat` is its team."""

    person: Person
    seat: int
    draw: random.Random
    playing: bool = False
    picks: int = 0
    """That it made by hand."""
    _tries: Counter[int] = field(default_factory=Counter[int])

    @classmethod
    async def at(cls, person: Person, room: str, seat: int, seed: str, invite: str) -> PageDrafter:
        """Opens the draft's page, by its invitation."""
        await person.context.add_init_script(WATCH)
        await person.page.goto(f"{person.url}/draft.html#room={room}&invite={invite}")
        await person.is_live(patience=4)
        return cls(person, seat, random.Random(seed))

    async def look(self) -> Plain | None:
        """What the page's replica holds; None: nothing yet."""
        return await self.person.page.evaluate(LOOK)

    async def run(self) -> None:
        """Picks when it is its turn, until the draft has ended or `playing` ends."""
        while self.playing:
            view = await self.look()
            turn: Plain | None = None if view is None else view["turn"]
            if view is not None and turn is not None and turn["seat"] == self.seat:
                await asyncio.sleep(self.draw.uniform(*THINK_S))
                with suppress(Error):  # what it reached for has gone: it looks again
                    await self._pick(view, turn)
            await asyncio.sleep(LOOK_S)

    async def _pick(self, view: Plain, turn: Plain) -> None:
        page = self.person.page
        player = next_best(view, self.seat, self._tries[turn["version"]])
        self._tries[turn["version"]] += await page.get_by_test_id("refusal").count()
        name = view["pool"][player][1]
        await page.get_by_role("searchbox").fill(name, timeout=HAND_MS)
        row = page.locator(".player-open", has_text=name).first
        await row.click(timeout=HAND_MS)
        await page.get_by_test_id("draft-player").click(timeout=HAND_MS)
        gone = "(version) => globalThis.night.room.state.turn?.version !== version"
        await page.wait_for_function(gone, arg=turn["version"], timeout=HAND_MS)
        self.picks += 1

    async def drawn(self) -> dict[int, str]:
        """The board's grid: whose name stands in each cell."""
        cells: dict[str, str] = await self.person.page.evaluate(DRAWN)
        return {int(n): name for n, name in cells.items()}

    async def watched(self) -> Watched:
        """All of it until now."""
        night = await self.person.page.evaluate(
            "() => ({ ...globalThis.night, room: null, now: Date.now() })"
        )
        pills: list[list[Any]] = night["pills"]
        ends = [*(one[0] for one in pills[1:]), night["now"]]
        away = [
            Stretch(since / 1000, end / 1000)
            for (since, said), end in zip(pills, ends, strict=True)
            if said not in {"Live", "Read only"}
        ]
        stood_s, frame_s = night["stood"] / 1000, night["frame"] / 1000
        return Watched(seen(night["shown"]), away, stood_s, night["stand"] or {}, frame_s)
