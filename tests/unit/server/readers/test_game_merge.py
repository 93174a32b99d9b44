"""One game from several sources: small ones with every difference, and the recorded one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from protocol.feed import Play
from server.readers.game import Game
from server.readers.game_merge import Difference, merge
from server.readers.games import read_games
from server.readers.report import Fault
from server.rules.scoring.box import box_of
from server.rules.scoring.totals import Totals
from tests.support.gsis_games import CATCHER, KICKER, PASSER, node, read, tree

RUN: dict[str, Any] = node((PASSER, 10, 3))
CATCH: dict[str, Any] = node((PASSER, 15, 7), (CATCHER, 21, 7))


def game_of(**plays: dict[str, Any]) -> Game:
    """By `p36`, `p57`."""
    return read(tree({int(name[1:]): found for name, found in plays.items()}))[0]


def as_api(game: Game, ids: dict[str, str] | None = None) -> Game:
    """The same as another source has it, with a wall clock and ids of its own."""

    def renamed(play: Play) -> Play:
        lines = [structs.replace(s, player=(ids or {}).get(s.player, s.player)) for s in play.stats]
        return structs.replace(play, stats=tuple(lines), at_ms=1_000 * play.id)

    return replace(game, source="nfl_api", plays=tuple(renamed(play) for play in game.plays))


def test_FD16_the_best_source_says_what_a_play_was_whatever_the_order() -> None:
    gsis, api = game_of(p36=RUN, p57=CATCH), as_api(game_of(p36=CATCH, p57=CATCH))
    merged = merge([api, gsis])
    assert merged == merge([gsis, api])
    assert [play.stats for play in merged.game.plays] == [play.stats for play in gsis.plays]
    assert [play.at_ms for play in merged.game.plays] == [36_000, 57_000]
    assert merged.game.source == "gsis"


def test_FD16_a_play_that_only_another_has_comes_where_that_one_has_it() -> None:
    gsis = game_of(p36=RUN, p90=RUN)
    api = as_api(game_of(p20=node(("HOM", 68, 0)), p36=RUN, p57=node(), p90=RUN, p95=CATCH))
    merged = merge([gsis, api])
    assert [(p.id, p.order) for p in merged.game.plays] == [
        (20, 0), (36, 1), (57, 2), (90, 3), (95, 4),
    ]  # fmt: skip
    assert [(d.play, d.what) for d in merged.differences] == [
        (20, "gsis has no such play"),
        (95, "gsis has no such play"),
    ]


def test_FD17_players_are_known_by_their_lines() -> None:
    gsis = game_of(p36=RUN, p57=CATCH)
    merged = merge([gsis, as_api(gsis, {PASSER: "uuid-1", CATCHER: "uuid-2"})])
    assert merged.differences == ()
    assert Totals(merged.game.plays).everybody() == Totals(gsis.plays).everybody()


def test_FD17_the_gsis_id_counts_whoever_has_it() -> None:
    gsis = game_of(p36=RUN, p57=CATCH)
    table = replace(gsis, source="nflverse")
    merged = merge([as_api(gsis, {PASSER: "uuid-1"}), table])
    assert merged.game.source == "nfl_api"
    assert Totals(merged.game.plays).everybody() == Totals(gsis.plays).everybody()
    assert merged.differences == ()


def test_FD18_differences_are_named() -> None:
    gsis = game_of(p36=RUN, p57=CATCH, p80=RUN)
    other = game_of(p36=node((PASSER, 10, 4)), p57=CATCH)
    gone = [structs.replace(p, deleted=p.id == 57) for p in as_api(other).plays]
    api = replace(as_api(other), plays=tuple(gone), home=replace(other.home, score=3))
    assert merge([gsis, api]).differences == (
        Difference("nfl_api", None, "HOM 3, gsis has HOM 0"),
        Difference("nfl_api", 36, f"lacks stat 10 of {PASSER}, 3 yards"),
        Difference("nfl_api", 36, f"has stat 10 of {PASSER}, 4 yards besides"),
        Difference("nfl_api", 57, "is deleted"),
        Difference("nfl_api", 80, "is not there"),
    )


def test_FD18_what_columns_cannot_tell_is_no_difference() -> None:
    kick = node((KICKER, 41, 60), (KICKER, 410, 66))
    lesser = replace(game_of(p36=node((KICKER, 41, 60))), source="nflverse")
    assert merge([game_of(p36=kick), lesser]).differences == ()


@pytest.mark.shared_data
def test_FD16_FD18_a_recorded_game_is_the_same_from_three_sources_but_for_two_lines(
    shared_data: Path,
) -> None:
    names = (
        "nfl_gsis/2019_reg_w01/2019090500.json.gz",
        "nfl_api/2019_01_GB_CHI_gamedetail.json",
        "nflverse/pbp_2019_01_GB_CHI.csv",
    )
    games: list[Game] = []
    for name in names:
        found = read_games(name, (shared_data / name).read_bytes())
        assert not isinstance(found, Fault)
        games += found.value
    assert {game.id for game in games} == {"2019090500"}
    merged = merge(games)
    assert len(merged.game.plays) == 191
    assert merged.differences == (
        Difference("nfl_api", 1065, "gsis has no such play"),  # a time-out
        Difference("nflverse", 4326, "lacks stat 115 of 00-0031428, 0 yards"),  # a target
    )
    gsis, api, table = games
    totals = Totals(gsis.plays).everybody()
    assert len(totals) == 50
    assert Totals(merged.game.plays).everybody() == totals
    assert Totals(table.plays).everybody() == totals
    # In other words: the API's own totals, once its players have their ids.
    assert Totals(merge([gsis, api]).game.plays).everybody() == totals
    assert box_of(merged.game.plays)["passing"] == box_of(gsis.plays)["passing"]
    assert sum(play.at_ms is not None for play in merged.game.plays) >= 183
