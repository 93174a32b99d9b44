"""Who lives, and when nobody did: a row for each start of a node, written again and again, and the
outages that its gaps show.

A gap is found by whoever beats first after it, in the transaction that ends it, so that it is found
once: of two that see the same gap one begins again, and sees that it is over. Knows rows and times;
must not know rooms, nor what follows from an outage. SPEC: CK1 to CK4, CK7, CK8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from storage.tables import Asking, Tables

GAP_MS: Final = 1_500
"""What is silent for longer could take nothing (design 3.4)."""
DEAD_MS: Final = 3_000
"""A node that is silent for longer is not waited for."""


@dataclass(frozen=True, slots=True)
class OutageRow:
    """A stretch of log time, ms. `number` is one outage's, and no measure of when."""

    number: int
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Beat:
    """What a node learns by saying that it lives."""

    outages: list[OutageRow]
    """Those that ended at or after the time asked for, in the order of their ends."""
    nodes: list[str]
    """Starts of nodes that live, the own one with them, in the order of their ids."""
    late: bool
    """Whether another node is silent that may still live: if it does not, that is an outage."""
    ahead: int = 0
    """By how much the log time of another node that lives is ahead of this one's, ms."""


@dataclass(frozen=True, slots=True)
class LogTime:
    """Log time by the rows, ms."""

    living: int | None
    """Of the nodes that live, now; None: none does."""
    latest: int | None
    """Of the latest beat; None: there never was one."""
    outages: list[OutageRow] = field(default_factory=list[OutageRow])
    """All that are kept, in the order of their ends."""


class Heartbeats:
    """The rows, over the tables of either database."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def beat(self, node: str, at: int, *, source: int, last: int | None, since: int) -> Beat:
        """`node` lives at `at` of log time, which is `source` by the clock that log time follows;
        its beat before was at `last` (None: this is its first). Answers with the outages that ended
        at or after `since`, and with who else lives.

        Raises StorageUnavailable, OutcomeUnknown, StorageFailed."""

        def work() -> Asking[Beat]:
            rows = yield "SELECT node, at, gone, source FROM heartbeat ORDER BY node", ()
            all_ = [_Row(*row) for row in rows]
            others = [row for row in all_ if row.node != node]
            dead = [row for row in others if at - row.at > DEAD_MS]
            began = _gap(all_, dead, at, last)
            if began is not None:
                yield from _found(began, at)
            for row in dead:
                yield "DELETE FROM heartbeat WHERE node = $1", (row.node,)
            yield (
                "INSERT INTO heartbeat (node, at, source, gone) VALUES ($1, $2, $3, 0)"
                " ON CONFLICT (node) DO UPDATE SET at = $2, source = $3, gone = 0",
                (node, at, source),
            )
            known = yield (
                "SELECT number, began, ended FROM outage WHERE ended >= $1 ORDER BY ended, number",
                (since,),
            )
            living = [row for row in others if not row.gone and row not in dead]
            return Beat(
                outages=[OutageRow(*row) for row in known],
                nodes=sorted([node, *(row.node for row in living)]),
                late=any(at - row.at > GAP_MS for row in living),
                ahead=max(_ahead(others, at - source, source), default=0),
            )

        return await self._tables.write(work)

    async def leave(self, node: str, at: int) -> None:
        """The node goes because it was told to: others do not miss it. If it was the last, the row
        says since when nobody lives."""

        def work() -> Asking[None]:
            yield "UPDATE heartbeat SET at = $2, gone = 1 WHERE node = $1", (node, at)

        await self._tables.write(work)

    async def log_time(self, source: int) -> LogTime:
        """What time it is for the nodes that live, now that the clock that log time follows is at
        `source`, and which outages are known; writes nothing. Raises StorageUnavailable,
        StorageFailed."""

        def work() -> Asking[LogTime]:
            rows = yield "SELECT at, source, gone FROM heartbeat", ()
            known = yield "SELECT number, began, ended FROM outage ORDER BY ended, number", ()
            living = [
                at + source - then
                for at, then, gone in rows
                if not gone and abs(source - then) <= DEAD_MS
            ]
            return LogTime(
                living=max(living, default=None),
                latest=max((row[0] for row in rows), default=None),
                outages=[OutageRow(*row) for row in known],
            )

        return await self._tables.read(work)

    async def cleanup(self, before: int) -> int:
        """Forgets outages that ended before this time. Returns how many."""

        def work() -> Asking[int]:
            rows = yield "DELETE FROM outage WHERE ended < $1 RETURNING number", (before,)
            return len(rows)

        return await self._tables.write(work)


@dataclass(frozen=True, slots=True)
class _Row:
    node: str
    at: int
    gone: int
    source: int

    def near(self, source: int) -> bool:
        """Whether it lives, by the clock that log time follows."""
        return not self.gone and abs(source - self.source) <= DEAD_MS


def _gap(rows: list[_Row], dead: list[_Row], at: int, last: int | None) -> int | None:
    """Since when something could take nothing, until now; None: everything that lives could."""
    silent = [row.at for row in dead if not row.gone]
    newest = max((row.at for row in rows), default=None)
    if newest is not None and at - newest > GAP_MS:
        silent.append(newest)
    if last is not None and at - last > GAP_MS:
        silent.append(last)
    return min(silent, default=None)


def _ahead(others: list[_Row], offset: int, source: int) -> Iterator[int]:
    """How far those that live are ahead of a node whose log time differs from `source` by
    `offset`; those behind not at all."""
    for row in others:
        if row.near(source):
            yield max(0, row.at - row.source - offset)


def _found(began: int, ended: int) -> Asking[None]:
    """Unless it is known but for less than a gap at either end: the database was away, and another
    node was here first."""
    known = yield (
        "SELECT number FROM outage WHERE began <= $1 AND ended >= $2",
        (began + GAP_MS, ended - GAP_MS),
    )
    if not known:
        yield "INSERT INTO outage (began, ended) VALUES ($1, $2)", (began, ended)
