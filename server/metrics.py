"""Every metric of the node, defined once: `touchline_<noun>_<unit>`. Labels never hold a room or
member id.

The hot paths touch plain integers and lists (`metrics.deliveries += n`,
`metrics.append_s.observe(t)`: tens of nanoseconds, no lock, one loop); prometheus-client meets them
only when somebody scrapes. What is counted elsewhere (open rooms, members) is asked for at that
moment, through `NodeCounts`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

SECONDS: Final = (
    0.0005,
    0.001,
    0.002,
    0.003,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
)
FRACTIONS_OF_MS: Final = (
    0.00005,
    0.0001,
    0.0002,
    0.0005,
    0.001,
    0.002,
    0.005,
    0.01,
    0.1,
    1.0,
)
"""Seconds, for what every request does before its own work."""
LATE_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 3_600.0)
"""Seconds, for what comes from outside."""
SIZES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0)


class Histogram:
    """Counts of values in ranges. One `observe` is a bisection and two additions."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Counts one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative counts by upper bound, as the exposition format wants them."""
        cumulative: list[tuple[str, float]] = []
        seen = 0
        for bound, count in zip(self.bounds, self.counts, strict=False):
            seen += count
            cumulative.append((str(bound), seen))
        cumulative.append(("+Inf", seen + self.counts[-1]))
        return cumulative


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """How things stand at this moment. Asked for at a scrape and by `/status`."""

    rooms_open: int = 0
    members: int = 0
    """Followers in all open rooms: one connection in three rooms counts three times."""
    connections: int = 0
    in_sync: int = 0
    lagging: int = 0
    pending: int = 0
    """Commands that wait in rooms."""
    clock_ahead_ms: int = 0
    """Log time minus the machine's own clock."""
    clock_refused_ms: int = 0
    """What log time has not adopted of a step of the clock that it follows."""
    clock_steps_refused: int = 0
    feeds: int = 0
    """Open."""
    feeds_inconsistent: int = 0
    """Of these, those whose score is not what their plays make."""


class FeedFigures:
    """What feeds do."""

    def __init__(self) -> None:
        self.plays: Counter[str] = Counter()
        """By source, as they came first."""
        self.changes: Counter[str] = Counter()
        """corrected, deleted, under_review, upheld, score, inconsistent."""
        self.lag_s = Histogram(LATE_S)
        """From a play's own clock to its commit, of those that are news."""


class Metrics:
    """All that the node counts. Owned by its loop: plain integers, changed from the loop's thread
    alone."""

    def __init__(self) -> None:
        # rooms and the log
        self.append_s = Histogram(SECONDS)
        """One append of all waiting rooms, from hand-over to the log's answer."""
        self.commit_s = Histogram(SECONDS)
        """One room's batch, from its first command's receipt to its answers being written."""
        self.fan_out_s = Histogram(SECONDS)
        """Writing one committed batch to every in-sync member."""
        self.batch_commands = Histogram(SIZES)
        """Commands of one room in one append."""
        self.append_rooms = Histogram(SIZES)
        """Rooms in one append."""
        self.entries = 0
        self.deliveries = 0
        """Entries × members they were written to."""
        self.delivered_bytes = 0
        self.append_outcomes: Counter[str] = Counter()
        """appended, conflict, unknown, refused: per room of an append."""
        self.rejections: Counter[str] = Counter()
        self.joins: Counter[str] = Counter()
        """up_to_date, delta, snapshot, not_found."""
        self.rooms_failed = 0
        """Rooms stopped by a bug and reopened from the log."""
        self.ask_s = Histogram(SECONDS)
        self.snapshots = self.asked_again = self.plays_indexed = self.presence_updates = 0
        self.feeds = FeedFigures()
        # connections
        self.accepted_connections = 0
        self.refused_handshakes: Counter[int] = Counter()
        """By status of the answer."""
        self.closes: Counter[int] = Counter()
        """By close code."""
        self.bad_messages = 0
        self.received_messages = 0
        self.lags = 0
        """Times that a connection went from in-sync to lagging."""
        self.evictions = 0
        # other nodes
        self.relay_states: Callable[[], Sequence[PathState]] | None = None
        """How the ways to other nodes are; None: this node is alone."""
        self.news_sent = self.news_received = 0
        self.news_shown = 0
        """Entries that another node committed and told of in time."""
        self.gaps_filled = 0
        """Times that news had a hole, and the log was read."""
        self.tail_checks_found = self.presence_asked = self.outages = 0
        # authentication and HTTP
        self.authentication_failures: Counter[str] = Counter()
        """By where it was tried: http, hello, auth, operator, metrics."""
        self.http_requests: Counter[tuple[str, str, int]] = Counter()
        """By method, route (never the path) and status."""
        self.http_s: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(SECONDS))
        """By route."""
        self.http_guard_s = Histogram(FRACTIONS_OF_MS)
        """Finding out who asks and what they may, and counting the request, of those let in."""
        # files that change while the node runs
        self.file_reloads: Counter[tuple[str, str]] = Counter()
        """By what it was (certificate, secret) and what came of it (taken, refused)."""
        self.certificate_ends_s: int | None = None
        """End of the certificate, seconds since 1970; None: no TLS here."""
        self.access_endings: Counter[str] = Counter()
        """By what ended: session, account, guest, key; and times that blocks changed."""
        self.access_polls_failed = 0
        """Readings of the access changes that the database did not answer."""
        self.audited: Counter[str] = Counter()
        """Acts that were recorded, by name."""
        self.limit_refusals: dict[str, int] = {}
        """Requests over a limit, by the limit's name."""
        # the loop
        self.loop_lag_s = Histogram(SECONDS)


_COUNTERS: Final[tuple[tuple[str, str, Callable[[Metrics], int]], ...]] = (
    ("touchline_entries", "Entries committed by this node.", lambda m: m.entries),
    (
        "touchline_deliveries",
        "Entries written to members, once per member.",
        lambda m: m.deliveries,
    ),
    (
        "touchline_delivered_bytes",
        "Bytes handed to transports of members.",
        lambda m: m.delivered_bytes,
    ),
    (
        "touchline_room_failures",
        "Rooms stopped by a bug and reopened from the log.",
        lambda m: m.rooms_failed,
    ),
    ("touchline_snapshots", "Snapshots of rooms that were saved.", lambda m: m.snapshots),
    (
        "touchline_asked_again",
        "Questions that a following database answered too late.",
        lambda m: m.asked_again,
    ),
    (
        "touchline_plays_indexed",
        "Plays put in, changed or taken out for questions.",
        lambda m: m.plays_indexed,
    ),
    ("touchline_presence_updates", "Presence values received.", lambda m: m.presence_updates),
    (
        "touchline_connections_accepted",
        "WebSocket handshakes that succeeded.",
        lambda m: m.accepted_connections,
    ),
    (
        "touchline_messages_received",
        "Messages received from members.",
        lambda m: m.received_messages,
    ),
    ("touchline_bad_messages", "Messages that could not be read.", lambda m: m.bad_messages),
    ("touchline_outbox_lags", "Times that a connection fell behind.", lambda m: m.lags),
    ("touchline_news_sent", "News handed to other nodes.", lambda m: m.news_sent),
    ("touchline_news_received", "News heard of other nodes.", lambda m: m.news_received),
    ("touchline_news_shown", "Entries of other nodes shown as heard.", lambda m: m.news_shown),
    (
        "touchline_outages",
        "Times that a node, or all of them, could take nothing.",
        lambda m: m.outages,
    ),
    ("touchline_gaps_filled", "Holes in the news filled from the log.", lambda m: m.gaps_filled),
    (
        "touchline_tail_checks_found",
        "Rooms that were behind and had heard nothing.",
        lambda m: m.tail_checks_found,
    ),
    (
        "touchline_presence_asked",
        "Times that another node was asked for its presence again.",
        lambda m: m.presence_asked,
    ),
    (
        "touchline_access_polls_failed",
        "Readings of what other nodes ended that failed.",
        lambda m: m.access_polls_failed,
    ),
    ("touchline_outbox_evictions", "Connections closed for taking nothing.", lambda m: m.evictions),
)

_LABELLED: Final[
    tuple[tuple[str, str, str, Callable[[Metrics], Mapping[str, int] | Mapping[int, int]]], ...]
] = (
    (
        "touchline_append_outcomes",
        "Answers of the log, per room.",
        "outcome",
        lambda m: m.append_outcomes,
    ),
    ("touchline_rejections", "Commands rejected.", "code", lambda m: m.rejections),
    ("touchline_joins", "Joins of rooms, by what was sent.", "way", lambda m: m.joins),
    (
        "touchline_handshakes_refused",
        "WebSocket handshakes refused.",
        "status",
        lambda m: m.refused_handshakes,
    ),
    ("touchline_connections_closed", "Connections closed.", "code", lambda m: m.closes),
    (
        "touchline_authentication_failures",
        "Credentials that were not accepted.",
        "where",
        lambda m: m.authentication_failures,
    ),
    (
        "touchline_access_endings",
        "Sessions, accounts and keys that ended.",
        "kind",
        lambda m: m.access_endings,
    ),
    (
        "touchline_feed_plays",
        "Plays that came into feeds here, by source.",
        "source",
        lambda m: m.feeds.plays,
    ),
    (
        "touchline_feed_changes",
        "What feeds changed of what they had said.",
        "what",
        lambda m: m.feeds.changes,
    ),
    ("touchline_audited", "Acts in the audit trail.", "action", lambda m: m.audited),
    (
        "touchline_limit_refusals",
        "Requests over a limit.",
        "limit",
        lambda m: m.limit_refusals,
    ),
)

_HISTOGRAMS: Final[tuple[tuple[str, str, Callable[[Metrics], Histogram]], ...]] = (
    ("touchline_append_seconds", "One append to the log.", lambda m: m.append_s),
    ("touchline_commit_seconds", "From a command's receipt to its answer.", lambda m: m.commit_s),
    (
        "touchline_fan_out_seconds",
        "Writing one batch to every in-sync member.",
        lambda m: m.fan_out_s,
    ),
    ("touchline_batch_commands", "Commands of one room in one append.", lambda m: m.batch_commands),
    ("touchline_append_rooms", "Rooms in one append.", lambda m: m.append_rooms),
    (
        "touchline_http_guard_seconds",
        "A request's own share: who asks, what they may, and counting it.",
        lambda m: m.http_guard_s,
    ),
    (
        "touchline_feed_lag_seconds",
        "From a play's own wall clock to its commit, up to an hour.",
        lambda m: m.feeds.lag_s,
    ),
    ("touchline_ask_seconds", "One question about plays.", lambda m: m.ask_s),
    ("touchline_loop_lag_seconds", "How late the event loop ran a timer.", lambda m: m.loop_lag_s),
)

_GAUGES: Final[tuple[tuple[str, str, Callable[[NodeCounts], int]], ...]] = (
    ("touchline_rooms_open", "Rooms open on this node.", lambda c: c.rooms_open),
    ("touchline_members", "Connections in rooms, once per room.", lambda c: c.members),
    ("touchline_connections", "WebSocket connections.", lambda c: c.connections),
    (
        "touchline_clock_ahead_milliseconds",
        "Log time minus the machine's own clock.",
        lambda c: c.clock_ahead_ms,
    ),
    (
        "touchline_clock_refused_milliseconds",
        "What log time has not adopted of a step of the clock that it follows.",
        lambda c: c.clock_refused_ms,
    ),
    (
        "touchline_clock_steps_refused",
        "Steps of the clock that were not adopted.",
        lambda c: c.clock_steps_refused,
    ),
    ("touchline_feeds_open", "Feeds of games open on this node.", lambda c: c.feeds),
    (
        "touchline_feeds_inconsistent",
        "Open feeds whose score is not what their plays make.",
        lambda c: c.feeds_inconsistent,
    ),
    ("touchline_commands_pending", "Commands that wait in rooms.", lambda c: c.pending),
)


class PathState(Protocol):
    """How one way to other nodes is."""

    @property
    def sound(self) -> bool:
        """News come through."""
        ...

    @property
    def breaker(self) -> int:
        """0 closed: calls go there; 1 open: nothing but a probe each second."""
        ...

    @property
    def held(self) -> int:
        """Rooms whose news come this way."""
        ...

    @property
    def lag_s(self) -> float:
        """How late this node last heard itself."""
        ...

    @property
    def losses(self) -> int:
        """Times that news may have been missed."""
        ...


_OF_PATHS: Final[tuple[tuple[str, str, Callable[[PathState], float]], ...]] = (
    ("touchline_relay_sound", "Whether news come through, by primary.", lambda s: int(s.sound)),
    (
        "touchline_relay_breaker",
        "0 closed, 1 open: a Redis that is away is only probed.",
        lambda s: s.breaker,
    ),
    ("touchline_relay_rooms", "Rooms whose news this node wants.", lambda s: s.held),
    ("touchline_relay_lag_seconds", "How late this node heard itself.", lambda s: s.lag_s),
    ("touchline_relay_losses", "Times that news may have been missed.", lambda s: s.losses),
)


class Exposition(Collector):
    """The metrics as prometheus-client collects them: read at a scrape, never kept twice."""

    def __init__(self, metrics: Metrics, counts: Callable[[], NodeCounts]) -> None:
        self._metrics = metrics
        self._counts = counts
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def text(self) -> bytes:
        """The answer to a scrape (text format 0.0.4)."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Every family of the tables above."""
        metrics, counts = self._metrics, self._counts()
        for name, about, number in _GAUGES:
            yield GaugeMetricFamily(name, about, value=number(counts))
        outboxes = GaugeMetricFamily(
            "touchline_outboxes", "Connections by the state of their outbox.", labels=["state"]
        )
        outboxes.add_metric(["in_sync"], counts.in_sync)
        outboxes.add_metric(["lagging"], counts.lagging)
        yield outboxes
        for name, about, total in _COUNTERS:
            yield CounterMetricFamily(name, about, value=total(metrics))
        for name, about, label, by_label in _LABELLED:
            family = CounterMetricFamily(name, about, labels=[label])
            for key, count in sorted(by_label(metrics).items(), key=str):
                family.add_metric([str(key)], count)
            yield family
        for name, about, histogram in _HISTOGRAMS:
            found = histogram(metrics)
            yield HistogramMetricFamily(name, about, buckets=found.buckets(), sum_value=found.total)
        yield from self._relay()
        yield from self._files()
        yield from self._http()

    def _relay(self) -> Iterator[Metric]:
        if self._metrics.relay_states is None:
            return
        states = self._metrics.relay_states()
        for name, about, number in _OF_PATHS:
            family = GaugeMetricFamily(name, about, labels=["primary"])
            for index, state in enumerate(states):
                family.add_metric([str(index)], number(state))
            yield family

    def _files(self) -> Iterator[Metric]:
        reloads = CounterMetricFamily(
            "touchline_file_reloads",
            "Changed files that were taken up, or refused.",
            labels=["file", "outcome"],
        )
        for (what, outcome), count in sorted(self._metrics.file_reloads.items()):
            reloads.add_metric([what, outcome], count)
        yield reloads
        if self._metrics.certificate_ends_s is not None:
            yield GaugeMetricFamily(
                "touchline_certificate_not_after_seconds",
                "When the certificate in force ends, seconds since 1970.",
                value=self._metrics.certificate_ends_s,
            )

    def _http(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "touchline_http_requests",
            "HTTP requests answered.",
            labels=["method", "route", "status"],
        )
        for (method, route, status), count in sorted(self._metrics.http_requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests
        latency = HistogramMetricFamily(
            "touchline_http_request_seconds", "HTTP requests by route.", labels=["route"]
        )
        for route, histogram in sorted(self._metrics.http_s.items()):
            latency.add_metric([route], buckets=histogram.buckets(), sum_value=histogram.total)
        yield latency
