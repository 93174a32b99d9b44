"""A bounded sample of the seeded simulator; `make sim SEEDS=n` runs as many as you have time
for."""

from __future__ import annotations

import logging
import os
from collections import Counter

import pytest
import structlog

from tests.simulation.__main__ import MUST_HAPPEN, WITHIN, find_bug
from tests.simulation.planted_bugs import BUGS
from tests.simulation.world import simulate

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
    assert [name for name in MUST_HAPPEN if not happened[name]] == [], "too tame"


@pytest.mark.parametrize("bug", BUGS)
def test_RM6_the_simulator_finds_a_planted_bug(bug: str) -> None:
    assert find_bug(bug, WITHIN) is not None
