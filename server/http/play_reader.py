"""The process that reads somebody's files for the server: a request on standard input, an answer
on standard output, nothing else. Whatever the files are like, rooms do not wait for it: it has a
core's idle time, so much memory and so many seconds, and no secret of the server. Knows the shapes
of request and answer, and readers; not the server. SPEC: HT99 to HT101, RD24.

    python -m server.http.play_reader look|make BYTES_MAX < request > answer
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from protocol.board_document import write_document
from protocol.text import clean_name
from server.readers.board_parts import BoardParts, document
from server.readers.choices import Play, plays_of
from server.readers.clips import FILES_MAX, Files, Passage, read_clip
from server.readers.held import Held, held
from server.readers.kloppy_soccer import PROVIDERS
from server.readers.report import Fault, Oddity

MEMORY_MAX = 1_073_741_824
"""Bytes of the process: 20 times the files that it takes."""
CPU_S = 20
_TIME_MAX_MS = 36_000_000
_GZIP = b"\x1f\x8b"
_PIECE = 1_048_576


class PlayFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file as it is, also when it is gzip."""

    name: Annotated[str, Meta(max_length=200)]
    content: bytes
    """In base64."""


class PlayRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Files of one provider, and what of them is wanted."""

    files: Annotated[list[PlayFile], Meta(min_length=1, max_length=FILES_MAX)]
    kind: Annotated[str, Meta(max_length=32)] | None = None
    """Whose they are; null: the content says."""
    play: Annotated[str, Meta(max_length=200)] | None = None
    """Key of one of several plays."""
    period: Annotated[int, Meta(ge=1, le=99)] | None = None
    """Of a match."""
    from_ms: Annotated[int, Meta(ge=0, le=_TIME_MAX_MS)] | None = None
    to_ms: Annotated[int, Meta(ge=0, le=_TIME_MAX_MS)] | None = None
    """Of a track from its start, of a match from the start of the period."""
    phases: bool = False
    """Of a match: a phase for each event."""
    line_up: bool = False
    """Of a match: everybody as they started, instead of a stretch."""
    name: Annotated[str, Meta(max_length=64)] | None = None
    """Of the board; null: as the files call it."""


class PlayFault(Struct, frozen=True, omit_defaults=True):
    """Why nothing can be made of files: the `detail` of the refusal."""

    why: str
    file: str | None = None
    line: int | None = None
    """Of the file, unpacked, from 1."""
    path: str | None = None
    """Of JSON, from `$`; or the field of the request."""
    plays: tuple[Play, ...] = ()
    """Where one of them has to be chosen."""


class Refused(Struct, frozen=True, tag="refused"):
    """No."""

    code: str
    """`malformed` or `invalid`."""
    fault: PlayFault


class Looked(Struct, frozen=True, tag="looked"):
    """What the files hold."""

    held: Held


class Made(Struct, frozen=True, tag="made"):
    """The board that they make."""

    document: Raw
    odd: Mapping[str, Oddity]


Answer = Refused | Looked | Made
_read_request = msgspec.json.Decoder(PlayRequest)


def answer(what: str, body: bytes, bytes_max: int) -> Answer:
    """What is answered to a request. `what` is look or make; `bytes_max` bounds the files together,
    unpacked."""
    try:
        request = _read_request.decode(body)
    except msgspec.ValidationError as error:
        return Refused("invalid", PlayFault(str(error), path="$"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Refused("malformed", PlayFault("not JSON", path="$"))
    name = None if request.name is None else clean_name(request.name)
    if request.name is not None and name is None:
        return Refused("invalid", PlayFault("no name that can be seen", path="$.name"))
    files = _named(request.files)
    large = _too_large(files, bytes_max)
    if large is not None:
        return Refused("invalid", PlayFault(f"more than {bytes_max:,} bytes, unpacked", large))
    wanted = Passage(
        request.period,
        request.from_ms,
        request.to_ms,
        request.phases,
        request.play,
        request.line_up,
    )
    try:
        made = _made(what, request.kind, files, wanted, name)
    except MemoryError:
        return Refused("invalid", PlayFault("too much to be read at once; cut it"))
    return _placed(made, files) if isinstance(made, Fault) else made


def _made(
    what: str, kind: str | None, files: Files, wanted: Passage, name: str | None
) -> Answer | Fault:
    if what == "look":
        found = held(kind, files, wanted)
        return found if isinstance(found, Fault) else Looked(found)
    if wanted.play is None and kind not in PROVIDERS:
        plays = plays_of(files)
        if len(plays) > 1:
            return Refused("invalid", PlayFault("choose one play", path="$.play", plays=plays))
    parts = read_clip(kind, files, wanted)
    if isinstance(parts, BoardParts):
        return Made(Raw(write_document(document(parts, name))), parts.oddities)
    return parts


def _named(given: list[PlayFile]) -> dict[str, bytes]:
    """By name, each name once and fit to be shown."""
    files: dict[str, bytes] = {}
    for number, one in enumerate(given, 1):
        name = clean_name(one.name[-64:]) or "file"
        files[name if name not in files else f"{name} ({number})"] = one.content
    return files


def _too_large(files: Files, bytes_max: int) -> str | None:
    """The file with which they become more than that. Nothing of them is kept."""
    left = bytes_max
    for name, content in files.items():
        left -= _unpacked_size(content, left) if content.startswith(_GZIP) else len(content)
        if left < 0:
            return name
    return None


def _unpacked_size(content: bytes, most: int) -> int:
    """Bytes of a gzip file, as far as they are at most so many; beyond, more than that."""
    unpacker = zlib.decompressobj(wbits=31)
    size, rest = 0, content
    with contextlib.suppress(zlib.error):  # the reader will say so, with its name
        while rest and size <= most:
            size += len(unpacker.decompress(rest, _PIECE))
            rest = unpacker.unconsumed_tail
    return size


def _placed(fault: Fault, files: Files) -> Refused:
    """A reader's fault with its place in parts: `file:line` and `file: $.path`."""
    file = max((name for name in files if fault.path.startswith(name)), key=len, default=None)
    rest = fault.path if file is None else fault.path[len(file) :]
    where = rest.removeprefix(":").strip()
    line = int(where) if where.isdecimal() and len(where) < 10 else None
    path = where if where and line is None else None
    return Refused("invalid", PlayFault(fault.why, file, line, path))


def bound() -> None:
    """No more memory and time than that, and only when nothing else wants the core."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(10)
    for what, most in ((resource.RLIMIT_AS, MEMORY_MAX), (resource.RLIMIT_CPU, CPU_S)):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(what, (least, hard))


def main(arguments: list[str]) -> int:
    """The process."""
    what, bytes_max = arguments
    bound()
    found: Any = answer(what, sys.stdin.buffer.read(), int(bytes_max))
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
