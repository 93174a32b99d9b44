"""A bounded sample of random drafts, and the judge judged. More: `python -m tests.drafts`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from protocol.draft import AuctionSettings, DraftSettings
from tests.drafts.__main__ import told
from tests.drafts.script import Script, log_of, plain_settings
from tests.support.draft_audit import Entry, Judge, Plain, expected_order, has_places
from tests.support.drafts import DraftRoom, manager, started

SAMPLE = 60


def test_DR62_random_drafts_end_legal_and_complete() -> None:
    outcomes = [Script(seed).run() for seed in range(1, SAMPLE + 1)]
    assert {one.seed: one.faults for one in outcomes if one.faults} == {}
    said = told(outcomes)
    for needed in ("auction", "custom", "office.undo", "office.trade", "system.wake", "too_late"):
        assert needed in said
    assert all(one.picks for one in outcomes if one.settings.teams < 10)


def judged(room: DraftRoom, forge: Any = None) -> list[str]:
    """What the judge says of a room's log, with an event forged."""
    log = log_of(room)
    if forge is not None:
        log = [
            Entry(one.v, one.at, one.by, [forge(dict(event)) for event in one.events])
            for one in log
        ]
    judge = Judge(plain_settings(room.settings))
    return (judge.read(log) and judge.faults) or judge.finish()


def picks_to(**changes: Any) -> Callable[[Plain], Plain]:
    """Forges the pick of cell 2."""

    def forge(event: Plain) -> Plain:
        ours = event["type"] == "pick.made" and event["n"] == 2
        return event | changes if ours else event

    return forge


def dear(event: Plain) -> Plain:
    """Forges the first price."""
    return event | {"price": 187} if event["type"] == "bid.made" else event


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (picks_to(player="p0001"), "p0001 is taken twice"),
        (picks_to(seat=1), "cell 2: picked by 1"),
        (picks_to(player="p9999"), "p9999 is in no pool"),
        (picks_to(turn=3), "cell 2: a pick for another turn"),
    ],
)
def test_the_judge_finds_what_is_forged(forge: Any, said: str) -> None:
    room = started(DraftSettings(teams=2, rounds=2)).play_out()
    assert judged(room) == []
    assert said in judged(room, forge)


def test_the_judge_counts_the_money_itself() -> None:
    settings = DraftSettings(type="auction", teams=2, auction=AuctionSettings(auto_percent=0))
    room = started(settings).play_out()
    assert judged(room) == []
    assert "bid 187 of 1 is over its maximum" in judged(room, dear)


def test_the_judge_wants_an_end() -> None:
    room = started(DraftSettings(teams=2, rounds=2))
    assert "it has not ended" in judged(room)
    assert manager(1) != manager(2)


def test_the_judges_own_arithmetic() -> None:
    assert expected_order({"teams": 3, "rounds": 4, "reversal": 3}, [1, 2, 3]) == [
        *(1, 2, 3, 3, 2, 1),
        *(3, 2, 1, 1, 2, 3),
    ]
    slots = [{"positions": ["QB"]}, {"positions": ["QB", "RB"]}]
    assert has_places(slots, [("RB",), ("QB",)])
    assert not has_places(slots, [("RB",), ("RB",)])
