"""The measurement, small; and how far apart is reckoned."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtest.bench import playback
from loadtest.bench.plan import Bench
from loadtest.bench.playback import FRAMES, MOVERS, apart, figures, run, synthetic_document
from loadtest.stage import Stage
from loadtest.viewers import Shown


def test_a_play_is_watched_and_all_saw_it(
    load_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "REAL_PLAY", Path("nowhere"))
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "loopback: furthest apart, of any two",
        "bytes to join",
        "loopback: bytes while it plays",
        "mobile roads: furthest apart, of any two",
        "mobile roads: bytes while it plays",
    ]
    assert "synthetic" in result.notes[0]


def test_the_recorded_play_is_imported_as_a_user_does(load_stage: Stage, shared_data: Path) -> None:
    assert (shared_data / playback.REAL_PLAY.relative_to("shared/data")).is_file()
    play = playback.real_play(load_stage)
    assert play is not None
    assert play.duration_ms == (FRAMES - 1) * playback.FRAME_MS


def shown(*samples: tuple[float, float]) -> Shown:
    return Shown(joining=1_000, playing=500, sent=50, samples=list(samples))


def test_apart_is_between_the_first_and_the_last_at_one_time() -> None:
    # The second is asked 20 ms later and is 15 ms ahead; then one of them is not seen.
    one = shown((1_000, 0), (1_100, 100), (1_200, 200))
    other = shown((1_020, 35), (1_120, 130))
    assert apart([one, other]) == [15, 10]


@pytest.mark.parametrize(("ahead", "holds"), [(49, True), (50, False)])
def test_the_goal_is_on_the_furthest_of_any_two(ahead: float, holds: bool) -> None:
    found = figures("x", [shown((1_000, 0)), shown((1_000, ahead)), shown((1_000, 5))], first=True)
    assert found[0].holds is holds
    assert found[0].value.startswith(f"{ahead:.1f} ms")
    assert [figure.name for figure in found[1:]] == ["bytes to join", "x: bytes while it plays"]


def test_nobody_seen_together_holds_nothing() -> None:
    assert figures("x", [shown((1_000, 0)), shown()], first=False)[0].holds is False


def test_the_synthetic_play_is_as_large_as_a_real_one() -> None:
    objects = synthetic_document()["objects"]
    stops = [one for one in objects if one["sort"] == "stop"]
    assert len(stops) == MOVERS
    assert all(len(stop["props"]["points"]) == FRAMES for stop in stops)
