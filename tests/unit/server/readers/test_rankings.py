"""Rankings of players who are in the pool."""

from __future__ import annotations

from protocol.draft import Player
from server.readers.rankings import Ranked, read_rankings
from server.readers.report import Fault, Reading

POOL = {
    one.id: one
    for one in (
        Player("g1", "Josh Allen", ("QB",), "BUF", rank=9, adp=90),
        Player("g2", "Josh Allen", ("LB",), "JAX", rank=80),
        Player("g3", "Amon-Ra St. Brown", ("WR",), "DET", rank=5, value=50),
    )
}


def read(text: str, **more: str) -> Reading[Ranked]:
    found = read_rankings("adp.csv", text.encode(), POOL, more)
    assert isinstance(found, Reading), found
    return found


def test_DR77_a_line_is_matched_by_id_and_only_its_numbers_change() -> None:
    found = read("gsis_id,name,rank,adp\ng3,Somebody,1,1.4\n").value
    assert found.players == [
        Player("g3", "Amon-Ra St. Brown", ("WR",), "DET", rank=1, adp=14, value=50)
    ]
    assert found.columns == {"id": "gsis_id", "name": "name", "rank": "rank", "adp": "adp"}


def test_DR77_by_name_and_among_several_by_position_and_team() -> None:
    found = read("player,pos,adp\namon ra st brown,,3.1\nJosh Allen,LB,99\n")
    assert [(one.id, one.adp) for one in found.value.players] == [("g3", 31), ("g2", 990)]
    found = read("player,team,adp\nJosh Allen,buf,1\n")
    assert [one.id for one in found.value.players] == ["g1"]


def test_DR77_who_cannot_be_told_apart_or_is_not_there_is_told_with_the_line() -> None:
    found = read("name,adp\nJosh Allen,1\nNobody,2\nAmon-Ra St. Brown,3\nAmon-Ra St Brown,4\n")
    assert {what: one.examples for what, one in found.oddities.items()} == {
        "same_name": ("adp.csv:2",),
        "not_in_the_pool": ("adp.csv:3",),
        "duplicate_id": ("adp.csv:5: Amon-Ra St. Brown",),
    }
    assert (found.value.matched, len(found.value.players)) == (1, 1)


def test_DR77_the_order_is_the_rank_where_there_is_no_number() -> None:
    found = read("name,pos\nAmon-Ra St. Brown,\nJosh Allen,QB\n").value
    assert [(one.id, one.rank) for one in found.players] == [("g3", 1), ("g1", 2)]


def test_DR77_columns_can_be_chosen_and_numbers_out_of_range_are_told() -> None:
    found = read("wer,wann\nAmon-Ra St. Brown,7\n", name="wer", adp="wann")
    assert found.value.players[0].adp == 70
    assert found.value.headings == ["wer", "wann"]
    odd = read("name,value\nAmon-Ra St. Brown,-7\n").oddities
    assert odd["out_of_range"].examples[0].startswith("adp.csv:2: ")
    assert isinstance(read_rankings("x.csv", b"a,b\n1,2\n", POOL), Fault)
    assert isinstance(read_rankings("x.json", b"[1", POOL), Fault)
