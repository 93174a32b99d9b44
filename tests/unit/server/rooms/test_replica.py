"""A node's copy of a room: ahead of the log while an append is under way, and back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.entries import chain
from protocol.identifiers import ROOT_TAG
from protocol.membership import MemberJoined, RoomOpened
from server.rooms.replica import DIGEST_EVERY, CommittedTail, DigestMismatch, Replica, TailEntry
from server.rules.dedup import Answer
from server.rules.kind import Stamp
from server.rules.room_state import RoomState, StoredEntry
from storage.errors import CorruptEntry
from storage.room_log import Head
from tests.simulation.claims import CLAIMS, Claimed, Murmured, Released, Whispered
from tests.support.recording_recipient import account_id

ANA, BEN = account_id("ana"), account_id("ben")
SALT = "ab" * 16


def opened() -> Replica:
    replica = Replica(CLAIMS, tail_bytes_max=1_000_000)
    events: list[Any] = [
        RoomOpened("claims", "Room", ANA, "Ana"),
        MemberJoined(BEN, "Ben", "editor"),
    ]
    replica.propose(events, Stamp(1, 1_000, ANA, "", 0), salt=SALT)
    replica.commit()
    return replica


def claim(replica: Replica, slot: int, *, seq: int = 0) -> None:
    stamp = Stamp(replica.version + 1, 1_000, BEN, "client" if seq else "", seq)
    event: Any = Released(slot) if slot in replica.state.inner.slots else Claimed(slot)
    replica.propose([event], stamp, salt=SALT)


def test_EN1_versions_rise_by_one_and_EN3_tags_chain_over_the_records() -> None:
    replica = opened()
    claim(replica, 1)
    claim(replica, 2)
    records = [one.record for one in replica.proposed]
    entries = replica.commit()
    assert [entry.version for entry in entries] == [2, 3]
    tag = ROOT_TAG
    for entry in replica.tail.entries:
        tag = chain(tag, entry.record)
        assert entry.tag == tag
    assert [entry.record for entry in entries] == records


def test_EN2_the_public_line_is_the_first_line_of_the_record() -> None:
    replica = opened()
    claim(replica, 1, seq=4)
    (entry,) = replica.commit()
    public, sealed = entry.record.split(b"\n")
    assert entry.public == entry.encoded(binary=False) == public
    rules = replica.state.book.rules_version
    assert msgspec.json.decode(sealed) == {"client": "client", "seq": 4, "rules": rules}
    assert msgspec.msgpack.decode(entry.encoded(binary=True)) == msgspec.json.decode(public)
    assert entry.encoded(binary=True) is entry.encoded(binary=True)


def test_EN4_hidden_events_are_sealed_and_salted() -> None:
    replica = opened()
    stamp = Stamp(2, 1_000, BEN, "client", 1)
    replica.propose([Whispered(BEN, "secret"), Murmured()], stamp, salt=SALT)
    (entry,) = replica.commit()
    assert b"secret" not in entry.public
    assert msgspec.json.decode(entry.public)["events"] == [{"type": "murmured"}]
    assert SALT.encode() in entry.record
    assert [(h.to, h.events) for h in entry.hidden] == [([BEN], [Whispered(BEN, "secret")])]


def test_EN9_roll_back_returns_to_the_committed_state() -> None:
    replica = opened()
    claim(replica, 1)
    replica.commit()
    before = replica.state.snapshot()
    claim(replica, 2, seq=1)
    claim(replica, 1, seq=2)
    assert replica.state.snapshot() != before
    assert replica.committed_state().snapshot() == before
    replica.roll_back()
    assert replica.state.snapshot() == before
    assert (replica.version, replica.tag) == (2, replica.committed.tag)
    replica.roll_back()
    assert replica.changes == 1, "nothing to do is not done"


def test_EN9_going_back_again_replays_only_what_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replica = opened()
    for number in range(500):
        claim(replica, number % 24, seq=number + 1)
    replica.commit()
    before = replica.state.snapshot()
    replayed: list[int] = []
    apply_entry = RoomState.apply_entry

    def counted(state: RoomState, entry: StoredEntry) -> None:
        replayed.append(entry.stamp.version)
        apply_entry(state, entry)

    monkeypatch.setattr(RoomState, "apply_entry", counted)
    for _ in range(2):
        claim(replica, 3, seq=501)
        replica.roll_back()
        assert replica.state.snapshot() == before
    assert len(replayed) == 501
    claim(replica, 3, seq=501)
    replica.commit()
    after = replica.state.snapshot()
    claim(replica, 4, seq=502)
    replica.roll_back()
    assert replayed[501:] == [502]
    assert replica.state.snapshot() == after
    base = replica.rebase()
    assert base.head.version == 502, "what is stored is of the head, not of the landing"


@pytest.mark.parametrize("count", [DIGEST_EVERY - 2, DIGEST_EVERY + 3, 3 * DIGEST_EVERY])
def test_EN8_proposed_replayed_and_restored_states_are_equal(count: int) -> None:
    replica, other = opened(), Replica(CLAIMS, tail_bytes_max=1_000_000)
    for number in range(count):
        claim(replica, number % 24, seq=number + 1)
        if number % 7 == 6:
            replica.commit()
    replica.commit()
    other.ingest([entry.record for entry in replica.tail.entries])
    assert other.committed == replica.committed
    assert (
        other.state.snapshot() == replica.state.snapshot() == replica.committed_state().snapshot()
    )
    third = Replica(CLAIMS, tail_bytes_max=1_000)
    base = replica.rebase()
    third.start_from(base.head, base.blob)
    assert third.state.snapshot() == replica.state.snapshot()
    assert third.committed == replica.committed
    assert replica.rebase() is base


def test_EN6_every_1024th_entry_carries_a_digest_that_another_node_checks() -> None:
    replica = opened()
    while replica.version < DIGEST_EVERY:
        claim(replica, replica.version % 24)
        replica.commit()
    record = replica.tail.entries[-1].record
    digest = msgspec.json.decode(record.split(b"\n")[1])["digest"]
    assert replica.base is not None
    assert replica.base.head.version == DIGEST_EVERY - 1
    records = [entry.record for entry in replica.tail.entries]
    other = Replica(CLAIMS, tail_bytes_max=1_000_000)
    other.ingest(records)
    assert other.base == replica.base
    third = Replica(CLAIMS, tail_bytes_max=1_000_000)
    with pytest.raises(DigestMismatch):
        third.ingest([*records[:-1], record.replace(digest.encode(), b"0" * len(digest))])


def test_CM7_a_recorded_refusal_is_an_entry_without_events() -> None:
    replica = opened()
    replica.propose_refusal("exists", {"by": ANA}, Stamp(2, 1_000, BEN, "client", 3))
    (entry,) = replica.commit()
    assert msgspec.json.decode(entry.public) == {
        "v": 2,
        "at": 1_000,
        "by": BEN,
        "refused": "exists",
    }
    other = Replica(CLAIMS, tail_bytes_max=1_000)
    other.ingest([e.record for e in replica.tail.entries])
    assert other.state.dedup.find(BEN, "client", 3, 2) == Answer(3, 2, "exists", {"by": ANA})


def test_EN1_a_record_out_of_its_place_is_corrupt() -> None:
    replica, other = opened(), opened()
    claim(replica, 1)
    claim(replica, 2)
    records = [one.record for one in replica.proposed]
    with pytest.raises(CorruptEntry, match="expected version 2, got 3"):
        other.ingest(records[1:])


def tail_of(count: int, bytes_max: int = 1_000_000) -> CommittedTail:
    tail = CommittedTail(Head(10, "t10"), bytes_max)
    for version in range(11, 11 + count):
        public = b"x" * 10
        tail.extend([TailEntry(public, public, version, f"t{version}")])  # type: ignore[arg-type] - tags by hand
    return tail


@pytest.mark.parametrize("version", range(8, 18))
def test_JN2_the_tail_gives_what_follows_a_version_if_it_reaches(version: int) -> None:
    tail = tail_of(5)
    found = tail.after(version)
    if 10 <= version <= 15:
        assert found is not None
        assert [entry.version for entry in found] == list(range(version + 1, 16))
        assert tail.tag_at(version) == f"t{version}"
    else:
        assert found is None
        assert tail.tag_at(version) is None


def test_JN2_a_trimmed_tail_keeps_what_the_base_needs() -> None:
    tail = tail_of(10, bytes_max=30)
    tail.trim(base_version=14)
    assert tail.before == Head(14, "t14")
    assert [entry.version for entry in tail.entries] == list(range(15, 21))
    tail.trim(base_version=20)
    assert tail.before == Head(17, "t17"), "within the limit nothing more goes"
