"""The rows of teams, and the steps that several transactions on them share.

Knows rows; must not know who may do what. A step is for `yield from` inside a transaction. SPEC:
TM1 to TM12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from storage.access_changes import changed
from storage.api_keys import revoke_of
from storage.tables import Asking

TeamRole = Literal["owner", "admin", "member", "guest"]
Gives = Callable[[TeamRole, TeamRole], bool]
"""Whether somebody of the first role may make an invitation that gives the second."""
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
class Heir:
    """Who owns a team since its last owner went."""

    team: str
    account: str


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


def succeed(account: str, at: int) -> Asking[tuple[Heir, ...]]:
    """Whoever owns teams alone goes: of each the open admin who has been there longest owns it now,
    else the member. Guests do not: then nobody does. Returns who owns which team now."""
    rows = yield (
        "SELECT team FROM team_member WHERE account = $1 AND role = 'owner' ORDER BY team",
        (account,),
    )
    heirs: list[Heir] = []
    for (team,) in rows:
        if (yield from has_other_owner(team, account)):
            continue
        found = yield (
            "SELECT m.account FROM team_member m LEFT JOIN account a ON a.id = m.account"
            " WHERE m.team = $1 AND m.account <> $2 AND m.role IN ('admin', 'member')"
            " AND a.closed_at IS NULL ORDER BY m.role, m.joined_at, m.account LIMIT 1",
            (team, account),
        )
        for (heir,) in found:
            yield (
                "UPDATE team_member SET role = 'owner' WHERE team = $1 AND account = $2",
                (team, heir),
            )
            yield from tell_rooms(team, heir, at)
            heirs.append(Heir(team, heir))
    return tuple(heirs)


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
    that no invitation is older than. The invitations that they made go too."""
    yield "DELETE FROM team_member WHERE team = $1 AND account = $2", (team, account)
    yield 'DELETE FROM team_invitation WHERE team = $1 AND "by" = $2', (team, account)
    if remembered:
        yield (
            "INSERT INTO team_member (team, account, role, name, joined_at)"
            " VALUES ($1, $2, 'removed', '', $3)",
            (team, account, at),
        )
    yield from revoke_of(team, account, "left the team", at)
    yield from tell_rooms(team, account, at)


def set_role(team: str, account: str, role: TeamRole, gives: Gives, at: int) -> Asking[None]:
    """Somebody in the team has another role. Of the invitations that they made those go that they
    may not make any more."""
    yield (
        "UPDATE team_member SET role = $3 WHERE team = $1 AND account = $2",
        (team, account, role),
    )
    rows = yield (
        'SELECT DISTINCT role FROM team_invitation WHERE team = $1 AND "by" = $2',
        (team, account),
    )
    for (given,) in rows:
        if not gives(role, given):
            yield (
                'DELETE FROM team_invitation WHERE team = $1 AND "by" = $2 AND role = $3',
                (team, account, given),
            )
    yield from tell_rooms(team, account, at)


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
