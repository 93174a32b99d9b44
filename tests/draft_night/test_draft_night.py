"""A sample of `make draft-night`: some races, a short night, a database that stops for seconds; and
how runs are told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from tests.draft_night.drafter import ROSTER, next_best
from tests.draft_night.night import NODES, Plan, Shown, night
from tests.draft_night.night import Outcome as NightOutcome
from tests.draft_night.race_judgement import Found
from tests.draft_night.races import PLANS, Scale, race
from tests.draft_night.report import (
    longest_connected,
    longest_stale,
    night_record,
    night_table,
    races_record,
    races_table,
    stopped_record,
    stopped_table,
    told_faults,
)
from tests.draft_night.stale import Staleness
from tests.draft_night.stopped import CLOCKS_S, LEAST_MS, WAYS, Row, stopped
from tests.draft_night.stopped import Outcome as StoppedOutcome
from tests.support.draft_audit import Plain
from tests.support.drafts import DraftRoom

SHORT = Plan(teams=4, rounds=6, kill_every=6, idle=(), auto=(3,))


@pytest.mark.postgres
async def test_DR16_DR21_no_pick_in_time_is_lost_and_every_loser_is_told_the_winner(
    tmp_path: Path,
) -> None:
    found = await race(tmp_path, Scale(4, 6), nodes=3, seed=7, said=lambda _: None)
    told = "\n".join([*races_table({3: found}), *told_faults(found.faults)])
    assert found.faults == [], told
    # It did what it is for.
    assert found.races == 24, told
    assert found.shots > 30, told
    assert found.in_time["accepted"] > 0, told
    assert found.late > 0, told
    assert found.winners > 0, told


@pytest.mark.postgres
@pytest.mark.browser
async def test_DR27_a_draft_ends_whole_and_legal_whatever_becomes_of_its_nodes(
    tmp_path: Path,
) -> None:
    outcome = await night(tmp_path, SHORT, seed=7, said=lambda _: None)
    told = "\n".join([*night_table(outcome), *told_faults(outcome.faults)])
    assert outcome.faults == [], told
    assert (outcome.picks, outcome.flushes) == (24, 2), told
    assert 1 <= outcome.auto <= 2, told  # who asks for an end of it may be a little late
    assert outcome.kills == outcome.starts > 0, told
    assert outcome.by_hand > 0, told
    assert outcome.compared == SHORT.teams + NODES, told
    assert len(outcome.shown) == SHORT.teams, told


@pytest.mark.postgres
@pytest.mark.browser
async def test_DR27_a_stopped_database_costs_nobody_time(tmp_path: Path) -> None:
    outcome = await stopped(tmp_path, seconds=5, seed=7, said=lambda _: None)
    told = "\n".join([*stopped_table(outcome), *told_faults(outcome.faults)])
    assert outcome.faults == [], told
    assert len(outcome.rows) == len(WAYS) * len(CLOCKS_S), told
    by_name = {row.name: row for row in outcome.rows if row.way == WAYS[0]}
    assert by_name["page"].left > LEAST_MS > by_name["short"].left > 0 > by_name["grace"].left, told


# -------------------------------------------------------------------- what drafters want


def test_a_drafter_fills_a_legal_roster_with_the_best_who_are_left() -> None:
    room = DraftRoom()
    view: Plain = {
        "pool": {one.id: msgspec.to_builtins(one) for one in room.state.pool.values()},
        "rosters": {"1": [], "2": []},
    }
    picked: list[str] = []
    for _ in ROSTER:
        picked.append(next_best(view, 1, 0))
        view["rosters"]["1"].append(picked[-1])
    positions = [view["pool"][one][2][0] for one in picked]
    assert positions == [*ROSTER]
    assert len(set(picked)) == len(ROSTER)
    view["rosters"] = {"1": [], "2": picked}
    assert next_best(view, 1, 0) not in picked
    assert next_best(view, 1, 1) not in {next_best(view, 1, 0), *picked}


# -------------------------------------------------------------------- how runs are told


def test_races_are_a_table_and_one_line() -> None:
    assert all("pick" in sorts for sorts in PLANS.values())
    found = Found(races=2, shots=4, late=1, winners=1, answers_ms=[1.0, 2.0, 9.0])
    found.accepted["pick"], found.refused["already_picked"] = 1, 1
    found.in_time["accepted"] = 1
    rows = [*races_table({1: found, 3: found})]
    assert rows[0] == "| Races | 1 node | 3 nodes |"
    assert "| answer, p50 and p99 ms | 2, 9 | 2, 9 |" in rows
    assert {row.count("|") for row in rows} == {4}
    told = json.loads(json.dumps(races_record({1: found}, seed=5)))
    assert (told["seed"], told["races"]["1"]["races"], told["races"]["1"]["faults"]) == (5, 2, [])


def test_a_night_is_a_table_and_one_line() -> None:
    staleness = Staleness([0.1, 0.2], [], [])
    outcome = NightOutcome(60.0, 24, 6, 1, 2, 3, 3, 1, 7, stood_s=1.25)
    outcome.shown = [Shown("page 2", staleness, 2.0, 0.5), Shown("program 1", staleness, 1.0, 0.75)]
    lines = [*night_table(outcome)]
    assert "| page 2 | 2 | 0.10 | 0.20 | 0.20 | 2.00 | 0.50 |" in lines
    assert lines[0].startswith("24 picks in 60 s (6 by hand on pages, 1 by autopick")
    assert (longest_stale(outcome.shown), longest_connected(outcome.shown)) == (2.0, 0.75)
    told = json.loads(json.dumps(night_record(outcome, seed=5)))
    assert (told["night"]["stale_s"], told["night"]["kills"]) == (2.0, 3)
    assert (longest_stale([]), longest_connected([])) == (0.0, 0.0)


def test_a_stopped_database_is_a_table_and_one_line() -> None:
    outcome = StoppedOutcome(40.0, [Row("stood still", "short", 3_500, 10_000, 9_950, 1)])
    outcome.faults.append("one")
    lines = [*stopped_table(outcome), *told_faults(outcome.faults)]
    assert "| stood still | short | 3.50 | 10.00 | 9.95 | 1 |" in lines
    assert lines[-2:] == ["**1 faults.**", "- one"]
    told = json.loads(json.dumps(stopped_record(outcome, seed=5)))
    assert told["stopped"]["turns"][0]["given_ms"] == 10_000
    assert Counter(told["stopped"]["faults"]) == {"one": 1}
