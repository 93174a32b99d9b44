"""Ghosts on a real PostgreSQL: what is visible and may be taken back, what commits after everybody
has given it up, and clients that stand still in the middle of a statement."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from protocol.codec import JSON
from server.clock import SystemClock
from server.cluster.head_watch import HeadWatch
from server.config import Settings
from server.metrics import Metrics
from server.rooms.directory import Directory
from server.rules.kind import Context, Decision, Rejected
from storage import postgres_appender, standby_proofs
from storage.errors import OutcomeUnknown, StorageUnavailable
from storage.migrate import migrate
from storage.postgres_connection import Connection, PostgresOptions, connect, let_go
from storage.room_log import Appended, Conflict, Outcome, Unknown
from storage.room_log_postgres import PostgresRoomLog
from storage.tables import Asking
from storage.tables_postgres import PostgresTables
from tests.simulation.planted_bugs import BUGS
from tests.support.bare_nodes import node
from tests.support.eventually import eventually
from tests.support.kinds.counting import COUNTING, Count
from tests.support.postgres_server import PostgresServer
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_writer import RoomWriter, every_record
from tests.support.tcp_proxy import TcpProxy, Way, proxied
from tests.support.timeouts import MS

pytestmark = pytest.mark.postgres

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%{what}%'"


@asynccontextmanager
async def shell(url: str) -> AsyncGenerator[Connection]:
    """A session beside the log's, as an administrator would have."""
    connection = await connect(url, PostgresOptions(behind_bouncer=True))
    try:
        yield connection
    finally:
        await let_go(connection)


@dataclass
class Pair:
    """A primary whose commits wait for a standby."""

    primary: PostgresServer
    standby: PostgresServer
    admin: Connection

    async def cut_short(self, what: str) -> None:
        """Ends the wait of a commit for its standby: from here on everybody can see it."""

        async def ended() -> bool:
            rows = await self.admin.fetch(WAITING.format(what=what))
            for (pid,) in rows:
                await self.admin.fetch("SELECT pg_cancel_backend($1)", pid)
            return bool(rows)

        await eventually(ended)

    @contextmanager
    def stalled(self) -> Generator[None]:
        """The standby stands still."""
        self.standby.pause()
        try:
            yield
        finally:
            self.standby.go_on()

    async def synchronous(self) -> bool:
        """Whether the standby is there to be waited for."""
        rows = await self.admin.fetch("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
        return bool(rows)


@pytest.fixture
async def pair(own_postgres: PostgresServer) -> AsyncIterator[Pair]:
    await migrate(own_postgres.url())
    standby = await asyncio.to_thread(PostgresServer.following, own_postgres, "second")
    async with shell(own_postgres.url()) as admin:
        await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
        await admin.execute("SELECT pg_reload_conf()")
        pair = Pair(own_postgres, standby, admin)
        await eventually(pair.synchronous)
        yield pair
    standby.stop()


@pytest.fixture
def short_barrier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby_proofs, "BARRIER_LIMIT_S", 0.3)


# ------------------------------------------------------------ visible, and not durable


@pytest.mark.usefixtures("short_barrier")
async def test_LG25_what_is_visible_and_on_no_standby_is_read_by_nobody(pair: Pair) -> None:
    url = pair.primary.url()
    log, other = await PostgresRoomLog.open(url), await PostgresRoomLog.open(url)
    room = RoomWriter()
    await room.create(log)
    assert await every_record(other, room.room) == [b"created"]
    with pair.stalled():
        wanted = room.append(b"ghost")
        call = asyncio.ensure_future(log.append([wanted]))
        await pair.cut_short("append_runs")
        assert await call == [Unknown()]
        assert await other.heads([room.room]) == {room.room: wanted.head}, "it is visible"
        for reader in (log, other):
            with pytest.raises(StorageUnavailable, match="standby"):
                await reader.read(room.room, 1)
    assert await every_record(other, room.room) == [b"created", b"ghost"]
    await log.close()
    await other.close()


@pytest.mark.usefixtures("short_barrier")
async def test_LG25_what_is_proven_is_read_while_the_standby_stands_still(pair: Pair) -> None:
    """And costs no commit: it has not changed since."""
    log = await PostgresRoomLog.open(pair.primary.url())
    old, new = RoomWriter(), RoomWriter()
    await old.create(log)
    await log.barrier()
    await new.create(log)
    with pair.stalled():
        assert await every_record(log, old.room) == [b"created"]
        with pytest.raises(StorageUnavailable, match="standby"):
            await log.read(new.room, 1)
    assert await every_record(log, new.room) == [b"created"]
    await log.close()


async def test_LG25_without_a_standby_reading_commits_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def barrier(self: object) -> None:
        raise AssertionError(f"{self} commits for whoever reads")

    monkeypatch.setattr(standby_proofs.StandbyProofs, "barrier", barrier)
    log = await PostgresRoomLog.open(postgres_url)
    room = RoomWriter()
    await room.create(log)
    assert await every_record(log, room.room) == [b"created"]
    await log.close()


@pytest.mark.usefixtures("short_barrier")
async def test_LG25_members_of_no_node_see_an_entry_before_its_standby_has_it(pair: Pair) -> None:
    """One writes, another sees the new head, a third opens the room."""
    url = pair.primary.url()
    async with node(url) as here, node(url) as there, node(url) as elsewhere:
        ana, ben = RecordingRecipient("ana"), RecordingRecipient("ben")
        room = await here.directory.create("board", "Ours", ana.identity, {})
        await here.joined(ana, room)
        invited = b'{"type":"invitation.create","id":"i_abcdefghijk","role":"editor"}'
        assert (await here.directory.execute(room, ana.identity, invited)).code is None
        await there.joined(ben, room, invitation="i_abcdefghijk")

        async def level() -> bool:
            await here.heads.look()
            heads = [one.directory.open_rooms[room].position for one in (here, there)]
            return heads[0] == heads[1]

        await eventually(level)
        with pair.stalled():
            said = asyncio.ensure_future(
                here.directory.execute(room, ana.identity, b'{"type":"chat.say","text":"ghost"}')
            )
            await pair.cut_short("append_runs")
            await eventually(lambda: looked(there.heads))
            with pytest.raises(StorageUnavailable, match="standby"):
                await elsewhere.directory.open(room)
            assert "ghost" not in str((ana.messages, ben.messages))
            assert not said.done()
        assert (await said).code is None

        async def shown() -> bool:
            await there.heads.look()
            return "ghost" in str(ben.messages) and "ghost" in str(ana.messages)

        await eventually(shown)


async def looked(heads: HeadWatch) -> bool:
    """Whether the watch has found a room behind."""
    return bool(await heads.look())


async def test_TB7_a_transaction_whose_wait_for_a_standby_was_cut_short_is_unknown(
    pair: Pair,
) -> None:
    tables = await PostgresTables.open(pair.primary.url())

    def work() -> Asking[None]:
        yield "INSERT INTO meta (name, value) VALUES ('ghost', 'x')", ()

    with pair.stalled():
        writing = asyncio.ensure_future(tables.write(work))
        await pair.cut_short("COMMIT")
        with pytest.raises(OutcomeUnknown, match="standby"):
            await writing
    await tables.close()


# ------------------------------------------------------------ commits that come after everything


def by_line(url: str, line: TcpProxy) -> str:
    """The same database, through the proxy."""
    return urlunsplit(urlsplit(url)._replace(netloc=f"postgres@127.0.0.1:{line.port}"))


@asynccontextmanager
async def line_to(url: str) -> AsyncGenerator[TcpProxy]:
    port = urlsplit(url).port
    assert port is not None
    async with proxied(port) as line:
        yield line


@dataclass
class Stranded:
    """An append that is on its way to the server and will get there: its node has given it up."""

    line: TcpProxy
    admin: Connection
    log: PostgresRoomLog
    _from: set[int] = field(default_factory=set[int])
    _way: Way | None = None

    async def append(self, wanted: Any) -> Outcome:
        """What its node was answered."""
        self.line.up.hold()
        call = asyncio.ensure_future(self.log.append([wanted]))

        async def sent() -> bool:
            return self.line.up.kept > 0

        await eventually(sent)
        self._from = self.line.far_ports
        self._way = self.line.strand()
        (outcome,) = await call
        return outcome

    async def land(self) -> None:
        """The server has done what there was to do, whatever that was."""
        assert self._way is not None, "on its way"
        self._way.go_on()

        async def over() -> bool:
            left = "SELECT 1 FROM pg_stat_activity WHERE client_port = ANY ($1::int[])"
            return not await self.admin.fetch(left, [*self._from])

        await eventually(over)


@pytest.fixture
async def stranded(postgres_url: str) -> AsyncIterator[Stranded]:
    async with shell(postgres_url) as admin, line_to(postgres_url) as line:
        # One connection, which has appended before: another would only be asked to prepare the
        # statement, and nothing would come of that.
        log = await PostgresRoomLog.open(
            by_line(postgres_url, line), options=PostgresOptions(append_connections=1)
        )
        yield Stranded(line, admin, log)
        await log.close()


async def test_LG5_what_is_on_its_way_comes_where_nothing_was_written_meanwhile(
    stranded: Stranded,
) -> None:
    """Without this the others prove nothing."""
    log, room = stranded.log, RoomWriter()
    await room.create(log)
    wanted = room.append(b"x")
    assert await stranded.append(wanted) == Unknown()
    await stranded.land()
    assert await every_record(log, room.room) == [b"created", b"x"]


async def test_LG5_a_commit_that_comes_after_the_log_was_read_loses_to_the_copy(
    stranded: Stranded,
) -> None:
    log, room = stranded.log, RoomWriter()
    await room.create(log)
    wanted = room.append(b"x")
    assert await stranded.append(wanted) == Unknown()
    await log.barrier()
    assert (await log.read(room.room, 2)).records == [], "it has not happened"
    assert await log.append([wanted]) == [Appended()]
    await stranded.land()
    assert await every_record(log, room.room) == [b"created", b"x"]


async def test_LG5_a_commit_that_comes_later_still_does_no_harm_to_what_others_wrote(
    stranded: Stranded, postgres_url: str
) -> None:
    other = await PostgresRoomLog.open(postgres_url)
    room = RoomWriter()
    await room.create(stranded.log)
    wanted = room.append(b"x")
    assert await stranded.append(wanted) == Unknown()
    await room.add(other, b"y")
    await stranded.land()
    assert await every_record(other, room.room) == [b"created", b"y"]
    assert await stranded.log.append([wanted]) == [Conflict(room.head)]
    await other.close()


def counting_until(closed_at: float) -> Any:
    """Counts what was said up to a moment of log time, and refuses what comes later."""

    def decide(state: Any, command: Any, context: Context) -> Decision:
        if context.now > closed_at:
            return Rejected("forbidden")
        return COUNTING.decide(state, command, context)

    return replace(COUNTING, decide=decide)


def rooms_of(log: PostgresRoomLog, closed_at: float) -> Directory:
    """A node that is moved by hand: it appends when it is told to, once it was started."""
    return Directory(
        log=log,
        clock=SystemClock(),
        settings=Settings(presence_tick_ms=3_600_000),
        metrics=Metrics(),
        kinds={COUNTING.name: counting_until(closed_at)},
        on_bug=print,
    )


async def refused_and_then_landed(
    stranded: Stranded, postgres_url: str
) -> tuple[list[bytes], tuple[str | None, int | None]]:
    """A node that dies has sent a command's entry; its author asks another, where it is too late by
    now and nothing has happened. Then the entry comes. → What is in the log, and what a third copy
    of the command is answered."""
    log = await PostgresRoomLog.open(postgres_url)
    here, there = rooms_of(stranded.log, float("inf")), rooms_of(log, 0.0)
    there.start()
    ana = RecordingRecipient("ana").identity
    room = await here.create("counting", "Ours", ana, {})
    opened = await here.open(room)
    assert opened is not None
    said = JSON.encode(Count("once"))
    dying = asyncio.ensure_future(here.execute(room, ana, said, client="c-" + "a" * 20, seq=1))
    wanted = await eventually(lambda: prepared(opened))
    assert len(wanted.records) == 1
    assert await stranded.append(wanted) == Unknown()
    ended = await there.execute(room, ana, said, client="c-" + "a" * 20, seq=1, made=1)
    assert ended.code == "forbidden"
    await stranded.land()
    found = await every_record(log, room)
    again = await there.execute(room, ana, said, client="c-" + "a" * 20, seq=1, made=1)
    assert await every_record(log, room) == found
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await there.stop()
    await log.close()
    return found, (again.code, again.version)


async def test_CM7_a_refusal_told_elsewhere_keeps_the_commit_away_that_comes_after_it(
    stranded: Stranded, postgres_url: str
) -> None:
    found, again = await refused_and_then_landed(stranded, postgres_url)
    assert not [one for one in found if b"counted" in one]
    assert (len(found), again) == (2, ("forbidden", 2))


async def test_CM7_without_an_entry_for_the_refusal_it_happens_after_it_was_refused(
    stranded: Stranded, postgres_url: str
) -> None:
    """What the rule is for: the same bug is planted into the simulator."""
    with BUGS["rejections_of_copies_not_recorded"].plant():
        found, _ = await refused_and_then_landed(stranded, postgres_url)
    assert [one for one in found if b"counted" in one]


async def prepared(room: Any) -> Any:
    """What a room that has something to append would append."""
    return room.prepare()


# ------------------------------------------------------------ clients that stand still

SYNC_BYTES = 5
"""The message that ends an implicit transaction."""


async def test_LG24_a_client_that_stops_before_it_ends_its_transaction_does_not_keep_the_room(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its statement is over, so no statement takes too long; and idle it is not."""
    monkeypatch.setattr(postgres_appender, "LOCKED_LIMIT_S", 20_000 * MS)
    other = await PostgresRoomLog.open(postgres_url)
    room = RoomWriter()
    await room.create(other)
    async with shell(postgres_url) as admin, line_to(postgres_url) as line:
        options = PostgresOptions(session=(("transaction_timeout", "500ms"),))
        log = await PostgresRoomLog.open(by_line(postgres_url, line), options=options)
        for _ in range(2 * options.append_connections):
            assert await log.append([room.compare()]) == [Appended()]
        line.up.keeps_last = SYNC_BYTES
        line.up.hold()
        wanted = room.append(b"stopped")
        call = asyncio.ensure_future(log.append([wanted]))

        async def holds() -> bool:
            return bool(
                await admin.fetch(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%append_runs%'"
                    " AND state = 'active' AND wait_event = 'ClientRead'"
                )
            )

        await eventually(holds)
        await room.add(other, b"goes on")
        line.heal()
        assert await call == [Unknown()]
        assert await every_record(other, room.room) == [b"created", b"goes on"]
        await log.close()
    await other.close()


async def test_LG24_a_commit_that_waits_for_its_standby_is_not_ended_with_the_transaction(
    pair: Pair,
) -> None:
    options = PostgresOptions(session=(("transaction_timeout", "200ms"),))
    log = await PostgresRoomLog.open(pair.primary.url(), options=options)
    room = RoomWriter()
    await room.create(log)
    with pair.stalled():
        call = asyncio.ensure_future(log.append([room.append(b"x")]))

        async def has_waited() -> bool:
            return bool(
                await pair.admin.fetch(
                    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                    " AND xact_start < clock_timestamp() - interval '500 ms'"
                )
            )

        await eventually(has_waited)
        assert not call.done()
    assert await call == [Appended()]
    await log.close()
