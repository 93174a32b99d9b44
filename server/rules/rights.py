"""Who may send which command: the shape of the one table that each kind of room declares, and the
one function that answers it.

Authorisation (room_state.py), the documents (`touchline rights`) and the tests of every command by
every role are made from the same rows. Must not know a kind, nor a command's contents: where a
role may do something within bounds only, the row says so in words, and the rules of the command
keep the bound. SPEC: KD9, MB2, MB3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from protocol.membership import Role

ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")
"""From the most to the least: the columns of the table."""

Refusal = Literal["not_found", "forbidden", "read_only"]
"""What the table itself refuses with; each is one of protocol.codes.REJECTIONS."""


class Right(Struct, frozen=True):
    """One row of the table: who may send a command."""

    roles: frozenset[Role]
    only: Mapping[Role, str] = {}
    """Roles of `roles` that may do it within bounds only, to the bound in words: what is outside
    is `forbidden` by the rules of the command."""

    def cell(self, role: Role) -> str:
        """What the documents say of one role: `yes`, `no`, or the bound."""
        return self.only.get(role, "yes") if role in self.roles else "no"


EVERYBODY = Right(frozenset(ROLES))
"""Every member."""
OWNERS = Right(frozenset({"owner"}))


def refusal(right: Right, role: Role | None, *, own: bool, read_only: bool) -> Refusal | None:
    """Why somebody may not send a command now, or None: then the rules of the command decide.

    `role` None: not a member. `own`: the command is the kind's own, not one of every room.
    `read_only`: the room's switch is on."""
    if role is None:
        return "not_found"
    if role not in right.roles:
        return "forbidden"
    if own and read_only and role != "owner":
        return "read_only"
    return None
