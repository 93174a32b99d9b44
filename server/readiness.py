"""What a node knows about its own fitness: a value between those who watch and those who tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct


class OtherNode(Struct, frozen=True):
    """Another node, as this one last heard of it."""

    name: str
    node: str
    """One start of one process."""
    version: str
    rooms: int
    members: int
    silent_s: float
    """Since it was heard of; after 5 s it is gone."""
    ws_url: str = ""
    """Of its sockets; empty where it has none of its own for clients."""
    draining: bool = False


@dataclass(slots=True)
class Readiness:
    """What the node knows about its own fitness. Changed by the node, read by `/ready` and
    `/status`."""

    causes: set[str] = field(default_factory=set[str])
    """Why no new work should come here: database, draining, deaf …"""
    degraded: set[str] = field(default_factory=set[str])
    """Parts that are slow or away while work goes on."""
    unsafe: bool = False
    """The database would lose what it acknowledges, and was allowed to (`allow_unsafe`)."""
