"""A sample of the crawl of the OpenAPI document; the whole one is `make crawl`."""

from __future__ import annotations

import os

import pytest

from tests.crawl import crawled
from tests.support.canaries import found_in


@pytest.mark.timeout(900)
async def test_HT75_generated_requests_get_documented_answers_and_no_500() -> None:
    cases = int(os.environ.get("TOUCHLINE_CRAWL_CASES", "800"))
    found = await crawled(cases, seed=20_261_121)
    assert found.faults == []
    assert found.cases >= cases * 0.8
    assert len(found.operations) >= 98, "every operation was tried"
    assert sum(count for status, count in found.statuses.items() if status < 300) > cases * 0.05
    assert 500 not in found.statuses


@pytest.mark.parametrize(
    "secret",
    [
        "password=correct horse battery staple",
        "tlr_" + "a" * 32 + "_" + "b" * 64,
        "tll_" + "x" * 43,
        "tl_live_" + "k" * 16 + "_" + "s" * 43,
        "whsec_" + "A" * 44,
        "otpauth://totp/Touchline:a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=T",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhXzEyMzQ1Njc4OTAifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2g",
    ],
)
def test_a_canary_is_found_where_it_is(secret: str) -> None:
    assert found_in(f'{{"event":"x","value":"{secret}"}}') is not None
    assert found_in('{"event":"session ended","session":"s_abc"}') is None
