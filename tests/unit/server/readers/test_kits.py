"""Numbers can be read on shirts."""

import pytest

from server.readers.kits import (
    AWAY,
    AWAY_KEEPER,
    CONTRAST_MIN,
    HOME,
    HOME_KEEPER,
    OFFICIAL,
    Kit,
    contrast,
    kit_of,
)


@pytest.mark.parametrize("kit", [HOME, AWAY, HOME_KEEPER, AWAY_KEEPER, OFFICIAL])
def test_RD13_the_numbers_of_the_usual_kits_can_be_read(kit: Kit) -> None:
    assert contrast(kit.fill, kit.ink) >= CONTRAST_MIN


@pytest.mark.parametrize("fill", ["#ffffff", "#000000", "#808080", "yellow", "red", " Blue "])
@pytest.mark.parametrize("ink", ["white", "#fffff0", None, "nonsense"])
def test_RD13_a_number_that_cannot_be_read_becomes_one_that_can(fill: str, ink: str | None) -> None:
    kit = kit_of(fill, ink)
    assert kit is not None
    assert contrast(kit.fill, kit.ink) >= CONTRAST_MIN


@pytest.mark.parametrize("fill", ["", None, 7, "#12345", "rebeccapurple", "#12345g"])
def test_RD13_what_is_no_colour_is_no_kit(fill: object) -> None:
    assert kit_of(fill) is None


def test_RD13_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
