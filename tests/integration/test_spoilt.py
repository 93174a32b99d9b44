"""A bounded sample of `python -m tests.spoilt`; and that it notices what it is there for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from server.readers.games import read_games
from server.readers.report import Fault
from tests.spoilt import sent
from tests.support import spoilt_files
from tests.support.spoilt_files import FORMATS, Format, spoil
from tests.support.spoilt_requests import PUBLISHED


def test_RD1_spoilt_files_of_every_format_are_read_whole_or_refused_by_name() -> None:
    seen = spoil(1_900, seed=7)
    assert seen.faults[:5] == []
    for name, one in FORMATS.items():
        assert one.take(one.files()) == [], name
        done = {outcome for format_, _, outcome in seen.outcomes if format_ == name}
        assert done == {"read", "refused"}, name


async def test_A10_A11_spoilt_requests_are_taken_whole_or_leave_nothing() -> None:
    seen = await sent(1_000, seed=7)
    assert seen.faults[:5] == []
    published = {how for what, how, _ in seen.outcomes if what == "publish"}
    assert published == set(PUBLISHED)
    statuses = {outcome for _, _, outcome in seen.outcomes}
    assert statuses >= {"200", "201", "400", "401", "409", "413", "415", "422", "gone"}


def test_RD1_a_reader_that_raises_or_loses_a_play_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = FORMATS["gsis"]

    def raises(files: Mapping[str, bytes]) -> list[str] | Fault:
        raise KeyError(*files)

    def loses(name: str, data: bytes) -> object:
        found = read_games(name, data)
        if isinstance(found, Fault):
            return found
        twice = [dataclasses.replace(one, plays=one.plays * 2) for one in found.value]
        return dataclasses.replace(found, value=tuple(twice))

    monkeypatch.setattr(spoilt_files, "FORMATS", {"gsis": Format(good.files, raises)})
    assert len(spoil(5, seed=1).faults) == 5
    monkeypatch.setattr(spoilt_files, "FORMATS", {"gsis": good})
    monkeypatch.setattr(spoilt_files, "read_games", loses)
    assert any("one play twice" in fault for fault in spoil(30, seed=1).faults)
