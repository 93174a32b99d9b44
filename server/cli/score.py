"""`touchline score`: fantasy points of everybody in some play files. Knows files and the screen;
what files mean is for server/readers, what points are for server/rules/scoring. SPEC: SC20 to
SC23."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from server.cli.entry_text import plain
from server.cli.options import require_file
from server.cli.screen import Exit, fail, notes, print_rows
from server.readers.game import Game
from server.readers.game_merge import Difference, merge
from server.readers.games import read_games
from server.readers.player_table import read_players
from server.readers.report import Fault, Oddity
from server.readers.score_table import Row, rows_of
from server.readers.source import FILE_BYTES_MAX, tree_of
from server.rules.scoring.points import Part, hundredths
from server.rules.scoring.ruleset import (
    PRESETS,
    BadRules,
    Ruleset,
    preset,
    read_rules,
    with_setting,
)

FILES_MAX = 5_000
HEADINGS = ("gsis_id", "name", "team", "position", "points")
_TOLD_MAX = 20
"""Differences between sources that are printed of one game."""

PathsArgument = Annotated[
    list[Path],
    typer.Argument(help="Play files (GSIS, NFL API, nflverse; .gz too), or folders of GSIS files."),
]
RulesOption = Annotated[
    str, typer.Option("--rules", help=f"{', '.join(PRESETS)}; or a file, JSON or TOML.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="KEY=VALUE on top of the rules, as rush_2pt=0; several."),
]
CsvOption = Annotated[
    Path | None, typer.Option("--csv", help=f"File to write: {','.join(HEADINGS)}.")
]
PlayersOption = Annotated[
    Path | None,
    typer.Option(
        "--players", help="CSV with gsis_id and position; without it positions are blank."
    ),
]


def command(
    paths: PathsArgument,
    *,
    rules: RulesOption = "standard",
    set_: SetOption = None,
    csv_file: CsvOption = None,
    players: PlayersOption = None,
) -> None:
    """Print every player's fantasy points and their parts, from official play files."""
    league = _rules(rules, set_ or [])
    positions = _positions(players)
    rows = rows_of(_games(_files(paths)), league, positions)
    if csv_file is not None:
        _write(csv_file, rows)
    print_rows([*HEADINGS, "parts"], [[*_cells(row), _parts(row.parts)] for row in rows])


def _rules(named: str, settings: Sequence[str]) -> Ruleset:
    try:
        league = preset(named) if named in PRESETS else _rules_file(named)
        for setting in settings:
            key, equals, value = setting.partition("=")
            if not equals:
                fail(f"--set {setting}: KEY=VALUE is expected", Exit.USAGE)
            league = with_setting(league, key.strip(), value.strip())
    except BadRules as error:
        fail(f"rules: {error}", Exit.USAGE)
    return league


def _rules_file(named: str) -> Ruleset:
    path = Path(named)
    if not path.is_file():
        fail(f"--rules {named}: one of {', '.join(PRESETS)}, or a file", Exit.USAGE)
    try:
        text = _bytes(path).decode("utf-8-sig")
        document = tomllib.loads(text) if path.suffix == ".toml" else tree_of(named, text)
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    except ValueError as error:
        fail(f"{path}: {error}", Exit.USAGE)
    if isinstance(document, Fault):
        fail(f"{document.path}: {document.why}", Exit.USAGE)
    try:
        return read_rules(path.stem, document)
    except BadRules as error:
        fail(f"{path}: {error}", Exit.USAGE)


def _positions(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        found = read_players(str(path), _bytes(require_file(path)))
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    if isinstance(found, Fault):
        fail(f"{found.path}: {found.why}")
    _tell(found.oddities)
    return found.value.positions


def _files(paths: Sequence[Path]) -> list[Path]:
    """Files as they are named, and of folders every GSIS file in them; each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            below = (p for p in sorted(path.rglob("*.json*")) if not p.is_dir())
            inside = [p for p in below if p.name.endswith(_GSIS_ENDS)]
            if not inside:
                fail(f"{path}: no .json or .json.gz in this folder", Exit.USAGE)
        else:
            inside = [require_file(path)]
        for file in inside:
            found.setdefault(file.resolve(), file)
    if len(found) > FILES_MAX:
        fail(f"at most {FILES_MAX:,} files", Exit.USAGE)
    return list(found.values())


_GSIS_ENDS = (".json", ".json.gz")


def _games(files: Sequence[Path]) -> list[Game]:
    """All games, those of several sources merged; the end with every bad file by name."""
    faults: list[str] = []
    by_id: dict[str, list[tuple[Path, Game]]] = {}
    for file in files:
        try:
            found = read_games(str(file), _bytes(file))
        except OSError as error:
            faults.append(f"{file}: {error.strerror}")
            continue
        if isinstance(found, Fault):
            faults.append(f"{found.path}: {found.why}")
            continue
        _tell(found.oddities)
        for game in found.value:
            by_id.setdefault(game.id, []).append((file, game))
    merged: list[Game] = []
    for number, several in by_id.items():
        if len({game.source for _, game in several}) < len(several):
            names = ", ".join(str(file) for file, _ in several)
            faults.append(f"game {number} is in several files of one source: {names}")
            continue
        both = merge([game for _, game in several])
        _tell_differences(number, both.differences)
        merged.append(both.game)
    for fault in faults:
        notes().print("touchline:", plain(fault), markup=False)
    if faults:
        fail(f"{len(faults)} of {len(files)} files cannot be scored; nothing is")
    return merged


def _bytes(path: Path) -> bytes:
    """A file's content, as far as a reader would read it."""
    with path.open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)


def _tell(oddities: Mapping[str, Oddity]) -> None:
    for what, oddity in oddities.items():
        notes().print(f"{oddity.count:,} {what}: {plain('; '.join(oddity.examples))}", markup=False)


def _tell_differences(number: str, differences: Sequence[Difference]) -> None:
    for found in differences[:_TOLD_MAX]:
        play = "header" if found.play is None else f"play {found.play}"
        notes().print(f"{number} {play}: {found.source} {plain(found.what)}", markup=False)
    if len(differences) > _TOLD_MAX:
        notes().print(f"{number}: {len(differences) - _TOLD_MAX:,} more differences", markup=False)


def _cells(row: Row) -> list[str]:
    names = [row.id, row.name, row.team, row.position]
    return [*(plain(name) for name in names), hundredths(row.points)]


def _parts(parts: Sequence[Part]) -> str:
    """`rec 3 = 3.00, rec_yd 41 = 4.10`."""
    return ", ".join(f"{p.key} {_quantity(p.halves)} = {hundredths(p.points)}" for p in parts)


def _quantity(halves: int) -> str:
    return f"{halves / 2:g}"


def _write(path: Path, rows: Sequence[Row]) -> None:
    """The table as CSV, whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(row) for row in rows)
    if path.exists() and not path.is_file():
        fail(f"{path}: not a file", Exit.USAGE)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text.getvalue())
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    sys.stderr.write(f"{path}: {len(rows):,} rows\n")


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
