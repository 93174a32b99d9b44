"""Words of a league: bounds, and what a result says."""

import msgspec
import pytest

from protocol.league import LeagueCommand, LeagueSettings, LineUp, Result, SetLineUp


def test_LE1_a_result_knows_its_winner() -> None:
    assert [Result(*pair).winner for pair in ((1, 1), (2, 1), (1, 2))] == [0, 1, 2]


def test_LE1_an_empty_place_is_an_empty_word() -> None:
    said = b'{"type":"line_up.set","week":1,"team":1,"starters":["","00-0031"]}'
    command = msgspec.json.decode(said, type=LeagueCommand)
    assert command == SetLineUp(1, 1, ("", "00-0031"))
    assert msgspec.json.encode(LineUp(("",))) == b'{"starters":[""]}'


@pytest.mark.parametrize(
    "said",
    [
        b'{"type":"line_up.set","week":0,"team":1,"starters":[]}',
        b'{"type":"line_up.set","week":1,"team":33,"starters":[]}',
        b'{"type":"line_up.set","week":1,"team":1,"starters":["a b"]}',
        b'{"type":"games.set","games":[]}',
        b'{"type":"system.settle","week":1,"results":[],"positions":{}}',
        b'{"type":"schedule.set","week":1,"matchups":[[1,2,3]]}',
    ],
)
def test_LE1_what_is_out_of_bounds_is_no_command(said: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=LeagueCommand)


def test_LE3_a_league_has_rules_from_the_start() -> None:
    assert LeagueSettings().preset == "standard"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"preset": "ours"}, LeagueSettings)
