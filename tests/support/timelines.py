"""Random boards with phases, for what must come to the same in the rules and on pages. The golden
file is made of these: `python -m tests.support.timelines` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from protocol.board import stop_id
from server.rules.board_timeline import Thing, Timeline

GOLDEN = Path(__file__).parents[1] / "golden/board/timelines.ndjson"
BOARDS = 25
MOMENTS = 24


def _spot(chance: Random) -> list[int]:
    return [chance.randint(-60_000, 60_000), chance.randint(-40_000, 40_000)]


def _some(chance: Random, **values: Any) -> dict[str, Any]:
    """Some of the values, some of them null."""
    kept = {name: value for name, value in values.items() if chance.random() < 0.6}
    return {name: None if chance.random() < 0.1 else value for name, value in kept.items()}


def random_board(seed: int) -> dict[str, dict[str, Any]]:
    """Objects as the view has them: tokens, a ball, a cone, phases and stops of all kinds."""
    chance = Random(seed)
    tokens = [f"o_token{n:04d}" for n in range(4)]
    objects: dict[str, dict[str, Any]] = {
        one: {
            "sort": "token",
            "props": {
                "at": _spot(chance),
                **_some(
                    chance,
                    facing=chance.randrange(360),
                    side=chance.choice(("home", "away", "neutral")),
                ),
            },
        }
        for one in tokens
    }
    carriers = (*tokens, "o_nobody00", "o_thecone1")
    objects["o_theball1"] = {
        "sort": "ball",
        "props": {"at": _spot(chance), **_some(chance, carrier=chance.choice(carriers))},
    }
    objects["o_thecone1"] = {"sort": "equipment", "props": {"at": _spot(chance), "item": "cone"}}
    movers = [*objects]
    for n in range(chance.randint(0, 4)):
        phase = f"o_phase{chance.randrange(9_000):04d}{n}"
        props = {"rank": chance.choice("aAbz09"), "duration": chance.randint(100, 5_000)}
        easing = chance.choice(("linear", "in", "out", "in_out"))
        objects[phase] = {"sort": "phase", "props": {**props, **_some(chance, easing=easing)}}
        for of in chance.sample(movers, chance.randint(0, len(movers))):
            count = chance.choice((1, 2, 3, 25))
            points = [[chance.randint(-9_000, 9_000) for _ in "xy"] for _ in range(count)]
            objects[stop_id(phase, of)] = {
                "sort": "stop",
                "props": {
                    "phase": phase,
                    "of": of,
                    "at": _spot(chance),
                    **_some(
                        chance,
                        points=points,
                        curve=chance.random() < 0.5,
                        sampled=chance.random() < 0.3,
                        facing=chance.randrange(360),
                        carrier=chance.choice(carriers),
                    ),
                },
            }
    return objects


def timeline_of(objects: dict[str, dict[str, Any]]) -> Timeline:
    """The timeline of what the view shows."""
    return Timeline(Thing(i, o["sort"], o["props"]) for i, o in objects.items())


def a_case(seed: int) -> dict[str, Any]:
    """One board and where its objects are at some moments."""
    objects = random_board(seed)
    line = timeline_of(objects)
    chance = Random(-seed)
    moments = [0, line.duration, line.duration + 1, *(span.start for span in line.phases)]
    moments += [chance.uniform(0, line.duration) for _ in range(MOMENTS)]
    return {
        "objects": objects,
        "phases": [span.id for span in line.phases],
        "duration": line.duration,
        "moments": [
            {
                "ms": ms,
                "places": {
                    i: [round(p.x, 2), round(p.y, 2), p.facing and round(p.facing, 3)]
                    for i, p in line.at(ms).items()
                },
            }
            for ms in moments
        ],
    }


if __name__ == "__main__":
    cases = [a_case(seed) for seed in range(1, BOARDS + 1)]
    GOLDEN.write_text("\n".join(map(json.dumps, cases)) + "\n", "utf-8")
