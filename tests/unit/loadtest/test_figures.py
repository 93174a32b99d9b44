"""Percentiles and medians against values counted by hand."""

from __future__ import annotations

import math

import pytest

from loadtest.figures import Latencies, median, percentile, rate, size


def test_percentiles_are_samples_that_occurred() -> None:
    samples = [float(n) for n in range(100, 0, -1)]
    assert [percentile(samples, share) for share in (0.0, 0.01, 0.5, 0.99, 1.0)] == [
        1.0,
        1.0,
        50.0,
        99.0,
        100.0,
    ]
    assert percentile([7.0], 0.99) == 7.0
    assert math.isnan(percentile([], 0.5))


def test_medians() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert math.isnan(median([]))


def test_latencies_are_told_in_milliseconds() -> None:
    got = Latencies.of([0.001, 0.002, 0.003])
    assert (got.count, got.p50, got.worst) == (3, 2.0, 3.0)
    assert str(got) == "p50 2.00 ms, p95 3.00 ms, p99 3.00 ms, worst 3.0 ms of 3"
    assert math.isnan(Latencies.of([]).worst)


@pytest.mark.parametrize(
    ("value", "told"), [(1_970_000, "1.97 M"), (55_300.4, "55,300"), (0.0, "0")]
)
def test_rates_for_people(value: float, told: str) -> None:
    assert rate(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0 B"),
        (1_023, "1,023 B"),
        (18_432, "18.0 KiB"),
        (2_097_152, "2.0 MiB"),
        (2**31, "2.00 GiB"),
    ],
)
def test_sizes_for_people(value: float, told: str) -> None:
    assert size(value) == told
