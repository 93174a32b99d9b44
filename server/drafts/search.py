"""Finding players of a pool: by name with typing errors, accents, initials; by team, position,
status, tier, bye. Pure. SPEC: DR78.

What is compared is prepared once for a pool, so that 5,000 players answer in a few milliseconds.
Exact finds come before mistyped ones, each in the order of the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from protocol.draft import Player
from server.readers.plain_names import plain_name

MISTYPED_FROM = 4
"""Letters that a word has at least, for one of them to be wrong."""
MISTYPED_TWICE_FROM = 8
"""Letters for two."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; empty or None: everything."""

    name: str = ""
    team: str = ""
    position: str = ""
    """One, or several with slashes."""
    status: str | None = None
    """`""`: who is well."""
    tier: int | None = None
    bye: int | None = None
    free: bool = False


class _Row(NamedTuple):
    player: Player
    text: str
    """The words of the name, a space before each."""
    words: tuple[str, ...]
    initials: str


class Pool:
    """A pool, prepared."""

    def __init__(self, players: Iterable[Player]) -> None:
        ranked = sorted(players, key=lambda one: (one.rank or 10**6, one.adp or 10**7))
        self._rows = [_row(player) for player in ranked]
        words = {word for row in self._rows for word in row.words}
        self._words: dict[str, list[tuple[str, int]]] = {}
        for word in words:
            self._words.setdefault(word[0], []).append((word, _letters(word)))

    def found(
        self, wanted: Wanted, held: Container[str] = frozenset(), most: int = 50
    ) -> list[Player]:
        """The players that are asked for, `most` at most, the best find first."""
        rows = self._rows
        for fits in _tests(wanted, held):
            rows = [row for row in rows if fits(row.player)]
        asked = plain_name(wanted.name).split()
        if not asked:
            return [row.player for row in rows[:most]]
        together = "".join(asked)
        wide = together if len(together) > 1 else "\n"
        parts = [f" {one}" for one in asked]
        exact = [
            row
            for row in rows
            if row.initials.startswith(wide) or all(part in row.text for part in parts)
        ]
        found = [row.player for row in exact[:most]]
        if len(found) == most:
            return found
        known = {row.player.id for row in exact}
        likes = [self._like(one) for one in asked]
        mistyped = (
            row.player
            for row in rows
            if all(not like.isdisjoint(row.words) for like in likes) and row.player.id not in known
        )
        return found + list(islice(mistyped, most - len(found)))

    def _like(self, typed: str) -> set[str]:
        """The pool's words that may have been meant."""
        letters, most = _letters(typed), _errors(typed)
        return {
            word
            for word, mask in self._words.get(typed[0], ())
            if (letters & ~mask).bit_count() <= most and _is_like(word, typed)
        }


def _row(player: Player) -> _Row:
    words = tuple(plain_name(player.name).split())
    return _Row(player, "".join(f" {one}" for one in words), words, "".join(w[0] for w in words))


def _letters(word: str) -> int:
    """Which letters a word has, a bit each: what it has not, was mistyped."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 63)
    return mask


def _tests(wanted: Wanted, held: Container[str]) -> Iterator[Callable[[Player], bool]]:
    """What a player must be, for what is asked."""
    if wanted.team:
        team = wanted.team.upper()
        yield lambda one: one.team.upper() == team
    if wanted.position:
        positions = frozenset(wanted.position.upper().split("/"))
        yield lambda one: not positions.isdisjoint(one.positions)
    if wanted.status is not None:
        status = wanted.status.upper()
        yield lambda one: one.status.upper() == status
    if wanted.tier is not None:
        yield lambda one: one.tier == wanted.tier
    if wanted.bye is not None:
        yield lambda one: one.bye == wanted.bye
    if wanted.free:
        yield lambda one: one.id not in held


def _errors(typed: str) -> int:
    """How many letters of it may be wrong."""
    return (len(typed) >= MISTYPED_FROM) + (len(typed) >= MISTYPED_TWICE_FROM)


def _is_like(word: str, typed: str) -> bool:
    """Whether the beginning of a word is what was typed, one letter wrong, missing, too many, or
    two changed over; two such in a long one. The first letter holds."""
    if word.startswith(typed):
        return True
    most = _errors(typed)
    if not most or word[0] != typed[0] or len(word) < len(typed) - most:
        return False
    return _distance(word[: len(typed) + most], typed, most) <= most


def _distance(word: str, typed: str, most: int) -> int:
    """The fewest changes from `typed` to a beginning of `word`, or more than `most`."""
    beyond = most + 1
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(typed, start=1):
        now = [i] + [beyond] * len(word)
        for j in range(max(1, i - most), min(len(word), i + most) + 1):
            cost = letter != word[j - 1]
            best = min(row[j - 1] + cost, row[j] + 1, now[j - 1] + 1)
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == word[j - 1]:
                best = min(best, before[j - 2] + 1)
            now[j] = best
        if min(now) > most:
            return beyond
        before, row = row, now
    return min(row)
