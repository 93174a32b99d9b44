"""`touchline tables`: prints a table of the server as the module of JavaScript that pages import.

SPEC rules BD96, LB86.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from server.page_tables import TABLES

NameArgument = Annotated[str, typer.Argument(help=f"One of {', '.join(TABLES)}.")]


def command(name: NameArgument) -> None:
    """Print a table as JavaScript, for clients/js/kinds."""
    if name not in TABLES:
        raise typer.BadParameter(f"there is {' and '.join(TABLES)}, not {name!r}")
    _, made = TABLES[name]
    sys.stdout.write(made())
