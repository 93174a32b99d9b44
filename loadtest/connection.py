"""One member's socket: connects, upgrades, sends and receives without ever waiting. The swarm calls
it when it is ready.

It knows frames, not messages. A half-sent frame is kept and finished first, so that frames never
mix.
"""

from __future__ import annotations

import errno
import os
import socket

from loadtest.wire import (
    CLOSE,
    HEAD_MAX,
    PING,
    PONG,
    FrameReader,
    WireError,
    check_upgrade,
    client_frame,
    parse_close,
    upgrade_request,
)

LOOPBACK = "127.0.0.1"
"""Load goes to this machine only: it is a measuring instrument, not a weapon."""

RECEIVE_BYTES = 262_144


class Connection:
    """A WebSocket from `connect` to `closed`. States: connecting, upgrading, open, closed; only
    ever forwards."""

    def __init__(self, port: int, subprotocol: str, *, receive_buffer: int = 0) -> None:
        self.port = port
        self.close_code: int | None = None
        """Code of the server's close frame; 1006 where the connection just ended; None while it is
        open."""
        self.close_reason = ""
        self.bytes_received = 0
        self.upgraded = False
        self._key = os.urandom(16)
        self._head = b""
        self._reader = FrameReader()
        self._binary = subprotocol.endswith("msgpack")
        self._request = upgrade_request(f"{LOOPBACK}:{port}", subprotocol, self._key)
        self._out = bytearray()
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(0)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        failed = self.sock.connect_ex((LOOPBACK, port))
        if failed not in (0, errno.EINPROGRESS):
            self._end(1006, os.strerror(failed))

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.close_code is not None

    @property
    def wants_to_write(self) -> bool:
        """Whether bytes wait that the socket has not taken."""
        return bool(self._request or (self._out and self.upgraded)) and not self.closed

    def send(self, payloads: list[bytes]) -> None:
        """One frame per payload, all in one write where the socket takes it."""
        opcode = 0x82 if self._binary else 0x81
        self.send_frames(b"".join([client_frame(payload, opcode=opcode) for payload in payloads]))

    def send_frames(self, frames: bytes) -> None:
        """Frames that are ready."""
        if self.closed:
            return
        if self._out or not self.upgraded:
            self._out += frames
            return
        self._write(frames)

    def flush(self) -> None:
        """The socket is writable: sends what waits."""
        if self._request:
            # A request fits any socket's buffer, so it goes whole; nothing may follow before the
            # answer.
            request, self._request = self._request, b""
            self._write(request)
        elif self._out and self.upgraded and not self.closed:
            out, self._out = bytes(self._out), bytearray()
            self._write(out)

    def receive(self) -> list[bytes]:
        """Payloads of the whole data frames that have come, in order. Pings are answered; a close
        ends the connection.

        Raises WireError."""
        payloads: list[bytes] = []
        while not self.closed:
            try:
                data = self.sock.recv(RECEIVE_BYTES)
            except BlockingIOError:
                break
            except OSError as failed:
                self._end(1006, failed.strerror or "")
                break
            if not data:
                self._end(1006, "ended without a close frame")
                break
            self.bytes_received += len(data)
            payloads += self.parse(data)
            if len(data) < RECEIVE_BYTES:
                break
        return payloads

    def parse(self, data: bytes) -> list[bytes]:
        """The same for bytes that were received already."""
        if not self.upgraded:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                if len(self._head) > HEAD_MAX:
                    raise WireError("the answer to the upgrade does not end")
                return []
            self.upgraded = True
            check_upgrade(head, self._key)
            self.flush()
        payloads: list[bytes] = []
        for first, payload in self._reader.feed(data):
            if first == CLOSE:
                self._end(*parse_close(payload))
                break
            if first == PING:
                self.send_frames(client_frame(payload, opcode=PONG))
            elif first != PONG:
                payloads.append(payload)
        return payloads

    def abandon(self) -> None:
        """Ends without a word, as a crashed browser does."""
        if not self.closed:
            self._end(1006, "abandoned")

    def _write(self, frames: bytes) -> None:
        try:
            sent = self.sock.send(frames)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reading side learns why, and what came before it
        if sent < len(frames):
            self._out += frames[sent:]

    def _end(self, code: int, reason: str) -> None:
        self.close_code, self.close_reason = code, reason
        self._out.clear()
        self.sock.close()
