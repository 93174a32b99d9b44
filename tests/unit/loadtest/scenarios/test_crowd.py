"""A crowd, small: viewers see what players do."""

from __future__ import annotations

from loadtest.scenarios import crowd
from loadtest.scenarios.outcome import Options
from loadtest.stage import Stage


def test_everybody_agrees_in_the_end(load_stage: Stage) -> None:
    result = crowd.play(
        load_stage, Options(rooms=2, members=3, seconds=0.5, said=lambda _: None)
    ).result()
    assert result.faults == []
    figures = {figure.name: figure.value for figure in result.figures}
    assert figures["commands accepted"] != "0"
