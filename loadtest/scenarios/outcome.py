"""What a scenario came to: counts, percentiles, memory, and whether every promise was kept.

Every member checks every version; at the end all members of a room must stand at the same position
with nothing unanswered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loadtest.figures import Latencies, rate, size
from loadtest.member import Member
from loadtest.report import Figure, Result
from loadtest.stage import Stage

CALM_S_MAX = 30.0
SHOW_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Sizes of a scenario; every one is bounded by the command line."""

    rooms: int
    members: int
    seconds: float
    said: Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """Collects while a scenario plays."""

    name: str
    stage: Stage
    members: list[Member] = field(default_factory=list[Member])
    faults: list[str] = field(default_factory=list[str])
    figures: list[Figure] = field(default_factory=list[Figure])
    memory_before: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.memory_before = self.stage.server.memory_bytes()

    def add(self, members: Sequence[Member]) -> None:
        """These are part of it."""
        self.members += members

    @property
    def entries_seen(self) -> int:
        """Deliveries: entries times members who got them."""
        return sum(member.entries_seen for member in self.members)

    def watch(self, options: Options) -> None:
        """Lets it play, and says how it goes."""
        began = time.perf_counter()
        before = self.entries_seen
        while (elapsed := time.perf_counter() - began) < options.seconds:
            self.stage.swarm.run(
                lambda: False, limit_s=min(SHOW_EVERY_S, options.seconds - elapsed)
            )
            live = sum(member.live for member in self.members)
            now = time.perf_counter() - began
            per_s = (self.entries_seen - before) / now
            options.said(
                f"{now:.0f} of {options.seconds:.0f} s, {live} of {len(self.members)} live, "
                f"{rate(per_s)} deliveries/s"
            )
        self.seconds = time.perf_counter() - began
        self.figures.append(
            Figure("deliveries/s", rate((self.entries_seen - before) / self.seconds))
        )

    def conclude(self) -> None:
        """Brings everybody back, waits until all is answered and everybody agrees, and looks at
        it."""
        for member in self.members:
            if member.connection.closed:
                member.connect()
        if not self.stage.swarm.run(self._calm, limit_s=CALM_S_MAX):
            self.faults.append(self._restless())
        for number, member in enumerate(self.members):
            self.faults += [f"member {number + 1}: {fault}" for fault in member.faults]
        sent = sum(len(seqs) for member in self.members for seqs in member.accepted.values())
        refused = sum(len(member.refused) for member in self.members)
        grown = self.stage.server.memory_bytes() - self.memory_before
        got = Latencies.of([latency for member in self.members for _, latency in member.latencies])
        self.figures += [
            Figure("members", f"{len(self.members):,}"),
            Figure("commands accepted", f"{sent:,}"),
            Figure("commands refused", f"{refused:,}"),
            Figure("answer", str(got)),
            Figure(
                "connections lost and resumed", f"{sum(m.reconnections for m in self.members):,}"
            ),
            Figure("server memory per member", size(grown / max(1, len(self.members)))),
        ]

    def result(self) -> Result:
        """For showing."""
        return Result(self.name, "", figures=self.figures, faults=self.faults)

    def _calm(self) -> bool:
        return (
            all(member.live for member in self.members)
            and all(not m.session.pending(room) for m in self.members for room in m.rooms)
            and all(len(positions) == 1 for positions in self._positions().values())
        )

    def _positions(self) -> dict[str, set[str]]:
        standing: dict[str, set[str]] = {}
        for member in self.members:
            for room in member.rooms:
                standing.setdefault(room, set()).add(str(member.session.position(room)))
        return standing

    def _restless(self) -> str:
        away = sum(not member.live for member in self.members)
        open_ = sum(len(m.session.pending(room)) for m in self.members for room in m.rooms)
        apart = sum(len(positions) > 1 for positions in self._positions().values())
        return (
            f"after {CALM_S_MAX:g} s of calm: {away} members not live, {open_} commands "
            "unanswered, "
            f"members of {apart} rooms do not agree"
        )
