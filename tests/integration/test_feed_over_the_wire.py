"""A feed over real sockets: published by a key, followed, resumed, and followed late."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from protocol.membership import CreateInvitation
from server.identity import Identity
from tests.integration.test_refusals_access import keyed
from tests.support.http_calls import REPORT
from tests.support.served import Member, Served, member, opened, serving
from tests.support.wire import JSON_NAME, MSGPACK_NAME, new_client_id

BOTH = pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])
ACCOUNT = "a_" + "A" * 22
INVITATION = "i_" + "f" * 11
DELAY_S = 30


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


async def a_feed(served: Served) -> str:
    """A feed of the account, with a link to watch it."""
    owner = Identity(ACCOUNT, "Ann", 2**52)
    room = await served.room(owner, "feed")
    ended = await served.directory.execute(room, owner, CreateInvitation(INVITATION, "viewer"))
    assert ended.code is None
    return room


def play(number: int) -> dict[str, Any]:
    return {**REPORT, "play": {"id": number, "order": number}}


async def come_in(
    served: Served,
    one: Member,
    room: str,
    position: list[Any] | None = None,
) -> list[dict[str, Any]]:
    """Joins by the link, and returns what came until `joined`."""
    asked: dict[str, Any] = {"type": "join", "room": room, "ref": 1}
    if position is None:
        asked["invite"] = served.invitations.secret_part(room, INVITATION)
    else:
        asked["position"] = position
    one.wire.say(asked)
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["type"] != "joined":
        heard.append(await one.wire.hear())
        assert heard[-1]["type"] != "error", heard[-1]
    one.generation, one.version, _ = heard[-1]["position"]
    return heard


async def heard_by_now(one: Member) -> list[dict[str, Any]]:
    """Everything that was sent before the answer to a ping."""
    one.wire.say({"type": "ping", "n": 7})
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["type"] != "pong":
        heard.append(await one.wire.hear())
    return heard[:-1]


def versions(heard: list[dict[str, Any]]) -> list[int]:
    return [entry["v"] for one in heard if one["type"] == "entries" for entry in one["entries"]]


@BOTH
async def test_FP1_AX11_a_key_publishes_over_a_socket_and_members_follow_and_resume(
    served: Served, subprotocol: str
) -> None:
    room = await a_feed(served)
    key = keyed(served, "rooms:read", "feeds:publish")
    async with (
        member(served, room, token=key) as publisher,
        member(served, subprotocol=subprotocol) as fan,
    ):
        await come_in(served, fan, room)
        publisher.submit(room, play(1))
        told = await publisher.wire.hear_type("accepted", "rejected")
        assert told["type"] == "accepted", told
        entries = await fan.wire.hear_type("entries")
        assert entries["entries"][0]["events"][0]["type"] == "play.added"
        version = int(entries["first"])
        seen = [fan.generation, version, entries["tag"]]
        publisher.submit(room, {"type": "chat.say", "text": "Goal!"})
        assert (await publisher.wire.hear_type("rejected"))["code"] == "forbidden"
        fan.wire.say({"type": "leave", "room": room})
        publisher.submit(room, {"type": "reports", "reports": [play(2), play(3)]})
        await publisher.wire.hear_type("accepted")
        heard = await come_in(served, fan, room, seen)
        assert versions(heard) == [version + 1]
        assert not any(one["type"] == "snapshot" for one in heard)


@BOTH
async def test_SD1_SD3_a_late_member_on_two_sockets_sees_nothing_ahead_of_time(
    served: Served, subprotocol: str
) -> None:
    room = await a_feed(served)
    key = keyed(served, "rooms:read", "feeds:publish")
    token = served.token("Eve")
    async with (
        member(served, room, token=key) as publisher,
        member(served, token=token, subprotocol=subprotocol) as eve,
        opened(served, subprotocol) as second,
    ):
        await come_in(served, eve, room)
        eve.submit(room, {"type": "delay.set", "seconds": DELAY_S})
        done = (await eve.wire.hear_type("accepted"))["done"]
        changed = done[-1][1]
        served.clock.advance(DELAY_S)
        publisher.submit(room, play(1))
        await publisher.wire.hear_type("accepted")
        assert max(versions(await heard_by_now(eve)), default=0) <= changed
        second.say(
            {
                "type": "hello",
                "token": token[0],
                "client": new_client_id(),
                "rooms": [{"room": room}],
            }
        )
        snapshot = await second.hear_type("snapshot")
        assert snapshot["position"][1] == changed
        assert snapshot["state"]["kind"]["plays"] == []
        served.clock.advance(DELAY_S)
        served.directory.open_rooms[room].delayed.release()
        assert versions(await heard_by_now(eve)) == [changed + 1]
        entries = await second.hear_type("entries")
        assert entries["first"] == changed + 1
