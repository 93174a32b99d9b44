"""What a source says of one real game in the course of time, drawn from a seed: every play said,
repeated, corrected, deleted, reviewed and brought back, all of it in any order; then moments at
which one play changes once more. Beside it stands what counts in the end, by the latest word of the
best source alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from msgspec.structs import replace

from protocol.feed import (
    DeletePlay,
    Header,
    Play,
    ReportHeader,
    ReportPlay,
    ReviewPlay,
    StatLine,
)
from server.readers.game import Game

SOURCES = ("gsis", "nfl_api")
"""The better one first."""
TWO_SOURCES = 0.3
"""Of so many plays both speak."""
REPEATED = 0.3
SAID_MAX = 5
"""Words of one source about one play, before the moments."""

Report = ReportPlay | DeletePlay | ReviewPlay | ReportHeader
Change = Literal["correction", "deletion", "review", "play"]
"""What a moment is, by the name that its cause has in a trail."""
CHANGES: Final[tuple[Change, ...]] = ("correction", "deletion", "review", "play")


@dataclass
class Known:
    """All that was said of one play."""

    id: int
    revisions: dict[str, int] = field(default_factory=dict[str, int])
    """The latest of each source."""
    form: Play | None = None
    """What the best source that spoke of the form said last; None: it was deleted, or never
    said."""
    formed: tuple[int, int] = (-9, 0)
    review: bool = False
    said: tuple[int, int] = (-9, 0)

    @property
    def counting(self) -> Play | None:
        """What counts."""
        return None if self.review else self.form

    def take(self, report: ReportPlay | DeletePlay | ReviewPlay) -> None:
        """Words come in the order in which a source has them; sources in any."""
        mark = (-SOURCES.index(report.source), report.revision)
        if not isinstance(report, ReviewPlay) and mark > self.formed:
            self.formed = mark
            self.form = report.play if isinstance(report, ReportPlay) else None
        if mark > self.said:
            self.said = mark
            self.review = isinstance(report, ReviewPlay) and report.on


@dataclass
class Moment:
    """One play changes, once."""

    play: int
    change: Change
    report: ReportPlay | DeletePlay | ReviewPlay
    before: list[Play]
    after: list[Play]
    """What counted, and what counts."""


class Script:
    """One history. `opening` is what is said before the first moment, in this order; of a plain one
    every play as the file has it, once."""

    def __init__(self, game: Game, seed: int, *, plain: bool = False) -> None:
        self.game = game
        self.plain = plain
        self.seed = seed
        self.dice = random.Random(seed)
        self.header = header_of(game)
        self.plays = {play.id: Known(play.id) for play in game.plays}
        self.real = {play.id: play for play in game.plays}
        self.did: Counter[str] = Counter()
        self.opening: list[Report] = self._as_filed() if plain else self._opening()

    # --- before the moments

    def _as_filed(self) -> list[Report]:
        plays = [self.word(known, SOURCES[0], "add") for known in self.plays.values()]
        return [*plays, ReportHeader(SOURCES[0], 1, self.header)]

    def _opening(self) -> list[Report]:
        reports: list[Report] = list(self._headers())
        for play in self.game.plays:
            for source in SOURCES if self.dice.random() < TWO_SOURCES else SOURCES[:1]:
                reports += self._words(play, source)
        again = [one for one in reports if self.dice.random() < REPEATED]
        self.did["duplicate"] += len(again)
        mixed = reports + again
        self.dice.shuffle(mixed)
        self.did["reorder"] += len(mixed)
        return mixed

    def _headers(self) -> Iterable[ReportHeader]:
        """The score as it rose, once too high, and as it ended."""
        home, away = self.header.home_score, self.header.away_score
        said = [(0, 0), (home // 2, away // 2), (home + 6, away), (home, away)]
        for revision, (ours, theirs) in enumerate(said, 1):
            phase = "final" if revision == len(said) else "live"
            header = replace(self.header, home_score=ours, away_score=theirs, phase=phase)
            yield ReportHeader("gsis", revision, header)

    def _words(self, play: Play, source: str) -> Iterable[Report]:
        known = self.plays[play.id]
        first = self.dice.random() < 0.95
        for _ in range(self.dice.choice((1, 1, 1, 2, 3, SAID_MAX))):
            what = "add" if first else self._drawn()
            first = False
            yield self.word(known, source, what)

    def _drawn(self) -> str:
        return self.dice.choice(("add", "correct", "correct", "delete", "review", "uphold"))

    def word(
        self, known: Known, source: str, what: str, form: Play | None = None
    ) -> ReportPlay | DeletePlay | ReviewPlay:
        """The next word of a source about a play. `form`: what it says, if not something drawn."""
        revision = known.revisions[source] = known.revisions.get(source, 0) + 1
        real = self.real[known.id]
        report: ReportPlay | DeletePlay | ReviewPlay
        match what:
            case "add":
                restores = known.form is None and bool(known.revisions)
                what = "restore" if restores and revision > 1 else what
                report = ReportPlay(source, revision, form or real)
            case "correct":
                report = ReportPlay(source, revision, form or self.another(real))
            case "delete":
                report = DeletePlay(source, revision, known.id)
            case _:
                report = ReviewPlay(source, revision, known.id, what == "review")
        self.did[what] += 1
        known.take(report)
        return report

    def another(self, real: Play) -> Play:
        """The play as it is not: another one's lines, or its own with something changed."""
        dice = self.dice
        stats = list(real.stats)
        if not stats or dice.random() < 0.3:
            stats = list(dice.choice(self.game.plays).stats)
        elif (how := dice.randrange(4)) == 0:
            stats.pop(dice.randrange(len(stats)))
        elif how == 1:
            stats = [replace(one, yards=min(200, one.yards + 3)) for one in stats]
        elif how == 2:
            one = dice.choice(stats)
            stats.append(StatLine(106, one.team, one.player, one.name, 0))
        else:
            stats.append(dice.choice(dice.choice(self.game.plays).stats or stats))
        return replace(real, stats=tuple(stats), text=f"{real.text[:1_900]} (as corrected)")

    # --- the moments

    def moment(self, change: Change | None = None) -> Moment:
        """One more, on what was said until now. It changes somebody's lines."""
        drawn: Change = self.dice.choices(CHANGES, (7, 1, 2, 1))[0]
        for wanted in (change,) if change else (drawn, *CHANGES):
            for known in self.dice.sample(list(self.plays.values()), len(self.plays)):
                made = self._made(known, wanted)
                if made is not None:
                    return made
        raise ValueError(f"{self.game.id} has no play left for {change or 'any change'}")

    def _made(self, known: Known, change: str) -> Moment | None:
        """None: that does not become of this play as it stands."""
        counts = known.counting
        with_lines = counts is not None and sum(bool(one.player) for one in counts.stats) > 1
        match change:
            case "correction" if counts is not None and with_lines:
                form = self.another(counts)
                if sorted(form.stats) == sorted(counts.stats):
                    return None
                return self.now(known, "correction", "correct", form)
            case "deletion" if with_lines:
                return self.now(known, "deletion", "delete")
            case "review" if with_lines:
                return self.now(known, "review", "review")
            case "review" if known.review and known.form is not None and known.form.stats:
                return self.now(known, "review", "uphold")
            case "play" if known.form is None and known.revisions and not known.review:
                real = self.real[known.id]
                return self.now(known, "play", "add", real) if real.stats else None
            case _:
                return None

    def now(self, known: Known, change: Change, what: str, form: Play | None = None) -> Moment:
        """What a word of the best source makes of it."""
        before = self.counting()
        report = self.word(known, SOURCES[0], what, form)
        return Moment(known.id, change, report, before, self.counting())

    # --- what is there in the end

    def counting(self) -> list[Play]:
        """The plays that count, by the latest words alone."""
        found = (one.counting for one in self.plays.values())
        return [play for play in found if play is not None]

    def shown(self) -> Mapping[int, Sequence[StatLine]]:
        """Play to the lines that a feed's view has of it: none while it is under review, and none
        of one that is deleted."""
        found: dict[int, Sequence[StatLine]] = {}
        for one in self.plays.values():
            counts = one.counting
            if counts is not None:
                found[one.id] = sorted(counts.stats)
        return found


def header_of(game: Game) -> Header:
    """The final one."""
    home, away = game.home.score, game.away.score
    assert home is not None, game.id
    assert away is not None, game.id
    return Header(game.home.team, game.away.team, home, away, "final")
