"""Rosters by name."""

from msgspec.structs import replace

from protocol.draft import DraftSettings
from server.rules.draft.legality import places
from server.rules.draft.presets import PRESETS
from server.rules.draft.setup import problems_of


def test_DR63_every_preset_makes_a_draft() -> None:
    assert list(PRESETS) == ["nfl", "superflex", "idp", "soccer", "basketball"]
    for slots in PRESETS.values():
        settings = replace(DraftSettings(), slots=slots, rounds=places(slots))
        assert problems_of(settings) == []
        assert any(slot.bench for slot in slots)
