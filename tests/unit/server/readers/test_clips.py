"""The one way in, and what damage does to it: a board or a named fault, never an exception."""

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.board import OBJECTS_MAX, POINTS_MAX
from protocol.board_commands import NewObject
from protocol.board_document import read_document, write_document
from server.readers.board_parts import BoardParts, document
from server.readers.clips import FILES_MAX, KINDS, Passage, read_clip, sniff
from server.readers.report import Fault
from server.rules.pitch import reach
from tests.support.provider_files import KIND_OF, SAMPLES, ngs, skillcorner

PIECES = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b",",
    b"\n",
    b'"',
    b"NaN",
    b"1e999",
    b"-",
    b"9" * 400,
    b"[",
    b"<a>",
)


@pytest.mark.parametrize("name", SAMPLES)
def test_RD20_the_content_says_whose_it_is(name: str) -> None:
    assert sniff(SAMPLES[name]()) == KIND_OF.get(name, name)
    assert isinstance(read_clip(None, SAMPLES[name]()), BoardParts)


def test_RD20_files_of_nobody_of_two_providers_and_too_many_are_refused_by_name() -> None:
    assert sniff({"a": ngs(), "b": skillcorner()}) is None
    for files in ({"a": b"hello"}, {"a": b"[]"}, {"a": ngs(), "b": skillcorner()}):
        assert isinstance(read_clip(None, files), Fault)
    assert isinstance(read_clip("ngs", {}), Fault)
    assert isinstance(read_clip("ngs", {str(n): ngs() for n in range(FILES_MAX + 1)}), Fault)
    fault = read_clip("chess", {"a": ngs()})
    assert isinstance(fault, Fault)
    assert "skillcorner" in fault.why


def test_RD1_a_stretch_without_events_is_a_fault() -> None:
    assert isinstance(read_clip(None, SAMPLES["statsbomb"](), Passage(2, 0, 10)), Fault)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SAMPLES)
def test_RD1_files_of_another_provider_are_read_or_refused(name: str, kind: str) -> None:
    files = SAMPLES[name]()
    found = read_clip(kind, files)
    assert isinstance(found, BoardParts | Fault)
    if isinstance(found, BoardParts):
        assert kind == KIND_OF.get(name, name)


def sound(parts: BoardParts) -> None:
    """What any server would take, whatever the file was like."""
    assert len(parts.objects) <= OBJECTS_MAX
    objects = msgspec.convert(msgspec.to_builtins(parts.objects), tuple[NewObject, ...])
    made = document(parts)
    assert read_document(write_document(made)) == made
    x_max, y_max = reach(parts.settings.length_mm, parts.settings.width_mm)
    seen: set[str] = set()
    for one in objects:
        properties = msgspec.to_builtins(one.props)
        assert one.id not in seen
        assert {properties[n] for n in ("of", "phase", "carrier") if n in properties} <= seen
        seen.add(one.id)
        if "at" in properties:
            x, y = properties["at"]
            assert abs(x) <= x_max
            assert abs(y) <= y_max
        assert len(properties.get("points", ())) <= POINTS_MAX


def mutated(content: bytes, draw: random.Random) -> bytes:
    """A few cuts, repetitions and foreign pieces."""
    for _ in range(draw.randint(1, 4)):
        a, b = sorted(draw.randrange(len(content) + 1) for _ in range(2))
        what = draw.randrange(6)
        if what == 0:
            content = content[:a]
        elif what == 1:
            content = content[:a] + draw.choice(PIECES) + content[a:]
        elif what == 2:
            b = min(b, a + draw.randrange(60))
            content = content[:a] + content[b:]
        elif what == 3:
            content = content[:b] + content[a : a + 200] + content[b:]
        elif what == 4:
            lines = content.split(b"\n")
            draw.shuffle(lines)
            content = b"\n".join(lines)
        else:
            content = content[:a] + bytes([draw.randrange(256)]) + content[a + 1 :]
    return content


@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("name", SAMPLES)
def test_RD1_a_mutated_file_is_read_or_refused_by_name(name: str, seed: int) -> None:
    draw = random.Random(seed)
    files = SAMPLES[name]()
    hit = draw.choice(sorted(files))
    files[hit] = mutated(files[hit], draw)
    for kind in (KIND_OF.get(name, name), None):
        found = read_clip(kind, files, Passage(phases=draw.random() < 0.5))
        if isinstance(found, Fault):
            assert found.why
        else:
            sound(found)


@given(content=st.binary(max_size=400), kind=st.sampled_from((*KINDS, None)))
def test_RD1_any_bytes_are_read_or_refused_by_name(content: bytes, kind: str | None) -> None:
    found = read_clip(kind, {"f": content, "g": b"<main/>"})
    assert isinstance(found, Fault)


def test_RD20_every_real_file_is_found_and_sound(shared_data: Path) -> None:
    soccer = shared_data / "soccer"
    sets = [[path] for path in sorted((shared_data / "nfl_tracking").glob("*.gz"))]
    sets += [
        [soccer / "lastrow_LIV_2-1_CHE_20hz.csv"],
        [soccer / "metrica_epts_25hz_99frames.txt", soccer / "metrica_epts_25hz_metadata.xml"],
        [soccer / "metrica_game1_events.csv"],
        [soccer / "metrica_game3_events.json.gz", soccer / "metrica_game3_metadata.xml"],
        [soccer / "statsbomb_15986_events.json.gz", soccer / "statsbomb_15986_lineup.json"],
        [soccer / "statsbomb_15986_lineup.json"],
        [soccer / "skillcorner_2068_match_data.json"],
    ]
    assert len(sets) == 19
    for paths in sets:
        found = read_clip(None, {path.name: path.read_bytes() for path in paths})
        assert isinstance(found, BoardParts), (paths, found)
        sound(found)
