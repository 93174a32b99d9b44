"""Metrics: cheap to count, each defined once, complete at a scrape."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from server.metrics import SECONDS, Exposition, Histogram, Metrics, NodeCounts

COUNTS = NodeCounts(rooms_open=3, members=9, connections=5, in_sync=4, lagging=1, pending=2)


def scraped(metrics: Metrics) -> dict[str, float]:
    text = Exposition(metrics, lambda: COUNTS).text().decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_histogram_counts_each_value_once() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 99.0):
        histogram.observe(value)
    assert histogram.counts == [2, 2, 1]
    assert histogram.buckets() == [("1.0", 2), ("2.0", 4), ("+Inf", 5)]
    assert histogram.total == 104.0


def test_HT50_what_was_counted_is_scraped() -> None:
    metrics = Metrics()
    metrics.entries += 7
    metrics.deliveries += 700
    metrics.append_s.observe(0.0015)
    metrics.rejections["conflict"] += 2
    metrics.closes[1012] += 3
    metrics.refused_handshakes[403] += 1
    metrics.authentication_failures["hello"] += 4
    metrics.http_requests["GET", "/live", 200] += 5
    metrics.http_s["/live"].observe(0.2)
    seen = scraped(metrics)
    assert seen["touchline_entries_total[]"] == 7
    assert seen["touchline_deliveries_total[]"] == 700
    assert seen["touchline_append_seconds_bucket[('le', '0.001')]"] == 0
    assert seen["touchline_append_seconds_bucket[('le', '0.002')]"] == 1
    assert seen["touchline_append_seconds_count[]"] == 1
    assert seen["touchline_append_seconds_sum[]"] == 0.0015
    assert seen["touchline_rejections_total[('code', 'conflict')]"] == 2
    assert seen["touchline_connections_closed_total[('code', '1012')]"] == 3
    assert seen["touchline_handshakes_refused_total[('status', '403')]"] == 1
    assert seen["touchline_authentication_failures_total[('where', 'hello')]"] == 4
    labels = "[('method', 'GET'), ('route', '/live'), ('status', '200')]"
    assert seen[f"touchline_http_requests_total{labels}"] == 5
    assert seen["touchline_http_request_seconds_count[('route', '/live')]"] == 1


def test_HT50_what_stands_is_asked_for_at_the_scrape() -> None:
    seen = scraped(Metrics())
    assert seen["touchline_rooms_open[]"] == 3
    assert seen["touchline_members[]"] == 9
    assert seen["touchline_connections[]"] == 5
    assert seen["touchline_commands_pending[]"] == 2
    assert seen["touchline_outboxes[('state', 'in_sync')]"] == 4
    assert seen["touchline_outboxes[('state', 'lagging')]"] == 1


def test_HT50_the_process_itself_is_there_too() -> None:
    assert "process_resident_memory_bytes[]" in scraped(Metrics())


def test_every_name_is_ours_documented_and_defined_once() -> None:
    text = Exposition(Metrics(), lambda: COUNTS).text().decode()
    families = list(text_string_to_metric_families(text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    for family in families:
        assert family.documentation
        assert re.fullmatch(r"(touchline|process|python)_[a-z_]+", family.name), family.name


def test_every_counter_of_the_node_is_scraped() -> None:
    metrics = Metrics()
    plain = [name for name, value in vars(metrics).items() if isinstance(value, int)]
    for number, name in enumerate(plain, 1_001):
        setattr(metrics, name, number)
    values = set(scraped(metrics).values())
    assert set(range(1_001, 1_001 + len(plain))) <= values


def test_limits_of_seconds_rise() -> None:
    assert list(SECONDS) == sorted(SECONDS)


def test_TL8_the_end_of_the_certificate_and_what_became_of_changed_files_are_metrics() -> None:
    metrics = Metrics()
    exposition = Exposition(metrics, NodeCounts)
    assert b"touchline_certificate_not_after_seconds" not in exposition.text()
    metrics.certificate_ends_s = 1_760_000_000
    metrics.file_reloads["certificate", "refused"] += 2
    text = exposition.text()
    assert b"touchline_certificate_not_after_seconds 1.76e+09" in text
    assert b'touchline_file_reloads_total{file="certificate",outcome="refused"} 2.0' in text


@dataclass
class Path:
    """One way to other nodes."""

    sound: bool
    breaker: int
    held: int
    lag_s: float
    losses: int


def test_HT50_the_ways_to_other_nodes_are_told_one_by_one_where_there_are_any() -> None:
    metrics = Metrics()
    assert not [name for name in scraped(metrics) if name.startswith("touchline_relay")]
    metrics.relay_states = lambda: [Path(True, 0, 12, 0.25, 1), Path(False, 1, 3, 0.0, 4)]
    metrics.tail_checks_found = 5
    seen = scraped(metrics)
    assert seen["touchline_relay_sound[('primary', '0')]"] == 1
    assert seen["touchline_relay_sound[('primary', '1')]"] == 0
    assert seen["touchline_relay_breaker[('primary', '1')]"] == 1
    assert seen["touchline_relay_rooms[('primary', '0')]"] == 12
    assert seen["touchline_relay_lag_seconds[('primary', '0')]"] == 0.25
    assert seen["touchline_relay_losses[('primary', '1')]"] == 4
    assert seen["touchline_tail_checks_found_total[]"] == 5
