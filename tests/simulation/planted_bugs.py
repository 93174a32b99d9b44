"""Bugs planted into the shipped code, to test the checks themselves: the simulator must find each
one.

Every bug is a patch to a function that ships; its docstring says what a tired engineer might have
written.
"""

# A planted bug reaches into what it breaks.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from server.rooms.fan_out import Audience
from server.rooms.follower import Follower
from server.rooms.pending import Ended
from server.rooms.replica import Base, CommittedTail, Replica
from server.rooms.room import Room
from server.rooms.room_view import RoomView
from server.rules.dedup import Dedup
from server.rules.room_state import RoomState
from storage.room_log import Appended, Conflict, Head, Outcome, RoomAppend, Unknown
from storage.room_log_memory import MemoryRoomLog
from tests.simulation.planted_cluster_bugs import CLUSTER_BUGS
from tests.simulation.world import simulate


def accepted_before_the_commit() -> Generator[None]:
    """Answers as soon as the rules have decided: the commit is only a millisecond away."""
    original = Room.prepare

    def prepare(self: Room) -> RoomAppend | None:
        append = original(self)
        decided: list[tuple[Any, Ended]] = self._in_flight or []
        self._answer(list(decided))
        return append

    with patch.object(Room, "prepare", prepare):
        yield


def dedup_forgets() -> Generator[None]:
    """Clients number their commands themselves, so a copy surely never comes."""

    def find(self: Dedup, account: str, client: str, seq: int, made: int) -> None:
        return None

    with patch.object(Dedup, "find", find):
        yield


def dedup_beside_the_snapshot() -> Generator[None]:
    """Restores the board from a snapshot and starts with an empty memory of answers."""
    original = RoomState.restore.__func__

    def restore(cls: type[RoomState], kind: Any, blob: bytes) -> RoomState:
        state = original(cls, kind, blob)
        state.dedup = Dedup()
        return state

    with patch.object(RoomState, "restore", classmethod(restore)):
        yield


def unknown_taken_as_success() -> Generator[None]:
    """The answer was lost, but the database surely got it."""
    original = Room.complete

    def complete(self: Room, outcome: Outcome) -> None:
        original(self, Appended() if isinstance(outcome, Unknown) else outcome)

    with patch.object(Room, "complete", complete):
        yield


def unknown_taken_as_failure() -> Generator[None]:
    """The answer was lost, so it did not happen: the member is told a final no."""
    original = Room.complete

    def complete(self: Room, outcome: Outcome) -> None:
        if not isinstance(outcome, Unknown):
            original(self, outcome)
            return
        self.replica.roll_back()
        decided, self._in_flight = self._in_flight or [], None
        self._answer([(pending, Ended(code="forbidden")) for pending, _ in decided])

    with patch.object(Room, "complete", complete):
        yield


def rejections_of_copies_not_recorded() -> Generator[None]:
    """A rejection changes nothing, so why write an entry for it?"""
    original = Room._decide

    def decide(self: Room, pending: Any) -> Ended:
        pending.again = False
        return original(self, pending)

    with patch.object(Room, "_decide", decide):
        yield


def state_stays_ahead_after_a_conflict() -> Generator[None]:
    """Drops what was proposed and forgets that the state had moved."""

    def roll_back(self: Replica) -> None:
        self.proposed = []
        self.version, self.tag = self.committed.version, self.committed.tag  # type: ignore[assignment] - as it is

    with patch.object(Replica, "roll_back", roll_back):
        yield


def snapshot_of_what_is_proposed() -> Generator[None]:
    """Shows a joining member the state at hand, which runs ahead of the commit."""

    def current(self: RoomView) -> tuple[Head, bytes]:
        self._snapshots = [None, None]
        return self._replica.committed, self._replica.state.view()

    with patch.object(RoomView, "current", current):
        yield


def private_events_in_the_shared_frame() -> Generator[None]:
    """Everybody gets the same bytes; the page will not show them."""

    def split(self: Replica, events: list[Any]) -> tuple[list[Any], Sequence[Any]]:
        return events, []

    with patch.object(Replica, "_split_by_audience", split):
        yield


def laggards_are_written_to() -> Generator[None]:
    """The transport has its own buffer, it will cope."""

    def lag(self: Audience, follower: Follower) -> None:
        return None

    with patch.object(Audience, "lag", lag):
        yield


def resume_skips_one() -> Generator[None]:
    """Off by one, where a member's version meets the tail."""
    original = CommittedTail.after

    def after(self: CommittedTail, version: int) -> Any:
        entries = original(self, version)
        return entries[1:] if entries else entries

    with patch.object(CommittedTail, "after", after):
        yield


def snapshot_kept_of_what_is_proposed() -> Generator[None]:
    """Saves the state at hand under the committed version, while an append is under way."""

    def save_if_changed(self: Room, entries_min: int) -> None:
        replica = self.replica
        if replica.committed.version - self.view.saved_version >= entries_min:
            self.services.keep_snapshot(self, Base(replica.committed, replica.state.snapshot()))

    with patch.object(Room, "save_if_changed", save_if_changed):
        yield


def appends_without_a_compare() -> Generator[None]:
    """Last writer wins; conflicts are rare."""
    original = MemoryRoomLog._append

    def append(self: MemoryRoomLog, change: RoomAppend) -> Outcome:
        outcome = original(self, change)
        return Appended() if isinstance(outcome, Conflict) else outcome

    with patch.object(MemoryRoomLog, "_append", append):
        yield


def foreign_entries_not_remembered() -> Generator[None]:
    """Applies what was read from the log, and forgets whose commands those were."""

    def apply_entry(self: RoomState, entry: Any) -> None:
        self.apply(entry.events, entry.stamp)
        for _, events in entry.hidden:
            self.apply(events, entry.stamp)
        self.at = entry.stamp.at

    with patch.object(RoomState, "apply_entry", apply_entry):
        yield


def recovery_shows_beside_the_last_pieces() -> Generator[None]:
    """Shows what it has read at once: who would still be writing what came before?"""

    async def written(self: Room) -> None:
        return None

    with patch.object(Room, "_written", written):
        yield


def outcome_shown_beside_the_last_pieces() -> Generator[None]:
    """Shows a commit as soon as it is known, for the last members of the room will have been
    written to by then."""
    original = Room._conclude

    def conclude(self: Room, outcome: Outcome) -> None:
        self.audience.unwritten = 0
        original(self, outcome)

    with patch.object(Room, "_conclude", conclude):
        yield


class Planted(NamedTuple):
    """A bug, and what finds it."""

    plant: Callable[[], AbstractContextManager[None]]
    """Makes a context in which the bug is there."""
    seed: int
    """Of a run that finds it. Another one does where the simulation has changed since."""


WITHIN = 500
"""Seeds within which every planted bug must be found."""
SEEDS: dict[Callable[[], Generator[None]], int] = {
    accepted_before_the_commit: 1,
    dedup_forgets: 0,
    dedup_beside_the_snapshot: 1,
    unknown_taken_as_success: 0,
    unknown_taken_as_failure: 4,
    rejections_of_copies_not_recorded: 16,
    state_stays_ahead_after_a_conflict: 2,
    snapshot_of_what_is_proposed: 16,
    private_events_in_the_shared_frame: 0,
    laggards_are_written_to: 8,
    resume_skips_one: 0,
    snapshot_kept_of_what_is_proposed: 1,
    appends_without_a_compare: 1,
    foreign_entries_not_remembered: 0,
    recovery_shows_beside_the_last_pieces: 3,
    outcome_shown_beside_the_last_pieces: 0,
    **CLUSTER_BUGS,
}
BUGS = {bug.__name__: Planted(contextmanager(bug), seed) for bug, seed in SEEDS.items()}
"""By name."""


def find_bug(name: str) -> tuple[int | None, int]:
    """The seed that finds a bug, the known one first, and how many were tried."""
    bug = BUGS[name]
    with bug.plant():
        for tried, seed in enumerate((bug.seed, *range(WITHIN)), 1):
            try:
                simulate(seed)
            except Exception:  # noqa: BLE001 - found
                return seed, tried
    return None, WITHIN
