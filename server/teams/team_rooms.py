"""The rooms of teams: who comes in because of a team, and how a change of a team reaches its rooms.

A room's members are its own state. A team only says which role somebody has there by default, when
they come in and when that changes; the change is remembered as work until every room has it, so
that a crash delays it and loses nothing. Every node does all work that it sees: a room that is told
the same twice answers that nothing changes. Knows teams and rooms; must not know HTTP nor sockets.
SPEC: TM20 to TM27.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final, Protocol

from msgspec import Raw

from protocol.codes import REJECTIONS
from protocol.identifiers import Position
from protocol.membership import Role
from server.clock import Clock
from server.identity import Identity
from server.logs import get_logger
from server.rooms.directory import RoomUnreadable
from server.rooms.follower import Follower
from server.rooms.pending import Ended
from server.rooms.recipient import Recipient
from server.teams.team_roles import room_role
from storage.errors import StorageError, StorageUnavailable
from storage.room_log import Listed
from storage.team_rows import TeamMember, TeamRole, TeamWork

PAGE: Final = 100
PAUSE_S: Final = 1.0
"""Between two looks for work that another process or an earlier life left."""
SETTLED_S: Final = 10.0
"""Work is done when it is seen, and once more so much later before it is forgotten: until then
somebody may come in on what the team said before, and the process that would look again may end."""
AGAIN_MAX_S: Final = 15.0
"""The longest pause before what could not be done is tried again; it begins with PAUSE_S."""
ROOM_PREFIX: Final = "r_"
"""By which work for a room is known from work for an account."""
ROOMS_AT_ONCE: Final = 16
"""Rooms that are told at the same time: their entries go into one append."""


class Rooms(Protocol):
    """What is asked of the directory of rooms."""

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
        """Lets the recipient follow a room."""
        ...

    async def role_of(self, room_id: str, account: str) -> Role | None:
        """The account's role in the room; None: not a member, or no such room."""
        ...

    async def enter_by_team(self, room_id: str, identity: Identity, role: Role) -> None:
        """Lets somebody in whom the team gives this role, if the room does not say otherwise."""
        ...

    async def set_team_role(
        self, room_id: str, account: str, name: str, role: Role | None
    ) -> Ended:
        """The team gives the account this role by default from now on; None: none any more."""
        ...

    async def by_team_or_of(self, room_id: str, accounts: Set[str]) -> list[str]:
        """The accounts that are in the room by its team, and those of the given ones that are in
        it."""
        ...


class TeamRoles(Protocol):
    """What is asked of the store of teams. Everything may raise StorageError."""

    async def role_by_room(self, room: str, account: str, /) -> TeamRole | None:
        """The account's role in the team that owns the room; None: none, or nobody does."""
        ...

    async def room_team(self, room: str, /) -> str | None:
        """The team that owns the room."""
        ...

    async def members(self, team: str, /) -> list[TeamMember]:
        """Everybody in the team."""
        ...

    async def name_of(self, team: str, account: str, /) -> str:
        """What the account goes by; empty where nothing is known."""
        ...

    async def rooms(self, team: str, /, *, limit: int, after: str | None = None) -> list[str]:
        """The ids of its rooms, after the given one."""
        ...

    async def open_work(self, *, limit: int, after: int = 0) -> list[TeamWork]:
        """What rooms do not all know yet, by number, after the given one."""
        ...

    async def finish_work(self, number: int, /) -> None:
        """Every room knows."""
        ...


class Listings(Protocol):
    """The rooms of an account."""

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """By id, after the given one."""
        ...


@dataclass(slots=True)
class _Seen:
    """Work that this process has begun. Times are of the monotonic clock."""

    done_at: float | None = None
    """When every room was told for the first time; None: not yet."""
    next_at: float = 0.0
    pause: float = PAUSE_S


class TeamRooms:
    """Invariant: a role that a team took away is taken away in every room, sooner or later, and no
    join after the change brings it back."""

    def __init__(self, rooms: Rooms, teams: TeamRoles, listings: Listings, clock: Clock) -> None:
        self._rooms = rooms
        self._teams = teams
        self._listings = listings
        self._clock = clock
        self._wanted = asyncio.Event()
        self._seen: dict[int, _Seen] = {}

    # --- coming in ------------------------------------------------------------------------------

    async def join(
        self,
        recipient: Recipient,
        room_id: str,
        *,
        position: Position | None = None,
        invitation: str | None = None,
        ref: int | None = None,
        wanted: Raw | None = None,
    ) -> Follower | None:
        """As the directory's own, and in by the team where the room has one. The team is asked
        for every room, also for none: whoever waits for the answer learns nothing."""
        identity = recipient.identity
        team_role = await self.default_role(room_id, identity)
        follower = await self._rooms.join(
            recipient,
            room_id,
            position=position,
            invitation=invitation,
            team_role=team_role,
            ref=ref,
            wanted=wanted,
        )
        if team_role is not None:
            try:
                await self._confirm(room_id, identity, team_role)
            except BaseException:
                if follower is not None:
                    follower.leave()  # whoever asked is told that they are not in
                raise
        return follower

    async def role_in(self, room_id: str, identity: Identity) -> Role | None:
        """The role of somebody who asks over HTTP; they come in by the team as if they joined."""
        role = await self._rooms.role_of(room_id, identity.account)
        if role is not None:
            return role
        team_role = await self.default_role(room_id, identity)
        if team_role is None:
            return None
        await self._rooms.enter_by_team(room_id, identity, team_role)
        await self._confirm(room_id, identity, team_role)
        return await self._rooms.role_of(room_id, identity.account)

    async def default_role(self, room_id: str, identity: Identity) -> Role | None:
        """What the room's team, if it has one, gives this account."""
        if identity.kind == "guest":
            return None
        return await self._given(room_id, identity.account)

    async def _given(self, room: str, account: str) -> Role | None:
        role = await self._teams.role_by_room(room, account)
        return None if role is None else room_role(role)

    async def _confirm(self, room: str, identity: Identity, given: Role) -> None:
        """What the team said may have changed while the room was being entered. Raises
        StorageError, where the room cannot take the change now."""
        if await self._given(room, identity.account) == given:
            return
        if not await self._settle(room, identity.account, identity.name):
            raise StorageUnavailable("the room could not take what its team says")

    # --- changes --------------------------------------------------------------------------------

    def changed(self) -> None:
        """Something was changed in a team: look for work now."""
        self._wanted.set()

    async def run(self) -> None:
        """Brings changes of teams into their rooms, until cancelled."""
        away = False
        while True:
            self._wanted.clear()
            try:
                await self.work()
                away = False
            except StorageError as error:
                if not away:
                    get_logger("touchline.teams").warning("teams wait", error=str(error))
                away = True
            try:
                async with asyncio.timeout(PAUSE_S):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def work(self) -> int:
        """Does what there is to do now; returns how much of it is done for good. What cannot be
        done holds up nothing else. Raises StorageError: the rest stays."""
        finished, after = 0, 0
        there: set[int] = set()
        while True:
            page = await self._teams.open_work(limit=PAGE, after=after)
            for one in page:
                there.add(one.number)
                finished += await self._do(one)
            if len(page) < PAGE:
                break
            after = page[-1].number
        for number in self._seen.keys() - there:
            del self._seen[number]  # another process has finished it
        return finished

    async def _do(self, one: TeamWork) -> bool:
        """Whether it is done for good."""
        now = self._clock.monotonic()
        seen = self._seen.setdefault(one.number, _Seen())
        if now < seen.next_at:
            return False
        told = await self._tell_all(one)
        if not told:
            seen.next_at = now + seen.pause
            seen.pause = min(2 * seen.pause, AGAIN_MAX_S)
            return False
        if seen.done_at is None:
            seen.done_at = now
            seen.next_at = now + SETTLED_S
            return False
        await self._teams.finish_work(one.number)
        del self._seen[one.number]
        return True

    async def _tell_all(self, one: TeamWork) -> bool:
        """Every room that is concerned: those of the team that an account is in; or the one that
        has come to a team or left it, for whoever is there by a team, or is in the team that it
        has now."""
        if one.account.startswith(ROOM_PREFIX):
            room = one.account
            team = await self._teams.room_team(room)
            of_team = [] if team is None else await self._teams.members(team)
            try:
                concerned = await self._rooms.by_team_or_of(room, {m.account for m in of_team})
            except (StorageUnavailable, RoomUnreadable):
                return False
            return await self._in_pieces([(room, account, "") for account in concerned])
        name = await self._teams.name_of(one.team, one.account)
        together = await self._rooms_together(one.team, one.account)
        return await self._in_pieces([(room, one.account, name) for room in together])

    async def _in_pieces(self, told: Sequence[tuple[str, str, str]]) -> bool:
        done = True
        for at in range(0, len(told), ROOMS_AT_ONCE):
            some = told[at : at + ROOMS_AT_ONCE]
            outcomes = await asyncio.gather(*(self._tell(*one) for one in some))
            done = all(outcomes) and done
        return done

    async def _tell(self, room: str, account: str, name: str) -> bool:
        """Whether the room knows. One that cannot be opened now does not, and holds up no
        other."""
        try:
            return await self._settle(room, account, name)
        except (StorageUnavailable, RoomUnreadable):
            return False

    async def _settle(self, room: str, account: str, name: str) -> bool:
        """Tells the room what its team gives the account, until that is still so when the room
        has said that it knows: of two processes with different answers the later one is right.
        False: the room cannot take it now."""
        while True:
            given = await self._given(room, account)
            ended = await self._rooms.set_team_role(room, account, name, given)
            if ended.code is not None and not REJECTIONS[ended.code].final:
                return False
            if await self._given(room, account) == given:
                return True

    async def _rooms_together(self, team: str, account: str) -> Sequence[str]:
        of_team: set[str] = set()
        after: str | None = None
        while True:
            some = await self._teams.rooms(team, limit=PAGE, after=after)
            of_team.update(some)
            if len(some) < PAGE:
                break
            after = some[-1]
        found: list[str] = []
        after = None
        while True:
            page = await self._listings.listed(account, limit=PAGE, after=after)
            found.extend(one.row.id for one in page if one.row.id in of_team)
            if len(page) < PAGE:
                return found
            after = page[-1].row.id
