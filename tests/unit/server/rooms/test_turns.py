"""Turns between nodes that write one room: alone, in a ring, and against a model of a log."""

from __future__ import annotations

import heapq

import pytest

from server.rooms.turns import ACTIVE_S, CONTENDED_S, MOMENT_MAX_S, WAIT_MAX_S, Turns


def contended(own: str, *heard: str, at: float = 0.0) -> Turns:
    """After a conflict, then news of those nodes in that order."""
    turns = Turns()
    turns.conflicted(at)
    for version, node in enumerate(heard, start=1):
        turns.heard(node, version, at, own=own)
    return turns


def test_RM24_nobody_waits_in_a_room_without_conflicts() -> None:
    turns = Turns()
    turns.heard("b", 1, 0.0, own="c")
    assert turns.wait_s(0.0) == 0
    turns.wrote(2, 0.0)
    assert turns.wait_s(0.0) == 0


def test_RM24_the_next_in_the_order_of_names_goes_at_once_the_others_one_by_one() -> None:
    everybody = ("a", "b", "c", "d")
    waits = {
        own: contended(own, *(one for one in everybody if one != own), "b").wait_s(0.0)
        for own in ("a", "c", "d")
    }
    assert waits["c"] == 0
    assert 0 < waits["d"] < waits["a"]
    assert waits["a"] == pytest.approx(2 * waits["d"])


def test_RM24_whoever_wrote_lets_all_others_go_first() -> None:
    turns = contended("b", "a", "c")
    one = contended("b", "c", "a").wait_s(0.0)
    assert one == 0, "after a comes b"
    turns.wrote(3, 0.0)
    assert turns.wait_s(0.0) > 0
    assert turns.wait_s(turns.wait_s(0.0)) == 0, "and not for ever"


def test_RM24_old_news_change_nobodys_turn() -> None:
    turns = contended("b", "c", "a")
    turns.heard("b2", 1, 0.0, own="b")
    assert turns.wait_s(0.0) == 0


def test_RM24_whoever_fell_silent_is_not_waited_for() -> None:
    turns = contended("b", "a", "c", "d")
    later = ACTIVE_S + 0.01
    turns.heard("a", 9, later, own="b")
    turns.wrote(10, later)
    with_one = turns.wait_s(later)
    turns = contended("b", "a", "c", "d")
    turns.wrote(10, 0.0)
    assert turns.wait_s(0.0) > 2 * with_one > 0


def test_RM24_turns_end_a_second_after_nobody_had_to_wait() -> None:
    turns = contended("b", "a", "c")
    turns.heard("c", 3, CONTENDED_S, own="b")
    assert turns.wait_s(CONTENDED_S) == 0


def test_RM24_no_wait_is_longer_than_the_limit() -> None:
    nodes = [f"n{number:02}" for number in range(60)]
    turns = contended("n00", *nodes[1:])
    for _ in range(40):
        turns.conflicted(0.0)
    turns.heard("n00b", 100, 0.0, own="n00")
    turns.wrote(101, 0.0)
    assert MOMENT_MAX_S * 50 > turns.wait_s(0.0) == WAIT_MAX_S


def test_RM24_whoever_others_keep_from_its_turn_goes_when_the_limit_is_over() -> None:
    turns, now, version = contended("c", "a", "b"), 0.0, 2
    for _ in range(60):
        version += 1
        turns.heard("b", version - 1, now, own="c")  # old news: it is active all the time
        turns.heard("a", version, now, own="c")
        if turns.wait_s(now) == 0:
            break
        now += 0.002
    assert now == pytest.approx(WAIT_MAX_S, abs=0.003)
    turns.heard("a", version + 1, now, own="c")
    assert turns.wait_s(now) > 0, "once, and not from then on"


class _Node:
    """In the model: always something to write, news after `NEWS_S`, appends of `APPEND_S`. Whoever
    loses three times in a row has the room to itself for its next append (RM23)."""

    def __init__(self, name: str, *, taking_turns: bool) -> None:
        self.name = name
        self.turns = Turns()
        self.taking_turns = taking_turns
        self.head = 0
        self.won = 0
        self.lost = 0
        self.in_a_row = 0
        self.appending = False


APPEND_S, NEWS_S, READ_S = 0.003, 0.001, 0.001


def played(count: int, *, taking_turns: bool, seconds: float = 2.0) -> list[_Node]:
    """Nodes that write one room as fast as they can."""
    nodes = [_Node(f"node {n}", taking_turns=taking_turns) for n in range(count)]
    head = 0
    order = iter(range(10**9))
    events: list[tuple[float, int, str, _Node, int]] = []

    def at(when: float, what: str, node: _Node, version: int) -> None:
        heapq.heappush(events, (when, next(order), what, node, version))

    for place, node in enumerate(nodes):
        at(place * 0.0001, "try", node, 0)
    writer_of: dict[int, _Node] = {}
    kept_for: _Node | None = None
    while events and events[0][0] < seconds:
        now, _, what, node, version = heapq.heappop(events)
        if what == "try":
            if node.appending:
                continue
            wait = node.turns.wait_s(now) if node.taking_turns and node is not kept_for else 0.0
            node.appending = not wait
            at(now + (wait or APPEND_S), "try" if wait else "compared", node, node.head)
        elif what == "news":
            node.head = max(node.head, version)
            node.turns.heard(writer_of[version].name, version, now, own=node.name)
            at(now, "try", node, 0)
        elif kept_for not in (None, node):
            at(now + READ_S, "compared", node, version)
        elif version == head:
            head, kept_for, node.in_a_row, node.appending = head + 1, None, 0, False
            node.head, node.won = head, node.won + 1
            writer_of[head] = node
            node.turns.wrote(head, now)
            for other in nodes:
                if other is not node:
                    at(now + NEWS_S, "news", other, head)
            at(now, "try", node, head)
        else:
            node.lost, node.in_a_row, node.appending = node.lost + 1, node.in_a_row + 1, False
            if node.in_a_row > 2:
                kept_for = node
            node.turns.conflicted(now)
            node.head = head
            at(now + READ_S, "try", node, head)
    return nodes


@pytest.mark.parametrize("count", [2, 4, 7])
def test_RM24_nodes_that_always_have_something_share_a_room_with_few_conflicts(count: int) -> None:
    nodes = played(count, taking_turns=True)
    won, lost = sum(one.won for one in nodes), sum(one.lost for one in nodes)
    before = played(count, taking_turns=False)
    won_before, lost_before = sum(one.won for one in before), sum(one.lost for one in before)
    assert lost / won < 0.25 < lost_before / won_before
    assert min(one.won for one in nodes) >= 0.8 * won / count
    assert won >= 0.6 * won_before
