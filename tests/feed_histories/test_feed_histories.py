"""A sample of `make feed-histories`; and that what servers are judged by finds what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from protocol.feed import ReportAll, StatLine
from server.readers.game import Game
from server.readers.score_table import rows_of
from server.rules.feed import FEED
from server.rules.scoring.ruleset import preset, read_rules
from tests.feed_histories.judgement import changed_in, matchup_faults, trail_faults, view_faults
from tests.feed_histories.leagues import OWN, League, rulesets
from tests.feed_histories.plain_points import points_of, presets, tally
from tests.feed_histories.report import record, table
from tests.feed_histories.run import ELLIOTT_GAME, Outcome, Plan, feed_histories
from tests.feed_histories.script import SOURCES, Script, header_of
from tests.simulation.records import commit_at_hand
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import real_games

pytestmark = pytest.mark.shared_data
OTHER = "2019091505"


def some_games(shared: Path) -> list[Game]:
    found = real_games(shared)
    return [found[ELLIOTT_GAME], found[OTHER]]


@pytest.mark.parametrize(
    ("nodes", "histories", "kill_every"),
    [(1, 2, 8), pytest.param(3, 2, 8, marks=pytest.mark.postgres)],
)
def test_LI5_LI7_LI9_histories_on_servers_that_are_killed_end_as_their_final_plays(
    shared_data: Path, tmp_path: Path, nodes: int, histories: int, kill_every: int
) -> None:
    plan = Plan(histories, nodes, seed=7, kill_every=kill_every)
    outcome = feed_histories(tmp_path, some_games(shared_data), plan, lambda _: None)
    told = "\n".join(table(outcome, plan))
    assert outcome.faults == [], told
    # It did what it is for.
    assert (outcome.histories, outcome.special) == (histories, 1), told
    assert outcome.kills > 0, told
    assert outcome.asked_again.total() > 0, told
    assert outcome.opened == 100 * outcome.moments.total() >= 800, told
    assert outcome.causes >= 2 * outcome.moments.total(), told
    assert outcome.views == nodes * (histories + 1), told
    assert {"duplicate", "reorder", "correct", "delete", "review", "uphold"} <= outcome.did.keys()


# ---------------------------------------------------------------- what they are judged by


def test_SC11_16527_points_of_35_games_are_equal_by_a_computation_that_shares_no_code(
    shared_data: Path,
) -> None:
    rules, compared, wrong = presets(), 0, list[str]()
    for game in real_games(shared_data).values():
        sums, header = tally(game.plays), header_of(game)
        for name in rules:
            for row in rows_of([game], preset(name), {}):
                compared += 1
                ours = points_of(row.id, row.position, sums, header, rules[name])
                if ours != row.points:
                    wrong.append(f"{game.id}, {name}: {row.name} {row.points}, ours {ours}")
    assert wrong == []
    assert compared == 16_527


def test_SC10_SC12_and_so_are_those_of_three_leagues_own_rules(shared_data: Path) -> None:
    own = {one.rules.name: one.rules for one in rulesets() if one.document is not None}
    assert own.keys() == OWN.keys()
    for name, (base, points) in OWN.items():
        theirs = read_rules(name, {"preset": base, "points": points})
        for game in some_games(shared_data):
            sums, header = tally(game.plays), header_of(game)
            rows = rows_of([game], theirs, {})
            ours = [points_of(row.id, row.position, sums, header, own[name]) for row in rows]
            assert ours == [row.points for row in rows], name


def test_FE2_a_script_knows_what_the_rules_make_of_it(shared_data: Path) -> None:
    """Without a server: whatever it says, what it takes to count is what counts."""
    game = some_games(shared_data)[0]
    for seed in range(12):
        script = Script(game, seed)
        room = FeedRoom(*SOURCES)
        for at in range(0, len(script.opening), 150):
            room.say(ReportAll(tuple(script.opening[at : at + 150])))
        for moment in [script.moment() for _ in range(6)]:
            room.say(moment.report)
        view = msgspec.json.decode(msgspec.json.encode(FEED.view(room.state)))
        assert view_faults(view, script.shown()) == [], seed


# ---------------------------------------------------------------- that they can be found wanting


def a_league(*line_ups: str) -> League:
    return League("r", rulesets()[0], [[one] for one in line_ups], {1: [(1, 2)]})


SCORE: dict[str, Any] = {
    "matchup": 1,
    "home": {
        "team": 1,
        "points": 480,
        "starters": [{"place": "ANY", "player": "a", "points": 480}],
    },
    "away": {"team": 2, "points": 0, "starters": [{"place": "ANY", "player": "b"}]},
}


def test_a_matchup_that_is_a_hundredth_off_is_found() -> None:
    league = a_league("a", "b")
    assert matchup_faults(SCORE, league, 1, 1, {"a": 480, "b": 0}) == []
    (line, total) = matchup_faults(SCORE, league, 1, 1, {"a": 481, "b": 0})
    assert "('a', 480) for ('a', 481)" in line
    assert total.endswith("home has 480, plays make 481")
    assert len(matchup_faults(SCORE, a_league("a", "c"), 1, 1, {"a": 480, "c": 0})) == 1


def test_a_trail_without_the_cause_is_found() -> None:
    league = a_league("a", "b")
    changed = changed_in(league, 1, 1, {"a": 680, "b": 0}, {"a": 480, "b": 0})
    assert changed == {"a": (680, 480)}
    cause = {"player": "a", "play": 946, "cause": "correction", "before": 680, "after": 480}
    first = {"player": "a", "play": 36, "cause": "play", "before": 0, "after": 680}
    trail = [{"cause": first}, {"cause": cause}]

    def faults(*lines: Any, play: int = 946, why: str = "correction") -> int:
        return len(trail_faults(lines, play, why, changed, {"a": 480, "b": 0}))

    assert faults(*trail) == 0
    assert faults(*trail, play=947) == faults(*trail, why="deletion") == 1
    assert faults() == 1
    assert faults(trail[0]) == 2
    assert faults({"cause": {**first, "after": 600}}, trail[1]) == 1


def test_a_feed_with_other_lines_is_found() -> None:
    line = StatLine(10, "HOM", "a", "A", 3)
    plain = msgspec.to_builtins(line)

    def faults(*rows: Any) -> int:
        return len(view_faults({"plays": rows}, {1: [line]}))

    row = {"play": {"id": 1, "stats": [plain]}, "review": False}
    assert faults(row) == 0
    assert faults() == 1
    assert faults({**row, "review": True}) == 2
    assert faults({"play": {"id": 1, "stats": [msgspec.to_builtins(replace(line, yards=4))]},
                   "review": False}) == 1  # fmt: skip
    assert faults(row, {"play": {"id": 2, "stats": [plain], "deleted": True}, "review": False}) == 1


def test_a_run_is_a_table_and_one_line() -> None:
    plan = Plan(2, 3, seed=5)
    outcome = Outcome(histories=2, special=1, games={"g"}, kills=1, seconds=2.5, faults=["one"])
    outcome.moments["correction"] = 4
    lines = [*table(outcome, plan)]
    assert lines[0] == "2 histories and 1 special cases of 1 games on 3 nodes, seed 5, 2 s"
    assert lines[-2:] == ["1 faults", "FAULT one"]
    told = json.loads(json.dumps(record(outcome, plan)))
    assert (told["seed"], told["nodes"], told["feed_histories"]["faults"]) == (5, 3, ["one"])
    assert told["commit"] == commit_at_hand()
