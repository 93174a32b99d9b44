"""Receipts of signed requests, in every database."""

import asyncio
from typing import Any, TypeVar, cast

import pytest

from storage.receipts import Again, New, OtherBody, Receipts, Seen, Unfinished
from storage.tables import Tables, Work

PARALLEL = 8
T = TypeVar("T")


@pytest.fixture
def receipts(tables: Tables) -> Receipts:
    return Receipts(tables)


async def begin(
    receipts: Receipts, *, key: str = "k1", id_: str = "m1", digest: bytes = b"body", at: int = 10,
    made: int = 7,
) -> Seen:  # fmt: skip
    return await receipts.begin(key, id_, digest, at=at, made=made)


async def test_AK20_of_eight_that_begin_one_request_at_once_one_is_the_first(
    nodes: list[Tables],
) -> None:
    answers = await asyncio.gather(
        *(begin(Receipts(nodes[n % 2]), made=n) for n in range(PARALLEL))
    )
    first = answers.index(New(1))
    answers.pop(first)
    assert answers == [Unfinished(1, first)] * (PARALLEL - 1)


async def test_AK20_of_two_bodies_under_one_id_at_once_one_is_begun(nodes: list[Tables]) -> None:
    answers = await asyncio.gather(
        *(begin(Receipts(nodes[n % 2]), digest=b"%d" % n) for n in range(PARALLEL))
    )
    assert answers.count(New(1)) == 1
    assert answers.count(OtherBody()) == PARALLEL - 1


async def test_AK20_a_request_whose_end_nobody_told_is_taken_up_again(receipts: Receipts) -> None:
    assert await begin(receipts, made=7) == New(1)
    assert await begin(receipts, made=9, at=11) == Unfinished(1, 7)
    assert await begin(receipts, made=9, at=12) == Unfinished(1, 7)
    await receipts.finish("k1", "m1", 200, b"answer")
    assert await begin(receipts, made=9, at=13) == Again(200, b"answer")


async def test_AK20_another_body_under_the_same_id_is_told_whether_or_not_it_was_answered(
    receipts: Receipts,
) -> None:
    await begin(receipts)
    assert await begin(receipts, digest=b"other") == OtherBody()
    await receipts.finish("k1", "m1", 200, b"answer")
    assert await begin(receipts, digest=b"other") == OtherBody()
    assert await begin(receipts) == Again(200, b"answer")


async def test_AK20_ids_are_the_keys_own(receipts: Receipts) -> None:
    await begin(receipts)
    assert await begin(receipts, key="k2", digest=b"other") == New(1)
    assert await begin(receipts, id_="m2", digest=b"other") == New(2)
    await receipts.finish("k2", "m1", 422, b"no")
    assert await begin(receipts) == Unfinished(1, 7)
    assert await begin(receipts, key="k2", digest=b"other") == Again(422, b"no")


async def test_AK21_the_first_end_stays(receipts: Receipts, nodes: list[Tables]) -> None:
    await begin(receipts)
    await asyncio.gather(
        *(Receipts(nodes[n % 2]).finish("k1", "m1", 200 + n, b"%d" % n) for n in range(PARALLEL))
    )
    first = await begin(receipts)
    assert isinstance(first, Again)
    assert first.answer == b"%d" % (first.status - 200)
    await receipts.finish("k1", "m1", 500, b"later")
    assert await begin(receipts) == first


async def test_AK21_an_answer_without_a_body_is_an_answer(receipts: Receipts) -> None:
    await begin(receipts)
    await receipts.finish("k1", "m1", 204, b"")
    await receipts.finish("k1", "m1", 200, b"later")
    assert await begin(receipts) == Again(204, b"")


async def test_AK21_what_never_began_has_no_end(receipts: Receipts) -> None:
    await receipts.finish("k1", "m1", 200, b"answer")
    assert await begin(receipts) == New(1)


async def test_AK22_requests_of_a_key_are_numbered_and_a_number_is_given_once(
    receipts: Receipts, nodes: list[Tables]
) -> None:
    seen = await asyncio.gather(
        *(begin(Receipts(nodes[n % 2]), id_=f"m{n}") for n in range(PARALLEL))
    )
    assert sorted(one.number for one in seen if isinstance(one, New)) == [*range(1, PARALLEL + 1)]
    assert await receipts.cleanup(1_000) == PARALLEL
    assert await begin(receipts, id_="later") == New(PARALLEL + 1)


async def test_AK21_receipts_are_forgotten_by_when_they_came(receipts: Receipts) -> None:
    await begin(receipts, id_="old", at=10)
    await begin(receipts, id_="pending", at=11)
    await begin(receipts, id_="new", at=12)
    for id_ in ("old", "new"):
        await receipts.finish("k1", id_, 200, b"answer")
    assert await receipts.cleanup(10) == 0
    assert await receipts.cleanup(12) == 2
    assert await receipts.cleanup(12) == 0
    assert await begin(receipts, id_="new") == Again(200, b"answer")
    assert await begin(receipts, id_="old") == New(4)
    assert await begin(receipts, id_="pending") == New(5)


def test_answers_are_not_in_a_repr() -> None:
    assert "canary" not in repr(Again(200, b"canary"))


def ended(work: Work[T]) -> T:
    """What the work says where nothing was there before; a count is 1."""
    asking = work()
    try:
        statement, _ = next(asking)
        while True:
            statement, _ = asking.send([(1,)] if "RETURNING" in statement else [])
    except StopIteration as end:
        # What `work` returned; its generator's type says T.
        return cast("T", end.value)


class Watched:
    """Tables that note how many transactions of a key were under way at once."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.going = asyncio.Event()

    async def write(self, work: Work[T]) -> T:
        answer = ended(work)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.going.wait()
        finally:
            self.now -= 1
        return answer

    async def read(self, work: Work[T]) -> T:
        raise AssertionError(f"nothing is only read, not {work}")


async def test_AK23_requests_of_one_key_take_turns_and_those_of_others_do_not_wait() -> None:
    tables = Watched()
    receipts = Receipts(tables)
    same: list[asyncio.Task[Any]] = [
        asyncio.create_task(receipts.begin("k", f"m{n}", b"d", at=1, made=1)) for n in range(4)
    ]
    same.append(asyncio.create_task(receipts.finish("k", "m0", 200, b"{}")))
    other = asyncio.create_task(receipts.begin("other", "m", b"d", at=1, made=1))
    for _ in range(10):
        await asyncio.sleep(0)
    assert tables.now == 2, "one of each key"
    same[1].cancel()  # whoever goes away while it waits holds up nobody
    tables.going.set()
    await asyncio.gather(*same, other, return_exceptions=True)
    assert tables.most == 2
    assert receipts.waiting == 0, "nothing is kept of keys that rest"
