"""Followers of a game."""

from __future__ import annotations

import random

from loadtest.bench.feed_crowd import Crowd
from loadtest.games import made_up_game
from loadtest.stage import Stage

PLAYS = made_up_game(random.Random(1)).plays


def test_every_report_comes_to_everybody(load_stage: Stage) -> None:
    crowd = Crowd(load_stage)
    crowd.gather(3)
    crowd.arrivals.forget()
    sent = crowd.play(PLAYS[:4], speed=10_000, limit_s=60)
    crowd.settle()
    assert len(sent) == len(crowd.latencies()) == 4
    found = crowd.arrivals.firsts([*sent], range(3))
    assert [len(times) for times in found.values()] == [3] * 4
    assert all(at > sent[version] for version, times in found.items() for at in times)
    assert crowd.play(PLAYS[:4], speed=1, limit_s=-1) == {}
    crowd.close()


def test_those_who_rush_in_see_the_game_and_go_again(load_stage: Stage) -> None:
    crowd = Crowd(load_stage)
    crowd.gather(2)
    took, faults = crowd.rush(3, 0.05)
    assert (len(took), faults) == (3, [])
    assert min(took) > 0
    crowd.arrivals.forget()
    (version,) = crowd.play(PLAYS[:1], speed=1, limit_s=60)
    crowd.settle()
    assert {one.place for one in crowd.arrivals.seen()} == {0, 1}
    assert crowd.arrivals.latest[0] == version
    crowd.close()


def test_who_has_set_a_delay_is_told_later(load_stage: Stage) -> None:
    crowd = Crowd(load_stage)
    crowd.gather(2)
    crowd.everybody_says({1: {"type": "delay.set", "seconds": 1}})
    crowd.run(1.2)
    crowd.arrivals.forget()
    sent = crowd.play(PLAYS[:1], speed=1, limit_s=60)
    crowd.run(1.2)
    (times,) = crowd.arrivals.firsts([*sent], [0, 1]).values()
    assert max(times) - min(times) > 0.8
    crowd.close()


def test_who_wants_a_part_is_sent_it_and_everything_again_afterwards(load_stage: Stage) -> None:
    crowd = Crowd(load_stage)
    crowd.gather(2)
    assert crowd.want({1: {"downs": [1]}}) > 0
    for place in (0, 1):
        crowd.arrivals.keep(place)
    assert {one.play["down"] for one in PLAYS[:4]} == {1, 2, 3, 4}
    part = crowd.round(PLAYS[:4], speed=10_000, limit_s=60)
    everything, some = crowd.arrivals.entries(0), crowd.arrivals.entries(1)
    assert [*everything] == [*part.sent]
    assert [*some] == [v for v, one in zip(part.sent, PLAYS, strict=False) if one.play["down"] == 1]
    crowd.want_all([1])
    whole = crowd.round(PLAYS[4:8], speed=10_000, limit_s=60)
    assert [*crowd.arrivals.entries(1)] == [*whole.sent]
    assert whole.received > part.received > 0
    assert whole.cpu_s >= 0
    crowd.close()
