"""The rooms that are open on this node: opened on first use, closed when idle, reopened from the
log after a bug.

A hundred thousand cold rooms cost nothing: what is not open is rows in the database. Must not know
sockets. SPEC: RM1, RM2, RM10 to RM12, JN1 to JN10, SV1 to SV3.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
from typing import Any, Protocol

import msgspec
import structlog
from msgspec import Raw, Struct

from protocol.client_messages import FILTER_BYTES_MAX
from protocol.codec import JSON
from protocol.codes import REJECTIONS
from protocol.entries import split_record
from protocol.errors import MalformedMessage
from protocol.identifiers import Position
from protocol.membership import EnterRoom, Role, RoomOpened, TeamRole
from server.clock import Clock
from server.config import Settings
from server.identity import Identity
from server.metrics import Metrics
from server.rooms.append_loop import LANES, AppendLoop
from server.rooms.delayed import Reach, last_until
from server.rooms.due_rooms import DueRooms
from server.rooms.follower import Follower
from server.rooms.making import Maker, new_room
from server.rooms.neighbours import Neighbours, Nobody
from server.rooms.pace import Pace
from server.rooms.pending import Ended, Look, Pending
from server.rooms.pulse import Pulse, Undisturbed
from server.rooms.recipient import Recipient
from server.rooms.replica import Base, DigestMismatch, Replica, TailEntry
from server.rooms.room import Room
from server.rooms.room_view import missed_entries, state_at
from server.rooms.services import Handle, RoomServices
from server.rooms.snapshots import SnapshotKeeper
from server.rooms.traced import Traces, caller
from server.rules.kind import RoomKind
from server.rules.membership import open_room
from server.rules.membership_state import Invitation
from server.rules.room_state import DamagedState, RoomState, UnknownEvent
from server.rules.watching import LIVE, Watching
from storage.errors import CorruptEntry, StorageUnavailable
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    RoomLog,
    RoomRow,
    StoredSnapshot,
)

logger = structlog.get_logger("rooms")

TIDY_S = 1.0
STOP_S = 5.0
"""How long a stop waits for appends: a database that is away for longer has not got them."""
SNAPSHOT_ON_CLOSE_MIN = 16
"""Entries since the last snapshot that make one worth its bytes when a room closes."""
PAGE_BYTES = 4_194_304
"""Of entries that somebody reads at once."""
VIEWS_REST = 1.0
"""Whole views for HTTP take half of the processor at the most: one of a full board takes 20 ms."""
PASTS_REST = 3.0
"""Past states take a quarter: one of a full board is 40 ms of work, in pieces of up to all of
it."""
CLOSED_AT_ONCE = 32
"""Rooms that make place for others together: looking for them costs a look at every room."""
SNAPSHOTS_TRIED = 2
"""Snapshots that a room is tried to be opened from, before the whole log is read."""
LATE_TRIES = 3
"""Times that the past is read for a member who sees late, while entries come so fast that memory
has forgotten those after it."""
OPEN_AT_ONCE = 64
"""Rooms that are loaded from the database at the same time."""


async def _now(room: Room) -> tuple[Head, bytes]:
    return room.view.now()


async def _committed(room: Room) -> tuple[int, Any]:
    return room.replica.committed.version, room.replica.committed_state().inner


class HeadDiffers(CorruptEntry):
    """Snapshot and entries do not lead to the room's head."""


UNREADABLE = (UnknownEvent, CorruptEntry, DigestMismatch, DamagedState, msgspec.MsgspecError)
"""What makes a room unreadable."""


class RoomUnreadable(Exception):
    """The room's entries cannot be read by this version of the rules, or are damaged; the incident
    is in the log."""

    def __init__(self, room_id: str, incident: str) -> None:
        super().__init__(f"room {room_id} cannot be read (incident {incident})")
        self.incident = incident


class RoomFull(Exception):
    """Somebody may come in, and the room has no place for one more."""


class UnknownVersion(Exception):
    """No such version, or its history was pruned."""


class InvalidRoom(ValueError):
    """A room cannot be made like this; the message says what is wrong."""


class Projection(Protocol):
    """What is worked out from rooms beside them. None of it may raise."""

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """Committed entries of a room were shown."""
        ...

    def opened(self, room: Room) -> None:
        """A room was opened here."""
        ...

    def watched(self, room: Room, follower: Follower, value: Any) -> None:
        """A member says what it wants to be told; None: nothing."""
        ...


class Companions(Protocol):
    """Rooms that are kept open beside those that tell of them. None of it may raise, but where it
    says so."""

    async def come(self, room: Room) -> None:
        """A room is about to be open here; what it tells of comes first. Raises
        StorageUnavailable."""
        ...

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """Committed entries of a room were shown."""
        ...

    def closed(self, room: Room) -> None:
        """A room is not open here any more."""
        ...


class NoCompanions:
    """No room tells of another."""

    async def come(self, room: Room) -> None:
        """Nobody comes."""

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """Nothing."""

    def closed(self, room: Room) -> None:
        """Nothing."""


def _uncounted(_room: Room, _entries: Sequence[TailEntry]) -> None:
    """Nothing is counted."""


class NoProjection:
    """Nothing follows from rooms."""

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """Nothing."""

    def opened(self, room: Room) -> None:
        """Nothing."""

    def watched(self, room: Room, follower: Follower, value: Any) -> None:
        """Nothing."""


class Dice:
    """64 random bits at a time, out of a buffer: asking the system for each command costs more
    than deciding it."""

    def __init__(self) -> None:
        self._bytes = b""
        self._at = 0

    def draw(self) -> int:
        """64 bits that nobody can guess."""
        if self._at == len(self._bytes):
            self._bytes, self._at = secrets.token_bytes(4_096), 0
        self._at += 8
        return int.from_bytes(self._bytes[self._at - 8 : self._at])


class Directory:
    """All open rooms of a node, and the tasks that serve them. Invariant: a room is open at most
    once."""

    companions: Companions = NoCompanions()
    """Set by whoever knows which rooms tell of others."""
    counting: Callable[[Room, Sequence[TailEntry]], None] = staticmethod(_uncounted)
    """What is counted of entries that this node commits. It must not raise."""
    forsaken = False
    """What the rooms are is of another life of the database: nothing of it is kept."""

    def __init__(
        self,
        *,
        log: RoomLog,
        clock: Clock,
        settings: Settings,
        metrics: Metrics,
        kinds: Mapping[str, RoomKind[Any]],
        on_bug: Callable[[Exception], object],
        draw: Callable[[], int] | None = None,
        traces: Traces | None = None,
    ) -> None:
        self._log, self._clock = log, clock
        self._settings, self._metrics, self._kinds = settings, metrics, kinds
        self._on_bug = on_bug
        """A bug outside of any room: the node drains."""
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Future[Room | None]] = {}
        self._open_slots = asyncio.Semaphore(OPEN_AT_ONCE)
        self._loop = AppendLoop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.unreadable: dict[str, str] = {}
        """Rooms that could not be read, to why: readiness says so."""
        self.neighbours: Neighbours = Nobody()
        """Set by the exchange with other nodes, before the first room opens."""
        self.pulse: Pulse = Undisturbed()
        """Set before the first room opens, where there can be outages."""
        self.projection: Projection = NoProjection()
        """Set by whoever works something out from rooms."""
        self._snapshots = SnapshotKeeper(
            log, clock, keep_every=settings.keep_snapshot_entries, alarm=self._snapshot_differs
        )
        self._due = DueRooms(
            log=log,
            clock=clock,
            batch=settings.due_batch,
            pulse=lambda: self.pulse,
            held=lambda: self._rooms,
            held_due=self._held_due,
            open_room=self._open_due,
        )
        self._views, self._pasts = (Pace(clock, rest=rest) for rest in (VIEWS_REST, PASTS_REST))
        self._services = RoomServices(
            log=log,
            clock=clock,
            settings=settings,
            metrics=metrics,
            wake=self._loop.wake,
            call_soon=self._call_soon,
            call_later=self._call_later,
            spawn=self._spawn_for_room,
            fail=self._fail,
            report=self._report,
            keep_snapshot=self._keep_snapshot,
            shown=self._shown,
            traces=traces,
            traced=lambda room, named: self.neighbours.traced(room, named),
            passing=self._passing,
            reacted=lambda room, counts: self.neighbours.reacted(room, counts),
            paced=self._pasts.run,
            past_state=self._past_state,
            sound=lambda: self.pulse.sound,
            outages=lambda at: self.pulse.since(at),
            draw=draw or Dice().draw,
            committed=self._committed,
            appended=lambda room, entries: self.counting(room, entries),
            watched=lambda room, follower, value: self.projection.watched(room, follower, value),
        )

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the tasks: append lanes, snapshots, tidying, due rooms."""
        for lane in range(LANES):
            self._spawn(self._loop.run(self._services), f"append-lane-{lane}")
        self._spawn(self._snapshots.run(), "snapshots")
        self._spawn(self._tidy(), "tidy-rooms")
        self._spawn(self._sweep(), "due-rooms")

    async def stop(self) -> None:
        """Finishes the appends under way, saves snapshots, ends the tasks. No new commands are
        taken meanwhile."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STOP_S
        while self._busy() and loop.time() < deadline:  # noqa: ASYNC110 - once
            await asyncio.sleep(0.005)
        for room in list(self._rooms.values()):
            if not self.forsaken:
                room.save_if_changed(SNAPSHOT_ON_CLOSE_MIN)
            room.close()
        self._rooms.clear()
        await self._snapshots.flush()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _busy(self) -> bool:
        return self._loop.under_way > 0 or any(room.pending for room in self._rooms.values())

    # --- what connections and HTTP ask for -----------------------------------------------------

    @property
    def open_rooms(self) -> Mapping[str, Room]:
        """The rooms open now, by id."""
        return self._rooms

    async def create(self, kind: str, name: str, owner: Identity, settings: dict[str, Any]) -> str:
        """A new room with its owner. Raises InvalidRoom, StorageUnavailable."""
        made = await self.create_filled(kind, name, owner, settings, ())
        assert isinstance(made, str), "nothing was asked of the rules"
        return made

    async def create_filled(
        self,
        kind: str,
        name: str,
        owner: Identity,
        settings: dict[str, Any],
        commands: Sequence[Struct],
        *,
        at: str | None = None,
    ) -> str | Ended:
        """A new room on which its owner's commands have been executed, whole or not at all (RM19):
        its id, or how the first command ended that the rules refuse. With `at` this is its id, and
        `exists` is the end where there is such a room. Raises as `create`."""
        rules = self._kinds.get(kind)
        if rules is None:
            raise InvalidRoom(f"no such kind of room: {kind}; there are {', '.join(self._kinds)}")
        try:
            msgspec.convert(settings, rules.settings)
        except msgspec.ValidationError as error:
            raise InvalidRoom(str(error)) from error
        opened = open_room(kind, name, owner.account, owner.name, settings)
        if not isinstance(opened, RoomOpened):
            raise InvalidRoom(
                f"the {opened.detail['text']} cannot be used: "
                "empty, too long, or with control characters"
            )
        room_id = at or f"r_{secrets.token_urlsafe(16)}"
        maker = Maker(owner, self._clock.now_ms(), self._services.draw)
        append = await new_room(room_id, rules, opened, commands, maker)
        if isinstance(append, Ended):
            return append
        outcome = (await self._log.append([append]))[0]
        if at is not None and isinstance(outcome, Conflict):
            return Ended(code="exists")
        if not isinstance(outcome, Appended):
            raise StorageUnavailable(
                f"the room could not be made: {type(outcome).__name__.lower()}"
            )
        return room_id

    async def join(
        self,
        recipient: Recipient,
        room_id: str,
        *,
        position: Position | None = None,
        invitation: str | None = None,
        team_role: Role | None = None,
        ref: int | None = None,
        wanted: Raw | None = None,
    ) -> Follower | None:
        """Makes a connection follow a room, and sends it what it lacks. None: no such room, or not
        for this account.

        `invitation` is the id of an invitation whose link was verified; `team_role` what the
        room's team gives the account by default. Whoever gives it asks the team once more when
        this has returned, and calls `set_team_role` where it says otherwise by then. `wanted`: a
        filter, of a kind that has them. Raises StorageUnavailable, RoomUnreadable, RoomFull, and
        MalformedMessage for a filter that is none, to members alone."""
        room = await self.open(room_id)
        if room is None:
            return None
        if position is not None and position.generation == room.generation:
            await self._come_to(room, position)
        identity = recipient.identity
        account = identity.account
        if invitation is not None:
            await self._enter(room, EnterRoom(account, identity.name, invitation))
        if team_role is not None and room.replica.state.membership.team_gives_more(
            account, team_role
        ):
            await self._enter(room, EnterRoom(account, identity.name, team=team_role))
        if room.replica.committed_role(account) is None:
            return None
        if room.replica.state.membership.names.get(identity.account) != identity.name:
            room.enqueue(self._system_command(EnterRoom(identity.account, identity.name)))
        asked = None if wanted is None else _filter_of(room, recipient, wanted)
        if not room.watching(account).is_live(self._clock.now_ms()):
            return await self._join_late(room, recipient, position, ref, wanted)
        # one room's whole state at a time waits for a slow reader, however many it joins (JN8)
        await recipient.drained()
        missed = None
        if position is not None and position.generation == room.generation:
            behind = position.version < room.replica.tail.before.version
            if behind:
                missed = await missed_entries(self._log, room.replica, room_id, position)
        if recipient.paused:
            missed = None  # not held for whoever has begun to read slowly: it gets a snapshot
            await recipient.drained()
        if room.closed:
            # failed or closed while we waited: once more, from the log
            return await self.join(recipient, room_id, position=position, ref=ref, wanted=wanted)
        if room.replica.committed_role(identity.account) is None:
            return None  # removed while we waited
        if not room.watching(account).is_live(self._clock.now_ms()):
            return await self._join_late(room, recipient, position, ref, wanted)
        return room.admit(recipient, position, ref, missed, asked)

    async def _join_late(
        self,
        room: Room,
        recipient: Recipient,
        position: Position | None,
        ref: int | None,
        wanted: Raw | None,
    ) -> Follower | None:
        """SD3, TS4: the room as its account may see it now."""
        await recipient.drained()
        account = recipient.identity.account
        asked = None if wanted is None else _filter_of(room, recipient, wanted)
        for _ in range(LATE_TRIES):
            watching = room.watching(account)
            until = watching.until(self._clock.now_ms())
            version = await last_until(self._log, room.replica, room.id, until)
            past = await self._pasts.run(lambda version=version: room.delayed.past(version))
            if room.closed or room.watching(account) != watching:
                return await self.join(
                    recipient, room.id, position=position, ref=ref, wanted=wanted
                )
            if room.replica.committed_role(account) is None:
                return None  # removed while we waited
            if past is not None:
                follower = room.admit_late(recipient, position, ref, past, watching, asked)
                if follower is not None:
                    return follower
        raise StorageUnavailable("what this member may see was not read in time")

    async def watching(self, room_id: str, account: str) -> Watching:
        """As of when the account sees what happens there; of a room that is not: as it happens.
        Raises StorageUnavailable, RoomUnreadable."""
        room = await self.open(room_id)
        return LIVE if room is None else room.watching(account)

    async def reach(self, room_id: str, account: str) -> Reach | None:
        """How far the account may see now; None: whatever there is (SD4, TS5). Raises
        StorageUnavailable, RoomUnreadable."""
        room = await self.open(room_id)
        now = self._clock.now_ms()
        if room is None or (watching := room.watching(account)).is_live(now):
            return None
        until = watching.until(now)
        return Reach(await last_until(self._log, room.replica, room_id, until), until)

    async def set_team_role(
        self, room_id: str, account: str, name: str, role: Role | None
    ) -> Ended:
        """The room's team gives an account, which goes by `name`, `role` by default from now on;
        None: the account is not in the team any more, or the room not the team's.

        Final refusals, after which there is nothing left to do: `not_found` (no such room),
        `unknown_member` (the team lets it in when it comes), `nothing_changes`. `busy` and
        `contended`: to be said again. Raises StorageUnavailable, RoomUnreadable."""
        room = await self.open(room_id)
        if room is None:
            return Ended(code="not_found")
        return await self._run(room, self._system_command(TeamRole(account, name, role)))

    async def enter_by_team(self, room_id: str, identity: Identity, role: Role) -> None:
        """Lets somebody in whom the room's team gives `role` by default, if the room does not say
        otherwise. Raises StorageUnavailable, RoomUnreadable, RoomFull."""
        room = await self.open(room_id)
        if room is not None and room.replica.state.membership.team_gives_more(
            identity.account, role
        ):
            await self._enter(room, EnterRoom(identity.account, identity.name, team=role))

    async def by_team_or_of(self, room_id: str, accounts: Set[str]) -> list[str]:
        """The accounts that have their place or role in a room by its team, and those of the given
        ones that are in it. Raises StorageUnavailable, RoomUnreadable."""
        room = await self.open(room_id)
        if room is None:
            return []
        membership = room.replica.state.membership
        return [one for one in membership.members if one in membership.team or one in accounts]

    async def owns_by_team(self, room_id: str, account: str) -> bool:
        """Whether the account is an owner of the room only because a team says so."""
        room = await self.open(room_id)
        return room is not None and room.replica.state.membership.owns_by_team(account)

    async def role_of(self, room_id: str, account: str) -> Role | None:
        """The account's role in a room; None: no such room, or not a member."""
        room = await self.open(room_id)
        return None if room is None else room.replica.committed_role(account)

    async def invitation(self, room_id: str, invitation: str) -> Invitation | None:
        """What a link of a room gives; None: no such room, or the link is void."""
        room = await self.open(room_id)
        return None if room is None else room.replica.state.membership.invitations.get(invitation)

    async def kind_of(self, room_id: str) -> str | None:
        """Of which kind a room is; None: no such room. Opens nothing. Raises StorageUnavailable."""
        room = self._rooms.get(room_id)
        if room is not None:
            return room.kind.name
        row = (await self._log.rooms([room_id])).get(room_id)
        return None if row is None else row.kind

    async def version_of(self, room_id: str) -> int | None:
        """The version that a room is at; None: no such room."""
        room = await self.open(room_id)
        return None if room is None else room.replica.committed.version

    async def execute(
        self,
        room_id: str,
        identity: Identity,
        command: Any,
        *,
        client: str = "",
        seq: int = 1,
        made: int | None = None,
    ) -> Ended:
        """A command (a struct, or JSON) on behalf of an account, from HTTP or the command line: the
        same way as any other.

        With a `client` id that nobody else has, it is that client's command `seq`, made at version
        `made`: sent again, it gets the room's first answer."""
        room = await self.open(room_id)
        if room is None:
            return Ended(code="not_found")
        try:
            # a command made here is held to the same types as one off the wire: what is in the log
            # must be readable for ever
            encoded = command if isinstance(command, bytes) else JSON.encode(command)
            command = JSON.decode_as(encoded, room.replica.state.book.commands)
        except MalformedMessage as error:
            return Ended(code="bad_command", detail=str(error))
        past = None
        version = room.kind.past_version(command)
        replica = room.replica
        if version is not None and replica.state.may(
            replica.committed_role(identity.account), command
        ):
            if not 1 <= version <= replica.committed.version:
                return Ended(code="unknown_version")
            state = await self._past_state(room, version)
            if state is None:
                return Ended(code="unknown_version")
            past = state.inner
        pending = Pending(
            command,
            account=identity.account,
            name=identity.name,
            received=self._clock.now_ms(),
            dice=self._services.draw(),
            client=client,
            seq=seq if client else 0,
            generation=room.generation if client else "",
            made=replica.committed.version if made is None else made,
            again=bool(client),
            past=past,
        )
        if (traces := self._services.traces) is not None:
            pending.trace = traces.command(room.id, room.kind.name, command, caller.get())
        return await self._run(room, pending)

    async def view(self, room_id: str, version: int | None = None) -> tuple[Head, bytes]:
        """The public view as JSON, now or at a version. Raises UnknownVersion (also where there is
        no such room), StorageUnavailable."""
        room = await self.open(room_id)
        if room is None:
            raise UnknownVersion(room_id)
        replica = room.replica
        if version is None or version == replica.committed.version:
            head, view = await self._views.run(lambda: _now(room))
            if version is None or version == head.version:
                return head, view
        if version < 1 or version > replica.committed.version:
            raise UnknownVersion(f"{room_id} has no version {version}")
        past = await self._past_state(room, version)
        if past is None:
            raise UnknownVersion(f"version {version} of {room_id} was pruned")
        return Head(version, ""), past.view()

    async def seen(self, room_id: str, account: str) -> tuple[int, Any]:
        """The kind's state as the account may see it now, not to be changed nor kept over a turn
        of the loop, and its version. Raises as `view`."""
        room = await self.open(room_id)
        reach = await self.reach(room_id, account)
        if room is None:
            raise UnknownVersion(room_id)
        replica = room.replica
        if reach is None:
            if replica.proposed:
                return await self._pasts.run(lambda: _committed(room))
            return replica.committed.version, replica.state.inner
        past = await self._past_state(room, reach.version)
        if past is None:
            raise UnknownVersion(f"version {reach.version} of {room_id} was pruned")
        return reach.version, past.inner

    async def _past_state(self, room: Room, version: int) -> RoomState | None:
        return await self._pasts.run(lambda: state_at(self._log, room.kind, room.id, version))

    async def entries(self, room_id: str, first: int, last: int) -> list[bytes]:
        """Public lines of the entries from `first` on, `last` at most, as far as they are still
        there and about PAGE_BYTES; one, if there is one."""
        page = await self._log.read(room_id, first, last=last, bytes_max=PAGE_BYTES)
        return [split_record(record)[0] for record in page.records]

    # --- opening -------------------------------------------------------------------------------

    async def open(self, room_id: str) -> Room | None:
        """The open room, loaded from the log if need be; None: no such room. Raises
        StorageUnavailable, RoomUnreadable."""
        room = self._rooms.get(room_id)
        if room is not None:
            return room
        waiting = self._opening.get(room_id)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_task(
                self._load(room_id), name=f"open-{room_id}"
            )
            self._opening[room_id] = waiting
            waiting.add_done_callback(lambda done: self._opened(room_id, done))
        # shielded: whoever waits for the room may give up, the others still want it
        return await asyncio.shield(waiting)

    def _opened(self, room_id: str, done: asyncio.Future[Room | None]) -> None:
        self._opening.pop(room_id, None)
        if not done.cancelled():
            done.exception()  # looked at here, as whoever waited for the room may have gone

    async def _load(self, room_id: str) -> Room | None:
        if self._stopping:
            raise StorageUnavailable("the node is draining")
        there = False
        try:
            async with self._open_slots:
                room = await self._load_as_neighbour(room_id)
            if room is not None:
                await self.companions.come(room)  # which opens rooms, in slots of their own
                self._put(room)
                there = True
        finally:
            if not there:
                self.neighbours.closed(room_id)
        return room

    async def _load_as_neighbour(self, room_id: str) -> Room | None:
        row = (await self._log.rooms([room_id])).get(room_id)
        if row is None:
            return None
        await self.neighbours.opening(room_id)
        kind = self._kinds.get(row.kind)
        try:
            if kind is None:
                raise UnknownEvent(f"kind {row.kind} is not known here")
            replica = await self._read_replica(row, kind)
        except UNREADABLE as error:
            incident = self._incident("room cannot be read", room_id, error)
            self.unreadable[room_id] = str(error)
            raise RoomUnreadable(room_id, incident) from error
        self.unreadable.pop(room_id, None)
        room = Room(room_id, replica, self._services, self._log.generation)
        if replica.base is not None:
            room.view.saved_version = replica.base.head.version
        return room

    def _put(self, room: Room) -> None:
        try:
            self._make_place()
        except StorageUnavailable:
            self.companions.closed(room)
            raise
        self._rooms[room.id] = room
        room.follow_deadline()
        self.neighbours.opened(room)
        self.projection.opened(room)

    def _make_place(self) -> None:
        """Closes rooms that nobody needs now, the longest empty first, where one more would be too
        many (RM17)."""
        if len(self._rooms) < self._settings.open_rooms_max:
            return
        idle = [room for room in self._rooms.values() if room.idle]
        if not idle:
            raise StorageUnavailable("this node holds as many rooms as it may")
        idle.sort(key=lambda room: room.empty_since or 0.0)
        for room in idle[:CLOSED_AT_ONCE]:
            self._close_room(room)

    async def _read_replica(self, row: RoomRow, kind: RoomKind[Any]) -> Replica:
        """From the latest snapshot and the entries after it. The log is the truth: a snapshot that
        does not lead to the head is told, and an earlier one taken, at last none (SV6)."""
        stored = await self._log.snapshot(row.id)
        tried = 0
        while True:
            try:
                return await self._read_from(row, kind, stored)
            except (DamagedState, DigestMismatch, HeadDiffers) as error:
                if stored is None:
                    raise
                self._incident("snapshot cannot be used", row.id, error)
                tried += 1
            at_most = stored.head.version - 1 if tried < SNAPSHOTS_TRIED else 0
            stored = await self._log.snapshot(row.id, at_most=at_most)

    async def _read_from(
        self, row: RoomRow, kind: RoomKind[Any], stored: StoredSnapshot | None
    ) -> Replica:
        replica = self._replica(kind)
        if stored is not None:
            replica.start_from(stored.head, stored.blob)
        while True:
            page = await self._log.read(row.id, replica.version + 1, bytes_max=262_144)
            if page.first != replica.version + 1:
                raise CorruptEntry(
                    f"expected version {replica.version + 1}, the log begins at {page.first}"
                )
            if not page.records:
                break
            replica.ingest(page.records)
            await asyncio.sleep(0)
        found = replica.committed
        if found.version < row.head.version or (
            found.version == row.head.version and found != row.head
        ):
            raise HeadDiffers(f"expected {row.head}, the entries lead to {found}")
        replica.state.take_unlisted()
        return replica

    def _replica(self, kind: RoomKind[Any]) -> Replica:
        return Replica(kind, tail_bytes_max=self._settings.tail_bytes_max)

    # --- commands of the system ----------------------------------------------------------------

    def _system_command(self, command: Any) -> Pending:
        return Pending(
            command,
            account="",
            name="",
            received=self._clock.now_ms(),
            dice=self._services.draw(),
            system=True,
        )

    async def _enter(self, room: Room, command: EnterRoom) -> None:
        """A final refusal is none here: whoever is no member after it is told `not_found`; but
        whom the room would take if it had place is told that it has none. Raises
        StorageUnavailable, RoomFull."""
        ended = await self._run(room, self._system_command(command))
        if ended.code is not None and not REJECTIONS[ended.code].final:
            raise StorageUnavailable(f"the room could not take a member: {ended.code}")
        if ended.code == "limit_reached" and room.replica.committed_role(command.member) is None:
            raise RoomFull(f"room {room.id} takes nobody more")

    async def _come_to(self, room: Room, position: Position) -> None:
        """Whoever has seen more on another node is not taken back on this one: the log is read
        first (JN10). Raises StorageUnavailable."""
        if position.version > room.replica.committed.version:
            ended = await self._run(room, self._system_command(Look()))
            if ended.code is not None:
                raise StorageUnavailable(f"the room could not be brought level: {ended.code}")

    def run_beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Runs something that waits until the node stops; its failure is a bug outside of any
        room."""
        self._spawn(work, name)

    async def run_system(self, room: Room, command: Struct) -> Ended:
        """Runs a command of the system that no member can send, to its end."""
        return await self._run(room, self._system_command(command))

    async def let_in(self, room_id: str, identity: Identity, invitation: str) -> None:
        """Makes somebody a member by an invitation whose link was verified. Raises
        StorageUnavailable, RoomUnreadable, RoomFull."""
        room = await self.open(room_id)
        if room is not None:
            await self._enter(room, EnterRoom(identity.account, identity.name, invitation))

    async def _run(self, room: Room, pending: Pending) -> Ended:
        pending.answer = asyncio.get_running_loop().create_future()
        if self._stopping or not room.enqueue(pending):
            return Ended(code="busy")
        return await pending.answer

    # --- tasks ---------------------------------------------------------------------------------

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_S)
            self.tidy()

    def tidy(self) -> None:
        """Ends presence that nobody renewed, renews snapshots, closes rooms that are idle."""
        now = self._clock.monotonic()
        for room in list(self._rooms.values()):
            room.tidy()
            since = room.empty_since
            if room.idle and since is not None and now - since >= self._settings.idle_close_s:
                self._close_room(room)

    def _close_room(self, room: Room) -> None:
        room.save_if_changed(SNAPSHOT_ON_CLOSE_MIN)
        self._rooms.pop(room.id, None)
        room.close()
        self.neighbours.closed(room.id)
        self.companions.closed(room)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._settings.due_sweep_s)
            await self.sweep_due()

    def outage(self, began: int, ended: int) -> None:
        """From `began` to `ended` (log time, ms) somebody could say nothing: open rooms are told,
        others when they open (RM20)."""
        for room in list(self._rooms.values()):
            room.missed(began, ended)

    async def sweep_due(self) -> None:
        """Opens rooms whose deadline has come and that nobody here holds."""
        await self._due.sweep()

    def _held_due(self, now: int) -> int:
        return sum(room.is_due(now) for room in self._rooms.values())

    async def _open_due(self, room_id: str) -> bool:
        try:
            await self.open(room_id)
        except RoomUnreadable:
            return False
        return True

    # --- services for rooms --------------------------------------------------------------------

    def _call_soon(self, callback: Callable[[], None]) -> object:
        return asyncio.get_running_loop().call_soon(callback)

    def _call_later(self, delay_s: float, callback: Callable[[], None]) -> Handle:
        return asyncio.get_running_loop().call_later(delay_s, callback)

    def _keep_snapshot(self, room: Room, base: Base) -> None:
        self._metrics.snapshots += 1
        self._snapshots.keep(room.id, room.kind, base)

    def _shown(self, room: Room, first: int, tag_before: str, records: list[bytes]) -> None:
        self.neighbours.shown(room, first, tag_before, records)

    def _committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        self.companions.committed(room, entries)
        self.projection.committed(room, entries)

    def _passing(self, room: Room) -> None:
        self.neighbours.passing(room)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._incident(f"task {task.get_name()} failed", "", error)
            self._on_bug(error if isinstance(error, Exception) else RuntimeError(str(error)))

    def _spawn_for_room(self, work: Coroutine[Any, Any, None], room: Room) -> None:
        task = asyncio.get_running_loop().create_task(work, name=f"room-{room.id}")
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            error = None if task.cancelled() else task.exception()
            if isinstance(error, Exception):
                self._fail(room, error)

        task.add_done_callback(ended)

    def _report(self, room: Room, error: Exception) -> str:
        return self._incident("command failed", room.id, error)

    def _fail(self, room: Room, error: Exception) -> str:
        """A bug in one room: it stops, its members are told, and the next join opens it again from
        the log."""
        incident = self._incident("room failed", room.id, error)
        self._metrics.rooms_failed += 1
        if self._rooms.get(room.id) is room:
            del self._rooms[room.id]
            self.neighbours.closed(room.id)
        room.close(incident)
        self.companions.closed(room)
        for follower in list(room.audience.followers.values()):
            room.let_go(follower, "failed", incident)
        return incident

    def _snapshot_differs(self, room_id: str, error: Exception) -> str:
        return self._incident("snapshot differs", room_id, error)

    def _incident(self, what: str, room_id: str, error: BaseException) -> str:
        incident = secrets.token_hex(6)
        logger.error(what, incident=incident, room=room_id, exc_info=error)
        return incident


def _filter_of(room: Room, recipient: Recipient, wanted: Raw) -> Any:
    """A filter of the room's kind. Raises MalformedMessage."""
    sieve = room.kind.sieve
    if sieve is None or not sieve.has(room.replica.state.inner):
        raise MalformedMessage("rooms of this kind have no filters")
    if len(bytes(wanted)) > FILTER_BYTES_MAX:
        raise MalformedMessage("the filter is too large")
    return recipient.codec.decode_as(wanted, sieve.filter)
