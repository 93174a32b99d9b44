"""The picks of a draft as rows and as CSV. Pure. SPEC: DR66."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from msgspec import Struct, structs

from server.drafts.held import HeldDraft


class Row(Struct, frozen=True, omit_defaults=True):
    """One line of the results."""

    pick: int
    round: int | None
    team: str
    player: str
    id: str
    position: str
    how: str
    price: int | None = None


def rows_of(held: HeldDraft) -> list[Row]:
    """The picks by their number; auction keepers, who have none, first."""
    return [
        Row(
            pick.n,
            held.round_of(pick),
            held.team(pick.seat).name,
            held.player(pick).name,
            pick.player,
            "/".join(held.player(pick).positions),
            pick.how,
            pick.price,
        )
        for pick in held.all_picks()
    ]


def as_csv(rows: Sequence[Row]) -> str:
    """With a head line. A cell that a spreadsheet would take for a formula begins with an
    apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row.__struct_fields__)
    for row in rows:
        cells = ("" if cell is None else str(cell) for cell in structs.astuple(row))
        writer.writerow([f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in cells])
    return text.getvalue()
