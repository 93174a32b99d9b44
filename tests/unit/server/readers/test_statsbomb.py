"""StatsBomb: a synthetic match, and the real one."""

import json
from pathlib import Path

import pytest

from server.readers.match_events import MatchEvents
from server.readers.report import Fault, Oddity
from server.readers.statsbomb import read_statsbomb, read_statsbomb_line_up
from tests.support.provider_files import (
    statsbomb,
    statsbomb_event,
    statsbomb_events,
    statsbomb_line_up,
)


def read(content: bytes, line_up: bytes | None = None) -> tuple[MatchEvents, dict[str, Oddity]]:
    reading = read_statsbomb("e", content, "l", line_up)
    assert not isinstance(reading, Fault), reading
    return reading.value, dict(reading.oddities)


def test_RD12_who_starts_where_and_who_sits_on_the_bench() -> None:
    match, odd = read(statsbomb(), statsbomb_line_up())
    assert odd == {}
    players = {player.key: player for player in match.line_up.players}
    assert len(players) == 26
    keeper, second, bench = players["101"], players["202"], players["112"]
    assert (keeper.side, keeper.slot, keeper.is_keeper, keeper.starts) == ("home", "GK", True, True)
    assert (second.side, second.slot, second.name) == ("away", "RB", "Long Name 2")
    assert (bench.starts, bench.slot, keeper.name) == (False, None, "P1")
    assert match.line_up.teams == {"home": "Reds", "away": "Blues"}


def test_RD6_RD14_the_away_side_is_turned_and_a_pass_without_outcome_arrived() -> None:
    match, _ = read(statsbomb())
    first, carry, lost, away, pressure, goal = match.events
    assert (first.sort, first.start, first.success, first.to_player) == (
        "pass",
        (0, 0),
        True,
        "106",
    )
    assert carry.sort == "carry"
    assert (lost.success, lost.outcome) == (False, "Incomplete")
    own = read(
        json.dumps([*statsbomb_events()[:2], statsbomb_event(6, "Pass", 1, 3, [30, 60])]).encode()
    )[0].events[0]
    assert own.start is not None
    assert away.start == (-own.start[0], -own.start[1])
    assert (pressure.end, pressure.at_ms) == (None, 7_500)
    assert (goal.is_goal, goal.start, goal.end) == (True, (41_500, 0), (52_500, 0))


def test_RD3_damaged_events_are_told_by_name() -> None:
    events: list[object] = list(statsbomb_events())
    events += [
        7,
        {"type": {"name": "Pass"}},
        {**statsbomb_event(9, "Pass", 1, 2, [1, 1]), "location": ["x", 1]},
        statsbomb_event(9, "Pass", 1, 2, [1e9, 1]),
        statsbomb_event(9, "Pass", 7, 2, [1, 1]),
    ]
    _, odd = read(json.dumps(events).encode())
    assert {what: oddity.count for what, oddity in odd.items()} == {
        "unreadable_row": 1,
        "no_time": 1,
        "no_position": 1,
        "off_the_pitch": 1,
        "no_side": 1,
    }


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"[1]", b"[{}]", b'[{"team_id": 1}'])
def test_RD1_what_is_no_match_is_a_fault(content: bytes) -> None:
    assert isinstance(read_statsbomb("e", content), Fault)
    assert isinstance(read_statsbomb("e", statsbomb(), "l", content), Fault) == (
        content in {b"", b"{}", b"[]", b'[{"team_id": 1}'}
    )


def test_RD12_a_line_up_alone_names_everybody() -> None:
    reading = read_statsbomb_line_up("l", statsbomb_line_up())
    assert not isinstance(reading, Fault)
    assert len(reading.value.players) == 26
    assert not any(player.starts for player in reading.value.players)


def test_RD14_the_real_match_is_whole(shared_data: Path) -> None:
    folder = shared_data / "soccer"
    match, odd = read(
        (folder / "statsbomb_15986_events.json.gz").read_bytes(),
        (folder / "statsbomb_15986_lineup.json").read_bytes(),
    )
    assert odd == {}
    counts = {sort: sum(e.sort == sort for e in match.events) for sort in ("pass", "carry", "shot")}
    assert counts == {"pass": 1_148, "carry": 985, "shot": 27}
    # 4,027 without 1,119 receipts, 8 starts and ends of halves, 2 line-ups.
    assert len(match.events) == 2_898
    kick_off = match.events[0]
    assert kick_off.at_ms == 1_196
    assert kick_off.end == (-9_429, 0)
    starters = [p for p in match.line_up.players if p.starts]
    assert len(starters) == 22
    assert sum(p.is_keeper for p in starters) == 2
    shot = next(e for e in match.events if e.sort == "shot")
    assert (shot.side, shot.at_ms, shot.outcome) == ("away", 285_973, "Saved")
    assert shot.start is not None
    assert shot.start[0] < -35_000
