"""Who comes in, and by what: an invitation whose link was verified, or the team that owns the room.

Decides the commands of the system; what a team says of an account is verified by the shell before
it comes here. Must not know teams themselves, only the role that one gives. SPEC: MB10 to MB13,
MB24 to MB28.
"""

from __future__ import annotations

from protocol.membership import (
    EnterRoom,
    MemberJoined,
    MemberLeftTeam,
    MemberRenamed,
    Role,
    RoleSet,
    TeamRole,
)
from protocol.text import clean_name
from server.rules.kind import Accepted, Context, Decision, Rejected
from server.rules.membership_state import RANK, Membership

MEMBERS_MAX = 20_000
"""Members at one time."""
PEOPLE_MAX = 40_000
"""Accounts that were ever members: their names stay, because history shows them."""


def decide_enter(state: Membership, command: EnterRoom, context: Context) -> Decision:
    """MB10 to MB13, MB24: by an invitation, by the team, or as a member already. An invitation is
    looked at first, the team where that changes nothing."""
    name = clean_name(command.name)
    if name is None:
        return Rejected("bad_command", {"text": "name"})
    member, invitation, team = command.member, command.invitation, command.team
    role = state.members.get(member)
    reason = None if invitation is None else _why_not(state, invitation, member, context.now)
    if invitation is not None and reason is None:
        offered = state.invitations[invitation].role
        assert offered != "watch", "such a link lets nobody in"
        if role is None or RANK[offered] > RANK[role]:
            return _join(state, MemberJoined(member, name, offered, invitation))
    if team is not None and state.team_gives_more(member, team):
        return _join(state, MemberJoined(member, name, team, team=True))
    if role is None:
        if invitation is None:
            return Rejected("not_found")
        return Rejected("unknown_invitation", {"reason": reason})
    if state.names[member] != name:
        return Accepted([MemberRenamed(member, name)])
    return Rejected("nothing_changes")


def decide_team_role(state: Membership, command: TeamRole) -> Decision:
    """MB26 to MB28: another role by default in the team, or none any more."""
    member, role = command.member, command.role
    present = state.members.get(member)
    if present is None:
        return Rejected("unknown_member")
    place = state.team.get(member)
    if role is None:
        if place is None:
            return Rejected("nothing_changes")
        return Accepted([MemberLeftTeam(member, place.own)])
    if place is None:
        if not state.team_gives_more(member, role):
            return Rejected("nothing_changes")
        # a name that cannot be kept does not keep anybody from what the team gives
        name = clean_name(command.name) or state.names[member]
        return Accepted([MemberJoined(member, name, role, team=True)])
    given = _higher(place.own, role)
    if place.kept or given == present:
        return Rejected("nothing_changes")
    return Accepted([RoleSet(member, given, team=True)])


def _higher(own: Role | None, team: Role) -> Role:
    return team if own is None or RANK[team] > RANK[own] else own


def _join(state: Membership, joined: MemberJoined) -> Decision:
    """Who is in already takes no place."""
    member = joined.member
    if member not in state.members and len(state.members) >= MEMBERS_MAX:
        return Rejected("limit_reached", {"limit": "MEMBERS_MAX", "max": MEMBERS_MAX})
    if member not in state.names and len(state.names) >= PEOPLE_MAX:
        return Rejected("limit_reached", {"limit": "PEOPLE_MAX", "max": PEOPLE_MAX})
    return Accepted([joined])


def _why_not(state: Membership, id_: str, member: str, now: int) -> str | None:
    """Why the invitation does not let the account in; None: it does (MB12)."""
    invitation = state.invitations.get(id_)
    if invitation is None:
        return "unknown"
    if invitation.role == "watch":
        return "watch"
    if invitation.expires is not None and invitation.expires <= now:
        return "expired"
    if invitation.uses == 0:
        return "used_up"
    if state.removed.get(member, -1) >= invitation.version:
        return "removed"
    return None
