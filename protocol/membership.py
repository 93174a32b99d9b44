"""Commands and events that every room has, whatever its kind: members, roles, invitations, chat,
settings (SPEC: MB)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from protocol.identifiers import AccountIdField, VersionField

Role = Literal["owner", "editor", "annotator", "viewer"]
LinkRole = Literal["owner", "editor", "annotator", "viewer", "watch"]
"""What a link gives: a role in the room, or to watch from outside and never to come in (MB31)."""
NameField = Annotated[str, Meta(min_length=1, max_length=64)]
InvitationIdField = Annotated[str, Meta(pattern=r"^i_[A-Za-z0-9_-]{11}$", max_length=13)]
"""`i_` and 11 characters of base64url (64 random bits), drawn by whoever makes the command. Not
the link's secret."""
TimeField = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


class RenameRoom(_Command, frozen=True, tag="room.rename"):
    """Owner: a new name."""

    name: NameField


class SetReadOnly(_Command, frozen=True, tag="room.read_only"):
    """Owner: nobody but owners may change anything while it is on."""

    on: bool


class SetRole(_Command, frozen=True, tag="member.role"):
    """Owner: another role for a member."""

    member: AccountIdField
    role: Role


class RemoveMember(_Command, frozen=True, tag="member.remove"):
    """Owner: takes a member out, at once, on every connection; also oneself (leave for good)."""

    member: AccountIdField


class CreateInvitation(_Command, frozen=True, tag="invitation.create"):
    """Owner: a link that gives `role`. `expires` in ms of log time; `uses` left, or unlimited."""

    id: InvitationIdField
    role: LinkRole
    expires: TimeField | None = None
    uses: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class RevokeInvitation(_Command, frozen=True, tag="invitation.revoke"):
    """Owner: the link is void. Members who came by it stay."""

    id: InvitationIdField


class RotateInvitation(_Command, frozen=True, tag="invitation.rotate"):
    """Owner: the link is void and `new` takes its place with the same role, expiry and uses."""

    id: InvitationIdField
    new: InvitationIdField


class Say(_Command, frozen=True, tag="chat.say"):
    """Anybody who may see the room: a line of chat."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class RemoveLine(_Command, frozen=True, tag="chat.remove"):
    """Owners: takes a line out of the chat. `v`: the version of the entry in which it was said."""

    v: VersionField


class Mute(_Command, frozen=True, tag="chat.mute"):
    """Owners: this member says nothing in the chat. `until`: log time in ms; null: until it is
    lifted."""

    member: AccountIdField
    until: TimeField | None = None


class Unmute(_Command, frozen=True, tag="chat.unmute"):
    """Owners: the member may say something again."""

    member: AccountIdField


CommonCommand = (
    RenameRoom
    | SetReadOnly
    | SetRole
    | RemoveMember
    | CreateInvitation
    | RevokeInvitation
    | RotateInvitation
    | Say
    | RemoveLine
    | Mute
    | Unmute
)


class EnterRoom(_Command, frozen=True, tag="system.enter"):
    """System: the account comes in by an invitation whose link the server has verified, or by the
    team that owns the room, or renews its name."""

    member: AccountIdField
    name: NameField
    invitation: InvitationIdField | None = None
    team: Role | None = None
    """What the team gives the account by default; the server has verified it."""


class TeamRole(_Command, frozen=True, tag="system.team_role"):
    """System: the team that owns the room gives the account another role by default now, or (None)
    the account is not in the team any more. `name` is what it goes by now."""

    member: AccountIdField
    name: NameField
    role: Role | None


class WakeUp(_Command, frozen=True, tag="system.wake"):
    """System: the deadline that the kind asked for has come."""

    deadline: TimeField


class Outage(_Command, frozen=True, tag="system.outage"):
    """System: from `began` to `ended` (log time) nobody could say anything here."""

    began: TimeField
    ended: TimeField


SystemCommand = EnterRoom | TeamRole | WakeUp | Outage


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    pass


class RoomOpened(_Event, frozen=True, tag="room.opened"):
    """The first event of every room. `settings` are the kind's own, validated by it."""

    kind: str
    name: str
    owner: str
    owner_name: str
    settings: dict[str, Any] = {}


class RoomRenamed(_Event, frozen=True, tag="room.renamed"):
    """The room goes by another name."""

    name: str


class ReadOnlySet(_Event, frozen=True, tag="room.read_only_set"):
    """Nobody may change anything any more, or everybody may again."""

    on: bool


class MemberJoined(_Event, frozen=True, tag="member.joined"):
    """An account came in, by an invitation, by the team, or as the owner; or one that was in
    already was given a higher role in the same way."""

    member: str
    name: str
    role: Role
    invitation: str | None = None
    team: bool = False


class MemberRenamed(_Event, frozen=True, tag="member.renamed"):
    """A member goes by another name."""

    member: str
    name: str


class RoleSet(_Event, frozen=True, tag="member.role_set"):
    """A member may do more or less than before. `team`: by what the team gives, not by an owner."""

    member: str
    role: Role
    team: bool = False


class MemberRemoved(_Event, frozen=True, tag="member.removed"):
    """An account is no longer a member."""

    member: str


class MemberLeftTeam(_Event, frozen=True, tag="member.left_team"):
    """An account that had its place or its role by the team is not in the team any more. `role` is
    the one it has without the team; none: it is no longer a member."""

    member: str
    role: Role | None = None


class InvitationCreated(_Event, frozen=True, tag="invitation.created"):
    """A link exists."""

    id: str
    role: LinkRole
    expires: int | None = None
    uses: int | None = None


class InvitationRevoked(_Event, frozen=True, tag="invitation.revoked"):
    """A link is void."""

    id: str


class Said(_Event, frozen=True, tag="chat.said"):
    """A line of chat."""

    text: str


class LineRemoved(_Event, frozen=True, tag="chat.removed"):
    """A line of chat is not in it any more."""

    v: int


class Muted(_Event, frozen=True, tag="chat.muted"):
    """A member says nothing in the chat until then; without `until` until it is lifted."""

    member: str
    until: int | None = None


class Unmuted(_Event, frozen=True, tag="chat.unmuted"):
    """A member may say something again."""

    member: str


CommonEvent = (
    RoomOpened
    | RoomRenamed
    | ReadOnlySet
    | MemberJoined
    | MemberRenamed
    | RoleSet
    | MemberRemoved
    | MemberLeftTeam
    | InvitationCreated
    | InvitationRevoked
    | Said
    | LineRemoved
    | Muted
    | Unmuted
)
