"""Official stat lines as far as the columns of nflverse (and its forerunner nflscrapR) let one tell
them. Knows columns and stat ids, no file. Pure; SPEC: FD13.

Columns hold less than the ids they were made of: who fumbled twice, what a lateral was worth, a
fumble lost after a return. Where a source with ids has the same play, its lines are better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from protocol.feed import YARDS_MAX, StatLine
from server.readers.source import whole
from server.readers.strict_tree import Unreadable, whole_in
from server.rules.scoring.stat_ids import TOUCHDOWNS

Row = Mapping[str, str]
_NOTHING = frozenset({"", "NA"})


def value(row: Row, column: str) -> str:
    """A cell; empty where there is none."""
    found = row.get(column, "").strip()
    return "" if found in _NOTHING else found


def stats_of(row: Row, teams: tuple[str, str]) -> list[StatLine]:
    """The lines of one row. `teams`: home and away. Raises Unreadable with the column."""
    lines = _Lines(row, teams)
    found = [
        *lines.flags(),
        *(lines.tries() if lines.is_("two_point_attempt") else lines.offence()),
        *lines.turnovers(),
        *lines.kicks(),
        *lines.defence(),
    ]
    scored = value(row, "td_team")
    if lines.is_("touchdown") and scored:
        theirs = {line.stat for line in found if line.team == scored}
        if not theirs & TOUCHDOWNS:
            found.append(StatLine(64, scored, *lines.scorer(), 0))
    return found


_FLAGS = {
    "first_down_rush": 3,
    "first_down_pass": 4,
    "first_down_penalty": 5,
    "third_down_converted": 6,
    "third_down_failed": 7,
    "fourth_down_converted": 8,
    "fourth_down_failed": 9,
}
_NUMBERED = (
    ("solo_tackle_{}", 2, 79),
    ("tackle_with_assist_{}", 2, 80),
    ("assist_tackle_{}", 4, 82),
    ("forced_fumble_player_{}", 2, 91),
)
_OTHER_SIDE = (
    ("qb_hit_1", 110), ("qb_hit_2", 110), ("tackle_for_loss_1", 120), ("tackle_for_loss_2", 120),
    ("pass_defense_1", 85), ("pass_defense_2", 85), ("safety", 89),
)  # fmt: skip


TELLS = frozenset({
    *_FLAGS.values(), *range(10, 17), *range(19, 29), 29, 32, *range(33, 37), 39, 41, 44,
    *range(45, 49), 52, 53, 55, 56, 59, 60, 64, 68, *range(69, 79), 79, 80, 82, 83, 84,
    *range(85, 90), 91, 93, 104, 105, 106, 107, 108, 110, 111, 113, 115, 120, 301, 404, 2,
})  # fmt: skip
"""The ids that columns can tell. Others are in no column, or not for every play."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one row, by part of the game."""

    row: Row
    teams: tuple[str, str]

    def flags(self) -> Iterator[StatLine]:
        """What a team has, and penalties and time-outs."""
        for column, stat in _FLAGS.items():
            if self.is_(column):
                yield self._line(stat, self._offence)
        if self.is_("penalty") and value(self.row, "penalty_team"):
            team = value(self.row, "penalty_team")
            yield self._line(93, team, "penalty", self._yards("penalty_yards"))
        if self.is_("timeout") and value(self.row, "timeout_team"):
            yield self._line(68, value(self.row, "timeout_team"))

    def tries(self) -> Iterator[StatLine]:
        """A try for two points."""
        good = value(self.row, "two_point_conv_result") == "success"
        if self._who("passer"):
            yield self._line(77 if good else 78, self._offence, "passer")
            if self._who("receiver"):
                yield self._line(104 if good else 105, self._offence, "receiver")
        elif self._who("rusher"):
            yield self._line(75 if good else 76, self._offence, "rusher")

    def offence(self) -> Iterator[StatLine]:
        """Passes, catches, runs and sacks of the passer."""
        gained = self._yards("yards_gained")
        if self.is_("sack"):
            if self._who("passer"):
                yield self._line(20, self._offence, "passer", gained)
        elif self.is_("interception"):
            yield self._line(19, self._offence, "passer")
        elif self.is_("complete_pass"):
            scored = self.is_("pass_touchdown")
            passed = self._yards("passing_yards", gained)
            yield self._line(16 if scored else 15, self._offence, "passer", passed)
            yield from self._carried("receiver", "receiving_yards", passed, (21, 22, 23, 24))
            yield self._line(113, self._offence, "receiver", self._yards("yards_after_catch"))
        elif self.is_("incomplete_pass") and self._who("passer"):
            yield self._line(14, self._offence, "passer")
        elif self.is_("rush_attempt") and self._who("rusher"):
            yield from self._carried("rusher", "rushing_yards", gained, (10, 11, 12, 13))
        yield from self._thrown()

    def turnovers(self) -> Iterator[StatLine]:
        """Interceptions, fumbles and who has the ball then."""
        if self._who("interception"):
            after = self._who("lateral_interception")
            yards = 0 if after else self._yards("return_yards")
            yield self._line(
                26 if self._scored("interception") else 25, self._defence, "interception", yards
            )
            if after:
                stat = 28 if self._scored("lateral_interception") else 27
                yield self._line(
                    stat, self._defence, "lateral_interception", self._yards("return_yards")
                )
        for n in (1, 2):
            team = value(self.row, f"fumbled_{n}_team")
            if not (team and self._who(f"fumbled_{n}")):
                continue
            yield self._line(52 if self.is_("fumble_forced") else 53, team, f"fumbled_{n}")
            taken = value(self.row, f"fumble_recovery_{n}_team")
            if self.is_("fumble_lost") and taken not in {"", team}:
                yield self._line(106, team, f"fumbled_{n}")
            if taken and self._who(f"fumble_recovery_{n}"):
                first = 55 if taken == team else 59
                scored = self._scored(f"fumble_recovery_{n}")
                yards = self._yards(f"fumble_recovery_{n}_yards")
                yield self._line(first + scored, taken, f"fumble_recovery_{n}", yards)

    def kicks(self) -> Iterator[StatLine]:
        """Field goals, extra points, kick-offs, punts and their returns."""
        distance = self._yards("kick_distance")
        goal = {"made": 70, "missed": 69, "blocked": 71}.get(value(self.row, "field_goal_result"))
        point = {"good": 72, "failed": 73, "blocked": 74, "aborted": 301}.get(
            value(self.row, "extra_point_result")
        )
        kicked_off = self.is_("kickoff_attempt") or value(self.row, "play_type") == "kickoff"
        if goal is not None:
            yield self._line(goal, self._offence, "kicker", distance)
        elif point is not None:
            yield self._line(point, self._offence, "kicker")
        elif kicked_off and self._who("kicker"):
            yield self._line(44 if self.is_("touchback") else 41, self._defence, "kicker", distance)
        if self.is_("punt_attempt") and self._who("punter"):
            blocked, back = self.is_("punt_blocked"), self.is_("touchback")
            yield self._line(
                2 if blocked else 32 if back else 29, self._offence, "punter", distance
            )
        blocks = 86 if self.is_("punt_blocked") else 88 if goal == 71 else 87
        if self._who("blocked"):
            yield self._line(blocks, self._defence, "blocked")
        if self.is_("punt_fair_catch") and self._who("punt_returner"):
            yield self._line(39, self._defence, "punt_returner")
        elif self._who("punt_returner"):
            yield from self._returned("punt_returner", self._defence, (33, 34, 35, 36))
        if self._who("kickoff_returner"):
            yield from self._returned("kickoff_returner", self._offence, (45, 46, 47, 48))
        if self._who("own_kickoff_recovery"):
            stat = 108 if self.is_("own_kickoff_recovery_td") else 107
            yield self._line(stat, self._defence, "own_kickoff_recovery")

    def defence(self) -> Iterator[StatLine]:
        """Tackles, sacks, hits, safeties and tries that were returned."""
        for pattern, most, stat in _NUMBERED:
            for n in range(1, most + 1):
                name = pattern.format(n)
                if self._who(name):
                    team = value(self.row, f"{name}_team") or self._defence
                    yield self._line(stat, team, name)
        for name, stat in _OTHER_SIDE:
            if self._who(name):
                yield self._line(stat, self._defence, name)
        if self.is_("safety") and not self._who("safety"):
            yield self._line(89, self._defence)
        if self.is_("sack"):
            yield from self._sacked()
        if self.is_("defensive_two_point_conv") or self.is_("defensive_extra_point_conv"):
            yield self._line(404, self._defence)

    def _sacked(self) -> Iterator[StatLine]:
        lost = self._yards("yards_gained")
        halves = [name for name in ("half_sack_1", "half_sack_2") if self._who(name)]
        for name in halves:
            yield self._line(84, self._defence, name, lost)
        if not halves:
            yield self._line(83, self._defence, "sack", lost)

    def _thrown(self) -> Iterator[StatLine]:
        """Length and target of a pass."""
        if not (self.is_("complete_pass") or self.is_("incomplete_pass")):
            return
        if value(self.row, "air_yards") and self._who("passer"):
            stat = 111 if self.is_("complete_pass") else 112
            yield self._line(stat, self._offence, "passer", self._yards("air_yards"))
        if self._who("receiver"):
            yield self._line(115, self._offence, "receiver")

    def _carried(
        self, who: str, column: str, otherwise: int, stats: tuple[int, int, int, int]
    ) -> Iterator[StatLine]:
        """Whoever had the ball first, and who got it from there. The ids: a carry, one that scored,
        yards after a lateral, those that scored."""
        flag = "pass_touchdown" if who == "receiver" else "rush_touchdown"
        after = f"lateral_{who}"
        later = bool(self._who(after))
        scored = self.is_(flag)
        by_later = later and scored and not self._scored(who)
        plain, td, plain_after, td_after = stats
        first = td if scored and not by_later else plain
        yield self._line(first, self._offence, who, self._yards(column, otherwise))
        if later:
            yards = self._yards(f"lateral_{column}")
            yield self._line(td_after if by_later else plain_after, self._offence, after, yards)

    def _returned(
        self, who: str, team: str, stats: tuple[int, int, int, int]
    ) -> Iterator[StatLine]:
        plain, td, plain_after, td_after = stats
        after = f"lateral_{who}"
        later = bool(self._who(after))
        yards = 0 if later else self._yards("return_yards")
        yield self._line(td if self._scored(who) else plain, team, who, yards)
        if later:
            stat = td_after if self._scored(after) else plain_after
            yield self._line(stat, team, after, self._yards("return_yards"))

    def scorer(self) -> tuple[str, str]:
        """Id and name of whoever has a touchdown that no column explains."""
        player = value(self.row, "td_player_id")[:40]
        return player, value(self.row, "td_player_name")[:64] if player else ""

    @property
    def _offence(self) -> str:
        return value(self.row, "posteam") or self.teams[0]

    @property
    def _defence(self) -> str:
        home, away = self.teams
        return value(self.row, "defteam") or (away if self._offence == home else home)

    def is_(self, column: str) -> bool:
        """Whether a flag is set."""
        said = value(self.row, column)
        flag = whole(said) if said else 0
        if flag not in {0, 1}:
            raise Unreadable(column, "0 or 1 is expected")
        return flag == 1

    def _yards(self, column: str, otherwise: int = 0) -> int:
        said = value(self.row, column)
        return whole_in(said, column, -YARDS_MAX, YARDS_MAX) if said else otherwise

    def _who(self, name: str) -> str:
        return value(self.row, f"{name}_player_id")[:40]

    def _scored(self, who: str) -> bool:
        """Whether this one has the touchdown."""
        if not self.is_("touchdown"):
            return False
        named = value(self.row, "td_player_id")
        return named == self._who(who) if named else self.is_("return_touchdown")

    def _line(self, stat: int, team: str, who: str = "", yards: int = 0) -> StatLine:
        player = self._who(who) if who else ""
        name = value(self.row, f"{who}_player_name")[:64] if player else ""
        return StatLine(stat, team, player, name, yards)
