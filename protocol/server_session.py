"""The server half of the conversation: phases, strikes, limits, and which room a message is for.

Sans-I/O: messages and the time go in, values come out (`Answer`, `Close`, or what to do). Never
waits, knows no socket and no clock; who somebody is and what a room says is asked by the shell.
Implements SPEC HS8 to HS14, MS6 to MS13 and the C rows that are about messages. Times are seconds
of one steady clock unless a name says ms.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from protocol.client_messages import PROTOCOL_VERSION, Hello, Join, PresenceUpdate, Submit
from protocol.codes import REJECTIONS, CloseCode
from protocol.errors import InvalidUtf8, LocalProtocolError, MalformedMessage
from protocol.server_messages import ErrorMessage, Rejected, RoomClosed, ServerMessage
from protocol.token_bucket import TokenBucket

STRIKE_WINDOW_S: Final = 60.0
"""Bad messages older than this are forgotten (C7)."""
LIMITED_WINDOW_S: Final = 10.0
LIMITED_MAX: Final = 10
"""So many refusals by a rate limit within the window close the connection (C14): a client that is
told how long to wait and does not is flooding."""
BAD_SEQ_MAX: Final = 2
DEBT_S: Final = 30.0
"""Longest wait for commands that wrote much (C24)."""
FLOOD_S: Final = 2.0
"""Seconds above the byte rate before a connection counts as flooding (C15)."""


class Phase(Enum):
    """Where the conversation stands."""

    AWAITING_HELLO = "nothing but hello may come"
    LIVE = "welcomed"
    CLOSING = "a close frame was sent or received; nothing that comes is read"


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What one connection may do. Every field is a setting of the server."""

    hello_s: float
    hello_bytes_max: int
    message_bytes_max: int
    heartbeat_s: float
    bad_messages_max: int
    rooms_max: int
    flood_bytes_per_s: int
    command_rate_per_s: float
    command_burst: int
    in_flight_max: int
    join_rate_per_min: float
    presence_rate_per_s: float
    presence_held_max: int
    """Presence values that wait for their turn: rooms × keys would be more than anybody sends."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Tell the peer this; the connection goes on."""

    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection with this code. `last` is said before, where there is more to say than a
    reason holds."""

    code: CloseCode
    reason: str
    last: ServerMessage | None = None


Verdict = Answer | Close


class Followed(Protocol):
    """What a session asks of a connection's place in a room."""

    @property
    def pending(self) -> int:
        """Commands of this connection that the room has not answered."""
        ...


F = TypeVar("F", bound=Followed)


class ServerSession(Generic[F]):
    """One connection's conversation.

    Invariants: no room is followed before `welcomed`; nothing is admitted in CLOSING; at most
    `rooms_max` rooms, counting those whose join is under way (their value is None).
    """

    __slots__ = (
        "_bad_messages",
        "_bad_seqs",
        "_commands",
        "_flooding_since",
        "_joins",
        "_leaving",
        "_limited",
        "_presence",
        "_swept_at",
        "_unchecked",
        "bytes_received",
        "deadline",
        "expires",
        "heard",
        "heard_at",
        "held_presence",
        "limits",
        "phase",
        "rooms",
    )

    def __init__(self, limits: SessionLimits, now: float) -> None:
        self.limits = limits
        self.phase = Phase.AWAITING_HELLO
        self.rooms: dict[str, F | None] = {}
        """Rooms followed, and (None) those whose join is under way."""
        self.expires = math.inf
        """When the token ends."""
        self.heard = False
        """Set by the shell whenever bytes come; `tick` turns it into a time, so that no clock is
        asked per message."""
        self.heard_at = now
        self.held_presence: dict[tuple[str, str], PresenceUpdate] | None = None
        """Presence beyond the rate, latest per room and key, until `due_presence`."""
        self._commands = TokenBucket(limits.command_rate_per_s, limits.command_burst, now)
        self._joins: TokenBucket | None = None
        self._presence: TokenBucket | None = None
        self._bad_messages: deque[float] | None = None
        self._limited: deque[float] | None = None
        self._leaving: set[str] | None = None
        """Rooms that were left while their join was under way."""
        self._bad_seqs = 0
        self._unchecked = 0
        self.bytes_received = 0
        """Since the last `tick`; counted up by the shell."""
        self._swept_at = now
        self._flooding_since: float | None = None
        self.deadline = now + limits.hello_s
        """When hello must have come."""

    # --- hello ------------------------------------------------------------------------------------

    @property
    def bytes_max(self) -> int:
        """How long a message may be now."""
        limits = self.limits
        return limits.message_bytes_max if self.phase is Phase.LIVE else limits.hello_bytes_max

    def hello(self, message: Hello, now: float) -> Verdict | None:
        """None: it may be authenticated; then call `welcomed`, or close."""
        if self.phase is not Phase.AWAITING_HELLO:
            return self.out_of_phase("hello comes once, first", now)
        if message.protocol != PROTOCOL_VERSION:
            return version_unsupported(message.protocol)
        return None

    def welcomed(self, expires: float) -> None:
        """The token is good until `expires`."""
        if self.phase is not Phase.AWAITING_HELLO:
            raise LocalProtocolError(f"welcomed in phase {self.phase.name}")
        self.phase = Phase.LIVE
        self.deadline = math.inf
        self.expires = expires

    def closing(self) -> None:
        """A close frame was sent or received. What waited is forgotten."""
        self.phase = Phase.CLOSING
        self.held_presence = None
        self.rooms.clear()

    # --- rooms ------------------------------------------------------------------------------------

    def begin_join(self, room: str, ref: int | None, now: float) -> Verdict | None:
        """Takes the place of one more room; None: ask the room, then `joined` or `failed_join`."""
        if room in self.rooms:
            detail = "this connection follows the room, or is joining it"
            return self._strike(
                ErrorMessage("out_of_phase", ref=ref, room=room, detail=detail), now
            )
        if len(self.rooms) >= self.limits.rooms_max:
            return Answer(ErrorMessage("too_many_rooms", ref=ref, room=room))
        self.rooms[room] = None
        return None

    def join(self, message: Join, now: float) -> Verdict | None:
        """As `begin_join`, for a join that did not come with hello: those have a rate (MS13)."""
        if self._joins is None:
            rate = self.limits.join_rate_per_min
            self._joins = TokenBucket(rate / 60, max(1.0, rate), now)
        if not self._joins.take(now):
            wait_ms = _ms(self._joins.wait_s())
            answer = ErrorMessage(
                "rate_limited", retry=True, ref=message.ref, room=message.room, wait_ms=wait_ms
            )
            return self._limit(Answer(answer), now)
        return self.begin_join(message.room, message.ref, now)

    def joined(self, room: str, follower: F) -> bool:
        """The room let it in. False: it was left meanwhile, or the connection ended: let go of the
        follower, and give the answer of `left`."""
        if self.phase is not Phase.LIVE or room not in self.rooms or self._was_left(room):
            self.rooms.pop(room, None)
            return False
        self.rooms[room] = follower
        return True

    def failed_join(self, room: str, ref: int | None) -> list[Answer]:
        """No such room, or not for this account: the same bytes, so that nothing is learnt from
        them (C11)."""
        return self.abandon(room, Answer(ErrorMessage("not_found", ref=ref, room=room)))

    def abandon(self, room: str, answer: Answer) -> list[Answer]:
        """A join that came to nothing: `answer`, and that of `leave` where the peer waits for
        it."""
        self.rooms.pop(room, None)
        return [answer, left(room)] if self._was_left(room) else [answer]

    def leave(self, room: str) -> tuple[F | None, Answer | None]:
        """The follower to let go of, if any, and the answer, which is the same whether the room was
        followed or not. Both None: a join is under way, and is answered first."""
        if room in self.rooms and self.rooms[room] is None:
            if self._leaving is None:
                self._leaving = set()
            self._leaving.add(room)
            return None, None
        return self.rooms.pop(room, None), left(room)

    def _was_left(self, room: str) -> bool:
        if self._leaving is None or room not in self._leaving:
            return False
        self._leaving.discard(room)
        return True

    # --- messages of a live connection ------------------------------------------------------------

    def submit(self, message: Submit, now: float) -> F | Verdict:
        """The follower to hand the command to, or what to answer. The hot path: nothing is made
        where it may pass."""
        if now >= self.expires:
            return token_expired()
        if not self._commands.take(now):
            detail = {"wait_ms": _ms(self._commands.wait_s())}
            return self._limit(_rejected(message, "rate_limited", detail), now)
        follower = self.rooms.get(message.room)
        if follower is None:
            return _rejected(message, "busy" if message.room in self.rooms else "not_found")
        if message.seq <= 0:
            return self.bad_seq() or _rejected(message, "bad_seq")
        # Counted up here and compared with the truth only at the limit: this is never less than the
        # truth.
        self._unchecked += 1
        if self._unchecked > self.limits.in_flight_max:
            self._unchecked = 1 + sum(one.pending for one in self.rooms.values() if one is not None)
            if self._unchecked > self.limits.in_flight_max:
                return Close(
                    CloseCode.FLOOD, f"over {self.limits.in_flight_max} unanswered commands"
                )
        return follower

    def charge(self, commands: int) -> None:
        """A command wrote as much as so many more: they count like commands that were sent (C24),
        for DEBT_S at the most."""
        self._commands.charge(commands, DEBT_S * self.limits.command_rate_per_s)

    def presence(self, message: PresenceUpdate, now: float) -> F | Verdict | None:
        """The follower to hand it to; None: nothing is to be done now (held back, or no room of
        ours)."""
        if now >= self.expires:
            return token_expired()
        follower = self.rooms.get(message.room)
        if follower is None:
            return None  # passing things about a room that was just left are no mistake
        if self._presence is None:
            rate = self.limits.presence_rate_per_s
            self._presence = TokenBucket(rate, max(1.0, rate), now)
        held = self.held_presence
        if held is None and self._presence.take(now):
            return follower
        if held is None:
            held = self.held_presence = {}
        key = (message.room, message.key)
        if key in held or len(held) < self.limits.presence_held_max:
            held[key] = message
        return None

    def presence_wait_s(self) -> float:
        """How long what is held back has to wait for its turn."""
        return math.inf if self._presence is None else self._presence.wait_s()

    def due_presence(self, now: float) -> list[tuple[F, PresenceUpdate]]:
        """What was held back and may go now, oldest key first."""
        due: list[tuple[F, PresenceUpdate]] = []
        held, bucket = self.held_presence, self._presence
        if held is None or bucket is None:
            return due
        while held and bucket.take(now):
            key = next(iter(held))
            message = held.pop(key)
            follower = self.rooms.get(message.room)
            if follower is not None:
                due.append((follower, message))
        if not held:
            self.held_presence = None
        return due

    # --- what is wrong ----------------------------------------------------------------------------

    def malformed(self, wrong: MalformedMessage, now: float) -> Verdict:
        """A message that could not be read (C5, C7)."""
        if isinstance(wrong, InvalidUtf8):
            return Close(CloseCode.INVALID_UTF8, str(wrong))
        return self._strike(ErrorMessage("bad_message", detail=str(wrong)), now)

    def out_of_phase(self, detail: str, now: float) -> Verdict:
        """A message that may not come now; as bad as one that cannot be read."""
        return self._strike(ErrorMessage("out_of_phase", detail=detail), now)

    def bad_seq(self) -> Close | None:
        """A seq that is not positive, or belongs to another account's client id (C21); the second
        one closes."""
        self._bad_seqs += 1
        if self._bad_seqs < BAD_SEQ_MAX:
            return None
        return Close(CloseCode.POLICY, "bad_seq")

    def _strike(self, error: ErrorMessage, now: float) -> Verdict:
        if self._bad_messages is None:
            self._bad_messages = deque()
        if _within(self._bad_messages, now, STRIKE_WINDOW_S) >= self.limits.bad_messages_max:
            return Close(CloseCode.POLICY, error.code, error)
        return Answer(error)

    def _limit(self, answer: Answer, now: float) -> Verdict:
        if self._limited is None:
            self._limited = deque()
        if _within(self._limited, now, LIMITED_WINDOW_S) >= LIMITED_MAX:
            return Close(CloseCode.FLOOD, "rate_limited", answer.message)
        return answer

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: float) -> Close | None:
        """Called once or twice a second: what has run out. Idempotent between two calls at the same
        time."""
        if self.phase is Phase.CLOSING:
            return None
        if self.heard:
            self.heard = False
            self.heard_at = now
        if now >= self.deadline:
            return Close(CloseCode.TIMEOUT, f"no hello within {self.limits.hello_s:g} s")
        if now >= self.expires:
            return token_expired()
        if now - self.heard_at >= 2 * self.limits.heartbeat_s:
            return Close(CloseCode.TIMEOUT, "two heartbeats missed")
        return self._flood(now)

    def _flood(self, now: float) -> Close | None:
        elapsed = now - self._swept_at
        if elapsed <= 0:
            return None
        over = self.bytes_received > self.limits.flood_bytes_per_s * elapsed
        began, self._swept_at, self.bytes_received = self._swept_at, now, 0
        if not over:
            self._flooding_since = None
            return None
        if self._flooding_since is None:
            self._flooding_since = began
        if now - self._flooding_since < FLOOD_S:
            return None
        return Close(CloseCode.FLOOD, f"over {self.limits.flood_bytes_per_s} bytes a second")


def version_unsupported(theirs: int) -> Close:
    """The client is older or newer than this server (HS10); said in words, then closed with
    4426."""
    which = "newer" if theirs > PROTOCOL_VERSION else "older"
    detail = f"this server speaks protocol {PROTOCOL_VERSION}, the client is {which} ({theirs})"
    last = ErrorMessage("version_unsupported", detail=detail)
    return Close(
        CloseCode.VERSION_UNSUPPORTED, f"this server speaks protocol {PROTOCOL_VERSION}", last
    )


def left(room: str) -> Answer:
    """The answer to `leave`."""
    return Answer(RoomClosed(room, "left"))


def token_expired() -> Close:
    """The token has ended (C9). The same words as for a bad one: nothing is learnt from them."""
    return Close(CloseCode.UNAUTHORIZED, "invalid_token")


def _rejected(message: Submit, code: str, detail: dict[str, int] | None = None) -> Answer:
    return Answer(Rejected(message.room, message.seq, code, REJECTIONS[code].final, detail))


def _ms(seconds: float) -> int:
    """Rounded up, so that whoever waits so long is not refused again; a day where it never ends."""
    return math.ceil(min(seconds, 86_400.0) * 1000)


def _within(times: deque[float], now: float, window: float) -> int:
    """Adds `now`, forgets what is older than the window, and counts. Bounded by the limit that it
    is compared with."""
    times.append(now)
    while times[0] <= now - window:
        times.popleft()
    return len(times)
