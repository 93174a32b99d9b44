"""One game from several sources: plays joined by id, each as the best source has it, players under
one id, and every difference named. Pure; SPEC: FD16 to FD18."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from msgspec import structs

from protocol.feed import Play, StatLine
from server.readers.game import Game, Source
from server.readers.nflverse_stats import TELLS

PRECEDENCE: tuple[Source, ...] = ("gsis", "nfl_api", "nflverse")
"""The first that has a play says what it was."""
_GSIS = re.compile(r"\d\d-\d{7}")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a lesser source says something else."""

    source: Source
    play: int | None
    """None: the header."""
    what: str
    """For people: both values."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One game of several sources."""

    game: Game
    differences: tuple[Difference, ...]


def merge(games: Sequence[Game]) -> Merged:
    """Sources of one game, one each, as one. The best source's header counts; a play that only
    others have comes where they have it; a time of day comes from whoever has one."""
    ranked = sorted(games, key=lambda game: PRECEDENCE.index(game.source))
    best = ranked[0]
    differences: list[Difference] = []
    for other in ranked[1:]:
        known, better = _aliases(best, other)
        best = replace(best, plays=tuple(_renamed(play, better) for play in best.plays))
        differences += _header(best, other)
        best = replace(best, plays=_joined(best, other, known, differences))
    return Merged(best, tuple(differences))


def _aliases(best: Game, other: Game) -> tuple[dict[str, str], dict[str, str]]:
    """The other source's player ids as the best one has them, and the best one's own that the other
    knows by their GSIS id: by who has the same line, under the same name, in the same plays. Ids
    that both have stay."""
    ours = {line.player for play in best.plays for line in play.stats}
    by_id = {play.id: play for play in best.plays}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for play in other.plays:
        twin = by_id.get(play.id)
        for line in play.stats if twin is not None else ():
            if not line.player or line.player in ours:
                continue
            for mine in cast("Play", twin).stats:
                if mine.player and _same_line(mine, line):
                    votes[line.player][mine.player] += 1
    pairs = {theirs: found.most_common(1)[0][0] for theirs, found in votes.items()}
    better = {
        mine: theirs
        for theirs, mine in pairs.items()
        if _GSIS.fullmatch(theirs) and not _GSIS.fullmatch(mine)
    }
    known = {theirs: mine for theirs, mine in pairs.items() if mine not in better}
    return known, better


def _same_line(one: StatLine, other: StatLine) -> bool:
    same = (one.stat, one.team, one.yards) == (other.stat, other.team, other.yards)
    return same and one.name == other.name


def _header(best: Game, other: Game) -> list[Difference]:
    found: list[Difference] = []
    for ours, theirs in zip(best.sides(), other.sides(), strict=True):
        scored = None not in {ours.score, theirs.score} and ours.score != theirs.score
        if ours.team != theirs.team or scored:
            what = f"{theirs.team} {theirs.score}, {best.source} has {ours.team} {ours.score}"
            found.append(Difference(other.source, None, what))
    return found


def _joined(
    best: Game, other: Game, known: Mapping[str, str], differences: list[Difference]
) -> tuple[Play, ...]:
    theirs = {play.id: _renamed(play, known) for play in other.plays}
    after: dict[int, list[Play]] = defaultdict(list)
    ours = {play.id for play in best.plays}
    last = 0
    for play in theirs.values():
        if play.id in ours:
            last = play.id
        else:
            after[last].append(play)
    joined = [*after[0]]
    for play in best.plays:
        twin = theirs.get(play.id)
        if twin is None:
            if play.stats:
                differences.append(Difference(other.source, play.id, "is not there"))
            joined.append(play)
        else:
            differences += _of_play(best, other, play, twin)
            at_ms = play.at_ms if play.at_ms is not None else twin.at_ms
            joined.append(structs.replace(play, at_ms=at_ms))
        joined += after[play.id]
    for play in (play for plays in after.values() for play in plays):
        if play.stats:
            differences.append(Difference(other.source, play.id, f"{best.source} has no such play"))
    return tuple(structs.replace(play, order=order) for order, play in enumerate(joined))


def _renamed(play: Play, known: Mapping[str, str]) -> Play:
    lines = (structs.replace(s, player=known.get(s.player, s.player)) for s in play.stats)
    return structs.replace(play, stats=tuple(sorted(lines)))


def _of_play(best: Game, other: Game, play: Play, twin: Play) -> list[Difference]:
    """Lines that one of two has, of the ids that the lesser source can tell."""
    found: list[str] = []
    if play.deleted != twin.deleted:
        found.append("is deleted" if twin.deleted else f"is deleted in {best.source}")
    mine, his = (Counter(_told(p, other.source)) for p in (play, twin))
    found += [f"lacks {_words(line)}" for line in (mine - his).elements()]
    found += [f"has {_words(line)} besides" for line in (his - mine).elements()]
    return [Difference(other.source, play.id, what) for what in found]


def _told(play: Play, source: Source) -> list[tuple[int, str, str, int]]:
    lines = [(line.stat, line.team, line.player, line.yards) for line in play.stats]
    return [line for line in lines if source != "nflverse" or line[0] in TELLS]


def _words(line: tuple[int, str, str, int]) -> str:
    stat, team, player, yards = line
    return f"stat {stat} of {player or team}, {yards} yards"
