"""Two server processes on one PostgreSQL, and accounts with ten connections on each: whoever is let
out is out on all of them within seconds, with the exact close or room event, without any news
between the servers but the database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from protocol.client_events import Refused
from protocol.server_messages import RoomClosed
from tests.support.boards import add, token
from tests.support.client import Client
from tests.support.eventually import eventually
from tests.support.server_process import ServerProcess
from tests.support.two_servers import (
    EACH,
    Crowd,
    asked,
    close_of,
    last_effect,
    logged_in,
    operator_key,
    servers,
    signed_up,
)

pytestmark = pytest.mark.postgres

ENDED = (3000, "invalid_token")
BLOCKED = (3003, "blocked")


@dataclass
class Scene:
    """Olga has an account on the first server, and a team."""

    one: ServerProcess
    two: ServerProcess
    crowd: Crowd
    olga: str
    account: str
    team: str

    async def board(self, owner: str, team: str | None = None) -> str:
        body = {"kind": "board", "name": "Ours", "team": team}
        return (await asked(self.one, owner, "POST", "/rooms", body)).json()["id"]

    async def invited(self, name: str, role: str = "member") -> tuple[str, str]:
        """Somebody with an account on the second server, in the team."""
        path = f"/teams/{self.team}/invitations"
        link = (await asked(self.one, self.olga, "POST", path, {"role": role})).json()["link"]
        person, account = await signed_up(self.two, name)
        await asked(self.two, person, "POST", "/teams/join", {"token": link.partition("=")[2]})
        return person, account


@pytest.fixture
async def scene(tmp_path: Path, postgres_url: str) -> AsyncIterator[Scene]:
    async with servers(tmp_path, postgres_url) as both, AsyncExitStack() as stack:
        olga, account = await signed_up(both[0], "Olga")
        team = (await asked(both[0], olga, "POST", "/teams", {"name": "Club"})).json()["id"]
        yield Scene(both[0], both[1], Crowd(both, stack), olga, account, team)


def is_closed(one: Client) -> bool:
    return one.close_code is not None


def closes(clients: list[Client]) -> set[tuple[int | None, str]]:
    return {(one.close_code, one.close_reason) for one in clients}


async def refused(one: Client, room: str, number: int) -> str:
    """The code with which a command is refused now."""
    outcome = await one.outcome(room, await one.submit(room, add(token(number))))
    assert isinstance(outcome, Refused)
    return outcome.code


async def test_AX3_C9_sessions_end_on_every_server_and_no_others(scene: Scene) -> None:
    room = await scene.board(scene.olga)
    phone = await logged_in(scene.two, "Olga")
    desk = await scene.crowd.come(scene.olga, room)
    phones = await scene.crowd.come(phone, room)
    sessions = (await asked(scene.one, scene.olga, "GET", "/account/sessions")).json()["sessions"]
    (other,) = [one["id"] for one in sessions if not one["current"]]

    async def one_session() -> None:
        await asked(scene.one, scene.olga, "DELETE", f"/account/sessions/{other}")

    await last_effect("one session ended", phones, one_session, is_closed)
    assert closes(phones) == {ENDED}
    assert closes(desk) == {(None, "")}
    assert await desk[0].do(room, add(token(1)))
    for server in (scene.one, scene.two):
        assert await close_of(server, phone) == ENDED

    phone = await logged_in(scene.two, "Olga")
    phones = await scene.crowd.come(phone, room)
    every = desk + phones

    async def everywhere() -> None:
        await asked(scene.two, phone, "POST", "/account/sessions/end", {"all": True})

    await last_effect("logout everywhere", every, everywhere, is_closed)
    assert closes(every) == {ENDED}
    for server in (scene.one, scene.two):
        for gone in (scene.olga, phone):
            assert await close_of(server, gone) == ENDED


async def test_AX3_AX9_C10_accounts_are_blocked_and_closed_on_every_server(scene: Scene) -> None:
    room = await scene.board(scene.olga)
    olgas = await scene.crowd.come(scene.olga, room)
    key = operator_key(scene.one)
    block: dict[str, Any] = {"kind": "account", "value": scene.account, "reason": "noise"}

    async def blocked() -> None:
        await asked(scene.one, key, "POST", "/admin/blocks", block)

    await last_effect("account blocked", olgas, blocked, is_closed)
    assert closes(olgas) == {BLOCKED}
    for server in (scene.one, scene.two):
        assert await close_of(server, scene.olga) == BLOCKED

    ben, account = await signed_up(scene.two, "Ben")
    bens_room = (
        await asked(scene.two, ben, "POST", "/rooms", {"kind": "board", "name": "B"})
    ).json()["id"]
    bens = await scene.crowd.come(ben, bens_room)

    async def closed() -> None:
        path = f"/admin/users/{account}/close"
        await asked(scene.one, key, "POST", path, {"reason": "asked for"})

    await last_effect("account closed by an administrator", bens, closed, is_closed)
    assert closes(bens) == {ENDED}
    for server in (scene.one, scene.two):
        assert await close_of(server, ben) == ENDED


async def known(both: Sequence[ServerProcess], key: str) -> None:
    """Waits until every server has read of the key (AX18)."""

    async def everywhere() -> bool:
        for server in both:
            async with httpx.AsyncClient(base_url=server.url) as http:
                answer = await http.get("/rooms", headers={"authorization": f"Bearer {key}"})
            if answer.status_code != 200:
                return False
        return True

    await eventually(everywhere)


async def test_AX3_AX6_AX7_AX18_A12_a_key_is_rotated_and_revoked_on_every_server(
    scene: Scene,
) -> None:
    room = await scene.board(scene.olga)
    wanted = {"name": "Ticker", "scopes": ["rooms:read", "rooms:write"]}
    made = (await asked(scene.one, scene.olga, "POST", "/keys", wanted)).json()
    path = f"/keys/{made['card']['id']}"
    await known(scene.crowd.both, made["key"])
    old = await scene.crowd.come(made["key"], room)
    own = await scene.crowd.come(scene.olga, room)
    assert await old[-1].do(room, add(token(1)))
    fresh: list[str] = []

    async def rotated() -> None:
        body = {"overlap_h": 0}
        answer = await asked(scene.one, scene.olga, "POST", f"{path}/rotate", body)
        fresh.append(answer.json()["key"])

    await last_effect("key rotated without an overlap", old, rotated, is_closed)
    await known(scene.crowd.both, fresh[0])
    programs = await scene.crowd.come(fresh[0], room)

    async def revoked() -> None:
        await asked(scene.two, scene.olga, "DELETE", path)

    await last_effect("key revoked", programs, revoked, is_closed)
    assert closes(old) == closes(programs) == {ENDED}
    assert closes(own) == {(None, "")}
    for server in (scene.one, scene.two):
        for gone in (made["key"], fresh[0]):
            assert await close_of(server, gone) == ENDED


async def test_TM23_RM18_another_role_in_the_team_and_removal_hold_on_every_server(
    scene: Scene,
) -> None:
    room = await scene.board(scene.olga, scene.team)
    ben, account = await scene.invited("Ben")
    bens = await scene.crowd.come(ben, room)
    assert len(bens) == 2 * EACH
    assert await bens[0].do(room, add(token(1)))
    member = f"/teams/{scene.team}/members/{account}"

    def has(kind: str) -> Callable[[Client], bool]:
        def holds(one: Client) -> bool:
            entries = one.entries(room).values()
            return any(event["type"] == kind for entry in entries for event in entry["events"])

        return holds

    async def lowered() -> None:
        await asked(scene.one, scene.olga, "PATCH", member, {"role": "guest"})

    await last_effect("role lowered in the team", bens, lowered, has("member.role_set"))
    for number, one in enumerate(bens):
        assert await refused(one, room, number) == "forbidden"
        assert one.close_code is None

    async def removed() -> None:
        await asked(scene.one, scene.olga, "DELETE", member)

    await last_effect(
        "removed from the team", bens, removed, lambda one: bool(one.told(RoomClosed))
    )
    for one in bens:
        assert [closed.reason for closed in one.told(RoomClosed)] == ["removed"]
        assert has("member.left_team")(one), "shown the entry that did it"
        assert one.close_code is None, "the connection is good for other rooms"


async def test_TM23_TM27_a_room_that_its_team_loses_is_left_on_every_server(scene: Scene) -> None:
    room = await scene.board(scene.olga)
    ben, _ = await scene.invited("Ben")
    path = f"/rooms/{room}/team"
    await asked(scene.one, scene.olga, "PUT", path, {"team": scene.team})
    bens = await scene.crowd.come(ben, room)
    olgas = await scene.crowd.come(scene.olga, room)

    async def taken_back() -> None:
        await asked(scene.one, scene.olga, "PUT", path, {"team": None})

    await last_effect(
        "room taken back from the team", bens, taken_back, lambda one: bool(one.told(RoomClosed))
    )
    assert not any(one.told(RoomClosed) for one in olgas)
    assert await olgas[-1].do(room, add(token(1)))
    began = time.monotonic()
    await asked(scene.two, scene.olga, "PUT", path, {"team": scene.team})
    await bens[0].join(room)
    assert time.monotonic() - began < 5.0, "in again as soon as the team has it"
