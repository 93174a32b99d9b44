"""The second day of the meet that never was: an example of whatever there is in athletics."""

from server.rules.meet.ranking import final_order, ranking
from tests.support.meets import MeetRoom, the_meet

STATE = MeetRoom(the_meet()).state


def rows(event: str) -> list[tuple[int | None, str, int]]:
    return [(row.place, row.status, row.lapped) for row in ranking(STATE, STATE.events[event])]


def test_AT19_AT22_one_long_race_is_over_and_one_is_run_with_somebody_lapped() -> None:
    assert [place for place, *_ in rows("5000m-m")] == [1, 2, 3, 4, 5, 6, 7, 8, None]
    assert rows("5000m-m")[7][2] > 0
    assert all(place is None for place, *_ in rows("10000m-w"))
    assert rows("10000m-w")[-1][2] > rows("10000m-w")[0][2] == 0


def test_AT19_AT23_a_relay_has_a_changeover_outside_its_zone() -> None:
    assert [row[:2] for row in rows("4x100m-w")] == [(1, ""), (2, ""), (3, ""), (None, "DQ")]
    assert STATE.results["4x100m-w/team4"].result.changeover == 2
    assert len(STATE.entries["4x100m-w/team1"].members) == 4


def test_AT19_AT24_to_AT26_a_heptathlon_a_jump_off_and_a_final_to_come() -> None:
    first = ranking(STATE, STATE.events["heptathlon-w"])[0]
    assert [one is None for one in first.points] == [False] * 5 + [True] * 2
    assert [row[0] for row in rows("pole-vault-m")] == [1, 2, 3, 4, None]
    assert any(held.result.jump_off for held in STATE.results.values())
    assert len(final_order(STATE, STATE.events["discus-m"])) == 8
