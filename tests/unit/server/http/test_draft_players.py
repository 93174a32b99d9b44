"""Players found over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.draft import Player
from protocol.draft_commands import AddPlayers
from server.http import draft_players
from server.http.draft_players import PreparedPools
from tests.support.http_side import HttpSide
from tests.unit.server.http.test_drafts import a_draft


async def found(side: HttpSide, room: str, header: dict[str, str], query: str) -> Any:
    return (await side.send("GET", f"/drafts/{room}/players?{query}", headers=header)).json()


async def test_DR78_players_are_found_with_whose_they_are(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    (one,) = await found(side, room, header, "name=playr%203&limit=1")
    assert (one["id"], one["seat"], one["adp"]) == ("p0003", 1, 30)
    free = await found(side, room, header, "position=QB&free=true")
    assert [one["id"] for one in free] == ["p0012", "p0015"]
    assert [one["id"] for one in await found(side, room, header, "status=IR")] == []
    refused = await side.send("GET", f"/drafts/{room}/players?limit=0", headers=header)
    assert refused.status_code == 422


async def test_DR79_a_pool_that_changed_is_prepared_anew(side: HttpSide) -> None:
    mine, header = side.person()
    room = await a_draft(side, mine)
    assert await found(side, room, header, "name=newcomer") == []
    new = AddPlayers((Player("n1", "Newcomer", ("QB",)),))
    await side.directory.execute(room, mine, new)
    assert [one["id"] for one in await found(side, room, header, "name=newcomer")] == ["n1"]


async def test_DR79_a_pool_is_prepared_once_and_the_least_asked_for_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draft_players, "POOLS_MAX", 2)
    pools = PreparedPools()
    raw = msgspec.json.encode({"p1": Player("p1", "A", ("QB",))})
    first = await pools.of("r_1", raw)
    assert await pools.of("r_1", bytes(raw)) is first
    second = await pools.of("r_2", raw)
    assert await pools.of("r_1", raw) is first
    await pools.of("r_3", raw)
    assert await pools.of("r_1", raw) is first
    assert await pools.of("r_2", raw) is not second


async def test_DR78_of_a_board_there_are_no_players(side: HttpSide) -> None:
    mine, header = side.person()
    room = await side.board(mine)
    answer = await side.send("GET", f"/drafts/{room}/players", headers=header)
    assert answer.status_code == 404
