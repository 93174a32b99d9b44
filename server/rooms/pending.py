"""A command on its way through a room, from receipt to its one end."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Struct

from server.rooms.follower import Follower
from server.rooms.traced import Trace


class Ended(Struct, frozen=True, gc=False):
    """How a command ended. `code` None: accepted, durable at `version`."""

    version: int = 0
    code: str | None = None
    detail: Any = None


class Look(Struct, frozen=True):
    """Asks nothing of the rules: is accepted once the room was found to be where the log is."""


class Pending(Struct, eq=False):
    """One command. Mutable: attempts rise, and after an append of unknown outcome it counts as
    sent before."""

    command: Any
    account: str
    name: str
    received: int
    """Log time of the first receipt: what the command is judged by, however often it is decided."""
    dice: int
    follower: Follower | None = None
    client: str = ""
    seq: int = 0
    generation: str = ""
    made: int = 0
    again: bool = False
    """Sent before, or in an append of unknown outcome: a rejection is recorded as an entry."""
    system: bool = False
    past: Any = None
    answer: asyncio.Future[Ended] | None = None
    wants_past: bool = False
    """Cannot be decided without `past`, which is read only for whoever may send it."""
    attempts: int = 0
    trace: Trace | None = None
