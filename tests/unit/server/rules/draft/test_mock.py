"""Drafts among computer teams."""

from __future__ import annotations

import pytest

from protocol.draft import DraftSettings
from server.rules.draft.mock import CannotStart, play
from server.rules.draft.verify import verify
from server.synthetic_players import synthetic_players

TWELVE = DraftSettings(teams=12, rounds=15)


def chosen(seed: int, settings: DraftSettings = TWELVE) -> list[str]:
    state, log = play(settings, synthetic_players(), seed)
    assert verify(settings, log).faults == []
    assert state.phase == "ended"
    assert {one.how for one in state.picks} == {"cpu"}
    return [one.player for one in state.picks]


def test_DR64_a_mock_follows_from_its_seed_and_is_legal() -> None:
    first = chosen(1)
    assert len(set(first)) == 180
    assert chosen(1) == first
    assert chosen(2) != first
    assert first != [one.id for one in synthetic_players(180)]


def test_DR64_an_auction_among_computers_spends_by_value() -> None:
    settings = DraftSettings(type="auction", teams=4)
    state, log = play(settings, synthetic_players(), 3)
    assert verify(settings, log).faults == []
    assert len(state.picks) == 60
    assert max(one.price or 0 for one in state.picks) > 20


def test_DR64_a_pool_of_nobody_makes_no_draft() -> None:
    with pytest.raises(CannotStart) as refused:
        play(TWELVE, [], 1)
    assert refused.value.problems == ["no_players"]
