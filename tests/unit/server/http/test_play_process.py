"""The process that reads files, from outside: its bounds, its queue, and that the loop goes on."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from server.http import play_process
from server.http.play_process import PlayReader, PlayReaderFailed, PlaysBusy
from server.http.play_reader import Looked, Made, Refused
from tests.support.eventually import eventually
from tests.support.provider_files import ngs
from tests.unit.server.http.test_play_reader import MOST, asked


async def test_HT101_it_answers_and_the_loop_goes_on_meanwhile() -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(turn())
    reader = PlayReader()
    looked = await reader.read("look", asked({"a.csv": ngs()}), MOST)
    made = await reader.read("make", asked({"a.csv": ngs()}), MOST)
    other.cancel()
    assert isinstance(looked, Looked)
    assert isinstance(made, Made)
    assert turns > 100
    assert reader.here == 0


async def test_HT101_one_is_read_at_a_time_few_wait_and_the_rest_is_turned_away() -> None:
    reader = PlayReader(waiting_max=1)
    body = asked({"a.csv": ngs(3)})
    two = [asyncio.create_task(reader.read("look", body, MOST)) for _ in range(2)]

    async def both_are_here() -> bool:
        return reader.here == 2

    await eventually(both_are_here)
    with pytest.raises(PlaysBusy):
        await reader.read("look", body, MOST)
    assert all(isinstance(one, Looked) for one in await asyncio.gather(*two))
    reader.check_room()


def instead(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Another program in the place of the reader."""
    package = folder / "server" / "http"
    package.mkdir(parents=True)
    for name in (folder / "server", package):
        (name / "__init__.py").write_text("")
    (package / "play_reader.py").write_text(program)
    monkeypatch.setattr(play_process, "_ROOT", str(folder))
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])


async def test_HT101_what_takes_too_long_is_ended_and_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instead(monkeypatch, tmp_path, "import signal; signal.pause()")
    refused = await PlayReader(read_s=0.05).read("look", b"{}", MOST)
    assert isinstance(refused, Refused)
    assert "too long" in refused.fault.why


async def test_HT101_what_its_limits_end_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instead(monkeypatch, tmp_path, "import os; os.kill(os.getpid(), 9)")
    refused = await PlayReader().read("look", b"{}", MOST)
    assert isinstance(refused, Refused)
    assert "too much" in refused.fault.why


async def test_HT101_a_bug_is_a_bug_and_the_turn_is_given_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instead(monkeypatch, tmp_path, "raise ValueError('a bug')")
    reader = PlayReader()
    for _ in range(2):
        with pytest.raises(PlayReaderFailed, match="a bug"):
            await reader.read("look", b"{}", MOST)
    assert reader.here == 0


async def test_HT101_whoever_goes_away_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    instead(
        monkeypatch,
        tmp_path,
        f"import os, signal; open({str(there)!r}, 'w').write(str(os.getpid())); signal.pause()",
    )
    reader = PlayReader()
    asking = asyncio.create_task(reader.read("look", b"{}", MOST))

    async def runs() -> int | None:
        return int(there.read_text() or 0) or None if there.exists() else None

    process = await eventually(runs)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    async def is_gone() -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        return False

    assert await eventually(is_gone)
    assert reader.here == 0


async def test_HT101_it_sees_nothing_of_the_servers_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOUCHLINE_CANARY", "a secret")
    instead(
        monkeypatch,
        tmp_path,
        "import os; assert not [n for n in os.environ if n.startswith('TOUCHLINE')]; "
        "raise SystemExit(3)",
    )
    with pytest.raises(PlayReaderFailed, match=r"^$"):
        await PlayReader().read("look", b"{}", MOST)


def test_HT101_a_loop_ends_at_once_whatever_is_being_read() -> None:
    reader = PlayReader()

    async def begin() -> None:
        asking = [asyncio.create_task(reader.read("look", b"{}", MOST)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(one.done() for one in asking)

    asyncio.run(begin())
    assert reader.here == 0
