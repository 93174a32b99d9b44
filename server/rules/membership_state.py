"""What every room remembers of its people: members and roles, who came by the team, invitations,
chat; its snapshot and its view.

Must not decide anything, nor know how events change it (membership_apply.py). SPEC: MB1, MB5,
MB24.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from protocol.membership import LinkRole, Role
from server.rules.rights import ROLES

PEOPLE_SHOWN = 200
"""Members of a crowd's room up to which all are shown to all."""
CHAT_MAX = 200
"""Lines of chat in the state. Older ones stay in history."""

RANK: dict[str, int] = {role: -place for place, role in enumerate(ROLES)}
"""Roles compared: the higher may more."""


class Invitation(NamedTuple):
    """One link, without its secret."""

    role: LinkRole
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


class TeamPlace(NamedTuple):
    """What the room knows of a member whom the team let in, or gave a higher role."""

    own: Role | None
    """The role without the team, as the room's creator or by an invitation; None: the team alone
    let this member in."""
    kept: bool
    """An owner of the room has set the role: the team's own does not change it (MB26)."""


class Membership:
    """Who may do what in one room. Every account in `members` is in `names` too, every one in
    `team` in `members`."""

    __slots__ = (
        "chat",
        "invitations",
        "members",
        "muted",
        "name",
        "names",
        "owners",
        "read_only",
        "removed",
        "revoked",
        "team",
    )

    def __init__(self) -> None:
        self.name = ""
        self.read_only = False
        self.members: dict[str, Role] = {}
        self.names: dict[str, str] = {}
        """Of everybody who was ever a member."""
        self.owners = 0
        """How many of the members are owners."""
        self.team: dict[str, TeamPlace] = {}
        """Members who have their place or their role by the team."""
        self.invitations: dict[str, Invitation] = {}
        self.revoked: dict[str, None] = {}
        """Ids that are void for ever."""
        self.removed: dict[str, int] = {}
        """Accounts that somebody else removed, to the version of that entry."""
        self.chat: deque[Line] = deque(maxlen=CHAT_MAX)
        self.muted: dict[str, int | None] = {}
        """Who says nothing in the chat, until when; None: until it is lifted. Also of those who
        are gone, so that coming back changes nothing."""

    def role_of(self, account: str) -> Role | None:
        """The account's role at this moment; None: not a member."""
        return self.members.get(account)

    def owns_by_team(self, account: str) -> bool:
        """Whether the account is an owner only because a team says so (MB30)."""
        place = self.team.get(account)
        return (
            self.members.get(account) == "owner"
            and place is not None
            and place.own != "owner"
            and not place.kept
        )

    def team_gives_more(self, account: str, role: Role) -> bool:
        """Whether a team in which the account has `role` by default would let it in here, or give
        it a higher role than it has."""
        present = self.members.get(account)
        if present is None:
            # a room without owners is never lost to the team's (MB28)
            return account not in self.removed or (role == "owner" and not self.owners)
        place = self.team.get(account)
        return RANK[role] > RANK[present] and not (place is not None and place.kept)


def initial(_settings: Any) -> Membership:
    """A room of which nothing has happened yet."""
    return Membership()


def snapshot(state: Membership) -> dict[str, Any]:
    """Everything, as plain parts of the state."""
    muted = {"muted": dict(state.muted)} if state.muted else {}
    return muted | {
        "name": state.name,
        "read_only": state.read_only,
        "members": dict(state.members),
        "names": dict(state.names),
        "team": dict(state.team),
        "invitations": dict(state.invitations),
        "revoked": list(state.revoked),
        "removed": dict(state.removed),
        "chat": list(state.chat),
    }


def restore(data: Any) -> Membership:
    """From what `snapshot` gave, or rules before, which knew no teams (1) and muted nobody (3)."""
    state = Membership()
    state.name = data["name"]
    state.read_only = data["read_only"]
    state.members.update(data["members"])
    state.names.update(data["names"])
    state.owners = sum(role == "owner" for role in state.members.values())
    state.team.update((account, TeamPlace(*row)) for account, row in data.get("team", {}).items())
    state.invitations.update((id_, Invitation(*row)) for id_, row in data["invitations"].items())
    state.revoked.update(dict.fromkeys(data["revoked"]))
    state.removed.update(data["removed"])
    state.chat.extend(Line(*row) for row in data["chat"])
    state.muted.update(data.get("muted", {}))
    return state


def view(state: Membership) -> dict[str, Any]:
    """MB1. Of invitations everything but the links' secrets, which are not in the state."""
    return _view(state, state.members, state.names)


def _view(state: Membership, members: Iterable[str], named: Iterable[str]) -> dict[str, Any]:
    muted = {"muted": dict(state.muted)} if state.muted else {}
    return muted | {
        "name": state.name,
        "read_only": state.read_only,
        "members": {account: _shown(state, account) for account in members},
        "names": {account: state.names[account] for account in named},
        "invitations": [
            {"id": id_, "role": i.role, "expires": i.expires, "uses": i.uses, "by": i.by}
            for id_, i in state.invitations.items()
        ],
        "chat": [line._asdict() for line in state.chat],
    }


def is_crowd(state: Membership) -> bool:
    """Whether there are too many for everybody to be told of everybody."""
    return len(state.members) > PEOPLE_SHOWN


def view_of_crowd(state: Membership) -> dict[str, Any]:
    """FX2: the view; of a crowd with those members alone who may do more than look, and with the
    names of those and of whoever has said something."""
    if not is_crowd(state):
        return view(state)
    acting = [one for one, role in state.members.items() if role in {"owner", "editor"}]
    acting = acting[:PEOPLE_SHOWN]
    named = {*acting, *(line.by for line in state.chat)} & state.names.keys()
    return _view(state, acting, sorted(named)) | {"partial": True, "count": len(state.members)}


def _shown(state: Membership, account: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": state.names[account], "role": state.members[account]}
    if account in state.team:
        shown["team"] = True
    return shown
