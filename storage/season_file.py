"""The file that holds the plays of one season: written whole, synced, and checked before any of it
is believed.

    magic | length of the header | header | compressed feeds | digest of everything before

The header is JSON, each feed is MessagePack in one zlib stream with its length in front; numbers
are u32, little-endian, the digest is BLAKE2b with 32 bytes. Knows rows and files; must not know
databases. Everything here blocks. SPEC: XP20, XP21.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from storage.errors import ArchiveDamaged
from storage.play_rows import FeedRow, Part, PlayRow
from storage.sqlite_files import sync_folder

MAGIC: Final = b"TOUCHLINE SEASON 1\n"
SUFFIX: Final = ".plays"
HEADER_BYTES_MAX: Final = 4_096
FEED_BYTES_MAX: Final = 64 * 1024 * 1024
"""A thousand plays are a hundredth of this."""
_LENGTH: Final = struct.Struct("<I")
_DIGEST: Final = 32
_CHUNK: Final = 262_144


class SeasonHeader(Struct, frozen=True):
    """What the file holds."""

    season: int
    feeds: int
    plays: int


@dataclass(frozen=True, slots=True)
class SeasonFeed:
    """A feed of the season, with its plays as they were at one version of its room."""

    feed: FeedRow
    plays: tuple[PlayRow, ...]


class _StoredPlay(Struct, frozen=True, array_like=True):
    play: int
    values: tuple[int | str | None, ...]
    text: str
    players: tuple[tuple[str, str, str, int], ...]


class _StoredFeed(Struct, frozen=True, array_like=True):
    room: str
    game: str
    week: int
    open: bool
    version: int
    plays: tuple[_StoredPlay, ...]


_decode = msgspec.msgpack.Decoder(_StoredFeed).decode
_header_of = msgspec.json.Decoder(SeasonHeader).decode


def write_season(path: Path, season: int, feeds: Iterable[SeasonFeed]) -> SeasonHeader:
    """The complete file, on the disk, under its name; one of that name is written over. Raises
    OSError."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    stream = zlib.compressobj(6)
    packed: list[bytes] = []
    count = plays = 0
    for one in feeds:
        encoded = msgspec.msgpack.encode(_stored(one))
        packed.append(stream.compress(_LENGTH.pack(len(encoded)) + encoded))
        count, plays = count + 1, plays + len(one.plays)
    packed.append(stream.flush())
    header = SeasonHeader(season, count, plays)
    told = msgspec.json.encode(header)
    digest = blake2b(digest_size=_DIGEST)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for part in (MAGIC + _LENGTH.pack(len(told)) + told, *packed):
            digest.update(part)
            file.write(part)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)
    return header


def _stored(one: SeasonFeed) -> _StoredFeed:
    plays = tuple(
        _StoredPlay(
            play.play,
            play.values,
            play.text,
            tuple((part.player, part.name, part.team, part.roles) for part in play.players),
        )
        for play in one.plays
    )
    feed = one.feed
    return _StoredFeed(feed.room, feed.game, feed.week, feed.open, feed.version, plays)


class SeasonFile:
    """A file whose digest was found right."""

    def __init__(self, path: Path) -> None:
        """Reads all of it once. Raises ArchiveDamaged, OSError."""
        self._path = path
        with path.open("rb") as file:
            self._end = self._check(file)
            file.seek(len(MAGIC))
            (size,) = _LENGTH.unpack(file.read(_LENGTH.size))
            try:
                self.header = _header_of(file.read(min(size, HEADER_BYTES_MAX)))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ArchiveDamaged(f"{path.name}: its header cannot be read") from error
            self._start = file.tell()

    def _check(self, file: BinaryIO) -> int:
        """Where the digest stands."""
        end = os.fstat(file.fileno()).st_size - _DIGEST
        if end < len(MAGIC) + _LENGTH.size or file.read(len(MAGIC)) != MAGIC:
            raise ArchiveDamaged(f"{self._path.name}: not the plays of a season")
        digest = blake2b(MAGIC, digest_size=_DIGEST)
        left = end - len(MAGIC)
        while left:
            part = file.read(min(left, _CHUNK))
            left -= len(part)
            digest.update(part)
        if digest.digest() != file.read(_DIGEST):
            raise ArchiveDamaged(f"{self._path.name}: it is not what was written")
        return end

    def feeds(self) -> Iterator[SeasonFeed]:
        """One after another, as many as the header says, with as many plays. Raises ArchiveDamaged,
        OSError."""
        feeds = plays = 0
        for encoded in self._encoded():
            try:
                stored = _decode(encoded)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ArchiveDamaged(f"{self._path.name}: a feed cannot be read") from error
            feeds, plays = feeds + 1, plays + len(stored.plays)
            yield self._feed_of(stored)
        if (feeds, plays) != (self.header.feeds, self.header.plays):
            raise ArchiveDamaged(f"{self._path.name}: {feeds} feeds with {plays} plays")

    def _feed_of(self, stored: _StoredFeed) -> SeasonFeed:
        season, week = self.header.season, stored.week
        feed = FeedRow(0, stored.room, stored.game, season, week, stored.open, stored.version)
        plays = tuple(
            PlayRow(one.play, one.values, one.text, tuple(Part(*part) for part in one.players))
            for one in stored.plays
        )
        return SeasonFeed(feed, plays)

    def _encoded(self) -> Iterator[bytes]:
        stream, waiting = zlib.decompressobj(), bytearray()
        with self._path.open("rb") as file:
            file.seek(self._start)
            left = self._end - self._start
            while left:
                packed = file.read(min(left, _CHUNK))
                left -= len(packed)
                try:
                    waiting += stream.decompress(packed)
                except zlib.error as error:
                    raise ArchiveDamaged(f"{self._path.name}: {error}") from error
                while len(waiting) >= _LENGTH.size:
                    (size,) = _LENGTH.unpack_from(waiting)
                    if size > FEED_BYTES_MAX:
                        raise ArchiveDamaged(f"{self._path.name}: a feed of {size} bytes")
                    if len(waiting) < _LENGTH.size + size:
                        break
                    yield bytes(waiting[_LENGTH.size : _LENGTH.size + size])
                    del waiting[: _LENGTH.size + size]
        if waiting:
            raise ArchiveDamaged(f"{self._path.name}: half a feed at the end")
