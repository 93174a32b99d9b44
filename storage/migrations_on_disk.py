"""The migrations that came with this code: what they are called, what they say, and what a database
makes of them.

Reads the folder beside it; opens no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

from storage.errors import SchemaOutdated

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema. A step that has been published never changes."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """What a database remembers of the step's text."""
        return sha256(self.sql.encode()).hexdigest()


class SchemaState(Enum):
    """How a database compares with this code."""

    EMPTY = "empty"
    CURRENT = "current"
    OUTDATED = "outdated"
    NEWER = "newer"
    CHANGED = "changed"


_WORDS = {
    SchemaState.EMPTY: "missing",
    SchemaState.CURRENT: "applied",
    SchemaState.OUTDATED: "missing",
    SchemaState.NEWER: "unknown",
    SchemaState.CHANGED: "changed",
}


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """The verdict, and the migrations it is about: those to apply, those we do not know, or those
    that differ."""

    state: SchemaState
    names: list[str]
    applied: tuple[str, ...] = ()
    """Those that the database has as this code knows them, in their order."""

    def rows(self) -> list[list[str]]:
        """Every migration with what is to be said of it (OP24)."""
        word = _WORDS[self.state]
        return [[name, "applied"] for name in self.applied] + [[name, word] for name in self.names]

    def require_current(self) -> None:
        """Raises SchemaOutdated with what to do, unless the schema is the one this code knows."""
        names = ", ".join(self.names)
        match self.state:
            case SchemaState.CURRENT:
                return
            case SchemaState.EMPTY | SchemaState.OUTDATED:
                message = f"the database misses {names}: run `touchline db migrate`"
            case SchemaState.NEWER:
                message = f"the database has {names}, which this version does not know: upgrade it"
            case SchemaState.CHANGED:
                message = f"{names} differ from what was applied: restore the published files"
        raise SchemaOutdated(message)


def known(backend: str) -> list[Migration]:
    """The migrations of a backend (`sqlite` or `postgres`), in their order."""
    return [
        Migration(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / backend).glob("*.sql"))
    ]


def compare(migrations: list[Migration], applied: Mapping[str, str]) -> SchemaReport:
    """Judges what a database has applied (name to checksum)."""
    ours = {migration.name: migration.checksum for migration in migrations}
    held = tuple(name for name, checksum in sorted(applied.items()) if ours.get(name) == checksum)
    unknown = [name for name in applied if name not in ours]
    if unknown:
        return SchemaReport(SchemaState.NEWER, unknown, held)
    changed = [name for name, checksum in applied.items() if ours[name] != checksum]
    if changed:
        return SchemaReport(SchemaState.CHANGED, changed, held)
    missing = [name for name in ours if name not in applied]
    if not missing:
        return SchemaReport(SchemaState.CURRENT, [], held)
    return SchemaReport(SchemaState.OUTDATED if applied else SchemaState.EMPTY, missing, held)
