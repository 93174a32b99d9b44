"""Drafts on real servers that die: whoever was on the clock gets back what nobody could use."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.heartbeats import GAP_MS, OutageRow
from storage.migrate import migrate
from storage.postgres_connection import PostgresOptions, connect, let_go
from storage.sqlite_files import connect as connect_file
from tests.support.client import Client, client
from tests.support.drafts import pool_of
from tests.support.eventually import eventually
from tests.support.postgres_server import PostgresServer
from tests.support.server_process import ServerProcess, server_process
from tests.support.two_servers import address, asked, guest, servers

LEAST_MS = 10_000


async def begun(server: ServerProcess, token: str, stack_client: Client, **clock: Any) -> str:
    """A draft of two teams, the first of them with a manager, that has begun."""
    settings = {
        "teams": 2,
        "rounds": 2,
        "slots": [{"name": "ANY", "count": 2}],
        "clock": {"grace_ms": 0, **clock},
    }
    body = {"kind": "draft", "name": "Saturday", "settings": settings}
    room = str((await asked(server, token, "POST", "/rooms", body)).json()["id"])
    await stack_client.join(room)
    for command in (
        {"type": "pool.add", "players": pool_of(40)},
        {"type": "seat.claim", "seat": 1},
        {"type": "draft.start"},
    ):
        await stack_client.do(room, command)
    return room


def events(one: Client, room: str, type_: str) -> list[dict[str, Any]]:
    """What a client was told, in order, with the entry's time."""
    return [
        {**event, "at": entry["at"]}
        for _, entry in sorted(one.entries(room).items())
        for event in entry["events"]
        if event["type"] == type_
    ]


@asynccontextmanager
async def drafting(
    server: ServerProcess, **clock: Any
) -> AsyncGenerator[tuple[Client, str, dict[str, Any]]]:
    """A manager, the room of a draft that has begun, and the first turn."""
    token, _ = await guest(server, "Boss")
    async with client(address(server), token) as boss:
        room = await begun(server, token, boss, **clock)
        await boss.until(lambda: bool(events(boss, room, "turn.opened")))
        yield boss, room, events(boss, room, "turn.opened")[0]


async def extensions(boss: Client, room: str, after: int) -> list[dict[str, Any]]:
    """All there were, once there is one after a moment."""

    def there() -> bool:
        changes = events(boss, room, "clock.changed")
        return bool(changes) and changes[-1]["at"] > after

    await boss.until(there, limit_ms=15_000)
    return events(boss, room, "clock.changed")


def outages_in_file(data_dir: Path) -> list[OutageRow]:
    """Of a server that does not run."""
    connection = connect_file(data_dir / "touchline.db", read_only=True)
    try:
        rows = connection.execute("SELECT number, began, ended FROM outage ORDER BY ended")
        return [OutageRow(*row) for row in rows]
    finally:
        connection.close()


async def outages_in(url: str) -> list[OutageRow]:
    connection = await connect(url, PostgresOptions())
    rows = await connection.fetch("SELECT number, began, ended FROM outage ORDER BY ended")
    await let_go(connection)
    return [OutageRow(*row) for row in rows]


def around(found: list[OutageRow], moment: int) -> OutageRow:
    """The outage in which something was killed, of which there is one. On a busy machine there may
    be others, at other times."""
    (here,) = [one for one in found if one.began <= moment < one.ended]
    return here


def in_its_place(turn: dict[str, Any], found: OutageRow, changes: list[dict[str, Any]]) -> None:
    """One of the changes: the time that was left when the outage began, from its end on; at least
    ten seconds."""
    first = [one["at"] for one in changes].index(
        next(one["at"] for one in changes if one["at"] >= found.ended)
    )
    before = {**turn, "at": turn["opened"]} if first == 0 else changes[first - 1]
    left = max(before["deadline"] - max(found.began, before["at"]), LEAST_MS)
    change = changes[first]
    assert change["why"] == "outage"
    assert change["deadline"] == change["at"] + left


def now_ms() -> int:
    return round(time.time() * 1_000)


async def test_CK1_a_turn_gets_back_what_the_only_server_was_away(tmp_path: Path) -> None:
    async with (
        server_process(tmp_path) as server,
        drafting(server, pick_s=90) as (boss, room, turn),
    ):
        await server.kill()
        killed = now_ms()
        await past(killed + 2 * GAP_MS)
        await server.start()
        await boss.back()
        changes = await extensions(boss, room, killed)
        assert events(boss, room, "pick.made") == []
        await server.kill()
    in_its_place(turn, around(outages_in_file(tmp_path), killed + GAP_MS), changes)


async def test_CK1_a_deadline_that_passed_while_the_only_server_was_dead_expires_nobody(
    tmp_path: Path,
) -> None:
    async with server_process(tmp_path) as server, drafting(server, pick_s=2) as (boss, room, turn):
        await server.kill()
        await past(turn["wake"])
        await server.start()
        await boss.back()
        changes = await extensions(boss, room, turn["wake"])
        assert events(boss, room, "pick.made") == []
        # and when that is over too, the draft goes on by itself
        await boss.until(lambda: bool(events(boss, room, "pick.made")), limit_ms=30_000)
        pick = events(boss, room, "pick.made")[0]
        assert (pick["how"], pick["at"] >= changes[-1]["wake"]) == ("auto", True)
        await server.kill()
    found = around(outages_in_file(tmp_path), turn["wake"])
    assert found.began < turn["deadline"]
    in_its_place(turn, found, changes)


async def past(moment: int) -> None:
    """Until the wall clock has passed it: nobody is there who could say so."""

    async def is_past() -> bool:
        return now_ms() > moment

    await eventually(is_past)


@pytest.mark.postgres
async def test_CK2_a_database_that_was_killed_under_deadlines_expires_none_and_extends_all(
    tmp_path: Path, own_postgres: PostgresServer
) -> None:
    """kill -9 of all its processes; three servers, three drafts with clocks that would be over, and
    one with a long one."""
    url = own_postgres.url()
    await migrate(url)
    async with servers(tmp_path, url, names=("one", "two", "three")) as both:
        token, _ = await guest(both[0], "Boss")
        async with client(address(both[0]), token) as boss:
            clocks = [3, 3, 3, 90]
            rooms = [
                await begun(both[number % 3], token, boss, pick_s=pick_s)
                for number, pick_s in enumerate(clocks)
            ]
            turns = [events(boss, room, "turn.opened")[-1] for room in rooms]
            await asyncio.to_thread(own_postgres.kill)
            killed = now_ms()
            await past(max(turn["wake"] for turn in turns[:3]))
            await asyncio.to_thread(own_postgres.start)
            changes = [await extensions(boss, room, killed + GAP_MS) for room in rooms]
            assert [events(boss, room, "pick.made") for room in rooms] == [[]] * 4
            found = around(await outages_in(url), killed + GAP_MS)
        for turn, told in zip(turns, changes, strict=True):
            in_its_place(turn, found, told)


@pytest.mark.postgres
async def test_CK1_a_turn_gets_back_what_the_whole_cluster_was_away(
    tmp_path: Path, postgres_url: str
) -> None:
    async with (
        servers(tmp_path, postgres_url) as both,
        drafting(both[0], pick_s=90) as (boss, room, turn),
    ):
        await asyncio.gather(*(server.kill() for server in both))
        killed = now_ms()
        await past(killed + 2 * GAP_MS)
        await asyncio.gather(*(server.start() for server in both))
        boss.url = address(both[1])
        await boss.back()
        changes = await extensions(boss, room, killed)
        in_its_place(turn, around(await outages_in(postgres_url), killed + GAP_MS), changes)
