"""Players who never were."""

from server.synthetic_players import COUNT, synthetic_players


def test_they_are_the_same_each_time_ranked_and_apart_by_id() -> None:
    players = synthetic_players()
    assert players == synthetic_players()
    assert [one.rank for one in players] == list(range(1, COUNT + 1))
    assert len({one.id for one in players}) == COUNT
    assert len({one.name for one in players}) < COUNT, "two of one name, as in life"
    assert {one.positions[0] for one in players} == {"QB", "RB", "WR", "TE", "K", "DEF"}
    assert sorted((one.value or 0 for one in players), reverse=True) == [
        one.value for one in players
    ]
