"""The XML beside Metrica's files."""

import pytest

from server.readers.coordinates import SOCCER, Pitch
from server.readers.metrica_metadata import Metadata, read_metadata
from server.readers.report import Fault, Report
from tests.support.provider_files import epts_metadata


def test_RD11_the_xml_says_rate_pitch_teams_players_and_order() -> None:
    found = read_metadata("x", epts_metadata(), Report())
    assert isinstance(found, Metadata)
    assert (found.rate_hz, found.pitch) == (25.0, Pitch(100_000, 64_000))
    assert found.teams == {"home": "Team T1", "away": "Team T2"}
    assert found.attack == {"home": 1, "away": -1}
    assert found.register.players == ("P2", "P1", "P3", "P4")
    assert found.halves == ((0, 99), (500, 599))
    assert found.actors["P3"].is_keeper
    assert found.actors["P3"].side == "away"
    assert found.actors["P2"].role is None


def test_RD2_a_document_with_a_dtd_is_not_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><main>&b;</main>'
    assert read_metadata("x", bomb, Report()) == Fault(
        "x", "an XML document with a DTD is not read"
    )


@pytest.mark.parametrize("content", [b"", b"<main>", b"no", b"<a></b>", b"<a\x00/>"])
def test_RD1_what_is_no_xml_is_a_fault(content: bytes) -> None:
    assert isinstance(read_metadata("x", content, Report()), Fault)


def test_RD3_what_it_does_not_say_is_usual_and_reported() -> None:
    report = Report()
    content = epts_metadata().replace(b"<Width>100<", b"<Width>?<").replace(b">25.0<", b">0<")
    found = read_metadata("x", content, report)
    assert isinstance(found, Metadata)
    assert (found.rate_hz, found.pitch) == (25.0, SOCCER)
    assert set(report.oddities()) == {"no_rate", "no_pitch"}
