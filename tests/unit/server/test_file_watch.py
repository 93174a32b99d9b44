"""Files that change: one state is told from another, and whoever depends on them is called."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from server.file_watch import signature, watch_files


def test_SE9_every_way_to_change_a_file_is_seen(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    seen = [signature([path])]
    path.write_text("one")
    seen.append(signature([path]))
    path.write_text("two!")
    seen.append(signature([path]))
    other.write_text("two!")
    os.utime(other, ns=(0, path.stat().st_mtime_ns))
    other.replace(path)
    seen.append(signature([path]))
    assert len(set(seen)) == 4
    assert signature([path]) == signature([path])


def test_SE9_a_link_that_leads_elsewhere_is_a_change(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text("same")
    link = tmp_path / "link"
    link.symlink_to("one")
    before = signature([link])
    link.unlink()
    link.symlink_to("two")
    assert signature([link]) != before


async def test_SE9_everybody_is_asked_to_look_again_and_again() -> None:
    looks: list[str] = []
    enough = asyncio.Event()

    class Watcher:
        def __init__(self, name: str) -> None:
            self.name = name

        def look(self) -> None:
            looks.append(self.name)
            if len(looks) >= 4:
                enough.set()

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watch_files([Watcher("a"), Watcher("b")], every_s=0))
        await enough.wait()
        watching.cancel()
    assert looks[:4] == ["a", "b", "a", "b"]
    with pytest.raises(asyncio.CancelledError):
        watching.result()
