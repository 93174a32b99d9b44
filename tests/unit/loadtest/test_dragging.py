"""Who drags, and how late it is seen."""

from __future__ import annotations

from loadtest.dragging import FROM_MM, TO_MM, Dragger, delays_ms, drag
from loadtest.stage import Stage
from protocol.server_messages import Presence


def test_a_place_is_seen_when_one_not_older_is_drawn() -> None:
    said = [(1_000.0, 0), (1_010.0, 10), (1_020.0, 20), (1_030.0, 30)]
    drawn = [(900.0, -500.0), (1_050.0, 0.0), (1_066.0, 19.5), (1_083.0, 20.0)]
    assert delays_ms(said, drawn) == [50, 56, 63], "30 was never drawn"


def test_what_was_let_go_of_was_seen_all_the_same() -> None:
    assert delays_ms([(0.0, 5)], [(10.0, 7.0), (20.0, -900.0)]) == [10]
    assert delays_ms([(0.0, 5)], []) == []


def test_a_token_goes_on_in_one_direction_and_others_see_it(load_stage: Stage) -> None:
    owner, guests = load_stage.people(2)
    room = load_stage.room(owner)
    one, other = load_stage.crowd(room, load_stage.invitation(room, owner), guests)
    heard: list[object] = []
    other.on_event = lambda event: heard.append(event) if isinstance(event, Presence) else None
    dragger = Dragger(one, room, "o_token00000", 500)
    drag(load_stage.swarm, [dragger], 0.2)
    places = [x for _, x in dragger.said]
    assert places == sorted(set(places))
    assert FROM_MM == places[0] < places[-1] < TO_MM
    assert len(places) == 12
    assert heard, "the other was told"
