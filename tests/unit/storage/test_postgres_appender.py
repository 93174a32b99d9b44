import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from storage import postgres_appender
from storage.errors import StorageUnavailable
from storage.postgres_appender import Appender
from storage.postgres_connection import Connection, PostgresError
from storage.room_log import Appended, Conflict, Head, Outcome, Refused, RoomAppend, Unknown
from tests.support.room_writer import RoomWriter
from tests.support.timeouts import MS

Answer = Callable[[Sequence[str]], Awaitable[list[Any]]]
"""What the server says to a statement for these rooms."""


def server_error(code: str, severity: str = "ERROR") -> BaseException:
    return PostgresError.new({"C": code, "V": severity, "S": severity, "M": "it went wrong"})


async def all_appended(_rooms: Sequence[str]) -> list[Any]:
    return []


def failing(*errors: BaseException) -> Answer:
    """Meets each error once, then appends."""
    left = [*errors]

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        if left:
            raise left.pop(0)
        return []

    return answer


class ServerWarning:
    severity_en = "WARNING"

    def __str__(self) -> str:
        return "the wait was cancelled"


class FakeConnection:
    """A connection whose server says what a test has laid out."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.statements: list[list[str]] = []
        self.closed = False
        self.warns = False
        self._heard: list[Callable[[Any, Any], None]] = []
        self._ended: list[Callable[[Any], None]] = []

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        assert "append_runs" in query
        rooms: list[str] = [*args[1], *(args[14] or [])]
        self.statements.append(rooms)
        rows = await self.answer(rooms)
        if self.warns:
            for callback in self._heard:
                callback(self, ServerWarning())
        return rows

    async def execute(self, query: str, *args: Any) -> str:
        raise AssertionError((query, args))

    async def close(self, *, timeout: float | None = None) -> None:
        assert timeout is not None
        self.terminate()

    def terminate(self) -> None:
        if not self.closed:
            self.closed = True
            for callback in self._ended:
                asyncio.get_running_loop().call_soon(callback, self)

    def is_closed(self) -> bool:
        return self.closed

    def add_log_listener(self, callback: Callable[[Any, Any], None]) -> None:
        self._heard.append(callback)

    def add_termination_listener(self, callback: Callable[[Any], None]) -> None:
        self._ended.append(callback)


class Nodes:
    """An appender, the connections it was given, and what the next ones answer."""

    def __init__(self, *, connections: int = 1) -> None:
        self.answer: Answer = all_appended
        self.away: str | None = None
        self.made: list[FakeConnection] = []
        self.asked = 0
        self.appender = Appender("1" * 16, self.connect, connections=connections)

    async def connect(self) -> Connection:
        self.asked += 1
        if self.away is not None:
            raise StorageUnavailable(self.away)
        self.made.append(FakeConnection(lambda rooms: self.answer(rooms)))
        return self.made[-1]

    async def start(self) -> None:
        self.appender.start(await self.connect())

    async def append(self, *changes: RoomAppend) -> list[Outcome]:
        async with asyncio.timeout(10_000 * MS):
            return await self.appender.submit(changes)

    @property
    def statements(self) -> list[list[str]]:
        return [rooms for connection in self.made for rooms in connection.statements]


@pytest.fixture
async def nodes() -> AsyncIterator[Nodes]:
    nodes = Nodes()
    await nodes.start()
    yield nodes
    await nodes.appender.close()


def changes(count: int) -> list[RoomAppend]:
    return [RoomWriter().append(b"x", kind="board") for _ in range(count)]


async def test_LG10_what_waits_together_is_one_statement(nodes: Nodes) -> None:
    wanted = changes(5)
    assert await asyncio.gather(*(nodes.append(one) for one in wanted)) == [[Appended()]] * 5
    assert nodes.statements == [[one.room for one in wanted]]


async def test_LG10_a_room_that_waits_twice_takes_two_statements(nodes: Nodes) -> None:
    one, two = changes(2)
    await asyncio.gather(nodes.append(one), nodes.append(one, two), nodes.append(one))
    assert nodes.statements == [[one.room, two.room], [one.room], [one.room]]


async def test_LG10_a_statement_holds_no_more_than_its_limits(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "STATEMENT_ROOMS_MAX", 3)
    monkeypatch.setattr(postgres_appender, "STATEMENT_BYTES_MAX", 100)
    sizes = [1_000, 60, 60, 1, 1, 1, 1]
    wanted = [RoomWriter().append(b"x" * size, kind="board") for size in sizes]
    assert await nodes.append(*wanted) == [Appended()] * 7
    assert [len(rooms) for rooms in nodes.statements] == [1, 1, 3, 2]


async def test_LG5_a_lost_connection_leaves_the_outcome_unknown_and_is_replaced(
    nodes: Nodes,
) -> None:
    nodes.answer = failing(ConnectionResetError("reset"))
    assert await nodes.append(*changes(3)) == [Unknown()] * 3
    assert await nodes.append(*changes(1)) == [Appended()]
    assert [connection.closed for connection in nodes.made] == [True, False]


async def test_LG5_a_fatal_error_leaves_the_outcome_unknown(nodes: Nodes) -> None:
    nodes.answer = failing(server_error("57P01", "FATAL"))
    assert await nodes.append(*changes(2)) == [Unknown()] * 2


async def test_LG5_a_commit_that_was_warned_about_is_unknown(nodes: Nodes) -> None:
    nodes.made[0].warns = True
    assert await nodes.append(*changes(2)) == [Unknown()] * 2
    nodes.made[0].warns = False
    assert await nodes.append(*changes(1)) == [Appended()]


async def test_LG5_what_the_server_rolled_back_for_a_while_is_refused(nodes: Nodes) -> None:
    nodes.answer = failing(server_error("53100"))
    outcomes = await nodes.append(*changes(2))
    assert all(isinstance(outcome, Refused) and not outcome.poisoned for outcome in outcomes)
    assert await nodes.append(*changes(1)) == [Appended()]
    assert len(nodes.made) == 1


@pytest.mark.parametrize("place", range(5))
async def test_LG4_halves_find_the_room_that_the_server_does_not_take(
    nodes: Nodes, place: int
) -> None:
    wanted = changes(5)

    async def answer(rooms: Sequence[str]) -> list[Any]:
        if wanted[place].room in rooms:
            raise server_error("22021")
        return []

    nodes.answer = answer
    outcomes = await nodes.append(*wanted)
    for number, outcome in enumerate(outcomes):
        if number == place:
            assert isinstance(outcome, Refused)
            assert outcome.poisoned
        else:
            assert outcome == Appended()


async def test_LG5_halves_that_were_not_sent_go_out_on_the_next_connection(nodes: Nodes) -> None:
    nodes.answer = failing(server_error("22021"), ConnectionResetError("reset"))
    wanted = changes(4)
    assert await nodes.append(*wanted) == [Unknown(), Unknown(), Appended(), Appended()]
    assert nodes.made[1].statements == [[wanted[2].room, wanted[3].room]]


async def test_LG10_a_locked_room_goes_again_and_holds_up_no_other(nodes: Nodes) -> None:
    wanted = changes(3)
    locked = wanted[1].room

    async def answer(rooms: Sequence[str]) -> list[Any]:
        taken = [one for rooms in nodes.statements for one in rooms].count(locked)
        return [(locked, "locked", 0, "0" * 16)] if locked in rooms and taken < 4 else []

    nodes.answer = answer
    assert await nodes.append(*wanted) == [Appended()] * 3
    assert nodes.statements == [[one.room for one in wanted], [locked], [locked], [locked]]


@pytest.mark.parametrize("code", ["55P03", "57014", "40P01"])
async def test_LG10_a_statement_that_waited_too_long_for_a_lock_goes_again(
    nodes: Nodes, code: str
) -> None:
    nodes.answer = failing(server_error(code))
    wanted = changes(2)
    assert await nodes.append(*wanted) == [Appended()] * 2


async def test_LG10_a_room_that_stays_locked_is_refused(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "LOCKED_LIMIT_S", 0.01)

    async def answer(rooms: Sequence[str]) -> list[Any]:
        return [(room, "locked", 0, "0" * 16) for room in rooms]

    nodes.answer = answer
    assert await nodes.append(*changes(1)) == [Refused("another process holds the room")]


async def test_LG1_LG6_what_the_statement_answers_becomes_an_outcome(nodes: Nodes) -> None:
    rooms = [RoomWriter() for _ in range(5)]
    for room in rooms:
        room.head = Head(7, "7" * 16)
    wanted = [rooms[0].append(b"x"), rooms[1].append(b"x"), *(r.compare() for r in rooms[2:])]

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        return [
            (rooms[0].room, "conflict", 9, "9" * 16),
            (rooms[1].room, "conflict", None, None),
            (rooms[2].room, "head", 7, "7" * 16),
            (rooms[3].room, "head", 8, "8" * 16),
            (rooms[4].room, "head", None, None),
        ]

    nodes.answer = answer
    assert await nodes.append(*wanted) == [
        Conflict(Head(9, "9" * 16)),
        Conflict(None),
        Appended(),
        Conflict(Head(8, "8" * 16)),
        Conflict(None),
    ]


async def test_LG13_another_generation_ends_the_appending(nodes: Nodes) -> None:
    nodes.answer = failing(server_error("TL001"))
    (outcome,) = await nodes.append(*changes(1))
    assert isinstance(outcome, Refused)
    assert "another generation" in (nodes.appender.failure or "")
    (outcome,) = await nodes.append(*changes(1))
    assert isinstance(outcome, Refused)
    assert len(nodes.statements) == 1


async def test_LG5_while_nothing_is_connected_appends_are_refused_within_a_limit(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "AWAY_LIMIT_S", 0.01)
    nodes.away = "nobody is there"
    nodes.made[0].terminate()
    await asyncio.sleep(0)
    for _ in range(3):
        (outcome,) = await nodes.append(*changes(1))
        assert isinstance(outcome, Refused)
        assert "nobody is there" in outcome.reason or "lost" in outcome.reason
    nodes.away = None
    async with asyncio.timeout(10_000 * MS):
        while await nodes.append(*changes(1)) != [Appended()]:
            continue
    assert nodes.asked > 2


async def test_LG5_an_append_waits_a_moment_for_a_connection_that_comes(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "AWAY_LIMIT_S", 10_000 * MS)
    nodes.made[0].terminate()
    assert await nodes.append(*changes(1)) == [Appended()]
    assert len(nodes.made) == 2


async def test_LG5_a_server_that_never_answers_is_dropped(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_appender, "APPEND_LIMIT_S", 0.01)
    dropped = asyncio.Event()
    nodes.made[0].add_termination_listener(lambda _: dropped.set())

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        await dropped.wait()
        raise ConnectionAbortedError

    nodes.answer = answer
    assert await nodes.append(*changes(1)) == [Unknown()]
    nodes.answer = all_appended
    assert await nodes.append(*changes(1)) == [Appended()]


async def test_LG10_two_connections_work_at_the_same_time() -> None:
    nodes = Nodes(connections=2)
    await nodes.start()
    both = asyncio.Barrier(2)

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        await both.wait()
        return []

    nodes.answer = answer
    one, two = changes(2)
    first = asyncio.ensure_future(nodes.append(one))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await nodes.append(two) == [Appended()]
    assert await first == [Appended()]
    await nodes.appender.close()
    assert all(connection.closed for connection in nodes.made)


async def test_LG10_a_cancelled_caller_cancels_no_statement(nodes: Nodes) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        started.set()
        await go_on.wait()
        return []

    nodes.answer = answer
    one, two = changes(2)
    caller = asyncio.ensure_future(nodes.append(one))
    await started.wait()
    caller.cancel()
    go_on.set()
    assert await nodes.append(two) == [Appended()]
    assert caller.cancelled()
    assert len(nodes.made) == 1


async def test_LG10_closing_ends_what_waits_and_what_is_locked(nodes: Nodes) -> None:
    wanted = changes(2)
    times = 0

    async def answer(rooms: Sequence[str]) -> list[Any]:
        nonlocal times
        times += 1
        return [(room, "locked", 0, "0" * 16) for room in rooms] if times < 4 else []

    nodes.answer = answer
    call = nodes.appender.submit(wanted)
    await nodes.appender.close()
    assert await call == [Appended()] * 2
    assert await nodes.append(*changes(1)) == [Refused("the log is closed")]


async def test_LG5_closing_refuses_what_cannot_be_sent(nodes: Nodes) -> None:
    nodes.away = "nobody is there"
    nodes.made[0].terminate()
    call = nodes.appender.submit(changes(1))
    await nodes.appender.close()
    assert await call == [Refused("nobody is there")]


async def test_LG5_a_bug_leaves_nobody_waiting() -> None:
    nodes = Nodes()
    await nodes.start()

    async def answer(_rooms: Sequence[str]) -> list[Any]:
        raise KeyError("a bug")

    nodes.answer = answer
    assert await nodes.append(*changes(2)) == [Unknown()] * 2
    (outcome,) = await nodes.append(*changes(1))
    assert isinstance(outcome, Refused)
    assert "a bug" in outcome.reason
    with pytest.raises(KeyError):
        await nodes.appender.close()


async def test_LG5_a_locked_room_is_refused_once_appending_has_ended(nodes: Nodes) -> None:
    one, two = changes(2)
    calls: list[asyncio.Future[list[Outcome]]] = []

    async def answer(rooms: Sequence[str]) -> list[Any]:
        if two.room in rooms:
            raise server_error("TL001")
        # handed over now, it goes before the locked room is tried again, however slow the loop is
        calls.append(nodes.appender.submit([two]))
        return [(room, "locked", 0, "0" * 16) for room in rooms]

    nodes.answer = answer
    (outcome,) = await nodes.append(one)
    assert isinstance(outcome, Refused)
    assert outcome.reason == nodes.appender.failure
    assert nodes.statements == [[one.room], [two.room]]
    assert [type(said) for said in await calls[0]] == [Refused]


async def test_LG4_no_rooms_are_no_statement(nodes: Nodes) -> None:
    assert await nodes.append() == []
    assert nodes.statements == []
