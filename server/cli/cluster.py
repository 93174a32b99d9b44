"""`touchline cluster`: the nodes that share a database, as one of them sees them.

SPEC rule OP25.
"""

from __future__ import annotations

import typer

from server.cli.asking import at_the_desk
from server.cli.desk import Desk
from server.cli.entry_text import plain
from server.cli.screen import Exit, fail, notes, print_rows

app = typer.Typer(no_args_is_help=True, help="The nodes that share a database.")


@app.callback()
def cluster() -> None:
    """The nodes that share a database."""


@app.command("status")
@at_the_desk
async def status(desk: Desk) -> None:
    """List the nodes that live, and how news come. Ends with 1 where this one is not well."""
    found = await desk.status()
    if not found.node:
        fail("no server runs here: start one, or name one by --url", Exit.UNAVAILABLE)
    rows = [[plain(found.node), found.version, str(found.rooms_open), str(found.members), "this"]]
    rows += [
        [plain(one.name), one.version, str(one.rooms), str(one.members), f"{one.silent_s:.1f}"]
        for one in found.others
    ]
    print_rows(["node", "version", "rooms", "members", "silent (s)"], rows)
    for number, way in enumerate(found.news):
        state = "sound" if way.sound else "away"
        notes().print(
            f"news by redis {number}: {state}, {way.rooms} rooms, {way.lag_s * 1000:.1f} ms late,"
            f" {way.losses} losses",
            markup=False,
        )
    if found.status != "ok":
        parts = ", ".join(f"{part} {state}" for part, state in found.parts.items() if state != "ok")
        fail(f"{found.status}: {parts}")
