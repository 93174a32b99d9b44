"""The measurement, small."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loadtest.bench.big_log import run
from loadtest.bench.log_folder import ARCHIVE, MARK, POSTGRES
from loadtest.bench.plan import Bench
from loadtest.processes import PostgresProcess


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL, which runs as somebody else, can walk to."""
    with tempfile.TemporaryDirectory(prefix="touchline-log-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.mark.postgres
def test_a_log_is_made_measured_archived_restored_pruned_and_still_sound(
    load_bench: Bench, folder: Path
) -> None:
    bench = replace(load_bench, plan=replace(load_bench.plan, log_folder=folder / "log"))
    result = run(bench)
    assert result.faults == []
    names = [figure.name for figure in result.figures]
    beside = ["the same beside it", "p50, ratio", "p99, ratio"]
    assert names == [
        "tables",
        "indexes",
        "db verify before, 10 rooms",
        "append, one after the other",
        *beside,
        "entries/s, 20 rooms at once",
        "the same beside it",
        "rate, ratio",
        "open, asked of the store",
        *beside,
        "join of a cold room",
        *beside,
        "db archive",
        "join of an archived room",
        "db restore of archived rooms",
        "db prune",
        "db verify after, 10 rooms",
    ]
    assert "0 entries" not in next(f.value for f in result.figures if f.name == "db prune")
    left = {path.name for path in (folder / "log").iterdir()}
    assert {MARK, POSTGRES, ARCHIVE} <= left, "a folder that is given stays as it is"


def test_without_postgresql_nothing_is_measured_and_that_is_said(
    load_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgresProcess, "available", staticmethod(lambda: False))
    result = run(load_bench)
    assert (result.figures, result.notes) == ([], ["not measured: there is no PostgreSQL"])
