"""Conditions on plays as SQL that both databases take: which rows, in which order, or what they
come to.

Every value goes as a parameter, and every name is one of the tables below: nothing that somebody
said is ever a part of a statement. Knows columns; must not know what they mean. SPEC: QY3, QY9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.tables import Statement, Value

_TEXT: Final = (
    "SELECT t.text FROM play_text t"
    " WHERE t.season = p.season AND t.feed = p.feed AND t.play = p.play"
)
COLUMNS: Final = (
    "season", "week", "feed", "play", "open", "quarter", "clock", "down", "to_go", "field", "drive",
    "offence", "defence", "score", "kind", "results", "yards", "success", "epa", "formation",
    "personnel",
)  # fmt: skip
"""Of a play, in the order of the table."""
_FEW: Final = frozenset({"offence", "defence", "feed"})
KEY: Final = ("season", "week", "feed", "play")
PLAYER: Final = "player"
"""What sums may be grouped by beside columns."""


@dataclass(frozen=True, slots=True)
class In:
    """The column has one of these values."""

    column: str
    values: Sequence[int | str]


@dataclass(frozen=True, slots=True)
class NotIn:
    """The column has none of these values; without any, everything is found."""

    column: str
    values: Sequence[int | str]


@dataclass(frozen=True, slots=True)
class Between:
    """The column is known, and within these bounds; None: no bound."""

    column: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Bits:
    """The column has any of these bits."""

    column: str
    mask: int


@dataclass(frozen=True, slots=True)
class NotLess:
    """Both columns are known, and the first is not less than the second."""

    column: str
    than: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds, or several."""

    parts: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class Players:
    """One of these people had a part in the play (empty: anybody), in one of these roles (0:
    any)."""

    ids: Sequence[str]
    roles: int = 0


Condition = In | NotIn | Between | Bits | NotLess | AnyOf | Players


@dataclass(frozen=True, slots=True)
class Ordered:
    """By a column (empty: by key alone), and by key among equals."""

    column: str = ""
    descending: bool = True
    after: Sequence[int] = ()
    """Values of the order's columns in the last row of the page before."""


SUMS: Final = (
    "plays", "yards", "yards_known", "success", "success_known", "epa", "epa_known", "first_mask",
    "second_mask", "third_mask",
)  # fmt: skip
"""What a sum has after its keys and (by player) name and team."""
_SUMMED: Final = (
    "COUNT(*)", "SUM(p.yards)", "COUNT(p.yards)", "SUM(p.success)", "COUNT(p.success)",
    "SUM(p.epa)", "COUNT(p.epa)",
)  # fmt: skip
_AVERAGES: Final = {"yards": "p.yards", "success": "p.success", "epa": "p.epa"}


class _Words:
    """A statement while it is written. Invariant: `$n` stands for `values[n - 1]`."""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def value(self, one: Value) -> str:
        self.values.append(one)
        return f"${len(self.values)}"

    def several(self, many: Sequence[Value]) -> str:
        return ", ".join(self.value(one) for one in many)

    def all_of(self, parts: Sequence[Condition]) -> str:
        return " AND ".join(self.condition(part) for part in parts) or "1 = 1"

    def condition(self, one: Condition) -> str:
        match one:
            case In(column, values):
                if not values:
                    return "1 = 0"
                return f"{_column(column)} IN ({self.several(values)})"
            case NotIn(column, values):
                if not values:
                    return "1 = 1"
                return f"{_column(column)} NOT IN ({self.several(values)})"
            case Between(column, low, high):
                return self._between(_column(column), low, high)
            case Bits(column, mask):
                return f"({_column(column)} & {self.value(mask)}) <> 0"
            case NotLess(column, than):
                return f"{_column(column)} >= {_column(than)}"
            case AnyOf(parts):
                told = " OR ".join(f"({self.condition(part)})" for part in parts)
                return f"({told or '1 = 0'})"
            case Players():
                return (
                    "EXISTS (SELECT 1 FROM play_player x WHERE x.season = p.season"
                    f" AND x.feed = p.feed AND x.play = p.play{self.part(one)})"
                )

    def part(self, one: Players) -> str:
        """What is asked of a row of play_player, as more conditions."""
        told = ""
        if one.ids:
            told += f" AND x.player IN ({self.several(one.ids)})"
        if one.roles:
            told += f" AND (x.roles & {self.value(one.roles)}) <> 0"
        return told

    def _between(self, name: str, low: int | None, high: int | None) -> str:
        told: list[str] = []
        if low is not None:
            told.append(f"{name} >= {self.value(low)}")
        if high is not None:
            told.append(f"{name} <= {self.value(high)}")
        return " AND ".join(told) or f"{name} IS NOT NULL"


def _column(name: str) -> str:
    if name not in COLUMNS:
        raise ValueError(f"there is no column {name!r}")
    return f"p.{name}"


def _names_few(one: Condition) -> bool:
    """Whether it names teams, people or feeds, of which each has few plays."""
    match one:
        case In(column, _):
            return column in _FEW
        case AnyOf(parts):
            return bool(parts) and all(_names_few(part) for part in parts)
        case Players(ids, _):
            return bool(ids)
        case _:
            return False


def find(conditions: Sequence[Condition], order: Ordered, limit: int) -> Statement:
    """The plays, each as room, game, COLUMNS and text."""
    words = _Words()
    where = words.all_of(conditions)
    names = ((order.column,) if order.column else ()) + KEY
    columns = [_column(name) for name in names]
    if order.column:
        where += f" AND {columns[0]} IS NOT NULL"
    if order.after:
        sign = "<" if order.descending else ">"
        where += f" AND ({', '.join(columns)}) {sign} ({words.several(order.after)})"
    way = "DESC" if order.descending else "ASC"
    by = ", ".join(f"{column} {way}" for column in columns)
    # Of few plays all are fetched and sorted: a planner that takes them for many walks through all
    # plays in their order, and finds the last of the few at the end.
    first = by
    if any(_names_few(one) for one in conditions):
        first = ", ".join(f"{column} + 0 {way}" for column in columns)
    shown = ", ".join(f"p.{name}" for name in COLUMNS)
    return (
        f"SELECT f.room, f.game, {shown}, ({_TEXT}) FROM ("
        f"SELECT {shown} FROM play p WHERE {where} ORDER BY {first} LIMIT {words.value(limit)}) p"
        f" JOIN play_feed f ON f.number = p.feed ORDER BY {by}",
        words.values,
    )


@dataclass(frozen=True, slots=True)
class Grouped:
    """What is added up, and which sums of it."""

    by: Sequence[str]
    """Columns, and PLAYER."""
    masks: tuple[int, int, int]
    """Bits of `results` whose plays are counted."""
    order: str = "plays"
    """One of SUMS; the average where it is one of yards, success and epa."""
    descending: bool = True
    minimum: int = 1
    limit: int = 20
    players: Players | None = None
    """Whose parts are added up, where it is by PLAYER."""


def add_up(conditions: Sequence[Condition], asked: Grouped) -> Statement:
    """The sums, each as its keys, by PLAYER name and team, and SUMS. Equal ones by their keys."""
    words = _Words()
    by_player = PLAYER in asked.by
    keys = [f"x.{PLAYER}" if name == PLAYER else _column(name) for name in asked.by]
    shown = [*keys, *(("MAX(x.name)", "MAX(x.team)") if by_player else ()), *_SUMMED]
    counted = [
        f"SUM(CASE WHEN (p.results & {words.value(mask)}) <> 0 THEN 1 ELSE 0 END)"
        for mask in asked.masks
    ]
    source = "play p"
    if by_player:
        part = words.part(asked.players or Players(()))
        source += (
            " JOIN play_player x ON x.season = p.season AND x.feed = p.feed AND x.play = p.play"
            + part
        )
    where = words.all_of(conditions)
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    way = "DESC" if asked.descending else "ASC"
    ends = ", ".join([f"{_ordering(asked.order, counted)} {way} NULLS LAST", *keys])
    return (
        f"SELECT {', '.join([*shown, *counted])} FROM {source} WHERE {where}{grouped}"
        f" HAVING COUNT(*) >= {words.value(asked.minimum)}"
        f" ORDER BY {ends} LIMIT {words.value(asked.limit)}",
        words.values,
    )


def _ordering(order: str, counted: Sequence[str]) -> str:
    """The same division in both databases, and in whoever checks them."""
    if order in _AVERAGES:
        column = _AVERAGES[order]
        return f"CAST(SUM({column}) AS double precision) / COUNT({column})"
    if order == "plays":
        return "COUNT(*)"
    return counted[("first_mask", "second_mask", "third_mask").index(order)]
