"""The measurement, small; and what is made of what a page showed."""

from __future__ import annotations

import pytest

from loadtest.bench.pages import crowded_board, faults, figures, page_names, run, told
from loadtest.bench.plan import Bench
from loadtest.chromium import Seen
from loadtest.dragging import Dragger
from loadtest.member import Member
from loadtest.swarm import Swarm


@pytest.mark.browser
def test_a_board_is_watched_weighed_and_opened(load_bench: Bench) -> None:
    result = run(load_bench)
    names = [figure.name for figure in result.figures]
    assert [name for name in names if name.startswith("4x slower")] == [
        "4x slower: frames per second",
        "4x slower: longest frame",
        "4x slower: others' drags on the screen",
        "4x slower: bytes per second of a viewer",
    ]
    assert [figure.holds is None for figure in result.figures if "as it is" in figure.name] == [
        True
    ] * 4
    assert sum("everything that opening it fetches" in name for name in names) == len(page_names())
    assert result.figures[-1].name.startswith("phone")
    assert "within" in result.notes[0]


def dragger(*said: tuple[float, int]) -> Dragger:
    one = Dragger(Member(Swarm(), 1, client="c", token=""), "r", "o_token00000", 0)
    one.said = list(said)
    return one


def seen(frames: list[float], *drawn: tuple[float, float]) -> Seen:
    return Seen(10_000, 100, frames, [], {"o_token00000": list(drawn)})


EVEN = [n * 16.0 for n in range(63)]


@pytest.mark.parametrize(
    ("frames", "shown_at", "holds"),
    [
        (EVEN, 1_119.0, [True, True, True]),
        ([*EVEN, EVEN[-1] + 34.0], 1_121.0, [True, False, False]),
        ([n * 19.0 for n in range(60)], 1_119.0, [False, True, True]),
    ],
)
def test_the_gates(frames: list[float], shown_at: float, holds: list[bool]) -> None:
    one = dragger((1_000.0, 5))
    found = figures("x", [one], seen(frames, (shown_at, 5.0)))
    assert [figure.holds for figure in found] == [*holds, None]
    ungated = figures("x", [one], seen(frames, (shown_at, 5.0)), gated=False)
    assert all(figure.holds is None and not figure.gate for figure in ungated)


def test_what_was_never_shown_is_a_broken_promise() -> None:
    one = dragger((1_000.0, 5), (1_010.0, 6))
    assert faults("x", [one], seen(EVEN, (1_100.0, 6.0))) == []
    assert faults("x", [one], seen(EVEN, (1_100.0, 5.0))) == [
        "x: of 2 places only 1 were reached on the screen"
    ]
    assert figures("x", [one], seen([]))[0].holds is False


def test_the_longest_frames_are_named() -> None:
    page = Seen(0, 0, [], [(51.0, 1.0, "a"), (90.0, 40.0, "b"), (60.0, 0.0, "")], {})
    assert told(page) == ("3 frames of 50 ms and more: 90 ms (b); 60 ms (no script); 51 ms (a)")


def test_the_board_is_as_crowded_as_it_says() -> None:
    objects = crowded_board()["objects"]
    sorts = [one["sort"] for one in objects]
    assert (sorts.count("token"), sorts.count("ball"), len(sorts)) == (22, 1, 63)
    assert len({one["id"] for one in objects}) == 63
