"""Rooms of a team, played at random: the rules against MB24 to MB28 written once more in another
way, against their own snapshots, and against the client's model."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from protocol.membership import EnterRoom, Role, TeamRole
from server.rules.kind import Accepted
from server.rules.membership import MEMBERSHIP
from server.rules.membership_state import RANK
from server.rules.rights import ROLES
from tests.support.memberships import OLGA, PlayedRoom, account
from tests.support.node import run_node

ROOMS = 40
TURNS = 120
PEOPLE = (OLGA, *(account(name) for name in ("ann", "ben", "cora", "dan")))


def more(one: Role | None, other: Role | None) -> Role | None:
    """The higher of two roles, either of which may be none."""
    if one is None or other is None:
        return one or other
    return one if RANK[one] >= RANK[other] else other


@dataclass
class Person:
    """What is known of somebody, in other terms than the state's."""

    own: Role | None = None
    given: Role | None = None
    """By the team; None: the team has no part in it."""
    set_to: Role | None = None
    """By an owner, since the team has had a part in it."""
    barred: bool = False

    @property
    def role(self) -> Role | None:
        if self.given is None:
            return self.own
        return self.set_to or more(self.own, self.given)

    def team_offers(self, role: Role, *, at_the_door: bool, ownerless: bool = False) -> None:
        if self.role is None:
            if at_the_door and (not self.barred or (ownerless and role == "owner")):
                self.given, self.barred = role, False
        elif self.set_to is None and (
            more(self.role, role) != self.role or (self.given is not None and not at_the_door)
        ):
            self.given = role

    def team_is_over(self) -> None:
        if self.given is not None and self.own is not None:
            self.own = self.set_to or self.own
        self.given = self.set_to = None

    def owner_sets(self, role: Role) -> None:
        if self.given is not None:
            self.set_to = role
        if self.given is None or self.own is not None:
            self.own = role

    def invitation_gives(self, role: Role) -> None:
        if more(self.role, role) != self.role:
            self.own = role
            self.set_to = role if self.set_to is not None else None
            self.barred = False


@dataclass
class PlayedTeam:
    """One room, its rules and what they should come to."""

    chance: Random
    room: PlayedRoom = field(default_factory=PlayedRoom)
    people: dict[str, Person] = field(default_factory=lambda: {one: Person() for one in PEOPLE})
    turns: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    seen: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.people[OLGA].own = "owner"

    def turn(self) -> None:
        """Something that somebody, the system or the team does, likely or not."""
        member, role = self.chance.choice(PEOPLE), self.chance.choice(ROLES)
        person = self.people[member]
        match self.chance.randrange(6):
            case 0:
                ownerless = all(one.role != "owner" for one in self.people.values())
                self.seen["ownerless and barred"] += ownerless and person.barred
                person.team_offers(role, at_the_door=True, ownerless=ownerless)
                self.say("", EnterRoom(member, "Name", team=role))
            case 1:
                person.team_offers(role, at_the_door=False)
                self.say("", TeamRole(member, "Name", role))
            case 2:
                person.team_is_over()
                self.say("", TeamRole(member, "Name", None))
            case 3:
                if self.say(self.owner(), {"type": "member.role", "member": member, "role": role}):
                    person.owner_sets(role)
            case 4:
                by = self.chance.choice((self.owner(), member))
                if self.say(by, {"type": "member.remove", "member": member}):
                    self.people[member] = Person(barred=by != member)
            case _:
                link = f"i_{self.room.version:011d}"
                made = {"type": "invitation.create", "id": link, "role": role, "uses": 1}
                if self.say(self.owner(), made):
                    person.invitation_gives(role)
                    self.say("", EnterRoom(member, "Name", link))
                self.say(self.owner(), {"type": "invitation.revoke", "id": link})

    def owner(self) -> str:
        """Some owner, while there is one; else whoever: it is refused."""
        owners = [one for one, role in self.room.state.members.items() if role == "owner"]
        return self.chance.choice(owners or [OLGA])

    def say(self, by: str, said: Any) -> bool:
        """Whether it was accepted, and applied."""
        decision = self.room.decide(by, said)
        if not isinstance(decision, Accepted):
            self.seen[decision.code] += 1
            return False
        self.room.apply(decision.events, by)
        events = msgspec.json.decode(msgspec.json.encode(list(decision.events)))
        self.seen.update(event["type"] for event in events)
        entry = {"v": self.room.version, "at": self.room.now, "by": by, "events": events}
        self.turns.append({"entry": entry, "view": self.room.view()})
        return True

    def check(self) -> None:
        """What must hold after every turn."""
        state = self.room.state
        expected = {one: person.role for one, person in self.people.items() if person.role}
        assert dict(state.members) == expected, self.turns[-1]
        by_team = {one for one, person in self.people.items() if person.given}
        assert set(state.team) == by_team, self.turns[-1]
        assert state.owners == sum(role == "owner" for role in expected.values())
        kept = msgspec.json.encode(MEMBERSHIP.snapshot(state))
        restored = MEMBERSHIP.restore(msgspec.json.decode(kept))
        assert msgspec.json.encode(MEMBERSHIP.snapshot(restored)) == kept


def a_room(seed: int, seen: Counter[str]) -> dict[str, Any]:
    """One room, played."""
    played = PlayedTeam(Random(seed))
    view = played.room.view()
    for _ in range(TURNS):
        played.turn()
        played.check()
    seen.update(played.seen)
    return {"view": view, "turns": played.turns}


def test_MB24_MB25_MB26_MB27_MB28_MB23_random_rooms_come_to_what_is_written_everywhere() -> None:
    seen = Counter[str]()
    rooms = "\n".join(json.dumps(a_room(seed, seen)) for seed in range(ROOMS))
    done = run_node("tests/js/replay_membership.mjs", said=rooms)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:3] == []
    assert found["entries"] > 1_000  # a comparison of nothing would be right as well
    for what in ("member.joined", "member.role_set", "member.removed", "member.left_team"):
        assert seen[what] > 100, what
    for what in ("not_found", "nothing_changes", "unknown_member"):
        assert seen[what] > 50, what
    assert seen["ownerless and barred"] > 5
