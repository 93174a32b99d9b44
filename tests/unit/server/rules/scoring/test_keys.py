"""The keys that leagues may use."""

from itertools import pairwise

from server.rules.scoring.keys import BANDS, BY_POSITION, KEYS, PLAYER, TEAM


def test_SC10_every_band_and_position_is_of_known_quantities() -> None:
    quantities = PLAYER | TEAM
    assert all(set(band.of) <= quantities for band in BANDS.values())
    assert all(set(of) <= quantities for _, of in BY_POSITION.values())
    assert len(KEYS) == len(quantities) + len(BANDS) + len(BY_POSITION)


def test_SC15_bands_of_one_quantity_do_not_overlap() -> None:
    for prefix in ("bonus_pass_yd", "bonus_rush_yd", "bonus_rec_yd", "pts_allow_", "yds_allow_"):
        bands = sorted(band[1:] for key, band in BANDS.items() if key.startswith(prefix))
        assert len(bands) > 1
        for (_, most), (least, _) in pairwise(bands):
            assert most is not None
            assert most + 1 == least
