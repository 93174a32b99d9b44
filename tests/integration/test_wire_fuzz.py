"""A bounded sample of `make fuzz`."""

from __future__ import annotations

from tests.support.wire_fuzz import fuzz_the_wire

MUTATIONS = 2_000
SEED = 20_261_121


async def test_only_listed_codes_come_back_and_nobody_else_notices() -> None:
    report = await fuzz_the_wire(MUTATIONS, SEED)
    # too tame would be a failure too
    assert report.bad_messages > MUTATIONS // 10
    assert {1002, 1007, 1009} <= set(report.closes)
