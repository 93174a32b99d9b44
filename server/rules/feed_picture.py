"""The first picture of a feed: its newest plays, and what is before them in pages. Of any profile;
pure.

Who comes late wants the score and what happens now, not the whole game. Plays that made points
come as well, however old: so points by quarter, and a lead at any time, follow from a picture as
from the whole. SPEC: FX1 to FX6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import msgspec

from server.rules import feed_items, feed_state
from server.rules.feed_held import HeldFeed
from server.rules.feed_items import HeldItem, ItemFeed
from server.rules.feed_state import Feed, HeldPlay

AnyHeld: TypeAlias = HeldPlay | HeldItem

NEWEST_MIN = 20
"""Plays of a picture, where there are so many: what a page shows before anybody scrolls."""
NEWEST_MAX = 100
"""Also how many items: one alone says little, and weighs little."""
BYTES_MAX = 32_768
"""Of its newest plays in JSON; one comes whatever it weighs."""
SCORING_MAX = 100
"""Older plays that made points; no game has come near."""


class Place(NamedTuple):
    """Where a play stands in its game."""

    order: int
    id: int


class Older(NamedTuple):
    """A run of plays, and how many stand before it."""

    plays: list[tuple[Place, AnyHeld]]
    before: int


def placed(state: Feed | ItemFeed) -> list[tuple[Place, AnyHeld]]:
    """All plays that have a form, in the game's order."""
    rows: list[tuple[Place, AnyHeld]] = [
        (Place(held.form.order, held.form.id), held)
        for held in state.plays.values()
        if held.form is not None
    ]
    rows.sort(key=lambda row: row[0])
    return rows


def newest(
    rows: list[tuple[Place, AnyHeld]], *, least: int, most: int, bytes_max: int = BYTES_MAX
) -> Older:
    """The last of these: at least so many and, of football, the whole drive that the first of them
    is in; never more than `most`, nor more than so many bytes but for the last."""
    weight, first = 0, len(rows)
    for at in range(len(rows) - 1, -1, -1):
        weight += len(msgspec.json.encode(rows[at][1].form))
        taken = len(rows) - first
        if taken and (taken >= most or weight > bytes_max):
            break
        if taken >= least and not _same_drive(rows[at][1], rows[first][1]):
            break
        first = at
    if first < len(rows) and not rows[first][0].order:
        first = 0  # plays of which only a deletion has come: no client knows where those stand
    return Older(rows[first:], first)


def _same_drive(one: AnyHeld, other: AnyHeld) -> bool:
    drive = getattr(one.form, "drive", 0)
    return bool(drive) and drive == getattr(other.form, "drive", 0)


def picture(state: Feed | ItemFeed) -> dict[str, Any]:
    """FX1: the view with its newest plays and those that made points; where plays are left out,
    `earlier` has how many stand before the newest, and where those begin."""
    rows = placed(state)
    least = NEWEST_MAX if isinstance(state, ItemFeed) else NEWEST_MIN
    shown = newest(rows, least=least, most=NEWEST_MAX)
    scoring = [row for row in rows[: shown.before] if _makes_points(state, row[1])][-SCORING_MAX:]
    ids = {place.id for place, _ in (*scoring, *shown.plays)}
    found = view_of(state, lambda held: held.form is not None and held.form.id in ids)
    return found | {"delays": dict[str, int]()} | earlier(shown)


def page(state: Feed | ItemFeed, before: Place, limit: int) -> dict[str, Any]:
    """FX3: at most so many plays that stand before a place, the newest of those, as `plays`; and
    `earlier` where more stand before them."""
    rows = [row for row in placed(state) if row[0] < before]
    shown = newest(rows, least=limit, most=limit)
    ids = {place.id for place, _ in shown.plays}
    found = view_of(state, lambda held: held.form is not None and held.form.id in ids)
    return {"plays": found["plays"]} | earlier(shown)


def earlier(shown: Older) -> dict[str, Any]:
    """What is said of the plays before these."""
    if not shown.before:
        return {}
    return {"earlier": {"count": shown.before, "before": shown.plays[0][0]}}


def view_of(state: Feed | ItemFeed, wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """The view with the plays that are wanted."""
    if isinstance(state, ItemFeed):
        return feed_items.view_of(state, wanted)
    return feed_state.view_of(state, wanted)


def _makes_points(state: HeldFeed[Any, Any], held: AnyHeld) -> bool:
    """By its form, also under review: what is upheld must be there."""
    return held.form is not None and any(state.points_of(held.form).values())
