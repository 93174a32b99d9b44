"""`touchline rights`: who may do what in rooms, in teams and over HTTP, made from the tables
that all of it is authorised by.

Prints what every room has first, then each kind of the catalogue; then teams; then the operations
of HTTP. SPEC rules KD9, KD10, TM13, PM7.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from server.cli.screen import print_rows
from server.http import permissions
from server.rules.catalogue import KINDS
from server.rules.membership import MEMBERSHIP
from server.rules.rights import ROLES
from server.teams import team_roles

TEAM_HEADINGS = ("where", "action", *team_roles.ROLES)
HTTP_HEADINGS = ("where", "operation", "who", "least role", "scope of a key")
HEADINGS = ("room", "command", *ROLES, "while read-only")

MarkdownOption = Annotated[bool, typer.Option("--markdown", help="The table of the documents.")]


def command(*, markdown: MarkdownOption = False) -> None:
    """Show which role may send which command, in every kind of room; who may what in a team; and
    what each operation of HTTP asks for."""
    if markdown:
        rooms = "".join(f"{line}\n" for line in markdown_rows())
        sys.stdout.write("\n".join((rooms, team_roles.as_markdown(), permissions.as_markdown())))
        return
    print_rows(list(HEADINGS), rows())
    print_rows(list(TEAM_HEADINGS), [["team", *cells] for cells in team_roles.rows()])
    print_rows(list(HTTP_HEADINGS), [["http", *cells] for cells in permissions.rows()])


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
