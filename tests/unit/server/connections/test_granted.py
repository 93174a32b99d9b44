"""A key's place in a room: what gets through to the follower behind it."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.client_messages import PresenceUpdate, Submit
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import MadeAt
from protocol.server_messages import Rejected
from server.connections.granted import GrantedPlace
from server.identity import Grant
from tests.support.fake_rooms import OTHER, ROOM, FakeFollower

BOTH = pytest.mark.parametrize("codec", [JSON, MSGPACK])


class Behind:
    """A place, the follower behind it, and what was refused."""

    def __init__(self, codec: Codec, *scopes: str, rooms: frozenset[str] | None = None) -> None:
        self.codec = codec
        self.follower = FakeFollower(ROOM)
        self.refused: list[Rejected] = []
        grant = Grant("k", frozenset(scopes), rooms)
        self.place = GrantedPlace(self.follower, grant, codec, self.refused.append)

    def submit(self, command: Any, seq: int = 1) -> None:
        made = MadeAt("0" * 16, 1)
        self.place.submit(Submit(ROOM, seq, made, self.codec.raw(command)))

    def present(self) -> None:
        self.place.presence(PresenceUpdate(ROOM, "cursor", self.codec.raw(None)))


@BOTH
def test_AX11_with_the_scope_a_command_reaches_the_room(codec: Codec) -> None:
    behind = Behind(codec, "rooms:write")
    behind.submit({"type": "chat.say", "text": "x", "more": [1]})
    assert (behind.follower.calls, behind.refused) == (["submit 1"], [])


@BOTH
@pytest.mark.parametrize(
    "grant", [Behind(JSON, "rooms:read"), Behind(JSON, "rooms:write", rooms=frozenset({OTHER}))]
)
def test_AX11_without_it_a_command_is_refused_for_good(codec: Codec, grant: Behind) -> None:
    behind = Behind(codec)
    behind.submit({"type": "chat.say", "text": "x"}, seq=7)
    assert behind.follower.calls == []
    assert behind.refused == [Rejected(ROOM, 7, "forbidden", final=True)]
    grant.submit({"type": "chat.say", "text": "x"})
    assert grant.follower.calls == []


@BOTH
@pytest.mark.parametrize("command", ["invitation.create", "invitation.revoke", "member.role"])
def test_AX11_commands_about_people_do_not_pass(codec: Codec, command: str) -> None:
    behind = Behind(codec, "rooms:write")
    behind.submit({"id": 1, "type": command})
    assert behind.follower.calls == []
    assert [one.code for one in behind.refused] == ["forbidden"]


@BOTH
@pytest.mark.parametrize("command", [{}, [], 7, {"type": 7}])
def test_AX11_what_is_no_command_is_the_rooms_to_refuse(codec: Codec, command: Any) -> None:
    behind = Behind(codec, "rooms:write")
    behind.submit(command)
    assert behind.follower.calls == ["submit 1"]


def test_AX12_presence_needs_the_scope_to_write() -> None:
    reads, writes = Behind(JSON, "rooms:read"), Behind(JSON, "rooms:write")
    reads.present()
    writes.present()
    assert (reads.follower.calls, writes.follower.calls) == ([], ["presence cursor"])


def test_everything_else_is_the_followers() -> None:
    behind = Behind(JSON)
    behind.follower.pending = 3
    assert (behind.place.room_id, behind.place.pending) == (ROOM, 3)
    behind.place.lag()
    behind.place.catch_up()
    behind.place.leave()
    behind.place.revoke()
    assert behind.follower.calls == ["lag", "catch_up", "leave", "revoke"]


@BOTH
def test_SG11_a_key_that_signs_its_requests_submits_nothing_on_a_socket(codec: Codec) -> None:
    behind = Behind(codec)
    grant = Grant("k", frozenset({"rooms:write"}), None, signs=True)
    place = GrantedPlace(behind.follower, grant, codec, behind.refused.append)
    command = codec.raw({"type": "chat.say", "text": "x"})
    place.submit(Submit(ROOM, 3, MadeAt("0" * 16, 1), command))
    assert behind.follower.calls == []
    assert behind.refused == [Rejected(ROOM, 3, "forbidden", final=True)]
