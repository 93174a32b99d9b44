"""SkillCorner's line-ups: a synthetic one, and the real one."""

import json
from pathlib import Path

import pytest

from server.readers.coordinates import Pitch
from server.readers.kits import CONTRAST_MIN, contrast
from server.readers.report import Fault
from server.readers.skillcorner import read_skillcorner
from tests.support.provider_files import skillcorner


def test_RD12_RD13_players_roles_pitch_and_readable_kits() -> None:
    reading = read_skillcorner("m", skillcorner())
    assert not isinstance(reading, Fault)
    line_up = reading.value
    assert reading.oddities == {}
    assert line_up.pitch == Pitch(104_000, 67_000)
    assert line_up.kits["home"].fill == "#c0262d"
    assert contrast(line_up.kits["away"].fill, line_up.kits["away"].ink) >= CONTRAST_MIN
    assert sum(player.starts for player in line_up.players) == 22
    bench = next(p for p in line_up.players if not p.starts)
    assert (bench.role, bench.slot) == (None, None)


def test_RD3_damaged_players_are_told_by_name() -> None:
    match = json.loads(skillcorner())
    match["players"][0]["team_id"] = 9
    match["players"][1]["id"] = None
    match["players"][2]["number"] = 400
    match["players"][3]["player_role"] = None
    match["players"].append(match["players"][4])
    match["home_team_kit"] = None
    match["pitch_length"] = 3
    reading = read_skillcorner("m", json.dumps(match).encode())
    assert not isinstance(reading, Fault)
    assert {what: odd.count for what, odd in reading.oddities.items()} == {
        "no_side": 1,
        "nobody": 1,
        "number_unusable": 1,
        "role_unknown": 1,
        "repeated": 1,
        "no_kit": 1,
        "no_pitch": 1,
    }


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"players": 7}', b'{"players": [7]}'])
def test_RD1_what_is_no_line_up_is_a_fault(content: bytes) -> None:
    assert isinstance(read_skillcorner("m", content), Fault)


def test_RD12_the_real_line_up_is_whole(shared_data: Path) -> None:
    path = shared_data / "soccer" / "skillcorner_2068_match_data.json"
    reading = read_skillcorner(path.name, path.read_bytes())
    assert not isinstance(reading, Fault)
    line_up = reading.value
    assert reading.oddities == {}
    assert line_up.name == "Inter – Juventus"
    assert len(line_up.players) == 43
    assert [
        sum(p.starts and p.side == side for p in line_up.players) for side in ("home", "away")
    ] == [11, 11]
    assert {p.name for p in line_up.players if p.is_keeper and p.starts} == {
        "Handanovic",
        "Szczesny",
    }
