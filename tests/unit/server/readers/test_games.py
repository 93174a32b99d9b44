"""Whose a play file is."""

from pathlib import Path

import pytest

from server.readers.games import read_games
from server.readers.report import Fault
from tests.support.gsis_games import content, tree
from tests.unit.server.readers.test_nfl_api import detail
from tests.unit.server.readers.test_nflverse import table


@pytest.mark.parametrize(
    ("form", "source"),
    [(content(tree({})), "gsis"), (content(detail()), "nfl_api"), (table({}), "nflverse")],
)
def test_FD15_the_content_says_whose_it_is(form: bytes, source: str) -> None:
    found = read_games("anything", form)
    assert not isinstance(found, Fault)
    assert [game.source for game in found.value] == [source]


@pytest.mark.parametrize("form", [b"{}", b"[1]", b"{", b"", b"a,b\n1,2\n", b"\x1f\x8b"])
def test_RD1_what_is_nobodys_is_a_fault_that_names_the_file(form: bytes) -> None:
    found = read_games("anything", form)
    assert isinstance(found, Fault)
    assert found.path.startswith("anything")


@pytest.mark.shared_data
def test_FD15_other_recorded_files_are_faults(shared_data: Path) -> None:
    for name in ("soccer/skillcorner_matches.json", "soccer/metrica_game1_events.csv"):
        assert isinstance(read_games(name, (shared_data / name).read_bytes()), Fault)
