"""Reads that are stamped, on pairs of sockets."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any, cast

import pytest

from loadtest.arrivals import Arrivals, missing
from loadtest.connection import Connection
from loadtest.pump import Broken
from protocol.codec import JSON
from protocol.framing import frame
from protocol.identifiers import Tag
from protocol.server_messages import Entries

BUFFER = memoryview(bytearray(65_536))
ROOM = "r_" + "a" * 22


class Pair:
    """A connection as far as receivers look at it, and its other end."""

    def __init__(self) -> None:
        self.far, self.near = socket.socketpair()
        self.near.setblocking(False)
        self.connection = cast("Connection", SimpleNamespace(sock=self.near))

    def close(self) -> None:
        self.far.close()
        self.near.close()


def entries(first: int, *texts: str) -> bytes:
    raw: list[Any] = [
        {"v": first + n, "at": 5, "by": "a", "events": [{"type": "chat.said", "text": text}]}
        for n, text in enumerate(texts)
    ]
    return frame(JSON.encode(Entries(ROOM, first, Tag("t" * 22), raw)), binary=False)


@pytest.fixture
def pairs() -> Generator[tuple[Pair, Pair]]:
    with ExitStack() as stack:
        both = Pair(), Pair()
        for one in both:
            stack.callback(one.close)
        yield both


def test_each_place_has_an_entry_once_a_read_has_it_or_a_later_one(
    pairs: tuple[Pair, Pair],
) -> None:
    arrivals = Arrivals()
    assert [arrivals.enter(one.connection) for one in pairs] == [0, 1]
    pairs[0].far.sendall(entries(4, 'says "v":9 and {', "b"))
    pairs[1].far.sendall(entries(4, "a"))
    assert arrivals.drain(BUFFER, 1.0) == 2
    pairs[1].far.sendall(entries(5, "b"))
    assert arrivals.drain(BUFFER, 1.0) == 1
    assert [(one.place, one.version) for one in arrivals.seen()] == [(0, 5), (1, 4), (1, 5)]
    found = arrivals.firsts([4, 5], [0, 1])
    assert [len(times) for times in found.values()] == [2, 2]
    assert max(found[5]) >= max(found[4])
    assert missing(found, 2) == []
    assert missing(arrivals.firsts([5, 6], [1]), 1) == ["version 6 came to 0 of 1"]
    arrivals.close()


def test_what_holds_no_entry_is_counted_and_not_stamped(pairs: tuple[Pair, Pair]) -> None:
    arrivals = Arrivals()
    arrivals.enter(pairs[0].connection)
    pairs[0].far.sendall(frame(b'{"type":"presence"}', binary=False))
    arrivals.drain(BUFFER, 1.0)
    assert (list(arrivals.seen()), arrivals.counts()) == ([], [21])
    arrivals.close()


def test_who_is_kept_shows_entries_with_their_times_and_who_hears_is_told(
    pairs: tuple[Pair, Pair],
) -> None:
    arrivals, heard = Arrivals(), list[bytes]()
    place = arrivals.enter(pairs[0].connection)
    arrivals.keep(place)
    arrivals.enter(pairs[1].connection, hears=lambda _at, data: heard.append(data))
    for one in pairs:
        one.far.sendall(entries(4, "a", "b"))
    arrivals.drain(BUFFER, 1.0)
    assert {version: line.at for version, line in arrivals.entries(place).items()} == {4: 5, 5: 5}
    assert heard == [entries(4, "a", "b")]
    pairs[0].far.sendall(entries(7, "c"))
    arrivals.drain(BUFFER, 1.0)
    with pytest.raises(Broken, match="got 7 after 5"):
        arrivals.entries(place)
    arrivals.forget()
    assert (arrivals.entries(place), list(arrivals.seen())) == ({}, [])
    arrivals.close()


def test_of_a_filtered_place_gaps_are_explained(pairs: tuple[Pair, Pair]) -> None:
    def part(first: int, skipped_to: int, *versions: int) -> bytes:
        raw: list[Any] = [{"v": v, "at": 5, "by": "a", "events": []} for v in versions]
        said = Entries(ROOM, first, Tag("t" * 22), raw, skipped_to)
        return frame(JSON.encode(said), binary=False)

    arrivals = Arrivals()
    place = arrivals.enter(pairs[0].connection)
    arrivals.keep(place)
    for said in (part(4, 9, 6, 8), part(7, 12, 8, 11), part(13, 15), entries(16, "a")):
        pairs[0].far.sendall(said)
    arrivals.drain(BUFFER, 1.0)
    assert [*arrivals.entries(place)] == [6, 8, 11, 16]
    pairs[0].far.sendall(part(18, 20, 19))
    arrivals.drain(BUFFER, 1.0)
    with pytest.raises(Broken, match="got 18 after 16"):
        arrivals.entries(place)
    arrivals.close()


def test_an_end_is_told(pairs: tuple[Pair, Pair]) -> None:
    arrivals = Arrivals()
    arrivals.enter(pairs[0].connection)
    pairs[0].far.close()
    with pytest.raises(Broken, match="receiver 0 was disconnected"):
        arrivals.drain(BUFFER, 1.0)
    arrivals.close()


def test_who_has_left_is_not_read_from(pairs: tuple[Pair, Pair]) -> None:
    arrivals = Arrivals()
    place = arrivals.enter(pairs[0].connection)
    pairs[0].far.sendall(entries(4, "a"))
    arrivals.drain(BUFFER, 1.0)
    arrivals.leave(place)
    pairs[0].far.sendall(entries(5, "b"))
    assert arrivals.drain(BUFFER, 0.0) == 0
    assert arrivals.firsts([4, 5], [place])[5] == []
    assert arrivals.counts() == []
    arrivals.close()
