"""What feeds do, as numbers of the node: plays by source, how late they are, what was changed
afterwards. Counted by the node that committed, so that nodes add up.

Reads entries as they are sent, and of them only what is counted. Names of sources come from whoever
makes a feed: a label is one of the usual sources, or `other`. SPEC: XP10 to XP12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from protocol.feed import FeedSettings
from server.metrics import Metrics

SOURCES: Final = frozenset(FeedSettings().sources)
LAG_MAX_MS: Final = 3_600_000
"""A play that is later is no news: its game is imported, or played again."""
_CHANGES: Final = {
    "play.corrected": "corrected",
    "item.corrected": "corrected",
    "play.deleted": "deleted",
    "play.under_review": "under_review",
    "play.upheld": "upheld",
    "score.corrected": "score",
    "feed.inconsistent": "inconsistent",
}


class _Play(Struct):
    at_ms: int | None = None


class _Event(Struct):
    type: str
    source: str = ""
    play: _Play | msgspec.UnsetType = msgspec.UNSET


class _Line(Struct):
    at: int
    events: list[_Event]


class Shown(Protocol):
    """An entry as it is sent."""

    @property
    def public(self) -> bytes:
        """JSON."""
        ...


class FeedCounts:
    """Of one node."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._read = msgspec.json.Decoder(_Line)

    def count(self, entries: Iterable[Shown]) -> None:
        """Entries of a feed that this node committed."""
        for entry in entries:
            # It is committed: whatever cannot be counted of it is not counted.
            with suppress(msgspec.MsgspecError):
                line = self._read.decode(entry.public)
                self._count(line.at, line.events)

    def _count(self, at: int, events: Sequence[_Event]) -> None:
        metrics = self._metrics
        for event in events:
            if event.type in {"play.added", "item.added"}:
                source = event.source if event.source in SOURCES else "other"
                metrics.feeds.plays[source] += 1
                said = event.play.at_ms if isinstance(event.play, _Play) else None
                if said is not None and at - said <= LAG_MAX_MS:
                    metrics.feeds.lag_s.observe(max(0, at - said) / 1_000)
            elif event.type in _CHANGES:
                metrics.feeds.changes[_CHANGES[event.type]] += 1
