"""What one device says in a race, between two pings whose answers tell by the server's own clock
not before and not after when it was received.

Pure values; races.py fires them, race_judgement.py judges them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Sort = Literal["pick", "undo", "pause", "force", "office"]


@dataclass
class Shot:
    """One command. Times are log time in ms; `sent_s` and `answered_s` are of time.monotonic."""

    sort: Sort
    account: str
    player: str = ""
    sent_s: float = 0.0
    before: int = 0
    """The command was received then or later."""
    after: int = 0
    """The command was received then or earlier."""
    answered_s: float = 0.0
    version: int | None = None
    """Of the entry, where it was accepted."""
    code: str = ""
    """Where it was refused."""
    detail: Any = None

    @property
    def answer_ms(self) -> float:
        """From sending it to its end."""
        return (self.answered_s - self.sent_s) * 1000

    @property
    def final(self) -> bool:
        """Whether it has had its end."""
        return self.version is not None or bool(self.code)


@dataclass
class Race:
    """All that was said about one turn within some milliseconds."""

    room: str
    turn: int
    name: str
    nodes: int
    limit: int
    """Deadline and grace as everybody knew them when they began, log time in ms."""
    shots: list[Shot] = field(default_factory=list[Shot])
