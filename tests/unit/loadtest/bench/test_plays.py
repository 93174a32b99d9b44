"""The measurement, small."""

from __future__ import annotations

from loadtest.bench.plan import Bench
from loadtest.bench.plays import made_up, run
from loadtest.bench.questions import ten


def test_plays_are_imported_killed_resumed_and_asked_about(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    names = [figure.name for figure in result.figures]
    assert names[:3] == [
        "import over HTTP, durable, the first half passed over",
        "put in for questions",
        "database, logs included",
    ]
    assert set(ten(2002, "A", "B", "")) < set(names)
    assert names[-3:] == ["p95 of all", "p95 of the slowest", "tables read from end to end"]
    assert "killed with" in result.notes[0] or "had ended" in result.notes[0]


def test_a_game_is_made_up_where_none_is_recorded() -> None:
    ((game,),) = [list(tree.values()) for tree in made_up().trees]
    assert len(game["drives"]["1"]["plays"]) == 180
