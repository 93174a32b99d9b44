"""What members on other nodes show, numbered anew for the members here."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.rooms.presence import RoomPresence
from server.rooms.presence_elsewhere import OwnPresence, PresenceElsewhere


class Node:
    """One node's view of one room."""

    def __init__(self, name: str, life: int = 1) -> None:
        self.name = name
        self.presence = RoomPresence("r_1", listed_max=10, keys_max=4)
        self.own = OwnPresence(self.presence, life)
        self.elsewhere = PresenceElsewhere(self.presence, self.number)
        self.numbers = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def come(self, account: str) -> int:
        number = self.number()
        self.presence.enter(number, account)
        return number

    def hear(self, node: Node, body: bytes, now_s: float = 0.0) -> bool:
        return self.elsewhere.hear(node.name, body, now_s=now_s, expires=10_000)

    def told(self) -> dict[str, Any]:
        """What changed, as members are told."""
        return msgspec.to_builtins(self.presence.take())

    def everybody(self) -> dict[str, dict[str, Any]]:
        """Account → what it shows."""
        shown = msgspec.to_builtins(self.presence.full())
        accounts = {connection: account for connection, account in shown.get("here", [])}
        found: dict[str, dict[str, Any]] = {account: {} for account in accounts.values()}
        for connection, key, value in shown.get("values", []):
            found[accounts[connection]][key] = value
        return found


def two() -> tuple[Node, Node]:
    one, other = Node("one"), Node("two")
    for _ in range(3):
        other.come("a_local")  # so that numbers of the two nodes meet
    other.presence.take()
    return one, other


def test_PR7_members_of_another_node_have_numbers_of_this_one() -> None:
    one, other = two()
    ana = one.come("a_ana")
    one.presence.put(ana, "cursor", {"x": 1}, 100)
    assert other.hear(one, one.own.tell(whole=True))
    told = other.told()
    assert told["here"] == [[4, "a_ana"]]
    assert told["values"] == [[4, "cursor", {"x": 1}]]
    assert told["count"] == 4
    one.presence.put(ana, "cursor", {"x": 2}, 100)
    one.presence.put(ana, "hold", {"y": 2}, 100)
    assert other.hear(one, one.own.tell(whole=False))
    assert other.told()["values"] == [[4, "cursor", {"x": 2}], [4, "hold", {"y": 2}]]
    one.presence.leave(ana)
    assert other.hear(one, one.own.tell(whole=False))
    assert other.told()["here"] == [[4, None]]
    assert "a_ana" not in other.everybody()


def test_PR7_what_was_heard_is_not_told_on() -> None:
    one, other = two()
    one.come("a_ana")
    other.presence.take_own()
    other.hear(one, one.own.tell(whole=True))
    assert not other.presence.own_dirty
    assert other.presence.own().count == 3


def test_PR9_a_missing_telling_asks_for_the_whole_which_repairs_everything() -> None:
    one, other = two()
    ana, ben = one.come("a_ana"), one.come("a_ben")
    assert other.hear(one, one.own.tell(whole=True))
    one.presence.leave(ana)
    one.own.tell(whole=False)  # lost
    one.presence.put(ben, "cursor", 1, 100)
    assert not other.hear(one, one.own.tell(whole=False))
    assert set(other.everybody()) == {"a_local", "a_ana", "a_ben"}
    assert other.hear(one, one.own.tell(whole=True))
    assert other.everybody() == {"a_local": {}, "a_ben": {"cursor": 1}}
    one.presence.put(ben, "cursor", None, 0)
    assert other.hear(one, one.own.tell(whole=True))
    assert other.everybody() == {"a_local": {}, "a_ben": {}}


def test_PR9_what_is_old_or_heard_twice_changes_nothing() -> None:
    one, other = two()
    ana = one.come("a_ana")
    first = one.own.tell(whole=True)
    one.presence.leave(ana)
    second = one.own.tell(whole=False)
    for body in (first, second, first, second):
        assert other.hear(one, body)
    assert "a_ana" not in other.everybody()
    assert other.hear(one, b"\xc1"), "of a version that speaks otherwise"


def test_PR9_what_comes_late_or_twice_after_the_end_brings_nobody_back() -> None:
    one, other = two()
    one.come("a_ana")
    whole, end = one.own.tell(whole=True), one.own.end()
    assert other.hear(one, whole)
    assert set(other.everybody()) == {"a_local", "a_ana"}
    for body in (end, whole, end, whole):
        assert other.hear(one, body)
        assert set(other.everybody()) == {"a_local"}
    third = Node("three")
    third.come("a_cy")
    late, end = third.own.tell(whole=True), third.own.end()
    for body in (end, late):
        assert other.hear(third, body)
    assert set(other.everybody()) == {"a_local"}
    assert not other.elsewhere.nodes


def test_PR9_a_room_opened_anew_begins_anew() -> None:
    one, other = two()
    one.come("a_ana")
    other.hear(one, one.own.tell(whole=True))
    again = Node("one", life=2)
    again.come("a_ben")
    late = one.own.tell(whole=True)
    again.own.tell(whole=False)  # lost
    again.presence.put(1, "cursor", 1, 100)
    assert not other.hear(again, again.own.tell(whole=False))
    assert other.hear(again, again.own.tell(whole=True))
    assert other.hear(one, late)
    assert set(other.everybody()) == {"a_local", "a_ben"}
    assert other.hear(again, again.own.end())
    assert set(other.everybody()) == {"a_local"}
    assert other.elsewhere.nodes == []


def test_PR8_a_node_that_is_gone_or_silent_takes_its_members_with_it() -> None:
    one, other = two()
    third = Node("three")
    one.come("a_ana")
    third.come("a_cy")
    other.hear(one, one.own.tell(whole=True), now_s=0.0)
    other.hear(third, third.own.tell(whole=True), now_s=10.0)
    assert other.elsewhere.forget_silent(5.0)
    assert set(other.everybody()) == {"a_local", "a_cy"}
    assert not other.elsewhere.forget_silent(5.0)
    assert other.elsewhere.forget("three")
    assert not other.elsewhere.forget("three")
    assert set(other.everybody()) == {"a_local"}
    assert other.presence.count == 3


def test_PR7_more_than_is_listed_is_counted_on_every_node() -> None:
    one, other = two()
    for number in range(25):
        one.come(f"a_{number}")
    other.hear(one, one.own.tell(whole=True))
    assert other.presence.count == 28
    assert one.presence.own().count == 25


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=40))
def test_PR9_whatever_is_lost_one_whole_telling_makes_both_equal(
    steps: list[tuple[int, int, bool]],
) -> None:
    one, other = Node("one"), Node("two")
    here: list[int] = []
    for what, number, arrives in steps:
        if what == 0:
            here.append(one.come(f"a_{len(here)}"))
        elif here and what == 1:
            one.presence.leave(here.pop(number % len(here)))
        elif here:
            one.presence.put(here[number % len(here)], str(what), number or None, 100)
        body = one.own.tell(whole=what == 5)
        if arrives:
            other.hear(one, body)
    other.hear(one, one.own.tell(whole=True))
    assert other.everybody() == one.everybody()
    assert other.presence.count == one.presence.count
