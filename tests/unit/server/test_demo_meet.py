"""The meet that never was."""

from server.demo_meet import correction_of, made_up_meet
from server.readers.meet_file import read_meet, written
from server.rules.meet.ranking import ranking
from tests.support.meets import MeetRoom


def test_AT19_it_is_the_same_whenever_it_is_made_and_a_meet_can_be_so() -> None:
    assert made_up_meet() == made_up_meet()
    for seed in range(20):
        meet = made_up_meet(seed)
        assert read_meet("meet.json", written(meet)) == meet
    assert made_up_meet(1) != made_up_meet(2)


def test_AT19_it_has_winners_a_record_a_tie_and_somebody_who_did_not_start() -> None:
    room = MeetRoom(made_up_meet())
    rows = [row for event in room.state.events.values() for row in ranking(room.state, event)]
    places = [(row.place, row.value) for row in rows]
    assert any(row.records for row in rows)
    assert {"DNS", "DQ", "DNF"} <= {row.status for row in rows}
    assert len(places) > len(set(places)), "expected a tie"


def test_AT19_a_correction_of_it_is_another_time_of_an_official_result() -> None:
    meet = made_up_meet()
    corrected = correction_of(meet)
    (was,) = [
        one
        for one in meet.results
        if (one.event, one.athlete) == (corrected.event, corrected.athlete)
    ]
    assert was.time is not None
    assert corrected.time == was.time - 60
    assert next(one for one in meet.events if one.id == corrected.event).phase == "official"
