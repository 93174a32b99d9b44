"""A game as the reports that make a feed of it: all that a feed lacks, or play by play as it went.
Pure; knows no room. SPEC: FP10, FP11, FP14.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from protocol.feed import DeletePlay, Header, Play, Report, ReportHeader, ReportPlay
from server.readers.game import Game
from server.readers.pacing import offsets_of
from server.rules.scoring.stat_ids import team_points

BATCH_MAX = 100
BATCH_BYTES_MAX = 200_000
"""Of one command, as JSON: a request takes 256 KiB."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a feed has of a play: its form, and whose word that is."""

    play: Play
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is reported at one moment of a game."""

    at_ms: int
    """After the first play."""
    reports: tuple[Report, ...]


def lacking(
    game: Game,
    known: Mapping[int, Known],
    header: Header | None,
    revision: int,
    *,
    better: Collection[str] = (),
) -> list[Report]:
    """What a feed must be told to have this game as its source has it: plays that it lacks or has
    otherwise, deletions of those that the source has no more, and the header last. Of what a better
    source has said the lesser one's word changes nothing."""
    reports: list[Report] = []
    there = {play.id: play for play in game.plays}
    for play in there.values():
        held = known.get(play.id)
        if held is not None and held.source in better:
            continue
        if held is not None and held.source == game.source and _same(held.play, play):
            continue
        if play.deleted:
            reports.append(DeletePlay(game.source, revision, play.id))
        else:
            reports.append(ReportPlay(game.source, revision, play))
    for number, held in sorted(known.items()):
        if number not in there and held.source == game.source and not held.play.deleted:
            reports.append(DeletePlay(game.source, revision, number))
    final = header_of(game)
    if final is not None and final != header:
        reports.append(ReportHeader(game.source, revision, final))
    return reports


def _same(held: Play, play: Play) -> bool:
    if held.deleted or play.deleted:
        return held.deleted == play.deleted
    return held == replace(play, stats=tuple(sorted(play.stats)), version=held.version)


def header_of(game: Game) -> Header | None:
    """The header at the end of the game; None where the source has no scores."""
    home, away = game.sides()
    if home.score is None or away.score is None:
        return None
    last = game.plays[-1] if game.plays else None
    return Header(
        home.team,
        away.team,
        home.score,
        away.score,
        game.phase,
        0 if last is None else last.quarter,
        "" if last is None else last.clock,
    )


def batches(reports: Iterable[Report]) -> Iterator[tuple[Report, ...]]:
    """The reports in their order, as many together as one command takes."""
    part: list[Report] = []
    size = 0
    for report in reports:
        length = len(msgspec.json.encode(report))
        if part and (len(part) == BATCH_MAX or size + length > BATCH_BYTES_MAX):
            yield tuple(part)
            part, size = [], 0
        part.append(report)
        size += length
    if part:
        yield tuple(part)


def steps_of(game: Game) -> list[Step]:
    """The game play by play: each with the header that follows from the plays until then, at last
    the source's own header. Plays that the source has deleted do not come."""
    plays = [play for play in game.plays if not play.deleted]
    points: Counter[str] = Counter()
    steps: list[Step] = []
    for number, (at_ms, play) in enumerate(zip(offsets_of(plays), plays, strict=True), 1):
        points.update(team_points([play]))
        header = Header(
            game.home.team,
            game.away.team,
            points[game.home.team],
            points[game.away.team],
            "live",
            play.quarter,
            play.clock,
        )
        reports = (ReportPlay(game.source, 1, play), ReportHeader(game.source, number, header))
        steps.append(Step(at_ms, reports))
    final = header_of(game)
    if final is not None:
        last_ms = steps[-1].at_ms if steps else 0
        last = ReportHeader(game.source, len(steps) + 1, final)
        steps.append(Step(last_ms, (last,)))
    return steps


def due(steps: Sequence[Step], first: int, at_ms: float) -> int:
    """How many of the steps from `first` on are due at a moment; what one command takes at most."""
    until = first
    while until < len(steps) and until - first < BATCH_MAX // 2 and steps[until].at_ms <= at_ms:
        until += 1
    return until - first
