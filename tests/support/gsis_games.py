"""Small games as GSIS files have them, built play by play: HOM against AWY."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from protocol.feed import Play, StatLine
from server.readers.game import Game
from server.readers.gsis import read_gsis
from server.readers.report import Fault, Oddity

ID = "2030010600"
PASSER, CATCHER, KICKER = "00-0000001", "00-0000002", "00-0000003"
TACKLER = "00-0000011"
AWAY = frozenset({TACKLER, "00-0000012"})

Line = tuple[str, int, int]
"""Player (a team for its own line), stat id, yards."""


def team_of(who: str) -> str:
    """HOM or AWY."""
    if who in {"HOM", "AWY"}:
        return who
    return "AWY" if who in AWAY else "HOM"


def node(*lines: Line, **said: Any) -> dict[str, Any]:
    """A play of a file."""
    players: dict[str, list[dict[str, Any]]] = {}
    for number, (who, stat, yards) in enumerate(lines, 1):
        own = who in {"HOM", "AWY"}
        players.setdefault("0" if own else who, []).append(
            {
                "sequence": number,
                "clubcode": team_of(who),
                "playerName": None if own else f"P.{who[-2:]}",
                "statId": stat,
                "yards": float(yards),
            }
        )
    about = {"qtr": 1, "time": "15:00", "down": 1, "ydstogo": 10, "posteam": "HOM", "desc": "P."}
    return {**about, **said, "players": players}


def tree(
    plays: Mapping[int | str, dict[str, Any]], home: int = 0, away: int = 0, **said: Any
) -> dict[str, Any]:
    """A game of a file, of one drive."""

    def side(team: str, points: int) -> dict[str, Any]:
        score = {"1": points, "2": 0, "3": 0, "4": 0, "5": 0, "T": points}
        return {"abbr": team, "score": score, "stats": {}}

    numbered = {str(number): deepcopy(play) for number, play in plays.items()}
    game = {"home": side("HOM", home), "away": side("AWY", away), "qtr": "2", **said}
    return {ID: {**game, "drives": {"1": {"plays": numbered}, "crntdrv": 1}}, "nextupdate": 1}


def content(document: Any) -> bytes:
    return json.dumps(document).encode()


def read(document: Any) -> tuple[Game, dict[str, Oddity]]:
    """A game that can be read, and what is odd about it."""
    found = read_gsis("game.json", content(document))
    assert not isinstance(found, Fault), found
    return found.value, dict(found.oddities)


def play(number: int, *lines: Line, **said: Any) -> Play:
    """A play as rules have it."""
    stats = tuple(
        StatLine(stat, team_of(who), "" if who in {"HOM", "AWY"} else who, who, yards)
        for who, stat, yards in lines
    )
    return Play(id=number, order=number, stats=stats, **said)


def real_games(shared: Path, folder: str = "*") -> dict[str, Game]:
    """The recorded games of a folder, by number."""
    games: dict[str, Game] = {}
    for path in sorted(shared.glob(f"nfl_gsis/{folder}/*.json.gz")):
        found = read_gsis(path.name, path.read_bytes())
        assert not isinstance(found, Fault), found
        games[found.value.id] = found.value
    assert games
    return games


def real_tree(shared: Path, place: str) -> Any:
    """A recorded file's document."""
    return json.loads(gzip.decompress((shared / "nfl_gsis" / f"{place}.json.gz").read_bytes()))
