"""The process that looks after several workers, with short programs in their place."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from server.cli.workers import Workers, commands
from server.config import Settings
from tests.support.command_line import touchline
from tests.support.eventually import eventually
from tests.support.server_process import ROOT
from tests.support.timeouts import MS

SERVES = """
import pathlib, signal, sys, os
def end(*_):
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
place = pathlib.Path(sys.argv[1])
with place.open("a") as file:
    file.write(f"{os.getpid()}\\n")
signal.pause()
"""


def serving(folder: Path, count: int) -> list[list[str]]:
    return [[sys.executable, "-c", SERVES, str(folder / str(n))] for n in range(count)]


def starts(place: Path) -> list[int]:
    """Process ids of the workers that were started there, one after the other."""
    return [int(line) for line in place.read_text().split()] if place.exists() else []


async def ended(running: asyncio.Future[int]) -> int:
    async with asyncio.timeout(20_000 * MS):
        return await running


async def test_OP26_all_are_started_and_told_to_stop(tmp_path: Path) -> None:
    workers = Workers(serving(tmp_path, 3), os.environ)
    running = asyncio.ensure_future(workers.run())

    async def up() -> bool:
        return all(starts(tmp_path / str(n)) for n in range(3))

    await eventually(up)
    workers.stop()
    assert await ended(running) == 0


async def test_OP27_another_one_is_started_where_one_died(tmp_path: Path) -> None:
    said: list[str] = []
    workers = Workers(serving(tmp_path, 2), os.environ, again_s=0.01, say=said.append)
    running = asyncio.ensure_future(workers.run())

    async def both() -> bool:
        return all(starts(tmp_path / str(n)) for n in range(2))

    await eventually(both)
    os.kill(starts(tmp_path / "1")[0], 9)

    async def again() -> bool:
        return len(starts(tmp_path / "1")) == 2

    await eventually(again)
    assert len(starts(tmp_path / "0")) == 1
    assert said == ["worker 2 ended with -9: another one is started"]
    workers.stop()
    assert await ended(running) == 0


async def test_OP27_one_that_cannot_start_ends_them_all_with_its_status(tmp_path: Path) -> None:
    refuses = [sys.executable, "-c", "import sys; sys.exit(3)"]
    workers = Workers([*serving(tmp_path, 1), refuses], os.environ)
    assert await ended(asyncio.ensure_future(workers.run())) == 3


async def test_OP27_told_to_stop_between_two_workers_none_is_started(tmp_path: Path) -> None:
    workers = Workers(serving(tmp_path, 1), os.environ, again_s=60.0, say=lambda _: workers.stop())
    running = asyncio.ensure_future(workers.run())

    async def up() -> bool:
        return bool(starts(tmp_path / "0"))

    await eventually(up)
    os.kill(starts(tmp_path / "0")[0], 9)
    assert await ended(running) == 0
    assert len(starts(tmp_path / "0")) == 1


def test_OP26_each_worker_is_a_node_of_its_own() -> None:
    settings = Settings(workers=2, node="club", metrics_port=9100, demo=True)
    flags = {"workers": 2, "demo": True, "http_port": 8700, "limits": None}
    first, second = commands(settings, Path("touchline.toml"), flags)
    for command in (first, second):
        assert command[1:6] == ["-m", "server", "serve", "--config", "touchline.toml"]
        assert command[command.index("--workers") + 1] == "1"
        assert command[command.index("--http-port") + 1] == "8700"
        assert "--reuse-port" in command
        assert "--limits" not in command
    assert (
        first[first.index("--node") + 1],
        first[first.index("--metrics-port") + 1],
    ) == ("club-1", "9100")
    assert second[second.index("--metrics-port") + 1] == "9101"
    assert "--demo" in first
    assert "--no-demo" in second


@pytest.mark.parametrize(
    "flags",
    [
        ["--workers", "2"],
        ["--workers", "2", "--database", "postgresql://h/d"],
        ["--workers", "0"],
    ],
)
def test_OP4_workers_without_what_nodes_need_are_refused(flags: list[str]) -> None:
    assert touchline("serve", *flags).status == 2


LOOKS_AFTER = """
import asyncio, json, os, sys
from server.cli.workers import Workers
asyncio.run(Workers(json.loads(sys.argv[1]), os.environ).run())
"""


async def test_OP27_workers_end_when_nobody_looks_after_them(tmp_path: Path) -> None:
    commands_of_one = json.dumps(serving(tmp_path, 1))
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOOKS_AFTER, commands_of_one, cwd=ROOT
    )

    async def up() -> bool:
        return bool(starts(tmp_path / "0"))

    await eventually(up)
    (worker,) = starts(tmp_path / "0")
    assert is_there(worker)
    parent.kill()
    await parent.wait()

    async def gone() -> bool:
        return not is_there(worker)

    await eventually(gone)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody waited for does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(") ")[2][0] != "Z"
