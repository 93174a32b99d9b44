"""A game of American football that never was, for the demo and for tests: teams, names and plays
are drawn from a seed, so that the same game comes out everywhere. Its stat lines are those of an
official feed, and its header is what its plays make.

Must not know rooms or who plays it. SPEC: DG1.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from msgspec.structs import replace

from protocol.feed import Play, ReportPlay, ReviewPlay, StatLine
from server.readers.game import Game, TeamSide
from server.readers.game_reports import Step, steps_of
from server.rules.scoring.stat_ids import team_points

SEED: Final = 7
SOURCE: Final = "gsis"
_TEAMS: Final = (("HAR", "Harbour"), ("ELM", "Elmwood"), ("FOX", "Foxley"), ("RID", "Ridgeton"))
_NAMES: Final = (
    "Aldane", "Borrow", "Cantle", "Dunmore", "Eskel", "Farrow", "Gant", "Hollis", "Ibsley",
    "Jarrow", "Kestrel", "Lorne", "Marlow", "Nevis", "Orrin", "Pell", "Quill", "Rowan", "Selby",
    "Thorne", "Umber", "Vale", "Wick", "Yarrow",
)  # fmt: skip
_FORMATIONS: Final = ("I_FORM", "SINGLEBACK", "SHOTGUN")
_PERSONNEL: Final = ("2 RB, 1 TE, 2 WR", "1 RB, 2 TE, 2 WR", "1 RB, 1 TE, 3 WR")
_QUARTERS: Final = 4
_QUARTER_S: Final = 900
_KICKED_FROM, _TOUCHBACK = 35, 25
_FIELD: Final = 100
_CORRECTED_EVERY: Final = 23
_REVIEWED_EVERY: Final = 31
_LATER_STEPS: Final = 2

_Line = tuple[int, str, str, int]
"""Stat id, team, name (empty: the team's own), yards."""


def team_names(game: Game) -> str:
    """As a room is called: `Foxley at Harbour`."""
    known = dict(_TEAMS)
    return f"{known[game.away.team]} at {known[game.home.team]}"


@dataclass
class _Script:
    """A game as it is written. `ball`: yards from the goal line of whoever has it."""

    drawn: random.Random
    home: str
    away: str
    players: Cast
    """Team → part (`qb`, `rb`, …) → name."""
    plays: list[Play] = field(default_factory=list[Play])
    quarter: int = 1
    left_s: int = _QUARTER_S
    drive: int = 0
    team: str = ""
    ball: int = _TOUCHBACK
    down: int = 0
    to_go: int = 10

    @property
    def other(self) -> str:
        """Whoever has not the ball."""
        return self.home if self.team == self.away else self.away

    def name(self, part: str, team: str = "") -> str:
        """The player of a part; of whoever has the ball unless said otherwise."""
        return self.players[team or self.team][part]

    def tackler(self) -> str:
        """Somebody of the defence."""
        return self.name(self.drawn.choice(("lb", "cb", "de")), self.other)

    def spot(self, ball: int) -> str:
        """The yard line, as files write it."""
        if ball == _FIELD // 2:
            return "50"
        if ball < _FIELD // 2:
            return f"{self.team} {ball}"
        return f"{self.other} {_FIELD - ball}"

    def say(self, text: str, lines: Sequence[_Line], *, down: int | None = None) -> None:
        """One play, from where the ball is."""
        number = len(self.plays) + 1
        clock = f"{self.left_s // 60:02d}:{self.left_s % 60:02d}"
        down = self.down if down is None else down
        looks = _looks(self, number) if down else ("", "")
        play = Play(
            id=14 + 22 * number,
            order=number,
            stats=tuple(sorted(StatLine(stat, team, _id(team, name), name, yards)
                               for stat, team, name, yards in lines)),
            drive=self.drive,
            quarter=self.quarter,
            clock=clock,
            down=down,
            to_go=self.to_go if down else 0,
            yard_line=self.spot(self.ball),
            possession=self.team,
            text=text,
            formation=looks[0],
            personnel=looks[1],
        )  # fmt: skip
        self.plays.append(play)

    def run_clock(self, seconds: int) -> bool:
        """Time goes by; whether the quarter is over."""
        self.left_s = max(0, self.left_s - seconds)
        return self.left_s == 0


def _looks(script: _Script, number: int) -> tuple[str, str]:
    """Formation and personnel of a down: the more there is to go, the more spread. Of draws of
    their own, so that the plays of a seed are the same with and without."""
    drawn = random.Random(f"{script.home}{script.away}/{script.quarter}/{number}")  # noqa: S311 - as below
    spread = drawn.random() * 4 + script.down + script.to_go / 4
    at = 0 if spread < 4 else 1 if spread < 6 else 2
    return _FORMATIONS[at], _PERSONNEL[at]


def _id(team: str, name: str) -> str:
    """A made-up player's id; empty: the team's own line."""
    return f"{team}-{name.split('.')[-1]}" if name else ""


Cast: TypeAlias = Mapping[str, Mapping[str, str]]
"""The two teams of a game, who is at home first: part (`qb`, `rb`, …) to name."""


def cast_of(seed: int = SEED) -> Cast:
    """Who plays in the game of a seed."""
    return _drawn_cast(random.Random(seed))  # noqa: S311 - as below


def player_id(team: str, name: str) -> str:
    """The id that a made-up player has in stat lines."""
    return _id(team, name)


def _drawn_cast(drawn: random.Random) -> dict[str, dict[str, str]]:
    (home, _), (away, _) = drawn.sample(_TEAMS, 2)
    surnames = list(_NAMES)
    drawn.shuffle(surnames)
    parts = ("qb", "rb", "wr", "te", "k", "p", "lb", "cb", "de")
    return {
        team: {part: f"{drawn.choice('ABCDEJKLMRST')}.{surnames.pop()}" for part in parts}
        for team in (home, away)
    }


def made_up_game(seed: int = SEED, cast: Cast | None = None) -> Game:
    """One whole game. The same seed gives the same one, played by these if they are given."""
    drawn = random.Random(seed)  # noqa: S311 - a synthetic game, not a secret
    players = _drawn_cast(drawn) if cast is None else cast
    home, away = players
    script = _Script(drawn, home, away, players)
    for quarter in range(1, _QUARTERS + 1):
        script.quarter, script.left_s = quarter, _QUARTER_S
        if quarter in {1, 3}:
            script.team = home if quarter == 1 else away
            _kick_off(script)
        while script.left_s > 0:
            _snap(script)
        script.say(f"END QUARTER {quarter}", (), down=0)
    points = team_points(script.plays)
    return Game(
        id=f"demo{seed}",
        source=SOURCE,
        home=TeamSide(home, points[home]),
        away=TeamSide(away, points[away]),
        phase="final",
        plays=tuple(script.plays),
        box={},
    )


def _turn_over(script: _Script, ball: int) -> None:
    """The other team has it, at so many yards from its own goal line."""
    script.team = script.other
    script.ball = min(_FIELD - 1, max(1, ball))
    script.down, script.to_go = 1, min(10, _FIELD - script.ball)
    script.drive += 1


def _kick_off(script: _Script) -> None:
    """By whoever has the ball: the other team begins a drive."""
    script.drive += 1
    script.ball = _KICKED_FROM
    kicker = script.name("k")
    text = f"{kicker} kicks 65 yards from {script.spot(_KICKED_FROM)} to end zone, Touchback."
    lines = [(44, script.team, kicker, 65), (51, script.other, "", 0)]
    script.say(text, lines, down=0)
    script.drive -= 1
    _turn_over(script, _TOUCHBACK)
    script.plays[-1] = replace(script.plays[-1], drive=script.drive)


def _snap(script: _Script) -> None:
    """One play from scrimmage, and what follows from it."""
    if script.down == 4 and not (script.ball > 55 and script.to_go <= 2):
        _kick_away(script)
        return
    roll = script.drawn.random()
    if roll < 0.45:
        _run(script)
    elif roll < 0.93:
        _throw(script)
    else:
        _sack(script)


def _kick_away(script: _Script) -> None:
    """A field goal where it is near enough, else a punt."""
    if script.ball >= 62:
        kicker, far = script.name("k"), _FIELD - script.ball + 17
        good = script.drawn.random() < 1.15 - far / 100
        word = "is GOOD" if good else "is No Good, Wide Right"
        script.say(
            f"{kicker} {far} yard field goal {word}.",
            [(70 if good else 69, script.team, kicker, far)],
        )
        script.run_clock(5)
        if good:
            _kick_off(script)
        else:
            _turn_over(script, _FIELD - script.ball + 7)
        return
    punter, far = script.name("p"), min(script.drawn.randint(36, 52), _FIELD - script.ball - 5)
    there = _FIELD - script.ball - far
    catcher = script.name("wr", script.other)
    text = (
        f"{punter} punts {far} yards to {script.spot(script.ball + far)}, fair catch by {catcher}."
    )
    script.say(text, [(29, script.team, punter, far), (39, script.other, catcher, 0)])
    script.run_clock(8)
    _turn_over(script, there)


def _run(script: _Script) -> None:
    runner = script.name(script.drawn.choice(("rb", "rb", "rb", "qb")))
    yards = script.drawn.choice((-2, -1, 0, 1, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 19))
    way = script.drawn.choice(("up the middle", "left tackle", "right end", "left guard"))
    if script.drawn.random() < 0.015:
        _fumble(script, runner, way)
        return
    _gain(script, f"{runner} {way}", yards, [(10, 11, script.team, runner)])


def _fumble(script: _Script, runner: str, way: str) -> None:
    by, at = script.tackler(), script.spot(script.ball)
    ran, won = f"{runner} {way} to {at} for no gain ({by}).", f"{script.other}-{by} at {at}."
    text = f"{ran} FUMBLES ({by}), RECOVERED by {won}"
    lines = [
        *(
            (10, script.team, runner, 0),
            (52, script.team, runner, 0),
            (106, script.team, runner, 0),
        ),
        *((91, script.other, by, 0), (59, script.other, by, 0)),
    ]
    script.say(text, lines)
    script.run_clock(9)
    _turn_over(script, _FIELD - script.ball)


def _throw(script: _Script) -> None:
    passer = script.name("qb")
    catcher = script.name(script.drawn.choice(("wr", "wr", "te", "rb")))
    where = script.drawn.choice(("short left", "short right", "short middle", "deep right"))
    roll = script.drawn.random()
    if roll < 0.03:
        by = script.name("cb", script.other)
        far = min(script.drawn.randint(5, 20), _FIELD - script.ball - 1)
        at = script.spot(script.ball + far)
        text = f"{passer} pass {where} intended for {catcher} INTERCEPTED by {by} at {at}."
        script.say(text, [(19, script.team, passer, 0), (25, script.other, by, 0)])
        script.run_clock(8)
        _turn_over(script, _FIELD - script.ball - far)
    elif roll < 0.37:
        lines = [(14, script.team, passer, 0), (115, script.team, catcher, 0)]
        _missed(script, f"{passer} pass incomplete {where} to {catcher}.", lines, 0, 6)
    else:
        long = script.drawn.randint(20, 38) if where == "deep right" else 0
        yards = long or script.drawn.choice((2, 4, 5, 6, 7, 8, 8, 9, 11, 13, 16))
        credits = [(15, 16, script.team, passer), (21, 22, script.team, catcher)]
        _gain(script, f"{passer} pass {where} to {catcher}", yards, credits)


def _sack(script: _Script) -> None:
    passer, by = script.name("qb"), script.name("de", script.other)
    lost = min(script.drawn.randint(3, 9), script.ball - 1)
    at = script.spot(script.ball - lost)
    lines = [
        (20, script.team, passer, -lost),
        (83, script.other, by, -lost),
        (110, script.other, by, 0),
    ]
    _missed(script, f"{passer} sacked at {at} for -{lost} yards ({by}).", lines, -lost, 34)


def _gain(
    script: _Script, how: str, yards: int, credits: Sequence[tuple[int, int, str, str]]
) -> None:
    """A run or a catch. `credits`: stat id, the one with a touchdown, team, name."""
    yards = max(yards, 1 - script.ball)
    if script.ball + yards >= _FIELD:
        yards = _FIELD - script.ball
        lines = [(scored, team, name, yards) for _, scored, team, name in credits]
        script.say(f"{how} for {yards} yards, TOUCHDOWN.", lines)
        script.run_clock(6)
        script.ball = 85
        kicker = script.name("k")
        good = script.drawn.random() < 0.94
        word = "GOOD" if good else "No Good, Hit Left Upright"
        script.say(
            f"{kicker} extra point is {word}.",
            [(72 if good else 73, script.team, kicker, 0)],
            down=0,
        )
        _kick_off(script)
        return
    by = script.tackler()
    far = "no gain" if yards == 0 else f"{yards} yard{'' if abs(yards) == 1 else 's'}"
    text = f"{how} to {script.spot(script.ball + yards)} for {far} ({by})."
    lines = [(stat, team, name, yards) for stat, _, team, name in credits]
    lines.append((79, script.other, by, 0))
    _missed(script, text, lines, yards, script.drawn.randint(22, 39))


def _missed(script: _Script, text: str, lines: Sequence[_Line], yards: int, seconds: int) -> None:
    """A down without a score: the next one, a new first one, or the other team's."""
    made = yards >= script.to_go
    more: list[_Line] = list(lines)
    if made:
        more.append((3 if lines[0][0] == 10 else 4, script.team, "", 0))
    elif script.down == 4:
        more.append((9, script.team, "", 0))
    script.say(text, more)
    script.run_clock(seconds)
    script.ball += yards
    if made:
        script.down, script.to_go = 1, min(10, _FIELD - script.ball)
    elif script.down == 4:
        _turn_over(script, _FIELD - script.ball)
    else:
        script.down, script.to_go = script.down + 1, script.to_go - yards


def steps_with_changes(game: Game) -> list[Step]:
    """The game as it is reported play by play, some plays wrong at first and corrected two plays
    later, some reviewed and upheld. Its end is the game as it is."""
    steps = steps_of(game)
    later: dict[int, list[ReportPlay | ReviewPlay]] = {}
    told: list[Step] = []
    for number, step in enumerate(steps):
        reports = list(step.reports)
        first = reports[0]
        if isinstance(first, ReportPlay) and number + _LATER_STEPS < len(steps) - 1:
            wrong = (
                _wrong(first.play) if number % _CORRECTED_EVERY == _CORRECTED_EVERY - 1 else None
            )
            changes = later.setdefault(number + _LATER_STEPS, [])
            if wrong is not None:
                reports[0] = ReportPlay(SOURCE, 1, wrong)
                changes.append(ReportPlay(SOURCE, 2, first.play))
            elif number % _REVIEWED_EVERY == _REVIEWED_EVERY - 1:
                reports.append(ReviewPlay(SOURCE, 2, first.play.id, on=True))
                changes.append(ReviewPlay(SOURCE, 3, first.play.id, on=False))
        reports += later.pop(number, [])
        told.append(Step(step.at_ms, tuple(reports)))
    return told


def _wrong(play: Play) -> Play | None:
    """The play with a tackle by nobody and a yard too many; None: it has no yards to be wrong."""
    gained = Counter(line.stat for line in play.stats)
    if not gained[10] and not gained[15]:
        return None
    stats = [
        replace(line, yards=line.yards + 1) if line.stat in {10, 15, 21} else line
        for line in play.stats
    ]
    return replace(play, stats=tuple(sorted(stats)))
