"""A sample of `make chaos`: a handful of faults, the same each time; and how they are drawn and
told."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from tests.chaos import member as member_module
from tests.chaos.delays import Delay
from tests.chaos.faults import DOING
from tests.chaos.member import Member
from tests.chaos.plan import BY_NAME, KINDS, NODES, Fault, drawn
from tests.chaos.recording import Happened, Recording
from tests.chaos.report import markdown, record
from tests.chaos.run import Outcome, chaos

SAMPLE = [
    BY_NAME[name]
    for name in (
        "node killed",
        "Redis killed",
        "backends terminated",
        "database restarted",
        "connections cut in a message",
        "flood",
    )
]


@pytest.mark.postgres
async def test_nothing_is_lost_doubled_or_reordered(tmp_path: Path) -> None:
    faults = [*islice(drawn(7, SAMPLE), len(SAMPLE))]
    outcome = await chaos(tmp_path, faults, seed=7, seconds=600, said=lambda _: None)
    told = "\n".join(markdown(outcome, seed=7))
    assert outcome.verdict.sentences == [], told
    # It did what it is for.
    assert Counter(one.kind for one in outcome.happened) == Counter(one.name for one in SAMPLE)
    assert outcome.accepted > 300, told
    assert outcome.shown > 1_000, told
    assert outcome.verdict.compared == 21, told
    assert outcome.delays, told


def test_what_happens_is_drawn_from_the_seed_and_no_kind_is_rare() -> None:
    assert DOING.keys() == BY_NAME.keys()
    assert len(BY_NAME) == len(KINDS)
    some = [*islice(drawn(1), 5 * len(KINDS))]
    assert some == [*islice(drawn(1), len(some))]
    assert some != [*islice(drawn(2), len(some))]
    assert set(Counter(one.kind.name for one in some).values()) == {5}
    assert {one.node for one in some} == set(range(NODES))
    for one in some:
        assert one.kind.shortest_s <= one.seconds <= one.kind.longest_s
    assert 0.1 < sum(one.at_once for one in some) / len(some) < 0.4


def test_two_faults_at_once_have_nothing_in_common() -> None:
    def fault(name: str, node: int) -> Fault:
        return Fault(BY_NAME[name], node, 1.0, at_once=True, pause_s=0.3)

    killed = fault("node killed", 1)
    assert killed.beside([])
    assert killed.beside([fault("Redis killed", 1), fault("node killed", 2)])
    assert not killed.beside([fault("Redis killed", 1), fault("node stopped and continued", 1)])
    assert not killed.beside([fault("rolling restart", 0)])
    assert not fault("all nodes killed", 0).beside([killed])


def an_outcome() -> Outcome:
    outcome = Outcome(commands=10, accepted=8, entries=9, shown=27, seconds=60.0)
    outcome.happened = [Happened("node killed", 0, 1.0, 2.0), Happened("flood", 1, 3.0, 4.0)]
    outcome.delays = {"node killed": Delay(1, 4, 0.5, 1.25, 1.5, 2.0)}
    outcome.refused["forbidden"] = 2
    outcome.closes[1012] = 3
    outcome.postponed.update(busy=1_200, contended=3)
    outcome.stuck["member.py:1 run"] = 1
    outcome.verdict.compared = 21
    outcome.verdict.lost = ["c, seq 1: accepted as 1, the log has None"]
    return outcome


def test_a_run_is_one_line_for_the_record() -> None:
    line = msgspec.json.encode(record(an_outcome(), seed=5, at=datetime(2026, 1, 2, tzinfo=UTC)))
    told = json.loads(line)
    assert b"\n" not in line
    assert told["at"] == "2026-01-02T00:00:00+00:00"
    assert re.fullmatch(r"[0-9a-f]{40}\+?|unknown", told["commit"])
    assert (told["seed"], told["faults"], told["faults_per_hour"]) == (5, 2, 120)
    assert (told["postponed"], told["closes"]) == ({"busy": 1200, "contended": 3}, {"1012": 3})
    assert told["stuck"] == {"member.py:1 run": 1}
    assert told["by_kind"] == {"node killed": 1, "flood": 1}
    assert (told["lost"], told["doubled"], told["reordered"]) == (1, 0, 0)
    assert told["sentences"] == ["lost: c, seq 1: accepted as 1, the log has None"]
    assert told["next_event_s"]["node killed"] == {
        "faults": 1,
        "members": 4,
        "p50": 0.5,
        "p99": 1.25,
        "max": 1.5,
        "silence": 2.0,
    }


def test_a_run_is_a_table_for_people() -> None:
    told = [*markdown(an_outcome(), seed=5)]
    assert "2 faults in 60 s (120 an hour)" in told[0]
    assert told[0].endswith("Postponed: busy 1,200, contended 3. Connections closed with 1012 3.")
    assert "1 lost, 0 doubled, 0 reordered; 21 digests compared, 0 different" in told[2]
    assert "| node killed | 1 | 1 | 0.50 | 1.25 | 1.50 | 2.00 | 3 | beginning |" in told
    assert "| flood | 1 | 0 | | | |  |  | beginning |" in told
    rows = [line for line in told if line.startswith("|")]
    assert {line.count("|") for line in rows} == {10}
    assert len(rows) == 4
    assert told[-1] == "- lost: c, seq 1: accepted as 1, the log has None"


async def test_a_connection_whose_closing_does_not_end_is_left_to_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(member_module, "STUCK_S", 0.0)
    monkeypatch.setattr(member_module, "PING_S", 0.001)
    visits = 0

    async def visit(self: Member) -> None:
        nonlocal visits
        visits += 1
        if visits == 1:
            await asyncio.Event().wait()
        self.leaving = True

    monkeypatch.setattr(Member, "_visit", visit)
    recording = Recording("c", "a", "r")
    member = Member(
        recording, kind="board", token="", invite=None, ports=[1], home=0, shared="o",
        draw=random.Random(1),
    )  # fmt: skip
    async with asyncio.timeout(5):
        await member.run()
    assert visits == 2
    (stuck,) = recording.stuck
    assert stuck.startswith("test_chaos.py:")
    assert stuck.endswith(" wait")
