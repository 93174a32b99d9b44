"""The client half of the conversation: rooms with positions, and an outbox of commands that each
end exactly once.

Sans-I/O: bytes come in by `receive`, bytes go out by `data_to_send`, and what happened is the list
of events that `receive` returns. It must not know sockets, clocks or what a room is about: applying
entries to a state, waiting before a retry and pacing by the limits of `welcome` are the shell's.
SPEC rules CL50 to CL66.

What goes wrong on the other side is a `RemoteProtocolError` (client_events.py draws the tree); the
shell closes the connection and opens a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never, cast

from msgspec import Raw

from protocol.client_events import (
    Applied,
    ClientEvent,
    Live,
    Postponed,
    Refused,
    Settled,
    StartedOver,
    UnexpectedMessage,
    VersionsBroken,
)
from protocol.client_messages import (
    EVERYTHING,
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
from protocol.client_outbox import WINDOW, Outbox, Pending
from protocol.client_room import ClientRoom, Phase
from protocol.errors import LocalProtocolError
from protocol.identifiers import MadeAt, Position
from protocol.server_messages import (
    Accepted,
    Entries,
    ErrorMessage,
    Joined,
    Notice,
    Pong,
    Presence,
    Private,
    Rejected,
    RoomClosed,
    Scores,
    ServerMessage,
    Snapshot,
    Welcome,
)
from protocol.token_bucket import TokenBucket

if TYPE_CHECKING:
    from protocol.codec import Codec

PACE = 0.95
"""Share of the stated rate that is used: clocks differ, and being refused costs more."""

RETRY_FIRST_MS = 50
RETRY_MAX_MS = 5_000
"""Waits proposed after `busy` and `contended`, doubled at each refusal: the server says `wait_ms`
only where it knows."""


class NotFollowing(LocalProtocolError):
    """This client has no position in the room yet, so a command could not say what it was made
    at."""


class ClientSession:
    """One client id over any number of connections. After every call that may speak, send what
    `data_to_send` returns.

    Invariants: at most one connection at a time; a seq names one command for ever; commands of a
    room leave in the order of their seqs; every command ends once, by `Settled` or by `Refused`.
    """

    def __init__(self, codec: Codec, client: str, *, agent: str = "") -> None:
        self.codec = codec
        self.client = client
        self.limits: Welcome | None = None
        """The last welcome, with the limits to keep to."""
        self._agent = agent
        self._rooms: dict[str, ClientRoom] = {}
        self._refs: dict[int, str] = {}
        self._last_ref = 0
        self._out: list[bytes] = []
        self._open = False
        self._welcomed = False
        self._in_flight_max = WINDOW
        self._now = 0.0
        self._bucket = TokenBucket(0.0, 0.0, 0.0)

    # ---------------------------------------------------------------- the connection

    def connected(self, token: str) -> None:
        """A socket is open: says hello, with every room and where this client stands in it
        (CL50)."""
        assert not self._open, "one connection at a time: call disconnected() first"
        self._open = True
        joins: list[RoomJoin] = []
        for room in self._rooms.values():
            if room.phase is not Phase.CLOSED:
                room.phase = Phase.JOINING
                joins.append(RoomJoin(room.id, room.resumed, room.invite, room.filter))
        self._say(Hello(token=token, client=self.client, agent=self._agent, rooms=joins))

    def disconnected(self) -> None:
        """The socket is gone, for whatever reason. What was sent and not answered will be sent
        again (CL56)."""
        self._open = self._welcomed = False
        self._out.clear()
        self._refs.clear()
        for room in self._rooms.values():
            left = room.phase is Phase.CLOSED or (room.phase is Phase.LEAVING and not room.wanted)
            room.phase = Phase.CLOSED if left else Phase.ABSENT
            room.wanted = False
            room.outbox.rewind()

    def data_to_send(self) -> list[bytes]:
        """Payloads of messages to send, one data frame each, in this order; each is returned
        once."""
        out, self._out = self._out, []
        return out

    def authenticate(self, token: str) -> None:
        """A fresh token for the same account."""
        self._say(Auth(token=token))

    def ping(self, n: int) -> None:
        """Asks for a `Pong` with the same number."""
        self._say(Ping(n=n))

    # ---------------------------------------------------------------- rooms and commands

    def join(self, room_id: str, *, invite: str | None = None, wanted: Any = None) -> None:
        """Follows a room from now on, on every connection, until `leave`. Its first event is
        `StartedOver`. `wanted`: as of `want`; None: as it was, at first all of it."""
        room = self._rooms.setdefault(room_id, ClientRoom(room_id, invite, Outbox(room_id)))
        if wanted is not None:
            self.want(room_id, wanted)
        by_another_link = invite is not None and invite != room.invite
        room.invite = invite or room.invite
        if room.phase is Phase.LEAVING or (room.phase is Phase.JOINING and by_another_link):
            room.wanted = True
        elif room.phase in (Phase.ABSENT, Phase.CLOSED):
            room.phase = Phase.ABSENT
            if self._welcomed:
                self._ask(room)

    def want(self, room_id: str, wanted: Any) -> None:
        """What is to come of a room, as its kind knows filters (CL65); None: all of it. Where that
        is something else than before, the room is left and joined anew, and starts over."""
        room = self._rooms[room_id]
        changed = room.want(EVERYTHING if wanted is None else self.codec.raw(wanted))
        if changed and room.phase in (Phase.JOINING, Phase.LIVE):
            self._say(Leave(room=room_id))
            room.phase, room.wanted = Phase.LEAVING, True

    def leave(self, room_id: str) -> None:
        """Stops following. Commands that have not ended stay in the outbox and go out when the room
        is joined again."""
        room = self._rooms[room_id]
        room.wanted = False
        if room.phase in (Phase.JOINING, Phase.LIVE):
            self._say(Leave(room=room_id))
            room.phase = Phase.LEAVING
        elif room.phase is Phase.ABSENT:
            room.phase = Phase.CLOSED

    def position(self, room_id: str) -> Position | None:
        """Where this client stands in the room."""
        room = self._rooms.get(room_id)
        return None if room is None else room.position

    def is_live(self, room_id: str) -> bool:
        """Whether the room is followed on an open connection."""
        room = self._rooms.get(room_id)
        return room is not None and room.phase is Phase.LIVE

    def pending(self, room_id: str) -> list[Pending]:
        """Commands of this room that have not ended, in the order of their seqs."""
        return list(self._rooms[room_id].outbox.pending.values())

    def submit(self, room_id: str, command: Any) -> int:
        """Puts a command in the outbox and returns its seq. It leaves at once if the window allows.

        Raises NotFollowing before the room's first position.
        """
        room = self._rooms.get(room_id)
        if room is None or room.position is None:
            raise NotFollowing(f"room {room_id}: no position yet, wait for StartedOver")
        made = MadeAt(room.position.generation, room.position.version)
        pending = room.outbox.add(made, self.codec.encode(command))
        self._flush(room)
        return pending.seq

    def retry(self, room_id: str) -> None:
        """The wait that `Postponed` asked for is over."""
        room = self._rooms[room_id]
        room.outbox.held = False
        self._flush(room)

    def advance(self, now: float) -> None:
        """It is `now`, in seconds of any steady clock: commands that waited for their pace leave.

        A shell that never says so sends no more than the burst of each connection (CL63).
        """
        self._now = now
        self._flush_all()

    def presence(self, room_id: str, key: str, value: Any) -> bool:
        """Says the latest of something passing. False: not live, so it was dropped, as passing
        things are."""
        if not self.is_live(room_id):
            return False
        self._say(PresenceUpdate(room=room_id, key=key, value=self.codec.raw(value)))
        return True

    # ---------------------------------------------------------------- what comes in

    def receive(self, payload: bytes) -> list[ClientEvent]:
        """Takes one message and tells what happened.

        Raises ServerMisbehaved, and MalformedMessage of the codec; after either the connection must
        be closed.
        """
        message: ServerMessage = self.codec.decode_server(payload)
        if not self._welcomed and not isinstance(message, (Welcome, ErrorMessage, Notice)):
            raise UnexpectedMessage(f"{type(message).__name__} before welcome")
        events: list[ClientEvent] = []
        match message:
            case Welcome():
                events.append(message)
                self._welcome(message)
            case Snapshot():
                self._snapshot(message, events)
            case Entries():
                self._entries(message, events)
            case Joined():
                self._joined(message, events)
            case Accepted():
                self._accepted(message, events)
            case Rejected():
                self._rejected(message, events)
            case RoomClosed():
                self._closed(message)
                events.append(message)
            case ErrorMessage():
                self._error(message)
                events.append(message)
            case Private() | Presence() | Notice() | Pong() | Scores():
                events.append(message)
            case _:  # pragma: no cover - the union is closed
                assert_never(message)
        return events

    def _welcome(self, message: Welcome) -> None:
        if self._welcomed:
            raise UnexpectedMessage("a second welcome")
        self._welcomed = True
        self.limits = message
        limits = message.limits
        self._in_flight_max = min(limits.in_flight_max, WINDOW)
        self._bucket = TokenBucket(limits.rate_per_s * PACE, limits.burst, self._now)
        for room in self._rooms.values():
            if room.phase is Phase.ABSENT:  # joined by the caller between hello and welcome
                self._ask(room)

    def _followed(self, room_id: str, what: str) -> ClientRoom | None:
        """The room that a message is about; None while leaving, when late messages mean nothing."""
        room = self._rooms.get(room_id)
        if room is None or room.phase in (Phase.ABSENT, Phase.CLOSED):
            raise UnexpectedMessage(f"{what} of room {room_id}, which is not followed")
        return None if room.phase is Phase.LEAVING else room

    def _answered(self, room_id: str) -> ClientRoom:
        """CL61: an answer is true wherever the room stands; it may come after `closed`, for what
        was under way."""
        room = self._rooms.get(room_id)
        if room is None:
            raise UnexpectedMessage(f"an answer about room {room_id}, which was never joined")
        return room

    def _snapshot(self, message: Snapshot, events: list[ClientEvent]) -> None:
        room = self._followed(message.room, "snapshot")
        if room is None:
            return
        before = room.position
        renewed = before is not None and before.generation != message.position.generation
        room.position, room.anew = message.position, False
        events.append(StartedOver(room.id, message.position, message.kind, message.state, renewed))
        if renewed:
            # CL58: what was never sent was made in a life that ended; what was sent is asked for
            # under its seq.
            for pending in [p for p in room.outbox.pending.values() if not p.sends]:
                room.outbox.end(pending.seq, "session_expired")
                events.append(Refused(room.id, pending.seq, "session_expired"))

    def _entries(self, message: Entries, events: list[ClientEvent]) -> None:
        room = self._followed(message.room, "entries")
        if room is None:
            return
        before = room.position
        fresh = room.move(message, self.codec)
        after = room.position
        if before is not None and after is not None and after.version > before.version:
            events.append(Applied(room.id, before.version + 1, fresh, after))

    def _joined(self, message: Joined, events: list[ClientEvent]) -> None:
        room = self._followed(message.room, "joined")
        if message.ref is not None:
            self._refs.pop(message.ref, None)
        if room is None:
            return
        if room.phase is Phase.LIVE:
            raise UnexpectedMessage(f"room {room.id} joined twice")
        if message.position != room.position:
            raise VersionsBroken(room.id, expected=room.position, got=message.position)
        room.phase, room.wanted = Phase.LIVE, False
        if not message.filtered:
            room.filter = EVERYTHING  # there are too many filters in the room: all of it comes
        events.append(Live(room.id, message.role, message.filtered))
        for seq, version in message.done:
            # CL57: another life of this client id may have used seqs that this one has not: they
            # are never used again.
            room.outbox.skip(seq)
            if room.outbox.end(seq, version):
                events.append(Settled(room.id, seq, version))
        self._flush(room)

    def _accepted(self, message: Accepted, events: list[ClientEvent]) -> None:
        room = self._answered(message.room)
        for seq, version in message.done:
            if room.outbox.end(seq, version):
                events.append(Settled(room.id, seq, version))
        if not room.outbox.held:
            room.outbox.refusals = 0
        self._flush_all()

    def _rejected(self, message: Rejected, events: list[ClientEvent]) -> None:
        room = self._answered(message.room)
        if message.code == "not_found" and room.phase is not Phase.LIVE:
            return  # CL64: said of the room's absence; an earlier copy may have been executed
        if message.final:
            if room.outbox.end(message.seq, message.code):
                events.append(Refused(room.id, message.seq, message.code, message.detail))
            self._flush_all()
        elif room.outbox.postpone(message.seq):
            wait_ms = _wait_ms(room.outbox.refusals, message.detail)
            events.append(Postponed(room.id, message.seq, message.code, wait_ms))

    def _closed(self, message: RoomClosed) -> None:
        room = self._rooms.get(message.room)
        if room is None or room.phase in (Phase.ABSENT, Phase.CLOSED):
            raise UnexpectedMessage(f"closed of room {message.room}, which is not followed")
        self._lose(room)
        if room.wanted:
            room.wanted = False
            self._ask(room)

    def _error(self, message: ErrorMessage) -> None:
        """CL60: a join that failed is over; it is the caller who asks again."""
        room_id = message.room if message.ref is None else self._refs.pop(message.ref, None)
        room = self._rooms.get(room_id or "")
        if room is not None and room.phase is Phase.JOINING:
            self._lose(room)
            if room.wanted:
                room.wanted = False
                self._ask(room)

    # ---------------------------------------------------------------- the outbox

    def _flush(self, room: ClientRoom) -> None:
        """Sends what may leave, in the order of seqs."""
        if room.phase is not Phase.LIVE:
            return
        in_flight = sum(one.outbox.in_flight for one in self._rooms.values())
        while in_flight < self._in_flight_max:
            pending = room.outbox.next()
            if pending is None or not self._bucket.take(self._now):
                return
            again = pending.sends > 0
            room.outbox.sent(pending)
            in_flight += 1
            command = Raw(pending.command)
            self._say(Submit(room.id, pending.seq, pending.made, command, again))

    def _flush_all(self) -> None:
        """An answer in one room makes place for another's commands."""
        for room in self._rooms.values():
            self._flush(room)

    def _lose(self, room: ClientRoom) -> None:
        """The room is no longer followed here; its commands wait for a join."""
        room.phase = Phase.CLOSED
        room.outbox.rewind()

    def _ask(self, room: ClientRoom) -> None:
        self._last_ref += 1
        self._refs[self._last_ref] = room.id
        room.phase = Phase.JOINING
        self._say(Join(self._last_ref, room.id, room.resumed, room.invite, room.filter))

    def _say(self, message: ClientMessage) -> None:
        assert self._open, "no connection: call connected() first"
        self._out.append(self.codec.encode_client(message))


def _wait_ms(refusals: int, detail: Any) -> int:
    """What the server said, or a wait that doubles with each refusal in a row."""
    said = cast("dict[str, Any]", detail).get("wait_ms") if isinstance(detail, dict) else None
    if isinstance(said, int):
        return said
    return min(RETRY_FIRST_MS << min(refusals - 1, 16), RETRY_MAX_MS)
