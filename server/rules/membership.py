"""Rules of what every room has, whatever its kind: members and roles, invitations, the read-only
switch, chat. One table of role × command.

A value of RoomKind like any other, so that the room decides and applies it in the same way. Must
not know what a room is about, nor the secrets of invitation links: a link is verified before its
invitation's id comes here. SPEC: MB.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from protocol.membership import (
    CommonCommand,
    CommonEvent,
    CreateInvitation,
    EnterRoom,
    InvitationCreated,
    InvitationRevoked,
    MemberJoined,
    MemberRemoved,
    MemberRenamed,
    ReadOnlySet,
    RemoveMember,
    RenameRoom,
    RevokeInvitation,
    Role,
    RoleSet,
    RoomOpened,
    RoomRenamed,
    RotateInvitation,
    Said,
    Say,
    SetReadOnly,
    SetRole,
)
from protocol.text import clean_name, clean_text
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp

MEMBERS_MAX = 5_000
"""Members at one time."""
PEOPLE_MAX = 20_000
"""Accounts that were ever members: their names stay, because history shows them."""
INVITATIONS_MAX = 100
"""Invitations at one time, expired and used ones included until they are revoked."""
INVITATIONS_EVER_MAX = 2_000
"""Invitation ids that a room has seen: a revoked one never works again, so it is remembered."""
CHAT_MAX = 200
"""Lines of chat in the state. Older ones stay in history."""
CHAT_TEXT_MAX = 1_000

ROLES: tuple[Role, ...] = ("viewer", "annotator", "editor", "owner")
"""From the least to the most."""
_RANK: dict[str, int] = {role: rank for rank, role in enumerate(ROLES)}

_OWNER: frozenset[Role] = frozenset({"owner"})
_ANYBODY: frozenset[Role] = frozenset(ROLES)
MAY: dict[str, frozenset[Role]] = {
    "room.rename": _OWNER,
    "room.read_only": _OWNER,
    "member.role": _OWNER,
    "member.remove": _ANYBODY,  # oneself; others by owners only (MB9)
    "invitation.create": _OWNER,
    "invitation.revoke": _OWNER,
    "invitation.rotate": _OWNER,
    "chat.say": _ANYBODY,
}
"""Role × command, for what every room has."""


class Invitation(NamedTuple):
    """One link, without its secret."""

    role: Role
    expires: int | None
    uses: int | None
    """Left; None: without limit."""
    by: str
    version: int
    """The entry that made it."""


class Line(NamedTuple):
    """One line of chat."""

    v: int
    at: int
    by: str
    text: str


class NoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Membership has no settings of its own, nor presence."""


class Membership:
    """Who may do what in one room. Every account in `members` is in `names` too."""

    __slots__ = (
        "chat",
        "invitations",
        "members",
        "name",
        "names",
        "owners",
        "read_only",
        "removed",
        "revoked",
    )

    def __init__(self) -> None:
        self.name = ""
        self.read_only = False
        self.members: dict[str, Role] = {}
        self.names: dict[str, str] = {}
        """Of everybody who was ever a member."""
        self.owners = 0
        """How many of the members are owners."""
        self.invitations: dict[str, Invitation] = {}
        self.revoked: dict[str, None] = {}
        """Ids that are void for ever."""
        self.removed: dict[str, int] = {}
        """Accounts that somebody else removed, to the version of that entry."""
        self.chat: deque[Line] = deque(maxlen=CHAT_MAX)

    def role_of(self, account: str) -> Role | None:
        """The account's role at this moment; None: not a member."""
        return self.members.get(account)


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
    if role == "owner" and state.owners == 1:
        return Rejected("last_owner")
    return Accepted([RoleSet(command.member, command.role)])


def _remove(state: Membership, command: RemoveMember, context: Context) -> Decision:
    if context.role != "owner" and command.member != context.account:
        return Rejected("forbidden")
    role = state.members.get(command.member)
    if role is None:
        return Rejected("unknown_member")
    if role == "owner" and state.owners == 1:
        return Rejected("last_owner")
    return Accepted([MemberRemoved(command.member)])


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
    text = clean_text(command.text, CHAT_TEXT_MAX)
    if text is None:
        return Rejected("bad_command", {"text": "text"})
    return Accepted([Said(text)])


def _why_not(state: Membership, command: EnterRoom, now: int) -> str | None:
    """Why the invitation of `command` does not let the account in; None: it does (MB12)."""
    invitation = state.invitations.get(command.invitation or "")
    if invitation is None:
        return "unknown"
    if invitation.expires is not None and invitation.expires <= now:
        return "expired"
    if invitation.uses == 0:
        return "used_up"
    if state.removed.get(command.member, -1) >= invitation.version:
        return "removed"
    return None


def _enter(state: Membership, command: EnterRoom, context: Context) -> Decision:
    """MB10 to MB13: by an invitation, or as a member already."""
    name = clean_name(command.name)
    if name is None:
        return Rejected("bad_command", {"text": "name"})
    member = command.member
    role = state.members.get(member)
    if role is None and command.invitation is None:
        return Rejected("not_found")
    reason = None if command.invitation is None else _why_not(state, command, context.now)
    if command.invitation is not None and reason is None:
        offered = state.invitations[command.invitation].role
        if role is None or _RANK[offered] > _RANK[role]:
            if role is None and len(state.members) >= MEMBERS_MAX:
                return _limit("MEMBERS_MAX", MEMBERS_MAX)
            if member not in state.names and len(state.names) >= PEOPLE_MAX:
                return _limit("PEOPLE_MAX", PEOPLE_MAX)
            return Accepted([MemberJoined(member, name, offered, command.invitation)])
    if role is None:
        return Rejected("unknown_invitation", {"reason": reason})
    if state.names[member] != name:
        return Accepted([MemberRenamed(member, name)])
    return Rejected("nothing_changes")


_DECIDERS: dict[type, Callable[[Membership, Any, Context], Decision]] = {
    RenameRoom: _rename,
    SetReadOnly: _set_read_only,
    SetRole: _set_role,
    RemoveMember: _remove,
    CreateInvitation: _create_invitation,
    RevokeInvitation: _revoke_invitation,
    RotateInvitation: _rotate_invitation,
    Say: _say,
}


def _decide(state: Membership, command: Struct, context: Context) -> Decision:
    """Rights are those of the state, not of `context.role`: a member who is gone may nothing."""
    if isinstance(command, EnterRoom):
        return _enter(state, command, context) if not context.account else Rejected("forbidden")
    decide = _DECIDERS.get(type(command))
    if decide is None:
        return Rejected("bad_command")
    role = state.members.get(context.account)
    if role is None:
        return Rejected("not_found")
    if role not in MAY[str(command.__struct_config__.tag)]:
        return Rejected("forbidden")
    return decide(state, command, context)


# --- apply


def _opened(state: Membership, event: RoomOpened, stamp: Stamp) -> None:
    state.name = event.name
    state.members[event.owner] = "owner"
    state.names[event.owner] = event.owner_name
    state.owners = 1


def _renamed(state: Membership, event: RoomRenamed, stamp: Stamp) -> None:
    state.name = event.name


def _read_only_set(state: Membership, event: ReadOnlySet, stamp: Stamp) -> None:
    state.read_only = event.on


def _joined(state: Membership, event: MemberJoined, stamp: Stamp) -> None:
    _put(state, event.member, event.role)
    state.names[event.member] = event.name
    state.removed.pop(event.member, None)
    if event.invitation is not None:
        invitation = state.invitations[event.invitation]
        if invitation.uses is not None:
            state.invitations[event.invitation] = invitation._replace(uses=invitation.uses - 1)


def _put(state: Membership, member: str, role: Role | None) -> None:
    """The one place that changes a role; None: no longer a member."""
    state.owners += (role == "owner") - (state.members.get(member) == "owner")
    if role is None:
        del state.members[member]
    else:
        state.members[member] = role


def _member_renamed(state: Membership, event: MemberRenamed, stamp: Stamp) -> None:
    state.names[event.member] = event.name


def _role_set(state: Membership, event: RoleSet, stamp: Stamp) -> None:
    _put(state, event.member, event.role)


def _removed(state: Membership, event: MemberRemoved, stamp: Stamp) -> None:
    _put(state, event.member, None)
    if stamp.by != event.member:
        state.removed[event.member] = stamp.version


def _invitation_created(state: Membership, event: InvitationCreated, stamp: Stamp) -> None:
    state.invitations[event.id] = Invitation(
        event.role, event.expires, event.uses, stamp.by, stamp.version
    )


def _invitation_revoked(state: Membership, event: InvitationRevoked, stamp: Stamp) -> None:
    del state.invitations[event.id]
    state.revoked[event.id] = None


def _said(state: Membership, event: Said, stamp: Stamp) -> None:
    state.chat.append(Line(stamp.version, stamp.at, stamp.by, event.text))


_APPLIERS: dict[type, Callable[[Membership, Any, Stamp], None]] = {
    RoomOpened: _opened,
    RoomRenamed: _renamed,
    ReadOnlySet: _read_only_set,
    MemberJoined: _joined,
    MemberRenamed: _member_renamed,
    RoleSet: _role_set,
    MemberRemoved: _removed,
    InvitationCreated: _invitation_created,
    InvitationRevoked: _invitation_revoked,
    Said: _said,
}


def _apply(state: Membership, event: Any, stamp: Stamp) -> None:
    _APPLIERS[type(event)](state, event, stamp)


# --- snapshot, restore, view


def _initial(_settings: Any) -> Membership:
    return Membership()


def _snapshot(state: Membership) -> dict[str, Any]:
    return {
        "name": state.name,
        "read_only": state.read_only,
        "members": dict(state.members),
        "names": dict(state.names),
        "invitations": dict(state.invitations),
        "revoked": list(state.revoked),
        "removed": dict(state.removed),
        "chat": list(state.chat),
    }


def _restore(data: Any) -> Membership:
    state = Membership()
    state.name = data["name"]
    state.read_only = data["read_only"]
    state.members.update(data["members"])
    state.names.update(data["names"])
    state.owners = sum(role == "owner" for role in state.members.values())
    state.invitations.update((id_, Invitation(*row)) for id_, row in data["invitations"].items())
    state.revoked.update(dict.fromkeys(data["revoked"]))
    state.removed.update(data["removed"])
    state.chat.extend(Line(*row) for row in data["chat"])
    return state


def _view(state: Membership) -> dict[str, Any]:
    """MB1. Of invitations everything but the links' secrets, which are not in the state."""
    names = state.names
    return {
        "name": state.name,
        "read_only": state.read_only,
        "members": {a: {"name": names[a], "role": role} for a, role in state.members.items()},
        "names": dict(names),
        "invitations": [
            {"id": id_, "role": i.role, "expires": i.expires, "uses": i.uses, "by": i.by}
            for id_, i in state.invitations.items()
        ],
        "chat": [line._asdict() for line in state.chat],
    }


MEMBERSHIP: RoomKind[Membership] = RoomKind(
    name="membership",
    settings=NoSettings,
    command=CommonCommand,
    event=CommonEvent,
    presence=NoSettings,
    initial=_initial,
    decide=_decide,
    apply=_apply,
    snapshot=_snapshot,
    restore=_restore,
    view=_view,
    may=MAY,
)
"""Not in the catalogue: it is a part of every room, not a kind of room."""
