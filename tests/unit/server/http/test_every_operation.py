"""Every operation of the OpenAPI document: its success, and each error that it documents.

The cases are read from the document itself. An operation without a way to succeed here, or a
documented status without a cause here, fails; so does an answer that does not have the properties
that its schema requires.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from protocol.membership import CreateInvitation
from server.http import gate
from server.http.app import OPERATIONS
from server.http.documentation import document
from server.identity import Identity
from server.invitations import new_invitation_id
from server.rules.membership import INVITATIONS_MAX
from storage.errors import StorageUnavailable
from storage.room_log import StoredSnapshot
from tests.support.http_side import FOREIGN, NO_ROOM, HttpSide, http_side
from tests.unit.server.http.test_rooms import ball, enter
from tests.unit.server.http.test_transfer import a_file

DOCUMENT = document(OPERATIONS, "1.2.3")
OPERATION: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


@dataclasses.dataclass
class Call:
    """A request that would succeed, to be sent as it is or spoilt."""

    name: str
    side: HttpSide
    mine: Identity
    room: str = ""
    invitation: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    body: Any = None
    content: Any = None
    query: str = ""
    host: str = "localhost:8700"
    address: str | None = None

    async def send(self) -> httpx.Response:
        method, path, _ = OPERATION[self.name]
        filled = path.format(room_id=self.room, invitation_id=self.invitation) + self.query
        more: dict[str, Any] = {"host": self.host, "address": self.address}
        if self.content is not None:
            more["content"] = self.content
        elif self.body is not None:
            more["json"] = self.body
        return await self.side.send(method, filled, headers=self.headers, **more)


BODIES: dict[str, Any] = {
    "becomeGuest": {"name": "Ada"},
    "createRoom": {"kind": "board", "name": "B"},
    "importRoom": a_file(),
    "restoreVersion": {"version": 1},
    "createInvitation": {"role": "viewer"},
    "operatorCreateRoom": {"kind": "board", "name": "B"},
    "operatorImportRoom": a_file(),
    "operatorRestoreVersion": {"version": 1},
    "operatorPruneRoom": {"before": 10},
}


async def prepared(name: str, side: HttpSide) -> Call:
    """Everything that the operation needs to succeed."""
    mine, header = side.person()
    room = await side.board(mine)
    for n in range(8):
        await side.directory.execute(room, mine, ball(f"{n}"))
    opened = await side.directory.open(room)
    assert opened is not None
    state = opened.replica.state.snapshot()
    await side.log.save_snapshot(room, StoredSnapshot(opened.replica.committed, state))
    invitation = new_invitation_id()
    await side.directory.execute(room, mine, CreateInvitation(invitation, "viewer"))
    headers = side.operator if name.startswith("operator") else header
    call = Call(name, side, mine, room, invitation, dict(headers), BODIES.get(name))
    if name == "metrics":
        call.address = "127.0.0.1"
    return call


# --- causes: how each documented error is brought about

Cause = Callable[[Call, pytest.MonkeyPatch], Awaitable[None]]
JSON = {"content-type": "application/json"}


async def malformed(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(JSON)
    call.content = b"{"


async def no_token(call: Call, _: pytest.MonkeyPatch) -> None:
    del call.headers["authorization"]


async def foreign_origin(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["origin"] = FOREIGN


async def not_an_owner(call: Call, _: pytest.MonkeyPatch) -> None:
    member, header = call.side.person("Eve")
    await enter(call.side, call.room, call.mine, member, "viewer")
    call.headers.update(header)


async def no_such_room(call: Call, _: pytest.MonkeyPatch) -> None:
    call.room = NO_ROOM


async def from_elsewhere(call: Call, _: pytest.MonkeyPatch) -> None:
    call.address = None


async def body_never_comes(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield b"{"
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(gate, "BODY_S", 0)
    call.headers.update(JSON)
    call.content = pieces()


async def nothing_changes(call: Call, _: pytest.MonkeyPatch) -> None:
    opened = await call.side.directory.open(call.room)
    assert opened is not None
    call.body = {"version": opened.replica.committed.version - 1}


async def too_many_links(call: Call, _: pytest.MonkeyPatch) -> None:
    for _n in range(INVITATIONS_MAX - 1):
        command = CreateInvitation(new_invitation_id(), "viewer")
        await call.side.directory.execute(call.room, call.mine, command)


async def not_covered(call: Call, _: pytest.MonkeyPatch) -> None:
    call.body = {"before": 3}


async def too_many_objects(call: Call, _: pytest.MonkeyPatch) -> None:
    one = {"sort": "ball", "props": {"at": [0, 0]}}
    objects = {f"o_{n:08}": one for n in range(2_001)}
    call.body = a_file(state={"kind": {"settings": {}, "objects": objects}})


async def too_large(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers.update(JSON)
    call.content = b" " * (call.side.services.settings.import_bytes_max + 1)


async def not_json(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["content-type"] = "text/plain"


async def wrong_host(call: Call, _: pytest.MonkeyPatch) -> None:
    call.host = "evil.example"


async def bad_value(call: Call, _: pytest.MonkeyPatch) -> None:
    if call.body is None:
        call.query = "?limit=0&version=0"
    else:
        call.body = {"nonsense": 1}


async def too_often(call: Call, _: pytest.MonkeyPatch) -> None:
    call.address = call.address or "10.200.0.1"
    burst = call.side.services.settings.http_burst
    for _n in range(burst):
        await call.side.send("GET", "/nothing", address=call.address)


async def long_head(call: Call, _: pytest.MonkeyPatch) -> None:
    call.headers["x-filler"] = "x" * gate.HEAD_BYTES_MAX


async def bug(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(HTTPRoute, "_call_handler_function", broken)


async def node_is_full(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "IN_FLIGHT_MAX", 0)


async def database_away(call: Call, _: pytest.MonkeyPatch) -> None:
    call.side.records_switch.fault = StorageUnavailable("away")


CAUSES: dict[int, Cause] = {
    400: malformed,
    401: no_token,
    403: foreign_origin,
    404: no_such_room,
    408: body_never_comes,
    413: too_large,
    415: not_json,
    421: wrong_host,
    422: bad_value,
    429: too_often,
    431: long_head,
    500: bug,
    503: node_is_full,
}
"""What brings a status about for any operation …"""
OWN_CAUSES: dict[tuple[str, int], Cause] = {
    ("metrics", 404): from_elsewhere,
    ("ready", 503): database_away,
    ("restoreVersion", 409): nothing_changes,
    ("operatorRestoreVersion", 409): nothing_changes,
    ("createInvitation", 409): too_many_links,
    ("operatorPruneRoom", 409): not_covered,
    ("importRoom", 409): too_many_objects,
    ("operatorImportRoom", 409): too_many_objects,
    ("listInvitations", 403): not_an_owner,
}
"""… and where an operation has a cause of its own."""

DOCUMENTED = [
    (name, int(status))
    for name, (_, _, operation) in sorted(OPERATION.items())
    for status in operation["responses"]
    if int(status) >= 400
]


def required_of(name: str, status: int) -> list[str]:
    content = OPERATION[name][2]["responses"][str(status)].get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    reference = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"].get(reference, {}).get("required", [])


@pytest.mark.parametrize("name", sorted(OPERATION))
async def test_HT73_every_operation_succeeds(name: str) -> None:
    async with http_side() as side:
        call = await prepared(name, side)
        answer = await call.send()
    statuses = [int(status) for status in OPERATION[name][2]["responses"] if int(status) < 400]
    assert statuses == [answer.status_code]
    for field in required_of(name, answer.status_code):
        assert field in answer.json()


@pytest.mark.parametrize("name", sorted(OPERATION))
async def test_HT74_every_documented_error_is_answered(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http_side(import_bytes_max=262_144, http_burst=5) as side:
        for status in (status for operation, status in DOCUMENTED if operation == name):
            cause = OWN_CAUSES.get((name, status)) or CAUSES.get(status)
            assert cause is not None, f"no test brings about {status} of {name}"
            call = await prepared(name, side)
            with monkeypatch.context() as patch:
                await cause(call, patch)
                answer = await call.send()
            side.records_switch.fault = None
            assert answer.status_code == status, f"{status} of {name}: {answer.text}"
            for field in required_of(name, status):
                assert field in answer.json()
            if status in {429, 503} and name != "ready":
                assert int(answer.headers["retry-after"]) >= 1


def test_HT73_there_is_no_way_to_succeed_at_what_does_not_exist() -> None:
    assert BODIES.keys() <= OPERATION.keys()
    assert {name for name, _ in OWN_CAUSES} <= OPERATION.keys()
    assert OWN_CAUSES.keys() <= set(DOCUMENTED)
