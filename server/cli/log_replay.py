"""Replays a room by the rules of its kind and compares every snapshot with what came of the
entries.

Knows the rules; must not know where entries lie. What cannot be applied ends the replay of its
room, with the version at which it ended. SPEC rule OP28.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from protocol.identifiers import Tag
from server.rules.catalogue import KINDS
from server.rules.kind import RoomKind
from server.rules.room_state import DamagedState, RoomState, UnknownEvent, digest_of
from storage.errors import CorruptEntry
from storage.room_log import RoomRow, StoredSnapshot

Snapshots = dict[int, StoredSnapshot]
Said = Iterator[tuple[str, str]]
"""Name and text of each problem."""

_UNREADABLE = (
    UnknownEvent,
    DamagedState,
    CorruptEntry,
    msgspec.MsgspecError,
    UnicodeDecodeError,
)


class Replay:
    """One room, from its first entry, or from its first snapshot where entries were pruned.
    Invariant: `_state` is the one after the last entry taken, or None where there is none."""

    def __init__(
        self,
        row: RoomRow,
        snapshots: Snapshots,
        kinds: Mapping[str, RoomKind[Any]] = KINDS,
    ) -> None:
        self._snapshots = snapshots
        self._kind = kinds.get(row.kind)
        self._kind_name = row.kind
        self._state: RoomState | None = None
        self._ended = False
        self.compared = 0
        """Snapshots that were compared so far."""

    def begin(self, version: int, tag: Tag) -> Said:
        """Before the first entry: the room is at this position."""
        if self._kind is None:
            self._ended = True
            yield "rules", f"kind {self._kind_name} is not known here"
        elif version == 0:
            self._state = RoomState(self._kind)
        else:
            yield from self._at_snapshot(version, tag)

    def take(self, record: bytes, version: int, tag: Tag) -> Said:
        """The next entry, and the tag after it."""
        if self._ended:
            return
        state = self._state
        if state is not None:
            try:
                stored = state.book.decode_record(record)
                same_rules = stored.rules == state.book.rules_version
                if stored.digest and same_rules and digest_of(state.snapshot()) != stored.digest:
                    yield "digest", f"the state before entry {version} is not its writer's"
                state.apply_entry(stored)
                state.take_unlisted()
            except _UNREADABLE as error:
                self._ended = True
                yield "rules", f"entry {version} cannot be applied ({error})"
                return
        yield from self._at_snapshot(version, tag)

    def _at_snapshot(self, version: int, tag: Tag) -> Said:
        stored = self._snapshots.get(version)
        if stored is None or self._kind is None:
            return
        self.compared += 1
        if stored.head.tag != tag:
            yield "snapshot", f"snapshot {version} has the tag of another history"
        try:
            restored = RoomState.restore(self._kind, stored.blob)
        except _UNREADABLE as error:
            yield "snapshot", f"snapshot {version} cannot be restored ({error})"
            return
        if self._state is None:
            self._state = restored
        elif restored.snapshot() != self._state.snapshot():
            yield "snapshot", f"snapshot {version} is not what its entries give"
