"""Entries that wait for those before them."""

from __future__ import annotations

from server.rooms import held_news
from server.rooms.held_news import HELD_BYTES_MAX, HELD_MAX, HeldNews
from storage.room_log import Head


def test_RM14_what_continues_the_head_is_given_once() -> None:
    held = HeldNews()
    assert not held
    assert held.put(3, "tag2", [b"3", b"4"])
    assert held.take(Head(1, "tag1")) == ()
    assert held.take(Head(2, "another")) == (), "another history"
    assert held.take(Head(2, "tag2")) == [b"3", b"4"]
    assert held.take(Head(2, "tag2")) == ()
    assert not held


def test_RM14_what_is_old_is_forgotten() -> None:
    held = HeldNews()
    held.put(3, "tag2", [b"3"])
    held.put(5, "tag4", [b"5"])
    assert held.take(Head(4, "other")) == ()
    assert held
    assert held.take(Head(9, "tag9")) == ()
    assert not held


def test_RM14_what_is_heard_twice_is_held_once() -> None:
    held = HeldNews()
    for _ in range(HELD_MAX + 1):
        assert held.put(3, "tag2", [b"x" * (HELD_BYTES_MAX // 2)])


def test_RM14_a_position_without_records_is_held_until_the_head_has_come_there() -> None:
    held = HeldNews()
    assert held.put(5, "", ())
    assert held.take(Head(3, "tag3")) == ()
    assert held
    assert held.take(Head(4, "tag4")) == ()
    assert not held


def test_RM14_more_than_fits_is_left_to_the_log() -> None:
    held = HeldNews()
    assert all(held.put(first, "", [b"x"]) for first in range(HELD_MAX))
    assert not held.put(HELD_MAX, "", [b"x"])
    held.clear()
    assert held.put(1, "", [b"x" * HELD_BYTES_MAX])
    assert not held.put(2, "", [b"x"])
    assert held_news.HELD_BYTES_MAX >= 4_194_304, "a whole append fits"
