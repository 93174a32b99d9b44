"""The rooms of teams: who comes in because of a team, and how a change of a team reaches its rooms.

A room's members are its own state. A team only says which role somebody has there by default, when
they come in and when that changes; the change is remembered as work until every room has it, so
that a crash delays it and loses nothing. Knows teams and rooms; must not know HTTP nor sockets.
SPEC: TM20 to TM25.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from protocol.codes import REJECTIONS
from protocol.identifiers import Position
from protocol.membership import Role
from server.identity import Identity
from server.logs import get_logger
from server.rooms.follower import Follower
from server.rooms.pending import Ended
from server.rooms.recipient import Recipient
from server.teams.team_roles import room_role
from storage.errors import StorageError
from storage.room_log import Listed
from storage.teams import Teams

PAGE: Final = 100
PAUSE_S: Final = 1.0
"""Between two looks for work that another process or an earlier life left."""


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

    async def team_members(self, room_id: str) -> list[str]:
        """The accounts that are in the room by its team."""
        ...


class Listings(Protocol):
    """The rooms of an account."""

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """By id, after the given one."""
        ...


class TeamRooms:
    """Invariant: a role that a team took away is taken away in every room, sooner or later, and no
    join after the change brings it back."""

    def __init__(self, rooms: Rooms, teams: Teams, listings: Listings) -> None:
        self._rooms = rooms
        self._teams = teams
        self._listings = listings
        self._wanted = asyncio.Event()

    # --- coming in ------------------------------------------------------------------------------

    async def join(
        self,
        recipient: Recipient,
        room_id: str,
        *,
        position: Position | None = None,
        invitation: str | None = None,
        ref: int | None = None,
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
        )
        if team_role is not None:
            await self._confirm(room_id, identity, team_role)
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
        role = await self._teams.role_by_room(room_id, identity.account)
        return None if role is None else room_role(role)

    async def _confirm(self, room_id: str, identity: Identity, given: Role) -> None:
        """What the team said may have changed while the room was being entered."""
        now = await self.default_role(room_id, identity)
        if now != given:
            await self._rooms.set_team_role(room_id, identity.account, identity.name, now)

    # --- changes --------------------------------------------------------------------------------

    def changed(self) -> None:
        """Something was changed in a team: look for work now."""
        self._wanted.set()

    async def run(self) -> None:
        """Brings changes of teams into their rooms, until cancelled."""
        while True:
            try:
                await self.work()
            except StorageError as error:
                get_logger("touchline.teams").warning("teams wait", error=str(error))
            self._wanted.clear()
            try:
                async with asyncio.timeout(PAUSE_S):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def work(self) -> int:
        """Does what there is to do; returns how much. Raises StorageError: the rest stays."""
        done = 0
        for one in await self._teams.open_work(limit=PAGE):
            if one.account.startswith("r_"):
                finished = await self._leave_team(one.account, one.team)
            else:
                finished = await self._bring(one.team, one.account)
            if finished:
                await self._teams.finish_work(one.number)
                done += 1
        return done

    async def _bring(self, team: str, account: str) -> bool:
        """Gives the account's present role in the team to every room of the team that it is in."""
        role = await self._teams.role(team, account)
        name = await self._teams.name_of(team, account)
        given = None if role is None else room_role(role)
        done = True
        for room in await self._rooms_together(team, account):
            done = await self._tell(room, account, name, given) and done
        return done

    async def _leave_team(self, room: str, team: str) -> bool:
        """The room is not the team's any more: whoever was there by it goes, unless the team that
        it belongs to now says otherwise."""
        present = await self._teams.room_team(room)
        done = True
        for account in await self._rooms.team_members(room):
            role = None if present is None else await self._teams.role(present, account)
            given = None if role is None else room_role(role)
            done = await self._tell(room, account, "", given) and done
        return done

    async def _tell(self, room: str, account: str, name: str, role: Role | None) -> bool:
        ended = await self._rooms.set_team_role(room, account, name, role)
        return ended.code is None or REJECTIONS[ended.code].final

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
