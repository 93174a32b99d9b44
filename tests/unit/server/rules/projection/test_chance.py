"""How likely a side is to win."""

import pytest

from server.rules.projection.chance import SURE, win_chance


@pytest.mark.parametrize(("lead", "chance"), [(1, SURE), (-1, 0), (0, SURE // 2)])
def test_PJ6_when_it_is_over_it_is_sure(lead: int, chance: int) -> None:
    assert win_chance(lead, 0.0, over=True) == chance
    assert win_chance(lead, 1e9, over=True) == chance


def test_PJ6_before_that_it_follows_from_lead_and_spread() -> None:
    assert win_chance(0, 250_000.0, over=False) == 5_000
    assert win_chance(500, 250_000.0, over=False) == 8_413
    assert win_chance(-500, 250_000.0, over=False) == 1_587
    assert win_chance(500, 1_000_000.0, over=False) == 6_915


def test_PJ6_nobody_is_sure_before_the_end() -> None:
    assert win_chance(90_000, 1.0, over=False) == SURE - 1
    assert win_chance(-90_000, 1.0, over=False) == 1
    assert win_chance(1, 0.0, over=False) == SURE - 1
    assert win_chance(0, 0.0, over=False) == 5_000
