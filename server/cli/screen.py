"""How the command line speaks: results on standard output, the rest on standard error, plain where
nobody watches.

Every command ends with one of the exit codes below. SPEC rules OP5 and OP6.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text


class Exit(IntEnum):
    """What a script may conclude."""

    OK = 0
    FAILED = 1
    """It was tried, and the answer is no: refused, not found, damaged."""
    USAGE = 2
    """The command or a setting is wrong; nothing was tried."""
    UNAVAILABLE = 3
    """The database or the server is away, or held by somebody else; try again later."""


def output() -> Console:
    """For results. Made per call, so that whoever redirects standard output is heard."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def notes() -> Console:
    """For everything that is not the result."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())


def fail(message: str, code: Exit = Exit.FAILED) -> NoReturn:
    """Says why, and ends."""
    notes().print("touchline:", message, style="red" if sys.stderr.isatty() else None, markup=False)
    raise typer.Exit(code)


def print_rows(headings: list[str], rows: list[list[str]]) -> None:
    """A table for people; tab-separated lines, without headings, for programs."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(row) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # As text: names are people's, and `[/]` in one would be taken for markup.
        table.add_row(*(Text(cell) for cell in row))
    output().print(table)


def print_json(found: Any) -> None:
    """As the server gave it, indented."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


@contextmanager
def progress(doing: str, total: int | None = None) -> Generator[Progress]:
    """A bar on standard error for whatever may take long; silent where nobody watches."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notes(),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as shown:
        shown.add_task(doing, total=total)
        yield shown
