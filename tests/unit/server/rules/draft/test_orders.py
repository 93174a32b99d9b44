"""Whose cell it is."""

from __future__ import annotations

from msgspec.structs import replace

from protocol.draft import AuctionSettings, DraftSettings
from server.rules.draft.orders import moved_owners, nominator, origins, round_of

FOUR = DraftSettings(teams=4, rounds=5)
ORDER = [1, 2, 3, 4]


def rounds(settings: DraftSettings) -> list[str]:
    cells = origins(settings, ORDER)
    return ["".join(map(str, cells[n : n + 4])) for n in range(0, len(cells), 4)]


def test_DR5_linear_repeats_the_first_round() -> None:
    assert rounds(replace(FOUR, type="linear", reversal=3)) == ["1234"] * 5


def test_DR6_a_snake_turns_every_round() -> None:
    assert rounds(FOUR) == ["1234", "4321", "1234", "4321", "1234"]


def test_DR7_third_round_reversal_turns_once_more() -> None:
    assert rounds(replace(FOUR, reversal=3)) == ["1234", "4321", "4321", "1234", "4321"]
    assert rounds(replace(FOUR, reversal=2)) == ["1234", "1234", "4321", "1234", "4321"]


def test_DR8_a_matrix_says_every_cell_and_leaves_out_seats_that_are_none() -> None:
    custom = replace(FOUR, type="custom", matrix=((1, 1, 2), (4,), (9, 3)))
    assert origins(custom, ORDER) == [1, 1, 2, 4, 3]
    assert [round_of(custom, n) for n in range(1, 7)] == [1, 1, 1, 2, 3, 4]
    assert origins(replace(FOUR, type="auction"), ORDER) == []


def test_DR9_a_traded_pick_goes_with_its_origin_and_round() -> None:
    before = origins(FOUR, ORDER)
    turned = [4, 3, 2, 1]
    after = origins(FOUR, turned)
    assert moved_owners(FOUR, before, {1: 3, 8: 2}, FOUR, after) == [(4, 3), (5, 2)]
    shorter = replace(FOUR, teams=2, rounds=2)
    assert moved_owners(FOUR, before, {1: 3, 8: 2}, shorter, origins(shorter, [1, 2])) == [(4, 2)]


def test_DR9_cells_of_one_origin_in_one_round_are_kept_apart() -> None:
    custom = replace(FOUR, type="custom", matrix=((1, 1, 1),))
    cells = origins(custom, ORDER)
    assert moved_owners(custom, cells, {2: 4}, custom, cells) == [(2, 4)]


def test_DR30_nominations_go_straight_or_in_a_snake() -> None:
    straight = replace(FOUR, type="auction")
    assert [nominator(straight, ORDER, n) for n in range(6)] == [1, 2, 3, 4, 1, 2]
    snake = replace(straight, auction=AuctionSettings(nominations="snake"))
    assert [nominator(snake, ORDER, n) for n in range(6)] == [1, 2, 3, 4, 4, 3]
