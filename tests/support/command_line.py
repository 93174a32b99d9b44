"""The command line in this process: what a command printed where, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from server.cli.main import app


@dataclass(frozen=True)
class Ran:
    """One command that has ended."""

    status: int
    out: str
    err: str

    def rows(self) -> list[list[str]]:
        """Standard output as the tab-separated values that programs get."""
        return [line.split("\t") for line in self.out.splitlines()]

    def row(self, name: str) -> str:
        """The second value of the row that begins with `name`."""
        return next(row[1] for row in self.rows() if row[0] == name)


def touchline(
    *arguments: str | Path, typed: str | None = None, environ: dict[str, str] | None = None
) -> Ran:
    """`touchline <arguments>`, with `typed` on standard input."""
    ended = CliRunner().invoke(
        app, [str(argument) for argument in arguments], input=typed, env=environ
    )
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return Ran(ended.exit_code, ended.stdout, ended.stderr)


def on(folder: Path, *arguments: str | Path) -> Sequence[str | Path]:
    """The arguments, for the data folder `folder`."""
    return (*arguments, "--data-dir", folder)
