"""Ranges of seeds that were run, one line of JSON each, pinned to the commit that they ran on: many
short runs add up to one long one.

Ranges of other commits stay in the file and count for nothing here.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]


class Record(Struct, frozen=True):
    """One range that was run."""

    commit: str
    """`+` after it: with changes that are in no commit."""
    first: int
    last: int
    entries: int
    turns: int
    seconds: float
    violations: list[tuple[int, str]]
    """(seed, what went wrong)."""
    happened: dict[str, int]
    game: str = "claims"


class Sum(Struct, frozen=True):
    """What all ranges of one commit come to; seeds that were run twice count once."""

    seeds: int
    entries: int
    turns: int
    seconds: float
    violations: list[tuple[int, str]]
    happened: dict[str, int]


def commit_at_hand() -> str:
    """The commit of this checkout; `+` where tracked files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def append(path: Path, record: Record) -> None:
    """Adds a line."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(record) + b"\n")


def read(path: Path, commit: str, game: str = "claims") -> list[Record]:
    """The ranges of one commit and game, in the order in which they were run."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    records = [msgspec.json.decode(line, type=Record) for line in lines]
    return [record for record in records if (record.commit, record.game) == (commit, game)]


def total(records: Sequence[Record]) -> Sum:
    """Ranges that overlap what was counted before add nothing but their violations."""
    counted: list[Record] = []
    for record in records:
        if all(record.last < one.first or one.last < record.first for one in counted):
            counted.append(record)
    happened: Counter[str] = Counter()
    for record in counted:
        happened.update(record.happened)
    return Sum(
        seeds=sum(record.last - record.first + 1 for record in counted),
        entries=sum(record.entries for record in counted),
        turns=sum(record.turns for record in counted),
        seconds=sum(record.seconds for record in counted),
        violations=sorted({found for record in records for found in record.violations}),
        happened=dict(happened),
    )
