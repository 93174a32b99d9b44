"""A bounded sample of the seeded simulator; `make sim SEEDS=n` runs as many as you have time
for."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from pathlib import Path

import pytest
import structlog

from tests.simulation.__main__ import GAMES
from tests.simulation.coverage import never_happened
from tests.simulation.planted_bugs import BUGS, find_bug
from tests.simulation.planted_draft_bugs import DRAFT_BUGS, find_draft_bug
from tests.simulation.records import Record, append, read, total
from tests.simulation.world import Report, simulate
from tests.support.virtual_time_loop import Process, run_in_virtual_time

SEEDS = int(os.environ.get("TOUCHLINE_SIM_SEEDS", "200"))


@pytest.fixture(autouse=True)
def quiet_log() -> object:
    """Planted bugs fill the log with the incidents they are meant to make."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


def test_RM5_every_invariant_holds_under_faults_and_every_fault_did_occur() -> None:
    happened: Counter[str] = Counter()
    for seed in range(SEEDS):
        try:
            happened.update(simulate(seed).happened)
        except Exception as error:
            raise AssertionError(f"python -m tests.simulation --seed {seed}") from error
    assert never_happened(happened, SEEDS) == [], "too tame"


def test_RM5_a_seed_is_the_same_run_every_time() -> None:
    def run() -> Report:
        return simulate(1)

    assert run() == run()


def test_RM5_a_process_stands_still_goes_on_and_dies_between_any_two_steps() -> None:
    async def run() -> list[str]:
        loop, process, seen = asyncio.get_running_loop(), Process(), list[str]()

        def tick(step: int) -> None:
            seen.append(f"{step} at {loop.time():.0f}")
            loop.call_later(1, tick, step + 1)

        process.run(lambda: tick(0))
        loop.call_later(1.5, process.freeze)
        loop.call_later(1.6, process.call, seen.append, "called")
        loop.call_later(6.4, seen.append, "goes on")
        loop.call_later(6.5, process.thaw)
        loop.call_later(7.7, process.kill)
        loop.call_later(7.8, process.call, seen.append, "never")
        end = loop.create_future()
        loop.call_later(20, end.set_result, None)
        await end
        return seen

    assert run_in_virtual_time(run()) == [
        *("0 at 0", "1 at 1", "goes on", "called", "2 at 6", "3 at 8"),
    ]


@pytest.mark.parametrize(("game", "count"), [("drafts", 40), ("races", 30)])
def test_RM5_drafts_under_faults_and_races_at_the_deadline_are_legal_and_fair(
    game: str, count: int
) -> None:
    happened: Counter[str] = Counter()
    for seed in range(count):
        try:
            happened.update(simulate(seed, GAMES[game]).happened)
        except Exception as error:
            raise AssertionError(
                f"python -m tests.simulation --game {game} --seed {seed}"
            ) from error
    assert happened["drafts judged"] == count
    assert never_happened(happened, count, game) == [], "too tame"


@pytest.mark.parametrize("bug", DRAFT_BUGS)
def test_RM6_drafts_and_races_find_a_planted_bug(bug: str) -> None:
    seed, tried = find_draft_bug(bug)
    assert seed is not None, f"not found within {tried} seeds"


def test_RM6_at_least_twenty_bugs_are_planted() -> None:
    assert len(BUGS) >= 20


@pytest.mark.parametrize("bug", BUGS)
def test_RM6_the_simulator_finds_a_planted_bug(bug: str) -> None:
    seed, tried = find_bug(bug)
    assert seed is not None, f"not found within {tried} seeds"


def test_RM6_a_failure_tells_the_last_steps_of_its_room() -> None:
    with BUGS["told_before_the_commit"].plant():
        for seed in range(20):
            try:
                simulate(seed)
            except AssertionError as error:
                assert "the last steps of r_" in "\n".join(error.__notes__)  # noqa: PT017 - the notes are what is looked at
                return
    pytest.fail("nothing failed")


def test_RM5_ranges_of_one_commit_add_up_and_count_once(tmp_path: Path) -> None:
    file = tmp_path / "ranges"
    for commit, first, last, failed in (
        ("a", 0, 9, []),
        ("b", 10, 19, []),
        ("a", 10, 19, [(12, "1: lost")]),
        ("a", 15, 30, [(12, "1: lost")]),
    ):
        append(file, Record(commit, first, last, 5, 100, 1.0, failed, {"crash": 2}))
    found = total(read(file, "a"))
    assert (found.seeds, found.entries, found.turns, found.seconds) == (20, 10, 200, 2.0)
    assert found.violations == [(12, "1: lost")]
    assert found.happened == {"crash": 4}
    assert "crash" in never_happened({}, 200)
    assert never_happened({}, 10) == [], "few seeds prove nothing"
