"""Answers questions about plays: who may ask about which feeds is settled before; here they become
conditions, and rows become answers.

So many questions of a node are answered at once, others wait, and beyond a number are refused: the
database has other work. SPEC: QY3, QY5, QY8, QY10.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from protocol.asking import Answer, Question
from server.asking.conditions import (
    BadQuestion,
    conditions_of,
    grouped,
    is_sum,
    known_of,
    last_of,
    ordered,
    play_of,
    sum_of,
)
from server.clock import Clock
from server.metrics import Metrics
from storage.errors import StorageUnavailable
from storage.play_query import KEY, NotIn
from storage.play_rows import PlayRows

AT_ONCE: Final = 2
WAITING_MAX: Final = 32
_NUMBER_MAX: Final = 2**31


class Asking:
    """Whoever answers on this node."""

    def __init__(
        self,
        rows: PlayRows,
        clock: Clock,
        metrics: Metrics,
        *,
        first: PlayRows | None = None,
        late_s: int = 0,
    ) -> None:
        """`rows` may follow what is written; `first` does not, and is asked where an answer of
        theirs is more than `late_s` seconds old."""
        self._rows = rows
        self._first = first
        self._late_ms = 1_000 * late_s
        self._clock = clock
        self._metrics = metrics
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def ask(
        self,
        question: Question,
        *,
        after: str | None = None,
        everything: bool = False,
        hidden: Sequence[str] = (),
    ) -> tuple[Answer, str | None]:
        """The answer, and where its next page begins. `after`: where this one does. `everything`:
        of all feeds, else of those that the question names, which whoever asks may see, or of those
        that are open. `hidden`: not of these feeds, which the answer names. Raises BadQuestion,
        StorageError."""
        if self._waiting >= WAITING_MAX:
            raise StorageUnavailable("too many questions wait")
        self._waiting += 1
        try:
            async with self._turns:
                began_s = self._clock.monotonic()
                about = (question, after, everything, hidden)
                found = await self._answer(self._rows, *about)
                oldest = self._clock.now_ms() - self._late_ms
                if self._first is not None and found[0].as_of < oldest:
                    self._metrics.asked_again += 1
                    found = await self._answer(self._first, *about)
                self._metrics.ask_s.observe(self._clock.monotonic() - began_s)
                return found
        finally:
            self._waiting -= 1

    async def _answer(
        self,
        rows_of: PlayRows,
        question: Question,
        after: str | None,
        everything: bool,  # noqa: FBT001 - as `ask` was given it
        hidden: Sequence[str],
    ) -> tuple[Answer, str | None]:
        where = question.where
        conditions = conditions_of(
            where,
            everybody=not where.feeds and not everything,
            by_player="player" in question.by,
        )
        if hidden:
            without = await rows_of.feeds(hidden)
            conditions.append(NotIn("feed", sorted(one.number for one in without.values())))
        left_out = sorted(hidden)
        if is_sum(question):
            asked = grouped(question)
            conditions += known_of(question)
            as_of, rows, feeds = await rows_of.add_up(where.feeds, conditions, asked)
            sums = [sum_of(row, question, feeds) for row in rows]
            return Answer(as_of, [], sums, None, left_out), None
        order = ordered(question, ())
        order = ordered(question, _numbers(after, len(KEY) + bool(order.column)))
        as_of, rows = await rows_of.find(where.feeds, conditions, order, question.limit + 1)
        shown = rows[: question.limit]
        more = None
        if len(rows) > len(shown):
            more = ".".join(str(number) for number in last_of(shown[-1], order))
        return Answer(as_of, [play_of(row) for row in shown], [], None, left_out), more


def _numbers(after: str | None, count: int) -> tuple[int, ...]:
    """A place in the order of plays. Raises BadQuestion."""
    if after is None:
        return ()
    try:
        numbers = tuple(int(part) for part in after.split("."))
    except ValueError:
        numbers = ()
    if len(numbers) != count or any(abs(number) >= _NUMBER_MAX for number in numbers):
        raise BadQuestion("cursor: not one of this question")
    return numbers
