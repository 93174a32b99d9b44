"""What is wrong with what servers show, by the final plays alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from protocol.feed import StatLine
from tests.feed_histories.leagues import League

Plain = Mapping[str, Any]


def matchup_faults(
    score: Plain, league: League, week: int, number: int, points: Mapping[str, int]
) -> list[str]:
    """One matchup as it was shown, against line-ups and points of ours."""
    faults: list[str] = []
    where = f"{league.ruleset.rules.name}, week {week}, matchup {number}"
    for side, team in zip(("home", "away"), league.weeks[week][number - 1], strict=True):
        line_up = league.line_ups[team - 1]
        shown = score[side]
        starters = [(line.get("player", ""), line.get("points", 0)) for line in shown["starters"]]
        wanted = [(who, points.get(who, 0)) for who in line_up]
        if starters != wanted:
            odd = [f"{a} for {b}" for a, b in zip(starters, wanted, strict=False) if a != b]
            faults.append(f"{where}: {side} shows {', '.join(odd) or len(starters)}")
        total = sum(points.get(who, 0) for who in line_up)
        if (shown["team"], shown["points"]) != (team, total):
            faults.append(f"{where}: {side} has {shown['points']}, plays make {total}")
    return faults


def changed_in(
    league: League,
    week: int,
    number: int,
    before: Mapping[str, int],
    after: Mapping[str, int],
) -> dict[str, tuple[int, int]]:
    """Starters of a matchup who have other points now: before and after."""
    found: dict[str, tuple[int, int]] = {}
    for team in league.weeks[week][number - 1]:
        for who in league.line_ups[team - 1]:
            if who and before[who] != after[who]:
                found[who] = before[who], after[who]
    return found


def trail_faults(
    changes: Sequence[Plain],
    play: int,
    cause: str,
    changed: Mapping[str, tuple[int, int]],
    points: Mapping[str, int],
) -> list[str]:
    """The trail of a matchup after one play changed: whom that concerned is told last of all, with
    play, cause and both sums; everybody's changes follow on one another and end where he stands."""
    faults: list[str] = []
    last: dict[str, Plain] = {}
    for line in changes:
        one = line["cause"]
        who = one["player"]
        if who in last and last[who]["after"] != one["before"]:
            faults.append(f"{who}: {last[who]['after']} is followed by {one['before']}")
        last[who] = one
    for who, one in last.items():
        if one["after"] != points[who]:
            faults.append(f"{who}: the trail ends at {one['after']}, plays make {points[who]}")
    for who, (before, after) in changed.items():
        told = last.get(who)
        wanted = (play, cause, before, after)
        found = told and tuple(told.get(key, 0) for key in ("play", "cause", "before", "after"))
        if found != wanted:
            faults.append(f"{who}: the trail ends with {found}, it was {wanted}")
    return faults


def view_faults(view: Plain, shown: Mapping[int, Sequence[StatLine]]) -> list[str]:
    """A feed's view, play by play: lines of those that count, none of the others."""
    there: dict[int, list[StatLine]] = {}
    faults: list[str] = []
    for row in view["plays"]:
        play = row["play"]
        lines = sorted(msgspec.convert(play.get("stats", []), list[StatLine]))
        if not play.get("deleted") and not row["review"]:
            there[play["id"]] = lines
        elif lines:
            faults.append(f"play {play['id']}: {len(lines)} lines of one that does not count")
    return faults + [
        f"play {number}: shown {len(there.get(number, ()))} lines, of {len(shown.get(number, ()))}"
        for number in sorted({*there, *shown})
        if there.get(number) != (list(shown[number]) if number in shown else None)
    ]
