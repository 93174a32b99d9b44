"""One connection's place in one room: what it has been sent, and what it is still to be told.

A follower is in sync (frames are written to its transport as they come), or lagging (it gets what
it missed when its transport has drained). Must not know what commands mean. SPEC: FO2 to FO6.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from protocol.client_messages import PresenceUpdate, Submit
from protocol.framing import frame
from protocol.server_messages import Accepted, Rejected

if TYPE_CHECKING:
    from server.rooms.cohorts import Cohort
    from server.rooms.recipient import Recipient
    from server.rooms.room import Room


class Follower:
    """Invariant: everything up to `version` has been handed to the transport, in order, once; of a
    filtered room what its filter lets through, and then it may have come further than that."""

    __slots__ = (
        "binary",
        "closed",
        "cohort",
        "delayed",
        "done",
        "held",
        "in_sync",
        "number",
        "pending",
        "read_command",
        "recipient",
        "replies",
        "revoked",
        "room",
        "version",
        "write",
    )

    def __init__(self, room: Room, recipient: Recipient, number: int, version: int) -> None:
        self.room = room
        self.recipient = recipient
        self.number = number
        self.version = version
        self.binary = recipient.codec.binary
        self.write = recipient.write
        self.read_command = recipient.codec.reader(room.replica.state.book.commands)
        """A command's bytes as one of the room's; raises MalformedMessage."""
        self.in_sync = False
        self.cohort: Cohort | None = None
        """Those who are sent the same part (cohorts.py); None: it is sent everything."""
        self.delayed = False
        """Sees what happens later than it does (delayed.py); then it is never in sync, and is told
        of what it did itself when it sees it."""
        self.closed = False
        self.revoked = False
        """What vouched for the connection has ended: what was not decided by then is not
        executed."""
        self.pending = 0
        """Commands of this connection that the room has not answered."""
        self.done: list[tuple[int, int]] | None = None
        """(seq, version) accepted in this turn."""
        self.replies: list[bytes] | None = None
        """Messages for this connection alone, which go before this turn's entries. Hidden events
        do too: whoever has seen an entry has then seen all of it, wherever the connection breaks
        (FO7)."""
        self.held: deque[Submit] | None = None
        """Commands that wait until an earlier one's past state has been read."""

    @property
    def filtered(self) -> bool:
        """Whether it is sent what a filter of its own lets through."""
        return self.cohort is not None and self.cohort.wanted is not None

    @property
    def room_id(self) -> str:
        """The room followed."""
        return self.room.id

    def submit(self, message: Submit) -> None:
        """Hands a command to the room; its answer comes through the recipient."""
        self.room.submit(self, message)

    def presence(self, message: PresenceUpdate) -> None:
        """Hands a passing value to the room."""
        self.room.update_presence(self, message)

    def leave(self) -> None:
        """Stops following. Idempotent; commands under way go on and are answered to nobody."""
        self.room.leave(self)

    def revoke(self) -> None:
        """As `leave`, and commands that are not decided yet are taken back (AX4)."""
        self.revoked = True
        self.room.leave(self)

    def lag(self) -> None:
        """The transport owes too much: from now on nothing but replies is written."""
        self.room.audience.lag(self)
        if self.done is not None or self.replies is not None:
            self.flush()

    def catch_up(self) -> None:
        """The transport has drained: sends what was missed and goes on in sync."""
        self.room.catch_up(self)

    def accept(self, seq: int, version: int) -> None:
        """The command is durable at `version`; said in the same write as this turn's entries."""
        self.pending -= 1
        if self.done is None:
            self.done = []
        self.done.append((seq, version))

    def reject(self, rejected: Rejected) -> None:
        """The command ended, or was not executed; said with this turn's answers."""
        self.pending -= 1
        if rejected.code == "bad_seq":
            self.recipient.bad_seq()
        self.tell(rejected)

    def tell(self, message: Any) -> None:
        """A message that goes before this turn's entries."""
        if self.replies is None:
            self.replies = []
        self.replies.append(self.recipient.codec.encode(message))

    def take_frames(self, shared: bytes) -> bytes:
        """Everything of this turn as one run of frames, the shared one last: one write."""
        frames = [frame(payload, binary=self.binary) for payload in self._take_payloads()]
        frames.append(shared)
        return b"".join(frames)

    def flush(self) -> None:
        """Sends this turn's answers without entries."""
        payloads = self._take_payloads()
        if not self.closed:
            for payload in payloads:
                self.recipient.reply(payload)

    def _take_payloads(self) -> list[bytes]:
        payloads, done = self.replies or [], self.done
        self.replies = self.done = None
        if done is not None and self.delayed:
            self.done = [one for one in done if one[1] > self.version] or None
            done = [one for one in done if one[1] <= self.version]
        if done:
            payloads.append(self.recipient.codec.encode(Accepted(self.room.id, done)))
        return payloads
