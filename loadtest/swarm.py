"""Many members in one thread: waits for their sockets, gives each its turn, and wakes what asked to
be woken.

It knows no messages. Everything is bounded: `run` ends at its deadline whatever the members do.
"""

from __future__ import annotations

import heapq
import itertools
import select
import time
from collections.abc import Callable
from typing import Protocol

from loadtest.connection import Connection

EVENTS_AT_ONCE = 256
POLL_S_MAX = 0.25


class Participant(Protocol):
    """Somebody with a socket."""

    @property
    def connection(self) -> Connection:
        """The present one."""
        ...

    def ready(self) -> None:
        """The socket may be read, or has ended."""
        ...


class Swarm:
    """Members by socket. A member is registered from `add` until its connection ends or
    `release`."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._members: dict[int, tuple[Participant, Connection]] = {}
        # With the connection, for a number names the next socket as soon as one is closed.
        self._writing: set[int] = set()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def add(self, member: Participant) -> None:
        """Watches the member's present connection."""
        if member.connection.closed:
            member.ready()
            return
        number = member.connection.sock.fileno()
        self._members[number] = (member, member.connection)
        self._epoll.register(number, select.EPOLLIN | select.EPOLLOUT)
        self._writing.add(number)

    def release(self, member: Participant) -> None:
        """Stops watching; the connection stays as it is."""
        connection = member.connection
        if not connection.closed:
            number = connection.sock.fileno()
            self._epoll.unregister(number)
            self._members.pop(number, None)
            self._writing.discard(number)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Calls once, that much later, if `run` still runs."""
        heapq.heappush(self._timers, (time.perf_counter() + seconds, next(self._count), call))

    def touch(self, member: Participant) -> None:
        """The member has said something outside its turn: watches for the place to send the
        rest."""
        connection = member.connection
        if not connection.closed and connection.wants_to_write:
            self._watch(connection.sock.fileno(), connection)

    def run(self, until: Callable[[], bool], *, limit_s: float) -> bool:
        """Serves everybody until `until` says so (looked at after every round). False: the limit
        came first."""
        deadline = time.perf_counter() + limit_s
        while not until():
            now = time.perf_counter()
            if now >= deadline:
                return False
            wait = min(POLL_S_MAX, deadline - now)
            if self._timers:
                wait = min(wait, max(0.0, self._timers[0][0] - now))
            self._round(wait)
        return True

    def close(self) -> None:
        """Ends every connection that is still watched."""
        for _, connection in self._members.values():
            connection.abandon()
        self._members.clear()
        self._epoll.close()

    def _round(self, wait: float) -> None:
        for number, events in self._epoll.poll(wait, EVENTS_AT_ONCE):
            known = self._members.get(number)
            if known is None:
                continue
            member, connection = known
            if events & select.EPOLLOUT:
                connection.flush()
            if events & ~select.EPOLLOUT:
                member.ready()
            if not connection.closed:
                self._watch(number, connection)
            elif self._members.get(number) is known:  # closing the socket took it out of the epoll
                del self._members[number]
                self._writing.discard(number)
        now = time.perf_counter()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    def _watch(self, number: int, connection: Connection) -> None:
        """Asks for writability only while something waits to be written: else every poll would
        return at once."""
        writing = connection.wants_to_write
        if writing == (number in self._writing):
            return
        self._epoll.modify(number, select.EPOLLIN | (select.EPOLLOUT if writing else 0))
        (self._writing.add if writing else self._writing.discard)(number)
