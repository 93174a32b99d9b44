"""What members of a board tell each other in passing: pointers, drags, views. Never an event.
SPEC: BD47 and what follows it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from protocol.board import (
    DRAG_MAX,
    LASER_MAX,
    Coordinate,
    ObjectIdField,
    PlaybackMs,
    Point,
)

Zoom = Annotated[int, Meta(ge=200, le=20_000)]


class _Presence(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


PresenceIds = Annotated[list[ObjectIdField], Meta(max_length=DRAG_MAX)]


class Cursor(_Presence, frozen=True, tag="cursor"):
    """Where the pointer is."""

    at: Point


class Drag(_Presence, frozen=True, tag="drag"):
    """Where the objects are that are being dragged: `[id, x, y]` each. The drop is a command."""

    objects: Annotated[
        list[tuple[ObjectIdField, Coordinate, Coordinate]], Meta(max_length=DRAG_MAX)
    ]
    phase: ObjectIdField | None = None
    """The phase in which they are dragged; null: the set-up."""


class Hold(_Presence, frozen=True, tag="hold"):
    """Objects that somebody has in hand: a courtesy, not a lock. Shown for HOLD_LEASE_S after it
    was last sent."""

    ids: PresenceIds


class Select(_Presence, frozen=True, tag="select"):
    """Objects that somebody has selected."""

    ids: PresenceIds


HOLD_LEASE_S = 5
"""A hold that is not renewed counts no longer."""


class Laser(_Presence, frozen=True, tag="laser"):
    """The trail of somebody's pointer, the newest point last; it fades by itself."""

    points: Annotated[list[Point], Meta(max_length=LASER_MAX)]


class Looks(_Presence, frozen=True, tag="view"):
    """What somebody sees: its middle, how near (1,000: the whole pitch), which phase, and where in
    the phases while they play for that person alone. Neither: the set-up, or, while the phases play
    for all, that person watches with all."""

    at: Point
    zoom: Zoom
    phase: ObjectIdField | None = None
    ms: PlaybackMs | None = None


class Gather(_Presence, frozen=True, tag="gather"):
    """Asks everybody to come to this view, once for each `n` (server time, ms) that is younger than
    GATHER_S."""

    at: Point
    zoom: Zoom
    n: int
    phase: ObjectIdField | None = None


GATHER_S = 5
"""An older request to come is over."""

BoardPresence = Cursor | Drag | Hold | Select | Laser | Looks | Gather
"""The keys of presence are the same words as the tags."""
