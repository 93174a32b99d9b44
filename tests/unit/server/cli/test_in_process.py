from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import httpx
import pytest

from server.cli.in_process import application
from server.clock import SystemClock
from server.config import Settings
from server.databases import open_databases, open_log
from server.rooms.directory import Directory
from server.secrets import InvalidSecret
from storage.errors import StorageBusy
from storage.heartbeats import Heartbeats


async def test_OP9_the_application_answers_to_its_own_key_only(tmp_path: Path) -> None:
    async with application(Settings(data_dir=str(tmp_path))) as (app, key):
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type] - the same protocol, other types
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            bare = await client.get("/operator/rooms")
            own = await client.get("/operator/rooms", headers={"authorization": f"Bearer {key}"})
    assert (bare.status_code, own.status_code) == (401, 200)


async def test_OP9_the_database_is_let_go_at_the_end(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    async with application(settings):
        with pytest.raises(StorageBusy):
            await open_log(settings)
    await (await open_log(settings)).close()


async def test_CK5_a_command_wakes_no_room(tmp_path: Path) -> None:
    """While no server runs a turn may be over that an outage will be found to have taken."""
    with patch.object(Directory, "start", autospec=True, side_effect=Directory.start) as start:
        async with application(Settings(data_dir=str(tmp_path))):
            (directory,) = start.call_args.args
            assert not directory.pulse.sound


async def test_CK11_a_command_takes_log_time_of_the_nodes_and_does_not_beat(tmp_path: Path) -> None:
    """The machine's clock was set back by an hour since the server stopped."""
    settings = Settings(data_dir=str(tmp_path))
    hour = SystemClock().now_ms() + 3_600_000
    databases = await open_databases(settings)
    await Heartbeats(databases.tables).beat("n_1", hour, source=hour, last=None, since=0)
    await databases.close()
    with patch.object(Directory, "__init__", autospec=True, side_effect=Directory.__init__) as made:
        async with application(settings):
            assert 0 <= made.call_args.kwargs["clock"].now_ms() - hour < 60_000
    databases = await open_databases(settings)
    found = await Heartbeats(databases.tables).log_time(hour)
    await databases.close()
    assert (found.latest, found.outages) == (hour, [])


async def test_OP17_a_secret_that_must_not_be_used_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short\n")
    with pytest.raises(InvalidSecret):
        async with application(Settings(data_dir=str(tmp_path))):
            pass
    assert not (tmp_path / "touchline.db").exists()
