"""What a file is, by how it begins."""

import pytest

from server.readers.content import content_of
from tests.support.provider_files import SAMPLES

WHAT = {
    "ngs": ["ngs"],
    "lastrow": ["lastrow"],
    "metrica": ["epts", "xml"],
    "metrica_events": ["metrica_csv"],
    "metrica_json": ["metrica_json", "xml"],
    "statsbomb": ["statsbomb_events", "statsbomb_line_up"],
    "statsbomb_line_up": ["statsbomb_line_up"],
    "skillcorner": ["skillcorner"],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_RD20_a_file_is_known_by_its_beginning(name: str) -> None:
    assert [content_of(content) for content in SAMPLES[name]().values()] == WHAT[name]


def test_RD20_what_nobody_writes_is_nobodys() -> None:
    for content in (b"", b"\x1f\x8b\x00", b"hello", b"{}", b"[]"):
        assert content_of(content) is None
