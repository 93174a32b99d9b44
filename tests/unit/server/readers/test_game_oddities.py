"""The defects of real archives, one by one: what is changed, what stays, what is told."""

from typing import Any

from tests.support.gsis_games import (
    CATCHER,
    ID,
    KICKER,
    PASSER,
    TACKLER,
    Line,
    node,
    read,
    tree,
)

SACK: tuple[Line, ...] = ((PASSER, 20, -7), (TACKLER, 83, -7), (PASSER, 52, 0), (TACKLER, 91, 0))


def game_of(*plays: dict[str, Any], **said: Any) -> tuple[list[int], dict[str, int]]:
    """Lines by play, and how often what was odd, for plays 1, 2, 3 …"""
    game, odd = read(tree(dict(enumerate(plays, 1)), **said))
    counts = {name: found.count for name, found in odd.items()}
    return [len(play.stats) for play in game.plays], counts


def test_FD7_rows_that_a_correction_left_twice_count_once() -> None:
    lines, odd = game_of(node(*SACK, *SACK))
    assert lines == [4]
    assert odd == {"stat_repeated": 4}


def test_FD7_one_row_that_nobody_can_have_twice_takes_the_others_with_it() -> None:
    lines, odd = game_of(node(*SACK, (TACKLER, 83, -7), (PASSER, 52, 0)))
    assert (lines, odd) == ([4], {"stat_repeated": 2})


def test_FD7_two_fumbles_of_one_player_in_a_play_stay() -> None:
    lines, odd = game_of(node((PASSER, 53, 0), (PASSER, 53, 0), (PASSER, 10, 2)))
    assert (lines, odd) == ([3], {"stat_twice": 1})


def test_FD7_who_has_the_ball_twice_after_laterals_keeps_both() -> None:
    lines, odd = game_of(node((PASSER, 15, 9), (CATCHER, 21, 3), (KICKER, 23, 3), (KICKER, 23, 3)))
    assert (lines, odd) == ([4], {"stat_twice": 1})


def test_FD7_rows_of_one_number_are_one_row() -> None:
    play = node((PASSER, 53, 0))
    play["players"][PASSER] *= 2
    lines, odd = game_of(play)
    assert (lines, odd) == ([1], {"stat_repeated": 1})


def test_FD6_a_play_again_under_another_id_stays_and_is_told() -> None:
    run = node((PASSER, 10, 81), desc="P.01 up the middle for 81 yards.")
    lines, odd = game_of(run, run)
    assert (lines, odd) == ([1, 1], {"play_twice": 1})


def test_FD6_two_like_plays_at_other_times_are_two() -> None:
    first = node((PASSER, 10, 1), time="10:00")
    _, odd = game_of(first, {**first, "time": "09:20"})
    assert odd == {}


def test_FD6_of_two_forms_under_one_id_the_later_counts_in_the_place_of_the_first() -> None:
    document = tree({36: node((PASSER, 10, 3)), 57: node((PASSER, 10, 4))})
    later = {"plays": {"36": node((PASSER, 10, 9))}}
    document[ID]["drives"]["2"] = later
    game, odd = read(document)
    assert [(p.id, p.version, p.stats[0].yards) for p in game.plays] == [(36, 2, 9), (57, 1, 4)]
    assert odd["play_repeated"].examples == (f"game.json: $.{ID}.drives.2.plays.36",)
    document[ID]["drives"]["2"] = {"plays": {"36": node((PASSER, 10, 3))}}
    again, _ = read(document)
    assert again.plays[0].version == 1


def test_FD5_ids_and_quarters_that_go_back_are_told() -> None:
    run = node((PASSER, 10, 3))
    _, odd = read(tree({57: {**run, "qtr": 2}, 36: {**run, "qtr": 1, "time": "01:00"}}))
    assert {name: found.examples for name, found in odd.items()} == {
        "out_of_order": ("game.json: play 36 after 57",),
        "quarter_goes_back": ("game.json: play 36",),
    }


def test_FD8_a_touchdown_that_was_reversed_and_still_counts_is_told() -> None:
    taken = (
        "P.02 for 40 yards, TOUCHDOWN. The Replay Official reviewed the play, and it was REVERSED. "
        "P.02 to AWY 1 for 39 yards."
    )
    catch = ((PASSER, 16, 40), (CATCHER, 22, 40))
    _, odd = game_of(node(*catch, desc=taken), home=6)
    assert odd == {"reversed_touchdown_counted": 1}
    given = taken.replace(", TOUCHDOWN", "") + " TOUCHDOWN."
    assert game_of(node(*catch, desc=given), home=6)[1] == {}
    assert game_of(node((PASSER, 15, 39), (CATCHER, 21, 39), desc=taken))[1] == {}


def test_FD9_a_final_game_that_stops_after_the_first_quarter_is_told() -> None:
    run = node((PASSER, 10, 3))
    _, odd = read(tree({36: run}, qtr="Final"))
    assert odd["quarters_missing"].count == 3
    assert read(tree({36: run}, qtr="2"))[1] == {}


def test_FD10_a_score_that_plays_do_not_make_is_told_and_neither_is_changed() -> None:
    game, odd = read(tree({36: node((KICKER, 70, 33))}, home=4))
    assert odd["score_against_plays"].examples == ("game.json: HOM has 4, plays make 3",)
    assert game.home.score == 4


def test_FD11_an_official_line_that_plays_do_not_make_is_told_with_both() -> None:
    document = tree({36: node((PASSER, 10, 3))})
    document[ID]["home"]["stats"] = {"rushing": {PASSER: {"att": 1, "yds": 4, "name": "P.01"}}}
    _, odd = read(document)
    assert odd["box_against_plays"].examples == (
        f"game.json: rushing.{PASSER}.yds is 4, plays make 3",
    )


def test_FD11_a_line_without_any_number_is_told() -> None:
    document = tree({36: node((PASSER, 10, 3))})
    document[ID]["home"]["stats"] = {"rushing": {PASSER: {"att": "many"}}}
    assert read(document)[1]["box_unreadable"].count == 1


def test_FD2_an_id_that_nobody_has_named_is_told() -> None:
    _, odd = game_of(node((PASSER, 999, 3)))
    assert odd == {"stat_unknown": 1}
