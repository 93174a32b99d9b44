"""The options that every command shares, and the flags that `serve` makes from the table of
settings."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from server.cli.screen import Exit, fail
from server.config import InvalidSettings, Settings
from server.settings_sources import flag_of, load, variable_of

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="TOML file with settings.", envvar="TOUCHLINE_CONFIG"),
]
DataOption = Annotated[
    str | None, typer.Option("--data-dir", help="Folder of the SQLite database and the secrets.")
]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="PostgreSQL URL; empty: SQLite.")
]

_PANELS = (
    ("connections_max", "Connections"),
    ("command_rate_per_s", "Commands and presence"),
    ("inbox_max", "Rooms"),
    ("due_sweep_s", "Operation"),
)
"""The first setting of each part of the table; what comes before belongs to `Where`."""


def settings_for(config: Path | None, **flags: object) -> Settings:
    """The settings that a command runs with, or the end of it with what to change."""
    try:
        return load(flags, os.environ, config)
    except InvalidSettings as error:
        for problem in str(error).split("; "):
            typer.echo(f"touchline: {problem}", err=True)
        raise typer.Exit(Exit.USAGE) from None


def with_settings(command: Callable[[Path | None, dict[str, Any]], None]) -> Callable[..., None]:
    """`command` with one flag per setting, for typer to read. Flags that were not given are
    None."""

    def run(config: Path | None = None, **flags: Any) -> None:
        command(config, flags)

    parameters = [
        inspect.Parameter(
            "config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=ConfigOption
        )
    ]
    panel = "Where"
    starts = dict(_PANELS)
    for spec in fields(Settings):
        panel = starts.get(spec.name, panel)
        parameters.append(_parameter(spec.name, spec.default, spec.metadata["about"], panel))
    run.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess] - typer reads it
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__doc__ = command.__doc__
    return run


def _parameter(name: str, default: object, about: str, panel: str) -> inspect.Parameter:
    """One setting as a flag. The environment is read by settings_sources, so typer only names
    it."""
    shown = "on" if default is True else "off" if default is False else str(default)
    wanted = type(default)
    text = f"{about} ({f'default {shown}; ' if shown else ''}{variable_of(name)})"
    if wanted is bool:
        option = typer.Option(
            f"{flag_of(name)}/--no-{name.replace('_', '-')}", help=text, rich_help_panel=panel
        )
    else:
        option = typer.Option(flag_of(name), help=text, rich_help_panel=panel)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[wanted | None, option],
    )


def require_file(path: Path) -> Path:
    """A file that must be there."""
    if not path.is_file():
        fail(f"{path} is not a file", Exit.USAGE)
    return path
