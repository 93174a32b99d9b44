"""Which plays of a feed a follower wants to be sent. Types and their bounds only; what the words
mean for a play stands in server/rules/feed_filter.py. SPEC: FF1 to FF9.

A condition that is a list holds where any of its values does, a play is wanted where all that are
given hold, as in questions (protocol/asking.py). A filter that asks nothing is none.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from protocol.asking import Distance, PlayerField, Zone
from protocol.feed import QuarterField, TeamField

FILTER_PLAYERS_MAX = 50

What = Literal["scoring", "big", "turnover", "penalty"]


class FeedFilter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which plays. What is empty asks nothing."""

    teams: Annotated[tuple[TeamField, ...], Meta(max_length=2)] = ()
    """With the ball, or with a line of their own."""
    players: Annotated[tuple[PlayerField, ...], Meta(max_length=FILTER_PLAYERS_MAX)] = ()
    """As stat lines name them, in any role."""
    whats: Annotated[tuple[What, ...], Meta(max_length=4)] = ()
    """scoring: points for either team; big: a run of 10 yards or a pass of 20; turnover: an
    interception, a fumble lost, a fourth down failed; penalty: one was enforced."""
    quarters: Annotated[tuple[QuarterField, ...], Meta(max_length=21)] = ()
    """5 and on: overtime."""
    downs: Annotated[tuple[Annotated[int, Meta(ge=0, le=4)], ...], Meta(max_length=5)] = ()
    """0: plays without one, as kick-offs."""
    distances: Annotated[tuple[Distance, ...], Meta(max_length=3)] = ()
    """To go: short 1 to 3 yards, medium 4 to 6, long 7 and more."""
    zones: Annotated[tuple[Zone, ...], Meta(max_length=5)] = ()
    """Yards to the other goal line, as in questions."""
