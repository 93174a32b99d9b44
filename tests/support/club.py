"""A team over HTTP, and its people: what tests of teams live in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from server.identity import Identity
from storage.teams import TeamRole
from tests.support.http_side import HttpSide

Person = tuple[Identity, dict[str, str]]


@dataclass
class Club:
    """A team with Olga as its owner, and people of every role."""

    side: HttpSide
    team: str
    people: dict[str, Person] = field(default_factory=dict[str, Person])

    async def ask(self, who: str, method: str, path: str = "", **more: Any) -> httpx.Response:
        """One request about the team."""
        header = self.people[who][1]
        return await self.side.send(method, f"/teams/{self.team}{path}", headers=header, **more)

    async def person(self, name: str) -> Person:
        made = await self.side.account(f"{name}@example.org", name.capitalize())
        self.people[name] = made
        return made

    async def link(self, role: str = "member", **more: Any) -> str:
        """The secret of a new invitation."""
        answer = await self.ask("olga", "POST", "/invitations", json={"role": role, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["link"].partition("#invite=")[2]

    async def join(self, who: str, secret: str) -> httpx.Response:
        header = self.people[who][1]
        return await self.side.send("POST", "/teams/join", json={"token": secret}, headers=header)

    async def joined(self, name: str, role: TeamRole = "member") -> Person:
        """Somebody new in the team."""
        person = await self.person(name)
        first: Any = "admin" if role == "owner" else role
        assert (await self.join(name, await self.link(first))).status_code == 200
        if role == "owner":
            changed = await self.set_role("olga", name, "owner")
            assert changed.status_code == 200
        return person

    async def set_role(self, by: str, whom: str, role: str) -> httpx.Response:
        account = self.people[whom][0].account
        return await self.ask(by, "PATCH", f"/members/{account}", json={"role": role})

    async def remove(self, by: str, whom: str) -> httpx.Response:
        return await self.ask(by, "DELETE", f"/members/{self.people[whom][0].account}")

    async def roles(self) -> dict[str, str]:
        """Name → role of everybody in it."""
        members = (await self.ask("olga", "GET")).json()["members"]
        return {one["name"].lower(): one["role"] for one in members}


async def make_club(side: HttpSide) -> Club:
    """A team that Olga has made."""
    club = Club(side, "")
    _, header = await club.person("olga")
    made = await side.send("POST", "/teams", json={"name": "  Club "}, headers=header)
    assert made.status_code == 201
    assert made.json()["name"] == "Club"
    club.team = made.json()["id"]
    return club


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]
