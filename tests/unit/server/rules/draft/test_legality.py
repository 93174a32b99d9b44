"""Places, maxima, starters."""

from __future__ import annotations

import random

from protocol.draft import NFL_STANDARD, RosterSlot
from server.rules.draft.legality import Positions, Roster, is_legal_roster, places
from tests.support.draft_audit import has_places

TIGHT = (
    RosterSlot("QB", ("QB",)),
    RosterSlot("FLEX", ("RB", "WR")),
    RosterSlot("SUPER", ("QB", "RB")),
)


def roster(has: list[Positions], *, open_after: int = 99, strict: bool = True, **maxima: int):
    return Roster(TIGHT, maxima, has, room=3, open_after=open_after, strict=strict)


def test_DR10_a_place_is_found_by_moving_others() -> None:
    """The second quarterback takes the place that the running back can leave for another."""
    assert roster([("RB",), ("QB",)]).why_not(("QB",)) is None
    assert roster([("QB",), ("QB",)]).why_not(("QB",)) == "slot"
    assert roster([("QB",), ("QB",)]).why_not(("WR", "QB")) is None
    assert roster([("QB",), ("QB",)], strict=False).why_not(("QB",)) == "needs"
    assert places(NFL_STANDARD) == 15


def test_DR10_matching_agrees_with_halls_theorem() -> None:
    dice = random.Random(7)
    kinds = ("QB", "RB", "WR", "TE", "K")
    for _ in range(400):
        slots = tuple(
            RosterSlot(
                str(n),
                tuple(dice.sample(kinds, dice.randint(0, 3))),
                dice.randint(1, 2),
            )
            for n in range(dice.randint(1, 5))
        )
        plain = [{"positions": list(one.positions), "count": one.count} for one in slots]
        has = [tuple(dice.sample(kinds, dice.randint(1, 2))) for _ in range(dice.randint(0, 7))]
        assert is_legal_roster(slots, has) == has_places(plain, has)


def test_DR11_maxima_hold_however_lenient_the_rest_is() -> None:
    assert roster([("QB",)], strict=False, QB=1).why_not(("QB", "RB")) == "maximum"
    assert roster([("QB",)], strict=False, QB=1).why_not(("RB", "QB")) is None


def test_DR12_starters_places_must_stay_possible() -> None:
    slots = (RosterSlot("QB", ("QB",)), RosterSlot("BN", (), 3, bench=True))
    last = Roster(slots, {}, [("RB",)], room=4, open_after=0, strict=True)
    assert last.missing == 1
    assert last.why_not(("RB",)) == "needs"
    assert last.why_not(("QB",)) is None
    assert last.starts(("QB",))
    assert not last.starts(("RB",))
    lost = Roster(slots, {}, [], room=4, open_after=-1, strict=True)
    assert lost.why_not(("QB",)) is None


def test_DR13_a_full_roster_takes_nobody() -> None:
    full = Roster(TIGHT, {}, [("QB",)], room=1, open_after=5, strict=False)
    assert full.why_not(("QB",)) == "full"
