"""Traces of commands as OpenTelemetry spans, sent by OTLP over HTTP from a thread of their own.

An extra (`pip install touchline[otel]`): without `otlp_url` nothing of it is imported. Knows no
room; says nothing of what a command holds, and of people nothing at all. SPEC: TR1 to TR5.

Times are log time, by which all nodes go, so that what happened where can be laid side by side.

Source: W3C Trace Context (the `traceparent` field), OTLP 1.x.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import structlog

from protocol.token_bucket import TokenBucket
from server.clock import Clock

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

logger = structlog.stdlib.get_logger()
TRACED_PER_S: Final = 50.0
"""Commands that are traced at most, however many ask for it: a span is a hundred times the work of
the check that there is none."""
_TRACEPARENT: Final = re.compile(
    r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})"
)
_SAMPLED: Final = 1


class TracingUnavailable(Exception):
    """`otlp_url` is set, and the extra is not installed."""

    def __init__(self) -> None:
        super().__init__("otlp_url is set: traces need the extra, pip install 'touchline[otel]'")


def read_traceparent(value: str) -> tuple[int, int] | None:
    """Trace and span of a `traceparent` that asks to be recorded; None for any other text."""
    found = _TRACEPARENT.fullmatch(value)
    if found is None or not int(found[3], 16) & _SAMPLED:
        return None
    return int(found[1], 16), int(found[2], 16)


def _draw() -> float:
    return secrets.randbits(53) / 2**53


class SteadyTime:
    """Log time in ns: followed to 2 ms, and by the monotonic clock in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_ns = 0

    def now_ns(self) -> int:
        """Now."""
        steady, log = int(self._clock.monotonic() * 1e9), self._clock.now_ms() * 1_000_000
        if not -2_000_000 <= log - steady - self._ahead_ns <= 2_000_000:
            self._ahead_ns = log - steady
        return steady + self._ahead_ns


class CommandTrace:
    """A span that is under way. Implements server.rooms.traced.Trace."""

    def __init__(
        self, tracer: Tracer, span: Span, time: SteadyTime, about: str, where: dict[str, str]
    ) -> None:
        self._tracer = tracer
        self._span = span
        self._time = time
        self._about = about
        self._where = where
        self._began_ns = time.now_ns()

    @property
    def name(self) -> str:
        """The `traceparent` by which others continue it."""
        context = self._span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-01"

    def stage(self, name: str, seconds: float) -> None:
        """A part of it that took so long, and ends now."""
        from opentelemetry.trace import set_span_in_context

        now = self._time.now_ns()
        self._tracer.start_span(
            name, set_span_in_context(self._span), start_time=now - int(seconds * 1e9)
        ).end(now)

    def end(self, **what: str | int) -> None:
        """It is over, and in the log by the same trace id."""
        for key, value in what.items():
            self._span.set_attribute(f"touchline.{key}", value)
        now = self._time.now_ns()
        self._span.end(now)
        logger.info(
            self._about,
            trace_id=f"{self._span.get_span_context().trace_id:032x}",
            took_ms=round((now - self._began_ns) / 1e6, 3),
            **self._where,
            **what,
        )


class OtlpTraces:
    """Implements server.rooms.traced.Traces."""

    def __init__(
        self,
        exporter: SpanExporter,
        *,
        node: str,
        version: str,
        share: float,
        clock: Clock,
        draw: Callable[[], float] = _draw,
    ) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        about = {
            "service.name": "touchline",
            "service.instance.id": node,
            "service.version": version,
        }
        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create(about), shutdown_on_exit=False
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=1_000, export_timeout_millis=5_000)
        )
        self._tracer = self._provider.get_tracer("touchline")
        self._node = node
        self._share = share
        self._draw = draw
        self._clock = clock
        self._time = SteadyTime(clock)
        self._rate = TokenBucket(TRACED_PER_S, TRACED_PER_S, clock.monotonic())

    def command(self, room: str, kind: str, command: Any, parent: str) -> CommandTrace | None:
        """Traced if the sender asks for it or the draw says so, within the rate."""
        asked = read_traceparent(parent) if parent else None
        if asked is None and (not self._share or self._draw() >= self._share):
            return None
        if not self._rate.take(self._clock.monotonic()):
            return None
        tag = str(getattr(command, "__struct_config__").tag)  # noqa: B009 - msgspec's, untyped
        return self._begin(
            f"command {tag}", "command traced", asked, {"room": room, "kind": kind, "command": tag}
        )

    def delivery(self, room: str, version: int, parent: str) -> CommandTrace | None:
        """Part of another node's trace, whose word it takes for that this is to be recorded."""
        asked = read_traceparent(parent)
        if asked is None:
            return None
        return self._begin("deliver", "entry delivered", asked, {"room": room})

    def _begin(
        self, name: str, about: str, parent: tuple[int, int] | None, what: dict[str, str]
    ) -> CommandTrace:
        from opentelemetry.context import Context
        from opentelemetry.trace import (
            NonRecordingSpan,
            SpanContext,
            SpanKind,
            TraceFlags,
            set_span_in_context,
        )

        context = Context()
        if parent is not None:
            remote = SpanContext(
                parent[0], parent[1], is_remote=True, trace_flags=TraceFlags(_SAMPLED)
            )
            context = set_span_in_context(NonRecordingSpan(remote), context)
        where = {**what, "node": self._node}
        span = self._tracer.start_span(
            name,
            context,
            kind=SpanKind.SERVER,
            start_time=self._time.now_ns(),
            attributes={f"touchline.{key}": value for key, value in where.items()},
        )
        return CommandTrace(self._tracer, span, self._time, about, where)

    def close(self) -> None:
        """Sends what waits, for at most five seconds. Blocks: for a thread."""
        self._provider.shutdown()


def open_traces(url: str, *, node: str, version: str, share: float, clock: Clock) -> OtlpTraces:
    """Traces that go to a collector's `/v1/traces`. Raises TracingUnavailable."""
    try:
        from opentelemetry.exporter.otlp.proto.http import (
            trace_exporter,
        )
    except ImportError:
        raise TracingUnavailable from None
    exporter = trace_exporter.OTLPSpanExporter(endpoint=url, timeout=5)
    return OtlpTraces(exporter, node=node, version=version, share=share, clock=clock)
