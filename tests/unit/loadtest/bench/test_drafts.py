"""The measurement, small; on two nodes it stands in test_several.py."""

from __future__ import annotations

from unittest.mock import patch

from loadtest.bench import drafts
from loadtest.bench.plan import Bench


def test_drafts_are_played_to_their_end_opened_cold_and_started_at_once(load_bench: Bench) -> None:
    plan = load_bench.plan
    with patch.object(drafts, "available", return_value=False):
        result = drafts.run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "a pick at the last member, one process",
        "3 drafts at 20 picks/s: at the last member",
        "3 drafts as fast as they can: picks/s",
        "the same: at the last member",
        "a cold draft, from connecting to live",
        "4 drafts that start at once: the last member is told whose turn",
    ]
    picks = plan.draft_seats * plan.draft_rounds
    assert result.figures[0].value.endswith(f"of {picks}")
    assert result.figures[5].value.endswith(f"of {plan.draft_starts}")
    assert result.notes[-1].startswith("Not measured on two nodes")
