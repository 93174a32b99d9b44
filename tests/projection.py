"""`python -m tests.projection fit` fits the table of projections to a real week and writes it where
it ships; `python -m tests.projection check` measures it on another week and prints the tables of
server/decisions/0013-projections.md. Both need the recorded weeks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.game_chances import Moment, moments
from tests.support.projection_check import (
    Calibration,
    Errors,
    baseline,
    by_position,
    calibrations,
    site_errors,
)
from tests.support.projection_fit import fitted, source_of
from tests.support.real_weeks import real_week

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
TABLE = ROOT / "server" / "rules" / "projection" / "table.py"
MATCHUPS = 4_000


def errors_table(columns: Mapping[str, Mapping[str, Errors]]) -> str:
    """A row for each position; of each column players, MAE, RMSE and bias."""
    heads = "".join(f" {name}: players, MAE, RMSE, bias |" for name in columns)
    lines = [f"| position |{heads}", f"| --- |{' --- |' * len(columns)}"]
    for position in next(iter(columns.values())):
        cells = [_errors(found.get(position)) for found in columns.values()]
        lines.append(f"| {position} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _errors(one: Errors | None) -> str:
    return "–" if one is None else f"{one.players}, {one.mae:.2f}, {one.rmse:.2f}, {one.bias:+.2f}"


def calibration_table(found: list[Calibration]) -> str:
    """A row for each tenth; of each moment match-ups, mean chance and share won."""
    heads = "".join(f" {one.name} |" for one in found)
    lines = [f"| chance |{heads}", f"| --- |{' --- |' * len(found)}"]
    for least in sorted({row.least for one in found for row in one.bins}):
        cells: list[str] = []
        for one in found:
            row = next((row for row in one.bins if row.least == least), None)
            said = (
                "–"
                if row is None
                else f"{row.matchups}: {100 * row.said:.0f} → {100 * row.won:.0f}"
            )
            cells.append(said)
        lines.append(f"| {100 * least:.0f} to {100 * least + 10:.0f} % | {' | '.join(cells)} |")
    scores = " | ".join(f"{one.brier:.3f}" for one in found)
    lines.append(f"| Brier score | {scores} |")
    return "\n".join(lines)


def games_table(found: list[Moment]) -> str:
    """A row for each moment of real games."""
    lines = [
        "| quarters played | favourites: said | won | Brier score |",
        "| --- | --- | --- | --- |",
    ]
    for one in found:
        said, won = (f"{100 * value:.0f} %" for value in (one.favourites, one.won))
        lines.append(f"| {one.quarters} | {said} | {won} | {one.brier:.3f} |")
    return "\n".join(lines)


def check(shared: Path, matchups: int, seed: int) -> str:
    """Everything that is measured, as Markdown."""
    first, second = real_week(shared, 1), real_week(shared, 2)
    columns = {
        "week 2": by_position(second),
        "baseline": baseline(first, second),
        "week 2 by preseason ranks": by_position(real_week(shared, 2, preseason=True)),
        "week 1 (fitted)": by_position(first),
        "nfl.com, 2025 week 1": site_errors(shared),
    }
    games = moments([*first.games.values(), *second.games.values()])
    return "\n\n".join(
        [
            errors_table(columns),
            calibration_table(calibrations(second, matchups, seed)),
            games_table(games),
        ]
    )


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fit", "check"))
    parser.add_argument("--shared", type=Path, default=SHARED_DATA)
    parser.add_argument("--matchups", type=int, default=MATCHUPS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "fit":
        TABLE.write_text(source_of(fitted(given.shared)), encoding="utf-8")
    else:
        sys.stdout.write(check(given.shared, given.matchups, given.seed) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
