"""Coaches, few and for a short time: they move, lose their connections, and all agree in the
end."""

from __future__ import annotations

import pytest

from loadtest.scenarios import board_session
from loadtest.scenarios.outcome import Options
from loadtest.stage import Stage


def test_everybody_agrees_in_the_end(load_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_session, "LOSSES_PER_MIN", 120.0)
    monkeypatch.setattr(board_session, "DROPS_PER_CHAT", 1)
    result = board_session.play(
        load_stage, Options(rooms=2, members=3, seconds=1.5, said=lambda _: None)
    ).result()
    assert result.faults == []
    figures = {figure.name: figure.value for figure in result.figures}
    assert figures["connections lost and resumed"] != "0"
