"""The framing cases of the Autobahn suite (sections 1 to 7 and 9) as plain tests, on a session that
has said hello: numbers in the tables are its case ids."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import pytest

from tests.support.served import Served, all_read, member, serving
from tests.support.wire import CLOSE, CONT, PING, PONG, TEXT, frame_out

PING_5 = b'{"type":"ping","n":5}'


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"reserved"])
async def test_C3_4_reserved_opcodes(served: Served, opcode: int, payload: bytes) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(opcode, payload))
        assert (await ann.wire.closed())[0] == 1002


@pytest.mark.parametrize("rsv", range(1, 8))
@pytest.mark.parametrize("opcode", [TEXT, PING, CLOSE])
async def test_C3_3_reserved_bits_come_after_what_was_good(
    served: Served, rsv: int, opcode: int
) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, PING_5) + frame_out(opcode, b"\x03\xe8", rsv=rsv))
        assert (await ann.wire.hear())["n"] == 5
        assert (await ann.wire.closed())[0] == 1002


FRAGMENTED: dict[str, tuple[Sequence[bytes], int | None]] = {
    "5.1 a ping in two fragments": (
        [frame_out(PING, b"a", fin=False), frame_out(CONT, b"b")],
        1002,
    ),
    "5.2 a pong in two fragments": (
        [frame_out(PONG, b"a", fin=False), frame_out(CONT, b"b")],
        1002,
    ),
    "5.3 text in two fragments": (
        [frame_out(TEXT, PING_5[:7], fin=False), frame_out(CONT, PING_5[7:])],
        None,
    ),
    "5.6 a ping between fragments": (
        [
            frame_out(TEXT, PING_5[:7], fin=False),
            frame_out(PING, b"between"),
            frame_out(CONT, PING_5[7:]),
        ],
        None,
    ),
    "5.9 a continuation of nothing": ([frame_out(CONT, b"a"), frame_out(TEXT, PING_5)], 1002),
    "5.12 an open continuation of nothing": ([frame_out(CONT, b"a", fin=False)], 1002),
    "5.15 a continuation after the end": (
        [
            frame_out(TEXT, PING_5[:7], fin=False),
            frame_out(CONT, PING_5[7:]),
            frame_out(CONT, b"more", fin=False),
        ],
        1002,
    ),
    "5.18 a second message within the first": (
        [frame_out(TEXT, b"a", fin=False), frame_out(TEXT, b"b")],
        1002,
    ),
    "5.19 five fragments, pings among them": (
        [
            frame_out(TEXT, PING_5[:4], fin=False),
            frame_out(CONT, PING_5[4:8], fin=False),
            frame_out(PING, b"one"),
            frame_out(CONT, PING_5[8:12], fin=False),
            frame_out(PING, b"two"),
            frame_out(CONT, PING_5[12:16], fin=False),
            frame_out(CONT, PING_5[16:]),
        ],
        None,
    ),
    "6.1 empty fragments": (
        [
            frame_out(TEXT, b"", fin=False),
            frame_out(CONT, PING_5, fin=False),
            frame_out(CONT, b""),
        ],
        None,
    ),
}


@pytest.mark.parametrize("name", FRAGMENTED)
@pytest.mark.parametrize("in_one_segment", [True, False])
async def test_HS6_C3_5_fragmentation(served: Served, name: str, in_one_segment: bool) -> None:
    frames, code = FRAGMENTED[name]
    async with member(served) as ann:
        if in_one_segment:
            ann.wire.send(b"".join(frames))
        else:
            for frame in frames:
                ann.wire.send(frame)
                await all_read(served)
        if code is not None:
            assert (await ann.wire.closed())[0] == code
            return
        pongs: list[bytes] = []
        while (found := await ann.wire.frame()).opcode == PONG:
            pongs.append(found.payload)
        assert ann.wire.decode(found.payload)["n"] == 5
        assert len(pongs) <= 2


GOOD_TEXT = ["κόσμε", "\x7f", "\u0080", "\u07ff", "\u0800", "\uffff", "\U00010000", "\U0010ffff"]
BAD_TEXT = {
    "6.3 a surrogate within": b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
    "6.4 beyond the last code point": b"\xce\xba\xf4\x90\x80\x80edited",
    "6.6 cut within a character": b"\xce\xba\xe1\xbd",
    "6.10 five bytes": b"\xf8\x88\x80\x80\x80",
    "6.12 a lone continuation": b"\x80",
    "6.14 a lone start": b"\xc0 ",
    "6.18 an overlong slash": b"\xc0\xaf",
    "6.19 an overlong zero": b"\xe0\x80\x80",
    "6.20 a lone surrogate": b"\xed\xbf\xbf",
    "6.21 a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
}


@pytest.mark.parametrize("text", GOOD_TEXT)
async def test_C5_6_every_character_is_read(served: Served, text: str) -> None:
    async with member(served) as ann:
        ann.wire.say({"type": "auth", "token": text})
        assert (await ann.wire.closed())[0] == 3000, "read, and refused as a token"


@pytest.mark.parametrize("name", BAD_TEXT)
async def test_C5_6_what_is_no_text_is_1007(served: Served, name: str) -> None:
    payload = b'{"type":"auth","token":"%s"}' % BAD_TEXT[name]
    async with member(served) as ann:
        ann.wire.say_raw(payload)
        assert (await ann.wire.closed())[0] == 1007
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, payload[:25], fin=False) + frame_out(CONT, payload[25:]))
        assert (await ann.wire.closed())[0] == 1007


async def test_C5_6_a_character_may_be_cut_by_fragments(served: Served) -> None:
    payload = '{"type":"ping","n":5,"é":1}'.encode()
    cut = payload.index(b"\xc3") + 1
    async with member(served) as ann:
        ann.wire.send(frame_out(TEXT, payload[:cut], fin=False) + frame_out(CONT, payload[cut:]))
        assert (await ann.wire.hear())["code"] == "bad_message"


GOOD_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
BAD_CODES = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]


@pytest.mark.parametrize("code", GOOD_CODES)
async def test_C1_7_7_a_code_that_may_be_sent_comes_back(served: Served, code: int) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(CLOSE, code.to_bytes(2, "big") + b"why"))
        assert await ann.wire.closed() == (code, "why")


@pytest.mark.parametrize("code", BAD_CODES)
async def test_C3_7_9_a_code_that_may_not_be_sent_is_1002(served: Served, code: int) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(CLOSE, code.to_bytes(2, "big")))
        assert (await ann.wire.closed())[0] == 1002


async def test_C1_7_1_a_close_without_a_code_is_answered_without(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(CLOSE, b""))
        assert (await ann.wire.close_frame()).payload == b""
        assert await ann.wire.ended() == b""


async def test_HS7_7_1_what_comes_after_the_close_is_ignored(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(PING, b"x"))
        ann.wire.send(
            frame_out(CLOSE, b"\x03\xe8") + frame_out(PING, b"y") + frame_out(TEXT, PING_5)
        )
        found = [await ann.wire.frame() for _ in range(2)]
        assert [(one.opcode, one.payload) for one in found] == [(PONG, b"x"), (CLOSE, b"\x03\xe8")]
        assert await ann.wire.ended() == b""


async def test_C1_7_3_the_longest_reason(served: Served) -> None:
    async with member(served) as ann:
        ann.wire.send(frame_out(CLOSE, b"\x03\xe8" + b"r" * 123))
        assert await ann.wire.closed() == (1000, "r" * 123)


@pytest.mark.parametrize("pieces", [1, 64, 1_000])
async def test_HS6_9_a_long_message_in_pieces(served: Served, pieces: int) -> None:
    payload = PING_5 + b" " * (60_000 - len(PING_5))
    size = -(-len(payload) // pieces)
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    async with member(served) as ann:
        for index, part in enumerate(parts):
            opcode = TEXT if index == 0 else CONT
            ann.wire.send(frame_out(opcode, part, fin=index == len(parts) - 1))
        assert (await ann.wire.hear())["n"] == 5
