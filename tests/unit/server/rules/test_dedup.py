"""Which commands a room has answered already."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.rules.dedup import (
    CLIENTS_PER_ACCOUNT_MAX,
    DETAIL_BYTES_MAX,
    DETAILS_BYTES_MAX,
    KEEP_MS,
    MARK_EVERY_MS,
    WINDOW,
    Answer,
    Dedup,
    recorded_detail,
)

ANA, BEN = "a_ana", "a_ben"


def encoded(dedup: Dedup) -> bytes:
    return msgspec.json.encode(dedup.snapshot())


def copy_of(dedup: Dedup) -> Dedup:
    return Dedup.restore(msgspec.json.decode(encoded(dedup)))


def test_CM1_a_command_that_was_answered_is_found_again() -> None:
    dedup = Dedup()
    assert dedup.find(ANA, "c1", 1, 0) is None
    dedup.record(ANA, "c1", Answer(1, 7))
    dedup.record(ANA, "c1", Answer(2, 8, "exists", {"id": "x"}))
    assert dedup.find(ANA, "c1", 1, 0) == Answer(1, 7)
    assert dedup.find(ANA, "c1", 2, 0) == Answer(2, 8, "exists", {"id": "x"})


def test_CM2_seqs_of_others_and_seqs_that_are_not_positive_are_bad() -> None:
    dedup = Dedup()
    dedup.record(ANA, "c1", Answer(1, 1))
    assert dedup.find(BEN, "c1", 1, 0) == "bad_seq"
    assert dedup.find(BEN, "c1", 2, 0) == "bad_seq"
    assert dedup.find(ANA, "c1", 0, 0) == "bad_seq"
    assert dedup.find(ANA, "c1", -5, 0) == "bad_seq"


def test_CM3_a_jump_forward_is_legal_and_what_is_below_the_window_is_expired() -> None:
    dedup = Dedup()
    for seq in range(1, 11):
        dedup.record(ANA, "c1", Answer(seq, seq))
    dedup.record(ANA, "c1", Answer(100, 11))
    assert dedup.find(ANA, "c1", 100, 0) == Answer(100, 11)
    assert dedup.find(ANA, "c1", 100 - WINDOW + 1, 0) is None
    assert dedup.find(ANA, "c1", 100 - WINDOW, 0) == "session_expired"
    assert dedup.find(ANA, "c1", 10, 0) == Answer(10, 10), "what is still there is still told"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=400))
def test_CM3_the_window_agrees_with_a_plain_set(steps: list[int]) -> None:
    """Seqs rise by jumps, with stragglers inside the window; a plain dict remembers everything."""
    dedup, everything, highest = Dedup(), dict[int, int](), 0
    for version, step in enumerate(steps, 1):
        seq = highest + step if step % 3 else max(1, highest - step)
        found = dedup.find(ANA, "c1", seq, 0)
        if seq in everything and seq > highest - WINDOW:
            assert found == Answer(seq, everything[seq])
        elif seq <= highest - WINDOW:
            assert found == "session_expired" or found == Answer(seq, everything[seq])
        else:
            assert found is None
            dedup.record(ANA, "c1", Answer(seq, version))
            everything[seq] = version
            highest = max(highest, seq)
        assert len(dedup.windows["c1"].answers) <= WINDOW


def test_CM4_a_command_made_below_the_floor_is_expired_and_its_client_forgotten() -> None:
    dedup = Dedup()
    dedup.record(ANA, "old", Answer(1, 1))
    dedup.advance(0, 1)
    dedup.record(ANA, "new", Answer(1, 2))
    dedup.advance(KEEP_MS - 1, 2)
    assert dedup.floor == 0
    dedup.record(BEN, "ben", Answer(1, 3))
    dedup.advance(KEEP_MS + MARK_EVERY_MS, 3)
    assert dedup.floor == 1
    dedup.advance(2 * KEEP_MS + MARK_EVERY_MS, 4)
    assert dedup.floor == 3
    assert "old" not in dedup.windows
    assert "new" not in dedup.windows
    assert dedup.find(ANA, "old", 1, 0) == "session_expired"
    assert dedup.find(ANA, "old", 1, 2) == "session_expired"
    assert dedup.find(ANA, "old", 2, 3) is None
    assert "ben" in dedup.windows


def test_CM5_there_is_one_mark_an_hour_however_many_entries_there_are() -> None:
    dedup = Dedup()
    for minute in range(60 * 100):
        dedup.advance(minute * 60_000, minute + 1)
    assert len(dedup.marks) <= 50
    assert dedup.floor == 60 * (99 - 48) + 1


def test_CM6_the_least_recently_used_client_is_forgotten_and_its_copies_are_expired() -> None:
    dedup = Dedup()
    for number in range(CLIENTS_PER_ACCOUNT_MAX):
        dedup.record(ANA, f"c{number}", Answer(1, number + 1))
    dedup.record(ANA, "c0", Answer(2, 90))
    dedup.record(BEN, "ben", Answer(1, 91))
    dedup.record(ANA, "one more", Answer(1, 92))
    assert "c1" not in dedup.windows
    assert "c0" in dedup.windows
    assert dedup.find(ANA, "c1", 1, 1) == "session_expired"
    assert dedup.find(ANA, "fresh", 1, 2) is None, "made at its last answer: surely not a copy"
    assert dedup.find(BEN, "another", 1, 0) is None, "the floor is that of one account"
    for number in range(CLIENTS_PER_ACCOUNT_MAX):
        dedup.record(ANA, f"d{number}", Answer(1, 100 + number))
    assert sum(w.account == ANA for w in dedup.windows.values()) == CLIENTS_PER_ACCOUNT_MAX


def test_CM5_floors_of_accounts_end_where_the_floor_of_all_passes_them() -> None:
    dedup = Dedup()
    for number in range(CLIENTS_PER_ACCOUNT_MAX + 1):
        dedup.record(ANA, f"c{number}", Answer(1, number + 1))
    assert dedup.account_floors == {ANA: 1}
    dedup.advance(0, 70)
    dedup.advance(KEEP_MS, 71)
    assert dedup.account_floors == {}
    assert dedup.windows == {}
    dedup.record(ANA, "back", Answer(1, 72))
    assert dedup.find(ANA, "back", 1, 71) == Answer(1, 72)


def test_JN5_the_answered_commands_of_a_client_are_listed_up_to_a_version() -> None:
    dedup = Dedup()
    dedup.record(ANA, "c1", Answer(1, 1))
    dedup.record(ANA, "c1", Answer(2, 2, "exists"))
    dedup.record(ANA, "c1", Answer(3, 3))
    dedup.record(ANA, "c1", Answer(4, 4))
    assert dedup.answered(ANA, "c1", 3) == [(1, 1), (3, 3)]
    assert dedup.answered(BEN, "c1", 3) == []
    assert dedup.answered(ANA, "c2", 3) == []


def test_EN8_a_restored_memory_is_the_same_and_goes_on_the_same() -> None:
    dedup = Dedup()
    for number in range(CLIENTS_PER_ACCOUNT_MAX + 3):
        dedup.record(ANA, f"c{number}", Answer(5, number + 1, "exists", {"by": "x"}))
        dedup.advance(number * MARK_EVERY_MS, number + 1)
    again = copy_of(dedup)
    assert encoded(again) == encoded(dedup)
    for one in (dedup, again):
        one.record(ANA, "c99", Answer(1, 200))
        one.advance(100 * MARK_EVERY_MS, 200)
    assert encoded(again) == encoded(dedup)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 70), st.integers(0, 3)), max_size=80))
def test_CM7_details_of_refusals_are_remembered_within_a_limit(
    steps: list[tuple[int, int, int]],
) -> None:
    """The latest ones, the same after a restore in between; every code stays."""
    dedup, seqs = Dedup(), dict[int, int]()
    told: dict[int, tuple[str, int, str]] = {}
    for version, (client, step, size) in enumerate(steps, 1):
        seq = seqs[client] = seqs.get(client, 0) + step
        detail = str(version) * 30_000 if size else None
        dedup.record(ANA, f"c{client}", Answer(seq, version, "conflict", detail))
        told[version] = (f"c{client}", seq, detail or "")
        if size == 2:
            dedup = copy_of(dedup)
    kept = 0
    for version, (client, seq, detail) in sorted(told.items(), reverse=True):
        answer = dedup.find(ANA, client, seq, 0)
        if not isinstance(answer, Answer):
            continue  # below the window
        assert (answer.version, answer.code) == (version, "conflict")
        if answer.detail is not None:
            assert answer.detail == detail
            kept += len(detail) + 2
    assert kept <= DETAILS_BYTES_MAX
    assert encoded(copy_of(dedup)) == encoded(dedup)


def test_CM7_a_forgotten_client_takes_its_details_with_it() -> None:
    dedup = Dedup()
    for number in range(CLIENTS_PER_ACCOUNT_MAX + 200):
        dedup.record(ANA, f"c{number}", Answer(1, number + 1, "conflict", "x" * 4_000))
    last = f"c{CLIENTS_PER_ACCOUNT_MAX + 199}"
    assert dedup.find(ANA, last, 1, 10**6) == Answer(
        1, CLIENTS_PER_ACCOUNT_MAX + 200, "conflict", "x" * 4_000
    )
    assert encoded(copy_of(dedup)) == encoded(dedup)


def test_CM7_a_long_detail_is_not_recorded() -> None:
    assert recorded_detail(None) is None
    assert recorded_detail({"id": "x"}) == {"id": "x"}
    assert recorded_detail("x" * (DETAIL_BYTES_MAX - 2)) is not None
    assert recorded_detail("x" * (DETAIL_BYTES_MAX - 1)) is None
