"""The last steps of a run, room by room: what is read when a seed has failed. Knows nothing of what
it keeps."""

from __future__ import annotations

import asyncio
from collections import deque

STEPS = 40
EVERYWHERE = ""


class Trace:
    """Invariant: of each room the last STEPS, of everything else as many."""

    def __init__(self) -> None:
        self._steps: dict[str, deque[tuple[int, float, str, str, tuple[object, ...]]]] = {}
        self._count = 0

    def note(self, room: str, who: str, what: str, *details: object) -> None:
        """Something happened. Cheap: the details become text only where somebody reads them."""
        steps = self._steps.get(room)
        if steps is None:
            steps = self._steps[room] = deque(maxlen=STEPS)
        self._count += 1
        steps.append((self._count, asyncio.get_running_loop().time(), who, what, details))

    def last_of(self, room: str) -> str:
        """A line for each of the last steps of a room and of the world around it, in order."""
        steps = [*self._steps.get(room, ()), *self._steps.get(EVERYWHERE, ())]
        lines = [f"the last steps of {room}:"]
        for _, at, who, what, details in sorted(steps, key=lambda step: step[0]):
            said = " ".join(str(detail) for detail in details)
            lines.append(f"  {at:9.3f} s  {who:<12} {what} {said}".rstrip())
        return "\n".join(lines)
