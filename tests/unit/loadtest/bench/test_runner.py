"""The order, the page, the exit status."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from loadtest.bench import runner
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores
from loadtest.report import Figure, Result


def measurements(*results: Result) -> dict[str, runner.Measurement]:
    def giving(result: Result) -> runner.Measurement:
        def run(bench: Bench) -> Result:
            bench.say(result.name)
            return result

        return runner.Measurement("", run)

    return {result.name: giving(result) for result in results}


def test_every_measurement_has_a_name_that_says_what_it_is() -> None:
    assert list(runner.MEASUREMENTS) == [
        "fanout",
        "commands",
        "answer",
        "beside",
        "members",
        "neighbours",
        "nodes",
        "contention",
        "redis",
        "rolling",
        "drafts",
        "feeds",
        "matchups",
        "http",
        "logins",
        "playback",
        "pages",
        "plays",
        "history",
        "big_log",
    ]


def test_the_asked_ones_run_in_their_order_and_are_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = Result("first", "", [Figure("n", "1", "> 2", holds=False)])
    other, last = Result("other", ""), Result("last", "", [Figure("n", "3")])
    monkeypatch.setattr(runner, "MEASUREMENTS", measurements(first, other, last))
    console = Console(file=StringIO(), width=120)
    before = os.sched_getaffinity(0)
    out = tmp_path / "page.md"
    status = runner.run(["last", "first"], QUICK, console, out=out, command="c")
    assert status == 0, "a missed gate is a figure, not an error"
    assert os.sched_getaffinity(0) == before
    text = out.read_text()
    assert text.index("## first") < text.index("## last")
    assert "## other" not in text


def test_a_broken_promise_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Result("broken", "", faults=["a version was missed"])
    monkeypatch.setattr(runner, "MEASUREMENTS", measurements(broken))
    said = StringIO()
    console = Console(file=said, width=120)
    assert runner.run(["broken"], QUICK, console, out=None, command="c") == 1
    assert "a version was missed" in said.getvalue()


def test_one_core_is_confessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MEASUREMENTS", measurements(Result("one", "")))
    monkeypatch.setattr(runner, "Cores", _OneCore)
    said = StringIO()
    runner.run(["one"], QUICK, Console(file=said, width=120), out=None, command="c")
    assert "Only one core" in said.getvalue()


class _OneCore(Cores):
    def __init__(self) -> None:
        super().__init__()
        self.pinned = False
