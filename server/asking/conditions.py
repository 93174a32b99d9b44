"""What a question means for the columns of plays. Pure. SPEC: QY3, QY4, QY5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from protocol.asking import (
    PLAYS_PER_PAGE_MAX,
    RESULTS,
    ROLES,
    FoundPlay,
    Question,
    Sum,
    Where,
)
from server.asking.facts import bits, named
from storage.play_query import (
    COLUMNS,
    PLAYER,
    SUMS,
    AnyOf,
    Between,
    Bits,
    Condition,
    Grouped,
    In,
    NotLess,
    Ordered,
    Players,
)
from storage.play_rows import FeedRow

_RED, _HALF, _BACKED_UP = 20, 50, 90
_ONE_SCORE = 8
_TWO_MINUTES_S = 120

_DISTANCES: Final = {
    "short": Between("to_go", 1, 3),
    "medium": Between("to_go", 4, 6),
    "long": Between("to_go", 7),
}
_ZONES: Final[dict[str, Condition]] = {
    "red": Between("field", 1, _RED),
    "goal_to_go": NotLess("to_go", "field"),
    "opponent": Between("field", 1, _HALF),
    "own": Between("field", _HALF + 1),
    "backed_up": Between("field", _BACKED_UP),
}
_STATES: Final = {
    "leading": Between("score", 1),
    "trailing": Between("score", None, -1),
    "tied": Between("score", 0, 0),
    "one_score": Between("score", -_ONE_SCORE, _ONE_SCORE),
}
_MASKS: Final = (
    bits(["touchdown"], RESULTS),
    bits(["interception", "fumble_lost"], RESULTS),
    bits(["first_down"], RESULTS),
)
_SUM_ORDERS: Final = {
    "plays": "plays", "yards": "yards", "epa": "epa", "success": "success",
    "touchdowns": "first_mask", "turnovers": "second_mask", "first_downs": "third_mask",
}  # fmt: skip
_MEASURED: Final = frozenset({"yards", "field"})
_PLAY_ORDERS: Final = {"newest": "", **{name: name for name in (
    "yards", "epa", "to_go", "field", "clock", "score",
)}}  # fmt: skip


class BadQuestion(ValueError):
    """What is asked makes no sense; the message says what, for whoever asked."""


def conditions_of(where: Where, *, everybody: bool, by_player: bool) -> list[Condition]:
    """All of which hold. `everybody`: only what everybody may ask about. Raises BadQuestion."""
    found: list[Condition] = [In("open", [1])] if everybody else []
    plain: list[tuple[str, Sequence[Any]]] = [
        ("season", where.seasons), ("week", where.weeks), ("quarter", where.quarters),
        ("down", where.downs), ("offence", where.offences), ("defence", where.defences),
        ("kind", where.kinds), ("formation", where.formations), ("personnel", where.personnel),
    ]  # fmt: skip
    found += [In(column, values) for column, values in plain if values]
    if where.teams:
        found.append(AnyOf([In("offence", where.teams), In("defence", where.teams)]))
    if where.results:
        found.append(Bits("results", bits(where.results, RESULTS)))
    for names, table in (
        (where.distances, _DISTANCES),
        (where.zones, _ZONES),
        (where.states, _STATES),
    ):
        if names:
            found.append(_any([table[name] for name in names]))
    if where.two_minute:
        found += [In("quarter", [2, 4]), Between("clock", 0, _TWO_MINUTES_S)]
    for measure, (low, high) in sorted(where.ranges.items()):
        if low is not None and high is not None and low > high:
            raise BadQuestion(f"ranges.{measure}: from {low} to {high} there is nothing")
        found.append(Between(measure, low, high))
    if where.roles and not (where.players or by_player):
        raise BadQuestion("roles: of which players, or by player")
    if where.players and not by_player:
        found.append(players_of(where))
    return found


def _any(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def players_of(where: Where) -> Players:
    """Whose part in a play is meant."""
    return Players(where.players, bits(where.roles, ROLES))


def known_of(question: Question) -> list[Condition]:
    """That the measures by which plays are added up are known of them."""
    return [Between(name) for name in question.by if name in _MEASURED]


def is_sum(question: Question) -> bool:
    """Whether it asks what plays come to, rather than for plays."""
    return question.total or bool(question.by)


def ordered(question: Question, after: Sequence[int]) -> Ordered:
    """The order of plays. Raises BadQuestion."""
    order = question.order or "newest"
    if order not in _PLAY_ORDERS:
        raise BadQuestion(f"order: plays have no {order}")
    if question.limit > PLAYS_PER_PAGE_MAX:
        raise BadQuestion(f"limit: {PLAYS_PER_PAGE_MAX} plays at most")
    return Ordered(_PLAY_ORDERS[order], question.descending, after)


def grouped(question: Question) -> Grouped:
    """What is added up. Raises BadQuestion."""
    order = question.order or "plays"
    if order not in _SUM_ORDERS:
        raise BadQuestion(f"order: sums have no {order}")
    if question.cursor is not None:
        raise BadQuestion("cursor: sums have no pages")
    if len(set(question.by)) != len(question.by):
        raise BadQuestion("by: the same twice")
    by = tuple({"game": "feed", "player": PLAYER}.get(name, name) for name in question.by)
    return Grouped(
        by=by,
        masks=_MASKS,
        order=_SUM_ORDERS[order],
        descending=question.descending,
        minimum=question.minimum,
        limit=question.limit,
        players=players_of(question.where) if PLAYER in by else None,
    )


# --- what comes back


def play_of(row: Sequence[Any]) -> FoundPlay:
    """A row of play_query.find."""
    room, game, *values, text = row
    one: dict[str, Any] = dict(zip(COLUMNS, values, strict=True))
    success: int | None = one["success"]
    shown = {name: one[name] for name in COLUMNS if name not in {"feed", "open"}}
    shown |= {
        "results": named(one["results"], RESULTS),
        "success": None if success is None else bool(success),
    }
    return FoundPlay(room=room, game=game, text=text or "", **shown)


def last_of(row: Sequence[Any], order: Ordered) -> list[int]:
    """The place of a row of play_query.find in its order."""
    one: dict[str, Any] = dict(zip(COLUMNS, row[2:-1], strict=True))
    names = ((order.column,) if order.column else ()) + ("season", "week", "feed", "play")
    return [one[name] for name in names]


def sum_of(row: Sequence[Any], question: Question, feeds: dict[int, FeedRow]) -> Sum:
    """A row of play_query.add_up."""
    keys: dict[str, Any] = dict(zip(question.by, row, strict=False))
    if "game" in keys:
        keys["game"] = feeds[keys["game"]].game or feeds[keys["game"]].room
    rest = row[len(question.by) :]
    name, team = rest[:2] if "player" in keys else ("", "")
    told: dict[str, Any] = dict(zip(SUMS, rest[-len(SUMS) :], strict=True))
    return Sum(
        by=keys,
        plays=told["plays"],
        name=name,
        team=team,
        yards=told["yards"] or 0,
        yards_average=_average(told, "yards"),
        success_rate=_average(told, "success"),
        epa=told["epa"] or 0,
        epa_average=_average(told, "epa"),
        touchdowns=told["first_mask"] or 0,
        turnovers=told["second_mask"] or 0,
        first_downs=told["third_mask"] or 0,
    )


def _average(told: Mapping[str, Any], of: str) -> float | None:
    """To four places; None: of no play it is known."""
    known: int = told[f"{of}_known"]
    return round(told[of] / known, 4) if known else None
