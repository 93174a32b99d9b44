"""Who may do what in a team, and which role a team gives in its rooms: tables, and the questions
that are asked of them.

Pure. Must not know how teams are kept. SPEC: TM13 to TM19.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from protocol.membership import Role
from storage.teams import TeamRole

ROLES: Final[tuple[TeamRole, ...]] = ("guest", "member", "admin", "owner")
"""From the least to the most."""

_ROOM_ROLE: Final[Mapping[TeamRole, Role]] = {
    "owner": "owner",
    "admin": "owner",
    "member": "editor",
    "guest": "viewer",
}

ACTIONS: Final[Mapping[str, tuple[TeamRole, ...]]] = {
    "see the team, its people and its rooms": ("guest", "member", "admin", "owner"),
    "leave": ("guest", "member", "admin", "owner"),
    "put a room of one's own into the team": ("member", "admin", "owner"),
    "rename the team": ("admin", "owner"),
    "invite a guest, a member or an admin": ("admin", "owner"),
    "revoke an invitation": ("admin", "owner"),
    "change or remove a guest, a member or an admin": ("admin", "owner"),
    "change or remove an owner, make somebody one": ("owner",),
    "make keys for the team, see and revoke all of its keys": ("admin", "owner"),
    "hand the team over, delete it": ("owner",),
}
"""Action × role, for the documents; what HTTP asks is server/http/permissions.py."""


def room_role(role: TeamRole) -> Role:
    """What somebody of this role is in a room of the team by default."""
    return _ROOM_ROLE[role]


def may_invite(own: TeamRole, role: TeamRole) -> bool:
    """Whether somebody may send an invitation that gives `role`. Nobody becomes an owner by a
    link."""
    return own in {"admin", "owner"} and role != "owner"


def may_set_role(own: TeamRole, present: TeamRole, wanted: TeamRole) -> bool:
    """Whether somebody may change another's role: what has to do with owners, owners do."""
    if own == "owner":
        return True
    return own == "admin" and "owner" not in {present, wanted}


def may_remove(own: TeamRole, present: TeamRole) -> bool:
    """Whether somebody may take another out."""
    return own == "owner" or (own == "admin" and present != "owner")


def may_give_rooms(own: TeamRole) -> bool:
    """Whether somebody may put a room into the team."""
    return own != "guest"


def as_markdown() -> str:
    """The table for the documents."""
    lines = [f"| action | {' | '.join(ROLES)} |", "|---|" + "---|" * len(ROLES)]
    for action, roles in ACTIONS.items():
        cells = ("yes" if role in roles else "no" for role in ROLES)
        lines.append(f"| {action} | {' | '.join(cells)} |")
    lines.append(f"| *role in its rooms* | {' | '.join(_ROOM_ROLE[role] for role in ROLES)} |")
    return "\n".join(lines) + "\n"
