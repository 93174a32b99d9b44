"""A storm, small."""

from __future__ import annotations

import pytest

from loadtest.scenarios import storm
from loadtest.scenarios.outcome import Options
from loadtest.stage import Stage


def test_everybody_agrees_in_the_end(load_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "BETWEEN_S", 0.05)
    result = storm.play(
        load_stage, Options(rooms=2, members=3, seconds=20.0, said=lambda _: None)
    ).result()
    assert result.faults == []
    figures = {figure.name: figure.value for figure in result.figures}
    assert "storm 3: live again" in figures


def test_who_does_not_come_back_is_told(load_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "BETWEEN_S", 0.0)
    options = Options(rooms=1, members=2, seconds=0.0, said=lambda _: None)
    result = storm.play(load_stage, options).result()
    assert any(fault.startswith("storm 1: 2 of 2 are not live") for fault in result.faults)
