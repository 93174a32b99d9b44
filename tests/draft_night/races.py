"""Races on real sockets: many drafts at once, and in each turn of each some who speak within the
last milliseconds before and after deadline and grace.

Who speaks when is drawn from a seed; what comes of it is judged by race_judgement.py.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.recording import digest
from tests.chaos.stage import Stage, staged
from tests.draft_night.device import PATIENCE_MS, Device
from tests.draft_night.race_judgement import Found, judge
from tests.draft_night.rooms import Guest, drafted, guest, new_draft
from tests.draft_night.shots import Race, Shot, Sort
from tests.support.client import Client
from tests.support.draft_audit import Plain
from tests.support.drafts import player_id, pool_of

GRACE_MS = 300
WAKE_MS = 2_000
"""After the grace, the rules act."""
CLOCK = {"pick_s": 1, "grace_ms": GRACE_MS, "auto_ms": 100}
POOL = 300
SPREADS_MS = (3, 10, 30, 80)
TELL_S = 10.0
SETTINGS = {"heartbeat-s": "3600"}
"""A device says nothing while it is not its turn, and is not to be taken for gone."""
SLICE_S = 0.02
"""A deadline may change while one waits for it: looked at so often."""

PLANS: dict[str, tuple[Sort, ...]] = {
    "two devices": ("pick", "pick"),
    "pick alone": ("pick",),
    "pick and undo": ("pick", "undo"),
    "pick and pause": ("pick", "pause"),
    "two devices and pause": ("pick", "pick", "pause"),
    "two devices and undo": ("pick", "pick", "undo"),
    "pick and forced autopick": ("pick", "force"),
    "two devices and the commissioner": ("pick", "pick", "office"),
    "two devices at the autopick": ("pick", "pick"),
}
"""Who speaks, by the name of the race."""


@dataclass
class Table:
    """One draft: its commissioner, and two devices of each of its two managers."""

    room: str
    boss: Device
    managers: dict[int, list[Device]]
    draw: random.Random
    nodes: int
    races: list[Race] = field(default_factory=list[Race])
    players: int = POOL
    broken: list[str] = field(default_factory=list[str])
    """Why it did not come to its end."""

    @property
    def everybody(self) -> list[Device]:
        """All devices."""
        return [self.boss, *(one for pair in self.managers.values() for one in pair)]

    def player(self) -> str:
        """Somebody whom autopick comes to last, and nobody else has named."""
        self.players -= 1
        return player_id(self.players + 1)


async def play(table: Table, races: int) -> None:
    """So many, one turn after the other, or until all cells are filled; then computers pick to the
    end, and everybody has seen it."""
    try:
        await _play(table, races)
    except* AssertionError as errors:
        table.broken += [f"{table.room}: {one!r}" for one in errors.exceptions]


async def _play(table: Table, races: int) -> None:
    await table.boss.reaches(await table.boss.do({"type": "draft.start"}))
    for _ in range(races):
        turn = await _running(table)
        if turn is None:
            break
        table.races.append(await _race(table, turn))
        await table.boss.leaves(turn["version"])
    if await _running(table) is not None:
        for seat in table.managers:
            await table.boss.do({"type": "seat.set", "seat": seat, "auto": True})
    await table.boss.client.until(
        lambda: table.boss.look()["phase"] == "ended", limit_ms=4 * 60_000
    )
    for one in table.everybody:
        await one.reaches(table.boss.version)


async def _running(table: Table) -> Plain | None:
    """The turn that runs now, resumed if it was paused, which everybody sees."""
    boss = table.boss
    if boss.look()["phase"] == "paused":
        clock = table.draw.choice(("reset", "reset", "continue"))
        await boss.reaches(await boss.do({"type": "draft.resume", "clock": clock}))
    for one in table.everybody:
        await one.reaches(boss.version)
    return boss.turn


async def _race(table: Table, turn: Plain) -> Race:
    draw, version = table.draw, int(turn["version"])
    plans = list(PLANS)
    if not table.boss.view["picks"]:
        plans = [name for name in plans if "undo" not in PLANS[name]]
    name = draw.choice(plans)
    around = WAKE_MS if name.endswith("autopick") else draw.choice((0, 0, 0, 0, -GRACE_MS))
    spread = draw.choice(SPREADS_MS)
    limit = int(turn["deadline"]) + GRACE_MS
    race = Race(table.room, version, name, table.nodes, limit)
    pair = [*table.managers[turn["seat"]]]
    draw.shuffle(pair)
    async with asyncio.TaskGroup() as tasks:
        for sort in PLANS[name]:
            device = pair.pop() if sort == "pick" else table.boss
            offset = around + draw.uniform(-1.5 * spread, spread / 2)
            shot = Shot(sort, device.account)
            race.shots.append(shot)
            tasks.create_task(_fire(table, device, shot, version, offset))
    return race


async def _fire(table: Table, device: Device, shot: Shot, turn: int, offset_ms: float) -> None:
    """At so many ms after deadline and grace, as they are then; at once where the turn is over."""
    while (limit := device.limit(turn, GRACE_MS)) is not None:
        left_s = (limit + offset_ms) / 1000 - time.time()
        if left_s <= 0:
            break
        await asyncio.sleep(min(left_s, SLICE_S))
    command: Plain
    match shot.sort:
        case "pick":
            shot.player = table.player()
            command = {"type": "pick.make", "turn": turn, "player": shot.player}
        case "office":
            shot.player = table.player()
            command = {"type": "office.pick", "turn": turn, "player": shot.player}
        case "undo":
            command = {"type": "office.undo", "reason": "race"}
        case "pause":
            command = {"type": "draft.pause", "reason": "race"}
        case "force":
            command = {"type": "office.force", "turn": turn, "reason": "race"}
    await device.fire(shot, command)


# -------------------------------------------------------------------- many at once


async def _table(
    stage: Stage, number: int, seed: int, races: int, tasks: asyncio.TaskGroup
) -> Table:
    nodes = len(stage.nodes)
    boss = await guest(stage, 0, "Boss")
    rounds = races // 2 + 4
    settings = {
        **{"teams": 2, "rounds": rounds, "slots": [{"name": "ANY", "count": rounds}]},
        "clock": CLOCK,
    }
    room, invite = await new_draft(stage, boss, settings, pool_of(POOL))

    async def device(who: Guest, at: int) -> Device:
        url = f"ws://127.0.0.1:{stage.nodes[at % nodes].server.ws_port}/ws"
        client = Client(url, who.token).within(tasks)
        await client.join(room, invite=invite)
        await client.connect()
        await client.until(lambda: client.session.is_live(room), limit_ms=PATIENCE_MS)
        return Device(client, room, who.account)

    managers: dict[int, list[Device]] = {}
    for seat in (1, 2):
        one = await guest(stage, 0, f"Manager {seat}")
        managers[seat] = [await device(one, number + seat + step) for step in range(2)]
        await managers[seat][0].do({"type": "seat.claim", "seat": seat})
    first = await device(boss, number)
    draw = random.Random(f"{seed} {number} {nodes}")
    return Table(room, first, managers, draw, nodes)


@dataclass(frozen=True)
class Scale:
    """So many drafts at once, and races in each."""

    drafts: int
    races: int


async def race(
    folder: Path, scale: Scale, *, nodes: int, seed: int, said: Callable[[str], None]
) -> Found:
    """In all drafts at once, on so many nodes; judged."""
    found = Found()
    async with staged(folder, nodes=nodes, program="server", settings=SETTINGS) as stage:
        said(f"{nodes} nodes, {scale.drafts} drafts: {scale.drafts * scale.races} races")
        async with asyncio.TaskGroup() as reading:
            numbers = range(scale.drafts)
            tables = [await _table(stage, n, seed, scale.races, reading) for n in numbers]
            await _play_all(tables, scale.races, said)
            for device in (one for table in tables for one in table.everybody):
                await device.client.close()
        said("judging")
        logs = await drafted(stage, [one.room for one in tables], ended=True)
        for table in tables:
            one = logs[table.room]
            found.add(judge(one.log, table.races, grace_ms=GRACE_MS))
            found.faults += [f"{table.room}: {fault}" for fault in one.faults]
            found.faults += table.broken
            found.faults += _different(table.room, table.everybody)
        for number in range(nodes):
            stage.read_log(number)
        found.faults += [
            f"logged as an error, {times} times: {event}" for event, times in stage.errors.items()
        ]
    return found


async def _play_all(tables: Sequence[Table], races: int, said: Callable[[str], None]) -> None:
    async with asyncio.TaskGroup() as beside:
        telling = beside.create_task(_tell(tables, said))
        async with asyncio.TaskGroup() as playing:
            for table in tables:
                playing.create_task(play(table, races))
        telling.cancel()


async def _tell(tables: Sequence[Table], said: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(TELL_S)
        ended = sum(one.boss.look()["phase"] == "ended" for one in tables)
        said(f"{sum(len(one.races) for one in tables)} races, {ended} drafts ended")


def _different(room: str, devices: Sequence[Device]) -> list[str]:
    shown = {digest(one.look()) for one in devices}
    return [] if len(shown) == 1 else [f"{room}: {len(shown)} different replicas at the end"]
