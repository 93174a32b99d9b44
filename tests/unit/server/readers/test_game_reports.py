"""What a feed lacks of a game, and a game play by play; both lead to the same feed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from protocol.feed import DeletePlay, Play, Report, ReportAll, ReportHeader, ReportPlay
from server.readers import game_reports
from server.readers.game import Game, TeamSide
from server.readers.game_reports import (
    BATCH_BYTES_MAX,
    BATCH_MAX,
    Known,
    Step,
    batches,
    due,
    header_of,
    lacking,
    steps_of,
)
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import KICKER, PASSER, node, play, read, real_games, tree

PLAYS = {
    35: node((KICKER, 41, 65)),
    50: node((PASSER, 10, 3), time="14:20"),
    71: node((KICKER, 70, 33), time="13:40"),
}


def game(plays: Any = PLAYS, home: int = 3) -> Game:
    return read(tree(plays, home, qtr="Final"))[0]


def known(room: FeedRoom) -> dict[int, Known]:
    """As a view shows it."""
    held = room.state.plays
    return {
        number: Known(one.form, one.source) for number, one in held.items() if one.form is not None
    }


def imported(room: FeedRoom, one: Game, revision: int = 1) -> list[Report]:
    reports = lacking(one, known(room), room.state.header, revision)
    for batch in batches(reports):
        room.say(ReportAll(batch))
    return reports


def test_FP10_a_new_feed_lacks_every_play_and_the_header_last() -> None:
    room = FeedRoom()
    reports = imported(room, game())
    assert [type(one) for one in reports] == [ReportPlay] * 3 + [ReportHeader]
    assert room.state.header == header_of(game())
    assert room.state.differences == ()
    assert imported(room, game()) == []


def test_FP11_what_is_otherwise_or_gone_is_reported_and_nothing_else() -> None:
    room = FeedRoom()
    imported(room, game())
    changed = {35: PLAYS[35], 71: node((KICKER, 69, 33), time="13:40")}
    reports = imported(room, game(changed, 0), 2)
    assert [(type(one), getattr(one, "play", one)) for one in reports[:1]] == [
        (ReportPlay, game(changed).plays[1])
    ]
    assert reports[1] == DeletePlay("gsis", 2, 50)
    assert isinstance(reports[2], ReportHeader)
    assert room.state.points == {}
    assert imported(room, game(changed, 0), 2) == []


def test_FP11_a_play_of_another_source_is_neither_deleted_nor_passed_over() -> None:
    other = replace(play(99, (PASSER, 10, 1)), order=900)
    there = {99: Known(other, "nfl_api"), 35: Known(game().plays[0], "nfl_api")}
    reports = lacking(game(), there, None, 1)
    assert [one.play.id for one in reports if isinstance(one, ReportPlay)] == [35, 50, 71]
    assert not any(isinstance(one, DeletePlay) for one in reports)


def test_FP11_what_a_better_source_has_said_is_passed_over() -> None:
    there = {35: Known(game().plays[0], "ours")}
    reports = lacking(game(), there, None, 1, better=("ours",))
    assert [one.play.id for one in reports if isinstance(one, ReportPlay)] == [50, 71]


def test_FP11_a_deleted_play_is_reported_once() -> None:
    gone = replace(game().plays[1], stats=(), deleted=True)
    one = changed_game(game(), plays=(game().plays[0], gone))
    assert DeletePlay("gsis", 1, 50) in lacking(one, {}, None, 1)
    there = {50: Known(Play(id=50, order=0, deleted=True), "gsis")}
    assert DeletePlay("gsis", 1, 50) not in lacking(one, there, None, 1)


def changed_game(one: Game, **changes: Any) -> Game:
    return dataclasses.replace(one, **changes)


def test_FP10_without_scores_there_is_no_header() -> None:
    one = changed_game(game(), home=TeamSide("HOM", None))
    assert header_of(one) is None
    assert not any(isinstance(report, ReportHeader) for report in lacking(one, {}, None, 1))
    assert len(steps_of(one)) == 3


def test_FP10_batches_keep_order_and_bounds() -> None:
    reports: list[Report] = [
        ReportPlay("gsis", 1, Play(id=n, order=n, text="x" * (1_900 if n % 2 else 5)))
        for n in range(1, 501)
    ]
    parts = list(batches(reports))
    assert [one for part in parts for one in part] == reports
    assert all(len(part) <= BATCH_MAX for part in parts)
    assert all(len(msgspec.json.encode(part)) <= BATCH_BYTES_MAX + 1_000 for part in parts)
    assert list(batches([])) == []


def test_FP14_play_by_play_the_header_follows_and_ends_as_the_source_has_it() -> None:
    steps = steps_of(game(home=10))
    headers = [one.header for step in steps for one in step.reports if type(one) is ReportHeader]
    assert [(one.home_score, one.phase) for one in headers] == [
        (0, "live"),
        (0, "live"),
        (3, "live"),
        (10, "final"),
    ]
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)


def test_FP14_what_is_due_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [Step(at_ms, ()) for at_ms in (0, 0, 40, 90)]
    assert [due(steps, 0, at) for at in (-1, 0, 39, 40, 1_000)] == [0, 2, 2, 3, 4]
    assert due(steps, 3, 89) == 0
    monkeypatch.setattr(game_reports, "BATCH_MAX", 4)
    assert due(steps, 0, 1_000) == 2


@pytest.mark.parametrize("week", ["2019_reg_w01"])
def test_FP14_played_or_imported_real_games_end_alike(shared_data: Path, week: str) -> None:
    for one in list(real_games(shared_data, week).values())[:4]:
        whole, played = FeedRoom(), FeedRoom()
        imported(whole, one)
        for step in steps_of(one):
            played.say(ReportAll(step.reports))
        assert played.state.plays == whole.state.plays
        assert played.state.header == whole.state.header
        assert played.state.differences == whole.state.differences
        assert imported(whole, one) == []
