"""What every database owes as tables."""

import asyncio
import threading

import pytest

from storage.tables import Asking, Tables

PARALLEL = 8


def put(name: str) -> Asking[None]:
    yield "INSERT INTO team (id, name, created_at) VALUES ($1, $2, 0)", (name, name)


def names() -> Asking[list[str]]:
    rows = yield "SELECT name FROM team ORDER BY id", ()
    return [row[0] for row in rows]


async def test_TB1_a_transaction_is_written_whole_and_answers_what_its_work_returns(
    nodes: list[Tables],
) -> None:
    def work() -> Asking[int]:
        yield from put("t_1")
        yield from put("t_2")
        return len((yield from names()))

    assert await nodes[0].write(work) == 2
    assert await nodes[1].read(names) == ["t_1", "t_2"]


async def test_TB1_work_that_raises_leaves_nothing_and_its_error_is_its_callers(
    tables: Tables,
) -> None:
    def work() -> Asking[None]:
        yield from put("t_1")
        raise KeyError("no")

    with pytest.raises(KeyError, match="no"):
        await tables.write(work)
    with pytest.raises(KeyError, match="no"):
        await tables.read(work_that_raises)
    assert await tables.read(names) == []


def work_that_raises() -> Asking[None]:
    yield "SELECT 1", ()
    raise KeyError("no")


async def test_TB1_one_that_raises_among_many_at_once_takes_no_other_with_it(
    nodes: list[Tables],
) -> None:
    async def one(number: int) -> bool:
        def work() -> Asking[None]:
            yield from put(f"t_{number}")
            if number % 2:
                raise KeyError(number)

        try:
            await nodes[number % 3 % 2].write(work)
        except KeyError:
            return False
        return True

    assert await asyncio.gather(*(one(number) for number in range(PARALLEL))) == [
        number % 2 == 0 for number in range(PARALLEL)
    ]
    assert await nodes[1].read(names) == ["t_0", "t_2", "t_4", "t_6"]


async def test_TB2_what_was_read_still_holds_when_it_is_written(nodes: list[Tables]) -> None:
    """Each counts the rows and adds one named by the count: of two that saw the same count, one
    begins again."""

    def work() -> Asking[None]:
        rows = yield "SELECT count(*) FROM team", ()
        yield from put(f"t_{rows[0][0]}")

    await asyncio.gather(*(nodes[number % 2].write(work) for number in range(PARALLEL)))
    assert await nodes[0].read(names) == [f"t_{number}" for number in range(PARALLEL)]


async def test_TB2_two_that_read_what_the_other_writes_are_not_both_true(
    nodes: list[Tables],
) -> None:
    """Write skew: each adds its row only where the other's is missing."""

    async def one(mine: str, other: str, node: Tables) -> None:
        def work() -> Asking[None]:
            rows = yield "SELECT 1 FROM team WHERE id = $1", (other,)
            if not rows:
                yield from put(mine)

        await node.write(work)

    await asyncio.gather(one("t_1", "t_2", nodes[0]), one("t_2", "t_1", nodes[1]))
    assert len(await nodes[0].read(names)) == 1


async def test_TB4_a_caller_that_is_cancelled_does_not_cancel_its_commit(tables: Tables) -> None:
    """Cancelled in the middle: between two statements of its transaction."""
    loop, gone = asyncio.get_running_loop(), threading.Event()

    def cancel() -> None:
        waiting.cancel()
        gone.set()

    def work() -> Asking[None]:
        yield from put("t_1")
        if threading.current_thread() is threading.main_thread():
            cancel()
        else:  # the writer's thread: not on before the caller is cancelled
            loop.call_soon_threadsafe(cancel)
            assert gone.wait(30)
        yield from put("t_3")

    waiting = asyncio.ensure_future(tables.write(work))
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    await tables.write(lambda: put("t_2"))
    async with asyncio.timeout(30):
        while await tables.read(names) != ["t_1", "t_2", "t_3"]:
            continue


async def test_TB5_a_read_sees_one_state_also_while_others_write(nodes: list[Tables]) -> None:
    """Rows come in pairs: an odd count would be half of a transaction."""

    def pair(number: int) -> Asking[None]:
        yield from put(f"t_{number}a")
        yield from put(f"t_{number}b")

    def twice() -> Asking[tuple[int, int]]:
        first = yield "SELECT count(*) FROM team", ()
        second = yield "SELECT count(*) FROM team", ()
        return first[0][0], second[0][0]

    async def write() -> None:
        for number in range(20):
            await nodes[0].write(lambda number=number: pair(number))

    writing = asyncio.ensure_future(write())
    seen: list[tuple[int, int]] = []
    while not writing.done():
        seen.append(await nodes[1].read(twice))
        await asyncio.sleep(0)
    await writing
    seen.append(await nodes[1].read(twice))
    assert seen[-1] == (40, 40)
    assert all(first == second and first % 2 == 0 for first, second in seen), seen


async def test_TB6_a_row_that_breaks_a_rule_of_its_table_is_a_value_error_and_undone(
    tables: Tables,
) -> None:
    await tables.write(lambda: put("t_1"))

    def work() -> Asking[None]:
        yield from put("t_2")
        yield from put("t_1")

    with pytest.raises(ValueError, match="refused"):
        await tables.write(work)
    assert await tables.read(names) == ["t_1"]


async def test_TB6_half_a_character_is_a_value_error_and_the_next_one_is_served(
    tables: Tables,
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each database says it in its own words
        await tables.write(lambda: put("\ud83d"))
    await tables.write(lambda: put("t_1"))
    assert await tables.read(names) == ["t_1"]


async def test_every_type_of_value_comes_back_as_it_went(tables: Tables) -> None:
    def work() -> Asking[list[tuple[object, ...]]]:
        yield (
            "INSERT INTO link (digest, purpose, subject, payload, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            (b"\x00\xff", "reset", "é 🏉 '$1'", None, 0, 2**62),
        )
        return (
            yield "SELECT digest, purpose, subject, payload, created_at, expires_at FROM link", ()
        )

    assert await tables.write(work) == [(b"\x00\xff", "reset", "é 🏉 '$1'", None, 0, 2**62)]
