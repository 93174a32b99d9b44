"""Games of plays to report: recorded ones, brought in as a user brings them in and read back, where
their files lie beside the checkout; else made-up ones of the same size.

It knows the shape of reports, and no rule of the game: a made-up play only looks like one.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtest.processes import ROOT_OF_CHECKOUT, STOP_S_MAX, NotStarted
from loadtest.stage import Stage

FILES = ROOT_OF_CHECKOUT.parent / "shared" / "data"
CLOCKED = Path("nfl_api") / "2019_01_GB_CHI_gamedetail.json"
"""A whole game with the wall clock of each play."""
WEEK = Path("nfl_gsis") / "2019_reg_w01"
"""Sixteen games without one."""
OPERATOR_KEY = "operator.key"
SOURCE = "gsis"
"""Who reports: one that every feed takes unless its settings say otherwise."""
PLAYS = 180
GAP_MEDIAN_S, GAP_LEAST_S, GAP_MOST_S = 43.0, 9.0, 822.0
"""Between two plays, as in the game that has a clock."""
ID_SHIFT = 20_000
"""Between the ids of one game and those of the same game once more."""
PLAYS_MAX = 1_000
"""Of one feed."""


@dataclass(frozen=True, slots=True)
class TimedPlay:
    """A play as it is reported, and how many seconds after the first one."""

    at_s: float
    play: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One game. Plays are in its order, times never go back."""

    about: str
    home: str
    away: str
    plays: Sequence[TimedPlay]

    def again(self, times: int) -> list[TimedPlay]:
        """The same plays under ids that nobody has used, that often."""
        return [
            TimedPlay(
                one.at_s,
                {
                    **one.play,
                    "id": one.play["id"] % ID_SHIFT + times * ID_SHIFT,
                    "order": one.play["order"] % 100_000 + times * 100_000,
                },
            )
            for one in self.plays
        ]


def report(play: Mapping[str, Any]) -> dict[str, Any]:
    """The command that reports it."""
    return {"type": "play.report", "source": SOURCE, "revision": 1, "play": play}


# ---------------------------------------------------------------- recorded


def clocked_game(stage: Stage, draw: random.Random) -> Recorded:
    """The game that has a wall clock; a made-up one where its file is not there."""
    path = FILES / CLOCKED
    if not path.is_file():
        return made_up_game(draw)
    (view,) = _brought_in(stage, path)
    return _recorded(view, "a recorded one of the NFL, by its wall clock", draw)


def week_of_games(stage: Stage, draw: random.Random, count: int) -> list[Recorded]:
    """Games of one week; made-up ones where their files are not there. They go as fast as drawn."""
    paths = sorted((FILES / WEEK).glob("*.json.gz"))[:count]
    if len(paths) < count:
        return [made_up_game(draw, number) for number in range(count)]
    views = _brought_in(stage, *paths)
    return [_recorded(view, "recorded ones of the NFL, at a drawn pace", draw) for view in views]


def _brought_in(stage: Stage, *paths: Path) -> list[dict[str, Any]]:
    """Feeds as they are when these files have been imported, by `touchline feed import`."""
    before = len(stage.server.said())
    known = set(_feeds(stage))
    command = [sys.executable, "-m", "server", "feed", "import", *map(str, paths)]
    process = stage.server.spawn([*command, "--url", stage.server.url])
    # Others may keep the core busy, and a whole week takes its time.
    if process.wait(STOP_S_MAX * len(paths)) != 0:
        raise NotStarted("the games were not imported:\n" + stage.server.said()[before:])
    made = [room for room in _feeds(stage) if room not in known]
    key = _key(stage)
    return [
        stage.http.call("GET", f"/operator/rooms/{room}", token=key)["view"]["state"]["kind"]
        for room in made
    ]


def _feeds(stage: Stage) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        page = stage.http.call("GET", f"/operator/rooms?limit=100{cursor}", token=_key(stage))
        found += [one["id"] for one in page["rooms"] if one["kind"] == "feed"]
        if not page.get("next"):
            return found
        cursor = f"&cursor={page['next']}"


def _key(stage: Stage) -> str:
    return (stage.server.data_dir / OPERATOR_KEY).read_text(encoding="utf-8").strip()


def _recorded(view: Mapping[str, Any], about: str, draw: random.Random) -> Recorded:
    """From a feed's public view."""
    plays: list[TimedPlay] = []
    first = min((held["play"].get("at_ms") or math.inf for held in view["plays"]), default=math.inf)
    at_s = 0.0
    for held in view["plays"]:
        play = {name: value for name, value in held["play"].items() if name != "version"}
        if play.get("deleted"):
            continue
        at_ms = play.get("at_ms")
        if at_ms is not None:
            at_s = max(at_s, (at_ms - first) / 1000)
        plays.append(TimedPlay(at_s, play))
        if first == math.inf:
            at_s += _gap(draw)
    header = view["header"]
    return Recorded(about, header["home"], header["away"], plays)


# ---------------------------------------------------------------- made up


def _gap(draw: random.Random) -> float:
    return min(GAP_MOST_S, max(GAP_LEAST_S, draw.lognormvariate(3.76, 0.75)))


def made_up_game(draw: random.Random, number: int = 0) -> Recorded:
    """As many plays, lines and letters as a real game has, of nobody."""
    home, away = (f"{side}{chr(65 + number // 26)}{chr(65 + number % 26)}" for side in "HV")
    plays: list[TimedPlay] = []
    at_s = 0.0
    for count in range(1, PLAYS + 1):
        team, other = (home, away) if count // 7 % 2 else (away, home)
        yards = draw.randint(-4, 30)
        passer, catcher = f"{team}-QB", f"{team}-WR{draw.randrange(6)}"
        tackler = f"{other}-LB{draw.randrange(8)}"
        lines = [
            {"stat": 15, "team": team, "player": passer, "name": passer, "yards": yards},
            {"stat": 21, "team": team, "player": catcher, "name": catcher, "yards": yards},
            {"stat": 79, "team": other, "player": tackler, "name": tackler, "yards": 0},
        ]
        play = {
            "id": 14 + 22 * count,
            "order": count,
            "stats": lines,
            "drive": count // 7 + 1,
            "quarter": 1 + count * 4 // (PLAYS + 1),
            "clock": f"{draw.randrange(15):02}:{draw.randrange(60):02}",
            "down": 1 + count % 4,
            "to_go": 10,
            "yard_line": f"{team} {draw.randint(1, 49)}",
            "possession": team,
            "text": f"{passer} passes to {catcher} for {yards} yards, stopped by {tackler}. " * 2,
        }
        plays.append(TimedPlay(at_s, play))
        at_s += _gap(draw)
    about = "a made-up one, for the recorded files are not beside this checkout"
    return Recorded(about, home, away, plays)
