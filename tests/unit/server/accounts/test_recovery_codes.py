"""Recovery codes can be read, typed in any grouping, and found by their hash alone."""

from __future__ import annotations

import re

import pytest

from server.accounts.recovery_codes import ALPHABET, code_hash, matching, new_codes


def test_TP5_ten_different_codes_of_80_bits_that_can_be_read() -> None:
    codes = new_codes()
    assert len(codes) == len(set(codes)) == 10
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("0O1I")
    assert all(
        re.fullmatch(rf"(?:[{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", code) for code in codes
    )


@pytest.mark.parametrize(
    "typed",
    [
        "K7QM-2XVA-BCDE-FGHJ",
        "k7qm2xvabcdefghj",
        " K7QM 2XVA BCDE FGHJ ",
        "K7QM\u20132XVA\u2013BCDE\u2013FGHJ",
    ],
)
def test_TP6_a_code_is_hashed_whatever_its_case_and_grouping(typed: str) -> None:
    assert code_hash(typed) == code_hash("K7QM-2XVA-BCDE-FGHJ") is not None


@pytest.mark.parametrize(
    "typed",
    ["", "K7QM", "K7QM-2XVA-BCDE-FGH0", "K7QM-2XVA-BCDE-FGHJK", "é" * 16, "A" * 16 + " " * 49],
)
def test_TP6_what_cannot_be_a_code_has_no_hash(typed: str) -> None:
    assert code_hash(typed) is None
    assert matching(typed, [b"x" * 32]) is None


def test_TP6_the_hash_to_remove_is_found_and_a_used_code_is_not() -> None:
    codes = new_codes()
    hashes = [found for code in codes if (found := code_hash(code))]
    used = matching(codes[3], hashes)
    assert used == hashes[3]
    left = [stored for stored in hashes if stored != used]
    assert matching(codes[3], left) is None
    assert matching(codes[4], left) == hashes[4]
