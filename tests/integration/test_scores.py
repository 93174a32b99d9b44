"""A bounded sample of `python -m tests.scores`."""

from tests.scores import report
from tests.support.spoilt_games import MUTATIONS, small, spoil


def test_RD1_FD3_spoilt_play_files_are_read_whole_or_refused_with_a_place() -> None:
    seen = spoil([small()], 1_500, seed=7)
    assert seen.faults == [], report(seen)
    assert set(seen.by_mutation) == set(MUTATIONS)
    assert seen.read > 200
    assert seen.refused > 600
