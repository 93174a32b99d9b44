"""A log of twenty million entries on PostgreSQL: what an append and an open cost beside a database
that holds little, what an entry weighs, and how fast the commands of the log go through it.

Appends and opens are taken in turns on two databases of one server (log_folder.py). The commands
are those of `touchline db`, as an operator starts them: their rates are of the whole command, its
start and its look at every room included.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from loadtest.bench import log_making, log_store
from loadtest.bench.log_folder import BIG, SMALL, LogFolder, Made, Ran
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, median, rate, size
from loadtest.processes import PostgresProcess
from loadtest.report import Figure, Result
from loadtest.stage import Stage

RATIO_GATE = 1.3
ARCHIVED_DAYS, PRUNED_DAYS = 715, 693
"""Rooms lie over 730 days: the oldest fiftieth is archived, the oldest twentieth pruned."""
WEIGHED = """
SELECT c.relname, pg_relation_size(c.oid) + coalesce(pg_total_relation_size(c.reltoastrelid), 0),
    pg_indexes_size(c.oid), s.n_tup_upd, s.n_tup_hot_upd
FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relname IN ('room', 'run', 'snapshot', 'member') ORDER BY c.relname
"""
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*")


def run(bench: Bench) -> Result:
    """Makes the log where it is not made, measures, and leaves nothing, unless the folder was
    given."""
    plan = bench.plan
    result = Result(
        "A big log",
        "Boards that the server wrote, copied under other rooms, people and days, on PostgreSQL as "
        "it comes; beside it, on the same server, a database that holds nothing but the rooms that "
        "are measured.",
    )
    if not PostgresProcess.available():
        result.notes.append("not measured: there is no PostgreSQL")
        return result
    with ExitStack() as stack:
        given = plan.log_folder
        folder = given or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-log-"))
        )
        log = LogFolder(folder, bench.cores, bench.say)
        made = log.made(plan.log_entries, plan.log_measured)
        result.notes.append(
            f"{made.entries:,} entries in {made.rooms:,} rooms over {log_making.DAYS} days, made "
            f"in {made.seconds:,.0f} s"
        )
        postgres = stack.enter_context(log.postgres())
        measured = _Measured(bench, result, log, made, postgres)
        measured.weight()
        measured.verify("before")
        measured.store()
        measured.joins()
        measured.archive()
        measured.prune()
        measured.verify("after")
    return result


class _Measured:
    """One run: each method takes some figures."""

    def __init__(
        self, bench: Bench, result: Result, log: LogFolder, made: Made, postgres: PostgresProcess
    ) -> None:
        self._bench, self._result, self._log, self._made = bench, result, log, made
        self._urls = {name: postgres.url_of(name) for name in (BIG, SMALL)}

    # --- what it weighs

    def weight(self) -> None:
        """Bytes per entry, by table."""
        heap = index = 0
        for name, own, indexes, _, _ in self._rows(WEIGHED):
            heap, index = heap + own, index + indexes
            self._result.notes.append(f"table {name}: {size(own)}, its indexes {size(indexes)}")
        entries = self._made.entries
        self._result.figures += [
            Figure("tables", f"{size(heap)}, {heap / entries:,.0f} B per entry"),
            Figure("indexes", f"{size(index)}, {index / entries:,.0f} B per entry"),
        ]

    # --- beside the small one

    def store(self) -> None:
        """Appends and opens, asked of the store."""
        plan = self._bench.plan
        self._bench.say("big log: appends and opens, in turns")
        big, small = asyncio.run(
            log_store.rounds(
                [*self._urls.values()], self._made.appended, self._made.opened[::2], plan.rounds,
                plan.seconds,
            )
        )  # fmt: skip
        self._result.faults += big.faults + small.faults
        self._compared("append, one after the other", big.appends, small.appends)
        fast, usual = median(big.rates), median(small.rates)
        self._result.figures += [
            Figure(f"entries/s, {log_store.AT_ONCE} rooms at once", rate(fast)),
            Figure("the same beside it", rate(usual)),
            _ratio("rate, ratio", usual / fast),
        ]
        self._compared("open, asked of the store", big.opens, small.opens)
        for name, _, _, updates, hot in self._rows(WEIGHED):
            if name == "room" and updates:
                self._result.notes.append(
                    f"{hot / updates:.1%} of {updates:,} updates of room rows touched no index"
                )

    def joins(self) -> None:
        """From asking to join a room that no node holds to being live in it."""
        plan, opened = self._bench.plan, self._made.opened[1::2]
        took: dict[str, list[list[float]]] = {BIG: [], SMALL: []}
        with ExitStack() as stack:
            stages = {
                name: stack.enter_context(self._stage(url)) for name, url in self._urls.items()
            }
            for number in range(plan.rounds):
                self._bench.say(f"big log: joins, round {number + 1}")
                for name in (BIG, SMALL) if number % 2 == 0 else (SMALL, BIG):
                    rooms = opened[number :: plan.rounds]
                    took[name].append(self._joined(stages[name], rooms))
        self._compared("join of a cold room", took[BIG], took[SMALL])

    def _joined(self, stage: Stage, rooms: list[str]) -> list[float]:
        took: list[float] = []
        for room in rooms:
            member = stage.member(self._made.guest)
            member.join(room)
            began = time.perf_counter()
            stage.enter([member])
            took.append(member.live_at - began)
            self._result.faults += member.faults
            member.drop()
        return took

    def _compared(self, name: str, big: list[list[float]], small: list[list[float]]) -> None:
        ours, theirs = (Latencies.median([Latencies.of(one) for one in of]) for of in (big, small))
        self._result.figures += [
            Figure(name, str(ours)),
            Figure("the same beside it", str(theirs)),
            _ratio("p50, ratio", ours.p50 / theirs.p50),
            _ratio("p99, ratio", ours.p99 / theirs.p99),
        ]

    # --- the commands

    def verify(self, when: str) -> None:
        """A sample of the big one, all of the small one."""
        self._bench.say(f"big log: verify {when}")
        sample = self._bench.plan.log_sample
        ran = self._command(["db", "verify", "--sample", str(sample)])
        _, entries, *_ = _numbers(ran)
        self._result.figures.append(
            Figure(
                f"db verify {when}, {sample:,} rooms", f"{rate(entries / ran.seconds)} entries/s"
            )
        )
        self._command(["db", "verify"], SMALL)

    def archive(self) -> None:
        """Into files; some back because somebody joins them, the others by command."""
        self._bench.say("big log: archive")
        ran = self._command(["db", "archive", "--days", str(ARCHIVED_DAYS), "--yes"])
        rooms, stored, written = _numbers(ran)
        self._result.figures.append(
            Figure(
                "db archive",
                f"{rate(rooms / ran.seconds)} rooms/s, {size(stored / ran.seconds)}/s; "
                f"{rooms:,} rooms of {size(stored)} in {size(written)}",
            )
        )
        files = {path.name.partition(".")[0]: str(path) for path in self._log.archived()}
        joined = [room for room in self._made.old if room in files]
        self._bench.say("big log: archived rooms are joined")
        with self._stage(self._urls[BIG]) as stage:
            took = self._joined(stage, joined)
        self._result.figures.append(Figure("join of an archived room", str(Latencies.of(took))))
        self._bench.say("big log: restore")
        rest = [files[room] for room in files.keys() - {*joined}]
        ran = self._command(["db", "restore", *rest])
        if len(files) != rooms or ran.noted.count("is in the database again") != len(rest):
            self._result.faults.append(f"{rooms} rooms, {len(files)} files, {ran.noted[-300:]}")
        self._result.figures.append(
            Figure("db restore of archived rooms", f"{rate(len(rest) / ran.seconds)} rooms/s")
        )

    def prune(self) -> None:
        """Old entries below snapshots."""
        self._bench.say("big log: prune")
        ran = self._command(["db", "prune", "--older-than", str(PRUNED_DAYS), "--yes"])
        entries, *_ = _numbers(ran)
        rooms = ran.said.count("\n")
        self._result.figures.append(
            Figure(
                "db prune",
                f"{rate(entries / ran.seconds)} entries/s, {rate(rooms / ran.seconds)} rooms/s; "
                f"{entries:,} entries",
            )
        )

    # --- how it is asked

    def _stage(self, url: str) -> AbstractContextManager[Stage]:
        return self._bench.stage("sqlite", self._log.settings(url, self._made.secret))

    def _command(self, arguments: list[str], database: str = BIG) -> Ran:
        ran = self._log.command(self._urls[database], self._made.secret, arguments)
        if ran.status:
            self._result.faults.append(f"{' '.join(arguments)[:100]}: {ran.noted[-1000:]}")
        return ran

    def _rows(self, query: str) -> list[Any]:
        async def asked() -> list[Any]:
            connection = await log_making.connect(self._urls[BIG])
            try:
                return await connection.fetch(query)
            finally:
                await connection.close()

        return asyncio.run(asked())


def _ratio(name: str, value: float) -> Figure:
    return Figure(name, f"{value:.2f}", f"< {RATIO_GATE:g}", value < RATIO_GATE)


def _numbers(ran: Ran) -> list[int]:
    """Those of the last line that the command noted; zeros where it noted none."""
    last = ran.noted.strip().rpartition("\n")[2]
    found = [int(one.replace(",", "")) for one in _NUMBER.findall(last)]
    return found + [0] * (3 - len(found))
