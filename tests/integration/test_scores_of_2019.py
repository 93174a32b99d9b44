"""Points of real weeks: against an independent table, against lines worked out by hand from the
official box scores, and what a correction does to them."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from protocol.feed import StatLine
from server.readers.game import Game
from server.readers.game_oddities import score_differences
from server.readers.score_table import Row, defence_parts, rows_of
from server.rules.scoring.points import hundredths, parts_of, total_of
from server.rules.scoring.ruleset import Ruleset, preset, read_rules, with_setting
from server.rules.scoring.totals import Totals
from tests.support.gsis_games import real_games

pytestmark = pytest.mark.shared_data

COLUMNS = {
    "standard": "StandardFantasyPoints",
    "half_ppr": "HalfPPRFantasyPoints",
    "ppr": "PPRFantasyPoints",
}
TRIES = ("rush_2pt", "pass_2pt", "rec_2pt")
TEAMS = {
    "GNB": "GB", "KAN": "KC", "LAR": "LA", "NOR": "NO", "NWE": "NE", "SFO": "SF", "TAM": "TB",
}  # fmt: skip
"""The table's abbreviations that are not those of the files."""
NAMES = {"robertgriffin": "robertgriffiniii"}


def plain(name: str) -> str:
    letters = "".join(letter for letter in name.lower() if letter.isalpha())
    return NAMES.get(letters, letters)


def without_tries(name: str) -> Ruleset:
    """As the table counts, which knows no two-point conversions."""
    rules = preset(name)
    for key in TRIES:
        rules = with_setting(rules, key, "0")
    return rules


def named(shared: Path, rows: tuple[Row, ...]) -> dict[tuple[str, str], list[Row]]:
    """Rows by the full name of their player and their team."""
    path = shared / "nfl_gsis" / "players_2018_2019.csv"
    names = {
        row["gsis_id"]: plain(row["full_name"])
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.id in names:
            found.setdefault((names[row.id], row.team), []).append(row)
    return found


def table_of(shared: Path, week: int) -> list[dict[str, str]]:
    path = shared / "fantasy" / f"oracle_2019_w0{week}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(("week", "players"), [(1, 296), (2, 294)])
@pytest.mark.parametrize("name", COLUMNS)
def test_SC4_SC6_SC11_a_week_is_equal_to_the_cent(
    shared_data: Path, week: int, players: int, name: str
) -> None:
    games = real_games(shared_data, f"2019_reg_w0{week}")
    rows = named(shared_data, rows_of(games.values(), without_tries(name), {}))
    compared, wrong = 0, list[str]()
    for line in table_of(shared_data, week):
        mine = rows.get((plain(line["Player"]), TEAMS.get(line["Tm"], line["Tm"])), [])
        ours = [row.points for row in mine]
        compared += 1
        if ours != [round(float(line[COLUMNS[name]]) * 100)]:
            wrong.append(f"{line['Player']} {line['Tm']}: {line[COLUMNS[name]]}, ours {ours}")
    assert compared == players
    assert wrong == []


def test_SC4_only_those_with_a_conversion_have_more_than_the_table(shared_data: Path) -> None:
    games = {
        **real_games(shared_data, "2019_reg_w01"),
        **real_games(shared_data, "2019_reg_w02"),
    }
    with_, without = (
        {row.id: row.points for row in rows_of(games.values(), rules, {})}
        for rules in (preset("standard"), without_tries("standard"))
    )
    more = {who: with_[who] - without[who] for who in with_ if with_[who] != without[who]}
    tries = Counter(
        line.player
        for game in games.values()
        for play in game.plays
        for line in play.stats
        if line.stat in {75, 77, 104}
    )
    assert more == {who: 200 * times for who, times in tries.items()}
    assert sum(tries.values()) == 14


OWN: dict[str, object] = {
    "idp_tkl_solo": 1, "idp_tkl_ast": 0.5, "idp_sack": 2, "idp_int": 3, "idp_ff": 1,
    "idp_def_td": 6,
}  # fmt: skip
BY_HAND = [
    # Kickers: made by distance, missed -1, extra points.
    ("2019091505", "00-0024333", "S.Gostkowski", 3 - 1 + 4),  # 28; 48 missed; 4 of 6
    ("2019090811", "00-0023252", "R.Gould", 3 + 3 + 4 - 1 + 2),  # 29, 36, 47; 57 missed; 2
    ("2019090801", "00-0031203", "C.Santos", 3 + 5 + 5),  # 37, 53; 5
    ("2019090800", "00-0029621", "G.Zuerlein", 4 + 5 + 3 - 1 + 3),  # 49, 56, 27; 41 missed; 3
    ("2019090800", "00-0035192", "J.Slye", 4 + 5 - 1 + 3),  # 46, 52; 53 missed; 3
    ("2019091503", "00-0028660", "D.Bailey", 3 - 1 + 1),  # 31; 47 missed; 1, one blocked
    ("2019090805", "00-0034202", "K.Vedvik", -1),  # 45 missed; extra point missed
    ("2019120105", "00-0033303", "H.Butker", 5 + 5),  # 50; 5
    # D/ST: sacks, interceptions, recoveries, touchdowns, safeties, blocks, points allowed.
    ("2019091505", "NE", "NE D/ST", 7 + 4 * 2 + 2 * 6 + 10),  # a shut-out: 37
    ("2019090811", "SF", "SF D/ST", 3 + 3 * 2 + 2 + 2 * 6 + 1),  # 17 allowed
    ("2019090801", "TEN", "TEN D/ST", 5 + 3 * 2 + 6 + 2 + 4),  # a safety, 13 allowed
    ("2019090805", "NYJ", "NYJ D/ST", 1 + 2 * 2 + 2 * 2 + 6 + 2 + 1),  # a safety, 17 allowed
    ("2019091503", "GB", "GB D/ST", 1 + 2 * 2 + 2 * 2 + 2 + 1),  # a block, 16 allowed
    ("2019120105", "KC", "KC D/ST", 2 + 2 * 2 + 2 + 6 + 2 + 2 + 4),  # block and return; 9 allowed
    ("2019091505", "MIA", "MIA D/ST", 2 + 2 - 4),  # 43 allowed
    ("2019090808", "SEA", "SEA D/ST", 5 + 3 * 2 + 1),  # 4 sacks of players, 1 of the team; 20
    # Individuals in a league of our own: solo 1, assist 0.5, sack 2, interception 3, forced 1.
    ("2019091505", "00-0030421", "J.Collins", 3 + 1.5 + 1 + 2 * 3 + 6),  # half a sack; scored
    ("2019090801", "00-0030411", "L.Ryan", 7 + 0.5 + 3 + 3),  # 1.5 sacks
    ("2019090801", "00-0023368", "C.Wake", 2 + 0.5 + 5),  # 2.5 sacks
    ("2019090800", "00-0032677", "C.Littleton", 8 + 3 + 3 + 1),
    ("2019090811", "00-0034815", "F.Warner", 7 + 1 + 1),
    ("2019090811", "00-0028092", "R.Sherman", 4 + 0.5 + 3 + 6),
]


def test_SC5_SC7_SC8_SC9_lines_worked_out_by_hand_from_the_box_scores(shared_data: Path) -> None:
    games = real_games(shared_data)
    rules = read_rules("own", {"preset": "standard", "points": OWN})
    ours = [
        (game, row.id, row.name, row.points)
        for game, who, *_ in BY_HAND
        for row in rows_of([games[game]], rules, {})
        if row.id == who
    ]
    assert len(BY_HAND) == 22
    assert ours == [(game, who, name, round(100 * n)) for game, who, name, n in BY_HAND]


def test_SC9_new_england_of_week_two_has_37(shared_data: Path) -> None:
    game = real_games(shared_data, "2019_reg_w02")["2019091505"]
    parts = defence_parts(game, Totals(game.plays), "NE", preset("standard"))
    assert hundredths(total_of(parts)) == "37.00"


def test_FD10_of_35_games_one_does_not_make_its_score(shared_data: Path) -> None:
    games = real_games(shared_data)
    told = {id_: found for id_, game in games.items() if (found := score_differences(game))}
    assert told == {"2019092909": ["TB has 55, plays make 54"]}


ELLIOTT, A_COLT = "00-0033045", "00-0031331"


def points_of(game: Game, totals: Totals) -> tuple[int, int]:
    """Elliott's and Indianapolis' of the game."""
    rules = preset("standard")
    player = total_of(parts_of(totals.of(ELLIOTT), rules))
    return player, total_of(defence_parts(game, totals, "IND", rules))


def test_SC17_the_play_of_elliott_corrected_and_taken_back(shared_data: Path) -> None:
    """Play 946 of 16 December 2018: a fumble lost on Sunday, his own recovery on Thursday."""
    game = real_games(shared_data, "special")["2018121605"]
    thursday = next(play for play in game.plays if play.id == 946)
    assert Counter(s.stat for s in thursday.stats if s.player == ELLIOTT) == {52: 1, 55: 1, 10: 1}
    sunday = replace(
        thursday,
        stats=(
            *thursday.stats,
            StatLine(106, "DAL", ELLIOTT, "E.Elliott", 0),
            StatLine(59, "IND", A_COLT, "P.Desir", 0),
        ),
    )
    totals = Totals(game.plays)
    final = points_of(game, totals)
    totals.replace(thursday, sunday)
    before = points_of(game, totals)
    assert (final[0] - before[0], final[1] - before[1]) == (200, -200)
    on_sunday = Totals([sunday if play.id == 946 else play for play in game.plays])
    assert points_of(game, on_sunday) == before
    totals.replace(sunday, thursday)
    assert points_of(game, totals) == final
    assert totals.everybody() == Totals(game.plays).everybody()


def test_SC8_the_other_special_games(shared_data: Path) -> None:
    """A goal that a penalty took away counts for nobody; a try that was returned counts two."""
    games = real_games(shared_data, "special")
    rams = games["2019092909"]
    lost = [
        play
        for play in rams.plays
        if "field goal is GOOD" in play.text and all(s.stat != 70 for s in play.stats)
    ]
    assert [play.id for play in lost] == [2_922]
    defence = {p.key for p in defence_parts(rams, Totals(rams.plays), "TB", preset("standard"))}
    assert {"def_td", "fum_rec"} <= defence
    oakland = games["2019120105"]
    parts = defence_parts(oakland, Totals(oakland.plays), "KC", preset("standard"))
    assert {p.key: p.points for p in parts}["def_2pt"] == 200
    assert score_differences(oakland) == []
