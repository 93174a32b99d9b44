"""Buckets by address, in a table that stays small."""

from __future__ import annotations

from server.connections.rate_limit import BucketTable


def test_each_key_has_its_own_bucket() -> None:
    table = BucketTable(1.0, 2)
    assert [table.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert table.take("b", 0.0)
    assert table.take("a", 1.0)


def test_buckets_that_say_nothing_are_forgotten() -> None:
    table = BucketTable(1.0, 2)
    table.take("a", 0.0)
    table.take("b", 0.0)
    table.take("b", 0.0)
    table.forget_full(1.0)
    assert len(table) == 1
    assert [table.take("b", 1.0) for _ in range(2)] == [True, False]


def test_the_table_is_bounded_and_forgets_the_oldest() -> None:
    table = BucketTable(0.001, 1, keys_max=2)
    for key in ("a", "b", "c"):
        assert table.take(key, 0.0)
    assert len(table) == 2
    assert not table.take("c", 0.0)
    assert table.take("a", 0.0)
