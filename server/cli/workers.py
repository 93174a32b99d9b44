"""`touchline serve --workers N`: several processes on the same two ports, each a node, and one that
looks after them.

Starts them, lets them go in order when it is told to stop, and starts another where one died.
Serves nobody itself; must not know what a node does. SPEC rules OP26 and OP27.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from server.cli.screen import notes
from server.config import Settings
from server.secrets import operator_key
from server.settings_sources import flag_of, variable_of

AGAIN_S: Final = 1.0
"""After a worker died, another one is started."""
START_S: Final = 5.0
"""A worker that ends within this has a reason that the next one would have too."""
_PR_SET_PDEATHSIG: Final = 1


async def run_workers(settings: Settings, config: Path | None, flags: Mapping[str, Any]) -> int:
    """Runs them until SIGTERM or SIGINT, or until one cannot start; the worst of their statuses."""
    with operator_key(settings) as key:
        environ = {**os.environ, variable_of("operator_key"): key}
        return await Workers(commands(settings, config, flags), environ).run()


def commands(settings: Settings, config: Path | None, flags: Mapping[str, Any]) -> list[list[str]]:
    """The command of each worker: what was given, and what is each one's own."""
    name = settings.node or f"n{os.getpid()}"
    made: list[list[str]] = []
    for number in range(settings.workers):
        own: dict[str, Any] = {
            **flags,
            "workers": 1,
            "reuse_port": True,
            "node": f"{name}-{number + 1}",
        }
        if settings.metrics_port:
            own["metrics_port"] = settings.metrics_port + number
        if number:
            own["demo"] = False  # one board is enough
        words = [sys.executable, "-m", "server", "serve"]
        if config is not None:
            words += ["--config", str(config)]
        for flag, value in own.items():
            words += _flag(flag, value)
        made.append(words)
    return made


def _flag(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [flag_of(name) if value else f"--no-{name.replace('_', '-')}"]
    return [flag_of(name), str(value)]


class Workers:
    """Invariant: until it is told to stop, as many run as there are commands, or are about to."""

    def __init__(
        self,
        commands: Sequence[Sequence[str]],
        environ: Mapping[str, str],
        *,
        again_s: float = AGAIN_S,
        start_s: float = START_S,
        say: Callable[[str], None] = lambda text: notes().print(text, markup=False),
    ) -> None:
        """Only the first speaks to standard output: the addresses are those of all."""
        self._commands, self._environ, self._say = commands, environ, say
        self._again_s, self._start_s = again_s, start_s
        self._stopping = asyncio.Event()
        self._running: dict[int, Process] = {}

    async def run(self) -> int:
        """Until all have ended. Returns the worst of the statuses with which they did."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        async with asyncio.TaskGroup() as tasks:
            kept = [tasks.create_task(self._keep(n)) for n in range(len(self._commands))]
        return max(task.result() for task in kept)

    def stop(self) -> None:
        """Each worker is told; told again, it lets everybody go at once."""
        self._stopping.set()
        for process in self._running.values():
            if process.returncode is None:
                process.terminate()

    async def _keep(self, number: int) -> int:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            status = await self._run_one(number)
            if self._stopping.is_set():
                return max(status, 0)
            if status > 0 and loop.time() - began < self._start_s:
                self.stop()  # it said why; what stands in its way stands in the others' too
                return status
            self._say(f"worker {number + 1} ended with {status}: another one is started")
            try:
                async with asyncio.timeout(self._again_s):
                    await self._stopping.wait()
                    return 0
            except TimeoutError:
                continue

    async def _run_one(self, number: int) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._commands[number],
            env=self._environ,
            stdout=DEVNULL if number else None,
            # a Ctrl-C is for us alone, who hand it on once; and nobody outlives us
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self._running[number] = process
        if self._stopping.is_set():
            process.terminate()
        return await process.wait()


def _end_with_parent() -> None:
    """In the child, before it becomes a worker: it is told to stop when its parent dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
