"""Teams: who owns boards together, in which role, by which invitation; and which rooms are theirs.

Knows rows and the one rule that a team is never without an owner; must not know who may do what.
Every method is one transaction. What rooms must hear of is remembered as work in the same
transaction. SPEC: TM1 to TM12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from storage.access_changes import changed
from storage.api_keys import revoke_of
from storage.tables import Asking, Tables

TeamRole = Literal["owner", "admin", "member", "guest"]
Change = Literal["done", "unknown", "last_owner"]
MEMBERS_MAX: Final = 2_000
_INVITATION: Final = 'id, team, role, email, digest, expires_at, uses, "by", created_at'


@dataclass(frozen=True, slots=True)
class Team:
    """A team."""

    id: str
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody in a team."""

    team: str
    account: str
    role: TeamRole
    name: str
    joined_at: int


@dataclass(frozen=True, slots=True)
class TeamInvitation:
    """An invitation. `email` is the only address that may use it, if given; `uses` are those left,
    None: any number."""

    id: str
    team: str
    role: TeamRole
    email: str | None
    digest: bytes = field(repr=False)
    expires_at: int | None
    uses: int | None
    by: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Joined:
    """They are in."""

    member: TeamMember


@dataclass(frozen=True, slots=True)
class NotJoined:
    """Why not: nothing was used up."""

    reason: Literal["unknown", "other_email", "already_member", "full"]


@dataclass(frozen=True, slots=True)
class TeamWork:
    """Something that the team's rooms do not all know yet: an account's role, or, where `account`
    is a room's id, that the room is no longer the team's."""

    number: int
    team: str
    account: str


class Teams:
    """All teams of the site."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- teams ----------------------------------------------------------------------------------

    async def create(self, team: Team, *, owner: str, owner_name: str) -> bool:
        """With its owner. False: the id is taken."""

        def work() -> Asking[bool]:
            rows = yield (
                "INSERT INTO team (id, name, created_at) VALUES ($1, $2, $3)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                (team.id, team.name, team.created_at),
            )
            if rows:
                yield from _put(team.id, owner, "owner", owner_name, team.created_at)
            return bool(rows)

        return await self._tables.write(work)

    async def team(self, id_: str) -> Team | None:
        """By id."""

        def work() -> Asking[Team | None]:
            rows = yield "SELECT id, name, created_at FROM team WHERE id = $1", (id_,)
            return Team(*rows[0]) if rows else None

        return await self._tables.read(work)

    async def search(self, text: str, *, limit: int, after: str | None = None) -> list[Team]:
        """Those whose name holds the text, or whose id begins with it, by id."""
        part = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

        def work() -> Asking[list[Team]]:
            rows = yield (
                "SELECT id, name, created_at FROM team WHERE id > $1"
                " AND (lower(name) LIKE $2 ESCAPE '\\' OR lower(id) LIKE $3 ESCAPE '\\')"
                " ORDER BY id LIMIT $4",
                (after or "", f"%{part}%", f"{part}%", limit),
            )
            return [Team(*row) for row in rows]

        return await self._tables.read(work)

    async def rename(self, id_: str, name: str) -> bool:
        """False: no such team."""

        def work() -> Asking[bool]:
            rows = yield "UPDATE team SET name = $2 WHERE id = $1 RETURNING id", (id_, name)
            return bool(rows)

        return await self._tables.write(work)

    async def delete(self, id_: str, *, at: int) -> Literal["done", "unknown", "has_rooms"]:
        """Its rooms are taken out of it before; its people, invitations and keys go with it."""

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
                " JOIN team t ON t.id = m.team WHERE m.account = $1 ORDER BY t.id",
                (account,),
            )
            return [(Team(*row[:3]), row[3]) for row in rows]

        return await self._tables.read(work)

    async def members(self, team: str) -> list[TeamMember]:
        """In the order in which they came."""

        def work() -> Asking[list[TeamMember]]:
            rows = yield (
                "SELECT team, account, role, name, joined_at FROM team_member WHERE team = $1"
                " ORDER BY joined_at, account",
                (team,),
            )
            return [TeamMember(*row) for row in rows]

        return await self._tables.read(work)

    async def role(self, team: str, account: str) -> TeamRole | None:
        """None: not in it, or no such team."""

        def work() -> Asking[TeamRole | None]:
            rows = yield (
                "SELECT role FROM team_member WHERE team = $1 AND account = $2",
                (team, account),
            )
            return rows[0][0] if rows else None

        return await self._tables.read(work)

    async def role_by_room(self, room: str, account: str) -> TeamRole | None:
        """The account's role in the team that owns the room; None: none, or nobody does."""

        def work() -> Asking[TeamRole | None]:
            rows = yield (
                "SELECT m.role FROM room_team r JOIN team_member m ON m.team = r.team"
                " WHERE r.room = $1 AND m.account = $2",
                (room, account),
            )
            return rows[0][0] if rows else None

        return await self._tables.read(work)

    async def set_role(self, team: str, account: str, role: TeamRole, *, at: int) -> Change:
        """The last owner stays one."""

        def work() -> Asking[Change]:
            present = yield from _role(team, account)
            if present is None:
                return "unknown"
            if (
                present == "owner"
                and role != "owner"
                and not (yield from _has_other(team, account))
            ):
                return "last_owner"
            yield (
                "UPDATE team_member SET role = $3 WHERE team = $1 AND account = $2",
                (team, account, role),
            )
            yield from _to_rooms(team, account, at)
            return "done"

        return await self._tables.write(work)

    async def remove(self, team: str, account: str, *, at: int) -> Change:
        """Also revokes the keys that it made for the team. The last owner stays."""

        def work() -> Asking[Change]:
            present = yield from _role(team, account)
            if present is None:
                return "unknown"
            if present == "owner" and not (yield from _has_other(team, account)):
                return "last_owner"
            yield from _remove(team, account, at)
            return "done"

        return await self._tables.write(work)

    async def only_owner_of(self, account: str) -> list[str]:
        """Teams that would be left without an owner."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT m.team FROM team_member m WHERE m.account = $1 AND m.role = 'owner'"
                " AND NOT EXISTS (SELECT 1 FROM team_member o WHERE o.team = m.team"
                " AND o.role = 'owner' AND o.account <> m.account) ORDER BY m.team",
                (account,),
            )
            return [row[0] for row in rows]

        return await self._tables.read(work)

    async def remove_everywhere(self, account: str, at: int) -> list[str]:
        """Takes the account out of every team where somebody else is an owner; returns those where
        nobody is, and it stays."""

        def work() -> Asking[list[str]]:
            rows = yield (
                "SELECT team, role FROM team_member WHERE account = $1 ORDER BY team",
                (account,),
            )
            alone: list[str] = []
            for team, role in rows:
                if role == "owner" and not (yield from _has_other(team, account)):
                    alone.append(team)
                else:
                    yield from _remove(team, account, at)
            return alone

        return await self._tables.write(work)

    async def transfer(self, team: str, owner: str, to: str, *, at: int) -> bool:
        """`to` is an owner, and `owner` an admin. False: one of them is not what they should be."""

        def work() -> Asking[bool]:
            giving = yield from _role(team, owner)
            taking = yield from _role(team, to)
            if giving != "owner" or taking is None or owner == to:
                return False
            for account, role in ((to, "owner"), (owner, "admin")):
                yield (
                    "UPDATE team_member SET role = $3 WHERE team = $1 AND account = $2",
                    (team, account, role),
                )
                yield from _to_rooms(team, account, at)
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
        """Those that hold at a time, the oldest first."""

        def work() -> Asking[list[TeamInvitation]]:
            rows = yield (
                f"SELECT {_INVITATION} FROM team_invitation WHERE team = $1"
                " AND (expires_at IS NULL OR expires_at > $2) AND (uses IS NULL OR uses > 0)"
                " ORDER BY created_at, id",
                (team, at),
            )
            return [TeamInvitation(*row) for row in rows]

        return await self._tables.read(work)

    async def add_invitation(self, one: TeamInvitation, *, most: int) -> bool:
        """False: no such team, or it has `most` invitations that hold."""

        def work() -> Asking[bool]:
            yield (
                "DELETE FROM team_invitation WHERE team = $1 AND (expires_at <= $2 OR uses <= 0)",
                (one.team, one.created_at),
            )
            rows = yield (
                "SELECT (SELECT count(*) FROM team_invitation WHERE team = $1)"
                " FROM team WHERE id = $1",
                (one.team,),
            )
            if not rows or rows[0][0] >= most:
                return False
            yield (
                f"INSERT INTO team_invitation ({_INVITATION})"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                (
                    one.id,
                    one.team,
                    one.role,
                    one.email,
                    one.digest,
                    one.expires_at,
                    one.uses,
                    one.by,
                    one.created_at,
                ),
            )
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
            return (yield from _invitation(digest, at))

        return await self._tables.read(work)

    async def accept(
        self, digest: bytes, *, account: str, name: str, email: str | None, at: int
    ) -> Joined | NotJoined:
        """Uses it once, and they are in. Nothing is used up where it does not let them in."""

        def work() -> Asking[Joined | NotJoined]:
            one = yield from _invitation(digest, at)
            if one is None:
                return NotJoined("unknown")
            if one.email is not None and one.email != email:
                return NotJoined("other_email")
            if (yield from _role(one.team, account)) is not None:
                return NotJoined("already_member")
            rows = yield "SELECT count(*) FROM team_member WHERE team = $1", (one.team,)
            if rows[0][0] >= MEMBERS_MAX:
                return NotJoined("full")
            if one.uses is not None:
                yield "UPDATE team_invitation SET uses = uses - 1 WHERE id = $1", (one.id,)
            yield from _put(one.team, account, one.role, name, at)
            yield from _to_rooms(one.team, account, at)
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
            if before is not None:
                yield from _to_rooms(before, room, at)
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

    async def open_work(self, *, limit: int) -> list[TeamWork]:
        """What rooms do not all know yet, the oldest first."""

        def work() -> Asking[list[TeamWork]]:
            rows = yield (
                "SELECT number, team, account FROM team_work ORDER BY number LIMIT $1",
                (limit,),
            )
            return [TeamWork(*row) for row in rows]

        return await self._tables.read(work)

    async def finish_work(self, number: int) -> None:
        """Every room knows."""

        def work() -> Asking[None]:
            yield "DELETE FROM team_work WHERE number = $1", (number,)

        await self._tables.write(work)


def _role(team: str, account: str) -> Asking[TeamRole | None]:
    rows = yield (
        "SELECT role FROM team_member WHERE team = $1 AND account = $2",
        (team, account),
    )
    return rows[0][0] if rows else None


def _has_other(team: str, account: str) -> Asking[bool]:
    rows = yield (
        "SELECT account FROM team_member WHERE team = $1 AND role = 'owner' AND account <> $2"
        " LIMIT 1",
        (team, account),
    )
    return bool(rows)


def _put(team: str, account: str, role: str, name: str, at: int) -> Asking[None]:
    yield (
        "INSERT INTO team_member (team, account, role, name, joined_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        (team, account, role, name, at),
    )


def _remove(team: str, account: str, at: int) -> Asking[None]:
    yield "DELETE FROM team_member WHERE team = $1 AND account = $2", (team, account)
    yield from revoke_of(team, account, "left the team", at)
    yield from _to_rooms(team, account, at)


def _to_rooms(team: str, account: str, at: int) -> Asking[None]:
    """Rooms must hear of it: this node at once, others when they look."""
    yield "INSERT INTO team_work (team, account, at) VALUES ($1, $2, $3)", (team, account, at)
    yield from changed("team", team, account, at)


def _invitation(digest: bytes, at: int) -> Asking[TeamInvitation | None]:
    rows: list[Any] = yield (
        f"SELECT {_INVITATION} FROM team_invitation WHERE digest = $1"
        " AND (expires_at IS NULL OR expires_at > $2) AND (uses IS NULL OR uses > 0)",
        (digest, at),
    )
    return TeamInvitation(*rows[0]) if rows else None
