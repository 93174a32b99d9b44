"""The shipped server as a process of its own, on loopback and free ports: started, killed, started
again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.canaries import found_in
from tests.support.timeouts import MS

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ServerProcess:
    """`python -m server serve` with a data folder that outlives it."""

    data_dir: Path
    http_port: int = field(default_factory=free_port)
    ws_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict[str, str])
    program: str = "server"
    """The module that is run; those of tests run the same, with something of theirs in it."""
    start_ms: float = 30_000
    """Within which it serves."""
    _process: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task[None] | None = None
    log: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.http_port}"

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself since it was started."""
        return self._process is not None and self._process.returncode is not None

    async def start(self) -> None:
        """Returns once it serves."""
        flags = {
            "data-dir": str(self.data_dir),
            "host": "127.0.0.1",
            "http-port": str(self.http_port),
            "ws-port": str(self.ws_port),
            "log-format": "json",
            **self.settings,
        }
        command = [sys.executable, "-m", self.program, "serve"]
        for name, value in flags.items():
            command += [f"--{name}", value]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")
        }
        self._process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        serving = asyncio.Event()
        self._reading = asyncio.create_task(self._read(self._process, serving))
        async with asyncio.timeout(self.start_ms * MS):
            await serving.wait()
        assert self._process.returncode is None, "\n".join(self.log[-20:])

    async def _read(self, process: asyncio.subprocess.Process, serving: asyncio.Event) -> None:
        assert process.stdout is not None, "asked for"
        async for raw in process.stdout:
            line = raw.decode().rstrip()
            self.log.append(line)
            if line.startswith("{") and json.loads(line).get("event") == "serving":
                serving.set()
        await process.wait()  # its last word comes before its status: it has not begun to serve
        serving.set()

    async def kill(self) -> None:
        """kill -9: nothing is said to anybody."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM: everybody is told, then it ends."""
        await self._end(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP: it is there, and does nothing."""
        assert self._process is not None, "started"
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT: as if no time had passed, for it."""
        assert self._process is not None, "started"
        self._process.send_signal(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        """SIGTERM without waiting for the end."""
        assert self._process is not None, "started"
        self._process.send_signal(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._reading is None:
            return
        if self._process.returncode is None:
            self._process.send_signal(how)
        async with asyncio.timeout(30_000 * MS):
            await self._process.wait()
            await self._reading
        self._process = None
        logged = [line for line in self.log if line.startswith("{")]
        secret = found_in("\n".join(logged))
        assert secret is None, f"the server's log holds a secret: {secret}"


@asynccontextmanager
async def server_process(data_dir: Path, **settings: str) -> AsyncGenerator[ServerProcess]:
    """A running server; keywords are settings (`ws_url="…"`)."""
    named = {name.replace("_", "-"): value for name, value in settings.items()}
    server = ServerProcess(data_dir, settings=named)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
