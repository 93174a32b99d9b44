"""Invitations to teams: made, listed, revoked and used.

Knows rows; must not know who may do what: whoever opens the store brings the question who may give
which role, and it is put inside the transaction. Every method is one transaction. SPEC: TM5 to TM8,
TM35.
"""

from __future__ import annotations

from typing import Final, Literal

from storage.tables import Asking, Tables
from storage.team_rows import (
    INVITATION,
    Gives,
    Joined,
    NotJoined,
    TeamInvitation,
    TeamMember,
    forget_removals,
    invitation_that_holds,
    is_closed,
    put,
    removed_since,
    role_of,
    tell_rooms,
)

MEMBERS_MAX: Final = 2_000


class TeamInvitations:
    """The invitations of all teams."""

    def __init__(self, tables: Tables, gives: Gives) -> None:
        self._tables = tables
        self._gives = gives

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
        self, one: TeamInvitation, *, most: int
    ) -> Literal["done", "unknown", "forbidden", "full"]:
        """`unknown`: whoever makes it is not in the team, or there is none; `forbidden`: they may
        not give this role; `full`: the team has `most` invitations that hold."""

        def work() -> Asking[Literal["done", "unknown", "forbidden", "full"]]:
            own = yield from role_of(one.team, one.by)
            if own is None or (yield from is_closed(one.by)):
                return "unknown"
            if not self._gives(own, one.role):
                return "forbidden"
            yield (
                "DELETE FROM team_invitation WHERE team = $1 AND (expires_at <= $2 OR uses <= 0)",
                (one.team, one.created_at),
            )
            yield from forget_removals(one.team)
            rows = yield "SELECT count(*) FROM team_invitation WHERE team = $1", (one.team,)
            if rows[0][0] >= most:
                return "full"
            yield (
                f"INSERT INTO team_invitation ({INVITATION})"
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
            return "done"

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


def _spelt(email: str) -> str:
    return email.strip().lower()
