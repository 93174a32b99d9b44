"""`touchline settings`: the table of settings, as it is and as it would be in force here."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import Annotated

import typer

from server.cli.options import ConfigOption, settings_for
from server.cli.screen import print_rows
from server.config import Settings, table
from server.settings_sources import variable_of

MarkdownOption = Annotated[
    bool, typer.Option("--markdown", help="The table of the documents, with defaults only.")
]


def command(config: ConfigOption = None, *, markdown: MarkdownOption = False) -> None:
    """Show every setting: its name, the value in force here, its variable and its meaning."""
    if markdown:
        for line in markdown_rows():
            sys.stdout.write(line + "\n")
        return
    settings = settings_for(config)
    rows: list[list[str]] = []
    for spec in fields(Settings):
        value: object = getattr(settings, spec.name)
        secret = spec.metadata["secret"] and value
        about: str = spec.metadata["about"]
        rows.append(
            [spec.name, "(secret)" if secret else str(value), variable_of(spec.name), about]
        )
    print_rows(["setting", "value", "variable", "meaning"], rows)


def markdown_rows() -> list[str]:
    """The rows that ARCHITECTURE.md holds; a test compares them."""
    return [f"| `{name}` | {_shown(default)} | {about} |" for name, default, about in table()]


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "empty" if default == "" else f"`{default}`"
