from storage.room_log import EMPTY, Appended, Conflict, Head, ListingChange, Refused, Unknown


def test_LG1_outcomes_are_values() -> None:
    assert Appended() == Appended()
    assert Unknown() == Unknown()
    assert Conflict(Head(1, "a" * 16)) == Conflict(Head(1, "a" * 16))
    assert Conflict(None) != Conflict(EMPTY)
    assert Refused("away") != Refused("away", poisoned=True)


def test_LG3_an_empty_room_is_at_version_0_with_the_root_tag() -> None:
    assert Head(0, "0" * 16) == EMPTY


def test_LG14_a_listing_changes_nothing_by_default() -> None:
    assert ListingChange() == ListingChange(None, {})
