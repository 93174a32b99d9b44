"""What files hold, told before a board is made of them."""

import random

import pytest

from server.readers.clips import Passage, read_clip
from server.readers.held import Held, held
from server.readers.report import Fault
from tests.support.provider_files import KIND_OF, SAMPLES, ngs
from tests.unit.server.readers.test_choices import two_plays
from tests.unit.server.readers.test_clips import mutated


def look(files: dict[str, bytes], wanted: Passage | None = None) -> Held:
    found = held(None, files, wanted or Passage())
    assert isinstance(found, Held), found
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_RD22_it_says_what_the_board_will_have(name: str) -> None:
    files = SAMPLES[name]()
    found = look(files)
    made = read_clip(None, files)
    assert not isinstance(made, Fault)
    assert found.kind == KIND_OF.get(name, name)
    assert sum(found.counts.values()) == len(made.objects)
    assert (found.name, found.source, found.odd) == (made.name, made.source, made.oddities)


def test_RD22_a_track_says_how_long_it_is_and_a_match_its_passages() -> None:
    track = look({"a.csv": ngs(31)})
    assert (track.form, track.duration_ms, track.plays_for_ms) == ("track", 3_000, 3_000)
    assert (track.plays, track.play) == ((), None)
    match = look(SAMPLES["statsbomb"]())
    assert (match.form, match.duration_ms) == ("events", None)
    assert [one.label.split()[0] for one in match.passages] == ["Goal"]
    assert [one.period for one in match.periods] == [1]
    goal = match.passages[0]
    again = look(
        SAMPLES["statsbomb"](), Passage(goal.period, goal.from_ms, goal.to_ms, phases=True)
    )
    assert again.counts["phase"] == again.counts["arrow"] > 0


def test_RD22_of_several_plays_the_chosen_one_is_told() -> None:
    files = {"a.csv": two_plays()}
    first, second = look(files), look(files, Passage(play="7/43"))
    assert (first.play, second.play) == ("7/42", "7/43")
    assert second.name == "7 play 43"
    assert "another_play" not in {**first.odd, **second.odd}
    assert isinstance(held(None, files, Passage(play="9/9")), Fault)


def test_RD23_two_times_cut_a_stretch_and_nothing_is_a_fault() -> None:
    files = {"a.csv": ngs(31)}
    cut = look(files, Passage(from_ms=1_000, to_ms=2_000))
    assert (cut.duration_ms, cut.plays_for_ms) == (3_000, 1_000)
    assert isinstance(held(None, files, Passage(from_ms=9_000)), Fault)


def test_RD23_a_line_up_instead_of_a_stretch() -> None:
    found = look(SAMPLES["statsbomb"](), Passage(line_up=True))
    assert "arrow" not in found.counts
    assert found.counts["token"] >= 22


@pytest.mark.parametrize("name", SAMPLES)
def test_RD1_mutated_files_hold_something_or_are_refused_by_name(name: str) -> None:
    draw = random.Random(7)
    for _ in range(12):
        files = SAMPLES[name]()
        hit = draw.choice(sorted(files))
        files[hit] = mutated(files[hit], draw)
        found = held(None, files, Passage(phases=draw.random() < 0.5))
        assert isinstance(found, Held) or found.why
