from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from protocol.codes import CloseCode
from protocol.membership import CreateInvitation, RemoveMember, RenameRoom, Say
from server.cli.follow import Ended, follow
from server.identity import Identity
from tests.support.served import NO_ROOM, Served, serving

INVITATION = "i_" + "a" * 11


def following(served: Served, token: str, room: str, invite: str | None) -> AsyncIterator[str]:
    return follow(f"ws://127.0.0.1:{served.port}/ws", token, room, invite)


async def until(lines: AsyncIterator[str], words: str) -> str:
    async for line in lines:
        if words in line:
            return line
    raise AssertionError(f"ended before it said {words}")


async def opened(served: Served) -> tuple[Identity, str, str]:
    """An owner, a room, and the secret part of a link for viewers."""
    _, owner = served.token("Ann")
    room = await served.room(owner)
    await served.directory.execute(room, owner, CreateInvitation(INVITATION, "viewer"))
    return owner, room, served.invitations.secret_part(room, INVITATION)


async def test_OP16_a_guest_comes_in_by_a_link_and_reads_what_happens() -> None:
    async with serving() as served:
        owner, room, invite = await opened(served)
        lines = following(served, served.token("Ben")[0], room, invite)
        assert "Saturday" in await until(lines, "-- ")
        await until(lines, "live, as viewer")
        await served.directory.execute(room, owner, Say("hello"))
        said = await until(lines, "chat.said")
        assert "Ann" in said
        assert "text=hello" in said


async def test_OP16_newcomers_are_known_by_name() -> None:
    async with serving() as served:
        owner, room, invite = await opened(served)
        lines = following(served, served.token("Ben")[0], room, invite)
        await until(lines, "live")
        newcomers = following(served, served.token("Cat")[0], room, invite)
        await until(newcomers, "live")
        await served.directory.execute(room, owner, RenameRoom("Sunday"))
        assert "Cat" in await until(lines, "member.joined")
        assert "Ann" in await until(lines, "room.renamed")


async def test_OP16_a_restart_is_followed_by_coming_back() -> None:
    async with serving() as served:
        owner, room, invite = await opened(served)
        lines = following(served, served.token("Ben")[0], room, invite)
        await until(lines, "live")
        served.listener.registry.close_all(CloseCode.RESTART, "restart")
        assert "1012" in await until(lines, "connection lost")
        await until(lines, "live")
        await served.directory.execute(room, owner, Say("still here"))
        await until(lines, "still here")


async def test_OP16_whoever_is_taken_out_is_told() -> None:
    async with serving() as served:
        owner, room, invite = await opened(served)
        token, ben = served.token("Ben")
        lines = following(served, token, room, invite)
        await until(lines, "live")
        await served.directory.execute(room, owner, RemoveMember(ben.account))
        with pytest.raises(Ended, match="closed for us"):
            await until(lines, "never")


async def test_OP16_a_room_that_is_not_there_ends_it() -> None:
    async with serving() as served:
        with pytest.raises(Ended, match="not_found"):
            await until(following(served, served.token("Ben")[0], NO_ROOM, None), "never")


async def test_OP16_a_token_that_is_not_taken_ends_it() -> None:
    async with serving() as served:
        with pytest.raises(Ended, match="3000"):
            await until(following(served, "no token", NO_ROOM, None), "never")
