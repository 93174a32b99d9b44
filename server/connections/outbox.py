"""What one connection keeps while its transport owes too much, and the verdict that it is slow.

Three lanes, of which only one is kept here. *Replies* are never dropped: they wait here, and while
too many bytes of them wait the connection is not read from, so that it cannot ask for more.
*Events* are not queued per connection: the room's committed tail is everybody's queue, and the
follower's version is the marker of where to go on. *Presence* is the room's, latest by key. So what
a lagging connection costs is bounded by its own questions.

An outbox exists from the moment the transport pauses until it has drained. SPEC: MS16, MS17, C16.
"""

from __future__ import annotations

import array
import asyncio
import fcntl
import termios
from typing import Final

REPLIES_BYTES_MAX: Final = 65_536
"""Waiting replies above which the connection is no longer read from: a burst of 64 answers, each
with room to spare."""


class Outbox:
    """Replies in order, and since when the peer has taken nothing.

    Invariant: `replies` goes out whole and in order before anything else is written.
    """

    __slots__ = ("_bytes", "_owed", "_replies", "_taken_at", "stopped_reading")

    def __init__(self, now: float) -> None:
        self._replies: list[bytes] = []
        self._bytes = 0
        self._owed: int | None = None
        self._taken_at = now
        self.stopped_reading = False
        """Set by the connection while it does not read because of `is_full`."""

    @property
    def is_full(self) -> bool:
        """Whether so much waits that the peer should not be asked for more."""
        return self._bytes > REPLIES_BYTES_MAX

    @property
    def bytes_waiting(self) -> int:
        """Bytes of replies that wait."""
        return self._bytes

    def add(self, frames: bytes) -> None:
        """Keeps a reply's frame until the transport has drained."""
        self._replies.append(frames)
        self._bytes += len(frames)

    def take(self) -> bytes:
        """Everything that waits, as one run of frames."""
        frames = b"".join(self._replies)
        self._replies.clear()
        self._bytes = 0
        return frames

    def is_slow(self, owed: int, now: float, limit_s: float) -> bool:
        """Whether nothing at all was taken for `limit_s`. `owed` is what the transport and the
        kernel still hold.

        Less than before is progress. More is not the opposite: a reply or a control frame was
        added, so only the reference changes.
        """
        if self._owed is not None and owed < self._owed:
            self._taken_at = now
        self._owed = owed
        return now - self._taken_at >= limit_s


def bytes_owed(transport: asyncio.Transport) -> int:
    """Bytes that the transport and the kernel still hold for the peer.

    Over a long way the kernel alone holds so much that the transport would look idle.
    """
    in_transport = transport.get_write_buffer_size()
    descriptor: int = transport.get_extra_info("socket").fileno()
    if descriptor < 0:
        return in_transport  # closed between two turns
    in_kernel = array.array("i", [0])
    try:
        fcntl.ioctl(descriptor, termios.TIOCOUTQ, in_kernel)  # SIOCOUTQ by its older name
    except OSError:
        return in_transport  # not a TCP socket
    return in_transport + in_kernel[0]
