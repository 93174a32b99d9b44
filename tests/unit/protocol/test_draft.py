"""Settings and rows of a draft, as they come off the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.draft import NFL_STANDARD, DraftSettings, Player


def test_settings_are_all_optional_and_strict() -> None:
    assert msgspec.json.decode(b"{}", type=DraftSettings) == DraftSettings()
    assert sum(slot.count for slot in NFL_STANDARD) == 15
    wrongs: tuple[dict[str, Any], ...] = (
        {"teams": 33},
        {"teams": 1},
        {"rounds": 61},
        {"clock": {"pick_s": 0}},
        {"slots": []},
        {"unheard": 1},
    )
    for wrong in wrongs:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, DraftSettings)


def test_DR20_no_limit_is_null() -> None:
    settings = msgspec.convert({"clock": {"pick_s": None}}, DraftSettings)
    assert settings.clock.pick_s is None


def test_a_player_is_a_row_whose_id_is_the_sources() -> None:
    row = ["00-0033873", "Patrick Mahomes", ["QB"], "KC", 12]
    player = msgspec.convert(row, Player)
    assert (player.positions, player.rank, player.adp) == (("QB",), 12, None)
    wrongs: tuple[list[Any], ...] = (
        [" x", "A", ["QB"]],
        ["x", "A", []],
        ["x", "", ["QB"]],
        ["x", "A", ["qb"]],
    )
    for wrong in wrongs:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Player)
