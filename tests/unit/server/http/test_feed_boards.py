"""A moment of a match as a board, over HTTP."""

from __future__ import annotations

from typing import Any

from protocol.feed import SetDelay
from tests.support.http_calls import match_room
from tests.support.http_side import HttpSide, http_side

SHOT, SUBSTITUTION = 3, 5


async def _asked(side: HttpSide, room: str, who: dict[str, str], **body: Any) -> tuple[int, Any]:
    answer = await side.send("POST", f"/feeds/{room}/board", headers=who, json=body)
    return answer.status_code, answer.json()


async def test_PF9_a_moment_is_put_on_a_board_of_the_caller() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await match_room(side, mine)
        status, made = await _asked(side, room, headers, item=SHOT)
        assert (status, made["kind"], made["role"]) == (201, "board", "owner")
        assert made["name"] == "Reds – Blues: Goal, Player 10, 1. 11'"
        view = (await side.send("GET", f"/rooms/{made['id']}", headers=headers)).json()["state"]
        sorts = [one["sort"] for one in view["kind"]["objects"].values()]
        assert (sorts.count("token"), sorts.count("arrow"), sorts.count("phase")) == (2, 3, 3)
        named = await _asked(side, room, headers, item=SHOT, phases=False, name="Ours")
        assert named[1]["name"] == "Ours"


async def test_PF9_what_has_no_place_or_is_no_match_makes_no_board() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await match_room(side, mine)
        for item in (SUBSTITUTION, 99):
            status, said = await _asked(side, room, headers, item=item)
            assert (status, said["error"]) == (422, "invalid")
        football = await side.directory.create("feed", "Ours", mine, {})
        empty = await side.directory.create("feed", "Ours", mine, {"profile": "soccer"})
        assert (await _asked(side, football, headers, item=1))[0] == 404
        assert (await _asked(side, await side.board(mine), headers, item=1))[0] == 404
        assert (await _asked(side, empty, headers, item=1))[0] == 422
        assert (await _asked(side, room, side.person("Eve")[1], item=SHOT))[0] == 404


async def test_PF9_SD4_nobody_puts_on_a_board_what_is_not_there_for_them_yet() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await side.directory.create("feed", "Ours", mine, {"profile": "soccer"})
        await side.directory.execute(room, mine, SetDelay(60))
        side.clock.advance(1)
        await match_room(side, mine, room)
        assert (await _asked(side, room, headers, item=SHOT))[0] == 422
        side.clock.advance(61)
        assert (await _asked(side, room, headers, item=SHOT))[0] == 201
