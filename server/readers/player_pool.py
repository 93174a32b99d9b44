"""Players of a draft's pool, out of CSV, out of JSON (rows of ours, or objects), out of the players
of Sleeper's public API. Pure. SPEC: DR69.

Names are no keys: two of one name stay two. The id is the source's own, from the first of the id
columns that a line has one in; from another than the usual one it is `column:value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import msgspec
from msgspec import Struct

from protocol.draft import PLAYERS_MAX, Player
from protocol.text import clean_name
from server.readers.report import EXAMPLES_MAX, Fault, Reading, Report
from server.readers.source import number, rows_of, text_of, tree_of, whole

IDS = ("id", "player_id", "gsis_id", "sleeper_id", "espn_id", "yahoo_id", "nflcom_id", "pool_id")
"""Columns that may hold an id, the likeliest first."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full_name", "player_name", "player"),
    "positions": ("positions", "fantasy_positions", "position", "pos"),
    "team": ("team", "team_abbr", "nfl_team", "team_as_recorded"),
    "rank": ("rank", "overall_rank", "search_rank", "ecr_rank", "ecr_rank_ppr", "ecr"),
    "adp": ("adp", "adp_ppr", "adp_half", "adp_std"),
    "value": ("value", "auction_value", "price"),
    "bye": ("bye", "bye_week"),
    "status": ("injury_status", "status"),
    "tier": ("tier",),
    "points": ("points", "projection", "proj_points", "proj_points_fp"),
}
"""Field to the columns it may stand in, the likeliest first."""

_POSITIONS = {"DST": "DEF", "D/ST": "DEF", "D": "DEF", "PK": "K"}
_STATUSES = {
    "QUESTIONABLE": "Q",
    "DOUBTFUL": "D",
    "INACTIVE": "NA",
    "SUSPENDED": "SUS",
    "ACTIVE": "",
    "HEALTHY": "",
}
_TENTHS = ("adp", "points")
"""What our own rows have in tenths."""
HEADINGS_MAX = 80
_UNRANKED = 100_000
"""A rank from here on means none (Sleeper writes 9999999)."""

Row = Mapping[str, Any]


class Pool(Struct, frozen=True):
    """What a file holds. `columns`: field to the column that it is read from."""

    players: list[Player]
    columns: dict[str, str]
    headings: list[str] = []
    """All columns that could be read."""


def read_pool(
    path: str,
    content: bytes,
    chosen: Mapping[str, str] | None = None,
    *,
    examples_max: int = EXAMPLES_MAX,
) -> Reading[Pool] | Fault:
    """A pool of a file's bytes. Lines of which no player can be made are oddities with their
    numbers, never silently lost. `chosen`: field to the column that is read for it, whatever the
    columns are called; empty: none is."""
    report = Report(examples_max)
    lines = lines_of(path, content, report)
    if isinstance(lines, Fault):
        return lines
    columns = columns_of(lines, chosen)
    halves = any("last_name" in row for _, row in lines)
    missing = [
        field
        for field in ("id", "name", "positions")
        if field not in columns and not (field == "name" and halves)
    ]
    if missing:
        return Fault(path, f"no column for {', '.join(missing)}")
    found = Pool(_players(lines, columns, report), columns, headings_of(lines))
    return Reading(found, report.oddities())


def lines_of(path: str, content: bytes, report: Report) -> list[tuple[str, Row]] | Fault:
    """The rows of a CSV, or of JSON, with where they stand in the file."""
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    rows = _json_rows(path, text) if text.lstrip()[:1] in {"[", "{"} else None
    found = rows_of(path, text, (), report) if rows is None else rows
    if isinstance(found, Fault):
        return found
    return [(f"{path}:{line}" if rows is None else str(line), row) for line, row in found]


def headings_of(lines: list[tuple[str, Row]]) -> list[str]:
    """Columns in which any line has something, in their order, HEADINGS_MAX at most."""
    used = {key: None for _, row in lines for key, value in row.items() if _is_there(value)}
    return list(used)[:HEADINGS_MAX]


def _json_rows(path: str, text: str) -> Iterator[tuple[object, Row]] | Fault:
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    if isinstance(tree, dict):  # Sleeper: id to player
        players = cast("dict[str, Any]", tree)
        return iter(
            [
                (f"{path}[{id_}]", {"player_id": id_, **cast("Row", row)})
                for id_, row in players.items()
                if isinstance(row, dict)
            ]
        )
    listed = enumerate(cast("list[Any]", tree))
    return iter(
        [(f"{path}[{n}]", _named(row)) for n, row in listed if isinstance(row, list | dict)]
    )


def _named(row: Any) -> Row:
    """One of our own rows by the names of its fields, in whole points; an object as it is."""
    if isinstance(row, list):
        named = dict(zip(Player.__struct_fields__, cast("list[Any]", row), strict=False))
        tenths = {field: named[field] for field in _TENTHS if isinstance(named.get(field), int)}
        return {**named, **{field: value / 10 for field, value in tenths.items()}}
    return cast("Row", row)


def _is_there(value: Any) -> bool:
    return value is not None and value != "" and value != []


def columns_of(
    lines: list[tuple[str, Row]], chosen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Which column is read for what: the one that was chosen, else the first of the usual ones that
    any line has something in."""
    used = {key for _, row in lines for key, value in row.items() if _is_there(value)}
    found = {**_usual(used), **(chosen or {})}
    return {field: column for field, column in found.items() if column in used}


def _usual(used: set[str]) -> dict[str, str]:
    columns = {
        field: next(one for one in names if one in used)
        for field, names in COLUMNS.items()
        if used.intersection(names)
    }
    ids = [one for one in IDS if one in used]
    return {"id": ids[0], **columns} if ids else columns


def _players(
    lines: list[tuple[str, Row]], columns: Mapping[str, str], report: Report
) -> list[Player]:
    players: dict[str, Player] = {}
    names: set[str] = set()
    for place, (where, row) in enumerate(lines, start=1):
        player = _player(row, columns, where, place, report)
        if player is None:
            continue
        if player.id in players:
            report.odd("duplicate_id", f"{where}: {player.id}")
            continue
        if len(players) == PLAYERS_MAX:
            report.odd("too_many_players", where)
            break
        if player.name in names:
            report.odd("same_name", f"{where}: {player.name}")
        names.add(player.name)
        players[player.id] = player
    return list(players.values())


def _player(
    row: Row, columns: Mapping[str, str], where: str, place: int, report: Report
) -> Player | None:
    """A line's player; None, and an oddity: none can be made of it."""

    def cell(field: str) -> Any:
        return row.get(columns.get(field, ""))

    id_ = id_of(row, columns["id"])
    name = clean_name(str(cell("name") or both_names(row)))
    positions = positions_of(cell("positions"))
    for what, value in (("no_id", id_), ("no_name", name), ("no_position", positions)):
        if not value:
            report.odd(what, where)
            return None
    ranked = "rank" in columns
    numbers = numbers_of(cell, None if ranked else place)
    plain: dict[str, Any] = {
        "team": str(cell("team") or "")[:24],
        "rank": numbers["rank"],
        "adp": numbers["adp"],
        "value": numbers["value"],
        "bye": numbers["bye"],
        "status": _status_of(cell("status")),
        "tier": numbers["tier"],
        "points": numbers["points"],
    }
    fields = [id_, name, positions, *plain.values()]
    try:
        return msgspec.convert(fields, Player)
    except msgspec.ValidationError as error:
        report.odd("out_of_range", f"{where}: {error}")
        return None


def numbers_of(cell: Callable[[str], Any], place: int | None = None) -> dict[str, int | None]:
    """A line's numbers in the units of the pool; `place`: its rank, where no column has one."""
    rank = number(cell("rank")) if place is None else place
    adp, points, value = (number(cell(one)) for one in ("adp", "points", "value"))
    return {
        "rank": int(rank + 0.5) if rank is not None and 0 < rank < _UNRANKED else 0,
        "adp": None if adp is None else round(adp * 10),
        "value": None if value is None else round(value),
        "bye": whole(cell("bye")),
        "tier": whole(cell("tier")),
        "points": None if points is None else round(points * 10),
    }


def id_of(row: Row, usual: str) -> str:
    """A line's id; empty: it has none."""
    for column in dict.fromkeys((usual, *IDS)):
        value = row.get(column)
        if _is_there(value):
            text = re.sub(r"[^A-Za-z0-9._:-]", "_", str(value))
            return (text if column == usual else f"{column}:{text}")[:40]
    return ""


def both_names(row: Row) -> str:
    """First and last name, where they stand apart."""
    return f"{row.get('first_name') or ''} {row.get('last_name') or ''}"


def positions_of(cell: Any) -> list[str]:
    """`RB/WR`, `RB, WR` or a list; the usual other names of a position are made one."""
    if isinstance(cell, list):
        parts = [str(one) for one in cast("list[Any]", cell)]
    else:
        text = str(cell or "").upper().strip()
        parts = [text] if text in _POSITIONS else re.split(r"[/,;\s]+", text)
    names = [_POSITIONS.get(one.upper(), one.upper()) for one in parts if one.strip()]
    return list(dict.fromkeys(names))[:6]


def _status_of(cell: Any) -> str:
    text = str(cell or "").upper().strip()
    return _STATUSES.get(text, text)[:8]
