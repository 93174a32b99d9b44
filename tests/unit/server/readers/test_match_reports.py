"""Matches as reports, and back as what boards take; real ones of two providers."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from protocol.feed import DeletePlay, FeedInconsistent, ReportItem, ReportScoreboard
from protocol.feed_items import SoccerEvent
from server.readers.board_match import board_of_passage
from server.readers.board_parts import document
from server.readers.clips import read_files
from server.readers.match_events import MatchEvents
from server.readers.match_reports import (
    Recorded,
    lacking,
    match_of,
    passage_to,
    recorded,
    steps_of,
)
from server.readers.report import Reading
from tests.support.matches import ItemRoom, statsbomb, statsbomb_line_up

GAMES = {
    "statsbomb": ("statsbomb_15986_events.json.gz", "statsbomb_15986_lineup.json"),
    "metrica csv": ("metrica_game1_events.csv",),
    "metrica json": ("metrica_game3_events.json.gz", "metrica_game3_metadata.xml"),
}


def small(*, goal: bool = True) -> Recorded:
    return of({"events.json": statsbomb(goal=goal), "lineup.json": statsbomb_line_up()})


def of(files: dict[str, bytes]) -> Recorded:
    read = read_files(None, files)
    assert isinstance(read, Reading)
    assert isinstance(read.value, MatchEvents)
    return recorded(read.value)


def real(shared_data: Path) -> dict[str, Recorded]:
    folder = shared_data / "soccer"
    return {
        name: of({file: (folder / file).read_bytes() for file in files})
        for name, files in GAMES.items()
    }


def brought_in(match: Recorded) -> ItemRoom:
    room = ItemRoom()
    for report in lacking(match, {}, None, 1):
        told = room.told(report)
        assert told[0] in {"item.added", "scoreboard.changed"}, (report, told)
    return room


def test_PF7_score_cards_and_substitutions_of_a_statsbomb_match() -> None:
    match = small()
    board = match.scoreboard
    assert (board.home, board.home_score, board.away, board.away_score) == ("Reds", 1, "Blues", 0)
    assert (board.phase, board.period, board.turned) == ("final", 2, True)
    by_word = {item.word: item for item in match.items}
    assert by_word["Shot"].goal_for == "home"
    assert by_word["Foul Committed"].card == "yellow"
    assert (by_word["Substitution"].player, by_word["Substitution"].to_player) == ("8", "15")
    assert by_word["Pass"].to == (41_500, 3_660)


def test_PF7_what_a_feed_has_is_not_said_again_and_a_correction_is() -> None:
    match, corrected = small(), small(goal=False)
    known = {item.id: (item, match.source) for item in match.items}
    assert lacking(match, known, match.scoreboard, 1) == []
    board, shot = lacking(corrected, known, match.scoreboard, 2)
    assert isinstance(board, ReportScoreboard)
    assert isinstance(shot, ReportItem)
    assert isinstance(shot.item, SoccerEvent)
    assert shot.item.outcome == "Saved"
    fewer = match._replace(items=match.items[:-1])
    assert lacking(fewer, known, match.scoreboard, 2) == [
        DeletePlay("statsbomb", 2, match.items[-1].id)
    ]
    later = {key: (replace(item, version=3), source) for key, (item, source) in known.items()}
    assert lacking(match, later, match.scoreboard, 1) == []


def test_PF8_a_match_is_played_again_as_it_went() -> None:
    steps = steps_of(small())
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)
    room = ItemRoom()
    phases: list[str] = []
    for step in steps:
        for report in step.reports:
            assert room.told(report)[0] not in {"exists", "bad_property"}
            phases.append(room.state.header.phase)
    assert list(dict.fromkeys(phases)) == ["pregame", "live", "final"]
    assert room.state.header == small().scoreboard
    assert room.state.differences == ()
    # The half lasted 46:10, half-time a quarter of an hour.
    assert steps[-3].at_ms == (46 * 60 + 10 + 15 * 60 + 15 * 60) * 1_000


def test_PF9_the_passage_to_an_event_is_a_board() -> None:
    match = small()
    whole = match_of(match.scoreboard, match.items, "StatsBomb")
    shot = next(item.id for item in match.items if item.goal_for)
    chosen = passage_to(whole, shot)
    assert [one.sort for one in chosen] == ["carry", "pass", "shot"]
    made = board_of_passage(whole, chosen, "seed")
    sorts = [one.sort for one in made.objects]
    assert (sorts.count("token"), sorts.count("arrow"), sorts.count("ball")) == (2, 3, 1)
    assert document(made).settings.sport == "soccer"
    substitution = next(item.id for item in match.items if item.sort == "substitution")
    assert passage_to(whole, substitution) == ()
    assert passage_to(whole, 999) == ()


def test_PF7_PF9_a_statsbomb_match_and_metrica_games_are_feeds_and_boards(
    shared_data: Path,
) -> None:
    scores = {"statsbomb": (2, 2), "metrica csv": (3, 0), "metrica json": (0, 2)}
    for name, match in real(shared_data).items():
        board = match.scoreboard
        assert (board.home_score, board.away_score) == scores[name]
        room = brought_in(match)
        assert not any(isinstance(event, FeedInconsistent) for event in room.events[-1:])
        assert max(item.at_ms for item in match.items if item.period == 2) < 50 * 60_000
        whole = match_of(board, match.items, name)
        goals = [item for item in match.items if item.goal_for]
        assert len(goals) == sum(scores[name])
        for one in goals:
            chosen = passage_to(whole, one.id)
            assert chosen[-1].index == one.id
            made = board_of_passage(whole, chosen, one.word)
            assert any(thing.sort == "token" for thing in made.objects)
