"""The NFL API's game detail: a small one with its defects, and the recorded one."""

from pathlib import Path
from typing import Any

import pytest

from server.readers.game import Game
from server.readers.nfl_api import gsis_id, is_nfl_api, read_nfl_api
from server.readers.report import Fault, Oddity
from tests.support.gsis_games import content

HEX = "32013030-2d30-3033-3338-37337de41be1"


def stat(number: int, yards: int | None, player: str = HEX, team: str = "HOM") -> dict[str, Any]:
    return {
        "statId": number, "yards": yards, "playerName": "P.Player",
        "team.abbreviation": team, "gsisPlayer": {"id": player},
    }  # fmt: skip


def play(number: int, *stats: dict[str, Any], **said: Any) -> dict[str, Any]:
    about = {
        "playId": number, "orderSequence": number, "quarter": 1, "clockTime": "14:33", "down": 2,
        "yardsToGo": 10, "yardLine": "HOM 25", "driveSequenceNumber": 1, "playDeleted": False,
        "playDescription": f"Play {number}.", "playType": "PASS",
        "possessionTeam.abbreviation": "HOM", "timeOfDay": "2030-01-06T18:24:02Z",
    }  # fmt: skip
    return {**about, **said, "playStats": list(stats)}


def detail(*plays: dict[str, Any], **said: Any) -> dict[str, Any]:
    about = {
        "id": "10012030-0106-00e9-b1ae-b5e2637d6f40", "phase": "INGAME",
        "homeTeam": {"abbreviation": "HOM"}, "visitorTeam": {"abbreviation": "AWY"},
        "homePointsTotal": 0, "homePointsQ1": 0, "visitorPointsTotal": 0,
    }  # fmt: skip
    return {**about, **said, "plays": list(plays)}


def read(document: Any) -> tuple[Game, dict[str, Oddity]]:
    found = read_nfl_api("detail.json", content(document))
    assert not isinstance(found, Fault), found
    return found.value, dict(found.oddities)


def test_FD12_plays_have_their_time_and_players_their_gsis_id() -> None:
    game, odd = read(detail(play(71, stat(15, 7), stat(4, None, ""))))
    assert odd == {}
    assert (game.id, game.source, game.phase) == ("2030010600", "nfl_api", "live")
    (only,) = game.plays
    assert only.at_ms == 1_893_954_242_000
    assert [(s.stat, s.player, s.name, s.yards) for s in only.stats] == [
        (4, "", "", 0),
        (15, "00-0033873", "P.Player", 7),
    ]
    assert (only.possession, only.yard_line, only.text) == ("HOM", "HOM 25", "Play 71.")


def test_FD12_a_deleted_play_is_a_tombstone() -> None:
    game, odd = read(detail(play(71, stat(70, 33), playDeleted=True)))
    assert game.plays[0].deleted
    assert odd == {}


def test_FD12_an_id_that_holds_none_stays_as_it_is() -> None:
    esb = "32004a4f-4e02-6624-33bd-3ba151b7013d"
    assert gsis_id(esb) == esb
    assert gsis_id(HEX) == "00-0033873"
    assert gsis_id("32013030-2d30-3033-33zz") == "32013030-2d30-3033-33zz"


def test_FD5_order_is_the_order_sequence() -> None:
    game, odd = read(detail(play(90, orderSequence=40), play(71), play(36)))
    assert [only.id for only in game.plays] == [36, 90, 71]
    assert odd["out_of_order"].count == 1


def test_FD6_of_two_forms_the_later_counts() -> None:
    game, odd = read(detail(play(36, stat(15, 7)), play(36, stat(15, 9))))
    assert [(p.version, p.stats[0].yards) for p in game.plays] == [(2, 9)]
    assert odd["play_repeated"].count == 1


def test_FD12_a_wrapped_answer_and_one_without_time_zone_are_read() -> None:
    wrapped = {
        "data": {"viewer": {"gameDetail": detail(play(36, timeOfDay="2030-01-06T18:24:02"))}}
    }
    assert is_nfl_api(wrapped)
    assert read(wrapped)[0].plays[0].at_ms == 1_893_954_242_000
    game, odd = read(detail(play(36, timeOfDay="noon"), play(37, timeOfDay=5)))
    assert game.plays[0].at_ms is None
    assert odd["no_time"].count == 2


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "$"),
        ({"data": {}}, "$.homeTeam.abbreviation"),
        (detail(homeTeam={}), "$.homeTeam.abbreviation"),
        (detail(homeTeam={"abbreviation": "AWY"}), "$.visitorTeam.abbreviation"),
        (detail(homePointsTotal="x"), "$.homePointsTotal"),
        (detail(visitorPointsQ2=-1), "$.visitorPointsQ2"),
        (detail() | {"plays": 3}, "$.plays"),
        (detail() | {"plays": [3]}, "$.plays[0]"),
        (detail(play(0)), "$.plays[0].playId"),
        (detail(play(36, stat(0, 3))), "$.plays[0].playStats[0].statId"),
        (detail(play(36, stat(10, 999))), "$.plays[0].playStats[0].yards"),
        (detail(play(36, stat(10, 9, team="NE"))), "$.plays[0].playStats[0].team.abbreviation"),
    ],
)
def test_FD3_what_cannot_be_read_is_a_fault_with_its_place(document: Any, where: str) -> None:
    found = read_nfl_api("d.json", content(document))
    assert isinstance(found, Fault)
    assert found.path == f"d.json: {where}"


def test_FD3_what_only_describes_a_play_is_told_and_left_out() -> None:
    game, odd = read(detail(play(36, stat(10, 3), down="x", driveSequenceNumber=-1)))
    assert (game.plays[0].down, game.plays[0].drive, len(game.plays[0].stats)) == (0, 0, 1)
    assert odd["situation_unreadable"].count == 2


@pytest.mark.shared_data
def test_FD12_the_recorded_game_is_read_with_nothing_odd(shared_data: Path) -> None:
    path = shared_data / "nfl_api" / "2019_01_GB_CHI_gamedetail.json"
    found = read_nfl_api(path.name, path.read_bytes())
    assert not isinstance(found, Fault)
    game = found.value
    assert found.oddities == {}
    assert (game.id, game.phase, len(game.plays)) == ("2019090500", "final", 191)
    assert (game.home.team, game.home.score, game.away.score) == ("CHI", 3, 10)
    timed = [only.at_ms for only in game.plays if only.at_ms is not None]
    assert len(timed) >= 183
    assert (max(timed) - min(timed)) // 60_000 == 186
