"""One socket: its request answered, messages in and out, rooms joined and left, an orderly end.

Must not decide what a message means (protocol/server_session.py does), nor what a room says (the
room does). A connection's life: its head is read, it is open (waiting for hello, then live, as the
session says), closing (a close frame was sent or received), gone. Nothing here waits but a join.
SPEC: HS7 to HS14, MS6 to MS17, C1 to C21.

This is one of the two places that catch Exception: a bug here ends this connection with 1011 and an
incident id, and nobody else notices.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol, cast

from protocol.client_messages import (
    PROTOCOL_VERSION,
    Auth,
    ClientMessage,
    Hello,
    Join,
    Leave,
    Ping,
    PresenceUpdate,
    RoomJoin,
    Submit,
)
from protocol.codec import JSON, Codec
from protocol.codes import CloseCode
from protocol.errors import MalformedMessage
from protocol.framing import frame
from protocol.server_messages import Notice, Pong, Rejected, ServerMessage
from protocol.server_session import (
    Answer,
    Close,
    Phase,
    ServerSession,
    Verdict,
    version_unsupported,
)
from server.connections.frame_reader import FrameReader
from server.connections.greeting import renew, say_hello
from server.connections.handshake import HeadReader, Refusal, open_handshake
from server.connections.joining import join_room
from server.connections.outbox import Outbox
from server.connections.overdue import look_at
from server.connections.passing import pass_presence
from server.connections.surroundings import Place, Surroundings
from server.identity import Identity

NOBODY: Final = Identity("", "", 0)
"""Before hello."""
_LIVE: Final = Phase.LIVE
NO_CLOSE_FRAME: Final = 1006
"""Counted where a connection ended without one (RFC 6455, 7.4.1)."""


class Write(Protocol):
    """The transport's write, bound."""

    def __call__(self, frames: bytes) -> None:
        """Hands bytes over; raises RuntimeError once the transport is closed."""
        ...


class Connection(asyncio.Protocol):
    """Invariants: there are followers only between hello and `_end`; after `_end` nothing is
    written but what the close handshake needs; every path out goes through `_end`, once."""

    __slots__ = (
        "__weakref__",
        "_abort_at",
        "_around",
        "_drain_at",
        "_drained",
        "_ended",
        "_head",
        "_outbox",
        "_reader",
        "_revoked",
        "address",
        "client",
        "codec",
        "identity",
        "paused",
        "session",
        "transport",
        "welcomed",
        "write",
    )

    write: Write
    """The transport's own: rooms call it without a detour."""
    transport: asyncio.Transport
    session: ServerSession[Place]

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        now = around.clock.monotonic()
        self._head: HeadReader | None = HeadReader(around.rules, now)
        self._reader: FrameReader | None = None
        """From the handshake on, and with it the session."""
        self._outbox: Outbox | None = None
        self._ended = False
        self._revoked = False
        """Ended because what vouched for it has: what waits of it is not executed any more."""
        self._abort_at: float | None = None
        self._drain_at: float | None = None
        self._drained: asyncio.Future[None] | None = None
        """Joins that wait for the transport."""
        self.address = ""
        """Who is at the other end, behind proxies that are believed."""
        self.codec: Codec = JSON
        self.identity = NOBODY
        self.client = ""
        self.paused = False
        self.welcomed = False
        """Hello has named account and client."""

    # --- what the transport says ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A socket was accepted."""
        self.transport = cast("asyncio.Transport", transport)  # the loop's own kind, TLS or not
        self.write = cast("Write", self.transport.write)  # its parameter has another name
        settings = self._around.settings
        self.transport.set_write_buffer_limits(settings.write_high_bytes, settings.write_low_bytes)
        peer: tuple[Any, ...] | str | None = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        if not self._around.registry.arrived(self):
            self._ended = True
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        try:
            reader = self._reader
            if reader is None:
                self._read_head(data)
                return
            session = self.session
            session.heard = True
            session.bytes_received += len(data)
            around = self._around
            now = around.clock.monotonic()
            payloads = reader.feed(data)
            around.metrics.received_messages += len(payloads)
            for payload in payloads:
                if self._ended:
                    break
                self._receive(payload, now)
            if reader.output is not None or reader.ended:
                self._obey_reader(reader)
        except Exception as bug:  # noqa: BLE001 - the supervision boundary of a connection
            self.fail(bug)

    def eof_received(self) -> None:
        """The peer will say no more: whether it still reads is not worth knowing. The transport
        closes."""
        self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._end(None)
        self._around.registry.gone(self)

    def pause_writing(self) -> None:
        """The transport owes more than it may: the rooms stop writing to it."""
        self.paused = True
        if self._outbox is None:
            self._outbox = Outbox(self._around.clock.monotonic())
        if not self._ended:
            self._around.metrics.lags += 1
            for follower in self._followers():
                follower.lag()

    def resume_writing(self) -> None:
        """The transport has drained: what waited goes first, then every room catches up."""
        outbox, self._outbox, self.paused = self._outbox, None, False
        if self._ended:
            return
        try:
            if outbox is not None:
                self._write(outbox.take())
                if outbox.stopped_reading:
                    self.transport.resume_reading()
            for follower in self._followers():
                if self.paused:
                    # Full again: those that are left catch up next time.
                    return
                follower.catch_up()
            self._wake_joins()
        except Exception as bug:  # noqa: BLE001 - the supervision boundary of a connection
            self.fail(bug)

    async def drained(self) -> None:
        """Waits until the transport takes frames again, or the connection has ended."""
        while self.paused and not self._ended:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            # shielded: one join that is given up does not take the others with it
            await asyncio.shield(self._drained)

    def _wake_joins(self) -> None:
        waiting, self._drained = self._drained, None
        if waiting is not None:
            waiting.set_result(None)

    # --- the handshake ----------------------------------------------------------------------------

    def _read_head(self, data: bytes) -> None:
        if self._head is None:
            return  # refused: what still comes is not read
        around = self._around
        found = self._head.feed(data, around.clock.monotonic())
        if found is None:
            return
        if isinstance(found, Refusal):
            self._refuse(found)
            return
        head, rest = found
        opening = open_handshake(head, self.address, around.rules)
        if isinstance(opening, Refusal):
            self._refuse(opening)
            return
        account = None if opening.identity is None else opening.identity.account
        refused = around.registry.refuse(opening.address, account)
        if refused is not None:
            self._refuse(refused)
            return
        self._head = None
        self.address = opening.address
        self.codec = opening.codec
        if opening.identity is not None:
            self.identity = opening.identity
        now = around.clock.monotonic()
        self.session = ServerSession(around.limits, now)
        self._reader = FrameReader(binary=opening.codec.binary, bytes_max=self.session.bytes_max)
        around.registry.open(self)
        around.metrics.accepted_connections += 1
        self._write(opening.response)
        if rest:
            self.data_received(rest)

    def _refuse(self, refusal: Refusal) -> None:
        self._around.metrics.refused_handshakes[refusal.status] += 1
        self._head = None
        self._write(refusal.response())
        self._end(None)
        self._finish()

    # --- messages ---------------------------------------------------------------------------------

    def _receive(self, payload: bytes, now: float) -> None:
        session = self.session
        try:
            message = self.codec.decode(payload)
            if type(message) is Submit and session.phase is _LIVE:
                to = session.submit(message, now)
                if type(to) is Answer or type(to) is Close:
                    self.obey(to)
                else:
                    cast("Place", to).submit(message)  # what is no verdict is a place
            else:
                self._receive_other(message, now)
        except MalformedMessage as wrong:
            self._around.metrics.bad_messages += 1
            theirs = None
            if session.phase is Phase.AWAITING_HELLO:
                theirs = self.codec.peek_protocol(payload)
            if theirs is not None and theirs != PROTOCOL_VERSION:
                self.obey(version_unsupported(theirs))
            else:
                self.obey(session.malformed(wrong, now))

    def _receive_other(self, message: ClientMessage, now: float) -> None:
        session = self.session
        if isinstance(message, Hello):
            say_hello(self, self._around, message, now)
        elif session.phase is not Phase.LIVE:
            self.obey(session.out_of_phase("hello comes first", now))
        elif isinstance(message, PresenceUpdate):
            pass_presence(self, self._around, message, now)
        elif isinstance(message, Ping):
            self.say(Pong(message.n, self._around.clock.now_ms()))
        elif isinstance(message, Join):
            verdict = session.join(message, now)
            if verdict is None:
                self.join(message, message.ref)
            else:
                self.obey(verdict)
        elif isinstance(message, Leave):
            follower, answer = session.leave(message.room)
            if follower is not None:
                follower.leave()
            if answer is not None:
                self.obey(answer)
        elif isinstance(message, Auth):
            renew(self, self._around, message.token, now)
        else:
            assert isinstance(message, Submit)
            raise AssertionError("a submit of a live session is handled before")

    def join(self, asked: Join | RoomJoin, ref: int | None) -> None:
        """Asks the room. `session.begin_join` was called."""
        self._around.spawn(join_room(self, self.session, self._around, asked, ref))

    def message_limit_rose(self) -> None:
        """Messages may be as long as those of a live connection."""
        if self._reader is not None:
            self._reader.bytes_max = self.session.bytes_max

    @property
    def bytes_kept(self) -> int:
        """Bytes that wait for the peer in this process: in the transport, and behind it."""
        waiting = 0 if self._outbox is None else self._outbox.bytes_waiting
        return self.transport.get_write_buffer_size() + waiting

    @property
    def reads(self) -> bool:
        """Whether the peer is listened to: not while it leaves too many answers untaken."""
        return self._outbox is None or not self._outbox.stopped_reading

    # --- what rooms say (Recipient) ---------------------------------------------------------------

    def reply(self, payload: bytes) -> None:
        """One message to this connection alone: never dropped, kept while the transport is
        paused."""
        self._reply(frame(payload, binary=self.codec.binary))

    def room_closed(self, room_id: str, reason: str, incident: str | None = None) -> None:
        """The room has let this connection go and told it so."""
        self.session.rooms.pop(room_id, None)

    def charge(self, commands: int) -> None:
        """A command wrote as much as so many more (C24)."""
        self.session.charge(commands)

    def bad_seq(self) -> None:
        """A command used a seq of somebody else's client id (C21). Closed after this turn's
        answers."""
        verdict = self.session.bad_seq()
        if verdict is not None:
            self._around.call_later(0, lambda: self.close(verdict.code, verdict.reason))

    def _reply(self, frames: bytes) -> None:
        if self._ended:
            return
        outbox = self._outbox
        if outbox is None:
            self._write(frames)
        else:
            outbox.add(frames)
            if outbox.is_full and not outbox.stopped_reading:
                # Whoever does not take answers may not ask: that bounds what waits here.
                outbox.stopped_reading = True
                self.transport.pause_reading()

    def say(self, message: ServerMessage) -> None:
        """One message to this connection alone."""
        self.reply(self.codec.encode(message))

    def _write(self, frames: bytes) -> None:
        if not frames or self.transport.is_closing():
            return
        try:
            self.write(frames)
        except RuntimeError:
            # uvloop: closed between two turns, or after our end of stream; connection_lost is
            # coming.
            self._end(None)

    # --- verdicts and the end ---------------------------------------------------------------------

    def obey(self, verdict: Verdict) -> None:
        """Does what the session says."""
        if isinstance(verdict, Close):
            if verdict.last is not None:
                self.say(verdict.last)
            self.close(verdict.code, verdict.reason)
            return
        if isinstance(verdict.message, Rejected):
            self._around.metrics.rejections[verdict.message.code] += 1
        self.say(verdict.message)

    def close(self, code: CloseCode, reason: str) -> None:
        """Ends the connection from our side: out of every room, a close frame, and an end of the
        socket within `abort_s` whatever the peer does. Idempotent."""
        if self._ended:
            return
        reader = self._reader
        if reader is None:
            self._end(None)
            self._finish()
            return
        outbox = self._outbox
        if outbox is not None:
            self._write(outbox.take())
        self._around.witness.closed(self.identity.account, self.address, code, reason)
        reader.close(code, reason)
        self._obey_reader(reader)

    def revoke(self, verdict: Close) -> None:
        """What vouched for it has ended: as `close`, and commands that wait to be decided are
        taken back (AX4)."""
        self._revoked = True
        self.close(verdict.code, verdict.reason)

    def abort(self) -> None:
        """Cuts the socket off."""
        self.transport.abort()

    def drain(self, notice: Notice, at: float) -> None:
        """Tells when and where to reconnect, and closes with 1012 at `at`."""
        if self.welcomed:
            self.say(notice)
        self._drain_at = at

    def _obey_reader(self, reader: FrameReader) -> None:
        """Writes what the close handshake and pings want; takes the connection out where it has
        ended."""
        writes, reader.output = reader.output, None
        if reader.ended:
            self._end(reader.close_code)
        if writes is None:
            return
        self._write(b"".join(writes))
        if b"" in writes:
            self._finish(cleanly=reader.closed_cleanly)

    def _end(self, code: int | None) -> None:
        """Out of all rooms and tables. Idempotent. Nobody writes here after it but the close
        itself."""
        if self._ended:
            return
        self._ended = True
        self._wake_joins()
        around = self._around
        self._abort_at = around.clock.monotonic() + around.settings.abort_s
        if self._reader is None:
            return
        around.metrics.closes[NO_CLOSE_FRAME if code is None else code] += 1
        followers = self._followers()
        self.session.closing()
        around.registry.left(self)
        for follower in followers:
            if self._revoked:
                follower.revoke()
            else:
                follower.leave()

    def _finish(self, *, cleanly: bool = False) -> None:
        """Ends our side of the stream. What the peer still sends is read and forgotten until it
        ends its side: closing a socket with unread bytes would take the close frame away from it
        (RFC 9112, 9.6)."""
        transport = self.transport
        if transport.is_closing():
            return
        if cleanly or not transport.can_write_eof():
            transport.close()
        else:
            transport.write_eof()

    def fail(self, bug: Exception) -> None:
        """A bug in what this connection does: it ends, and nobody else notices (C19)."""
        incident = self._around.draw_incident()
        self._around.logger.error(
            "connection failed", incident=incident, account=self.identity.account, exc_info=bug
        )
        try:
            self.close(CloseCode.INTERNAL, f"incident {incident}")
        except Exception:
            # Leaving a room failed too: the socket must still end.
            self._around.logger.exception("closing failed", incident=incident)
            self.transport.abort()

    def _followers(self) -> list[Place]:
        if self._reader is None:
            return []
        return [one for one in self.session.rooms.values() if one is not None]

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Called by the sweeper: what has run out."""
        try:
            if self._ended:
                if self._abort_at is not None and now >= self._abort_at:
                    self.transport.abort()
            elif self._head is not None:
                refusal = self._head.tick(now)
                if refusal is not None:
                    self._refuse(refusal)
            elif self._drain_at is not None and now >= self._drain_at:
                self.close(CloseCode.RESTART, "restart")
            else:
                look_at(self, self._around, self._outbox, now)
        except Exception as bug:  # noqa: BLE001 - the supervision boundary of a connection
            self.fail(bug)
