"""Backup, damage, restore, by the commands of README.md, with members connected: what each of them
saw. `-s` shows the tables."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.room_log import RoomLog
from storage.room_log_postgres import PostgresRoomLog
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.client import client
from tests.support.drill_member import DrillMember, table
from tests.support.eventually import eventually
from tests.support.handbook import checkout, commands, environment, run_block
from tests.support.node_clients import NodeClients, node_clients
from tests.support.postgres_server import PostgresServer
from tests.support.room_writer import every_record
from tests.support.server_process import ServerProcess, server_process
from tests.support.two_servers import address, asked, guest, servers

SQLITE_BACKUP, SQLITE_RESTORE, POSTGRES_BACKUP, POSTGRES_RESTORE = range(4)
"""The shell blocks below the heading, in their order."""
_TOKEN = re.compile(rb"o_(?:ana|ben|cem)\d{6}")


def block(which: int) -> str:
    found = commands("## Backups")
    assert len(found) == 4, "this drill follows the guide as it was; look at both"
    return found[which]


class Drill:
    """The members, and the board they are in."""

    def __init__(self, room: str, members: Sequence[DrillMember]) -> None:
        self.room, self.members = room, list(members)
        self.ana, self.ben, self.cem = members
        self.running: list[asyncio.Task[None]] = []

    async def eventually(self, holds: Callable[[], bool]) -> None:
        """Waits for it; a member that went wrong says so itself."""

        async def held() -> bool:
            for task in self.running:
                if task.done():
                    task.result()
            return holds()

        await eventually(held)

    async def accepted(self, more: int) -> None:
        """Both writers have had so many more commands accepted."""
        writers = [one for one in self.members if one.writes]
        wanted = {one.name: one.accepted + more for one in writers}

        def enough() -> bool:
            return all(one.accepted >= wanted[one.name] for one in writers)

        await self.eventually(enough)

    def rest(self, resting: bool) -> None:
        """Nobody begins another command, or everybody who writes does."""
        for one in self.members:
            one.resting = resting

    async def over(self) -> None:
        """Nobody writes any more, everything has ended, all are where the last entry is."""
        self.rest(True)

        def quiet() -> bool:
            at = {one.one.position(self.room) for one in self.members if one.live}
            unanswered = sum(one.unanswered for one in self.members)
            return all(one.live for one in self.members) and len(at) == 1 and unanswered == 0

        await self.eventually(quiet)

    async def told_anew(self) -> None:
        """Every member is live in another generation."""

        def told() -> bool:
            return all(one.live and one.told_anew for one in self.members)

        await self.eventually(told)

    def judge(self, restored: set[str], unsent: dict[str, int]) -> None:
        """What every member must have seen."""
        print("\n" + table(self.members))  # noqa: T201 - what the drill is for
        for one in self.members:
            seen = one.seen()
            assert seen.restored == [restored], (
                f"{one.name}: told once, and shown what was restored"
            )
            assert seen.vanished == set(), f"{one.name}: nothing vanishes without a word"
            assert seen.taken_back, f"{one.name}: had seen more than the backup holds"
            assert one.unanswered == 0
            assert set(seen.refused) <= {"session_expired"}, f"{one.name}: {seen.refused}"
            assert seen.shown >= restored
            if one.name in unsent:
                assert seen.refused["session_expired"] >= 1
        assert len({frozenset(one.seen().shown) for one in self.members}) == 1


@asynccontextmanager
async def drill(nodes: Sequence[ServerProcess]) -> AsyncGenerator[Drill]:
    """Ana and Ben write, Cem only looks; on whichever nodes there are."""
    token, _ = await guest(nodes[0], "Boss")
    body = {"kind": "board", "name": "Ours"}
    room = str((await asked(nodes[0], token, "POST", "/rooms", body)).json()["id"])
    async with AsyncExitStack() as stack:
        members: list[DrillMember] = []
        for number, name in enumerate(("ana", "ben", "cem")):
            url = address(nodes[number % len(nodes)])
            one = await stack.enter_async_context(client(url, token, room))
            members.append(DrillMember(name, one, room, writes=name != "cem"))
        drilled = Drill(room, members)
        drilled.running = running = [asyncio.create_task(one.run()) for one in members]
        try:
            yield drilled
        finally:
            for task in running:
                task.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
        assert not [one for one in ended if not isinstance(one, asyncio.CancelledError)], ended


@asynccontextmanager
async def page(
    server: ServerProcess, drilled: Drill
) -> AsyncGenerator[tuple[NodeClients, Callable[[], Awaitable[dict[str, Any]]]]]:
    """Dora, in the client of pages; `look` answers once she shows all there is."""
    async with node_clients() as clients:
        url = f"ws://localhost:{server.ws_port}/ws"
        token = drilled.ana.one.token
        await clients.ask("dora", "open", url=url, token=token, subprotocol="json", storage="dora")
        await clients.ask("dora", "join", room=drilled.room)
        await clients.ask("dora", "until", status="live", phase="live")

        async def look() -> dict[str, Any]:
            version = drilled.ana.one.position(drilled.room).version
            return await clients.ask("dora", "until", status="live", pending=0, version=version)

        yield clients, look


async def tokens(log: RoomLog, room: str) -> set[str]:
    """What the database holds now."""
    try:
        return {one.decode() for one in _TOKEN.findall(b"\n".join(await every_record(log, room)))}
    finally:
        await log.close()


async def carried_out(
    drilled: Drill,
    run: Callable[[str], Awaitable[str]],
    *,
    backup: str,
    damage: Callable[[], Awaitable[None]],
    restore: str,
    kept: Callable[[], Awaitable[RoomLog]],
    start: Callable[[], Awaitable[None]],
) -> None:
    """The drill, from the first word to the last. `damage` leaves no server running."""
    await drilled.accepted(10)
    await run(backup)
    await drilled.accepted(10)
    await damage()
    unsent = {one.name: await one.add() for one in (drilled.ben, drilled.cem)}
    await run(restore)
    restored = await tokens(await kept(), drilled.room)
    assert restored
    drilled.rest(True)  # whoever comes back first must not write before the last has looked
    await start()
    await drilled.told_anew()
    drilled.rest(False)
    await drilled.accepted(5)
    await drilled.over()
    drilled.judge(restored, unsent)
    assert "sound" in await run(".venv/bin/touchline db verify\n")


async def test_OP31_what_members_see_of_a_restore_on_sqlite(tmp_path: Path) -> None:
    """The file is cut under the running server."""
    folder, database = checkout(tmp_path), tmp_path / "data" / "touchline.db"

    async def run(lines: str) -> str:
        return await asyncio.to_thread(run_block, lines, folder, environment())

    async with (
        server_process(folder / "data") as server,
        drill([server]) as drilled,
        page(server, drilled) as (clients, look),
    ):

        async def damage() -> None:
            os.truncate(database, database.stat().st_size // 2)
            await server.stop()
            # what the write-ahead log had still held was put back as it ended: all, on a slow disk
            os.truncate(database, database.stat().st_size // 2)
            unsent = {"type": "chat.say", "text": "of a page"}
            await clients.ask("dora", "submit", commands=[unsent])
            with pytest.raises(AssertionError, match="problems"):
                await run(".venv/bin/touchline db verify\n")

        await carried_out(
            drilled,
            run,
            backup=block(SQLITE_BACKUP),
            damage=damage,
            restore=block(SQLITE_RESTORE),
            kept=lambda: SqliteRoomLog.open(database),
            start=server.start,
        )
        seen = await look()
        kept = [(one["code"], one["command"]["text"]) for one in seen["unsaved"]]
        assert kept == [("session_expired", "of a page")], "she is asked what becomes of it"
        heard = (await clients.ask("dora", "told"))["heard"]
        starts = [detail for name, detail in heard if name == "reset"]
        assert starts.count({"newGeneration": True}) == 1, "a page says so by itself (CL28)"
        assert set(seen["view"]["objects"]) == drilled.cem.seen().shown
    aside = list(database.parent.glob("touchline.db.before-restore-1"))
    assert aside, "what was there is set aside, as the guide says"


@pytest.mark.postgres
async def test_LG27_what_members_see_of_a_restore_on_postgres(
    tmp_path: Path, own_postgres: PostgresServer
) -> None:
    """A table is dropped under two running nodes."""
    folder, url = checkout(tmp_path), own_postgres.url()

    async def run(lines: str) -> str:
        environ = environment(own_postgres.binaries, TOUCHLINE_DATABASE=url)
        return await asyncio.to_thread(run_block, lines, folder, environ)

    async with servers(folder, url) as nodes, drill(nodes) as drilled:

        async def damage() -> None:
            await run('psql "$TOUCHLINE_DATABASE" -c "DROP TABLE run CASCADE"\n')
            for node in nodes:
                await node.stop()

        async def start() -> None:
            for node in nodes:
                await node.start()

        await carried_out(
            drilled,
            run,
            backup=block(POSTGRES_BACKUP),
            damage=damage,
            restore=block(POSTGRES_RESTORE),
            kept=lambda: PostgresRoomLog.open(url),
            start=start,
        )
