"""Members who each drag a token across the pitch, as fast as a screen draws, and note when they
said which place.

A token goes on in one direction, so that its place says how old it is.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from loadtest.member import Member
from loadtest.swarm import Swarm

PER_S = 60
FROM_MM, TO_MM = -45_000, 45_000
REST_MM = FROM_MM - 1_000
"""Where a token must rest that is dragged, so that it never goes back."""
SHOWN_S = 0.3
"""After which the last place has been shown."""


class Dragger:
    """One member with one token in hand. What is over the rate of a connection the server
    conflates, so that a place may never be shown, but a later one."""

    def __init__(self, member: Member, room: str, token: str, y: int) -> None:
        self.member, self.room, self.token, self.y = member, room, token, y
        self.said: list[tuple[float, int]] = []
        """(ms of the machine's clock, x in mm), ever further."""

    def take(self) -> None:
        """In hand, as a page says it."""
        hold = {"type": "hold", "ids": [self.token]}
        self.member.presence(self.room, "hold", hold)

    def move(self, x: int) -> None:
        """One place further."""
        self.said.append((time.time() * 1000, x))
        drag = {"type": "drag", "objects": [[self.token, x, self.y]]}
        self.member.presence(self.room, "drag", drag)

    def let_go(self) -> None:
        """It was never dropped: it is where it was."""
        self.member.presence(self.room, "drag", None)
        self.member.presence(self.room, "hold", None)


def drag(swarm: Swarm, draggers: Sequence[Dragger], seconds: float) -> None:
    """All of them move, each at moments of its own, for so long; then they let go."""
    count = max(1, round(seconds * PER_S))
    step = (TO_MM - FROM_MM) / count

    def begin(dragger: Dragger, number: int) -> None:
        begun = time.perf_counter()

        def next_one(n: int) -> None:
            if n >= count:
                return
            dragger.move(round(FROM_MM + n * step))
            due = begun + (n + 1) / PER_S
            swarm.after(max(0.0, due - time.perf_counter()), lambda: next_one(n + 1))

        swarm.after(number / len(draggers) / PER_S, lambda: next_one(0))

    for number, dragger in enumerate(draggers):
        dragger.take()
        begin(dragger, number)
    swarm.run(lambda: False, limit_s=seconds + SHOWN_S)
    for dragger in draggers:
        dragger.let_go()


def delays_ms(
    said: Sequence[tuple[float, float]], drawn: Sequence[tuple[float, float]]
) -> list[float]:
    """For each place that was said: ms until one not older was drawn. Without those of which that
    never happened.

    Both are (ms, x in mm) in their order. What was said only grows; what is drawn may be let go of
    at the end.
    """
    furthest = list(accumulate((x for _, x in drawn), max))
    found: list[float] = []
    for at, x in said:
        place = bisect_left(furthest, x)
        if place < len(drawn):
            found.append(drawn[place][0] - at)
    return found
