"""Rankings, ADP, values, tiers of players who are in a pool already, out of CSV or JSON. Pure.
SPEC: DR77.

A line is matched by id, else by its name, with position and team where several have that name. Who
cannot be told apart, or is not in the pool, is passed over and told with the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol.draft import Player
from server.readers.plain_names import plain_name
from server.readers.player_pool import (
    IDS,
    Row,
    both_names,
    columns_of,
    headings_of,
    id_of,
    lines_of,
    numbers_of,
    positions_of,
)
from server.readers.report import EXAMPLES_MAX, Fault, Reading, Report

NUMBERS = ("rank", "adp", "value", "tier", "points", "bye")
"""Fields that a ranking gives."""


class Ranked(Struct, frozen=True):
    """`players`: the rows that are other ones now; `matched`: lines that were about somebody."""

    players: list[Player]
    matched: int
    columns: dict[str, str]
    headings: list[str]


def read_rankings(
    path: str,
    content: bytes,
    pool: Mapping[str, Player],
    chosen: Mapping[str, str] | None = None,
    *,
    examples_max: int = EXAMPLES_MAX,
) -> Reading[Ranked] | Fault:
    """What a file says of the pool's players; only the numbers that it has change. A file without
    any is in the order of its ranking."""
    report = Report(examples_max)
    lines = lines_of(path, content, report)
    if isinstance(lines, Fault):
        return lines
    columns = columns_of(lines, chosen)
    halves = any("last_name" in row for _, row in lines)
    if "id" not in columns and "name" not in columns and not halves:
        return Fault(path, "no column for id or name")
    by_name: dict[str, list[Player]] = {}
    for player in pool.values():
        by_name.setdefault(plain_name(player.name), []).append(player)
    changed: dict[str, Player] = {}
    seen: set[str] = set()
    for place, (where, row) in enumerate(lines, start=1):
        player = _who(row, columns, pool, by_name)
        if isinstance(player, str):
            report.odd(player, where)
        elif player.id in seen:
            report.odd("duplicate_id", f"{where}: {player.name}")
        else:
            seen.add(player.id)
            new = _with_numbers(player, row, columns, place)
            if isinstance(new, str):
                report.odd("out_of_range", f"{where}: {new}")
            elif new != player:
                changed[player.id] = new
    found = Ranked(list(changed.values()), len(seen), columns, headings_of(lines))
    return Reading(found, report.oddities())


def _who(
    row: Row,
    columns: Mapping[str, str],
    pool: Mapping[str, Player],
    by_name: Mapping[str, list[Player]],
) -> Player | str:
    """The pool's player, or what is odd about the line."""
    for usual in dict.fromkeys((columns.get("id", ""), *IDS)):
        player = pool.get(id_of({usual: row.get(usual)}, usual)) if usual else None
        if player is not None:
            return player
    name = plain_name(str(row.get(columns.get("name", "")) or both_names(row)))
    found = by_name.get(name, [])
    positions = set(positions_of(row.get(columns.get("positions", ""))))
    team = str(row.get(columns.get("team", "")) or "").upper()
    if len(found) > 1 and positions:
        found = [one for one in found if positions.intersection(one.positions)]
    if len(found) > 1 and team:
        found = [one for one in found if one.team.upper() == team]
    if len(found) == 1:
        return found[0]
    return "same_name" if found else "not_in_the_pool"


def _with_numbers(player: Player, row: Row, columns: Mapping[str, str], place: int) -> Player | str:
    def cell(field: str) -> Any:
        return row.get(columns.get(field, ""))

    given = [field for field in NUMBERS if field in columns]
    numbers = numbers_of(cell, None if given else place)
    wanted = {
        field: numbers[field]
        for field in given or ["rank"]
        if numbers[field] is not None and not (field == "rank" and numbers[field] == 0)
    }
    try:
        plain = msgspec.to_builtins(replace(player, **wanted))
        return msgspec.convert(plain, Player)
    except msgspec.ValidationError as error:
        return str(error)
