"""The demo's meet is made once, and found again."""

from __future__ import annotations

from pathlib import Path

from server.config import Settings
from server.data_folder import demo_meet_path
from server.demo_meet_room import demo_meet
from tests.support.http_side import http_side


async def test_AT19_it_is_made_at_the_first_start_and_found_at_the_next(tmp_path: Path) -> None:
    async with http_side() as side:
        parts = (side.directory, side.log, side.services.invitations)
        settings = Settings(data_dir=str(tmp_path), demo=True)
        made = await demo_meet(settings, *parts)
        assert made is not None
        assert (made.name, made.path.partition("#")[0]) == ("Evening meet", "/meet.html")
        assert await demo_meet(settings, *parts) == made
        assert demo_meet_path(settings).stat().st_mode & 0o777 == 0o600
        assert await demo_meet(Settings(data_dir=str(tmp_path)), *parts) is None
