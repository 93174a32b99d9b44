"""Follows one room over a WebSocket, as any program would: ClientSession on a socket.

Yields what is to be printed; must not know how. Comes back by itself where the close code says that
clients do.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from protocol.client_events import Applied, ClientEvent, Live, StartedOver
from protocol.client_session import ClientSession
from protocol.codec import JSON
from protocol.codes import RECONNECTS, CloseCode
from protocol.entries import Entry
from protocol.server_messages import ErrorMessage, Notice, RoomClosed, Welcome
from server.cli.entry_text import entry_line, plain


class Ended(Exception):
    """Following is over, and coming back would not help. The message says why."""


@dataclass(slots=True)
class Follower:
    """One room on one client. Knows the names of members, so that lines say who."""

    room: str
    names: dict[str, str] = field(default_factory=dict[str, str])

    def lines(self, event: ClientEvent) -> Iterator[str]:
        """What there is to say about one event of the session. Raises Ended."""
        match event:
            case StartedOver():
                view = msgspec.json.decode(event.state, type=_View)
                self.names.update(view.room.names)
                yield f"-- {plain(view.room.name)}, at version {event.position.version}"
            case Live():
                yield f"-- live, as {event.role}"
            case Applied():
                for raw in event.entries:
                    entry = msgspec.json.decode(raw, type=Entry)
                    self._learn(entry.events)
                    who = self.names.get(entry.by, entry.by)
                    yield entry_line(entry.v, entry.at, who, entry.events, refused=entry.refused)
            case Notice():
                yield f"-- the server says: {event.code}"
            case RoomClosed():
                raise Ended(f"the room was closed for us: {event.reason}")
            case ErrorMessage():
                raise Ended(f"the server refused: {event.code}")
            case _:
                return

    def _learn(self, events: Sequence[Any]) -> None:
        for event in events:
            if event.get("type") in {"member.joined", "member.renamed"}:
                self.names[event["member"]] = event["name"]


async def follow(
    url: str,
    token: str,
    room: str,
    invite: str | None,
    *,
    trusted: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Lines about the room, from now on and for as long as there is something to follow. `trusted`
    says whom to trust behind wss://; None: whom the machine does."""
    session = ClientSession(JSON, secrets.token_urlsafe(16), agent="touchline tail")
    session.join(room, invite=invite)
    follower = Follower(room)
    async for socket in connect(
        url,
        subprotocols=[Subprotocol(JSON.subprotocol)],
        compression=None,
        ssl=trusted if url.startswith("wss:") else None,
    ):
        session.connected(token)
        try:
            async for event in _events(socket, session):
                for line in follower.lines(event):
                    yield line
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            if code in set(CloseCode) and RECONNECTS[CloseCode(code)] != "yes":
                raise Ended(f"the server closed the connection ({code})") from None
            yield f"-- connection lost ({code}), coming back"
        session.disconnected()


async def _events(socket: ClientConnection, session: ClientSession) -> AsyncIterator[ClientEvent]:
    """What happens on one connection; says the session's words and pings while it is silent."""
    silence_s = 10.0
    pings = 0
    while True:
        for payload in session.data_to_send():
            await socket.send(payload.decode())
        try:
            async with asyncio.timeout(silence_s):
                received = await socket.recv(decode=False)
        except TimeoutError:
            pings += 1
            session.ping(pings)
            continue
        for event in session.receive(received):
            if isinstance(event, Welcome):
                silence_s = event.limits.heartbeat_s / 2
            yield event


class _Membership(msgspec.Struct, frozen=True):
    name: str = ""
    names: dict[str, str] = {}


class _View(msgspec.Struct, frozen=True):
    room: _Membership = _Membership()
