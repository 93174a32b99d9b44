"""WebSocket frames from server to client: unmasked, so that one ready-made frame serves every
recipient (RFC 6455, 5.2)."""

from __future__ import annotations

TEXT = 0x81
BINARY = 0x82


def frame_header(length: int, *, binary: bool) -> bytes:
    """Header of a whole, final, unmasked data frame with a payload of `length` bytes."""
    opcode = BINARY if binary else TEXT
    if length < 126:
        return bytes((opcode, length))
    if length < 65_536:
        return bytes((opcode, 126)) + length.to_bytes(2, "big")
    return bytes((opcode, 127)) + length.to_bytes(8, "big")


def frame(payload: bytes, *, binary: bool) -> bytes:
    """`payload` as one whole frame."""
    return frame_header(len(payload), binary=binary) + payload
