"""Who may do what in a team, and which role a team gives in its rooms: tables, and the questions
that are asked of them.

Pure. Must not know how teams are kept. SPEC: TM13 to TM17.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from protocol.membership import Role
from storage.teams import TeamRole

ROLES: Final[tuple[TeamRole, ...]] = ("guest", "member", "admin", "owner")
"""From the least to the most."""

Action = Literal[
    "see",
    "leave",
    "give_rooms",
    "rename",
    "see_invitations",
    "invite",
    "revoke_invitation",
    "set_role",
    "remove",
    "keys",
    "transfer",
    "delete",
]

LEAST: Final[Mapping[Action, TeamRole]] = {
    "see": "guest",
    "leave": "guest",
    "give_rooms": "member",
    "rename": "admin",
    "see_invitations": "admin",
    "invite": "admin",
    "revoke_invitation": "admin",
    "set_role": "admin",
    "remove": "admin",
    "keys": "admin",
    "transfer": "owner",
    "delete": "owner",
}
"""Action → the least role that may; more roles may whatever less may."""

WORDS: Final[Mapping[Action, str]] = {
    "see": "see the team, its people and its rooms",
    "leave": "leave",
    "give_rooms": "make rooms of the team, put one's own into it",
    "rename": "rename it",
    "see_invitations": "see its invitations",
    "invite": "invite",
    "revoke_invitation": "revoke an invitation",
    "set_role": "change somebody's role",
    "remove": "remove somebody",
    "keys": "make keys for it, see and revoke all of its keys",
    "transfer": "hand it over",
    "delete": "delete it",
}

_GOVERNS: Final[Mapping[TeamRole, frozenset[TeamRole]]] = {
    "owner": frozenset({"guest", "member", "admin", "owner"}),
    "admin": frozenset({"guest", "member", "admin"}),
    "member": frozenset(),
    "guest": frozenset(),
}
"""Whose role one may change, and which one may give: admins have nothing to say about owners."""

_ROOM_ROLE: Final[Mapping[TeamRole, Role]] = {
    "owner": "owner",
    "admin": "owner",
    "member": "editor",
    "guest": "viewer",
}


def may(own: TeamRole, action: Action) -> bool:
    """Whether the role is enough for the action, as far as nobody else's role matters."""
    return ROLES.index(own) >= ROLES.index(LEAST[action])


def room_role(role: TeamRole) -> Role:
    """What somebody of this role is in a room of the team by default."""
    return _ROOM_ROLE[role]


def may_invite(own: TeamRole, role: TeamRole) -> bool:
    """Whether somebody may send an invitation that gives `role`. Nobody becomes an owner by a
    link."""
    return may(own, "invite") and role in _GOVERNS[own] and role != "owner"


def may_set_role(own: TeamRole, present: TeamRole, wanted: TeamRole) -> bool:
    """Whether somebody may change another's role: what has to do with owners, owners do."""
    return may(own, "set_role") and {present, wanted} <= _GOVERNS[own]


def may_remove(own: TeamRole, present: TeamRole) -> bool:
    """Whether somebody may take another out."""
    return may(own, "remove") and present in _GOVERNS[own]


def may_give_rooms(own: TeamRole) -> bool:
    """Whether somebody may put a room into the team."""
    return may(own, "give_rooms")


def rows() -> list[list[str]]:
    """The table: an action in words, and whether each of ROLES may."""
    table: list[list[str]] = []
    for action, words in WORDS.items():
        match action:
            case "invite":
                for role in ROLES[:-1]:
                    cells = [_yes(may_invite(own, role)) for own in ROLES]
                    table.append([f"{words} somebody as {role}", *cells])
            case "set_role":
                for role in ROLES:
                    cells = [_yes(may_set_role(own, role, role)) for own in ROLES]
                    table.append([f"{words}: from or to {role}", *cells])
            case "remove":
                for role in ROLES:
                    cells = [_yes(may_remove(own, role)) for own in ROLES]
                    table.append([f"{words} who is {role}", *cells])
            case _:
                table.append([words, *(_yes(may(own, action)) for own in ROLES)])
    return table


def as_markdown() -> str:
    """The table for the documents."""
    lines = [_line(["action", *ROLES]), "|---" * (len(ROLES) + 1) + "|", *map(_line, rows())]
    lines.append(_line(["*is in the team's rooms, by default*", *map(room_role, ROLES)]))
    return "\n".join(lines) + "\n"


def _yes(allowed: bool) -> str:  # noqa: FBT001 - a cell's value, read nowhere else
    return "yes" if allowed else "no"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
