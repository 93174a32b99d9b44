"""What is left of a game, and what it is likely to add."""

import pytest

from protocol.feed import Header
from server.rules.projection.expected import NOTHING, Pregame
from server.rules.projection.live import (
    Outlook,
    defence_outlook,
    player_outlook,
    remaining_share,
)
from server.rules.projection.tiers import Against
from server.rules.scoring.ruleset import preset

STANDARD = preset("standard")


@pytest.mark.parametrize(
    ("header", "share"),
    [
        (None, 1.0),
        (Header("HOM", "AWY", phase="pregame"), 1.0),
        (Header("HOM", "AWY"), 1.0),
        (Header("HOM", "AWY", quarter=1, clock="15:00"), 1.0),
        (Header("HOM", "AWY", quarter=2, clock="00:00"), 0.5),
        (Header("HOM", "AWY", quarter=3), 0.5),
        (Header("HOM", "AWY", quarter=3, clock="soon"), 0.5),
        (Header("HOM", "AWY", quarter=4, clock="07:30"), 0.125),
        (Header("HOM", "AWY", quarter=4, clock="99:00"), 0.25),
        (Header("HOM", "AWY", quarter=5, clock="06:00"), 0.1),
        (Header("HOM", "AWY", quarter=6, clock="00:00"), 0.0),
        (Header("HOM", "AWY", phase="final", quarter=2, clock="03:00"), 0.0),
    ],
)
def test_PJ3_how_much_of_a_game_is_left(header: Header | None, share: float) -> None:
    assert remaining_share(header) == pytest.approx(share)


def test_PJ3_what_he_has_and_his_share_of_what_is_left() -> None:
    pregame = Pregame(1600.0, 90_000.0)
    assert player_outlook(700, pregame, 1.0) == Outlook(2300, 90_000.0)
    assert player_outlook(700, pregame, 0.25) == Outlook(1100, 22_500.0)
    assert player_outlook(700, pregame, 0.0) == Outlook(700, 0.0)
    assert player_outlook(-120, NOTHING, 1.0) == Outlook(-120, 0.0)


def test_PJ4_the_tiers_of_a_defence_are_those_of_its_projected_final() -> None:
    pregame = Pregame(600.0, 250_000.0, Against(24.0, 350.0, 0.0, 0.0))
    # Nothing allowed at half-time is worth 10.00 now; 12 points allowed, at the end, 4.00.
    half = defence_outlook(1000 + 200, 1000, (0, 150), pregame, 0.5, STANDARD)
    assert half == Outlook(200 + 300 + 400, 125_000.0)
    over = defence_outlook(1200, 1000, (0, 150), pregame, 0.0, STANDARD)
    assert over == Outlook(1200, 0.0)
    before = defence_outlook(0, 0, (0, 0), pregame, 1.0, STANDARD)
    assert before.points == 600
