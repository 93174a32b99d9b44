"""What really happened in a run, and every check of what members were shown against it. Linear in
the entries."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from protocol.codec import Codec, transcode
from protocol.entries import chain, split_record
from protocol.identifiers import ROOT_TAG, Position, Tag
from server.rules.kind import RoomKind
from server.rules.room_state import RoomState, digest_of
from storage.room_log import Head, RoomAppend
from tests.simulation.game import Judge
from tests.simulation.violation import Violation


class Truth:
    """The committed history, applied with the shipped rules at the moment of each commit."""

    def __init__(self, room: str, kind: RoomKind[Any], judge: Judge) -> None:
        self.room = room
        self._judge = judge
        self.records: list[bytes] = []
        self.tags: list[Tag] = [ROOT_TAG]
        self.views: list[bytes] = [b""]
        self.digests: list[str] = [""]
        self.state = RoomState(kind)
        self.accepted: dict[tuple[str, int], int] = {}
        """(client, seq) to the version of its one entry."""
        self.refused: dict[tuple[str, int], str] = {}

    @property
    def version(self) -> int:
        return len(self.records)

    def committed(self, change: RoomAppend) -> None:
        """The log says that this happened."""
        for record in change.records:
            stored = self.state.book.decode_record(record)
            version = self.version + 1
            if stored.stamp.version != version:
                raise Violation(
                    f"2: entry {stored.stamp.version} committed where {version} was due", self.room
                )
            if stored.stamp.at < self.state.at:
                raise Violation("2: log time went back", self.room)
            self._check_once(stored.stamp.client, stored.stamp.seq, version, stored.refused)
            self._judge.committed(stored)
            self.state.apply_entry(stored)
            self.records.append(record)
            self.tags.append(chain(self.tags[-1], record))
            self.views.append(self.state.view())
            self.digests.append(digest_of(self.state.snapshot()))
        if change.records and change.head != Head(self.version, self.tags[-1]):
            raise Violation("2: the head's tag does not chain", self.room)

    def _check_once(self, client: str, seq: int, version: int, refused: str | None) -> None:
        if not client:
            return
        command = (client, seq)
        if command in self.accepted or command in self.refused:
            raise Violation(f"4: {command} has a second entry at {version}", self.room)
        if refused is None:
            self.accepted[command] = version
        else:
            self.refused[command] = refused

    def snapshot_saved(self, head: Head, blob: bytes) -> None:
        """A snapshot must be the state of a version of the chain, byte for byte."""
        if head.version > self.version or self.tags[head.version] != head.tag:
            raise Violation(f"7: a snapshot that is not on the chain was kept ({head})", self.room)
        if digest_of(blob) != self.digests[head.version]:
            raise Violation(
                f"7: the snapshot at {head.version} differs from the history's state", self.room
            )

    def check_position(self, position: Position) -> None:
        """Members stand on the chain, at committed versions only."""
        if position.version > self.version:
            raise Violation(
                f"1: shown version {position.version}, committed {self.version}", self.room
            )
        if self.tags[position.version] != position.tag:
            raise Violation(f"2: shown another history at {position.version}", self.room)

    def check_entries(
        self, first: int, entries: list[Raw], position: Position, codec: Codec
    ) -> None:
        """What is shown is what is committed, byte for byte."""
        self.check_position(position)
        for offset, raw in enumerate(entries):
            public, _ = split_record(self.records[first + offset - 1])
            if bytes(raw) != (transcode(public) if codec.binary else public):
                raise Violation(
                    f"1: entry {first + offset} was shown differently from what is committed",
                    self.room,
                )

    def check_view(self, position: Position, state: Raw, codec: Codec) -> None:
        """A snapshot shows the public view of a committed version."""
        self.check_position(position)
        view = self.views[position.version]
        if codec.binary:
            same = msgspec.msgpack.decode(bytes(state)) == msgspec.json.decode(view)
        else:
            same = bytes(state) == view
        if not same:
            raise Violation(
                f"1: the view shown at {position.version} is not that of the history", self.room
            )

    def check_accepted(self, client: str, seq: int, version: int) -> None:
        """Accepted means committed, at that version."""
        if self.accepted.get((client, seq)) != version:
            raise Violation(
                f"1: {client} seq {seq} was told accepted at {version}, "
                f"the log says {self.accepted.get((client, seq))}"
            )

    def check_refused(self, client: str, seq: int) -> None:
        """Finally rejected means: never an effect. Checked again at the end of the run."""
        if (client, seq) in self.accepted:
            raise Violation(f"5: {client} seq {seq} was rejected, and is in the log", self.room)
