"""The checks find what they are there for: a recording or a log that is not as it must be is told,
by its own sort and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from protocol.identifiers import Tag
from server.config import Settings
from server.identity import Identity
from server.metrics import Metrics
from server.rooms.directory import Directory
from storage.room_log import Head
from storage.room_log_memory import MemoryRoomLog
from tests.chaos.judgement import Found, Verdict, find, judge
from tests.chaos.recording import Recording, digest, fingerprint
from tests.support.kinds.counting import COUNTING, Count, follow
from tests.support.manual_clock import ManualClock

ROOM = "r_" + "0" * 22
ANN, BEN = "chaos-0000000ann", "chaos-0000000ben"


def line(version: int) -> bytes:
    return b'{"v":%d,"at":%d,"by":"a","events":[]}' % (version, version * 1000)


def a_scene() -> tuple[Found, Recording, Recording]:
    """Four entries: Ann's 0 and 1, Ben's 0, Ann's 2; both saw all of them."""
    found = Found(ROOM, view={"total": 4}, tag="t4")
    found.digest = digest(found.view)
    ann, ben = Recording(ANN, "a_ann", ROOM), Recording(BEN, "a_ben", ROOM)
    for version, (one, seq) in enumerate([(ann, 1), (ann, 2), (ben, 1), (ann, 3)], 1):
        mark = f"mark-{one.client[-3:]}-{seq}"
        one.marks[seq], one.settled[seq] = mark, version
        found.fingerprints.append(fingerprint(line(version)))
        found.marks.append((mark,))
        found.ats.append(version * 1000)
        found.bys.append(one.account)
        found.commands[one.client, seq] = version
        for everybody in (ann, ben):
            everybody.entry(version, line(version), version)
    for one in (ann, ben):
        one.position, one.digest = (4, "t4"), found.digest
    return found, ann, ben


def judged(found: Found, *recordings: Recording) -> Verdict:
    verdict = Verdict()
    judge(found, recordings, verdict)
    return verdict


def test_what_is_as_it_must_be_is_not_told() -> None:
    found, ann, ben = a_scene()
    verdict = judged(found, ann, ben)
    assert (verdict.sentences, verdict.compared) == ([], 2)


def _lost_entry(found: Found, ann: Recording, ben: Recording) -> None:
    """Accepted as 4, which nobody ever wrote."""
    for kept in (found.fingerprints, found.marks, found.ats, found.bys):
        kept.pop()
    del found.commands[ANN, 3]
    for one in (ann, ben):
        one.position = (3, "t4")


def _never_answered(found: Found, ann: Recording, ben: Recording) -> None:
    ann.marks[4] = "mark-ann-4"


def _in_the_log_without_an_answer(found: Found, ann: Recording, ben: Recording) -> None:
    del ann.settled[3]


def _another_command_under_its_seq(found: Found, ann: Recording, ben: Recording) -> None:
    found.marks[2] = ("mark-ann-9",)
    ann.marks[9], ann.refused[9] = "mark-ann-9", "forbidden"


def _recorded_as_refused(found: Found, ann: Recording, ben: Recording) -> None:
    found.refusals.add(2)


def _shown_otherwise(found: Found, ann: Recording, ben: Recording) -> None:
    ben.fingerprints[1] = fingerprint(b"another")


def _accepted_at_another_place(found: Found, ann: Recording, ben: Recording) -> None:
    ann.settled[2] = 1


def _two_entries(found: Found, ann: Recording, ben: Recording) -> None:
    found.twice.append((ANN, 2))


def _one_mark_twice(found: Found, ann: Recording, ben: Recording) -> None:
    found.marks[3] = ("mark-ben-1", "mark-ann-2")


def _ended_twice(found: Found, ann: Recording, ben: Recording) -> None:
    ann.end(2, 2)


def _exchanged(found: Found, ann: Recording, ben: Recording) -> None:
    for kept in (ben.versions, ben.fingerprints):
        kept[1], kept[2] = kept[2], kept[1]


def _a_hole(found: Found, ann: Recording, ben: Recording) -> None:
    for kept in (ben.versions, ben.fingerprints, ben.arrived):
        kept.pop(1)


def _the_same_again(found: Found, ann: Recording, ben: Recording) -> None:
    ben.entry(4, line(4), 5)


def _back_to_an_older_state(found: Found, ann: Recording, ben: Recording) -> None:
    ben.started(2, new_generation=False)
    ben.entry(3, line(3), 5)
    ben.entry(4, line(4), 5)


def _another_replica(found: Found, ann: Recording, ben: Recording) -> None:
    ben.digest = digest({"total": 5})


def _another_place(found: Found, ann: Recording, ben: Recording) -> None:
    ben.position = (4, "t5")


def _refused_and_done(found: Found, ann: Recording, ben: Recording) -> None:
    ann.refused[3] = "forbidden"
    del ann.settled[3]


def _said_by_nobody(found: Found, ann: Recording, ben: Recording) -> None:
    found.commands[ANN, 7] = 3


def _a_mark_of_nobody(found: Found, ann: Recording, ben: Recording) -> None:
    found.marks[3] = ("mark-ben-1", "mark-cyd-1")


def _another_generation(found: Found, ann: Recording, ben: Recording) -> None:
    ben.started(4, new_generation=True)
    ben.entry(5, line(5), 5)
    for kept, more in ((found.fingerprints, fingerprint(line(5))), (found.ats, 5)):
        kept.append(more)
    found.marks.append(())
    found.bys.append("a_cyd")
    ann.entry(5, line(5), 5)
    ann.position = ben.position = (5, "t4")


def _a_broken_promise(found: Found, ann: Recording, ben: Recording) -> None:
    ben.wrong.append("VersionsBroken")


def _a_broken_log(found: Found, ann: Recording, ben: Recording) -> None:
    found.broken.append("entries end at 3 of 4")


Spoil = Callable[[Found, Recording, Recording], None]
SPOILT: list[tuple[Spoil, set[str]]] = [
    (_lost_entry, {"lost"}),
    (_never_answered, {"lost"}),
    (_in_the_log_without_an_answer, {"lost"}),
    (_another_command_under_its_seq, {"lost"}),
    (_recorded_as_refused, {"lost"}),
    (_shown_otherwise, {"lost"}),
    (_accepted_at_another_place, {"lost"}),
    (_two_entries, {"doubled"}),
    (_one_mark_twice, {"doubled"}),
    (_ended_twice, {"doubled"}),
    (_exchanged, {"reordered"}),
    (_a_hole, {"reordered"}),
    (_the_same_again, {"reordered"}),
    (_back_to_an_older_state, {"reordered"}),
    (_another_replica, {"different"}),
    (_another_place, {"different"}),
    (_refused_and_done, {"wrong"}),
    (_said_by_nobody, {"wrong"}),
    (_a_mark_of_nobody, {"wrong"}),
    (_another_generation, {"wrong"}),
    (_a_broken_promise, {"wrong"}),
    (_a_broken_log, {"wrong"}),
]


@pytest.mark.parametrize(("spoil", "sorts"), SPOILT, ids=lambda one: getattr(one, "__name__", ""))
def test_what_is_not_as_it_must_be_is_told_by_its_sort(spoil: Spoil, sorts: set[str]) -> None:
    found, ann, ben = a_scene()
    spoil(found, ann, ben)
    told = judged(found, ann, ben).sentences
    assert {one.partition(":")[0] for one in told} == sorts, told


def test_a_state_given_instead_of_entries_is_no_hole() -> None:
    found, ann, ben = a_scene()
    for kept in (ben.versions, ben.fingerprints, ben.arrived):
        del kept[:2]
    ben.started(2, new_generation=False)
    ben.starts[0] = ben.starts[0]._replace(place=0)
    assert judged(found, ann, ben).sentences == []


# ---------------------------------------------------------------- a real log


async def a_log() -> tuple[MemoryRoomLog, str, list[str]]:
    """A counting room in which three marks were said, and those."""
    log = MemoryRoomLog()
    directory = Directory(
        log=log,
        clock=ManualClock(),
        settings=Settings(),
        metrics=Metrics(),
        kinds={COUNTING.name: COUNTING},
        on_bug=lambda error: pytest.fail(repr(error)),
    )
    directory.start()
    owner = Identity("a_" + "0" * 22, "Owner", 2**53)
    room = await directory.create("counting", "Ours", owner, {})
    marks = [f"mark-owner-{number}" for number in range(3)]
    for mark in marks:
        ended = await directory.execute(room, owner, Count(mark))
        assert ended.code is None, ended
    await directory.stop()
    return log, room, marks


async def test_a_log_is_read_chained_and_replayed() -> None:
    log, room, marks = await a_log()
    found = await find(log, room, COUNTING)
    view: dict[str, Any] = {"total": 0, "chain": 0}
    for number, mark in enumerate(marks, 1):
        follow(view, {"mark": mark, "number": number})
    assert (found.view, found.digest, found.broken) == (view, digest(view), [])
    assert found.tag == (await log.heads([room]))[room].tag
    assert [one for one in found.marks if one] == [(mark,) for mark in marks]


async def test_a_log_whose_entries_do_not_chain_is_told() -> None:
    log, room, _ = await a_log()
    head = (await log.heads([room]))[room]
    heads = log.heads

    async def other_heads(ids: Any) -> Any:
        return {**await heads(ids), room: Head(head.version, Tag("x" * len(head.tag)))}

    log.heads = other_heads
    (told,) = (await find(log, room, COUNTING)).broken
    assert "chain to" in told


async def test_a_log_that_ends_before_its_head_is_told() -> None:
    log, room, _ = await a_log()
    head = (await log.heads([room]))[room]
    heads = log.heads

    async def other_heads(ids: Any) -> Any:
        return {**await heads(ids), room: Head(head.version + 1, head.tag)}

    log.heads = other_heads
    (told,) = (await find(log, room, COUNTING)).broken
    assert "entries end at 4 of 5" in told


def test_an_entry_with_another_number_and_a_command_with_two_are_told() -> None:
    found = Found(ROOM)
    record = line(1) + b'\n{"client":"c","seq":1}'
    found.take(record)
    found.take(record)
    assert found.broken == [f"{ROOM}: entry 2 says that it is 1"]
    assert found.twice == [("c", 1)]
