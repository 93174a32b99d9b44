"""Meets for tests: by the rules alone, and over HTTP for pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from protocol.meet import ChangeAll, MeetFile, MeetInfo, MeetSettings, Official, SetOfficial
from server.demo_meet import made_up_meet
from server.readers.meet_file import batches, lacking
from server.rules.kind import Accepted, Context, Decision, Stamp
from server.rules.meet.kind import MEET
from server.rules.meet.state import Meet
from tests.support.browser import Api, Guest

EMPTY = MeetFile(format="touchline.meet", version=1, meet=MeetInfo(name="Meet"))
NAMES = {"chief": "Chief", "rita": "Rita", "stan": "Stan", "carl": "Carl", "ada": "Ada", "vic": "V"}
OFFICES: tuple[Official, ...] = (
    Official(account="rita", office="registrar"),
    Official(account="stan", office="starter"),
    Official(account="carl", office="coach", club="Northside"),
)


class MeetRoom:
    """State and events of a meet; `chief` is its owner."""

    def __init__(self, file: MeetFile | None = None) -> None:
        self.state: Meet = MEET.initial(MeetSettings())
        self.events: list[Any] = []
        self.entries = 0
        self.now = 0
        for batch in batches(lacking(file, EMPTY)) if file else ():
            self.told(batch)

    def decide(self, command: Struct, who: str = "chief") -> Decision:
        role = "owner" if who == "chief" else "viewer"
        context = Context(who, "P", role, "c", 1, 0, self.now, self.entries + 1, NAMES)
        return MEET.decide(self.state, command, context)

    def told(self, command: Struct, who: str = "chief") -> list[str]:
        """The tags of the events of a command, or the code of its refusal."""
        decision = self.decide(command, who)
        if not isinstance(decision, Accepted):
            return [decision.code]
        self.entries += 1
        stamp = Stamp(self.entries, 1_000 * self.entries, who, "c", 1)
        for event in decision.events:
            MEET.apply(self.state, event, stamp)
        self.events += decision.events
        return [str(event.__struct_config__.tag) for event in decision.events]

    def give_offices(self) -> None:
        for one in OFFICES:
            self.told(SetOfficial(one))


def new_meet(api: Api, owner: Guest, file: MeetFile | None = None) -> str:
    """A meet of somebody, empty or with what a file says; returns its id."""
    room = str(api.call("POST", "/rooms", {"kind": "meet", "name": "Evening meet"}, owner)["id"])
    if file is not None:
        for batch in batches(lacking(file, EMPTY)):
            change(api, owner, room, batch)
    return room


_seq = 0


def change(api: Api, owner: Guest, room: str, command: ChangeAll | Struct) -> None:
    """Sends one command."""
    told = msgspec.json.decode(msgspec.json.encode(command))
    api.call("POST", f"/rooms/{room}/commands", {"command": told}, owner)


def the_meet() -> MeetFile:
    return made_up_meet()


def rows(*ranked: Any) -> Sequence[tuple[Any, ...]]:
    return [(one.place, one.athlete, one.value, one.status) for one in ranked]
