"""Entries that are kept for those who see them later."""

from __future__ import annotations

import msgspec
import pytest

from protocol.identifiers import Tag
from server.rooms.reel import Reel, at_of
from server.rooms.replica import TailEntry


def entry(version: int) -> TailEntry:
    public = msgspec.json.encode({"v": version, "at": 10 * version, "by": "", "events": []})
    return TailEntry(public, public, version, Tag(f"{version:016x}"))


def entries(first: int, last: int) -> list[TailEntry]:
    return [entry(version) for version in range(first, last + 1)]


def versions(found: list[TailEntry]) -> list[int]:
    return [one.version for one in found]


def test_SD1_what_was_committed_until_a_moment_is_found() -> None:
    reel = Reel()
    reel.extend(entries(5, 9))
    assert at_of(entry(3).public) == 30
    assert [reel.last_until(at) for at in (49, 50, 75, 900)] == [4, 5, 7, 9]
    assert (reel.at(5), reel.at(9), reel.at(10), reel.at(4)) == (50, 90, None, None)
    assert versions(reel.between(6, 8)) == [6, 7, 8]


def test_TS4_it_goes_back_as_far_as_anybody_needs() -> None:
    reel = Reel()
    reel.extend(entries(8, 9))
    reel.reach_back(entries(3, 10), 3)
    assert versions(reel.between(1, 20)) == list(range(3, 11))
    reel.reach_back(entries(6, 10), 6)
    reel.reach_back([], 11)
    assert (reel.first, reel.next, len(reel)) == (3, 11, 8)
    reel.forget_below(9)
    assert versions(reel.between(1, 20)) == [9, 10]
    reel.extend(entries(10, 12))
    assert reel.next == 13
    with pytest.raises(AssertionError):
        reel.extend(entries(15, 15))
    reel.clear()
    reel.reach_back([], 4)
    assert (reel.first, reel.last_until(1_000)) == (4, 3)
