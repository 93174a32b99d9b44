"""What there is to choose from where files hold several plays, and what is left of them."""

from server.readers.choices import chosen_of, plays_of
from server.readers.report import Fault
from tests.support.provider_files import (
    NGS_HEADER,
    csv_of,
    lastrow,
    ngs,
    ngs_rows,
    statsbomb,
    statsbomb_line_up,
)


def two_plays() -> bytes:
    rows = ngs_rows(3)
    return csv_of(NGS_HEADER, rows + [["7", "43", *row[2:]] for row in rows])


def test_RD22_every_play_of_every_file_is_listed_once() -> None:
    files = {"a.csv": two_plays(), "b.csv": ngs(3)}
    plays = plays_of(files)
    assert [one.key for one in plays] == ["7/42", "7/43"]
    assert plays[0].label == "HOM – AWY 7, play 42, 0.3 s"
    chosen = chosen_of(files, "7/43")
    assert not isinstance(chosen, Fault)
    assert (list(chosen.files), chosen.play) == (["a.csv"], ("7", "43"))


def test_RD22_of_other_providers_a_file_is_a_play() -> None:
    files = {"a.csv": lastrow(), "b.csv": lastrow()}
    assert [one.key for one in plays_of(files)] == ["a.csv", "b.csv"]
    chosen = chosen_of(files, "b.csv")
    assert not isinstance(chosen, Fault)
    assert list(chosen.files) == ["b.csv"]


def test_RD22_events_go_with_the_line_up_of_the_same_match() -> None:
    events = {"15.json": statsbomb(), "16.json": statsbomb()}
    line_ups = {"l15.json": statsbomb_line_up(), "l16.json": statsbomb_line_up()}
    chosen = chosen_of({**line_ups, **events}, "16.json")
    assert not isinstance(chosen, Fault)
    assert set(chosen.files) == {"16.json", "l16.json"}
    one = chosen_of({"x.json": statsbomb(), "y.json": statsbomb_line_up()}, "x.json")
    assert not isinstance(one, Fault)
    assert set(one.files) == {"x.json", "y.json"}


def test_RD22_what_is_not_there_is_a_fault() -> None:
    for files in ({"a.csv": ngs(3)}, {"a.csv": lastrow()}, {"a": b"hello"}):
        assert isinstance(chosen_of(files, "8/1"), Fault)
    assert plays_of({"a": b"hello"}) == ()
    assert plays_of({"a.csv": NGS_HEADER.encode()}) == ()
