"""A draft over real sockets and a real database: two devices race for every turn, and everybody is
told the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from protocol.client_events import Refused, Settled
from protocol.codec import JSON, MSGPACK
from storage.room_log_sqlite import SqliteRoomLog
from tests.support.client import Client, client
from tests.support.drafts import player_id, pool_of
from tests.support.served import Served, serving

TEAMS, ROUNDS = 3, 4
NO_LIMIT = 1_000_000_000
INVITATION = "i_" + "d" * 11


@pytest.fixture
async def served(tmp_path: Path) -> AsyncGenerator[Served]:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    try:
        async with serving(log=log, command_rate_per_s=NO_LIMIT, command_burst=NO_LIMIT) as found:
            yield found
    finally:
        await log.close()


def picks_of(one: Client, room: str) -> list[tuple[int, int, str]]:
    """What a client was told of picks, in order."""
    return [
        (event["n"], event["seat"], event["player"])
        for entry in one.entries(room).values()
        for event in entry["events"]
        if event["type"] == "pick.made"
    ]


def turn_of(one: Client, room: str) -> tuple[int, int, int]:
    """Version, cell and seat of the turn that a client knows of."""
    return [
        (version, event["n"], event["seat"])
        for version, entry in one.entries(room).items()
        for event in entry["events"]
        if event["type"] == "turn.opened"
    ][-1]


async def sees_turn(one: Client, room: str, version: int) -> None:
    await one.until(lambda: turn_of(one, room)[0] == version)


async def sees_picks(one: Client, room: str, count: int) -> None:
    await one.until(lambda: len(picks_of(one, room)) == count)


async def race(devices: tuple[Client, Client], room: str, turn: int, first: int) -> None:
    """Two devices of one manager pick at once: one is accepted, the other told the winner."""
    said = [{"type": "pick.make", "turn": turn, "player": player_id(first + n)} for n in range(2)]
    seqs = [
        await device.submit(room, command) for device, command in zip(devices, said, strict=True)
    ]
    ends = [await device.outcome(room, seq) for device, seq in zip(devices, seqs, strict=True)]
    (won,) = [one for one in ends if isinstance(one, Settled)]
    (lost,) = [one for one in ends if isinstance(one, Refused)]
    winner = said[ends.index(won)]["player"]
    assert lost.code == "already_picked"
    assert lost.detail["player"] == winner


async def test_DR16_DR17_every_turn_has_one_winner_on_two_devices(served: Served) -> None:
    token, identity = served.token("Boss")
    settings: dict[str, Any] = {
        "teams": TEAMS,
        "rounds": ROUNDS,
        "slots": [{"name": "ANY", "count": ROUNDS}],
    }
    room = await served.directory.create("draft", "Saturday", identity, settings)
    invite = served.invitations.secret_part(room, INVITATION)
    async with AsyncExitStack() as stack:
        boss = await stack.enter_async_context(client(served.url, token, room))
        await boss.do(room, {"type": "invitation.create", "id": INVITATION, "role": "editor"})
        await boss.do(room, {"type": "pool.add", "players": pool_of(80)})
        managers: dict[int, tuple[Client, Client]] = {}
        for seat in range(1, TEAMS + 1):
            own, _ = served.token(f"Manager {seat}")
            pair = [
                await stack.enter_async_context(
                    client(served.url, own, room, invite=invite, codec=codec)
                )
                for codec in (JSON, MSGPACK)
            ]
            managers[seat] = (pair[0], pair[1])
            await pair[0].do(room, {"type": "seat.claim", "seat": seat})
        await boss.do(room, {"type": "draft.start"})
        for number in range(TEAMS * ROUNDS):
            version, n, seat = turn_of(boss, room)
            assert n == number + 1
            both = managers[seat]
            await asyncio.gather(*(sees_turn(one, room, version) for one in both))
            await race(both, room, version, 1 + 2 * number)
            await sees_picks(boss, room, number + 1)
        everybody = [boss, *(one for pair in managers.values() for one in pair)]
        expected = picks_of(boss, room)
        assert len(expected) == TEAMS * ROUNDS
        for one in everybody:
            await sees_picks(one, room, len(expected))
            assert picks_of(one, room) == expected
