"""Bytes of one WebSocket to whole messages: a short way for what clients send, the library for the
rest.

Nearly all that comes is a whole, final, masked data frame of the type that the session speaks;
those are read here. Every other frame (control, fragment, other type, broken) goes whole to a
parser of the websockets library, which is made when it is first needed and dropped when nothing
depends on it any more, so that an idle connection does not carry one. Being between two frames is
known by our own carry: the library's empty buffer is no frame boundary. Sans-I/O. SPEC: HS6,
HS7, C3 to C6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol as FrameProtocol
from websockets.protocol import Side, State

from protocol.codes import CloseCode
from protocol.framing import BINARY, TEXT
from server.connections.handshake import QUIET_LOGGER

try:
    from websockets.speedups import apply_mask
except ImportError:  # pragma: no cover - where the library has no wheel with its C part
    from websockets.utils import apply_mask

REASON_BYTES_MAX: Final = 123
"""What a close frame holds beside the code (RFC 6455, 5.5)."""
EOF: Final = b""
"""In `output`: end our side of the stream."""
_HEADER_MIN: Final = 6
"""2 bytes and the mask: no frame of a client is shorter."""
_NOTHING: Final[Sequence[bytes]] = ()


class FrameReader:
    """Invariant: the parser, if there is one, has been given whole frames only, until `ended`; then
    it gets all that comes and decides when the socket may close."""

    __slots__ = (
        "_carry",
        "_first_byte",
        "_needed",
        "_opcode",
        "_parser",
        "_pieces",
        "bytes_max",
        "close_code",
        "ended",
        "output",
    )

    def __init__(self, *, binary: bool, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        """Length of a message at most; may rise while it lives."""
        self.ended = False
        """No message will come any more: closed by either side, or failed."""
        self.close_code: int | None = None
        """The code with which it ended: ours, or the peer's where the peer was first."""
        self.output: list[bytes] | None = None
        """What is to be written now, in order; EOF in it ends our side of the stream."""
        self._first_byte = BINARY if binary else TEXT
        self._opcode = Opcode.BINARY if binary else Opcode.TEXT
        self._carry: bytearray | None = None
        self._needed = 0
        self._parser: FrameProtocol | None = None
        self._pieces: list[bytes] | None = None

    @property
    def closed_cleanly(self) -> bool:
        """Both close frames are through: the socket may be closed at once."""
        parser = self._parser
        return parser is not None and parser.close_rcvd is not None

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The messages that are complete now. Look at `output` and `ended` afterwards."""
        if self.ended:
            self._end_parser().receive_data(data)
            self._collect()
            return _NOTHING
        carry = self._carry
        if carry is not None:
            carry += data
            if len(carry) < self._needed and not _is_unmasked(carry, 0):
                return _NOTHING
            data = bytes(carry)
            self._carry = None
        messages: list[bytes] = []
        at, size = 0, len(data)
        while size - at >= _HEADER_MIN:
            second = data[at + 1]
            length = second & 0x7F
            start = at + 6
            if length == 126:
                start = at + 8
                if start > size:
                    return self._keep(data, at, start, messages)
                length = data[at + 2] << 8 | data[at + 3]
            elif length == 127:
                start = at + 14
                if start > size:
                    return self._keep(data, at, start, messages)
                length = int.from_bytes(data[at + 2 : at + 10], "big")
            if second < 0x80 or length > self.bytes_max:
                # Not masked, or too long: the library says so, and nothing after it is read.
                self._hand_over(data[at:], messages)
                return messages
            end = start + length
            if end > size:
                return self._keep(data, at, end, messages)
            if data[at] == self._first_byte and self._pieces is None:
                messages.append(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                self._hand_over(data[at:end], messages)
                if self.ended:
                    if end < size:
                        self._end_parser().receive_data(data[end:])
                        self._collect()
                    return messages
            at = end
        if _is_unmasked(data, at):
            self._hand_over(data[at:], messages)
        elif at < size:
            self._keep(data, at, at + _HEADER_MIN, messages)
        return messages

    def close(self, code: int, reason: str) -> None:
        """Says goodbye; nothing that comes is read as a message any more. Idempotent."""
        if self.ended:
            return
        parser = self._need_parser()
        text = reason.encode()[:REASON_BYTES_MAX].decode(errors="ignore")
        parser.send_close(code, text)
        if self._carry is not None:
            # It began before the close: the library reads on from there to find the peer's answer.
            parser.receive_data(bytes(self._carry))
        self._collect()

    def _keep(
        self, data: bytes, at: int, needed: int, messages: Sequence[bytes]
    ) -> Sequence[bytes]:
        """Waits for the rest of the frame that begins at `at`."""
        self._carry = bytearray(data[at:])
        self._needed = needed - at
        return messages

    def _need_parser(self) -> FrameProtocol:
        if self._parser is None:
            self._parser = FrameProtocol(
                Side.SERVER, state=State.OPEN, max_size=self.bytes_max, logger=QUIET_LOGGER
            )
        return self._parser

    def _end_parser(self) -> FrameProtocol:
        assert self._parser is not None, "a connection ends by its parser"
        return self._parser

    def _hand_over(self, frames: bytes, messages: list[bytes]) -> None:
        parser = self._need_parser()
        parser.receive_data(frames)
        for event in parser.events_received():
            assert isinstance(event, Frame)
            self._take(event, messages)
            if parser.state is not State.OPEN:
                break
        self._collect()
        if not self.ended and parser.current_size is None:
            self._parser = None

    def _take(self, event: Frame, messages: list[bytes]) -> None:
        opcode = event.opcode
        if opcode is Opcode.CONT:
            assert self._pieces is not None, "the library refuses a continuation of nothing"
            self._pieces.append(bytes(event.data))
            if event.fin:
                messages.append(b"".join(self._pieces))
                self._pieces = None
        elif opcode is Opcode.TEXT or opcode is Opcode.BINARY:
            if opcode is not self._opcode:
                # C4. The library does not know which type this session speaks.
                self._need_parser().fail(
                    CloseCode.WRONG_DATA, f"this subprotocol speaks {self._opcode.name.lower()}"
                )
            elif event.fin:  # pragma: no cover - whole frames of our type are read above
                messages.append(bytes(event.data))
            else:
                self._pieces = [bytes(event.data)]

    def _collect(self) -> None:
        parser = self._end_parser()
        writes = parser.data_to_send()
        if writes:
            self.output = writes if self.output is None else self.output + writes
        parser.events_received()
        if not self.ended and parser.state is not State.OPEN:
            self.ended = True
            self._pieces = None
            self._carry = None
            theirs_first = parser.close_rcvd_then_sent
            close = parser.close_rcvd if theirs_first else parser.close_sent
            self.close_code = None if close is None else int(close.code)


def _is_unmasked(data: bytes | bytearray, at: int) -> bool:
    """Whether a frame begins at `at` that a client may not send; two bytes are enough to know."""
    return len(data) - at >= 2 and data[at + 1] < 0x80
