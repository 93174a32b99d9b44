"""The command line: bounds, refusals, a short scenario, a short measurement."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loadtest import commands
from loadtest.bench import runner
from loadtest.bench.plan import Bench
from loadtest.commands import RESULTS, app
from loadtest.processes import NotStarted, PostgresProcess
from loadtest.report import Figure, Result

invoke = CliRunner().invoke


def test_help_lists_what_there_is() -> None:
    said = invoke(app, ["--help"]).output
    assert all(name in said for name in ("board", "crowd", "storm", "bench"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["board", "--rooms", "500", "--members", "10000"], "at most 10,000"),
        (["board", "--database", "oracle"], "must be sqlite or postgresql"),
        (["bench", "--only", "fanout,nonsense"], "no such measurement: nonsense"),
        (["crowd", "--seconds", "1e9"], "seconds"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_a_reason(arguments: list[str], why: str) -> None:
    result = invoke(app, arguments)
    assert result.exit_code == 2
    assert why in result.output


def test_postgresql_needs_its_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgresProcess, "available", staticmethod(lambda: False))
    result = invoke(app, ["storm", "--database", "postgresql"])
    assert result.exit_code == 2
    assert "make test" in result.output


def test_too_few_files_are_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(_: int) -> tuple[int, int]:
        return 64, 128

    monkeypatch.setattr(resource, "getrlimit", few)
    result = invoke(app, ["crowd", "--members", "100"])
    assert result.exit_code == 2
    assert "ulimit -n 600" in result.output


def test_the_soft_limit_of_files_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def some(_: int) -> tuple[int, int]:
        return 64, 4_096

    def ask(_: int, limits: tuple[int, int]) -> None:
        asked.append(limits)

    monkeypatch.setattr(resource, "getrlimit", some)
    monkeypatch.setattr(resource, "setrlimit", ask)
    monkeypatch.setattr(commands, "Stage", _NoStage)
    result = invoke(app, ["board", "--rooms", "1", "--members", "2"])
    assert asked == [(502, 4_096)]
    assert (result.exit_code, "no server today" in result.output) == (2, True)


class _NoStage:
    """A stage whose server does not start."""

    def __init__(self, **_: object) -> None:
        raise NotStarted("no server today")


def test_a_scenario_plays_and_shows_its_figures() -> None:
    result = invoke(app, ["board", "--rooms", "1", "--members", "2", "--seconds", "0.3"])
    assert result.exit_code == 0, result.output
    assert "commands accepted" in result.output


def measured(result: Result) -> dict[str, runner.Measurement]:
    def run(bench: Bench) -> Result:
        bench.say("measuring")
        return result

    return {"only": runner.Measurement("a stand-in", run)}


def test_figures_that_only_show_that_it_works_are_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sound = Result("Only", "", [Figure("n", "1")])
    monkeypatch.setattr(runner, "MEASUREMENTS", measured(sound))
    before = RESULTS.read_text() if RESULTS.exists() else None
    assert invoke(app, ["bench", "--quick"]).exit_code == 0
    assert (RESULTS.read_text() if RESULTS.exists() else None) == before
    page = tmp_path / "page.md"
    asked = ["bench", "--only", "only", "--rounds", "2", "--database", "sqlite", "--out", str(page)]
    assert invoke(app, asked).exit_code == 0
    assert "## Only" in page.read_text()


def test_without_the_wheel_sqlite_alone_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgresProcess, "available", staticmethod(lambda: False))
    plans: list[Bench] = []

    def run(bench: Bench) -> Result:
        plans.append(bench)
        return Result("Only", "")

    monkeypatch.setattr(runner, "MEASUREMENTS", {"only": runner.Measurement("", run)})
    assert invoke(app, ["bench", "--only", "only"]).exit_code == 0
    assert plans[0].plan.databases == ("sqlite",)


def test_a_server_that_does_not_start_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: Bench) -> Result:
        raise NotStarted("no server today")

    monkeypatch.setattr(runner, "MEASUREMENTS", {"only": runner.Measurement("", run)})
    result = invoke(app, ["bench", "--only", "only"])
    assert (result.exit_code, "no server today" in result.output) == (2, True)
