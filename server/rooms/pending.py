"""A command on its way through a room, from receipt to its one end."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from server.rooms.follower import Follower


class Ended(NamedTuple):
    """How a command ended. `code` None: accepted, durable at `version`."""

    version: int = 0
    code: str | None = None
    detail: Any = None


class Pending:
    """One command. Mutable: attempts rise, and after an append of unknown outcome it counts as
    sent before."""

    __slots__ = (
        "account",
        "again",
        "answer",
        "attempts",
        "client",
        "command",
        "dice",
        "follower",
        "generation",
        "made",
        "name",
        "past",
        "received",
        "seq",
        "system",
        "wants_past",
    )

    def __init__(
        self,
        command: Any,
        *,
        account: str,
        name: str,
        received: int,
        dice: int,
        follower: Follower | None = None,
        answer: asyncio.Future[Ended] | None = None,
        client: str = "",
        seq: int = 0,
        generation: str = "",
        made: int = 0,
        again: bool = False,
        system: bool = False,
        past: Any = None,
    ) -> None:
        self.command = command
        self.account = account
        self.name = name
        self.received = received
        """Log time of the first receipt: what the command is judged by, however often it is
        decided."""
        self.dice = dice
        self.follower = follower
        self.answer = answer
        self.client = client
        self.seq = seq
        self.generation = generation
        self.made = made
        self.again = again
        """Sent before, or in an append of unknown outcome: a rejection is recorded as an entry."""
        self.system = system
        self.past = past
        self.wants_past = False
        """Cannot be decided without `past`, which is read only for whoever may send it."""
        self.attempts = 0
