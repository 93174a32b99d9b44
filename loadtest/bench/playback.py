"""A recorded play, played for all: how far apart are those who look, and what does it cost each.

The play is a real one where the recorded files lie beside the checkout, else a synthetic one of the
same size; the page says which. Viewers are the shipped JavaScript client (loadtest/viewers.py).
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from loadtest.bench.plan import Bench
from loadtest.figures import median, percentile, size
from loadtest.http_side import Guest
from loadtest.processes import RAISED, ROOT_OF_CHECKOUT, STOP_S_MAX, NotStarted
from loadtest.report import Figure, Result
from loadtest.stage import Stage
from loadtest.viewers import Audience, Road, Shown, Viewer

REAL_PLAY = Path("shared/data/nfl_tracking/2019_GB_2019090500_1159.csv.gz")
"""Beside the checkout: 468 frames of 23 objects at 10 Hz."""
FRAMES, MOVERS, FRAME_MS = 468, 23, 100
VIEWERS_PER_PROCESS = 10
EVERY_MS = 50
BIN_MS = 100.0
"""Moments that are compared lie at most this far apart, and were shifted to each other by true
time."""
DRIFT_MAX_MS = 50.0
CLOCKS_OFF_MS = 3_600_000.0
CLOCKS_RUN_OFF = 5e-5
"""50 ppm: a cheap quartz."""
SETTINGS = {**RAISED, "heartbeat_s": "20"}
"""Clients ask for the time as often as they do by default."""
_LINK = re.compile(r"^owner\t\S*room=([\w-]+)&invite=(\S+)$", re.MULTILINE)


class Play(NamedTuple):
    """A board with a play on it."""

    room: str
    owner: Guest
    invite: str
    duration_ms: int
    about: str


def run(bench: Bench) -> Result:
    """Twice: next to the server, and at the end of roads as of mobile networks."""
    plan = bench.plan
    result = Result(
        "Played for all",
        f"{plan.viewers} viewers of one play, each the shipped JavaScript client with its guess of "
        "the server's clock, in node processes of ten; their own clocks are up to an hour off and "
        f"run up to {CLOCKS_RUN_OFF * 1e6:.0f} ppm wrong. Every {EVERY_MS} ms each is asked which "
        "moment of the play it shows. Apart: between the first and the last of all of them at one "
        "time. Bytes are those of messages.",
    )
    draw = random.Random(1)
    near = [_road(draw, mobile=False) for _ in range(plan.viewers)]
    far = [_road(draw, mobile=True) for _ in range(plan.viewers)]
    with bench.stage(settings=SETTINGS) as stage:
        play = real_play(stage) or synthetic_play(stage)
        result.notes.append(f"the play: {play.about}, {play.duration_ms / 1000:.1f} s")
        for name, roads in (("loopback", near), ("mobile roads", far)):
            bench.say(f"playback: {name}")
            shown = _watched(stage, play, roads, seconds=plan.playback_s)
            result.figures += figures(name, shown, first=name == "loopback")
            if any(not one.samples for one in shown):
                result.faults.append(f"{name}: a viewer showed nothing")
    result.notes.append(
        "mobile roads: 5 to 80 ms and for either direction up to 20 ms more, jitter of 5 ms on "
        "average; a guess of the clock can be wrong by half of what the directions differ"
    )
    result.notes.append(f"a frame of the play lasts {FRAME_MS} ms; a page draws up to 17 ms later")
    return result


def _road(draw: random.Random, *, mobile: bool) -> Road:
    base = draw.uniform(-CLOCKS_OFF_MS, CLOCKS_OFF_MS)
    rate = 1 + draw.uniform(-CLOCKS_RUN_OFF, CLOCKS_RUN_OFF)
    if not mobile:
        return Road(base, rate)
    way = draw.uniform(5, 80)
    return Road(base, rate, way + draw.uniform(0, 20), way + draw.uniform(0, 20), 5)


# ---------------------------------------------------------------- the play


def real_play(stage: Stage) -> Play | None:
    """The recorded play, imported as a user imports it; None where the file is not there."""
    path = ROOT_OF_CHECKOUT.parent / REAL_PLAY
    if not path.is_file():
        return None
    command = [sys.executable, "-m", "server", "board", "import", str(path), "--url"]
    before = len(stage.server.said())
    status = stage.server.spawn([*command, stage.server.url]).wait(STOP_S_MAX)
    printed = stage.server.said()[before:]
    link = _LINK.search(printed)
    if status != 0 or link is None:
        raise NotStarted("the play was not imported:\n" + printed)
    owner = stage.http.guest("Owner")
    room, invite = link.groups()
    member = stage.member(owner)
    member.join(room, invite=invite)
    stage.enter([member])
    member.drop()
    invite = stage.invitation(room, owner, "viewer")
    return Play(room, owner, invite, _duration(stage, room, owner), "a recorded one of the NFL")


def synthetic_play(stage: Stage) -> Play:
    """As large as a real one, of nobody."""
    owner = stage.http.guest("Owner")
    made = stage.http.call("POST", "/rooms/document", synthetic_document(), token=owner.token)
    room = str(made["id"])
    invite = stage.invitation(room, owner, "viewer")
    about = "a synthetic one, for the recorded files are not beside this checkout"
    return Play(room, owner, invite, _duration(stage, room, owner), about)


def synthetic_document() -> dict[str, Any]:
    """Everybody runs in a circle of his own."""
    phase = "o_play000001"
    props = {"rank": "a", "duration": (FRAMES - 1) * FRAME_MS, "easing": "linear"}
    objects: list[dict[str, Any]] = [{"id": phase, "sort": "phase", "props": props}]
    for n in range(MOVERS):
        who = f"o_mover{n:05}"
        around = [
            [
                round(400 * n * math.cos(f / 20 + n) * (1 + f / FRAMES)),
                round(400 * n * math.sin(f / 20 + n)),
            ]
            for f in range(FRAMES)
        ]
        x, y = around[-1]
        sort = "ball" if n == 0 else "token"
        objects.append({"id": who, "sort": sort, "props": {"at": around[0]}})
        stop: dict[str, Any] = {
            "phase": phase,
            "of": who,
            "at": [x, y],
            "sampled": True,
            "curve": False,
        }
        stop["points"] = [[px - x, py - y] for px, py in around]
        objects.append({"id": f"{phase}-{who[2:]}", "sort": "stop", "props": stop})
    head = {"format": "touchline.board", "version": 1, "name": "Synthetic play"}
    return {**head, "settings": {"sport": "american_football"}, "objects": objects}


def _duration(stage: Stage, room: str, owner: Guest) -> int:
    shown = stage.http.call("GET", f"/rooms/{room}", token=owner.token)["state"]["kind"]
    phases = [one for one in shown["objects"].values() if one["sort"] == "phase"]
    return sum(one["props"]["duration"] for one in phases)


# ---------------------------------------------------------------- who looks


def _watched(stage: Stage, play: Play, roads: Sequence[Road], *, seconds: float) -> list[Shown]:
    """All come in, the play begins, they look until it ends or for so long."""
    viewers = [
        Viewer(guest.token, play.invite, road)
        for guest, road in zip(stage.http.guests(len(roads)), roads, strict=True)
    ]
    shown: list[Shown] = []
    with ExitStack() as stack:
        audiences = [
            stack.enter_context(
                Audience(
                    stage.server.ws_port,
                    play.room,
                    viewers[first : first + VIEWERS_PER_PROCESS],
                    every_ms=EVERY_MS,
                    cores=stage.cores.load,
                )
            )
            for first in range(0, len(viewers), VIEWERS_PER_PROCESS)
        ]
        for step in (Audience.wait_live, Audience.begin):
            for audience in audiences:
                step(audience)
        _command(stage, play, {"type": "playback.set", "at_ms": 0, "playing": True})
        stage.swarm.run(lambda: False, limit_s=min(seconds, play.duration_ms / 1000 + 0.5))
        for audience in audiences:
            shown += audience.end()
    _command(stage, play, {"type": "playback.stop"})
    return shown


def _command(stage: Stage, play: Play, command: dict[str, Any]) -> None:
    path = f"/rooms/{play.room}/commands"
    stage.http.call("POST", path, {"command": command}, token=play.owner.token)


# ---------------------------------------------------------------- what they showed


def apart(shown: Sequence[Shown]) -> list[float]:
    """For every tenth of a second: ms of play between the first and the last of all, each moment
    shifted to one true time. Only where everybody was seen."""
    bins: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for viewer, one in enumerate(shown):
        for at, moment in one.samples:
            bins[int(at // BIN_MS)][viewer] = moment - at
    return [
        max(ahead.values()) - min(ahead.values())
        for ahead in bins.values()
        if len(ahead) == len(shown)
    ]


def figures(name: str, shown: Sequence[Shown], *, first: bool) -> list[Figure]:
    """Of one round; what joining costs only once."""
    spread = apart(shown)
    worst = max(spread, default=math.nan)
    found = [
        Figure(
            f"{name}: furthest apart, of any two",
            f"{worst:.1f} ms (p50 {percentile(spread, 0.5):.1f}, "
            f"p99 {percentile(spread, 0.99):.1f} of {len(spread):,} times)",
            f"< {DRIFT_MAX_MS:.0f} ms",
            worst < DRIFT_MAX_MS,
        )
    ]
    playing = [one.playing for one in shown]
    sent = [one.sent for one in shown]
    if first:
        found.append(Figure("bytes to join", size(median([one.joining for one in shown]))))
    found.append(
        Figure(
            f"{name}: bytes while it plays",
            f"{size(median(playing))} received, {size(median(sent))} sent",
        )
    )
    return found
