"""What every append and every prune must satisfy, whichever database takes it. Pure; a violation is
a bug of the caller."""

from __future__ import annotations

from collections.abc import Sequence

from storage.room_log import EMPTY, RoomAppend


def check_batch(batch: Sequence[RoomAppend]) -> None:
    """Fails where the batch contradicts the contract: the caller said something false."""
    seen: set[str] = set()
    for change in batch:
        check_append(change)
        assert change.room not in seen, f"expected room {change.room} once in a batch"
        seen.add(change.room)


def check_append(change: RoomAppend) -> None:
    """Fails where an append contradicts itself."""
    expected, head = change.expected, change.head
    assert head.version == expected.version + len(change.records), (
        f"expected version {expected.version + len(change.records)} after {len(change.records)}"
        f" records on {expected.version}, got {head.version}"
    )
    if not change.records:
        assert head == expected, f"expected the head to stay {expected}, got {head}"
    if change.kind is not None:
        assert change.records, "expected records with a creation"
        assert expected == EMPTY, f"expected a creation to begin at {EMPTY}, got {expected}"


def covers(snapshots: Sequence[int], before: int) -> bool:
    """May entries below `before` go? Only where a snapshot stands at the border, so that nothing
    above loses its base."""
    return before - 1 in snapshots or before in snapshots
