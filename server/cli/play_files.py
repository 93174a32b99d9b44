"""Play files as commands are given them: which files are meant, what is in them, what is odd. Knows
the disk and the screen; what files mean is for server/readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from server.cli.entry_text import plain
from server.cli.options import require_file
from server.cli.screen import Exit, fail, notes
from server.readers.report import Oddity
from server.readers.source import FILE_BYTES_MAX

FILES_MAX = 5_000
_GSIS_ENDS = (".json", ".json.gz")


def files_of(paths: Sequence[Path]) -> list[Path]:
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


def bytes_of(path: Path) -> bytes:
    """A file's content, as far as a reader would read it."""
    with path.open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)


def tell(oddities: Mapping[str, Oddity]) -> None:
    """Says on standard error what was odd about files."""
    for what, oddity in oddities.items():
        notes().print(f"{oddity.count:,} {what}: {plain('; '.join(oddity.examples))}", markup=False)
