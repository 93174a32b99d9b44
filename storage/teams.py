"""Teams: who owns boards together, in which role, by which invitation; and which rooms are theirs.

Knows rows and the one rule that a team is never without an owner; must not know who may do what:
whoever asks brings the question along, and it is put inside the transaction. Every method is one
transaction. What rooms must hear of is remembered as work in the same one. SPEC: TM1 to TM12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from storage.access_changes import changed
from storage.api_keys import revoke_of
from storage.tables import Asking, Tables
from storage.team_rows import (
    INVITATION,
    Joined,
    NotJoined,
    Team,
    TeamInvitation,
    TeamMember,
    TeamRole,
    TeamWork,
    forget_removals,
    give_role,
    has_other_owner,
    invitation_that_holds,
    is_closed,
    put,
    put_invitation,
    removed_since,
    role_of,
    take_out,
    tell_rooms,
    void_invitations_of,
)

Change = Literal["done", "unknown", "last_owner", "forbidden"]
MEMBERS_MAX: Final = 2_000
_SEARCHED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who changes somebody else, and whether they may: asked with their own role and the role of
    whom they change, as both are in the transaction."""

    account: str
    may: Callable[[TeamRole, TeamRole], bool]


class Teams:
    """All teams of the site."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- teams ----------------------------------------------------------------------------------

    async def create(self, team: Team, *, owner: str, owner_name: str) -> bool:
        """With its owner. False: the id is taken, or the owner's account is closed."""

        def work() -> Asking[bool]:
            if (yield from is_closed(owner)):
                return False
            rows = yield (
                "INSERT INTO team (id, name, created_at) VALUES ($1, $2, $3)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                (team.id, team.name, team.created_at),
            )
            if rows:
                yield from put(team.id, owner, "owner", owner_name, team.created_at)
            return bool(rows)

        return await self._tables.write(work)

    async def team(self, id_: str) -> Team | None:
        """By id."""

        def work() -> Asking[Team | None]:
            rows = yield "SELECT id, name, created_at FROM team WHERE id = $1", (id_,)
            return Team(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def search(self, text: str, *, limit: int, after: str | None = None) -> list[Team]:
        """Those whose name holds the text, or whose id begins with it, whatever the case, by id,
        after the given one. Folded here: each database folds other letters."""
        part = text.casefold()

        def work() -> Asking[list[Team]]:
            found: list[Team] = []
            last = after or ""
            while len(found) < limit:
                rows = yield (
                    "SELECT id, name, created_at FROM team WHERE id > $1 ORDER BY id LIMIT $2",
                    (last, _SEARCHED_AT_ONCE),
                )
                found.extend(
                    Team(*row)
                    for row in rows
                    if part in row[1].casefold() or row[0].casefold().startswith(part)
                )
                if len(rows) < _SEARCHED_AT_ONCE:
                    break
                last = rows[-1][0]
            return found[:limit]

        return await self._tables.read(work)

    async def rename(self, id_: str, name: str) -> bool:
        """False: no such team."""

        def work() -> Asking[bool]:
            rows = yield "UPDATE team SET name = $2 WHERE id = $1 RETURNING id", (id_, name)
            return bool(rows)

        return await self._tables.write(work)

    async def delete(self, id_: str, *, at: int) -> Literal["done", "unknown", "has_rooms"]:
        """Its rooms are taken out of it before; its people and invitations go with it, and its
        keys are revoked."""

        def work() -> Asking[Literal["done", "unknown", "has_rooms"]]:
            rows = yield "SELECT id FROM team WHERE id = $1", (id_,)
            if not rows:
                return "unknown"
            rows = yield "SELECT room FROM room_team WHERE team = $1 LIMIT 1", (id_,)
            if rows:
                return "has_rooms"
            yield "DELETE FROM team_invitation WHERE team = $1", (id_,)
            yield "DELETE FROM team_member WHERE team = $1", (id_,)
            yield "DELETE FROM team WHERE id = $1", (id_,)
            yield from revoke_of(id_, None, "team deleted", at)
            yield from changed("team", id_, "deleted", at)
            return "done"

        return await self._tables.write(work)

    # --- people ---------------------------------------------------------------------------------

    async def of_account(self, account: str) -> list[tuple[Team, TeamRole]]:
        """The teams that it is in, by id."""

        def work() -> Asking[list[tuple[Team, TeamRole]]]:
            rows = yield (
                "SELECT t.id, t.name, t.created_at, m.role FROM team_member m"
                " JOIN team t ON t.id = m.team WHERE m.account = $1 AND m.role <> 'removed'"
                " ORDER BY t.id",
                (account,),
            )
            return [(Team(*row[:3]), row[3]) for row in rows]

        return await self._tables.read(work)

    async def members(self, team: str) -> list[TeamMember]:
        """All of them, `MEMBERS_MAX` at most, in the order in which they came."""

        def work() -> Asking[list[TeamMember]]:
            rows = yield (
                "SELECT team, account, role, name, joined_at FROM team_member WHERE team = $1"
                " AND role <> 'removed' ORDER BY joined_at, account",
                (team,),
            )
            return [TeamMember(*row) for row in rows]

        return await self._tables.read(work)

    async def role(self, team: str, account: str) -> TeamRole | None:
        """None: not in it, or no such team."""
        return await self._tables.read(lambda: role_of(team, account))

    async def role_by_room(self, room: str, account: str) -> TeamRole | None:
        """The account's role in the team that owns the room; None: none, or nobody does."""

        def work() -> Asking[TeamRole | None]:
            rows = yield (
                "SELECT m.role FROM room_team r JOIN team_member m ON m.team = r.team"
                " WHERE r.room = $1 AND m.account = $2 AND m.role <> 'removed'",
                (room, account),
            )
            return rows[0][0] if rows else None

        return await self._tables.read(work)

    async def set_role(
        self,
        team: str,
        account: str,
        role: TeamRole,
        *,
        at: int,
        by: By | None = None,
        voids: bool = False,
    ) -> Change:
        """The last owner stays one. `by` None: the site itself. A role that it has already is
        `done`, and tells nobody. `voids`: the role may not invite, so nobody comes in any more by
        what the account has sent."""

        def work() -> Asking[Change]:
            present = yield from role_of(team, account)
            refused = yield from _refused(team, present, by)
            if refused is not None:
                return refused
            if present == role:
                return "done"
            if present == "owner" and not (yield from has_other_owner(team, account)):
                return "last_owner"
            yield from give_role(team, account, role, at)
            if voids:
                yield from void_invitations_of(team, account)
            return "done"

        return await self._tables.write(work)

    async def remove(
        self, team: str, account: str, *, at: int, by: By | None = None, left: bool = False
    ) -> Change:
        """Also revokes the keys that it made for the team, and voids its invitations. The last
        owner stays. `by` None: the site itself. Who left by himself may come back by the same
        link; who was removed needs a newer one."""

        def work() -> Asking[Change]:
            present = yield from role_of(team, account)
            refused = yield from _refused(team, present, by)
            if refused is not None:
                return refused
            if present == "owner" and not (yield from has_other_owner(team, account)):
                return "last_owner"
            himself = left or (by is not None and by.account == account)
            yield from take_out(team, account, at, remembered=not himself)
            return "done"

        return await self._tables.write(work)

    async def only_owner_of(self, account: str) -> list[str]:
        """Teams that would be left without an owner, by id."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT team FROM team_member WHERE account = $1 AND role = 'owner' ORDER BY team",
                (account,),
            )
            alone: list[str] = []
            for (team,) in rows:
                if not (yield from has_other_owner(team, account)):
                    alone.append(team)
            return alone

        return await self._tables.read(work)

    async def remove_everywhere(self, account: str, at: int) -> list[str]:
        """Takes the account out of every team where somebody else is an owner; returns those where
        nobody is, and it stays. For an account that ends: nothing of it is left behind."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT team, role FROM team_member WHERE account = $1 ORDER BY team",
                (account,),
            )
            alone: list[str] = []
            for team, role in rows:
                if role == "owner" and not (yield from has_other_owner(team, account)):
                    alone.append(team)
                elif role == "removed":
                    yield (
                        "DELETE FROM team_member WHERE team = $1 AND account = $2",
                        (team, account),
                    )
                else:
                    yield from take_out(team, account, at, remembered=False)
            return alone

        return await self._tables.write(work)

    async def transfer(self, team: str, owner: str, to: str, *, at: int) -> bool:
        """`to` is an owner, and `owner` an admin. False: one of them is not what they should be,
        or `to` is closed."""

        def work() -> Asking[bool]:
            giving = yield from role_of(team, owner)
            taking = yield from role_of(team, to)
            if giving != "owner" or taking is None or owner == to:
                return False
            if (yield from is_closed(to)):
                return False
            yield from give_role(team, to, "owner", at)
            yield from give_role(team, owner, "admin", at)
            return True

        return await self._tables.write(work)

    async def name_of(self, team: str, account: str) -> str:
        """What the account goes by; empty where nothing is known."""

        def work() -> Asking[str]:
            rows = yield "SELECT name FROM account WHERE id = $1", (account,)
            if not rows:
                rows = yield (
                    "SELECT name FROM team_member WHERE team = $1 AND account = $2",
                    (team, account),
                )
            return rows[0][0] if rows else ""

        return await self._tables.read(work)

    # --- invitations ----------------------------------------------------------------------------

    async def invitations(self, team: str, at: int) -> list[TeamInvitation]:
        """Those that hold at a time, the oldest first; as many as `add_invitation` let in."""

        def work() -> Asking[list[TeamInvitation]]:
            rows = yield (
                f"SELECT {INVITATION} FROM team_invitation WHERE team = $1"
                " AND (expires_at IS NULL OR expires_at > $2) AND (uses IS NULL OR uses > 0)"
                " ORDER BY created_at, id",
                (team, at),
            )
            return [TeamInvitation(*row) for row in rows]

        return await self._tables.read(work)

    async def add_invitation(
        self, one: TeamInvitation, *, most: int, may: Callable[[TeamRole], bool] | None = None
    ) -> bool | None:
        """False: no such team, or it has `most` invitations that hold. None: whoever makes it is
        not in the team any more, or in a role that `may` does not let; `may` None: nobody asks."""

        def work() -> Asking[bool | None]:
            if may is not None:
                own = yield from role_of(one.team, one.by)
                if own is None or not may(own):
                    return None
            yield (
                "DELETE FROM team_invitation WHERE team = $1 AND (expires_at <= $2 OR uses <= 0)",
                (one.team, one.created_at),
            )
            yield from forget_removals(one.team)
            rows = yield (
                "SELECT (SELECT count(*) FROM team_invitation WHERE team = $1)"
                " FROM team WHERE id = $1",
                (one.team,),
            )
            if not rows or rows[0][0] >= most:
                return False
            yield from put_invitation(one)
            return True

        return await self._tables.write(work)

    async def revoke_invitation(self, team: str, id_: str) -> bool:
        """False: the team has no such invitation."""

        def work() -> Asking[bool]:
            rows = yield (
                "DELETE FROM team_invitation WHERE team = $1 AND id = $2 RETURNING id",
                (team, id_),
            )
            return bool(rows)

        return await self._tables.write(work)

    async def invitation_by(self, digest: bytes, at: int) -> TeamInvitation | None:
        """By the SHA-256 of its secret, if it holds at a time."""

        def work() -> Asking[TeamInvitation | None]:
            return (yield from invitation_that_holds(digest, at))

        return await self._tables.read(work)

    async def accept(
        self, digest: bytes, *, account: str, name: str, email: str | None, at: int
    ) -> Joined | NotJoined:
        """Uses it once, and they are in. `email` is the account's verified address. Nothing is
        used up where it does not let them in."""

        def work() -> Asking[Joined | NotJoined]:
            one = yield from invitation_that_holds(digest, at)
            if one is None or (yield from is_closed(account)):
                return NotJoined("unknown")
            if one.email is not None and _spelt(one.email) != _spelt(email or ""):
                return NotJoined("other_email")
            if (yield from role_of(one.team, account)) is not None:
                return NotJoined("already_member")
            if (yield from removed_since(one, account)):
                return NotJoined("removed")
            rows = yield (
                "SELECT count(*) FROM team_member WHERE team = $1 AND role <> 'removed'",
                (one.team,),
            )
            if rows[0][0] >= MEMBERS_MAX:
                return NotJoined("full")
            if one.uses is not None:
                yield "UPDATE team_invitation SET uses = uses - 1 WHERE id = $1", (one.id,)
            yield from put(one.team, account, one.role, name, at)
            yield from tell_rooms(one.team, account, at)
            return Joined(TeamMember(one.team, account, one.role, name, at))

        return await self._tables.write(work)

    # --- rooms ----------------------------------------------------------------------------------

    async def room_team(self, room: str) -> str | None:
        """The team that owns the room."""

        def work() -> Asking[str | None]:
            rows = yield "SELECT team FROM room_team WHERE room = $1", (room,)
            return rows[0][0] if rows else None

        return await self._tables.read(work)

    async def set_room_team(self, room: str, team: str | None, *, at: int) -> bool:
        """Another owner, or none. False: no such team."""

        def work() -> Asking[bool]:
            if team is not None:
                known = yield "SELECT id FROM team WHERE id = $1", (team,)
                if not known:
                    return False
            rows = yield "SELECT team FROM room_team WHERE room = $1", (room,)
            before = rows[0][0] if rows else None
            if before == team:
                return True
            yield "DELETE FROM room_team WHERE room = $1", (room,)
            if team is not None:
                yield "INSERT INTO room_team (room, team) VALUES ($1, $2)", (room, team)
            one = before or team
            if one is not None:
                yield from tell_rooms(one, room, at)
            return True

        return await self._tables.write(work)

    async def rooms(self, team: str, *, limit: int, after: str | None = None) -> list[str]:
        """The ids of its rooms, after the given one."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT room FROM room_team WHERE team = $1 AND room > $2 ORDER BY room LIMIT $3",
                (team, after or "", limit),
            )
            return [row[0] for row in rows]

        return await self._tables.read(work)

    # --- work -----------------------------------------------------------------------------------

    async def open_work(self, *, limit: int, after: int = 0) -> list[TeamWork]:
        """What rooms do not all know yet, the oldest first, after the given number: what cannot be
        finished now holds up nothing else."""

        def work() -> Asking[list[TeamWork]]:
            rows = yield (
                "SELECT number, team, account FROM team_work WHERE number > $2"
                " ORDER BY number LIMIT $1",
                (limit, after),
            )
            return [TeamWork(*row) for row in rows]

        return await self._tables.read(work)

    async def finish_work(self, number: int) -> None:
        """Every room knows."""

        def work() -> Asking[None]:
            yield "DELETE FROM team_work WHERE number = $1", (number,)

        await self._tables.write(work)


def _refused(team: str, present: TeamRole | None, by: By | None) -> Asking[Change | None]:
    """Why somebody in this role is not changed by whoever asks; None: they may. Whoever is not in
    the team any more sees nobody there."""
    if present is None:
        return "unknown"
    if by is None:
        return None
    own = yield from role_of(team, by.account)
    if own is None:
        return "unknown"
    return None if by.may(own, present) else "forbidden"


def _spelt(email: str) -> str:
    return email.strip().lower()
