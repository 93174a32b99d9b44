"""What a scenario is judged by."""

from __future__ import annotations

import pytest

from loadtest.boards import object_id, token
from loadtest.scenarios import outcome as module
from loadtest.scenarios.outcome import Options, Outcome
from loadtest.stage import Stage


def standing(stage: Stage) -> Outcome:
    outcome = Outcome("a scenario", stage)
    owner, guests = stage.people(2)
    room = stage.room(owner)
    outcome.add(stage.crowd(room, stage.invitation(room, owner), guests))
    return outcome


def test_a_calm_end_is_sound(load_stage: Stage) -> None:
    outcome = standing(load_stage)
    first = outcome.members[0]
    first.submit(first.rooms[0], token(object_id(load_stage.draw), 1))
    said: list[str] = []
    outcome.watch(Options(rooms=1, members=2, seconds=0.1, said=said.append))
    outcome.members[1].drop()
    outcome.conclude()
    result = outcome.result()
    assert result.faults == []
    assert "2 of 2 live" in said[-1]
    figures = {figure.name: figure.value for figure in result.figures}
    assert figures["members"] == "2"
    assert figures["commands accepted"] == "1"


def test_unrest_and_faults_are_told(load_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALM_S_MAX", 0.05)
    outcome = standing(load_stage)
    first, second = outcome.members
    first.faults.append("expected version 4, got 6")
    load_stage.swarm.release(second)
    first.submit(first.rooms[0], token(object_id(load_stage.draw), 1))
    second.submit(second.rooms[0], token(object_id(load_stage.draw), 2))
    outcome.conclude()
    assert any("1 commands unanswered" in fault for fault in outcome.faults)
    assert "member 1: expected version 4, got 6" in outcome.faults
