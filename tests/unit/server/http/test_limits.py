"""Token buckets per address, over the time they are given."""

from __future__ import annotations

import pytest

from server.http import limits
from server.http.limits import RateLimit


def test_a_burst_then_the_sustained_rate() -> None:
    limit = RateLimit(rate_per_s=2, burst=3)
    assert [limit.take("a", 0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.take("a", 0.25) == 0.25
    assert limit.take("a", 0.5) == 0
    assert limit.take("a", 0.5) == 0.5


def test_a_long_silence_fills_the_bucket_and_no_more() -> None:
    limit = RateLimit(rate_per_s=2, burst=3)
    limit.take("a", 0)
    assert [limit.take("a", 1_000) for _ in range(4)] == [0, 0, 0, 0.5]


def test_addresses_do_not_share() -> None:
    limit = RateLimit(rate_per_s=1, burst=1)
    assert [limit.take("a", 0), limit.take("b", 0), limit.take("a", 0)] == [0, 0, 1]


def test_a_rate_of_zero_never_refills() -> None:
    limit = RateLimit(rate_per_s=0, burst=1)
    assert [limit.take("a", 0), limit.take("a", 10_000)] == [0, 3_600]


def test_the_table_is_bounded_and_forgets_the_longest_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "ADDRESSES_MAX", 2)
    limit = RateLimit(rate_per_s=1, burst=1)
    for address in ("a", "b", "a", "c"):
        limit.take(address, 0)
    assert len(limit) == 2
    assert limit.take("a", 0) == 1, "a spoke after b: it is still known"
    assert limit.take("b", 0) == 0, "b was forgotten"


def test_a_subscriber_with_a_network_of_addresses_is_one_peer() -> None:
    limit = RateLimit(rate_per_s=1, burst=1)
    takes = [limit.take(f"2001:db8:1:{net}::{host}", 0) for net, host in ((2, 5), (2, 6), (3, 5))]
    assert takes == [0, 1, 0]
