import pytest
from websockets.frames import Frame, Opcode

from protocol.framing import BINARY, TEXT, frame, frame_header


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
@pytest.mark.parametrize("binary", [False, True])
def test_a_frame_is_what_an_independent_library_would_write(length: int, binary: bool) -> None:
    payload = b"x" * length
    opcode = Opcode.BINARY if binary else Opcode.TEXT
    assert frame(payload, binary=binary) == Frame(opcode, payload).serialize(mask=False)


def test_the_header_stands_before_the_payload_and_is_at_most_ten_bytes() -> None:
    assert frame(b"ab", binary=False) == bytes((TEXT, 2)) + b"ab"
    assert frame_header(2**20, binary=True)[0] == BINARY
    assert len(frame_header(2**20, binary=True)) == 10
