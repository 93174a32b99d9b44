"""Shares of a limit among nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.limits.share import Share

NAMES = st.integers(1, 12).map(lambda count: [f"node-{number}" for number in range(count)])


def shares(names: list[str]) -> list[Share]:
    found: list[Share] = []
    for name in names:
        share = Share()
        share.seen(list(reversed(names)), name)
        found.append(share)
    return found


@given(NAMES, st.integers(0, 50), st.text(max_size=20))
def test_LM10_the_shares_of_all_nodes_are_the_whole(names: list[str], total: int, key: str) -> None:
    parts = [share.of(total, key, strict=True) for share in shares(names)]
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


def test_LM11_only_a_strict_limit_leaves_a_node_without_a_share() -> None:
    everyone = shares([f"node-{number}" for number in range(8)])
    assert sorted(s.of(5, "k", strict=True) for s in everyone) == [0, 0, 0, 1, 1, 1, 1, 1]
    assert {s.of(5, "k", strict=False) for s in everyone} == {1}
    assert {s.of(-3, "k", strict=True) for s in everyone} == {0}


def test_LM10_no_node_does_without_for_every_subject() -> None:
    everyone = shares([f"node-{number}" for number in range(8)])
    for share in everyone:
        assert {share.of(1, f"subject {n}", strict=True) for n in range(200)} == {0, 1}


def test_a_node_is_alone_until_it_sees_others() -> None:
    share = Share()
    assert share.of(30, "k", strict=True) == 30
    share.seen(["b", "a"], "c")
    assert (share.nodes, share.rank) == (3, 2)
    share.seen([], "c")
    assert (share.nodes, share.rank) == (1, 0)
