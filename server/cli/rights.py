"""`touchline rights`: who may do what in rooms, made from the tables that rooms are authorised by.

Prints what every room has first, then each kind of the catalogue. SPEC rules KD9, KD10.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from server.cli.screen import print_rows
from server.rules.catalogue import KINDS
from server.rules.membership import MEMBERSHIP
from server.rules.rights import ROLES

HEADINGS = ("room", "command", *ROLES, "while read-only")

MarkdownOption = Annotated[bool, typer.Option("--markdown", help="The table of the documents.")]


def command(*, markdown: MarkdownOption = False) -> None:
    """Show which role may send which command, in every kind of room."""
    if markdown:
        for line in markdown_rows():
            sys.stdout.write(line + "\n")
        return
    print_rows(list(HEADINGS), rows())


def rows() -> list[list[str]]:
    """One row a command: where, which, what each role may, and whether the switch ends it."""
    table: list[list[str]] = []
    for rules in (MEMBERSHIP, *KINDS.values()):
        own = rules is not MEMBERSHIP
        for tag, right in rules.may.items():
            cells = [right.cell(role) for role in ROLES]
            switch = "owners only" if own else "the same"
            table.append([rules.name if own else "every", tag, *cells, switch])
    return table


def markdown_rows() -> list[str]:
    """The table that SPEC.md holds; a test compares them."""
    lines = [_line(list(HEADINGS)), _line(["---"] * len(HEADINGS))]
    return lines + [_line([room, f"`{tag}`", *cells]) for room, tag, *cells in rows()]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
