"""Which node a room's members go to first."""

from __future__ import annotations

from collections import Counter

from server.cluster.placement import in_order

NODES = [f"wss://n{number}.example/ws" for number in range(4)]


def test_HT52_the_order_is_the_same_for_everybody() -> None:
    assert in_order("r_1", NODES) == in_order("r_1", reversed(NODES))
    assert sorted(in_order("r_1", NODES)) == NODES
    assert in_order("r_1", []) == []


def test_HT52_rooms_are_spread_over_the_nodes() -> None:
    first = Counter(in_order(f"r_{number}", NODES)[0] for number in range(4_000))
    assert set(first) == set(NODES)
    assert max(first.values()) < 1.2 * min(first.values())


def test_HS15_a_node_that_goes_moves_nobody_but_its_own() -> None:
    for number in range(200):
        order = in_order(f"r_{number}", NODES)
        assert in_order(f"r_{number}", [one for one in NODES if one != order[0]]) == order[1:]
        assert in_order(f"r_{number}", [one for one in NODES if one != order[3]]) == order[:3]
