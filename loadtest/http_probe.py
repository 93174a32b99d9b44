"""HTTP requests in the swarm's own loop, beside whatever else it does, over kept-open
connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from loadtest.connection import LOOPBACK, Connection
from loadtest.swarm import Swarm


class _Plain(Connection):
    """A socket of the swarm that speaks HTTP instead of WebSocket."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "")
        self._request = b""
        self.upgraded = True
        self.got = b""

    def parse(self, data: bytes) -> list[bytes]:
        """Collects; the prober cuts."""
        self.got += data
        return []


class Prober:
    """One kept-open connection, one request at a time."""

    def __init__(self, swarm: Swarm, port: int) -> None:
        self.swarm, self.port = swarm, port
        self.connection: _Plain = _Plain(port)
        self.busy = False
        self.statuses: list[int] = []
        self.latencies: list[float] = []
        self.retry_after_s = 0.0
        """What the last answer said; 0 where it said nothing."""
        self._asked_at = 0.0
        swarm.add(self)

    def ask(self, path: str, token: str, body: bytes | None = None) -> None:
        """Sends a GET, or a POST of JSON where there is a body. Only while not busy."""
        assert not self.busy, "one request at a time"
        self.busy = True
        self._asked_at = time.perf_counter()
        host = f"{LOOPBACK}:{self.port}"
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {host}\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.connection.send_frames(head.encode() + b"\r\n" + (body or b""))
        self.swarm.touch(self)

    def ready(self) -> None:
        """Reads what has come."""
        self.connection.receive()
        whole = _whole_answer(self.connection.got)
        if whole is not None and self.busy:
            status, length, self.retry_after_s = whole
            self.connection.got = self.connection.got[length:]
            self.statuses.append(status)
            self.latencies.append(time.perf_counter() - self._asked_at)
            self.busy = False
        if self.connection.closed:
            if self.busy:
                self.statuses.append(0)
                self.busy = False
            self.connection = _Plain(self.port)
            self.swarm.add(self)


def at_rate(
    swarm: Swarm, probers: Sequence[Prober], asked: Callable[[int], tuple[str, str]], per_s: float
) -> Callable[[], int]:
    """Asks `asked(n)` (path and token) that often, as long as the swarm runs. The answer tells how
    many were due while every connection was busy: those are late, not lost, and count from when
    they could be sent."""
    state = {"n": 0, "late": 0}

    def tick() -> None:
        free = next((one for one in probers if not one.busy), None)
        if free is None:
            state["late"] += 1
        else:
            free.ask(*asked(state["n"]))
            state["n"] += 1
        swarm.after(1 / per_s, tick)

    swarm.after(0, tick)
    return lambda: state["late"]


def _whole_answer(data: bytes) -> tuple[int, int, float] | None:
    """Status, length and `Retry-After` of the first answer, once it is complete."""
    head, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        return None
    headers = dict(
        (name.strip().lower(), value)
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    )
    length = len(head) + 4 + int(headers.get(b"content-length", 0))
    if len(data) < length:
        return None
    return int(data[9:12]), length, float(headers.get(b"retry-after", 0))
