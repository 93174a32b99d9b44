"""Figures out of samples: percentiles, medians of rounds, and how they are written for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all do not exceed; nan of nothing."""
    if not samples:
        return math.nan
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the two in the middle; nan of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True, slots=True)
class Latencies:
    """A distribution in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latencies:
        """From samples in seconds."""
        ms = [sample * 1000 for sample in seconds]
        worst = max(ms, default=math.nan)
        return cls(len(ms), percentile(ms, 0.5), percentile(ms, 0.95), percentile(ms, 0.99), worst)

    @classmethod
    def median(cls, rounds: Sequence[Latencies]) -> Latencies:
        """The middle of each percentile over the rounds; of the worst, the worst."""
        return cls(
            sum(one.count for one in rounds),
            median([one.p50 for one in rounds]),
            median([one.p95 for one in rounds]),
            median([one.p99 for one in rounds]),
            max((one.worst for one in rounds), default=math.nan),
        )

    def __str__(self) -> str:
        return (
            f"p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms, p99 {self.p99:.2f} ms, "
            f"worst {self.worst:.1f} ms of {self.count:,}"
        )


def rate(value: float) -> str:
    """A rate for people: 1.97 M, 55,300."""
    return f"{value / 1e6:.2f} M" if value >= 1e6 else f"{value:,.0f}"


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KiB", "MiB"):
        if abs(count) < 1024:
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.2f} GiB"
