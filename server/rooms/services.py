"""What every room of a node shares: the contracts it may wait for, settings, and ways to be called
again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from server.clock import Clock
from server.config import Settings
from server.metrics import Metrics
from server.rooms.pulse import Stretch
from server.rules.room_state import RoomState
from storage.room_log import RoomLog

if TYPE_CHECKING:
    from server.rooms.follower import Follower
    from server.rooms.replica import Base, TailEntry
    from server.rooms.room import Room
    from server.rooms.traced import Traces


class Handle(Protocol):
    """Something that was to be called later."""

    def cancel(self) -> None:
        """It will not be called."""
        ...


@dataclass(frozen=True)
class RoomServices:
    """Given to each room when it opens. The core waits for nothing else."""

    log: RoomLog
    clock: Clock
    settings: Settings
    metrics: Metrics
    wake: Callable[[Room], None]
    """The room has commands to append."""
    call_soon: Callable[[Callable[[], None]], object]
    call_later: Callable[[float, Callable[[], None]], Handle]
    spawn: Callable[[Coroutine[Any, Any, None], Room], None]
    """Runs something that waits, for a room: its failure is the room's."""
    fail: Callable[[Room, Exception], str]
    """A bug in a room: stops it, and returns the incident's id."""
    report: Callable[[Room, Exception], str]
    """A bug in deciding one command: logs it and returns the incident's id; the room goes on."""
    keep_snapshot: Callable[[Room, Base], None]
    """Saves a snapshot when there is time."""
    shown: Callable[[Room, int, str, list[bytes]], None]
    """Committed entries of this node, for the relay: first version, tag before, records."""
    passing: Callable[[Room], None]
    """Presence of this node's members changed, for the relay."""
    reacted: Callable[[Room, Mapping[str, int]], None]
    """What this node's members have shown together, for the relay."""
    past_state: Callable[[Room, int], Awaitable[RoomState | None]]
    """The state at a committed version, from the log, in its turn; None where its history was
    pruned. Raises StorageError."""
    paced: Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
    """Does other work on past states in its turn (SV5)."""
    sound: Callable[[], bool]
    """Whether every outage until now is known: else no room is woken."""
    outages: Callable[[int], Sequence[Stretch]]
    """Those that ended at this log time, ms, or later."""
    draw: Callable[[], int]
    """64 random bits."""
    traces: Traces | None = None
    """Where traced commands begin; None: nobody collects any."""
    traced: Callable[[Room, list[tuple[int, str]]], None] = lambda _room, _named: None
    """Entries of traced commands were committed here: version and trace, for the relay."""
    committed: Callable[[Room, Sequence[TailEntry]], None] = lambda _room, _entries: None
    """Committed entries were shown here, whoever wrote them: for what follows from rooms."""
    appended: Callable[[Room, Sequence[TailEntry]], None] = lambda _room, _entries: None
    """This node has committed entries: for what is counted of them."""
    watched: Callable[[Room, Follower, Any], None] = lambda _room, _follower, _value: None
    """A member of a kind that `watches` has said what it wants to be told; None: nothing."""
