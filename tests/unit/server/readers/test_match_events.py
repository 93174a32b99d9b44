"""The choice of a passage."""

from dataclasses import replace

from server.readers.coordinates import SOCCER
from server.readers.line_up import LineUp
from server.readers.match_events import PASSAGE_MAX, MatchEvent, MatchEvents, numbered, passage

PASS = MatchEvent(
    1, 1, 0, "pass", "Pass", "home", "a", "b", (0, 0), (1, 1), None, success=True, possession=1
)


def match(*events: MatchEvent) -> MatchEvents:
    line_up = LineUp("m", "s", "soccer", SOCCER, {}, {}, ())
    return MatchEvents(line_up, numbered(list(events)), {}, turned=True)


def test_RD14_events_are_numbered_in_order_of_time() -> None:
    late, early = replace(PASS, at_ms=900, index=1), replace(PASS, at_ms=100, index=2)
    second = replace(PASS, period=2, at_ms=0, index=3)
    assert [(e.index, e.period, e.at_ms) for e in numbered([second, late, early])] == [
        (1, 1, 100),
        (2, 1, 900),
        (3, 2, 0),
    ]


def test_RD14_without_a_choice_the_passage_ends_with_the_first_goal() -> None:
    shot = replace(PASS, sort="shot", at_ms=5_000, possession=2)
    goal = replace(shot, at_ms=40_000, is_goal=True, possession=3)
    before = replace(PASS, at_ms=39_000, possession=3)
    found = passage(match(PASS, shot, before, goal))
    assert [e.at_ms for e in found] == [39_000, 40_000]
    assert [e.at_ms for e in passage(match(PASS, shot))] == [5_000]
    assert len(passage(match(PASS))) == 1


def test_RD14_a_stretch_of_time_is_what_it_says_and_bounded() -> None:
    events = [replace(PASS, at_ms=at) for at in range(0, 60_000, 500)]
    found = passage(match(*events), 1, 10_000, 12_000)
    assert [e.at_ms for e in found] == [10_000, 10_500, 11_000, 11_500, 12_000]
    assert len(passage(match(*events), 1, 0, 60_000)) == PASSAGE_MAX
    assert passage(match(*events), 2) == ()
    assert passage(match(replace(PASS, start=None)), 1) == ()
