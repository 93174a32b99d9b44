"""What the process that reads files answers, asked as a function: a board, or a refusal with its
place, whatever comes."""

from __future__ import annotations

import gzip
import json
import random
from base64 import b64encode
from typing import Any

import msgspec
import pytest

from protocol.board_document import BoardDocument, read_document
from server.http import play_reader
from server.http.play_reader import Looked, Made, Refused, answer
from tests.support.provider_files import SAMPLES, ngs
from tests.unit.server.readers.test_choices import two_plays
from tests.unit.server.readers.test_clips import mutated

MOST = 1_000_000


def asked(files: dict[str, bytes] | list[tuple[str, bytes]], **more: Any) -> bytes:
    """A request."""
    named = files.items() if isinstance(files, dict) else files
    told = [{"name": name, "content": b64encode(content).decode()} for name, content in named]
    return json.dumps({"files": told, **more}).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_HT100_files_make_a_document(name: str) -> None:
    made = answer("make", asked(SAMPLES[name](), name=" Ours "), MOST)
    assert isinstance(made, Made)
    document = read_document(bytes(made.document))
    assert isinstance(document, BoardDocument)
    assert document.name == "Ours"
    assert isinstance(answer("look", asked(SAMPLES[name]()), MOST), Looked)


REFUSED: list[tuple[bytes, str, str | None, int | None, str | None, str]] = [
    (b"{", "malformed", None, None, "$", "not JSON"),
    (b"[" * 100_000, "invalid", None, None, "$", "object"),
    (b"{}", "invalid", None, None, "$", "files"),
    (asked({}), "invalid", None, None, "$", "files"),
    (asked({"a": ngs()}, colour="red"), "invalid", None, None, "$", "colour"),
    (asked({"a": ngs()}, period=0), "invalid", None, None, "$", "period"),
    (asked({"a": ngs()}, name="\u200b"), "invalid", None, None, "$.name", "name"),
    (b'{"files":[{"name":"a","content":"?"}]}', "invalid", None, None, "$", "base64"),
    (asked({"a:b": b"hello"}), "invalid", "a:b", None, None, "not known"),
    (asked({"a.csv": b""}, kind="ngs"), "invalid", "a.csv", None, None, "empty"),
    (asked({"a.csv": b"x,y\n1,2"}, kind="ngs"), "invalid", "a.csv", 1, None, "lacks gameId"),
    (asked({"a.json": b"[]"}, kind="statsbomb"), "invalid", "a.json", None, "$", "not a list"),
    (asked({"a.csv": ngs()}, kind="chess"), "invalid", None, None, None, "no reader"),
    (asked({"a.csv": ngs()}, play="1/1"), "invalid", None, None, None, "no such play"),
    (asked({"a.csv": ngs()}, from_ms=99_000), "invalid", "a.csv", None, None, "stretch"),
]  # fmt: skip


@pytest.mark.parametrize("what", ["look", "make"])
@pytest.mark.parametrize(("body", "code", "file", "line", "path", "why"), REFUSED)
def test_RD24_a_refusal_says_where(
    what: str,
    body: bytes,
    code: str,
    file: str | None,
    line: int | None,
    path: str | None,
    why: str,
) -> None:
    refused = answer(what, body, MOST)
    assert isinstance(refused, Refused), refused
    fault = refused.fault
    assert (refused.code, fault.file, fault.line, fault.path) == (code, file, line, path)
    assert why in fault.why


def test_RD24_files_of_one_name_are_told_apart_and_names_can_be_shown() -> None:
    refused = answer("make", asked([("a\u202e", b"hello"), ("a\u202e", b"hello")]), MOST)
    assert isinstance(refused, Refused)
    assert refused.fault.file == "file"
    two = answer("look", asked([("a", two_plays()), ("a", ngs())]), MOST)
    assert isinstance(two, Looked)
    assert len(two.held.plays) == 2


def test_HT100_several_plays_are_refused_with_all_of_them_until_one_is_chosen() -> None:
    refused = answer("make", asked({"a.csv": two_plays()}), MOST)
    assert isinstance(refused, Refused)
    assert [one.key for one in refused.fault.plays] == ["7/42", "7/43"]
    assert refused.fault.path == "$.play"
    made = answer("make", asked({"a.csv": two_plays()}, play="7/43"), MOST)
    assert isinstance(made, Made)
    assert msgspec.json.decode(made.document)["name"] == "7 play 43"


def test_HT101_what_is_too_large_unpacked_is_refused_by_its_name() -> None:
    bomb = gzip.compress(bytes(10 * MOST))
    files = {"a.csv": ngs(3), "b.csv": bomb}
    refused = answer("make", asked(files), MOST)
    assert isinstance(refused, Refused)
    assert refused.fault.file == "b.csv"
    fits = answer("make", asked({"a.csv": gzip.compress(ngs(3))}), len(ngs(3)))
    assert isinstance(fits, Made)
    over = answer("make", asked({"a.csv": ngs(3)}), len(ngs(3)) - 1)
    assert isinstance(over, Refused)


def test_HT101_memory_that_is_not_there_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(play_reader, "read_clip", no_more)
    refused = answer("make", asked({"a.csv": ngs(3)}), MOST)
    assert isinstance(refused, Refused)
    assert "too much" in refused.fault.why


@pytest.mark.parametrize("name", SAMPLES)
def test_HT100_spoilt_files_make_a_whole_document_or_a_named_refusal(name: str) -> None:
    draw = random.Random(11)
    for _ in range(25):
        files = SAMPLES[name]()
        hit = draw.choice(sorted(files))
        files[hit] = mutated(files[hit], draw)
        said = answer("make", asked(files, phases=draw.random() < 0.5), MOST)
        if isinstance(said, Refused):
            assert said.fault.why
            assert said.fault.file in {None, *files}
        else:
            assert isinstance(said, Made)
            assert isinstance(read_document(bytes(said.document)), BoardDocument)
