"""Scores of matchups on real games: the Elliott case, and random histories that end as the final
plays alone do.

The suite takes a bounded sample; `python -m pytest tests/integration/test_leagues_of_2019.py -m
long` plays 500 histories.
"""

import random
from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from protocol.feed import Header, Play, ReportAll, ReportHeader, ReportPlay, StatLine
from server.readers.game import Game
from server.readers.games import read_games
from server.readers.gsis import read_gsis
from server.readers.report import Fault
from server.readers.score_table import rows_of
from server.rules.kind import Stamp
from server.rules.league.book import Book, LeagueRules, league_rules
from server.rules.league.trail import causes_of, text_of
from server.rules.scoring.ruleset import preset
from server.rules.scoring.totals import Totals
from tests.support.feeds import FeedRoom, Report, history, jumbled
from tests.support.gsis_games import real_games

pytestmark = pytest.mark.shared_data
RULES = league_rules({"preset": "standard"})
ELLIOTT, COLT = "00-0033045", "00-0031331"
THURSDAY_MS = 1_545_307_200_000
"""20 December 2018, noon UTC."""


def special(shared: Path, number: str) -> Game:
    path = shared / "nfl_gsis" / "special" / f"{number}.json.gz"
    found = read_gsis(path.name, path.read_bytes())
    assert not isinstance(found, Fault)
    return found.value


def header_of(game: Game) -> Header:
    assert game.home.score is not None
    assert game.away.score is not None
    scores = (game.home.score, game.away.score)
    return Header(game.home.team, game.away.team, *scores, "final")


def reported(room: FeedRoom, game: Game, revision: int = 1) -> None:
    plays = [ReportPlay("gsis", revision, play) for play in game.plays]
    for at in range(0, len(plays), 100):
        room.say(ReportAll(tuple(plays[at : at + 100])))
    room.say(ReportHeader("gsis", revision, header_of(game)))


def points_of(book: Book, game: Game, rules: LeagueRules) -> dict[str, int]:
    """Everybody whom `touchline score` has a row for."""
    rows = rows_of([game], rules.rules, {})
    return {row.id: book.points(row.id, row.position, rules) for row in rows}


def expected(game: Game, rules: str = "standard") -> dict[str, int]:
    return {row.id: row.points for row in rows_of([game], preset(rules), {})}


def corrected(room: FeedRoom, book: Book, play: Play, revision: int) -> list[str]:
    """One play is another one: whom that concerns, in words."""
    at = len(room.events)
    room.say(ReportPlay("gsis", revision, play))
    rows = {line.player: "" for line in play.stats if line.player}
    stamp = Stamp(at + 1, THURSDAY_MS, "", "", 0)
    found = causes_of("r_feed", book, [(stamp, room.events[at:])], {ELLIOTT: "RB"} | rows, RULES)
    return [text_of(cause) for cause in found if cause.player == ELLIOTT]


def test_LI7_LI9_the_elliott_case_forwards_and_backwards(shared_data: Path) -> None:
    game = special(shared_data, "2018121605")
    room = FeedRoom()
    reported(room, game)
    book = Book(room.state, len(room.events))
    assert points_of(book, game, RULES) == expected(game)
    (final,) = (play for play in game.plays if play.id == 946)
    lost = (StatLine(106, "DAL", ELLIOTT, "E.Elliott", 0), StatLine(59, "IND", COLT, "P.Desir", 0))
    before = replace(final, stats=(*final.stats, *lost))
    defence = book.points("IND", "DEF", RULES)
    back = corrected(room, book, before, 2)
    assert back == ["-2.00, play 946 corrected on Thursday"]
    assert book.points("IND", "DEF", RULES) == defence + 200
    forward = corrected(room, book, final, 3)
    assert forward == ["+2.00, play 946 corrected on Thursday"]
    assert book.points("IND", "DEF", RULES) == defence
    assert points_of(book, game, RULES) == expected(game)


@pytest.mark.parametrize("number", ["2019092909", "2019120105"])
def test_LI9_the_other_special_games(shared_data: Path, number: str) -> None:
    game = special(shared_data, number)
    room = FeedRoom()
    reported(room, game)
    for name in ("standard", "ppr", "espn"):
        rules = league_rules({"preset": name})
        assert points_of(Book(room.state, 1), game, rules) == expected(game, name)


def test_FE1_FE2_one_feed_of_three_sources_has_the_totals_of_each_in_whatever_order(
    shared_data: Path,
) -> None:
    """As they are, GSIS file, API object and nflverse table of one game make one feed."""
    games: dict[str, Game] = {}
    for name in (
        "nfl_gsis/2019_reg_w01/2019090500.json.gz",
        "nfl_api/2019_01_GB_CHI_gamedetail.json",
        "nflverse/pbp_2019_01_GB_CHI.csv",
    ):
        found = read_games(name, (shared_data / name).read_bytes())
        assert not isinstance(found, Fault)
        (game,) = found.value
        games[game.source] = game
    totals = Totals(games["gsis"].plays).everybody()
    views = list[object]()
    for order in permutations(games):
        room = FeedRoom("gsis", "nfl_api", "nflverse")
        for source in order:
            plays = [ReportPlay(source, 1, play) for play in games[source].plays]
            for at in range(0, len(plays), 100):
                room.say(ReportAll(tuple(plays[at : at + 100])))
        assert room.state.totals().everybody() == totals, order
        forms = {number: held.form for number, held in room.state.plays.items()}
        views.append({n: None if form is None else form.stats for n, form in forms.items()})
        assert {held.source for held in room.state.plays.values()} == {"gsis", "nfl_api"}
    assert views == [views[0]] * 6
    alone = FeedRoom("nfl_api")
    for play in games["nfl_api"].plays:
        alone.say(ReportPlay("nfl_api", 1, play))
    assert alone.state.totals().everybody() != totals, "a feed of the API's alone has its own ids"


def a_history(game: Game, seed: int) -> None:
    """Reports of a whole game in any order, repeated, corrected, deleted, reviewed and brought
    back: the book that saw all of it is the one of the final plays alone."""
    dice = random.Random(seed)
    room = FeedRoom()
    room.say(ReportHeader("gsis", 1, header_of(game)))
    watched = Book(room.state, 1)
    reports, final = list[Report](), list[Play]()
    for play in game.plays:
        said, form = history(play, game.plays, dice, "gsis")
        reports += said
        if form is not None:
            final.append(form)
    at = len(room.events)
    for number, report in enumerate(jumbled(reports, dice), 2):
        room.say(report)
        watched.apply(room.events[at:], Stamp(number, 0, "", "", 0))
        at = len(room.events)
    left = replace_plays(game, final)
    assert watched.totals.everybody() == Book(room.state, 1).totals.everybody()
    assert points_of(watched, left, RULES) == expected(left), seed


def replace_plays(game: Game, plays: list[Play]) -> Game:
    return Game(game.id, game.source, game.home, game.away, "final", tuple(plays), game.box)


def test_LI1_LI5_LI9_a_history_ends_as_its_final_plays(shared_data: Path) -> None:
    games = list(real_games(shared_data, "2019_reg_w01").values())
    for seed in range(6):
        a_history(games[seed % len(games)], seed)


@pytest.mark.long
def test_LI9_five_hundred_histories_end_as_their_final_plays(shared_data: Path) -> None:
    games = [
        game
        for week in ("2019_reg_w01", "2019_reg_w02", "special")
        for game in real_games(shared_data, week).values()
    ]
    for seed in range(500):
        a_history(games[seed % len(games)], seed)
