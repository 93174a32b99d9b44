"""Players out of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol.draft import PLAYERS_MAX, Player
from server.readers.player_pool import Pool, read_pool
from server.readers.report import Fault, Reading
from tests.support.drafts import pool_of


def read(content: str | bytes, path: str = "p.csv") -> Reading[Pool]:
    data = content.encode() if isinstance(content, str) else content
    found = read_pool(path, data)
    assert isinstance(found, Reading), found
    return found


def test_DR69_a_table_is_read_by_the_names_of_its_columns() -> None:
    found = read(
        "player,pos,team,ecr,adp,bye,injury_status,gsis_id\nA B,RB/WR,X,3,4.5,7,Out,00-1\n"
    )
    assert found.value.players == [Player("00-1", "A B", ("RB", "WR"), "X", 3, 45, None, 7, "OUT")]
    assert found.value.columns["rank"] == "ecr"
    assert found.oddities == {}


def test_DR69_two_of_one_name_stay_two_and_an_id_stands_once() -> None:
    found = read("id,name,pos\n1,Josh Allen,QB\n2,Josh Allen,LB\n1,Else,K\n")
    assert [(one.id, one.rank) for one in found.value.players] == [("1", 1), ("2", 2)]
    assert found.oddities["same_name"].examples == ("p.csv:3: Josh Allen",)
    assert found.oddities["duplicate_id"].examples == ("p.csv:4: 1",)


def test_DR69_lines_of_which_no_player_can_be_made_are_told() -> None:
    found = read(
        "id,name,pos,bye,gsis_id\n"
        ",Nobody,QB,1,\n"
        "2,,QB,1,\n"
        "3,C,,1,\n"
        "4,D,QB,99,\n"
        "5,E,QUARTERBACK,1,\n"
        "6,F,QB\n"
        ",G,D/ST,,00-7\n"
        "8,\u202e,QB,1,\n"
    )
    assert [(one.id, one.positions) for one in found.value.players] == [
        ("gsis_id:00-7", ("DEF",)),
    ]
    told = {what: odd.examples for what, odd in found.oddities.items()}
    assert told["no_id"] == ("p.csv:2",)
    assert told["no_name"] == ("p.csv:3", "p.csv:9")
    assert told["no_position"] == ("p.csv:4",)
    assert [one.split(":")[1] for one in told["out_of_range"]] == ["5", "6"]
    assert told["cells_missing"] == ("p.csv:7",)


def test_DR69_our_own_rows_come_back_as_they_were() -> None:
    players = pool_of(40)
    found = read(msgspec.json.encode(players), "p.json")
    assert [one.id for one in found.value.players] == [one.id for one in players]
    assert found.value.players[0].positions == players[0].positions


def test_DR69_sleepers_players_are_read() -> None:
    sleeper: dict[str, Any] = {
        "4046": {
            "first_name": "Ann",
            "last_name": "Other",
            "fantasy_positions": ["QB"],
            "team": "KC",
            "search_rank": 12,
            "injury_status": "Questionable",
        },
        "KC": {"first_name": "KC", "last_name": "Chiefs", "fantasy_positions": ["DEF"]},
        "9": {"first_name": "No", "last_name": "Rank", "fantasy_positions": ["WR"]}
        | {"search_rank": 9999999, "team": None},
    }
    players = read(json.dumps(sleeper), "sleeper.json").value.players
    assert players[0] == Player("4046", "Ann Other", ("QB",), "KC", 12, status="Q")
    assert [(one.id, one.rank, one.team) for one in players[1:]] == [("KC", 0, ""), ("9", 0, "")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"name,pos\nA,QB\n", "no column for id"),
        (b"id,points\n1,2\n", "no column for name, positions"),
        (b"[", "not JSON"),
        (b"[1, 2]", "no column for id, name, positions"),
    ],
)
def test_DR69_a_file_of_something_else_is_a_fault(content: bytes, why: str) -> None:
    found = read_pool("x", content)
    assert isinstance(found, Fault)
    assert why in found.why


def test_DR69_a_pool_is_bounded() -> None:
    lines = "".join(f"{n},N{n},QB\n" for n in range(PLAYERS_MAX + 2))
    found = read(f"id,name,pos\n{lines}")
    assert len(found.value.players) == PLAYERS_MAX
    assert found.oddities["too_many_players"].examples == (f"p.csv:{PLAYERS_MAX + 2}",)


def test_DR69_a_real_pool_is_read_whole(shared_data: Path) -> None:
    found = read((shared_data / "fantasy" / "draft_pool_2020.csv").read_bytes())
    players = found.value.players
    assert len(players) == 525
    assert players[0] == Player(
        *("00-0033280", "Christian McCaffrey", ("RB",), "CAR", 1, 10),
        bye=13,
        points=2722,
    )
    assert sum(one.positions == ("DEF",) for one in players) == 32
    assert set(found.oddities) <= {"same_name"}
