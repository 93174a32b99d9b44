"""Rows and CSV."""

from __future__ import annotations

import csv
import io

from server.drafts.results import as_csv, rows_of
from tests.support.held_drafts import a_league, held


def test_DR66_rows_have_round_team_and_how() -> None:
    rows = rows_of(held(a_league()))
    assert [(row.pick, row.round, row.player, row.how) for row in rows] == [
        (1, 1, "Player 4", "manual"),
        (2, 1, "Player 1", "manual"),
        (7, 2, "Player 20", "keeper"),
    ]
    table = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert (table[2]["team"], table[2]["price"]) == ("Team 2", "")
