"""What events of membership do to the state. Total: whatever was decided can be applied.

Must not decide, nor refuse. SPEC: MB23, MB24 to MB28.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from protocol.membership import (
    InvitationCreated,
    InvitationRevoked,
    LineRemoved,
    MemberJoined,
    MemberLeftTeam,
    MemberRemoved,
    MemberRenamed,
    Muted,
    ReadOnlySet,
    Role,
    RoleSet,
    RoomOpened,
    RoomRenamed,
    Said,
    Unmuted,
)
from server.rules.kind import Stamp
from server.rules.membership_state import Invitation, Line, Membership, TeamPlace


def _opened(state: Membership, event: RoomOpened, stamp: Stamp) -> None:
    state.name = event.name
    state.members[event.owner] = "owner"
    state.names[event.owner] = event.owner_name
    state.owners = 1


def _renamed(state: Membership, event: RoomRenamed, stamp: Stamp) -> None:
    state.name = event.name


def _read_only_set(state: Membership, event: ReadOnlySet, stamp: Stamp) -> None:
    state.read_only = event.on


def _put(state: Membership, member: str, role: Role | None) -> None:
    """The one place that changes a role; None: no longer a member."""
    state.owners += (role == "owner") - (state.members.get(member) == "owner")
    if role is None:
        del state.members[member]
    else:
        state.members[member] = role


def _joined(state: Membership, event: MemberJoined, stamp: Stamp) -> None:
    member = event.member
    place = state.team.get(member)
    if event.team:
        own = state.members.get(member) if place is None else place.own
        state.team[member] = TeamPlace(own, kept=False)
    elif place is not None:
        state.team[member] = place._replace(own=event.role)
    _put(state, member, event.role)
    state.names[member] = event.name
    state.removed.pop(member, None)
    if event.invitation is not None:
        invitation = state.invitations[event.invitation]
        if invitation.uses is not None:
            state.invitations[event.invitation] = invitation._replace(uses=invitation.uses - 1)


def _member_renamed(state: Membership, event: MemberRenamed, stamp: Stamp) -> None:
    state.names[event.member] = event.name


def _role_set(state: Membership, event: RoleSet, stamp: Stamp) -> None:
    """What an owner has set for somebody who is there by the team is kept from now on."""
    _put(state, event.member, event.role)
    place = state.team.get(event.member)
    if place is not None and not event.team:
        own = None if place.own is None else event.role
        state.team[event.member] = TeamPlace(own, kept=True)


def _removed(state: Membership, event: MemberRemoved, stamp: Stamp) -> None:
    _put(state, event.member, None)
    state.team.pop(event.member, None)
    if stamp.by != event.member:
        state.removed[event.member] = stamp.version


def _left_team(state: Membership, event: MemberLeftTeam, stamp: Stamp) -> None:
    _put(state, event.member, event.role)
    del state.team[event.member]


def _invitation_created(state: Membership, event: InvitationCreated, stamp: Stamp) -> None:
    state.invitations[event.id] = Invitation(
        event.role, event.expires, event.uses, stamp.by, stamp.version
    )


def _invitation_revoked(state: Membership, event: InvitationRevoked, stamp: Stamp) -> None:
    del state.invitations[event.id]
    state.revoked[event.id] = None


def _said(state: Membership, event: Said, stamp: Stamp) -> None:
    state.chat.append(Line(stamp.version, stamp.at, stamp.by, event.text))


def _line_removed(state: Membership, event: LineRemoved, _stamp: Stamp) -> None:
    left = [line for line in state.chat if line.v != event.v]
    state.chat.clear()
    state.chat.extend(left)


def _muted(state: Membership, event: Muted, _stamp: Stamp) -> None:
    state.muted[event.member] = event.until


def _unmuted(state: Membership, event: Unmuted, _stamp: Stamp) -> None:
    del state.muted[event.member]


APPLIERS: dict[type, Callable[[Membership, Any, Stamp], None]] = {
    RoomOpened: _opened,
    RoomRenamed: _renamed,
    ReadOnlySet: _read_only_set,
    MemberJoined: _joined,
    MemberRenamed: _member_renamed,
    RoleSet: _role_set,
    MemberRemoved: _removed,
    MemberLeftTeam: _left_team,
    InvitationCreated: _invitation_created,
    InvitationRevoked: _invitation_revoked,
    Said: _said,
    LineRemoved: _line_removed,
    Muted: _muted,
    Unmuted: _unmuted,
}
"""Event to its effect."""
