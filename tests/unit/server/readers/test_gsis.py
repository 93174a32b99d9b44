"""NFL GameCenter JSON: a small game with every fault, and the 35 recorded ones."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.readers.gsis import is_gsis, read_gsis
from server.readers.report import Fault
from tests.support.gsis_games import (
    CATCHER,
    ID,
    PASSER,
    TACKLER,
    content,
    node,
    read,
    real_games,
    real_tree,
    tree,
)

CATCH = node(
    ("HOM", 4, 0), (PASSER, 15, 7), (CATCHER, 21, 7), (TACKLER, 79, 0), down=3, ydstogo=5,
    yrdln="AWY 12", desc="(9:01) P.01 pass to P.02.", time="09:01", qtr=2, note="PENALTY",
)  # fmt: skip


def test_FD1_a_clean_game_is_read_with_nothing_odd() -> None:
    game, odd = read(tree({36: CATCH}))
    assert odd == {}
    assert (game.id, game.home.team, game.away.team) == (ID, "HOM", "AWY")
    (play,) = game.plays
    assert (play.id, play.order, play.drive, play.quarter) == (36, 0, 1, 2)
    assert (play.clock, play.down, play.to_go, play.yard_line) == ("09:01", 3, 5, "AWY 12")
    assert (play.possession, play.note, play.at_ms) == ("HOM", "PENALTY", None)
    assert [(s.stat, s.team, s.player, s.yards) for s in play.stats] == [
        (4, "HOM", "", 0),
        (15, "HOM", PASSER, 7),
        (21, "HOM", CATCHER, 7),
        (79, "AWY", TACKLER, 0),
    ]


def test_FD1_phase_and_scores_are_the_headers() -> None:
    game, _ = read(tree({36: CATCH}, home=7, qtr="final overtime"))
    assert (game.phase, game.home.score, game.home.quarters) == ("final", 7, (7, 0, 0, 0, 0))
    for said, phase in (("Pregame", "pregame"), (None, "pregame"), (3, "live"), ("Final", "final")):
        assert read(tree({}, qtr=said))[0].phase == phase
    document = tree({36: CATCH})
    document[ID]["home"]["score"] = None
    assert read(document)[0].home.score is None


def test_FD5_plays_come_by_drive_whatever_the_order_of_the_file() -> None:
    document = tree({90: CATCH})
    drives = {"10": {"plays": {"300": CATCH}}, **document[ID]["drives"]}
    drives["2"] = {"plays": {"120": CATCH}}
    document[ID]["drives"] = drives
    assert [play.id for play in read(document)[0].plays] == [90, 120, 300]


def test_FD4_a_team_by_another_name_is_that_team() -> None:
    document = tree({36: node(("HOM", 4, 0))})
    document[ID]["home"]["abbr"] = "JAX"
    for row in document[ID]["drives"]["1"]["plays"]["36"]["players"]["0"]:
        row["clubcode"] = "JAC"
    game, odd = read(document)
    assert game.plays[0].stats[0].team == "JAX"
    assert odd["team_by_another_name"].count == 1


def test_RD3_a_gzip_and_a_mark_give_the_same_game() -> None:
    plain = content(tree({36: CATCH}))
    for form in (gzip.compress(plain), b"\xef\xbb\xbf" + plain):
        found = read_gsis("game.json", form)
        assert not isinstance(found, Fault)
        assert found.value == read(tree({36: CATCH}))[0]


def edited(path: str, value: Any) -> Callable[[Any], object]:
    *steps, last = path.split(".")

    def edit(document: Any) -> None:
        for step in steps:
            document = document[int(step) if isinstance(document, list) else step]
        document[int(last) if isinstance(document, list) else last] = value

    return edit


PLAY = f"{ID}.drives.1.plays.36"
ROW = f"{PLAY}.players.{PASSER}.0"


@pytest.mark.parametrize(
    ("path", "value", "where", "why"),
    [
        (f"{ID}", [], f"$.{ID}", "an object"),
        (f"{ID}.home", None, f"$.{ID}.home", "an object"),
        (f"{ID}.home.abbr", "", f"$.{ID}.home.abbr", "a team's abbreviation"),
        (f"{ID}.home.abbr", "AWY", f"$.{ID}.away.abbr", "both teams"),
        (f"{ID}.home.score", 3, f"$.{ID}.home.score", "an object"),
        (f"{ID}.home.score.T", "x", f"$.{ID}.home.score.T", "a whole number, 0 to 200"),
        (f"{ID}.home.score.1", -1, f"$.{ID}.home.score.1", "a whole number, 0 to 200"),
        (f"{ID}.drives", [1], f"$.{ID}.drives", "an object"),
        (f"{ID}.drives.x", {}, f"$.{ID}.drives.x", "a drive's number"),
        (f"{ID}.drives.1", 3, f"$.{ID}.drives.1", "an object"),
        (f"{ID}.drives.1.plays", None, f"$.{ID}.drives.1.plays", "an object"),
        (PLAY, None, f"$.{ID}.drives.1.plays.36", "an object"),
        (f"{ID}.drives.1.plays.x", CATCH, f"$.{ID}.drives.1.plays.x", "a play's number"),
        (f"{PLAY}.players", 0, f"$.{ID}.drives.1.plays.36.players", "an object"),
        (f"{PLAY}.players.{PASSER}", 1, f"$.{ID}.drives.1.plays.36.players.{PASSER}", "a list"),
        (f"{PLAY}.players.", [{"statId": 4, "clubcode": "HOM"}],
         f"$.{ID}.drives.1.plays.36.players.[0]", "a player's id"),
        (ROW, 4, f"$.{ID}.drives.1.plays.36.players.{PASSER}[0]", "an object"),
        (f"{ROW}.statId", None, f"$.{ID}.drives.1.plays.36.players.{PASSER}[0].statId", "a whole"),
        (f"{ROW}.yards", 201, f"$.{ID}.drives.1.plays.36.players.{PASSER}[0].yards", "a whole"),
        (f"{ROW}.yards", "7x", f"$.{ID}.drives.1.plays.36.players.{PASSER}[0].yards", "a whole"),
        (f"{ROW}.clubcode", "NE", f"$.{ID}.drives.1.plays.36.players.{PASSER}[0].clubcode",
         "neither of the two teams"),
    ],
)  # fmt: skip
def test_FD3_what_cannot_be_read_is_a_fault_with_its_place(
    path: str, value: Any, where: str, why: str
) -> None:
    document = tree({36: CATCH})
    edited(path, value)(document)
    found = read_gsis("game.json", content(document))
    assert isinstance(found, Fault)
    assert found.path == f"game.json: {where}"
    assert found.why.startswith(why)


def test_FD3_what_only_describes_a_play_is_told_and_left_out() -> None:
    document = tree({36: CATCH, 57: node(), 80: node()})
    plays = document[ID]["drives"]["1"]["plays"]
    plays["36"] |= {"qtr": "first", "down": 5, "ydstogo": -3}
    plays["57"]["players"] = None
    del plays["80"]["players"]
    game, odd = read(document)
    assert (game.plays[0].quarter, game.plays[0].down, game.plays[0].to_go) == (0, 0, 0)
    assert len(game.plays[0].stats) == 4
    assert odd["situation_unreadable"].count == 3
    assert odd["situation_unreadable"].examples[0].endswith("plays.36.qtr")
    assert odd["no_players"].count == 2


def test_FD3_there_are_bounds() -> None:
    many = read_gsis("g", content(tree({n: node() for n in range(1, 1_002)})))
    assert isinstance(many, Fault)
    assert many.why == "more than 1,000 plays"
    lines = [(PASSER, 10, n % 100) for n in range(150)] + [(CATCHER, 21, 1)] * 60
    long = read_gsis("g", content(tree({36: node(*lines)})))
    assert isinstance(long, Fault)
    assert long.why == "more than 200 stat lines"


@pytest.mark.parametrize("form", [b"", b"{", b"[]", b"3", b'{"nextupdate": 1}', b"\x1f\x8bx"])
def test_RD1_what_is_no_game_is_a_fault(form: bytes) -> None:
    assert isinstance(read_gsis("game.json", form), Fault)


def test_FD1_two_games_in_a_file_are_a_fault() -> None:
    document = tree({36: CATCH})
    document["2030010601"] = document[ID]
    found = read_gsis("game.json", content(document))
    assert isinstance(found, Fault)
    assert found.path == "game.json: $"


def test_FD1_a_document_is_known_by_its_number() -> None:
    assert is_gsis(tree({}))
    assert not is_gsis({"plays": []})
    assert not is_gsis([])


@pytest.mark.shared_data
def test_FD5_the_recorded_games_are_whole_and_say_what_is_odd(shared_data: Path) -> None:
    games = real_games(shared_data)
    assert len(games) == 35
    assert sum(len(game.plays) for game in games.values()) == 6_246
    assert sum(len(play.stats) for game in games.values() for play in game.plays) == 24_086
    odd: dict[str, set[str]] = {}
    for path in shared_data.glob("nfl_gsis/*/*.json.gz"):
        found = read_gsis(path.name, path.read_bytes())
        assert not isinstance(found, Fault)
        for what in found.oddities:
            odd.setdefault(what, set()).add(found.value.id)
    assert {what: len(ids) for what, ids in odd.items()} == {
        "out_of_order": 11,
        "score_against_plays": 1,
        "box_against_plays": 1,
    }
    assert odd["score_against_plays"] == {"2019092909"}


@pytest.mark.shared_data
def test_FD10_the_game_whose_extra_point_is_missing_says_so(shared_data: Path) -> None:
    _, odd = read(real_tree(shared_data, "special/2019092909"))
    assert odd["score_against_plays"].examples == ("game.json: TB has 55, plays make 54",)
    assert odd["box_against_plays"].count == 3
