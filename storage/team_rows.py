"""The rows of teams, and the steps that several transactions on them share.

Knows rows; must not know who may do what. A step is for `yield from` inside a transaction. SPEC:
TM1 to TM12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from storage.access_changes import changed
from storage.api_keys import revoke_of
from storage.tables import Asking

TeamRole = Literal["owner", "admin", "member", "guest"]
INVITATION: Final = 'id, team, role, email, digest, expires_at, uses, "by", created_at'


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

    reason: Literal["unknown", "other_email", "already_member", "removed", "full"]


@dataclass(frozen=True, slots=True)
class TeamWork:
    """Something that the team's rooms do not all know yet: an account's role, or, where `account`
    is a room's id, that the room has come to the team or left it."""

    number: int
    team: str
    account: str


def role_of(team: str, account: str) -> Asking[TeamRole | None]:
    """None: not in it, or no such team."""
    rows = yield (
        "SELECT role FROM team_member WHERE team = $1 AND account = $2 AND role <> 'removed'",
        (team, account),
    )
    return rows[0][0] if rows else None


def is_closed(account: str) -> Asking[bool]:
    """Whether the account was closed. One that has no row here is not."""
    rows = yield (
        "SELECT id FROM account WHERE id = $1 AND closed_at IS NOT NULL",
        (account,),
    )
    return bool(rows)


def has_other_owner(team: str, account: str) -> Asking[bool]:
    """Whether somebody else owns the team, whose account is not closed."""
    rows = yield (
        "SELECT m.account FROM team_member m LEFT JOIN account a ON a.id = m.account"
        " WHERE m.team = $1 AND m.role = 'owner' AND m.account <> $2 AND a.closed_at IS NULL"
        " LIMIT 1",
        (team, account),
    )
    return bool(rows)


def put(team: str, account: str, role: TeamRole, name: str, at: int) -> Asking[None]:
    """Somebody who is not in the team comes in."""
    yield (
        "INSERT INTO team_member (team, account, role, name, joined_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (team, account)"
        " DO UPDATE SET role = excluded.role, name = excluded.name, joined_at = excluded.joined_at",
        (team, account, role, name, at),
    )


def take_out(team: str, account: str, at: int, *, remembered: bool) -> Asking[None]:
    """Somebody is not in the team any more, and the keys that they made for it are revoked. Where
    it is remembered, a row of the role `removed` is left with its time, without a name: no
    invitation of before lets them in again. The next invitation of the team forgets those rows
    that no invitation is older than."""
    yield "DELETE FROM team_member WHERE team = $1 AND account = $2", (team, account)
    if remembered:
        yield (
            "INSERT INTO team_member (team, account, role, name, joined_at)"
            " VALUES ($1, $2, 'removed', '', $3)",
            (team, account, at),
        )
    yield from void_invitations_of(team, account)
    yield from revoke_of(team, account, "left the team", at)
    yield from tell_rooms(team, account, at)


def put_invitation(one: TeamInvitation) -> Asking[None]:
    """A new one."""
    yield (
        f"INSERT INTO team_invitation ({INVITATION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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


def void_invitations_of(team: str, account: str) -> Asking[None]:
    """Nobody comes in any more by what the account has sent."""
    yield (
        'DELETE FROM team_invitation WHERE team = $1 AND "by" = $2',
        (team, account),
    )


def removed_since(one: TeamInvitation, account: str) -> Asking[bool]:
    """Whether the account was removed from the team after the invitation was made."""
    rows = yield (
        "SELECT joined_at FROM team_member WHERE team = $1 AND account = $2"
        " AND role = 'removed' AND joined_at >= $3",
        (one.team, account, one.created_at),
    )
    return bool(rows)


def forget_removals(team: str) -> Asking[None]:
    """Those that no invitation of the team is as old as."""
    yield (
        "DELETE FROM team_member WHERE team = $1 AND role = 'removed' AND NOT EXISTS"
        " (SELECT 1 FROM team_invitation i WHERE i.team = $1"
        " AND i.created_at <= team_member.joined_at)",
        (team,),
    )


def tell_rooms(team: str, account: str, at: int) -> Asking[None]:
    """Rooms must hear of it: this node at once, others when they look."""
    yield "INSERT INTO team_work (team, account, at) VALUES ($1, $2, $3)", (team, account, at)
    yield from changed("team", team, account, at)


def invitation_that_holds(digest: bytes, at: int) -> Asking[TeamInvitation | None]:
    """By its digest, at a time."""
    rows: list[Any] = yield (
        f"SELECT {INVITATION} FROM team_invitation WHERE digest = $1"
        " AND (expires_at IS NULL OR expires_at > $2) AND (uses IS NULL OR uses > 0)",
        (digest, at),
    )
    return TeamInvitation(*rows[0]) if rows else None


def give_role(team: str, account: str, role: TeamRole, at: int) -> Asking[None]:
    """Another role, which the rooms must hear of."""
    yield (
        "UPDATE team_member SET role = $3 WHERE team = $1 AND account = $2",
        (team, account, role),
    )
    yield from tell_rooms(team, account, at)


def heirs_of(account: str, at: int) -> Asking[list[tuple[str, str]]]:
    """Gives every team that the account owns alone another owner; returns team and new owner."""
    rows = yield (
        "SELECT team FROM team_member WHERE account = $1 AND role = 'owner' ORDER BY team",
        (account,),
    )
    heirs: list[tuple[str, str]] = []
    for (team,) in rows:
        if (yield from has_other_owner(team, account)):
            continue
        heir = yield from _heir(team, account)
        if heir is not None:
            yield from give_role(team, heir, "owner", at)
            heirs.append((team, heir))
    return heirs


def _heir(team: str, account: str) -> Asking[str | None]:
    for role in ("admin", "member"):
        rows = yield (
            "SELECT account FROM team_member WHERE team = $1 AND role = $2 AND account <> $3"
            " ORDER BY joined_at, account",
            (team, role, account),
        )
        for (one,) in rows:
            if not (yield from is_closed(one)):
                return one
    return None
