"""A long board: how fast it opens when nobody holds it, how fast any past version is shown and
restored, what it weighs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from loadtest.bench.fan_out import SETTLE_S_MAX, board_pumps
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, size
from loadtest.http_side import Guest, HttpSide
from loadtest.pump import Meter
from loadtest.report import Figure, Result
from loadtest.stage import Stage

WRITERS = 4
OPERATOR_KEY = "operator.key"
WINDOW = 16


def run(bench: Bench) -> Result:
    """Fills one board by moves, restarts the server, and asks."""
    plan = bench.plan
    result = Result(
        "A long history",
        f"One board of {plan.history_entries:,} entries (moves of {WRITERS} tokens) on SQLite. A "
        "cold open is the first join after a "
        "start of the server, from connecting to live.",
    )
    with bench.stage() as stage:
        owner = stage.http.guest("Owner")
        room = stage.room(owner)
        version = _fill(bench, stage, room, owner)
        cold: list[float] = []
        for _ in range(plan.cold_opens):
            bench.say("history: cold open")
            stage.server.terminate()
            stage.server.start()
            began = time.perf_counter()
            member = stage.member(owner)
            member.join(room)
            stage.enter([member])
            cold.append(member.live_at - began)
            result.faults += member.faults
            member.drop()
        bench.say("history: random versions and restores")
        with HttpSide(stage.server.http_port) as http:
            shown = _timed(
                plan.history_tries,
                lambda: http.call(
                    "GET",
                    f"/rooms/{room}?version={stage.draw.randint(1, version)}",
                    token=owner.token,
                ),
            )
            restored = _timed(
                plan.history_tries,
                lambda: http.call(
                    "POST",
                    f"/rooms/{room}/restore",
                    {"version": stage.draw.randint(100, version)},
                    token=owner.token,
                ),
            )
            log, snapshots = _sizes(http, stage, room)
        result.figures += [
            Figure("cold open", str(Latencies.of(cold))),
            Figure("a random past version", str(Latencies.of(shown))),
            Figure("restore of a random version", str(Latencies.of(restored))),
            Figure("log", f"{size(log)}, {log / version:,.0f} B per entry"),
            Figure("snapshots", f"{size(snapshots)}, {snapshots / version:,.0f} B per entry"),
            Figure("bytes in the data folder", size(_weight(stage.server.data_dir))),
        ]
    return result


def _sizes(http: HttpSide, stage: Stage, room: str) -> tuple[int, int]:
    """Bytes of the room's log and of its snapshots, as the operator is told."""
    key = (stage.server.data_dir / OPERATOR_KEY).read_text(encoding="utf-8").strip()
    told = http.call("GET", f"/operator/rooms/{room}", token=key)
    return told["log_bytes"], told["snapshot_bytes"]


def _fill(bench: Bench, stage: Stage, room: str, owner: Guest) -> int:
    """Moves until the board has its entries; the last version."""
    wanted = bench.plan.history_entries
    members = [stage.member(owner) for _ in range(WRITERS)]
    for member in members:
        member.join(room)
    stage.enter(members)
    pumps, movers = board_pumps(stage, room, members, window=WINDOW)
    for member in members:
        stage.swarm.release(member)
    meter = Meter(pumps)
    while (version := max(mover.version for mover in movers)) < wanted:
        meter.run(0.2)
        bench.say(f"history: {version:,} of {wanted:,} entries")
    meter.settle(limit_s=SETTLE_S_MAX)
    for member in members:
        member.drop()
    return max(mover.version for mover in movers)


def _timed(count: int, call: Callable[[], object]) -> list[float]:
    took: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return took


def _weight(folder: Path) -> int:
    """Of the database's files, the log of what it has not yet folded in included."""
    return sum(path.stat().st_size for path in folder.glob("touchline.db*"))
