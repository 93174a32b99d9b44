"""A room with something on it is made by one append: whole, or not at all."""

from __future__ import annotations

import pytest

from server.rooms.pending import Ended
from storage.errors import StorageUnavailable
from storage.room_log import Head
from tests.simulation.claims import CLAIMS, Claim, Whisper
from tests.support.room_house import house


async def test_RM19_a_room_and_what_is_on_it_are_one_append() -> None:
    async with house() as here:
        before = len(here.log.appends)
        commands = [Claim(slot) for slot in range(5)]
        made = await here.directory.create_filled(
            CLAIMS.name, "Full", here.ana.identity, {}, commands
        )
        assert isinstance(made, str)
        assert len(here.log.appends) == before + 1
        room = await here.directory.open(made)
        assert room is not None
        assert room.replica.committed.version == 6
        claims = room.replica.state.inner.slots
        assert claims == dict.fromkeys(range(5), here.ana.identity.account)
        listed = await here.log.listed(here.ana.identity.account, limit=9)
        assert sorted((one.row.name, one.role) for one in listed) == [
            ("Full", "owner"),
            ("Room", "owner"),
        ]


async def test_RM19_what_is_hidden_is_hidden_from_the_start() -> None:
    async with house() as here:
        made = await here.directory.create_filled(
            CLAIMS.name, "Full", here.ana.identity, {}, [Whisper("psst")]
        )
        assert isinstance(made, str)
        (line,) = await here.directory.entries(made, 2, 2)
        assert b"psst" not in line
        room = await here.directory.open(made)
        assert room is not None
        assert "psst" in str(room.replica.state.private(here.ana.identity.account))


async def test_RM19_a_command_that_is_refused_leaves_no_room() -> None:
    async with house() as here:
        before = len(here.log.appends)
        commands = [Claim(1), Claim(1), Claim(2)]
        made = await here.directory.create_filled(
            CLAIMS.name, "Half", here.ana.identity, {}, commands
        )
        assert isinstance(made, Ended)
        assert made.code == "exists"
        unknown = await here.directory.create_filled(
            CLAIMS.name, "Half", here.ana.identity, {}, [Claim(10_000)]
        )
        assert isinstance(unknown, Ended)
        assert unknown.code == "bad_command"
        assert len(here.log.appends) == before


async def test_RM19_a_database_that_refuses_gets_no_room() -> None:
    async with house() as here:
        here.log.faults = ["refused"]
        with pytest.raises(StorageUnavailable, match="refused"):
            await here.directory.create_filled(
                CLAIMS.name, "Half", here.ana.identity, {}, [Claim(1)]
            )
        assert len(await here.log.listed(here.ana.identity.account, limit=9)) == 1


async def test_RM19_the_room_goes_on_from_there() -> None:
    async with house() as here:
        made = await here.directory.create_filled(
            CLAIMS.name, "Full", here.ana.identity, {}, [Claim(1)]
        )
        assert isinstance(made, str)
        ended = await here.directory.execute(made, here.ana.identity, Claim(2))
        assert (ended.code, ended.version) == (None, 3)
        head = (await here.log.heads([made]))[made]
        assert head == Head(3, head.tag)
