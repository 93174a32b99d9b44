"""The commands of README.md, as they stand there, run in a folder of the test's own: a document
that rots fails a test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDS_WITHIN_S = 120.0
"""A guard against hanging."""


def commands(heading: str) -> list[str]:
    """The shell blocks below a heading of README.md, in their order."""
    _, found, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"\n{heading}\n")
    assert found, f"README.md has no {heading!r}"
    own = re.split(r"^#{1,3} ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return _BLOCK.findall(own)


def checkout(folder: Path) -> Path:
    """A folder in which `.venv/bin/touchline` is this checkout's."""
    program = folder / ".venv" / "bin" / "touchline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m server "$@"\n')
    program.chmod(0o755)
    return folder


def environment(*first: Path, **more: str) -> dict[str, str]:
    """This process's, without settings of a server; programs of `first` before all others."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOUCHLINE_", "PG"))
    }
    return {**plain, "PATH": ":".join([*map(str, first), plain["PATH"]]), **more}


def run_block(
    block: str, folder: Path, environ: Mapping[str, str], within: Sequence[str] = ()
) -> str:
    """What a block printed; it must succeed to its last command. `within` comes before the
    shell."""
    ended = subprocess.run(
        [*within, "/bin/sh", "-e", "-c", block],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
    )
    assert ended.returncode == 0, f"{block}ended with {ended.returncode}:\n{ended.stdout}"
    return ended.stdout
