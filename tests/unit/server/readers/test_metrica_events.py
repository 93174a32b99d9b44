"""Metrica's events: synthetic ones, and the real matches."""

from collections import Counter
from pathlib import Path

import pytest

from server.readers.metrica_events import read_metrica_csv, read_metrica_json
from server.readers.report import Fault
from tests.support.provider_files import METRICA_HEADER, epts_metadata, metrica_csv, metrica_json


def test_RD14_events_of_a_csv_have_places_where_the_file_has() -> None:
    reading = read_metrica_csv("e", metrica_csv())
    assert not isinstance(reading, Fault)
    kick_off, first, loss, goal = reading.value.events
    assert reading.oddities == {}
    assert kick_off.start is None
    assert (first.sort, first.side, first.start, first.at_ms) == ("pass", "away", (0, 0), 40)
    assert (first.player, first.to_player) == ("away:Player19", "away:Player21")
    assert loss.sort == "loss"
    assert (goal.is_goal, goal.end) == (True, (52_500, 0))
    numbers = {player.key: player.number for player in reading.value.line_up.players}
    assert numbers["away:Player19"] == 19


def test_RD14_events_of_a_json_belong_to_players_of_the_xml() -> None:
    reading = read_metrica_json("e", metrica_json(), "x", epts_metadata())
    assert not isinstance(reading, Fault)
    set_piece, first, carry = reading.value.events
    assert (set_piece.sort, set_piece.start, set_piece.outcome) == ("set_piece", None, "KICK OFF")
    assert (first.side, first.player, first.to_player, first.start) == ("home", "P1", "P2", (0, 0))
    assert carry.start == (10_000, 0)
    assert {player.key for player in reading.value.line_up.players} == {"P1", "P2", "P3", "P4"}


def test_RD3_damaged_rows_are_told_by_name() -> None:
    rows = (
        b"\nHome,PASS,,1,1,x,1,1,P1,P2,0,0,1,1\n?,PASS,,1,1,1,1,1,P1,P2,0,0,9,1"
        b"\nHome,,,1,1,1,1,1,,,0,0,1,1\nHome"
    )
    reading = read_metrica_csv("e", metrica_csv() + rows)
    assert not isinstance(reading, Fault)
    assert {what: odd.count for what, odd in reading.oddities.items()} == {
        "no_time": 1,
        "no_side": 1,
        "off_the_pitch": 1,
        "unreadable_row": 1,
        "cells_missing": 1,
    }


@pytest.mark.parametrize("content", [b"", b"a\n", METRICA_HEADER.encode(), b"[]", b'{"data":[1]}'])
def test_RD1_what_is_no_match_is_a_fault(content: bytes) -> None:
    assert isinstance(read_metrica_csv("e", content), Fault)
    assert isinstance(read_metrica_json("e", content, "x", epts_metadata()), Fault)
    assert isinstance(read_metrica_json("e", metrica_json(), "x", content), Fault)


def test_RD14_the_real_matches_are_whole(shared_data: Path) -> None:
    folder = shared_data / "soccer"
    first = read_metrica_csv("e", (folder / "metrica_game1_events.csv").read_bytes())
    third = read_metrica_json(
        "e",
        (folder / "metrica_game3_events.json.gz").read_bytes(),
        "x",
        (folder / "metrica_game3_metadata.xml").read_bytes(),
    )
    assert not isinstance(first, Fault)
    assert not isinstance(third, Fault)
    assert (first.oddities, third.oddities) == ({}, {})
    assert len(first.value.events) == 1_745
    counts = Counter(event.sort for event in third.value.events)
    assert (counts["carry"], counts["pass"], counts["shot"]) == (1_395, 1_121, 20)
    # 0.45, 0.39 of 105 x 68 m.
    assert first.value.events[1].start == (-5_250, -7_480)
    # Team A (local) plays from right to left in the first half.
    assert third.value.attack == {"home": -1, "away": 1}
