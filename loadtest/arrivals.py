"""Receivers that write down when what arrived at whom: thousands of followers on one core, of whom
nobody decodes anything while the clock runs.

Of each read are kept the time, the place and the version of the last entry in it, found in the
bytes. It knows how an entry begins, and no kind of room.
"""

from __future__ import annotations

import os
import select
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Raw, Struct
from msgspec.json import Decoder

from loadtest.connection import Connection
from loadtest.pump import RECEIVERS_AT_ONCE, Broken, Receivers
from loadtest.wire import FrameReader
from protocol.codec import JSON
from protocol.server_messages import Entries

ENTRY = b'{"v":'
"""How every entry begins; quotes within texts are escaped, so nothing else does."""


class Line(Struct, frozen=True, gc=False):
    """What of an entry concerns a load."""

    v: int
    at: int
    """Log time, ms."""
    events: list[Raw] = []


read_line = Decoder(Line)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry at one place."""

    at: float
    """By the clock of `perf_counter`."""
    place: int
    version: int


class Arrivals(Receivers):
    """Connections that are only read from. Invariant: nothing is kept of what came before
    `forget`."""

    def __init__(self) -> None:
        super().__init__(())
        self._hearers: dict[int, Callable[[float, bytes], None]] = {}
        self.latest: dict[int, int] = {}
        """Place to the last version that came there."""
        self._times = array("d")
        self._whose = array("l")
        self._last = array("q")

    def __len__(self) -> int:
        return len(self.connections)

    def enter(
        self, connection: Connection, *, hears: Callable[[float, bytes], None] | None = None
    ) -> int:
        """One more, which nobody else reads from; its place. `hears`: is given whatever comes."""
        place, number = len(self.connections), connection.sock.fileno()
        self.connections.append(connection)
        self._places[number] = place
        self._bytes[number] = 0
        if hears is not None:
            self._hearers[number] = hears
        self._epoll.register(number, select.EPOLLIN)
        return place

    def leave(self, place: int) -> None:
        """Nothing more is read from it; what it has got is kept."""
        number = self.connections[place].sock.fileno()
        self._epoll.unregister(number)
        del self._places[number], self._bytes[number]
        self._hearers.pop(number, None)

    def keep(self, place: int) -> None:
        """Everything that comes to this place from now on is kept in `streams`."""
        stream = self.streams.setdefault(place, [])
        number = self.connections[place].sock.fileno()
        self._hearers[number] = lambda at, data: stream.append((at, data))

    def forget(self) -> None:
        """Begins anew; whoever is kept goes on being kept."""
        for stamps in (self._times, self._whose, self._last):
            del stamps[:]
        for stream in self.streams.values():
            stream.clear()

    def drain(self, buffer: memoryview, wait: float) -> int:
        """As Receivers. Raises Broken."""
        ready = self._epoll.poll(wait, RECEIVERS_AT_ONCE)
        places, counts, hearers = self._places, self._bytes, self._hearers
        buffers = [buffer]
        for number, _ in ready:
            size = os.readv(number, buffers)
            now = time.perf_counter()
            if not size:
                raise Broken(f"receiver {places[number]} was disconnected")
            counts[number] += size
            data = bytes(buffer[:size])
            begins = data.rfind(ENTRY)
            if begins >= 0:
                version = _number_at(data, begins + len(ENTRY))
                if version:
                    self._times.append(now)
                    self._whose.append(places[number])
                    self._last.append(version)
                    self.latest[places[number]] = version
            if number in hearers:
                hearers[number](now, data)
        if ready:
            self.last_at = time.perf_counter()
        return len(ready)

    def seen(self) -> Iterator[Arrival]:
        """Each place's reads that held an entry, in the order in which they came; an entry is at a
        place once a read has it or a later one."""
        for at, place, version in zip(self._times, self._whose, self._last, strict=True):
            yield Arrival(at, place, version)

    def firsts(self, versions: Sequence[int], places: Sequence[int]) -> dict[int, list[float]]:
        """When each of these places had each of these versions (rising); of whoever never had it,
        nothing."""
        wanted = set(places)
        found: dict[int, list[float]] = {version: [] for version in versions}
        upto: dict[int, int] = dict.fromkeys(wanted, 0)
        for one in self.seen():
            if one.place not in wanted:
                continue
            at = upto[one.place]
            while at < len(versions) and versions[at] <= one.version:
                found[versions[at]].append(one.at)
                at += 1
            upto[one.place] = at
        return found

    def entries(self, place: int) -> dict[int, Line]:
        """The entries in what a kept place was sent, by version. Raises Broken where one is
        missing, twice there or out of order; of a filtered place, where a gap is not explained."""
        found: dict[int, Line] = {}
        upto = 0
        reader = FrameReader()
        for _, data in self.streams[place]:
            for _, payload in reader.feed(data):
                if not payload.startswith(b'{"type":"entries"'):
                    continue
                message = JSON.decode_server(payload)
                assert isinstance(message, Entries)
                lines = [read_line.decode(raw) for raw in message.entries]
                if message.skipped_to is None:
                    last = message.first + len(lines) - 1
                    whole = [one.v for one in lines] == [*range(message.first, last + 1)]
                    continues = message.first == upto + 1 and whole
                else:
                    last = message.skipped_to
                    lines = [one for one in lines if one.v > upto]
                    continues = message.first <= upto + 1
                if upto and not continues:
                    raise Broken(f"receiver {place} got {message.first} after {upto}")
                found.update((one.v, one) for one in lines)
                upto = last
        return found


def _number_at(data: bytes, start: int) -> int:
    """The number that begins there; 0 where its end has not come."""
    end = data.find(b",", start)
    return int(data[start:end]) if end > 0 else 0


def missing(found: Mapping[int, Sequence[float]], count: int) -> list[str]:
    """A sentence for each version that not everybody got."""
    return [
        f"version {version} came to {len(times)} of {count}"
        for version, times in found.items()
        if len(times) != count
    ]
