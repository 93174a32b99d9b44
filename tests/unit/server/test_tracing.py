"""What the collector is told, of which commands, and what never is."""

from __future__ import annotations

import sys
from unittest.mock import patch

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from protocol.membership import Say
from server.tracing import (
    TRACED_PER_S,
    OtlpTraces,
    SteadyTime,
    TracingUnavailable,
    open_traces,
    read_traceparent,
)
from tests.support.manual_clock import START_MS, ManualClock


def ids(span: ReadableSpan) -> tuple[int, int]:
    """Trace and span."""
    assert span.context is not None
    return span.context.trace_id, span.context.span_id


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
ROOM = "r_room"


class Told:
    """Traces whose spans a test can read."""

    def __init__(self, share: float = 0.0, drawn: float = 0.5) -> None:
        self.clock = ManualClock()
        self._kept = InMemorySpanExporter()
        self.traces = OtlpTraces(
            self._kept,
            node="one",
            version="1.0",
            share=share,
            clock=self.clock,
            draw=lambda: drawn,
        )

    def spans(self) -> dict[str, ReadableSpan]:
        """By name, in the end."""
        self.traces._provider.force_flush()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        return {span.name: span for span in self._kept.get_finished_spans()}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        PARENT.upper(),
        f"01-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-00",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        PARENT + "-more",
        PARENT + "\n",
    ],
)
def test_TR2_what_is_no_traceparent_or_asks_for_nothing_is_none(value: str) -> None:
    assert read_traceparent(value) is None
    assert Told().traces.command(ROOM, "board", Say("x"), value) is None


def test_TR2_who_asks_is_traced_in_their_own_trace() -> None:
    told = Told()
    trace = told.traces.command(ROOM, "board", Say("hush"), PARENT)
    assert trace is not None
    trace.end(entry=7)
    span = told.spans()["command chat.say"]
    assert ids(span)[0] == int(TRACE, 16)
    assert span.parent is not None
    assert span.parent.span_id == int(SPAN, 16)
    assert read_traceparent(trace.name) == ids(span)


def test_TR2_a_share_of_the_others_is_drawn() -> None:
    assert Told(share=0.5, drawn=0.5).traces.command(ROOM, "board", Say("x"), "") is None
    assert Told(share=0.5, drawn=0.49).traces.command(ROOM, "board", Say("x"), "") is not None
    assert Told(share=0.0, drawn=0.0).traces.command(ROOM, "board", Say("x"), "") is None


def test_TR2_no_more_than_so_many_a_second_are_traced() -> None:
    told = Told()
    begun = [told.traces.command(ROOM, "board", Say("x"), PARENT) for _ in range(200)]
    assert sum(one is not None for one in begun) == TRACED_PER_S
    told.clock.advance(0.1)
    begun = [told.traces.command(ROOM, "board", Say("x"), PARENT) for _ in range(200)]
    assert sum(one is not None for one in begun) == TRACED_PER_S / 10


def test_TR3_a_span_says_where_how_it_ended_and_how_long_and_nothing_of_what_was_said() -> None:
    told = Told()
    trace = told.traces.command(ROOM, "board", Say("hush"), PARENT)
    assert trace is not None
    told.clock.advance(0.010)
    trace.stage("append", 0.004)
    told.clock.advance(0.002)
    trace.end(entry=7, attempts=1)
    spans = told.spans()
    command, append = spans["command chat.say"], spans["append"]
    assert dict(command.attributes or {}) == {
        "touchline.room": ROOM,
        "touchline.kind": "board",
        "touchline.command": "chat.say",
        "touchline.node": "one",
        "touchline.entry": 7,
        "touchline.attempts": 1,
    }
    assert (command.start_time, command.end_time) == (
        START_MS * 1_000_000,
        START_MS * 1_000_000 + 12_000_000,
    )
    assert append.parent is not None
    assert append.parent.span_id == ids(command)[1]
    assert append.end_time is not None
    assert append.start_time is not None
    assert append.end_time - append.start_time == 4_000_000
    assert "hush" not in command.to_json() + append.to_json()
    assert command.resource.attributes["service.instance.id"] == "one"


def test_TR4_a_delivery_is_part_of_the_other_nodes_trace() -> None:
    told = Told()
    trace = told.traces.delivery(ROOM, 7, PARENT)
    assert trace is not None
    trace.end(entry=7)
    span = told.spans()["deliver"]
    assert ids(span)[0] == int(TRACE, 16)
    assert told.traces.delivery(ROOM, 7, "nonsense") is None


def test_TR3_times_are_log_time_and_finer() -> None:
    clock = ManualClock()
    time = SteadyTime(clock)
    assert time.now_ns() == START_MS * 1_000_000
    clock.advance(0.000_25)
    assert time.now_ns() == START_MS * 1_000_000 + 250_000
    clock.jump(1)
    assert time.now_ns() // 1_000_000 == clock.now_ms()


def test_TR1_without_the_extra_a_node_says_what_is_missing() -> None:
    clock = ManualClock()
    with (
        patch.dict(sys.modules, {"opentelemetry.exporter.otlp.proto.http": None}),
        pytest.raises(TracingUnavailable, match=r"touchline\[otel\]"),
    ):
        open_traces("http://127.0.0.1:1/v1/traces", node="n", version="1", share=0, clock=clock)


def test_TR1_a_collector_that_is_away_costs_nobody_anything() -> None:
    clock = ManualClock()
    traces = open_traces(
        "http://127.0.0.1:1/v1/traces", node="n", version="1", share=1, clock=clock
    )
    trace = traces.command(ROOM, "board", Say("x"), "")
    assert trace is not None
    trace.end(entry=1)
    traces.close()
