"""Answers are made once for a version, one at a time, and forgotten within a limit."""

from __future__ import annotations

import asyncio

import pytest

from server.http import kept_answers
from server.http.kept_answers import KeptAnswer, KeptAnswers


class Maker:
    """Makes answers of so many bytes, when it is let."""

    def __init__(self, version: int = 1, size: int = 1) -> None:
        self.version, self.size = version, size
        self.made = 0
        self.at_once = 0

    async def __call__(self) -> KeptAnswer:
        self.made += 1
        self.at_once += 1
        assert self.at_once == 1
        await asyncio.sleep(0)
        self.at_once -= 1
        return KeptAnswer(self.version, b"x" * self.size)


async def test_HT102_an_answer_is_made_once_for_a_version() -> None:
    kept, make = KeptAnswers(), Maker()
    answers = await asyncio.gather(*(kept.answer("r_a", 1, make) for _ in range(9)))
    assert make.made == 1
    assert all(one is answers[0] for one in answers)
    make.version = 3
    assert (await kept.answer("r_a", 2, make)).version == 3
    assert (await kept.answer("r_a", 3, make)).version == 3
    assert make.made == 2


async def test_HT102_one_at_a_time_also_for_different_rooms() -> None:
    kept, make = KeptAnswers(), Maker()
    await asyncio.gather(*(kept.answer(f"r_{room}", 1, make) for room in range(9)))
    assert make.made == 9


async def test_HT102_what_could_not_be_made_is_asked_for_again() -> None:
    kept = KeptAnswers()

    async def broken() -> KeptAnswer:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await kept.answer("r_a", 1, broken)
    assert (await kept.answer("r_a", 1, Maker())).version == 1


async def test_HT102_what_was_asked_for_longest_ago_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_answers, "KEPT_BYTES_MAX", 10)
    kept, makers = KeptAnswers(), {room: Maker(size=4) for room in "abc"}
    for room in "abaca":
        await kept.answer(room, 1, makers[room])
    assert [makers[room].made for room in "abc"] == [1, 1, 1]
    await kept.answer("b", 1, makers["b"])
    assert makers["b"].made == 2
    await kept.answer("a", 2, Maker(version=2, size=4))
    await kept.answer("b", 1, makers["b"])
    assert makers["b"].made == 2
    large = Maker(size=11)
    await kept.answer("d", 1, large)
    await kept.answer("d", 1, large)
    assert large.made == 2
