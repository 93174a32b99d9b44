"""Rules of what every room has, whatever its kind: members and roles, invitations, the read-only
switch, chat. One table of role × command.

A value of RoomKind like any other, so that the room decides and applies it in the same way. Must
not know what a room is about, nor the secrets of invitation links: a link is verified before its
invitation's id comes here. The state is in membership_state.py, who comes in and by what in
membership_entry.py, effects in membership_apply.py. SPEC: MB.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from protocol.membership import (
    CommonCommand,
    CommonEvent,
    CreateInvitation,
    EnterRoom,
    InvitationCreated,
    InvitationRevoked,
    LineRemoved,
    LinkRole,
    MemberRemoved,
    Mute,
    Muted,
    ReadOnlySet,
    RemoveLine,
    RemoveMember,
    RenameRoom,
    RevokeInvitation,
    RoleSet,
    RoomOpened,
    RoomRenamed,
    RotateInvitation,
    Said,
    Say,
    SetReadOnly,
    SetRole,
    TeamRole,
    Unmute,
    Unmuted,
)
from protocol.text import clean_name, clean_text
from server.rules import membership_state
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.membership_apply import APPLIERS
from server.rules.membership_entry import decide_enter, decide_team_role
from server.rules.membership_state import Membership
from server.rules.rights import EVERYBODY, OWNERS, Right

INVITATIONS_MAX = 100
"""Invitations at one time, expired and used ones included until they are revoked."""
INVITATIONS_EVER_MAX = 2_000
"""Invitation ids that a room has seen: a revoked one never works again, so it is remembered."""
CHAT_TEXT_MAX = 1_000


class NoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Membership has no settings of its own, nor presence."""


def open_room(
    kind: str, name: str, owner: str, owner_name: str, settings: dict[str, Any]
) -> RoomOpened | Rejected:
    """The first event of a room; a name that cannot be kept is `bad_command` (MB20)."""
    clean, clean_owner = clean_name(name), clean_name(owner_name)
    if clean is None or clean_owner is None:
        return Rejected("bad_command", {"text": "name" if clean is None else "owner_name"})
    return RoomOpened(kind=kind, name=clean, owner=owner, owner_name=clean_owner, settings=settings)


# --- decide


def _rename(state: Membership, command: RenameRoom, context: Context) -> Decision:
    name = clean_name(command.name)
    if name is None:
        return Rejected("bad_command", {"text": "name"})
    if name == state.name:
        return Rejected("nothing_changes")
    return Accepted([RoomRenamed(name)])


def _set_read_only(state: Membership, command: SetReadOnly, context: Context) -> Decision:
    if command.on == state.read_only:
        return Rejected("nothing_changes")
    return Accepted([ReadOnlySet(command.on)])


def _set_role(state: Membership, command: SetRole, context: Context) -> Decision:
    role = state.members.get(command.member)
    if role is None:
        return Rejected("unknown_member")
    if role == command.role:
        return Rejected("nothing_changes")
    if _beyond_team(state, context, command.member, command.role):
        return _BY_TEAM
    if role == "owner" and state.owners == 1:
        return Rejected("last_owner")
    return Accepted([RoleSet(command.member, command.role)])


def _remove(state: Membership, command: RemoveMember, context: Context) -> Decision:
    if state.members[context.account] in _REMOVE.only and command.member != context.account:
        return Rejected("forbidden")
    role = state.members.get(command.member)
    if role is None:
        return Rejected("unknown_member")
    if _beyond_team(state, context, command.member, None):
        return _BY_TEAM
    if role == "owner" and state.owners == 1:
        return Rejected("last_owner")
    return Accepted([MemberRemoved(command.member)])


_BY_TEAM = Rejected("forbidden", {"by_team": True})


def _beyond_team(
    state: Membership, context: Context, member: str | None, gives: LinkRole | None
) -> bool:
    """MB30: whether an owner by the team alone would make somebody an owner, or change one who is
    so otherwise. `member` None: whoever has a link."""
    if not state.owns_by_team(context.account) or member == context.account:
        return False
    if gives == "owner":
        return True
    return (
        member is not None
        and state.members.get(member) == "owner"
        and not state.owns_by_team(member)
    )


def _invitation_refused(
    state: Membership, invitation: str, expires: int | None, now: int
) -> Rejected | None:
    """Why no invitation with this id can be made, or None."""
    if invitation in state.invitations or invitation in state.revoked:
        return Rejected("exists", {"id": invitation})
    if expires is not None and expires <= now:
        return Rejected("bad_command", {"expires": expires})
    if len(state.invitations) + len(state.revoked) >= INVITATIONS_EVER_MAX:
        return _limit("INVITATIONS_EVER_MAX", INVITATIONS_EVER_MAX)
    return None


def _limit(name: str, most: int) -> Rejected:
    return Rejected("limit_reached", {"limit": name, "max": most})


def _create_invitation(state: Membership, command: CreateInvitation, context: Context) -> Decision:
    if _beyond_team(state, context, None, command.role):
        return _BY_TEAM
    if command.role == "watch" and command.uses is not None:
        return Rejected("bad_command", {"uses": command.uses})
    refused = _invitation_refused(state, command.id, command.expires, context.now)
    if refused is not None:
        return refused
    if len(state.invitations) >= INVITATIONS_MAX:
        return _limit("INVITATIONS_MAX", INVITATIONS_MAX)
    return Accepted([InvitationCreated(command.id, command.role, command.expires, command.uses)])


def _revoke_invitation(state: Membership, command: RevokeInvitation, context: Context) -> Decision:
    if command.id not in state.invitations:
        return Rejected("unknown_invitation", {"id": command.id})
    return Accepted([InvitationRevoked(command.id)])


def _rotate_invitation(state: Membership, command: RotateInvitation, context: Context) -> Decision:
    old = state.invitations.get(command.id)
    if old is None:
        return Rejected("unknown_invitation", {"id": command.id})
    if _beyond_team(state, context, None, old.role):
        return _BY_TEAM
    refused = _invitation_refused(state, command.new, old.expires, context.now)
    if refused is not None:
        return refused
    return Accepted(
        [
            InvitationRevoked(command.id),
            InvitationCreated(command.new, old.role, old.expires, old.uses),
        ]
    )


def _say(state: Membership, command: Say, context: Context) -> Decision:
    if is_muted(state, context.account, context.now):
        return Rejected("muted", {"until": state.muted[context.account]})
    text = clean_text(command.text, CHAT_TEXT_MAX)
    if text is None:
        return Rejected("bad_command", {"text": "text"})
    return Accepted([Said(text)])


def _remove_line(state: Membership, command: RemoveLine, _context: Context) -> Decision:
    """MB32: a line that is in the chat."""
    if all(line.v != command.v for line in state.chat):
        return Rejected("nothing_changes")
    return Accepted([LineRemoved(command.v)])


def is_muted(state: Membership, account: str, now: int) -> bool:
    """MB33: owners never are."""
    if account not in state.muted or state.members[account] == "owner":
        return False
    until = state.muted[account]
    return until is None or now < until


def _mute(state: Membership, command: Mute, context: Context) -> Decision:
    role = state.members.get(command.member)
    if role is None:
        return Rejected("unknown_member")
    if role == "owner":
        return Rejected("forbidden", {"owner": command.member})
    if command.until is not None and command.until <= context.now:
        return Rejected("bad_command", {"until": command.until})
    if state.muted.get(command.member, 0) == command.until:
        return Rejected("nothing_changes")
    return Accepted([Muted(command.member, command.until)])


def _unmute(state: Membership, command: Unmute, _context: Context) -> Decision:
    """Also of who is gone."""
    if command.member not in state.muted:
        return Rejected("nothing_changes")
    return Accepted([Unmuted(command.member)])


_REMOVE = Right(
    EVERYBODY.roles, only={"editor": "oneself", "annotator": "oneself", "viewer": "oneself"}
)
_TABLE: dict[type[Struct], tuple[Right, Callable[[Membership, Any, Context], Decision]]] = {
    RenameRoom: (OWNERS, _rename),
    SetReadOnly: (OWNERS, _set_read_only),
    SetRole: (OWNERS, _set_role),
    RemoveMember: (_REMOVE, _remove),
    CreateInvitation: (OWNERS, _create_invitation),
    RevokeInvitation: (OWNERS, _revoke_invitation),
    RotateInvitation: (OWNERS, _rotate_invitation),
    Say: (EVERYBODY, _say),
    RemoveLine: (OWNERS, _remove_line),
    Mute: (OWNERS, _mute),
    Unmute: (OWNERS, _unmute),
}
"""MB2: command, who may send it, who decides it."""


def _decide(state: Membership, command: Struct, context: Context) -> Decision:
    """Rights are those of the state, not of `context.role`: a member who is gone may nothing."""
    row = _TABLE.get(type(command))
    if row is None:
        return _decide_system(state, command, context)
    right, decide = row
    role = state.members.get(context.account)
    if role is None:
        return Rejected("not_found")
    if role not in right.roles:
        return Rejected("forbidden")
    return decide(state, command, context)


def _decide_system(state: Membership, command: Struct, context: Context) -> Decision:
    match command:
        case EnterRoom() | TeamRole() if context.account:
            return Rejected("forbidden")
        case EnterRoom():
            return decide_enter(state, command, context)
        case TeamRole():
            return decide_team_role(state, command)
        case _:
            return Rejected("bad_command")


def _apply(state: Membership, event: Any, stamp: Stamp) -> None:
    APPLIERS[type(event)](state, event, stamp)


MEMBERSHIP: RoomKind[Membership] = RoomKind(
    name="membership",
    settings=NoSettings,
    command=CommonCommand,
    event=CommonEvent,
    presence=NoSettings,
    initial=membership_state.initial,
    decide=_decide,
    apply=_apply,
    snapshot=membership_state.snapshot,
    restore=membership_state.restore,
    view=membership_state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
    rules_version=4,
)
"""Not in the catalogue: it is a part of every room, not a kind of room."""
