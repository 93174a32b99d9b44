"""The file that holds one archived room: written whole, synced, and checked whenever it is read.

    magic | length of the header | header | compressed pieces | digest of everything before

The header is JSON, the pieces are MessagePack in one zlib stream, each with its length in front;
numbers are u32, little-endian, the digest is BLAKE2b with 32 bytes. Knows runs, snapshots and
files; must not know databases, and what stands in a record. Everything here blocks: its callers
have threads. SPEC rule LG17.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
import zlib
from collections.abc import Generator, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import msgspec
from msgspec import Struct

from storage.errors import ArchiveDamaged, StorageUnavailable
from storage.room_log import Head, StoredRun, StoredSnapshot
from storage.sqlite_files import private_folder, sync_folder

MAGIC = b"TOUCHLINE ROOM 1\n"
SUFFIX = ".room"
UNFINISHED = ".unfinished"
PIECE_BYTES_MAX = 256 * 1024 * 1024
"""No run is a tenth of this: a length beyond it was never written."""
HEADER_BYTES_MAX = 65_536
_CHUNK = 262_144
_DIGEST = 32
_LENGTH = struct.Struct("<I")
_LEVEL = 6
"""Of zlib: 9 took three times as long for 2 % less."""


class Header(Struct, frozen=True):
    """Whose entries these are, and how far they go."""

    generation: str
    """Of the database that wrote it, to be told apart by people: a restored database has another
    one and reads the file all the same."""
    room: str
    kind: str
    first: int
    """First version in it; one above `version` where all entries were pruned."""
    version: int
    tag: str

    @property
    def head(self) -> Head:
        """Where the room was when it was archived."""
        return Head(self.version, self.tag)


class Piece(Struct, frozen=True, array_like=True):
    """What is put into the file, and taken back, at once."""

    runs: list[StoredRun]
    snapshots: list[tuple[int, str, bytes]]

    def stored(self) -> list[StoredSnapshot]:
        """The snapshots as the log takes them."""
        return [StoredSnapshot(Head(version, tag), blob) for version, tag, blob in self.snapshots]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Piece).decode
_header_of = msgspec.json.Decoder(Header).decode


class ArchiveWriter:
    """Writes one file under a name that is no archive's until `finish`."""

    def __init__(self, folder: Path, header: Header) -> None:
        """Raises StorageUnavailable, as all of it does."""
        self.name = f"{quote(header.room, safe='')}.{header.version}.{secrets.token_hex(4)}{SUFFIX}"
        self._final = folder / self.name
        self._path = folder / (self.name + UNFINISHED)
        self._digest = blake2b(digest_size=_DIGEST)
        self._compress = zlib.compressobj(_LEVEL)
        self.contents = blake2b(digest_size=_DIGEST)
        """Of the pieces, before they are compressed."""
        with _told(folder):
            private_folder(folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._file = os.fdopen(os.open(self._path, flags, 0o600), "wb")
            encoded = msgspec.json.encode(header)
            self._write(MAGIC + _LENGTH.pack(len(encoded)) + encoded)

    def add(self, runs: Sequence[StoredRun], snapshots: Sequence[StoredSnapshot]) -> None:
        """Adds a piece."""
        states = [(one.head.version, one.head.tag, one.blob) for one in snapshots]
        encoded = _encode(Piece([*runs], states))
        piece = _LENGTH.pack(len(encoded)) + encoded
        self.contents.update(piece)
        with _told(self._path):
            self._write(self._compress.compress(piece))

    def finish(self) -> Path:
        """The complete file, under its name, on the disk."""
        with _told(self._path):
            self._write(self._compress.flush())
            self._file.write(self._digest.digest())
            self._file.flush()
            os.fsync(self._file.fileno())
            # What is read back is to come from the disk, not from what we wrote into memory.
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._file.close()
            self._path.replace(self._final)
            sync_folder(self._final.parent)
        return self._final

    def close(self) -> None:
        """Lets the file go, whole or not. May be called again."""
        self._file.close()

    def abandon(self) -> None:
        """Nothing of it stays."""
        self.close()
        for path in (self._path, self._final):
            with contextlib.suppress(OSError):
                path.unlink()

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


class ArchiveReader:
    """A file whose digest was found right."""

    def __init__(self, path: Path, header: Header, start: int, end: int) -> None:
        self.header = header
        self.contents = blake2b(digest_size=_DIGEST)
        """Of the pieces read so far."""
        self._path = path
        self._start = start
        self._end = end

    def pieces(self) -> Iterator[Piece]:
        """All pieces in order; the runs chain from the first version to the head.

        Raises ArchiveDamaged, StorageUnavailable."""
        wanted, tag = self.header.first, None
        for encoded in self._encoded():
            try:
                piece = _decode(encoded)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ArchiveDamaged(f"{self._path.name}: a piece cannot be read") from error
            for run in piece.runs:
                if run.first != wanted or (tag is not None and run.tag_before != tag):
                    raise ArchiveDamaged(
                        f"{self._path.name}: expected version {wanted} after {tag},"
                        f" got {run.first} after {run.tag_before}"
                    )
                wanted, tag = run.last + 1, run.tag
            yield piece
        if wanted != self.header.version + 1 or (tag is not None and tag != self.header.tag):
            raise ArchiveDamaged(f"{self._path.name}: it ends before version {wanted}")

    def _encoded(self) -> Iterator[bytes]:
        waiting = bytearray()
        for part in self._decompressed():
            waiting += part
            while len(waiting) >= _LENGTH.size:
                (size,) = _LENGTH.unpack_from(waiting)
                if size > PIECE_BYTES_MAX:
                    raise ArchiveDamaged(f"{self._path.name}: a piece of {size} bytes")
                end = _LENGTH.size + size
                if len(waiting) < end:
                    break
                self.contents.update(waiting[:end])
                yield bytes(waiting[_LENGTH.size : end])
                del waiting[:end]
        if waiting:
            raise ArchiveDamaged(f"{self._path.name}: half a piece at the end")

    def _decompressed(self) -> Iterator[bytes]:
        stream = zlib.decompressobj()
        with _opened(self._path) as file:
            file.seek(self._start)
            left = self._end - self._start
            while left:
                packed = file.read(min(left, _CHUNK))
                if not packed:
                    raise ArchiveDamaged(f"{self._path.name}: it became shorter")
                left -= len(packed)
                while packed:
                    try:
                        part = stream.decompress(packed, _CHUNK)
                    except zlib.error as error:
                        raise ArchiveDamaged(f"{self._path.name}: {error}") from error
                    packed = stream.unconsumed_tail
                    yield part
            yield stream.flush()


def open_archive(path: Path) -> ArchiveReader:
    """A reader of the file, after every byte of it was compared with its digest.

    Raises ArchiveDamaged where the file is missing or another than was written, StorageUnavailable
    where its folder is away or cannot be read."""
    with _opened(path) as file:
        header, start = _read_header(path, file)
        end = file.seek(0, os.SEEK_END) - _DIGEST
        digest = blake2b(digest_size=_DIGEST)
        file.seek(0)
        left = max(end, 0)
        while left and (part := file.read(min(left, _CHUNK))):
            digest.update(part)
            left -= len(part)
        if end < start or digest.digest() != file.read(_DIGEST):
            raise ArchiveDamaged(f"{path.name} is not what was written: its digest differs")
    return ArchiveReader(path, header, start, end)


def header_of(path: Path) -> Header:
    """Whose file it is, without reading the rest. Raises as `open_archive`."""
    with _opened(path) as file:
        return _read_header(path, file)[0]


def is_archive(path: Path) -> bool:
    """Whether the file begins as archives do."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _read_header(path: Path, file: BinaryIO) -> tuple[Header, int]:
    start = file.read(len(MAGIC) + _LENGTH.size)
    if len(start) != len(MAGIC) + _LENGTH.size or not start.startswith(MAGIC):
        raise ArchiveDamaged(f"{path.name} is no archive of a room")
    (size,) = _LENGTH.unpack_from(start, len(MAGIC))
    if size > HEADER_BYTES_MAX:
        raise ArchiveDamaged(f"{path.name}: a header of {size} bytes")
    try:
        return _header_of(file.read(size)), len(start) + size
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ArchiveDamaged(f"{path.name}: the header cannot be read") from error


@contextlib.contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    with _told(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise StorageUnavailable(f"the folder {path.parent} is away") from None
            raise ArchiveDamaged(f"{path.name} is missing in {path.parent}") from None
        with file:
            yield file


@contextlib.contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"cannot use {path}: {error.strerror or error}") from error
