"""Boards of recorded play over HTTP: made whole, or refused with file and line and nothing left."""

from __future__ import annotations

import gzip
import random
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from server.http.play_process import PlayReader, PlaysBusy
from tests.support.http_side import HttpSide, http_side
from tests.support.provider_files import SAMPLES, ngs
from tests.unit.server.readers.test_choices import two_plays
from tests.unit.server.readers.test_clips import mutated


def body(files: dict[str, bytes], **more: Any) -> dict[str, Any]:
    told = [{"name": name, "content": b64encode(one).decode()} for name, one in files.items()]
    return {"files": told, **more}


async def document_of(side: HttpSide, header: dict[str, str], made: Any) -> Any:
    room = made.json()["room"]["id"]
    return (await side.send("GET", f"/rooms/{room}/document", headers=header)).json()


async def test_HT99_a_look_says_what_there_is_and_makes_nothing(side: HttpSide) -> None:
    mine, header = side.person()
    sent = body({"a.csv": two_plays()})
    answer = await side.send("POST", "/rooms/play/look", headers=header, json=sent)
    assert answer.status_code == 200, answer.text
    held = answer.json()
    assert (held["kind"], held["form"], held["play"]) == ("ngs", "track", "7/42")
    assert [one["key"] for one in held["plays"]] == ["7/42", "7/43"]
    assert held["counts"]["stop"] == 23
    assert await side.log.listed(mine.account, limit=10) == []


@pytest.mark.parametrize("name", SAMPLES)
async def test_HT100_files_of_every_provider_make_a_board(side: HttpSide, name: str) -> None:
    mine, header = side.person()
    sent = body(SAMPLES[name](), name="Ours", phases=True)
    made = await side.send("POST", "/rooms/play", headers=header, json=sent)
    assert made.status_code == 201, made.text
    document = await document_of(side, header, made)
    assert document["name"] == made.json()["room"]["name"] == "Ours"
    assert {"token", "ball"} <= {one["sort"] for one in document["objects"]}
    assert len(await side.log.listed(mine.account, limit=10)) == 1


async def test_HT100_what_was_odd_is_in_the_answer(side: HttpSide) -> None:
    _, header = side.person()
    rows = ngs(30).split(b"\n")
    damaged = b"\n".join([*rows[:40], b"one cell", *rows[41:]])
    sent = body({"a.csv": gzip.compress(damaged)})
    made = await side.send("POST", "/rooms/play", headers=header, json=sent)
    odd = made.json()["odd"]
    assert odd["cells_missing"] == {"count": 1, "examples": ["a.csv:41"]}


async def test_HT100_what_is_refused_leaves_nothing(side: HttpSide) -> None:
    mine, header = side.person()
    cases: list[tuple[Any, str | None, int | None]] = [
        (body({"a.csv": b"hello"}), "a.csv", None),
        (body({"a.csv": b"x,y\n"}, kind="ngs"), "a.csv", 1),
        (body({"a.csv": two_plays()}), None, None),
        (body({"a.csv": ngs()}, play="no/such"), None, None),
        (body({}), None, None),
    ]
    for sent, file, line in cases:
        answer = await side.send("POST", "/rooms/play", headers=header, json=sent)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
        detail = answer.json()["detail"]
        assert detail["why"]
        assert (detail.get("file"), detail.get("line")) == (file, line)
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT100_what_the_rules_refuse_leaves_nothing(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, header = side.person()
    monkeypatch.setattr("server.rules.board_state.OBJECTS_MAX", 3)
    answer = await side.send("POST", "/rooms/play", headers=header, json=body({"a.csv": ngs(3)}))
    assert (answer.status_code, answer.json()["error"]) == (409, "limit_reached")
    assert await side.log.listed(mine.account, limit=10) == []


async def test_HT101_bodies_and_files_have_their_limits() -> None:
    async with http_side(import_view_bytes_max=2_000, play_bytes_max=1_000) as side:
        _, header = side.person()
        large = body({"a.csv": ngs(30)})
        answer = await side.send("POST", "/rooms/play", headers=header, json=large)
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
        packed = body({"a.csv": gzip.compress(bytes(5_000))})
        answer = await side.send("POST", "/rooms/play", headers=header, json=packed)
        assert answer.json()["detail"] == {
            "why": "more than 1,000 bytes, unpacked",
            "file": "a.csv",
        }


async def test_HT101_where_too_many_wait_one_is_told_when_to_come_again(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: PlayReader) -> None:
        raise PlaysBusy

    monkeypatch.setattr(PlayReader, "check_room", full)
    _, header = side.person()
    for path in ("/rooms/play", "/rooms/play/look"):
        answer = await side.send("POST", path, headers=header, json=body({"a.csv": ngs(3)}))
        assert (answer.status_code, answer.json()["error"]) == (503, "busy")
        assert answer.headers["retry-after"] == "5"


async def test_HT100_spoilt_files_make_whole_boards_or_none() -> None:
    draw = random.Random(3)
    seen: dict[int, int] = {}
    async with http_side(http_burst=10_000) as side:
        for n in range(24):
            mine, header = side.person()
            files = SAMPLES[list(SAMPLES)[n % len(SAMPLES)]]()
            hit = draw.choice(sorted(files))
            files[hit] = mutated(files[hit], draw)
            answer = await side.send("POST", "/rooms/play", headers=header, json=body(files))
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
            rooms = await side.log.listed(mine.account, limit=10)
            if answer.status_code == 201:
                [one] = rooms
                assert one.row.head.version == 2
            else:
                assert answer.status_code == 422, answer.text
                assert answer.json()["detail"]["why"]
                assert rooms == []
    assert seen.keys() == {201, 422}, seen


async def test_HT100_real_files_make_boards(side: HttpSide, shared_data: Path) -> None:
    _, header = side.person()
    plays = sorted((shared_data / "nfl_tracking").glob("2*.csv.gz"))[:2]
    files = {path.name: path.read_bytes() for path in plays}
    looked = await side.send("POST", "/rooms/play/look", headers=header, json=body(files))
    assert looked.status_code == 200, looked.text
    keys = [one["key"] for one in looked.json()["plays"]]
    assert len(keys) == 2
    sent = body(files, play=keys[1])
    made = await side.send("POST", "/rooms/play", headers=header, json=sent)
    assert made.status_code == 201, made.text
    sorts = [one["sort"] for one in (await document_of(side, header, made))["objects"]]
    assert (sorts.count("token"), sorts.count("stop"), sorts.count("phase")) == (22, 23, 1)
