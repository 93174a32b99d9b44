"""Older plays over HTTP: pages, and nothing ahead of what somebody may see."""

from __future__ import annotations

import json
from typing import Any

from protocol.feed import Play, ReportAll, ReportPlay, SetDelay
from server.identity import Identity
from tests.support.http_side import HttpSide, http_side


async def _reported(side: HttpSide, room: str, owner: Identity, first: int, last: int) -> None:
    for start in range(first, last + 1, 100):
        numbers = range(start, min(start + 99, last) + 1)
        reports = tuple(ReportPlay("gsis", 1, Play(id=n, order=2 * n)) for n in numbers)
        assert (await side.directory.execute(room, owner, ReportAll(reports))).code is None


async def _read(side: HttpSide, room: str, who: dict[str, str], **asked: Any) -> tuple[int, Any]:
    answer = await side.send("GET", f"/feeds/{room}/plays", headers=who, params=asked)
    return answer.status_code, answer.json()


async def test_FX3_pages_lead_from_the_end_to_the_first_play() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await side.directory.create("feed", "Ours", mine, {})
        await _reported(side, room, mine, 1, 120)
        status, page = await _read(side, room, headers)
        assert (status, page["version"]) == (200, await side.directory.version_of(room))
        assert [row["play"]["id"] for row in page["plays"]] == [*range(21, 121)]
        assert page["earlier"] == {"count": 20, "before": [42, 21]}
        _, page = await _read(side, room, headers, before="42.21", limit=15)
        assert [row["play"]["id"] for row in page["plays"]] == [*range(6, 21)]
        _, page = await _read(side, room, headers, before="12.6")
        assert [row["play"]["id"] for row in page["plays"]] == [*range(1, 6)]
        assert "earlier" not in page


async def test_FX3_what_is_no_place_no_feed_or_not_ones_own_is_refused() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await side.directory.create("feed", "Ours", mine, {})
        for asked in ({"before": "x"}, {"before": "1"}, {"before": "1.-1"}, {"limit": 101}):
            assert (await _read(side, room, headers, **asked))[0] == 422
        assert (await _read(side, await side.board(mine), headers))[0] == 404
        assert (await _read(side, room, side.person("Eve")[1]))[0] == 404
        assert (await _read(side, room, headers))[1]["plays"] == []


async def test_FX3_SD4_TS5_no_page_is_ahead_of_what_its_reader_sees() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await side.directory.create("feed", "Ours", mine, {})
        await _reported(side, room, mine, 1, 3)
        side.clock.advance(200)
        await side.directory.execute(room, mine, SetDelay(60))
        side.clock.advance(61)
        await _reported(side, room, mine, 4, 6)
        _, page = await _read(side, room, headers)
        assert [row["play"]["id"] for row in page["plays"]] == [1, 2, 3]
        assert page["version"] < (await side.directory.version_of(room) or 0)
        assert "4" not in {str(row["play"]["id"]) for row in page["plays"]}
        side.clock.advance(61)
        _, page = await _read(side, room, headers)
        assert [row["play"]["id"] for row in page["plays"]] == [*range(1, 7)]
        pause = {"speed": 0, "at": side.clock.now_ms() - 200_000}
        answer = await side.send("POST", f"/feeds/{room}/watch", headers=headers, json=pause)
        assert answer.status_code == 200, json.dumps(answer.json())
        _, page = await _read(side, room, headers)
        assert [row["play"]["id"] for row in page["plays"]] == [1, 2, 3]
