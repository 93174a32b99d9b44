"""Senders and receivers for measuring: they do as little per byte as Python allows, so that they
are not what is measured.

A pump keeps a fixed number of commands in flight on one connection. Receivers read into one shared
buffer and count; a few keep what came, with the time, and it is parsed afterwards. Neither checks
anything while the clock runs.
"""

from __future__ import annotations

import errno
import os
import select
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from loadtest.connection import Connection
from loadtest.wire import CLOSE, PING, PONG, FrameReader, client_frame, parse_close

BUFFER_BYTES = 1_048_576
RECEIVERS_AT_ONCE = 64
"""Receivers served between two looks at the pumps: 64 reads take about 0.2 ms."""


class Broken(Exception):
    """A connection ended, or an answer was a refusal, while it was being measured."""


class Script(Protocol):
    """What a pump says, and what it takes for an answer."""

    def render(self, n: int) -> bytes:
        """The frame of the n-th command."""
        ...

    def settle(self, payload: bytes) -> int:
        """How many commands a message of the server answers. Raises Broken for a refusal."""
        ...


class Pump:
    """Keeps `window` commands in flight; the answers come in the order of the commands."""

    def __init__(self, connection: Connection, script: Script, *, window: int) -> None:
        self.connection = connection
        self.window = window
        self.sent = 0
        self.settled = 0
        self.latencies: list[float] = []
        self.stopped = False
        self._script = script
        self.kept: list[bytes] | None = None
        """Payloads that came, if somebody wants them (an empty list to begin with)."""
        self._reader = FrameReader()
        self._sent_at: deque[float] = deque()

    @property
    def in_flight(self) -> int:
        """Commands that are not answered."""
        return self.sent - self.settled

    def fill(self, now: float, *, more: int = 0) -> None:
        """Sends until the window is full, and so many more than that, in one write."""
        missing = max(0, 0 if self.stopped else self.window - self.in_flight) + more
        if missing <= 0:
            return
        frames = b"".join([self._script.render(self.sent + n) for n in range(missing)])
        self.sent += missing
        self._sent_at.extend([now] * missing)
        self.connection.send_frames(frames)

    def drain(self, buffer: memoryview) -> None:
        """Reads what has come, counts the answers and sends as many again. Raises Broken."""
        size = _read(self.connection, buffer)
        now = time.perf_counter()
        self.take(bytes(buffer[:size]), now)
        if self.connection.wants_to_write:
            self.connection.flush()
        self.fill(now)

    def take(self, data: bytes, now: float) -> int:
        """The same for bytes that have been read; how many commands they answered."""
        before = self.settled
        for first, payload in self._reader.feed(data):
            if first == CLOSE:
                raise Broken(f"closed with {parse_close(payload)}")
            if first == PING:
                self.connection.send_frames(client_frame(payload, opcode=PONG))
                continue
            if self.kept is not None:
                self.kept.append(payload)
            done = self._script.settle(payload)
            self.settled += done
            for _ in range(min(done, len(self._sent_at))):
                self.latencies.append(now - self._sent_at.popleft())
        return self.settled - before


class Receivers:
    """Connections of which only the bytes are counted; those at `kept` places also keep them."""

    def __init__(self, connections: Sequence[Connection], *, kept: Sequence[int] = ()) -> None:
        self.connections = list(connections)
        self.streams: dict[int, list[tuple[float, bytes]]] = {place: [] for place in kept}
        """Place to what came, and when."""
        self._places = {c.sock.fileno(): place for place, c in enumerate(self.connections)}
        self._bytes = dict.fromkeys(self._places, 0)
        self._keeping = {self.connections[p].sock.fileno(): self.streams[p] for p in kept}
        self._epoll = select.epoll()
        for number in self._places:
            self._epoll.register(number, select.EPOLLIN)
        self.last_at = 0.0
        """When anything came last."""

    def counts(self) -> list[int]:
        """Bytes received so far, by place."""
        return list(self._bytes.values())

    def keep_all(self) -> None:
        """From now on everybody keeps what comes."""
        for number, place in self._places.items():
            self.streams.setdefault(place, [])
            self._keeping[number] = self.streams[place]

    def drain(self, buffer: memoryview, wait: float) -> int:
        """Reads once from up to RECEIVERS_AT_ONCE that have something. Returns how many had. Raises
        Broken."""
        ready = self._epoll.poll(wait, RECEIVERS_AT_ONCE)
        if not ready:
            return 0
        counts, keeping, readv, buffers = self._bytes, self._keeping, os.readv, [buffer]
        for number, _ in ready:
            size = readv(number, buffers)
            if not size:
                raise Broken(f"receiver {self._places[number]} was disconnected")
            counts[number] += size
            if number in keeping:
                keeping[number].append((time.perf_counter(), bytes(buffer[:size])))
        self.last_at = time.perf_counter()
        return len(ready)

    def close(self) -> None:
        """Stops watching."""
        self._epoll.close()


class Meter:
    """Runs pumps and receivers together. Pumps come first whenever both have something to read."""

    def __init__(self, pumps: Sequence[Pump], receivers: Receivers | None = None) -> None:
        self.pumps = list(pumps)
        self.receivers = receivers
        self._buffer = memoryview(bytearray(BUFFER_BYTES))
        self._by_number = {pump.connection.sock.fileno(): pump for pump in self.pumps}
        self._epoll = select.epoll()
        for number in self._by_number:
            self._epoll.register(number, select.EPOLLIN)

    def run(self, seconds: float) -> None:
        """Keeps every pump's window full for so long; at least once."""
        end = time.perf_counter() + seconds
        for pump in self.pumps:
            pump.stopped = False
        for pump in self.pumps:
            pump.fill(time.perf_counter())
        while True:  # once at least, for a run that is behind its time must read all the same
            wait = end - time.perf_counter()
            self._round(min(0.01, max(0.0, wait)))
            if wait <= 0:
                return

    def settle(self, *, limit_s: float) -> None:
        """Sends nothing more, waits until everything is answered. Raises Broken at the limit."""
        end = time.perf_counter() + limit_s
        for pump in self.pumps:
            pump.stopped = True
        while any(pump.in_flight for pump in self.pumps):
            if time.perf_counter() > end:
                raise Broken("commands were not answered in time")
            self._round(0.01)

    def quiet(self, *, quiet_s: float, limit_s: float) -> None:
        """Reads on until nothing has come for a while. Raises Broken at the limit."""
        end = time.perf_counter() + limit_s
        last = time.perf_counter()
        while (now := time.perf_counter()) - last < quiet_s:
            if now > end:
                raise Broken("the receivers did not fall silent")
            if self._round(quiet_s / 4):
                last = time.perf_counter()

    def close(self) -> None:
        """Stops watching; the connections stay."""
        self._epoll.close()

    def _round(self, wait: float) -> int:
        ready = self._epoll.poll(0 if self.receivers is not None else wait)
        for number, _ in ready:
            self._by_number[number].drain(self._buffer)
        if self.receivers is None:
            return len(ready)
        return len(ready) + self.receivers.drain(self._buffer, 0 if ready else min(wait, 0.001))


def _read(connection: Connection, buffer: memoryview) -> int:
    try:
        size = connection.sock.recv_into(buffer)
    except BlockingIOError:
        return 0
    except OSError as failed:
        raise Broken(errno.errorcode.get(failed.errno or 0, "lost")) from failed
    if not size:
        raise Broken("the connection of a sender ended")
    return size
