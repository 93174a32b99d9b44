"""Which faults a seed has, and how often. Rates are drawn from none, low and high, some kinds off:
kinds mask each other."""

from __future__ import annotations

from collections import Counter
from random import Random

ONE_NODE = (
    "request_lost",
    "reply_lost",
    "beat_lost",
    "late_commit",
    "poisoned",
    "database_down",
    "slow_database",
    "crash",
    "crash_after_commit",
    "crash_after_delivery",
    "freeze",
    "freeze_before_append",
    "freeze_after_commit",
    "drain",
    "drop",
    "slow_reader",
    "clock_jump",
    "clock_leap",
    "rival",
)
"""Faults of any run."""
SEVERAL_NODES = (
    "all_killed",
    "older_rules",
    "database_cut",
    "relay_lost",
    "relay_doubled",
    "relay_late",
    "relay_reordered",
    "relay_flushed",
    "relay_frozen",
    "relay_down",
    "relay_restarted",
    "relay_cut",
    "partition",
    "partition_one_way",
    "member_on_two_nodes",
)
"""Faults between nodes."""
KINDS = ONE_NODE + SEVERAL_NODES
LEVELS = (0.0, 0.0, 0.3, 1.0)


class Faults:
    """One seed's faults. `happened` counts what really occurred: too tame a run is a failure of
    the run."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.level = {kind: rng.choice(LEVELS) for kind in KINDS}
        self.calm = False
        self.happened: Counter[str] = Counter()

    def strikes(self, kind: str, probability: float) -> bool:
        """Whether this fault falls here; `probability` is that of the highest level."""
        rate = self.level[kind]
        if self.calm or not rate or self._rng.random() >= rate * probability:
            return False
        self.happened[kind] += 1
        return True

    def noted(self, branch: str) -> None:
        """A branch of the product that a good run takes."""
        self.happened[branch] += 1
