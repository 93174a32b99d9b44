"""Meets over HTTP: the file, the leaderboards, and whoever may see them."""

from __future__ import annotations

from protocol.feed import SetDelay
from server.identity import Identity
from server.readers.meet_file import batches, lacking, read_meet
from server.rules.meet.kind import MEET
from tests.support.http_side import HttpSide, http_side
from tests.support.meets import EMPTY, the_meet


async def meet_room(side: HttpSide, owner: Identity) -> str:
    room = await side.directory.create(MEET.name, "Ours", owner, {})
    for batch in batches(lacking(the_meet(), EMPTY)):
        ended = await side.directory.execute(room, owner, batch)
        assert ended.code is None, ended
    return room


async def test_AT16_AT20_a_member_reads_the_file_and_the_places() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await meet_room(side, mine)
        file = await side.send("GET", f"/meets/{room}/file", headers=headers)
        assert read_meet("meet.json", file.content) == the_meet()
        told = (await side.send("GET", f"/meets/{room}/leaderboards", headers=headers)).json()
        assert [one["event"] for one in told["events"]] == [
            "hep-1-100H", "heptathlon-w", "hep-2-HJ", "hep-3-SP", "hep-4-200", "hep-5-LJ",
            "5000m-m", "long-jump-m", "high-jump-w", "shot-put-w", "pole-vault-m", "100m-w",
            "1500m-m", "discus-m", "10000m-w", "4x100m-w",
        ]  # fmt: skip
        jump = told["events"][7]
        assert (jump["rows"][0]["place"], jump["official"]) == (1, True)
        assert len(told["events"][13]["final"]) == 8
        assert len(told["events"][1]["rows"][0]["points"]) == 7
        stranger = side.person("Eve")[1]
        for path in ("file", "leaderboards"):
            assert (
                await side.send("GET", f"/meets/{room}/{path}", headers=stranger)
            ).status_code == 404
            board = await side.board(mine)
            assert (
                await side.send("GET", f"/meets/{board}/{path}", headers=headers)
            ).status_code == 404


async def test_AT4_AT20_SD4_whoever_sees_it_later_reads_nothing_newer() -> None:
    async with http_side() as side:
        mine, headers = side.person()
        room = await side.directory.create(MEET.name, "Ours", mine, {})
        await side.directory.execute(room, mine, SetDelay(60))
        side.clock.advance(1)
        for batch in batches(lacking(the_meet(), EMPTY)):
            await side.directory.execute(room, mine, batch)
        told = (await side.send("GET", f"/meets/{room}/leaderboards", headers=headers)).json()
        assert told["events"] == []
        side.clock.advance(61)
        told = (await side.send("GET", f"/meets/{room}/leaderboards", headers=headers)).json()
        assert len(told["events"]) == 16
