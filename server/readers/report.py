"""What a reader says besides its value: what was odd, counted by name with first examples, or the
one fault for which nothing could be made of the file. Pure; knows no provider. SPEC: RD1, RD2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct

T_co = TypeVar("T_co", covariant=True)

EXAMPLES_MAX = 3
"""Places that are remembered of one oddity."""


class Fault(Struct, frozen=True):
    """Why nothing can be made of a file."""

    path: str
    """File, and where there is one the line or the JSON path."""
    why: str


class Oddity(Struct, frozen=True):
    """Something of which a file has `count`, and where the first of them are."""

    count: int
    examples: tuple[str, ...]


class Report:
    """Collects oddities while a file is read."""

    def __init__(self, examples_max: int = EXAMPLES_MAX) -> None:
        self._examples_max = examples_max
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def odd(self, what: str, where: str, count: int = 1) -> None:
        """One more (or `count` more) of `what`, a name in lower case with underscores."""
        self._counts[what] = self._counts.get(what, 0) + count
        examples = self._examples.setdefault(what, [])
        if len(examples) < self._examples_max:
            examples.append(where[:120])

    def include(self, oddities: Mapping[str, Oddity]) -> None:
        """What an earlier step has found."""
        for what, oddity in oddities.items():
            self.odd(what, oddity.examples[0], oddity.count)
            self._examples[what] = [*oddity.examples][: self._examples_max]

    def oddities(self) -> dict[str, Oddity]:
        """All, by name."""
        return {
            what: Oddity(count, tuple(self._examples[what]))
            for what, count in sorted(self._counts.items())
        }


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """A value, and what was odd about where it came from."""

    value: T_co
    oddities: Mapping[str, Oddity]
