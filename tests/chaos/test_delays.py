"""Delays are of faults that were alone, of members that they touched, to entries of others on other
nodes."""

from __future__ import annotations

import pytest

from tests.chaos.delays import CLEAR_S, delays
from tests.chaos.judgement import Found
from tests.chaos.recording import AWAY, Happened, Recording

ROOM = "r_" + "0" * 22


def a_room(*entries: tuple[float, str]) -> tuple[Found, list[Recording]]:
    """Ann at node 0, Ben at node 1, Cyd at node 0; entries by moment and author, each with
    everybody a tenth of a second later."""
    people = [Recording(f"chaos-{name}", f"a_{name}", ROOM) for name in ("ann", "ben", "cyd")]
    for one, node in zip(people, (0, 1, 0), strict=True):
        one.stay(0.0, node)
    found = Found(ROOM)
    for version, (moment, author) in enumerate(entries, 1):
        found.fingerprints.append(version)
        found.ats.append(int(moment * 1000))
        found.bys.append(f"a_{author}")
        for one in people:
            one.entry(version, b"", moment + 0.1)
    return found, people


def test_the_first_entry_after_it_of_somebody_on_another_node_counts() -> None:
    room = a_room((9.95, "ben"), (10.5, "ann"), (10.8, "cyd"), (11.0, "ben"))
    (delay,) = delays([Happened("node killed", 0, 10.0, 12.0)], {ROOM: room}).values()
    # Ann and Cyd: Ben's of 9.95 came after it, and was written before; their own node's are near.
    assert (delay.faults, delay.members) == (1, 2)
    assert (delay.p50, delay.p99, delay.longest) == pytest.approx((1.1, 1.1, 1.1))
    assert delay.silence == pytest.approx(0.55)


def test_of_a_fault_of_all_nodes_everybody_is_asked_and_some_from_its_end() -> None:
    room = a_room((10.5, "ann"), (11.0, "ben"), (12.5, "ann"), (13.0, "ben"))
    (delay,) = delays([Happened("database killed", 0, 10.0, 12.0)], {ROOM: room}).values()
    assert delay.members == 3
    assert (delay.p50, delay.longest) == pytest.approx((1.1, 1.1))
    (delay,) = delays([Happened("Redis killed", 0, 10.0, 12.0)], {ROOM: room}).values()
    assert sorted((delay.p50, delay.longest)) == pytest.approx([1.1, 1.1])


@pytest.mark.parametrize(
    ("began", "ended", "counts"),
    [
        (5.0, 10.0 - CLEAR_S - 0.1, True),
        (5.0, 10.0 - CLEAR_S + 0.1, False),
        (10.5, 10.6, False),
        (11.05, 20.0, False),
        (11.2, 20.0, True),
    ],
)
def test_a_fault_beside_another_is_not_measured(began: float, ended: float, counts: bool) -> None:
    room = a_room((11.0, "ben"))
    happened = [Happened("node killed", 0, 10.0, 10.2), Happened("slowloris", 2, began, ended)]
    assert ("node killed" in delays(happened, {ROOM: room})) == counts


def test_whoever_was_elsewhere_or_never_had_another_event_is_not_counted() -> None:
    found, people = a_room((11.0, "ben"))
    people[0].stay(9.0, AWAY)
    people[2].stay(9.0, 2)
    assert delays([Happened("node killed", 0, 10.0, 10.2)], {ROOM: (found, people)}) == {}
    (delay,) = delays([Happened("node killed", 2, 10.0, 10.2)], {ROOM: (found, people)}).values()
    assert delay.members == 1
