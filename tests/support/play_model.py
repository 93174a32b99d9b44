"""Random plays, random questions, and what the answers are by reading every play: nothing of the
server's way of asking is used here."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from protocol.asking import RESULTS, ROLES, Question, Where
from storage.play_rows import OWN_COLUMNS, Part, PlayRow

TEAMS = ("NE", "BUF", "DAL")
KINDS = ("run", "pass", "sack", "punt", "other")
PEOPLE = tuple(f"00-000000{n}" for n in range(6))
FORMATIONS = ("", "SHOTGUN", "I_FORM")
MEASURES = (
    "season", "week", "quarter", "clock", "down", "to_go", "field", "drive", "score", "yards",
    "epa",
)  # fmt: skip
GROUPS = (
    "season", "week", "quarter", "down", "offence", "defence", "kind", "formation", "personnel",
    "player", "game", "yards", "field",
)  # fmt: skip


@dataclass(frozen=True)
class ModelFeed:
    """A feed with its plays."""

    room: str
    game: str
    season: int
    week: int
    open: bool
    plays: tuple[PlayRow, ...]


def random_play(dice: random.Random, play: int) -> PlayRow:
    offence, defence = dice.sample(TEAMS, 2)
    if dice.random() < 0.1:
        offence = defence = ""

    def some(low: int, high: int) -> int | None:
        return None if dice.random() < 0.15 else dice.randint(low, high)

    named: dict[str, Any] = {
        "quarter": dice.randint(0, 5), "clock": some(0, 900), "down": dice.randint(0, 4),
        "to_go": dice.randint(0, 12), "field": some(1, 99), "drive": dice.randint(0, 9),
        "offence": offence, "defence": defence, "score": some(-14, 14), "kind": dice.choice(KINDS),
        "results": dice.getrandbits(len(RESULTS)) & dice.getrandbits(len(RESULTS)),
        "yards": some(-9, 30), "success": some(0, 1), "epa": some(-3_000, 3_000),
        "formation": dice.choice(FORMATIONS), "personnel": dice.choice(("", "1 RB, 1 TE, 3 WR")),
    }  # fmt: skip
    who = sorted(dice.sample(PEOPLE, dice.randint(0, 3)))
    parts = [Part(one, f"P.{one[-1]}", dice.choice(TEAMS), dice.randint(0, 63)) for one in who]
    values = tuple(named[column] for column in OWN_COLUMNS)
    return PlayRow(play, values, f"Play {play} ü '", tuple(parts))


def random_feeds(dice: random.Random, count: int = 6, plays: int = 70) -> list[ModelFeed]:
    return [
        ModelFeed(
            f"r_{n:022}", f"g{n}" if n % 3 else "", dice.choice((0, 2018, 2019)),
            dice.randint(0, 3), dice.random() < 0.7,
            tuple(random_play(dice, play) for play in dice.sample(range(1, 9_999), plays)),
        )
        for n in range(count)
    ]  # fmt: skip


def random_question(dice: random.Random, feeds: Sequence[ModelFeed]) -> Question:
    """One that makes sense."""
    by = tuple(dice.sample(GROUPS, dice.randint(0, 2)))
    total = dice.random() < 0.2
    given: dict[str, Any] = {}
    choices: dict[str, Sequence[Any]] = {
        "seasons": (0, 2018, 2019, 2020), "weeks": (0, 1, 2, 3), "quarters": range(6),
        "downs": range(5), "teams": TEAMS, "offences": TEAMS, "defences": TEAMS,
        "players": PEOPLE, "kinds": KINDS, "results": RESULTS, "formations": FORMATIONS,
        "personnel": ("", "1 RB, 1 TE, 3 WR"), "distances": ("short", "medium", "long"),
        "zones": ("red", "goal_to_go", "opponent", "own", "backed_up"),
        "states": ("leading", "trailing", "tied", "one_score"),
        "feeds": [one.room for one in feeds],
    }  # fmt: skip
    for name in dice.sample(sorted(choices), dice.choice((0, 1, 1, 2, 2, 3))):
        values = list(choices[name])
        given[name] = tuple(dice.sample(values, dice.randint(1, min(3, len(values)))))
    if ("players" in given or "player" in by) and dice.random() < 0.5:
        given["roles"] = tuple(dice.sample(ROLES, dice.randint(1, 3)))
    if dice.random() < 0.1:
        given["two_minute"] = True
    if dice.random() < 0.5:
        ends = sorted(dice.randint(-10, 60) for _ in range(2))
        low, high = (None if dice.random() < 0.3 else end for end in ends)
        given["ranges"] = {dice.choice(MEASURES): (low, high)}
    grouped = bool(by) or total
    order = dice.choice(
        (None, "plays", "yards", "epa", "success", "touchdowns", "turnovers", "first_downs")
        if grouped
        else (None, "newest", "yards", "epa", "to_go", "field", "clock", "score")
    )
    return Question(
        where=Where(**given), by=by, total=total, order=order, descending=dice.random() < 0.6,
        minimum=dice.choice((1, 1, 2, 5)) if grouped else 1, limit=dice.choice((1, 5, 20, 100)),
    )  # fmt: skip


# --- the answers


Row = dict[str, Any]


def rows_of(feeds: Iterable[ModelFeed]) -> list[Row]:
    """Every play with what its feed says, and its place in the key."""
    return [
        {
            "number": number, "room": feed.room, "game": feed.game, "season": feed.season,
            "week": feed.week, "open": feed.open, "play": play.play, "text": play.text,
            "parts": play.players, **dict(zip(OWN_COLUMNS, play.values, strict=True)),
        }
        for number, feed in enumerate(feeds)
        for play in feed.plays
    ]  # fmt: skip


def _has(mask: int, names: Sequence[str], order: Sequence[str]) -> bool:
    return any(mask & (2 ** order.index(name)) for name in names)


def _parts(row: Row, where: Where) -> list[Part]:
    return [
        one
        for one in row["parts"]
        if (not where.players or one.player in where.players)
        and (not where.roles or _has(one.roles, where.roles, ROLES))
    ]


def _between(value: int | None, low: int | None, high: int | None) -> bool:
    if value is None:
        return False
    return (low is None or low <= value) and (high is None or value <= high)


def _in_zone(row: Row, zone: str) -> bool:
    field = row["field"]
    if field is None:
        return False
    return {
        "red": 1 <= field <= 20, "opponent": 1 <= field <= 50, "own": field > 50,
        "backed_up": field >= 90, "goal_to_go": row["to_go"] >= field,
    }[zone]  # fmt: skip


def _in_state(row: Row, state: str) -> bool:
    score = row["score"]
    if score is None:
        return False
    return {
        "leading": score > 0, "trailing": score < 0, "tied": score == 0,
        "one_score": abs(score) <= 8,
    }[state]  # fmt: skip


def _at_distance(row: Row, distance: str) -> bool:
    low, high = {"short": (1, 3), "medium": (4, 6), "long": (7, 999)}[distance]
    return low <= row["to_go"] <= high


def matches(row: Row, where: Where, *, everything: bool = False) -> bool:
    """Whether the question is about this play."""
    plain = {
        "season": where.seasons, "week": where.weeks, "quarter": where.quarters,
        "down": where.downs, "offence": where.offences, "defence": where.defences,
        "kind": where.kinds, "formation": where.formations, "personnel": where.personnel,
        "room": where.feeds,
    }  # fmt: skip
    return (
        (everything or bool(where.feeds) or row["open"])
        and all(not values or row[name] in values for name, values in plain.items())
        and (not where.teams or row["offence"] in where.teams or row["defence"] in where.teams)
        and (not where.players or bool(_parts(row, where)))
        and (not where.results or _has(row["results"], where.results, RESULTS))
        and (not where.zones or any(_in_zone(row, one) for one in where.zones))
        and (not where.states or any(_in_state(row, one) for one in where.states))
        and (not where.distances or any(_at_distance(row, one) for one in where.distances))
        and (not where.two_minute or (row["quarter"] in (2, 4) and _between(row["clock"], 0, 120)))
        and all(_between(row[name], *ends) for name, ends in where.ranges.items())
    )


def found(rows: Sequence[Row], question: Question, *, everything: bool = False) -> list[Row]:
    """All plays, in their order."""
    there = [row for row in rows if matches(row, question.where, everything=everything)]
    column = "" if question.order in (None, "newest") else str(question.order)
    if column:
        there = [row for row in there if row[column] is not None]
    there.sort(
        key=lambda row: (
            row[column] if column else 0, row["season"], row["week"], row["number"], row["play"],
        ),
        reverse=question.descending,
    )  # fmt: skip
    return there


def _average(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def sums(rows: Sequence[Row], question: Question, *, everything: bool = False) -> list[Row]:
    """What they come to, in their order."""
    where, by = question.where, question.by
    there: list[tuple[tuple[Any, ...], Row, Part | None]] = []
    for row in rows:
        known = all(row[name] is not None for name in by if name in {"yards", "field"})
        if known and matches(row, where, everything=everything):
            for part in _parts(row, where) if "player" in by else [None]:
                named = {**row, "player": part and part.player, "game": row["number"]}
                there.append((tuple(named[name] for name in by), row, part))
    told: list[tuple[Any, tuple[Any, ...], Row]] = []
    for keys, members in groupby(sorted(there, key=lambda one: one[0]), key=lambda one: one[0]):
        group = list(members)
        made = _sum(keys, group, question)
        if made["plays"] >= question.minimum:
            told.append((made.pop("order"), keys, made))
    known = [one for one in told if one[0] is not None]
    known.sort(key=lambda one: one[1])
    known.sort(key=lambda one: one[0], reverse=question.descending)
    unknown = sorted((one for one in told if one[0] is None), key=lambda one: one[1])
    return [made for _, _, made in (known + unknown)[: question.limit]]


def _sum(
    keys: tuple[Any, ...], group: Sequence[tuple[Any, Row, Part | None]], question: Question
) -> Row:
    rows = [row for _, row, _ in group]
    known = {name: [row[name] for row in rows if row[name] is not None]
             for name in ("yards", "success", "epa")}  # fmt: skip
    counts = {
        "touchdowns": ("touchdown",), "turnovers": ("interception", "fumble_lost"),
        "first_downs": ("first_down",),
    }  # fmt: skip
    counted = {
        name: sum(_has(row["results"], of, RESULTS) for row in rows) for name, of in counts.items()
    }
    averages = {name: _average(values) for name, values in known.items()}
    by: Row = dict(zip(question.by, keys, strict=True))
    if "game" in by:
        by["game"] = rows[0]["game"] or rows[0]["room"]
    order = question.order or "plays"
    shown = {name: None if one is None else round(one, 4) for name, one in averages.items()}
    return {
        "by": by, "plays": len(rows),
        "name": max((part.name for _, _, part in group if part), default=""),
        "team": max((part.team for _, _, part in group if part), default=""),
        "yards": sum(known["yards"]), "yards_average": shown["yards"],
        "success_rate": shown["success"], "epa": sum(known["epa"]), "epa_average": shown["epa"],
        **counted,
        "order": {**averages, **counted, "plays": len(rows)}[order],
    }  # fmt: skip
