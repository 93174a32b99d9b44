"""Membership without a room: commands are decided, applied and encoded as a log would keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import msgspec
from msgspec import Struct

from protocol.membership import EnterRoom, LinkRole, Role, RoomOpened, TeamRole
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.membership import MEMBERSHIP, open_room
from server.rules.membership_state import Membership

ONE, TWO, THREE = (f"i_{n:011d}" for n in (1, 2, 3))
"""Ids of invitations."""


def account(name: str) -> str:
    return f"a_{name}".ljust(24, "_")


OLGA, NEW = account("olga"), account("new")
OF_ROLE: dict[Role | None, str] = {
    "owner": OLGA,
    "editor": account("edi"),
    "annotator": account("anno"),
    "viewer": account("vera"),
    None: account("nobody"),
}
EDI, VERA, NOBODY = OF_ROLE["editor"], OF_ROLE["viewer"], OF_ROLE[None]


@dataclass
class PlayedRoom:
    """One room, of which only membership is played."""

    state: Membership = field(default_factory=partial(MEMBERSHIP.initial, None))
    version: int = 0
    now: int = 1_000

    def __post_init__(self) -> None:
        opened = open_room("board", "Ours", OLGA, "Olga", {})
        assert isinstance(opened, RoomOpened)
        self.apply([opened], "")

    def apply(self, events: Any, by: str) -> None:
        self.version += 1
        stamp = Stamp(self.version, self.now, by, "client", 1)
        kept = msgspec.json.encode(list(events))
        for event in msgspec.json.decode(kept, type=list[MEMBERSHIP.event]):
            MEMBERSHIP.apply(self.state, event, stamp)

    def decide(self, by: str, command: dict[str, Any] | Struct) -> Decision:
        if isinstance(command, dict):
            command = cast("Struct", msgspec.convert(command, MEMBERSHIP.command))
        context = Context(
            account=by,
            name=by,
            role=self.state.role_of(by) or "viewer",
            client="client",
            seq=1,
            made=self.version,
            now=self.now,
            version=self.version + 1,
            names=self.state.names,
        )
        return MEMBERSHIP.decide(self.state, command, context)

    def do(self, by: str, command: dict[str, Any] | Struct) -> list[dict[str, Any]]:
        decision = self.decide(by, command)
        assert isinstance(decision, Accepted), decision
        self.apply(decision.events, by)
        return msgspec.json.decode(msgspec.json.encode(list(decision.events)))

    def refusal(self, by: str, command: dict[str, Any] | Struct) -> tuple[str, Any]:
        decision = self.decide(by, command)
        assert isinstance(decision, Rejected), decision
        return decision.code, decision.detail

    def enter(self, member: str, invitation: str | None = None, name: str = "Name") -> Any:
        return self.do("", EnterRoom(member, name, invitation))

    def enter_by_team(self, member: str, role: Role, name: str = "Name") -> Any:
        return self.do("", EnterRoom(member, name, team=role))

    def team_refusal(self, member: str, role: Role) -> tuple[str, Any]:
        return self.refusal("", EnterRoom(member, "Name", team=role))

    def team_role(self, member: str, role: Role | None, name: str = "Name") -> Any:
        return self.do("", TeamRole(member, name, role))

    def team_role_refusal(self, member: str, role: Role | None) -> tuple[str, Any]:
        return self.refusal("", TeamRole(member, "Name", role))

    def set_role(self, member: str, role: Role, by: str = OLGA) -> None:
        self.do(by, {"type": "member.role", "member": member, "role": role})

    def remove(self, member: str, by: str = OLGA) -> None:
        self.do(by, {"type": "member.remove", "member": member})

    def entry_refusal(self, member: str, invitation: str | None = None) -> tuple[str, Any]:
        return self.refusal("", EnterRoom(member, "Name", invitation))

    def invite(self, id_: str = ONE, role: LinkRole = "editor", **more: int) -> None:
        self.do(OLGA, {"type": "invitation.create", "id": id_, "role": role, **more})

    def view(self) -> dict[str, Any]:
        return msgspec.json.decode(msgspec.json.encode(MEMBERSHIP.view(self.state)))
