"""Line-ups: what is legal, by the time at which it was said."""

import pytest

from protocol.league import ChangeRosters, Result, RosterChange, SetLineUp, SettleWeek
from protocol.membership import WakeUp
from server.rules.kind import Rejected
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER
from tests.support.leagues import MONDAY, SUNDAY, a_league, line_up

RESULT = Result(1, 0)


def test_LE5_a_team_sets_its_line_up() -> None:
    room = a_league()
    assert room.told(line_up(1, 1, PASSER, CATCHER), "ann", "editor") == ["line_up.changed"]
    assert room.told(line_up(1, 1, PASSER, CATCHER), "ann", "editor") == ["nothing_changes"]
    assert room.state.line_up(1, 1).starters == (PASSER, CATCHER)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (line_up(1, 1, PASSER), "bad_property"),
        (line_up(1, 1, PASSER, PASSER), "bad_property"),
        (line_up(1, 1, CATCHER, ""), "no_legal_slot"),
        (line_up(1, 1, TACKLER, ""), "unknown_player"),
        (line_up(1, 1, "", "", ir=("late",)), "no_legal_slot"),
        (line_up(1, 1, "", "", ir=("hurt", "late")), "limit_reached"),
        (line_up(4, 1, "", ""), "bad_property"),
        (line_up(1, 5, "", ""), "unknown_team"),
    ],
)
def test_LE5_what_is_no_line_up(command: SetLineUp, code: str) -> None:
    assert a_league().told(command) == [code]


def test_LE5_who_is_away_may_be_on_injured_reserve() -> None:
    room = a_league()
    assert room.told(line_up(1, 1, PASSER, "", ir=("hurt",))) == ["line_up.changed"]


def test_LE6_only_its_owners_and_the_commissioner_set_it() -> None:
    room = a_league()
    assert room.told(line_up(1, 1, PASSER, ""), "bob", "editor") == ["forbidden"]
    assert room.told(line_up(1, 3, "", ""), "bob", "editor") == ["forbidden"]
    assert room.told(line_up(1, 1, PASSER, ""), "ann", "viewer") == ["forbidden"]
    assert room.told(line_up(1, 1, PASSER, "")) == ["line_up.changed"]


def test_LE6_a_week_with_results_is_over() -> None:
    room = a_league()
    room.do(SettleWeek(1, (RESULT, RESULT), {}))
    assert room.told(line_up(1, 1, PASSER, "")) == ["settled"]


def test_LE7_a_week_has_the_line_up_of_the_one_before() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER), line_up(3, 1, PASSER, "late"))
    assert room.state.line_up(2, 1).starters == (PASSER, CATCHER)
    assert room.state.line_up(3, 1).starters == (PASSER, "late")
    assert room.state.line_up(1, 2).starters == ("", "")


def test_LE7_who_leaves_a_team_leaves_its_line_ups_to_come() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER), line_up(3, 1, PASSER, "late"))
    ones, twos = RosterChange(1, (TACKLER,), (PASSER,)), RosterChange(2, (PASSER,), (TACKLER,))
    trade = ChangeRosters((ones, twos))
    room.do(trade)
    assert [room.state.line_up(week, 1).starters for week in (1, 2, 3)] == [
        ("", CATCHER), ("", CATCHER), ("", "late"),
    ]  # fmt: skip
    assert PASSER in room.state.roster(2)


def test_LE8_a_locked_player_stays_where_he_is() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER))
    room.now = SUNDAY
    decision = room.say(line_up(1, 1, PASSER, "late"))
    assert decision == Rejected("locked", {"players": [CATCHER], "since": SUNDAY})
    assert room.told(line_up(1, 1, "", CATCHER)) == ["locked"]
    assert room.told(ChangeRosters((RosterChange(1, (), (CATCHER,)),))) == ["locked"]
    assert room.told(line_up(2, 1, PASSER, "late")) == ["players.locked", "line_up.changed"]


def test_LE8_who_is_not_locked_yet_can_be_swapped_until_his_kickoff() -> None:
    room = a_league().do(line_up(1, 1, PASSER, "late"))
    room.now = MONDAY - 1
    assert room.told(line_up(1, 1, PASSER, ""))[-1] == "line_up.changed"
    assert room.told(line_up(1, 1, PASSER, CATCHER)) == ["locked"]
    room.now = MONDAY
    assert room.told(line_up(1, 1, PASSER, "late")) == ["locked"]
    assert room.told(line_up(1, 2, TACKLER, KICKER)) == ["locked"]


def test_LE9_once_locked_a_week_has_a_line_up_of_its_own() -> None:
    room = a_league().do(line_up(1, 1, PASSER, CATCHER))
    room.now = SUNDAY
    room.do(WakeUp(SUNDAY))
    assert room.state.parts.line_ups[1][2].starters == ("", "")
    assert sorted(room.state.parts.line_ups[1]) == [1, 2, 3, 4]
