"""What a play is for questions, from lines as files have them, and of the recorded games."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from protocol.asking import RESULTS, ROLES
from protocol.feed import DeletePlay, Play, ReportPlay, ReviewPlay
from server.asking.facts import bits, clock_s, facts_of, field_of, named
from server.readers.game_reports import lacking
from storage.play_rows import OWN_COLUMNS, PlayRow
from tests.support.feeds import FeedRoom, header
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, play, real_games


def facts(*plays: Play, home: int = 0) -> list[PlayRow]:
    room = FeedRoom("gsis")
    room.say(header(home))
    for one in plays:
        room.say(ReportPlay("gsis", 1, one))
    return facts_of(room.state)


def shown(row: PlayRow) -> dict[str, Any]:
    return dict(zip(OWN_COLUMNS, row.values, strict=True))


def results(row: PlayRow) -> set[str]:
    return set(named(shown(row)["results"], RESULTS))


def one(*lines: Any, **said: Any) -> dict[str, Any]:
    about: dict[str, Any] = {"possession": "HOM", "down": 3, "to_go": 8, "quarter": 2, **said}
    return shown(facts(play(1, *lines, **about))[0])


def test_QY1_where_a_play_stood() -> None:
    found = one((PASSER, 10, 5), clock="02:05", yard_line="AWY 18", drive=4)
    assert {name: found[name] for name in ("quarter", "clock", "down", "to_go", "field")} == {
        "quarter": 2, "clock": 125, "down": 3, "to_go": 8, "field": 18,
    }  # fmt: skip
    assert (found["offence"], found["defence"], found["drive"]) == ("HOM", "AWY", 4)


@pytest.mark.parametrize(
    ("said", "yards"),
    [
        ("HOM 20", 80), ("AWY 20", 20), ("50", 50), ("MID 50", 50), ("AWY 1", 1), ("", None),
        ("20", None), ("OTH 20", None), ("HOM 70", None), ("HOM", None),
    ],
)  # fmt: skip
def test_QY1_how_far_it_is_to_the_other_goal_line(said: str, yards: int | None) -> None:
    assert field_of(said, "HOM", ("HOM", "AWY")) == yards
    assert field_of(said, "", ("HOM", "AWY")) is None


def test_QY1_a_team_by_another_name_is_that_team() -> None:
    assert field_of("JAC 30", "JAX", ("JAX", "AWY")) == 70


@pytest.mark.parametrize(
    ("said", "seconds"), [("15:00", 900), ("00:09", 9), (":30", None), ("", None), ("1:5", None)]
)
def test_QY1_the_clock_in_seconds(said: str, seconds: int | None) -> None:
    assert clock_s(said) == seconds


@pytest.mark.parametrize(
    ("lines", "kind", "yards"),
    [
        ([(PASSER, 10, 5)], "run", 5),
        ([(PASSER, 15, 20), (CATCHER, 21, 20)], "pass", 20),
        ([(PASSER, 14, 0), (CATCHER, 115, 0)], "pass", 0),
        ([(PASSER, 19, 0), (TACKLER, 25, 30)], "pass", 0),
        ([(PASSER, 20, -7), (TACKLER, 83, -7)], "sack", -7),
        ([(PASSER, 10, 5), (CATCHER, 12, 3)], "run", 8),
        ([(KICKER, 29, 40), (TACKLER, 33, 5)], "punt", None),
        ([(KICKER, 2, 0), (TACKLER, 86, 0)], "punt", None),
        ([(KICKER, 41, 65), (KICKER, 410, 65)], "kickoff", None),
        ([(KICKER, 70, 33)], "field_goal", None),
        ([(KICKER, 72, 0)], "extra_point", None),
        ([(PASSER, 77, 0), (CATCHER, 104, 0)], "two_point", None),
        ([("HOM", 93, 5)], "penalty", None),
        ([("HOM", 68, 0)], "other", None),
    ],
)
def test_QY1_what_a_play_was_and_gained(lines: Any, kind: str, yards: int | None) -> None:
    found = one(*lines)
    assert (found["kind"], found["yards"]) == (kind, yards)


@pytest.mark.parametrize(
    ("down", "to_go", "gained", "success"),
    [
        (1, 10, 4, 1), (1, 10, 3, 0), (2, 10, 6, 1), (2, 10, 5, 0), (3, 10, 10, 1), (3, 10, 9, 0),
        (4, 1, 1, 1), (4, 1, 0, 0), (0, 10, 9, None), (1, 0, 9, None),
    ],
)  # fmt: skip
def test_QY2_success_is_a_part_of_the_way(
    down: int, to_go: int, gained: int, success: int | None
) -> None:
    assert one((PASSER, 10, gained), down=down, to_go=to_go)["success"] == success


def test_QY2_a_touchdown_is_a_success_and_a_turnover_is_none() -> None:
    assert one((PASSER, 11, 2), to_go=9)["success"] == 1
    assert one((PASSER, 10, 20), (PASSER, 106, 0), to_go=9)["success"] == 0
    assert one((PASSER, 19, 0), (TACKLER, 26, 50), to_go=9)["success"] == 0
    assert one((KICKER, 29, 40))["success"] is None


def test_QY2_what_came_of_a_play() -> None:
    (run,) = facts(play(1, (PASSER, 11, 12), ("HOM", 3, 0), possession="HOM", text="(No Huddle)"))
    assert results(run) == {"touchdown", "first_down", "big", "points", "no_huddle"}
    (thrown,) = facts(play(1, (PASSER, 15, 12), (CATCHER, 21, 12), possession="HOM"))
    assert results(thrown) == {"complete"}
    (picked,) = facts(play(1, (PASSER, 19, 0), (TACKLER, 25, 3), possession="HOM"))
    assert results(picked) == {"interception"}


def test_QY1_the_score_is_that_before_the_play() -> None:
    rows = facts(
        play(1, (PASSER, 11, 2), possession="HOM"),
        play(2, (KICKER, 72, 0), possession="HOM"),
        play(3, (TACKLER, 10, 3), possession="AWY"),
        play(4, (PASSER, 10, 3), possession="HOM"),
        play(5),
    )
    assert [shown(row)["score"] for row in rows] == [0, 6, -7, 7, None]


def test_QY1_formation_personnel_and_expected_points_as_the_source_has_them() -> None:
    found = one((PASSER, 10, 1), formation="I Form", personnel="2 RB, 1 TE, 2 WR", epa=-512)
    assert (found["formation"], found["personnel"], found["epa"]) == (
        "I_FORM", "2 RB, 1 TE, 2 WR", -512,
    )  # fmt: skip
    assert one((PASSER, 10, 1), text="(9:01) (Shotgun) P.One up the middle")["formation"] == (
        "SHOTGUN"
    )
    assert one((PASSER, 10, 1), text="(9:01) (No Huddle, Shotgun) P.One")["formation"] == "SHOTGUN"
    assert one((PASSER, 10, 1))["formation"] == ""


def test_QY1_who_had_a_part_and_which() -> None:
    lines = ((PASSER, 15, 20), (PASSER, 111, 9), (CATCHER, 21, 20), (TACKLER, 79, 0), ("HOM", 4, 0))
    (row,) = facts(play(1, *lines, possession="HOM"))
    assert [(part.player, named(part.roles, ROLES), part.team) for part in row.players] == [
        (PASSER, ["passer"], "HOM"),
        (CATCHER, ["receiver"], "HOM"),
        (TACKLER, ["defender"], "AWY"),
    ]


def test_QY6_only_what_counts_is_there() -> None:
    room = FeedRoom("gsis")
    room.say(header())
    for number in (1, 2, 3):
        room.say(ReportPlay("gsis", 1, play(number, (PASSER, 10, number))))
    room.say(DeletePlay("gsis", 2, 1))
    room.say(ReviewPlay("gsis", 2, 2, on=True))
    assert [row.play for row in facts_of(room.state)] == [3]
    room.say(ReviewPlay("gsis", 3, 2, on=False))
    assert [row.play for row in facts_of(room.state)] == [2, 3]


def test_names_are_bits() -> None:
    for name in RESULTS:
        assert named(bits([name], RESULTS), RESULTS) == [name]
    assert bits([], RESULTS) == 0


@pytest.mark.shared_data
def test_QY1_the_recorded_games_add_up(shared_data: Path) -> None:
    """Net yards and first downs of every team, against the official lines of the same files."""
    wrong: list[str] = []
    for game in real_games(shared_data, "2019_reg_w01").values():
        room = FeedRoom("gsis")
        for report in lacking(game, {}, None, 1):
            room.say(report)
        rows = [shown(row) for row in facts_of(room.state)]
        assert len(rows) == len(list(room.state.counting()))
        for side in game.sides():
            own = [row for row in rows if row["offence"] == side.team and row["yards"] is not None]
            official = game.box["team"][side.team]
            if sum(row["yards"] for row in own) != official["totyds"]:
                wrong.append(f"{game.id} {side.team}")
    assert wrong == []


def test_replacing_a_form_replaces_the_fact() -> None:
    before = play(1, (PASSER, 10, 3), possession="HOM")
    room = FeedRoom("gsis")
    room.say(header())
    room.say(ReportPlay("gsis", 1, before))
    room.say(ReportPlay("gsis", 2, replace(before, down=2)))
    assert shown(facts_of(room.state)[0])["down"] == 2
