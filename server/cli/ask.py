"""`touchline ask` and `touchline feed index`: questions about the plays of all feeds, and putting
plays in for them at once.

Knows words and the screen; what a question means is for server/asking. SPEC: QY12, QY13.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import typer

from protocol.asking import Answer, Measure, Question, Where
from server.cli.asking import at_the_desk
from server.cli.desk import Desk
from server.cli.entry_text import plain
from server.cli.feed import patiently
from server.cli.screen import Exit, fail, notes, print_json, print_rows, progress
from server.http.asking import Indexed, IndexRequest

_RANGE = re.compile(r"(-?\d+)?\.\.(-?\d+)?")
_LISTS = frozenset(Where.__struct_fields__) - {"ranges", "two_minute"}
_MEASURES: tuple[str, ...] = Measure.__args__

HELP = (
    "Conditions, all of which hold: a list of a question (downs=3,4 zones=red offences=NE"
    " kinds=pass players=00-0019596 …), a range of a measure (yards=20.. to_go=7..10"
    " score=..-1), or two_minute."
)


class BadCondition(ValueError):
    """A condition that cannot be read; the message says which."""


def where_of(conditions: Sequence[str]) -> dict[str, Any]:
    """The conditions as a question has them. Raises BadCondition."""
    found: dict[str, Any] = {}
    ranges: dict[str, Any] = {}
    for said in conditions:
        name, _, value = said.partition("=")
        ends = _RANGE.fullmatch(value)
        if said == "two_minute":
            found[name] = True
        elif name in _MEASURES and ends is not None:
            ranges[name] = [None if end is None else int(end) for end in ends.groups()]
        elif name in _LISTS and value:
            # `1 RB, 1 TE` has a comma of its own
            found[name] = [one for one in re.split(r",(?! )", value) if one]
        else:
            raise BadCondition(f"{said!r}: neither a list, a range (yards=20..) nor two_minute")
    return {**found, **({"ranges": ranges} if ranges else {})}


@at_the_desk
async def ask(
    desk: Desk,
    conditions: Annotated[list[str] | None, typer.Argument(help=HELP)] = None,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Sums by this instead of plays: offence, player, week …"),
    ] = None,
    total: Annotated[bool, typer.Option("--total", help="One sum of all.")] = False,
    order: Annotated[
        str | None, typer.Option("--order", help="newest, yards, epa …; of sums plays, success …")
    ] = None,
    ascending: Annotated[bool, typer.Option("--ascending", help="The least first.")] = False,
    minimum: Annotated[int, typer.Option("--minimum", help="Plays that a sum must have.")] = 1,
    limit: Annotated[int, typer.Option("--limit", help="Plays up to 100, sums up to 500.")] = 20,
    cursor: Annotated[
        str | None, typer.Option("--cursor", help="Where the page before said to go on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As the server answers.")] = False,
) -> None:
    """Ask about plays: which they were, or what they come to."""
    try:
        asked = msgspec.convert(
            {
                "where": where_of(conditions or ()),
                "by": by or (),
                "total": total,
                "order": order,
                "descending": not ascending,
                "minimum": minimum,
                "limit": limit,
                "cursor": cursor,
            },
            Question,
            strict=False,
        )
    except (BadCondition, msgspec.ValidationError) as error:
        fail(str(error), Exit.USAGE)
    given = await desk.ask("POST", "/operator/plays/ask", asked)
    if as_json:
        print_json(given)
        return
    _print(asked, msgspec.convert(given, Answer))


def _print(asked: Question, answer: Answer) -> None:
    if asked.total or asked.by:
        print_rows(
            [*asked.by, "plays", "yards", "success", "epa", "TD", "turnovers", "1st downs"],
            [
                [
                    *(_named(name, key, one.name) for name, key in one.by.items()),
                    str(one.plays), _said(one.yards_average), _said(one.success_rate),
                    _said(one.epa_average, 1_000), str(one.touchdowns), str(one.turnovers),
                    str(one.first_downs),
                ]
                for one in answer.sums
            ],
        )  # fmt: skip
        return
    print_rows(
        ["game", "play", "situation", "teams", "kind", "yards", "text"],
        [
            [
                one.game or one.room, str(one.play),
                f"Q{one.quarter} {one.down}&{one.to_go}"
                + ("" if one.field is None else f" at {one.field}"),
                f"{one.offence} {one.defence}", one.kind,
                "" if one.yards is None else str(one.yards), plain(one.text),
            ]
            for one in answer.plays
        ],
    )  # fmt: skip
    if answer.next is not None:
        notes().print(f"More: --cursor {answer.next}", markup=False)


def _named(by: str, key: str | int, name: str) -> str:
    return plain(f"{key} {name}" if by == "player" else str(key))


def _said(average: float | None, of: int = 1) -> str:
    return "" if average is None else f"{average / of:.3f}"


@at_the_desk
async def index(
    desk: Desk,
    *,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Also feeds that have not gone on.")
    ] = False,
) -> None:
    """Put plays in for questions now, from the logs of all feeds. What broke off is done again by
    doing it again. Prints feeds, feeds that changed, plays that changed, and feeds that could not
    be read."""
    asked = IndexRequest(again=rebuild)
    totals = [0, 0, 0, 0]
    with progress("putting plays in") as shown:
        while True:
            piece = await _piece(desk, asked)
            counted = (piece.feeds, piece.changed, piece.plays, piece.failed)
            totals = [one + more for one, more in zip(totals, counted, strict=True)]
            shown.update(shown.task_ids[0], completed=totals[0])
            if piece.after is None:
                break
            asked = IndexRequest(rebuild, piece.until, piece.after)
    print_rows(["feeds", "changed", "plays", "failed"], [[str(one) for one in totals]])
    if totals[3]:
        raise typer.Exit(Exit.FAILED)


async def _piece(desk: Desk, asked: IndexRequest) -> Indexed:
    given = await patiently(lambda: desk.ask("POST", "/operator/plays/index", asked))
    return msgspec.convert(given, Indexed)
