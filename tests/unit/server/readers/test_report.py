"""Oddities are counted by name, and the first places are remembered."""

from server.readers.report import EXAMPLES_MAX, Oddity, Report


def test_RD3_oddities_are_counted_with_their_first_places() -> None:
    report = Report()
    for line in range(10):
        report.odd("no_position", f"play.csv:{line}")
    report.odd("frames_missing", "play.csv: after 100 ms", 7)
    found = report.oddities()
    assert found["no_position"] == Oddity(10, tuple(f"play.csv:{n}" for n in range(EXAMPLES_MAX)))
    assert found["frames_missing"].count == 7


def test_RD3_what_an_earlier_step_found_is_told_as_well() -> None:
    report = Report()
    report.include({"repeated": Oddity(4, ("a:1", "a:2"))})
    report.odd("repeated", "b:9")
    assert report.oddities() == {"repeated": Oddity(5, ("a:1", "a:2", "b:9"))}
