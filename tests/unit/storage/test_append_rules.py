import pytest

from storage.append_rules import check_append, check_batch, covers
from storage.room_log import EMPTY, Head, RoomAppend

AT_3 = Head(3, "3" * 16)


def test_LG1_a_head_is_as_many_versions_on_as_there_are_records() -> None:
    check_append(RoomAppend("r_1", AT_3, [b"x", b"y"], Head(5, "5" * 16)))
    with pytest.raises(AssertionError, match="expected version 4 after 1 records on 3, got 5"):
        check_append(RoomAppend("r_1", AT_3, [b"x"], Head(5, "5" * 16)))


def test_LG6_without_records_the_head_stays() -> None:
    check_append(RoomAppend("r_1", AT_3, [], AT_3))
    with pytest.raises(AssertionError, match="to stay"):
        check_append(RoomAppend("r_1", AT_3, [], Head(3, "4" * 16)))


def test_LG3_a_creation_has_records_and_begins_empty() -> None:
    check_append(RoomAppend("r_1", EMPTY, [b"x"], Head(1, "1" * 16), kind="board"))
    with pytest.raises(AssertionError, match="records with a creation"):
        check_append(RoomAppend("r_1", EMPTY, [], EMPTY, kind="board"))
    with pytest.raises(AssertionError, match="creation to begin"):
        check_append(RoomAppend("r_1", AT_3, [b"x"], Head(4, "4" * 16), kind="board"))


def test_LG4_a_room_is_in_a_batch_once() -> None:
    one, two = RoomAppend("r_1", AT_3, [], AT_3), RoomAppend("r_2", AT_3, [], AT_3)
    check_batch([one, two])
    with pytest.raises(AssertionError, match="room r_1 once"):
        check_batch([one, two, one])


@pytest.mark.parametrize(
    ("snapshots", "before", "covered"),
    [([], 1, False), ([0], 1, True), ([9], 10, True), ([10], 10, True), ([8, 11], 10, False)],
)
def test_LG11_a_snapshot_at_the_border_covers_what_goes(
    snapshots: list[int], before: int, covered: bool
) -> None:
    assert covers(snapshots, before) is covered
