"""What the plays of a season come to, kept beside them: sums by one column and kind of play, and
by person. Written in the transaction that changes plays, of which only what they touch; asked where
a question can be answered from them exactly.

A sum is of integers, added and taken away, so it is at every moment what adding up the plays anew
would be. Knows columns and codes; must not know what they mean. SPEC: QY15.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from storage.play_query import PLAYER, Condition, Grouped, In, Players
from storage.tables import Asking, Statement, Value

COUNTED: Final = (0b1, 0b110, 0b10000)
"""Bits of `results` of which plays are counted. Others need the sums to be made anew."""
AXES: Final = ("week", "quarter", "down", "offence", "defence", "formation", "personnel")
"""Columns that sums are kept by, one at a time, each with the kind of play."""
_NUMBERS: Final = frozenset({"week", "quarter", "down"})
_PLAIN: Final = frozenset({"open", "season", "kind"})
MEASURES: Final = (
    "plays", "yards", "yards_known", "success", "success_known", "epa", "epa_known", "first_mask",
    "second_mask", "third_mask",
)  # fmt: skip
_KEY: Final = ("axis", "open", "season", "value", "kind")
_PERSON_KEY: Final = ("open", "season", "player", "kind", "roles", "name", "team")
_PER_STATEMENT: Final = 60
_AVERAGES: Final = frozenset({"yards", "success", "epa"})

Key = tuple[Value, ...]
_Sums = dict[Key, list[int]]


Person = tuple[str, int, str, str]
"""Id, roles, name and team, as a part in a play has them."""


# --- kept


def change(
    place: tuple[int, int, int],
    plays: Iterable[tuple[dict[str, Any], Iterable[Person]]],
    sign: int,
) -> Asking[None]:
    """The plays, by column and with who had a part in them, come to the sums (1) or leave them
    (-1). `place`: open (0 or 1), season and week of their feed."""
    sums: _Sums = {}
    people: _Sums = {}
    opened, season, week = place
    for named, parts in plays:
        kind, measured = named["kind"], [sign * one for one in _measured(named)]
        values = [
            ("", ""),
            *((axis, str(week if axis == "week" else named[axis])) for axis in AXES),
        ]
        for axis, value in values:
            _add(sums, (axis, opened, season, value, kind), measured)
        for player, roles, name, team in parts:
            _add(people, (opened, season, player, kind, roles, name, team), measured)
    yield from _kept("play_sum", _KEY, sums)
    yield from _kept("play_player_sum", _PERSON_KEY, people)
    if sign < 0 and sums:
        ours = "open IN (0, 1) AND season = $1 AND plays = 0"
        axes = ", ".join(f"'{axis}'" for axis in ("", *AXES))
        yield f"DELETE FROM play_sum WHERE axis IN ({axes}) AND {ours}", (season,)
        yield f"DELETE FROM play_player_sum WHERE {ours}", (season,)


def _measured(named: dict[str, Any]) -> list[int]:
    """As MEASURES."""
    found = [1]
    for name in ("yards", "success", "epa"):
        value = named[name]
        found += [0, 0] if value is None else [value, 1]
    return found + [int(bool(named["results"] & mask)) for mask in COUNTED]


def _add(sums: _Sums, key: Key, measured: Sequence[int]) -> None:
    held = sums.setdefault(key, [0] * len(MEASURES))
    for place, one in enumerate(measured):
        held[place] += one


def _kept(table: str, key: Sequence[str], sums: _Sums) -> Asking[None]:
    """In one order, so that two who change the same wait rather than stop each other."""
    columns = (*key, *MEASURES)
    more = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in MEASURES)
    rows = [(*one, *sums[one]) for one in sorted(sums)]
    for first in range(0, len(rows), _PER_STATEMENT):
        some = rows[first : first + _PER_STATEMENT]
        numbers = iter(range(1, len(some) * len(columns) + 1))
        told = ", ".join(f"({', '.join(f'${next(numbers)}' for _ in row)})" for row in some)
        yield (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {told}"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {more}",
            [value for row in some for value in row],
        )


def unsummed() -> Asking[list[int]]:
    """Seasons whose sums are not what their plays come to, or may not be."""
    rows = yield "SELECT season FROM play_season WHERE summed = 0 ORDER BY season", ()
    return [row[0] for row in rows]


def make_anew(season: int) -> Asking[None]:
    """The sums of a season, from its plays."""
    for table in ("play_sum", "play_player_sum"):
        yield f"DELETE FROM {table} WHERE season = $1", (season,)
    for axis in ("", *AXES):
        value = f"CAST(p.{axis} AS text)" if axis else "''"
        shown = f"'{axis}', p.open, p.season, {value}, p.kind"
        yield _anew("play_sum", _KEY, shown, "play p"), (season,)
    shown = "p.open, p.season, x.player, p.kind, x.roles, x.name, x.team"
    source = (
        "play p JOIN play_player x ON x.season = p.season AND x.feed = p.feed AND x.play = p.play"
    )
    yield _anew("play_player_sum", _PERSON_KEY, shown, source), (season,)
    yield "UPDATE play_season SET summed = 1 WHERE season = $1", (season,)


def _anew(table: str, key: Sequence[str], shown: str, source: str) -> str:
    known = [
        told
        for name in ("yards", "success", "epa")
        for told in (f"COALESCE(SUM(p.{name}), 0)", f"COUNT(p.{name})")
    ]
    counted = [f"SUM(CASE WHEN (p.results & {mask}) <> 0 THEN 1 ELSE 0 END)" for mask in COUNTED]
    grouped = ", ".join(one for one in shown.split(", ") if not one.startswith("'"))
    return (
        f"INSERT INTO {table} ({', '.join((*key, *MEASURES))})"
        f" SELECT {', '.join([shown, 'COUNT(*)', *known, *counted])}"
        f" FROM {source} WHERE p.season = $1 GROUP BY {grouped}"
    )


# --- asked


def summed(conditions: Sequence[Condition], asked: Grouped) -> Statement | None:
    """The same answer as play_query.add_up gives, from sums; None: they do not have it."""
    named: list[In] = []
    by_player = PLAYER in asked.by
    people = asked.players or Players(()) if by_player else None
    for one in conditions:
        if isinstance(one, In) and one.values and one.column in {*_PLAIN, *AXES}:
            named.append(one)
        elif isinstance(one, Players) and len(one.ids) == 1 and people is None:
            people = one  # of several people a play would count for each
        else:
            return None
    axes = {*asked.by, *(one.column for one in named)} - _PLAIN - {PLAYER}
    if asked.masks != COUNTED or len(axes) > 1 or not axes <= {*AXES} or (people and axes):
        return None
    return _statement(named, asked, next(iter(axes), ""), people)


def _statement(named: Sequence[In], asked: Grouped, axis: str, people: Players | None) -> Statement:
    values: list[Value] = []

    def several(many: Iterable[Value]) -> str:
        first = len(values)
        values.extend(many)
        return ", ".join(f"${n}" for n in range(first + 1, len(values) + 1))

    where = [] if people is not None else [f"p.axis = {several([axis])}"]
    for one in named:
        of_axis = one.column not in _PLAIN
        column = "p.value" if of_axis else f"p.{one.column}"
        where.append(f"{column} IN ({several(map(str, one.values) if of_axis else one.values)})")
    if people is not None and people.ids:
        where.append(f"p.player IN ({several(people.ids)})")
    if people is not None and people.roles:
        where.append(f"(p.roles & {several([people.roles])}) <> 0")
    value = "CAST(p.value AS integer)" if axis in _NUMBERS else "p.value"
    keys = [f"p.{name}" if name in {*_PLAIN, PLAYER} else value for name in asked.by]
    who = ["MAX(p.name)", "MAX(p.team)"] if PLAYER in asked.by else []
    sums = {name: f"CAST(SUM(p.{name}) AS bigint)" for name in MEASURES}
    way = "DESC" if asked.descending else "ASC"
    ends = ", ".join([f"{_ordering(asked.order)} {way} NULLS LAST", *keys])
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    table = "play_sum" if people is None else "play_player_sum"
    return (
        f"SELECT {', '.join([*keys, *who, *sums.values()])} FROM {table} p"
        f" WHERE {' AND '.join(where) or '1 = 1'}{grouped}"
        f" HAVING CAST(SUM(p.plays) AS bigint) >= {several([asked.minimum])}"
        f" ORDER BY {ends} LIMIT {several([asked.limit])}",
        values,
    )


def _ordering(order: str) -> str:
    """The same division as play_query has; of nothing that is known there is none."""
    if order not in MEASURES:
        raise ValueError(f"there is no sum {order!r}")
    if order in _AVERAGES:
        return f"CAST(SUM(p.{order}) AS double precision) / NULLIF(SUM(p.{order}_known), 0)"
    return f"SUM(p.{order})"
