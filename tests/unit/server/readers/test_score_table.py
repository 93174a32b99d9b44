"""Rows of points: everybody in some games."""

from typing import Any

from server.readers.score_table import rows_of
from server.rules.scoring.points import total_of
from server.rules.scoring.ruleset import preset, read_rules
from tests.support.gsis_games import CATCHER, ID, KICKER, PASSER, TACKLER, node, read, tree

PLAYS: dict[int | str, dict[str, Any]] = {
    36: node((PASSER, 16, 30), (CATCHER, 22, 30), (TACKLER, 79, 0)),
    57: node((KICKER, 72, 0)),
    80: node((PASSER, 19, 0), (TACKLER, 25, 3)),
}


def test_SC18_SC19_a_row_a_player_and_both_defences_most_points_first() -> None:
    game, _ = read(tree(PLAYS, home=7))
    rows = rows_of([game], preset("ppr"), {CATCHER: "WR"})
    assert [(r.id, r.team, r.position, r.points) for r in rows] == [
        (CATCHER, "HOM", "WR", 1000),
        ("HOM", "HOM", "DEF", 1000),
        ("AWY", "AWY", "DEF", 600),
        (PASSER, "HOM", "", 320),
        (KICKER, "HOM", "", 100),
        (TACKLER, "AWY", "", 0),
    ]
    assert all(row.points == total_of(row.parts) for row in rows)
    assert [row.name for row in rows][:2] == ["P.02", "HOM D/ST"]


def test_SC19_of_several_games_bonuses_are_made_by_game() -> None:
    first, _ = read(tree({36: node((PASSER, 10, 60))}))
    document = tree({36: node((PASSER, 10, 60))})
    document["2030011300"] = document.pop(ID)
    second, _ = read(document)
    rules = read_rules("r", {"rush_yd": 0.1, "bonus_rush_yd_100": 5})
    (row, *_) = rows_of([second, first], rules, {})
    assert (row.id, row.points) == (PASSER, 1200)
    assert [(part.key, part.halves) for part in row.parts] == [("rush_yd", 240)]


def test_SC9_points_allowed_are_a_rule_of_the_league() -> None:
    game, _ = read(tree({36: node((PASSER, 26, 30))}, home=7))
    rows = {r.id: r.points for r in rows_of([game], preset("standard"), {})}
    left_out = read_rules(
        "r", {"preset": "standard", "points_allowed": "exclude_def_td_and_safety"}
    )
    assert rows["AWY"] == 400
    assert {r.id: r.points for r in rows_of([game], left_out, {})}["AWY"] == 700


def test_SC19_before_the_game_there_is_no_defence_and_deleted_plays_name_nobody() -> None:
    game, _ = read(tree({}, qtr="Pregame"))
    assert rows_of([game], preset("ppr"), {}) == ()
