"""Tables of players."""

from pathlib import Path

import pytest

from server.readers.player_table import read_players
from server.readers.report import Fault


def test_FD14_positions_by_id_and_the_first_of_two_rows_counts() -> None:
    text = "gsis_id,full_name,position\n1,A,QB\n2,B,\n1,A,WR\n,C,TE\n"
    found = read_players("p.csv", text.encode())
    assert not isinstance(found, Fault)
    assert found.value.positions == {"1": "QB"}
    assert {what: odd.examples for what, odd in found.oddities.items()} == {
        "contradicts": ("p.csv:4",),
        "no_id": ("p.csv:5",),
    }


def test_FD14_a_column_that_begins_so_will_do_but_none_is_a_fault() -> None:
    found = read_players("p.csv", b'"gsis_id","position_2020"\n1,QB\n')
    assert not isinstance(found, Fault)
    assert found.value.positions == {"1": "QB"}
    for text in (b"gsis_id,name\n1,A\n", b"id,position\n1,QB\n", b""):
        assert isinstance(read_players("p.csv", text), Fault)


@pytest.mark.shared_data
def test_FD14_the_recorded_table_is_read(shared_data: Path) -> None:
    path = shared_data / "nfl_gsis" / "players_2018_2019.csv"
    found = read_players(path.name, path.read_bytes())
    assert not isinstance(found, Fault)
    assert found.oddities == {}
    assert found.value.positions["00-0034857"] == "QB"
    assert found.value.positions["00-0035642"] != "QB"
