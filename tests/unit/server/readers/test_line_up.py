"""Roles and where they stand."""

import pytest

from server.readers.line_up import SLOTS, slot_of


def test_RD12_every_slot_lies_in_the_own_half_and_right_is_right() -> None:
    assert len(SLOTS) == 25
    assert len(set(SLOTS.values())) == 25
    for name, (x, y) in SLOTS.items():
        assert -1_000 < x < 0
        assert (y > 0) == name.startswith("R")
        assert (y < 0) == name.startswith("L")


@pytest.mark.parametrize(
    ("role", "slot"), [("GK", "GK"), ("st", "CF"), ("RF", "RCF"), ("SUB", None), (None, None)]
)
def test_RD12_roles_of_other_names_have_the_same_slot(role: str | None, slot: str | None) -> None:
    assert slot_of(role) == slot
