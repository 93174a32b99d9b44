"""The board page in a real browser: how evenly it draws while others drag, how late what they do is
seen, what that costs in bytes, what each page weighs, and when a pitch answers on a phone.

How late is measured by screen: from the moment when a sender said a place until the end of the
frame that draws one not older, both by the clock of this machine. The page shows others' drags
behind, between two places, so that they glide (clients/demo/board/arrivals.js): that time is part
of every delay.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from loadtest.bench.plan import Bench
from loadtest.chromium import PLAYER, Chromium, Road, Seen, Tab
from loadtest.dragging import REST_MM, Dragger, delays_ms, drag
from loadtest.figures import Latencies, median, percentile, size
from loadtest.http_side import Guest
from loadtest.processes import RAISED, ROOT_OF_CHECKOUT
from loadtest.report import Figure, Result
from loadtest.stage import Stage

DRAGGERS, MARKS, A_SIDE = 5, 40, 11
SLOWER = 4
FRAMES_GATE_PER_S = 55.0
FRAME_GATE_MS = 33.0
DELAY_GATE_MS = 120.0
WEIGHT_GATE_BYTES = 150_000
PHONE_ROAD = Road(150, 1_600_000 / 8, 750_000 / 8)
"""As DevTools' "Slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms."""
SETTINGS = {**RAISED, "heartbeat_s": "20"}
WARM_S = 1.0
NEVER_SHOWN_MAX = 0.02
LONGEST_TOLD = 3


def run(bench: Bench) -> Result:
    """With a processor four times slower, and as it is, side by side; then the weights, then a
    phone."""
    result = Result(
        "Pages",
        f"A board of {2 * A_SIDE} tokens, a ball, {MARKS} marks, in Chromium at 1280 x 800. "
        f"{DRAGGERS} others each drag a token, {bench.plan.drag_s:g} s long, 60 places a second. "
        "Frames are those of requestAnimationFrame; a delay goes from when a place was said to the "
        "end of the frame that draws one not older, and holds the time by which others' drags are "
        "shown behind. Bytes are those of messages.",
    )
    with bench.stage(settings=SETTINGS) as stage:
        owner = stage.http.call("POST", "/auth/guest", {"name": "Owner"})
        room = stage.http.call("POST", "/rooms/document", crowded_board(), token=owner["token"])
        with Chromium(stage.server.url) as chromium:
            _dragging(bench, stage, result, chromium.tab(owner), owner, str(room["id"]))
            for page in page_names():
                bench.say(f"pages: weight of {page}")
                result.figures.append(_weight(chromium, stage.server.url, page, owner, room["id"]))
            result.figures.append(_phone(bench, stage, chromium, owner, str(room["id"])))
    result.notes.append(
        "the server has a core of its own; the browser, on all of them, shares the other with the "
        "members: what slows a page is its main thread only, drawing has threads of its own"
    )
    return result


def page_names() -> list[str]:
    """Every page there is."""
    return sorted(path.name for path in (ROOT_OF_CHECKOUT / "clients" / "demo").glob("*.html"))


# ---------------------------------------------------------------- the board


def token_id(number: int) -> str:
    """Of the n-th token; the first ones are dragged."""
    return f"o_token{number:05}"


def crowded_board() -> dict[str, Any]:
    """Two sides, a ball, and arrows, lines, zones and words between them."""
    draw = random.Random(1)
    objects: list[dict[str, Any]] = [
        {
            "id": token_id(n),
            "sort": "token",
            "props": {
                "at": [
                    REST_MM if n < DRAGGERS else draw.randrange(-40_000, 40_000),
                    (n % A_SIDE - 5) * 5_000,
                ],
                "number": n % A_SIDE + 1,
                "name": f"Player {n + 1}",
                "side": "home" if n < A_SIDE else "away",
            },
        }
        for n in range(2 * A_SIDE)
    ]
    objects.append({"id": "o_ball000001", "sort": "ball", "props": {"at": [0, 0]}})
    for n in range(MARKS):
        sort = ("arrow", "line", "zone", "text")[n % 4]
        at = [draw.randrange(-40_000, 40_000), draw.randrange(-28_000, 28_000)]
        more: dict[str, Any] = {
            "arrow": {
                "points": [[0, 0], [4_000, 3_000], [9_000, 1_000]],
                "curve": True,
                "stroke": ("solid", "dashed", "wavy")[n // 4 % 3],
            },
            "line": {"points": [[0, 0], [6_000, 2_000]]},
            "zone": {"size": [9_000, 6_000], "opacity": 22, "layer": -2},
            "text": {"text": f"Mark {n}"},
        }[sort]
        objects.append({"id": f"o_mark{n:06}", "sort": sort, "props": {"at": at, **more}})
    head = {"format": "touchline.board", "version": 1, "name": "Crowded"}
    return {**head, "settings": {"sport": "soccer"}, "objects": objects}


# ---------------------------------------------------------------- who drags, and what is seen


def _dragging(
    bench: Bench, stage: Stage, result: Result, tab: Tab, owner: dict[str, Any], room: str
) -> None:
    invite = stage.invitation(room, Guest(owner["account"], owner["token"]))
    members = stage.crowd(room, invite, stage.http.guests(DRAGGERS))
    tab.go(f"{stage.server.url}/board.html#room={room}", PLAYER)
    result.notes.append(f"the browser's clock is within {tab.clock_off_ms():.1f} ms of the load's")
    for slower in (SLOWER, 1):
        name = f"{slower}x slower" if slower > 1 else "as it is"
        bench.say(f"pages: {DRAGGERS} drag, processor {name}")
        tab.slow_down(slower)
        stage.swarm.run(lambda: False, limit_s=WARM_S)
        draggers = [
            Dragger(member, room, token_id(n), (n % A_SIDE - 5) * 5_000)
            for n, member in enumerate(members)
        ]
        tab.begin([dragger.token for dragger in draggers])
        drag(stage.swarm, draggers, bench.plan.drag_s)
        seen = tab.end()
        result.figures += figures(name, draggers, seen, gated=slower > 1)
        result.faults += faults(name, draggers, seen)
        result.notes.append(f"{name}: {told(seen)}")
    tab.close()
    result.faults += [fault for member in members for fault in member.faults]


def figures(
    name: str, draggers: Sequence[Dragger], seen: Seen, *, gated: bool = True
) -> list[Figure]:
    """Of one stretch of dragging."""
    took = [after - before for before, after in pairwise(seen.frames)]
    whole_s = sum(took) / 1000
    per_s = len(took) / whole_s if whole_s else math.nan
    worst = max(took, default=math.nan)
    late = _delays(draggers, seen)
    delays = Latencies.of([ms / 1000 for one in late for ms in one])

    def figure(what: str, value: str, gate: str, *, holds: bool) -> Figure:
        named = f"{name}: {what}"
        return Figure(named, value, gate, holds) if gated else Figure(named, value)

    return [
        figure(
            "frames per second",
            f"{per_s:.1f}",
            f">= {FRAMES_GATE_PER_S:g}",
            holds=per_s >= FRAMES_GATE_PER_S,
        ),
        figure(
            "longest frame",
            f"{worst:.1f} ms (p50 {percentile(took, 0.5):.1f}, p99 {percentile(took, 0.99):.1f} "
            f"of {len(took):,})",
            f"<= {FRAME_GATE_MS:g} ms",
            holds=worst <= FRAME_GATE_MS + 1 / 2,
        ),
        figure(
            "others' drags on the screen",
            str(delays),
            f"p99 < {DELAY_GATE_MS:g} ms",
            holds=delays.p99 < DELAY_GATE_MS,
        ),
        Figure(
            f"{name}: bytes per second of a viewer",
            f"{size(seen.received / whole_s if whole_s else math.nan)} received, "
            f"{size(seen.sent / whole_s if whole_s else math.nan)} sent",
        ),
    ]


def faults(name: str, draggers: Sequence[Dragger], seen: Seen) -> list[str]:
    """Places that were never shown, nor later ones."""
    said = sum(len(dragger.said) for dragger in draggers)
    shown = sum(len(one) for one in _delays(draggers, seen))
    if shown >= said * (1 - NEVER_SHOWN_MAX):
        return []
    return [f"{name}: of {said:,} places only {shown:,} were reached on the screen"]


def told(seen: Seen) -> str:
    """The longest of the long animation frames (50 ms and more), and who was called in them."""
    worst = sorted(seen.long, reverse=True)[:LONGEST_TOLD]
    longest = "; ".join(f"{took:.0f} ms ({calls or 'no script'})" for took, _, calls in worst)
    return f"{len(seen.long)} frames of 50 ms and more" + (f": {longest}" if longest else "")


def _delays(draggers: Sequence[Dragger], seen: Seen) -> list[list[float]]:
    return [delays_ms(one.said, seen.drawn.get(one.token, [])) for one in draggers]


# ---------------------------------------------------------------- weight, and a phone


def _weight(chromium: Chromium, url: str, page: str, owner: dict[str, Any], room: str) -> Figure:
    tab = chromium.tab(owner)
    tab.page.goto(f"{url}/{page}#room={room}", wait_until="networkidle")
    bytes_ = tab.weight()
    tab.close()
    return Figure(
        f"{page}, everything that opening it fetches",
        f"{bytes_ / 1000:.1f} kB",
        f"< {WEIGHT_GATE_BYTES / 1000:g} kB",
        0 < bytes_ < WEIGHT_GATE_BYTES,
    )


def _phone(
    bench: Bench, stage: Stage, chromium: Chromium, owner: dict[str, Any], room: str
) -> Figure:
    took: list[float] = []
    for number in range(bench.plan.phone_opens):
        bench.say(f"pages: a phone opens the board, {number + 1} of {bench.plan.phone_opens}")
        tab = chromium.tab(owner, phone=True)
        tab.slow_down(SLOWER)
        tab.on(PHONE_ROAD)
        tab.page.goto(f"{stage.server.url}/board.html#room={room}", wait_until="commit")
        took.append(tab.press_first(PLAYER) / 1000)
        tab.close()
    return Figure(
        "phone, nothing cached, 1.6 Mbit/s, 150 ms, 4x slower: a press on a token is answered",
        f"{median(took):.2f} s after opening (from {min(took):.2f} to {max(took):.2f}, "
        f"mean {statistics.fmean(took):.2f}, of {len(took)})",
    )
