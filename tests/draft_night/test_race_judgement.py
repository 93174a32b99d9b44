"""The judge of races judged: a race as it should be, and each way in which it could be wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.draft_night.race_judgement import Found, judge, told_by
from tests.draft_night.shots import Race, Shot
from tests.support.draft_audit import Entry, Plain

GRACE_MS = 300
DEADLINE = 10_000
LIMIT = DEADLINE + GRACE_MS


def opened(v: int, at: int, n: int, deadline: int = DEADLINE) -> Plain:
    return {"type": "turn.opened", "sort": "pick", "n": n, "seat": 1, "deadline": deadline}


def picked(turn: int, player: str, how: str = "manual", n: int = 1) -> Plain:
    made = {"type": "pick.made", "n": n, "seat": 1, "player": player, "how": how}
    return {**made, "turn": turn}


def a_log(at: int, by: str, player: str, how: str = "manual") -> list[Entry]:
    """Turn 2 is decided at entry 3, which opens another."""
    return [
        Entry(1, 8_000, "boss", [{"type": "room.opened"}]),
        Entry(2, 9_000, "boss", [{"type": "draft.moved", "phase": "live"}, opened(2, 9_000, 1)]),
        Entry(3, at, by, [picked(2, player, how), opened(3, at, 2, 20_000)]),
    ]


def shot(received: int, **more: Any) -> Shot:
    told: dict[str, Any] = {"sort": "pick", "account": "ana", "player": "p1", "sent_s": 1.0}
    told |= {"answered_s": 1.02, "before": received - 1, "after": received + 1}
    return Shot(**{**told, **more})


def winner(at: int, by: str, player: str, how: str = "manual") -> Plain:
    return {"n": 1, "seat": 1, "player": player, "how": how, "by": by, "at": at}


def found(log: list[Entry], *shots: Shot) -> Found:
    return judge(log, [Race("r", 2, "race", 1, LIMIT, list(shots))], grace_ms=GRACE_MS)


def test_a_race_of_two_devices_has_a_winner_of_whom_the_other_is_told() -> None:
    won = shot(10_200, version=3)
    lost = shot(10_210, player="p2", code="already_picked", detail=winner(10_200, "ana", "p1"))
    seen = found(a_log(10_200, "ana", "p1"), won, lost)
    assert seen.faults == []
    assert (seen.races, seen.shots, seen.winners, seen.lost, seen.late) == (1, 2, 1, 0, 0)
    assert dict(seen.in_time) == {"accepted": 1, "already_picked": 1}
    assert dict(seen.accepted) == {"pick": 1}
    assert seen.close == 0
    assert found(a_log(10_299, "ana", "p1"), shot(10_299, before=10_299, version=3)).close == 1


def test_a_late_pick_is_told_so_and_autopick_has_the_turn() -> None:
    late = shot(10_400, code="too_late", detail={"turn": 2, "deadline": DEADLINE})
    later = shot(12_400, code="already_picked", detail=winner(12_300, "", "p9", "auto"))
    seen = found(a_log(12_300, "", "p9", "auto"), late, later)
    assert (seen.faults, seen.late, seen.in_time.total()) == ([], 2, 0)


def test_a_pick_in_time_that_loses_to_autopick_is_found() -> None:
    lost = shot(10_290, code="already_picked", detail=winner(12_300, "", "p9", "auto"))
    seen = found(a_log(12_300, "", "p9", "auto"), lost)
    assert seen.lost == 1
    assert ["lost to autopick" in one for one in seen.faults] == [True]
    # The commissioner's is no autopick by time.
    forced = shot(10_290, code="already_picked", detail=winner(10_280, "boss", "p9", "auto"))
    assert found(a_log(10_280, "boss", "p9", "auto"), forced).faults == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (shot(10_200), "was never answered"),
        (shot(10_200, code="busy"), "was refused: busy"),
        (shot(10_200, code="paused"), "was refused: paused"),
        (shot(10_200, version=3, player="p2"), "got another player"),
        (shot(10_200, version=3, account="ben"), "which is not its pick"),
        (shot(10_150, version=3), "is stamped 10200"),
        (
            shot(10_250, code="already_picked", detail=winner(10_200, "ana", "p7")),
            "of the winner",
        ),
        (
            shot(10_250, code="too_late", detail={"turn": 2, "deadline": DEADLINE}),
            "within 10300, and was too late",
        ),
        (shot(10_250, code="too_late", detail={"turn": 2, "deadline": 9}), "which turn 2 had not"),
        (shot(10_250, code="too_late", detail={"turn": 3}), "was told of turn 3 instead"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(wrong: Shot, said: str) -> None:
    (fault,) = found(a_log(10_200, "ana", "p1"), wrong).faults
    assert said in fault


def test_a_pick_that_was_accepted_too_late_is_found() -> None:
    (fault,) = found(a_log(10_320, "ana", "p1"), shot(10_320, version=3)).faults
    assert "20 ms after deadline and grace" in fault


def test_a_pick_that_came_before_a_later_deadline_is_judged_by_that_of_its_time() -> None:
    log = a_log(10_350, "ana", "p1")
    longer = {"type": "clock.changed", "why": "outage", "deadline": 30_000}
    log[2] = Entry(3, 10_310, "", [longer])
    log.append(Entry(4, 10_350, "ana", [picked(2, "p1"), opened(4, 10_350, 2, 40_000)]))
    assert found(log, shot(10_350, version=4)).faults == []


def test_every_turn_has_one_outcome() -> None:
    twice = a_log(10_200, "ana", "p1")
    twice.append(Entry(4, 10_201, "ana", [picked(2, "p2", n=2)]))
    assert found(twice).faults == ["turn 2 has 2 picks, or was skipped"]
    none = a_log(10_200, "ana", "p1")
    none[2] = Entry(3, 10_200, "ana", [opened(3, 10_200, 2)])
    assert found(none).faults == ["turn 2 ended without an outcome"]


def test_who_lost_to_an_undo_or_a_pause_is_told_that() -> None:
    log = a_log(9_500, "ana", "p1")
    undone = {"type": "picks.undone", "cells": [1]}
    log.append(Entry(4, 9_600, "boss", [undone, opened(4, 9_600, 1, 20_000)]))
    late = shot(9_650, code="too_late", detail={"turn": 4})
    race = Race("r", 3, "race", 1, LIMIT, [late])
    assert judge(log, [race], grace_ms=GRACE_MS).faults == []
    log.append(Entry(5, 9_700, "boss", [{"type": "draft.moved", "phase": "paused"}]))
    log.append(Entry(6, 9_800, "boss", [{"type": "draft.moved", "phase": "live"}]))
    story = told_by(log)
    assert story.pauses == [(9_700, 9_800)]
    paused = Race("r", 4, "race", 1, LIMIT, [shot(9_750, code="paused")])
    assert judge(log, [paused], grace_ms=GRACE_MS).faults == []
    elsewhere = shot(9_690, code="paused")  # received earlier, and later in the log's order
    paused.shots[0] = elsewhere
    assert judge(log, [paused], grace_ms=GRACE_MS).faults == []
    paused.shots[0] = shot(9_670, code="paused")  # answered before there was a pause
    assert len(judge(log, [paused], grace_ms=GRACE_MS).faults) == 1
    paused.shots[0] = shot(9_850, code="paused")
    assert len(judge(log, [paused], grace_ms=GRACE_MS).faults) == 1


def test_findings_add_up() -> None:
    one = found(a_log(10_200, "ana", "p1"), shot(10_200, version=3))
    both = Found()
    both.add(one)
    both.add(one)
    assert (both.races, both.shots, both.accepted["pick"], len(both.answers_ms)) == (2, 2, 2, 2)
