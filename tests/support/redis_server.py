"""A real Redis for tests: Debian's redis-server on a free port of 127.0.0.1, without persistence.

It can be killed, paused and started again on the same port; it ends with us, however we end.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadtest.processes import free_port

BINARY = shutil.which("redis-server")
NO_BINARY = "redis-server is not installed (Debian: apt-get install redis-server)"
_START_S = 10.0
_START_ATTEMPTS = 3
"""Between finding a free port and using it, another process may take it."""


class RedisServer:
    """A server that this process started, and its folder. `stop` leaves nothing behind."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        """`more`: further settings, by name."""
        assert BINARY is not None, NO_BINARY
        self._more = more or {}
        self._folder = Path(tempfile.mkdtemp(prefix="touchline-redis-"))
        self._process: subprocess.Popen[Any] | None = None
        self._guard = _guard(self._folder)
        for attempt in range(1, _START_ATTEMPTS + 1):
            self.port = free_port()
            try:
                self.start()
            except AssertionError:
                if attempt == _START_ATTEMPTS:
                    raise
            else:
                break

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts it, with nothing in its memory; returns when it answers."""
        assert BINARY is not None, NO_BINARY
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "save": "",
            "appendonly": "no",
            "dir": str(self._folder),
            "pidfile": str(self._folder / "pid"),
            "logfile": str(self._folder / "log"),
            **self._more,
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([BINARY, *words], stdin=subprocess.DEVNULL)
        until = time.monotonic() + _START_S
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < until, "Redis did not answer"
            time.sleep(0.005)

    def kill(self) -> None:
        """As a crash ends it; what it knew is lost."""
        assert self._process is not None, "started"
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """It takes connections, and answers nothing. Returns when it stands still."""
        assert self._process is not None, "started"
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def go_on(self) -> None:
        """It answers again."""
        assert self._process is not None, "started"
        self._process.send_signal(signal.SIGCONT)

    def say(self, *words: str) -> bytes:
        """One command; the answer as it stands on the wire."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            return _said(connection, *words)

    def stop(self) -> None:
        """Ends it and removes all it has written."""
        self.kill()
        self._guard.communicate()

    def _answers(self) -> bool:
        try:
            return self.say("PING") == b"+PONG\r\n"
        except OSError:
            return False


def _said(connection: socket.socket, *words: str) -> bytes:
    parts = [f"*{len(words)}\r\n"] + [f"${len(w.encode())}\r\n{w}\r\n" for w in words]
    connection.sendall("".join(parts).encode())
    answer = b""
    while not answer.endswith(b"\r\n"):
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionResetError("closed before it answered")
        answer += piece
    return answer


def _guard(folder: Path) -> subprocess.Popen[Any]:
    """A process that clears away when its input ends: when we say so, or when we are dead."""
    script = 'cat >/dev/null; kill -9 "$(cat "$0/pid" 2>/dev/null)" 2>/dev/null; rm -rf "$0"'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, os.fspath(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
