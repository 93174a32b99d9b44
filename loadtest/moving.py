"""A member that goes where it is told: when its node restarts it is at the named one before it
leaves the old one, as the client in browsers is (C2). Where nobody names a node it tries another.

It must not know which node restarts when, or measure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from loadtest.connection import Connection
from loadtest.member import Member
from loadtest.wire import WireError
from protocol.client_events import ClientEvent
from protocol.server_messages import Notice

AHEAD_S = 1.0
"""Before its time a client begins to go: so long a new connection may take."""
AGAIN_S = 0.2
"""Before another attempt."""


class MovingMember:
    """Moves a member between nodes. Invariant: the member has one connection, and at most one
    more is on its way."""

    def __init__(self, member: Member, ports: Sequence[int]) -> None:
        self.member = member
        self.moves = 0
        self.losses = 0
        """Times that a connection ended before there was another."""
        self._ports = list(ports)
        self._ahead: _Ahead | None = None
        member.on_event = self._heard
        member.on_gone = self._gone

    def _heard(self, event: ClientEvent) -> None:
        if not (isinstance(event, Notice) and event.code == "restarting"):
            return
        if event.where is None or event.when is None:
            return
        port = urlsplit(event.where).port or self.member.port
        wait_s = max(0.0, event.when / 1000 - time.time() - AHEAD_S)
        leaving = self.member.connection
        self.member.swarm.after(wait_s, lambda: self._go(port, leaving))

    def _go(self, port: int, leaving: Connection) -> None:
        """Opens the other connection, unless the old one has ended meanwhile."""
        if self.member.connection is leaving and not leaving.closed:
            self._ahead = _Ahead(self, port)

    def arrived(self, ahead: _Ahead) -> None:
        """The other connection stands, or could not be made; then the member stays until its
        node sends it away."""
        if self._ahead is not ahead:
            ahead.connection.abandon()
            return
        self._ahead = None
        if not ahead.connection.closed:
            self.moves += 1
            self.member.port = ahead.port
            self.member.take_over(ahead.connection)

    def _gone(self, _code: int) -> None:
        self.losses += 1
        self._ahead = None
        here = self._ports.index(self.member.port)
        self.member.port = self._ports[(here + 1) % len(self._ports)]
        self.member.swarm.after(AGAIN_S, self.member.connect)


class _Ahead:
    """A connection on its way to another node."""

    def __init__(self, mover: MovingMember, port: int) -> None:
        self.port = port
        self.connection = Connection(port, mover.member.codec.subprotocol)
        self._mover = mover
        mover.member.swarm.add(self)

    def ready(self) -> None:
        """Reads the answer to the upgrade. Called by the swarm."""
        try:
            self.connection.receive()
        except WireError:
            self.connection.abandon()
        if self.connection.upgraded or self.connection.closed:
            if not self.connection.closed:
                self._mover.member.swarm.release(self)
            self._mover.arrived(self)
