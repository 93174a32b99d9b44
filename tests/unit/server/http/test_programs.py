"""Signed commands of programs: which are taken, that each is executed once, and what a key may."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from protocol.board_commands import AddObjects
from protocol.membership import Say
from server.accounts.signatures import TOLERANCE_S, new_secret
from server.identity import Identity
from storage.errors import StorageUnavailable
from storage.receipts import Receipts
from storage.room_log import Outcome, Refused, RoomAppend
from storage.tables import Asking
from tests.support.http_side import NO_ROOM, HttpSide
from tests.support.people import bearer
from tests.support.programs import SAY, Program, make_program, signed, spelt
from tests.unit.server.http.test_rooms import ball, enter


@dataclass
class Scene:
    """Ada's room, and her program that signs."""

    side: HttpSide
    ada: Identity
    header: dict[str, str]
    room: str
    program: Program

    async def said(self) -> int:
        """How often the program's words are in the room."""
        opened = await self.side.directory.open(self.room)
        assert opened is not None
        return len(opened.replica.state.membership.chat)

    async def kept(self) -> int:
        """How many receipts there are."""
        read = self.side.services.accounts.stores.receipts._tables  # noqa: SLF001 - asked of no store  # pyright: ignore[reportPrivateUsage]

        def work() -> Asking[int]:
            rows = yield "SELECT count(*) FROM receipt", ()
            return rows[0][0]

        return await read.read(work)


@pytest.fixture
async def scene(side: HttpSide) -> Scene:
    ada, header = await side.account()
    room = await side.board(ada)
    program = await make_program(side, header, "rooms:read", "rooms:write", signing=True)
    return Scene(side, ada, header, room, program)


async def test_SG6_A11_a_signed_command_is_executed_once_however_often_it_is_sent(
    scene: Scene,
) -> None:
    first = await scene.program.send(scene.room)
    assert first.status_code == 200
    assert first.json() == {"version": 2}
    for wait_s in (0, 60, 3_600, 86_400):
        scene.side.clock.advance(wait_s)
        again = await scene.program.send(scene.room)
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert await scene.said() == 1
    assert (await scene.program.send(scene.room, id_="msg_2")).json() == {"version": 3}
    assert await scene.said() == 2


async def test_SG6_a_refusal_is_an_answer_that_is_kept(scene: Scene) -> None:
    first = await scene.program.send(scene.room, {"type": "chat.say", "text": "  "})
    assert first.status_code == 422
    assert first.json()["error"] == "bad_command"
    again = await scene.program.send(scene.room, {"type": "chat.say", "text": "  "})
    assert (again.status_code, again.content) == (422, first.content)


async def test_SG6_of_eight_at_once_one_is_executed_and_all_get_its_answer(scene: Scene) -> None:
    answers = await asyncio.gather(*(scene.program.send(scene.room) for _ in range(8)))
    assert {(one.status_code, one.content) for one in answers} == {(200, b'{"version":2}')}
    assert await scene.said() == 1


async def test_SG7_A11_an_id_with_another_body_or_room_is_told(scene: Scene) -> None:
    await scene.program.send(scene.room)
    elsewhere = await scene.side.board(scene.ada)
    for answer in (
        await scene.program.send(scene.room, {"type": "chat.say", "text": "2-0"}),
        await scene.program.send(elsewhere),
    ):
        assert answer.status_code == 409
        assert answer.json()["error"] == "other_body"
    assert await scene.said() == 1


WRONG: dict[str, dict[str, Any]] = {
    "no headers": {"without": ("webhook-id", "webhook-timestamp", "webhook-signature")},
    "no id": {"without": ("webhook-id",)},
    "no time": {"without": ("webhook-timestamp",)},
    "no signature": {"without": ("webhook-signature",)},
    "another secret": {"secret": new_secret()},
    "another body": {"body": spelt({"type": "chat.say", "text": "9-0"})},
    "another spelling": {"body": spelt(SAY) + b" "},
    "another id": {"webhook_id": "msg_2"},
    "too old": {"late_s": TOLERANCE_S + 1},
    "too early": {"late_s": -TOLERANCE_S - 1},
    "no such version": {"webhook_signature": "v2,AAAA"},
    "not a time": {"webhook_timestamp": "now"},
    "an id with a space": {"webhook_id": "msg 1"},
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_SG8_A11_whatever_is_wrong_with_a_signature_has_one_answer(
    scene: Scene, wrong: str
) -> None:
    same = {"x-request-id": "the-same-one"}
    answer = await scene.program.send(scene.room, **WRONG[wrong], x_request_id="the-same-one")
    nobody = await scene.side.send(
        "POST", f"/rooms/{scene.room}/commands", json={"command": SAY}, headers=same
    )
    assert answer.status_code == nobody.status_code == 401
    assert answer.content == nobody.content
    assert answer.headers["www-authenticate"] == nobody.headers["www-authenticate"]
    assert await scene.said() == 0
    assert await scene.kept() == 0


async def test_SG8_the_edge_of_the_time_is_good(scene: Scene) -> None:
    for number, late_s in enumerate((TOLERANCE_S, -TOLERANCE_S)):
        answer = await scene.program.send(scene.room, id_=f"m{number}", late_s=late_s)
        assert answer.status_code == 200


async def test_SG9_A11_where_the_receipt_cannot_be_kept_the_room_knows_the_command(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise StorageUnavailable("killed between the commit and the receipt")

    with monkeypatch.context() as fault:
        fault.setattr(Receipts, "finish", gone)
        assert (await scene.program.send(scene.room)).status_code == 503
    assert await scene.said() == 1
    for n in range(50):
        await scene.side.directory.execute(scene.room, scene.ada, Say(f"{n}"))
    again = await scene.program.send(scene.room)
    assert again.json() == {"version": 2}
    assert (await scene.program.send(scene.room)).content == again.content
    assert await scene.said() == 51


async def test_SG9_what_was_begun_and_never_executed_is_executed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise StorageUnavailable("killed before the commit")

    with monkeypatch.context() as fault:
        fault.setattr(scene.side.directory, "execute", gone)
        assert (await scene.program.send(scene.room)).status_code == 503
    assert await scene.said() == 0
    assert (await scene.program.send(scene.room)).json() == {"version": 2}
    assert await scene.said() == 1


async def test_SG9_one_whose_answer_the_room_has_forgotten_is_not_executed_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise StorageUnavailable("killed")

    with monkeypatch.context() as fault:
        fault.setattr(Receipts, "finish", gone)
        await scene.program.send(scene.room)
    for n in range(64):
        answer = await scene.program.send(scene.room, id_=f"later{n}")
        assert answer.status_code == 200
    again = await scene.program.send(scene.room)
    assert again.status_code == 409
    assert again.json()["error"] == "session_expired"
    assert await scene.said() == 65


async def test_SG10_an_answer_that_is_no_end_is_not_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(batch: Sequence[RoomAppend]) -> list[Outcome]:
        return [Refused("down") for _ in batch]

    with monkeypatch.context() as fault:
        fault.setattr(scene.side.log, "append", down)
        answer = await scene.program.send(scene.room)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
    assert (await scene.program.send(scene.room)).json() == {"version": 2}
    assert await scene.said() == 1


async def test_SG10_A15_the_database_of_receipts_goes_away_before_anything_is_done(
    scene: Scene,
) -> None:
    assert (await scene.program.send(scene.room)).status_code == 200
    scene.side.tables_switch.fault = StorageUnavailable("away")
    assert (await scene.program.send(scene.room, id_="msg_2")).status_code == 503
    scene.side.tables_switch.fault = None
    assert await scene.said() == 1
    assert (await scene.program.send(scene.room, id_="msg_2")).status_code == 200
    assert await scene.said() == 2


async def test_SG11_a_key_that_signs_writes_by_signed_commands_alone(scene: Scene) -> None:
    side, header = scene.side, scene.program.header
    for path, body in (
        ("/rooms", {"kind": "board", "name": "B"}),
        (f"/rooms/{scene.room}/restore", {"version": 1}),
        ("/rooms/import", {}),
    ):
        answer = await side.send("POST", path, json=body, headers=header)
        assert answer.status_code == 403, path
        assert answer.json()["error"] == "forbidden"
    assert (await side.send("GET", f"/rooms/{scene.room}", headers=header)).status_code == 200


async def test_SG12_a_program_pushes_no_device_of_its_account_out_of_the_rooms_memory(
    scene: Scene,
) -> None:
    opened = await scene.side.directory.open(scene.room)
    assert opened is not None
    made = opened.replica.committed.version
    device = "device-of-ada-herself"
    first = await scene.side.directory.execute(
        scene.room, scene.ada, Say("by hand"), client=device, seq=1, made=made
    )
    for n in range(80):
        assert (await scene.program.send(scene.room, id_=f"m{n}")).status_code == 200
    later = await scene.side.directory.execute(
        scene.room, scene.ada, Say("offline"), client=device, seq=2, made=first.version
    )
    assert later.code is None
    again = await scene.side.directory.execute(
        scene.room, scene.ada, Say("by hand"), client=device, seq=1, made=made
    )
    assert again == first


async def test_SG12_a_hundred_requests_at_once_are_all_executed(scene: Scene) -> None:
    answers = await asyncio.gather(
        *(scene.program.send(scene.room, id_=f"m{n}") for n in range(100))
    )
    assert {one.status_code for one in answers} == {200}
    assert await scene.said() == 100


PERSON = "a_" + "x" * 22
SPELLINGS = [
    b'{"type":"member.remove","member":"%s"}',
    b'{"member":"%s","type":"member.remove"}',
    b'{"member":"%s","\\u0074ype":"member.\\u0072emove"}',
    b'{"type":"member.remove","member":"%s","type":"chat.say"}',
    b'{"member":"%s","type":"member.remove","type":"chat.say"}',
    b'{"type":"chat.say","member":"%s","type":"member.remove"}',
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("signing", [True, False])
async def test_SG13_AX11_no_spelling_of_a_command_about_people_is_executed(
    scene: Scene, spelling: bytes, signing: bool
) -> None:
    ben, _ = scene.side.person("Ben")
    await enter(scene.side, scene.room, scene.ada, ben, "viewer")
    before = await scene.side.directory.version_of(scene.room)
    program = await make_program(scene.side, scene.header, "rooms:write", signing=signing)
    body = b'{"command":' + spelling % ben.account.encode() + b"}"
    if signing:
        answer = await _send_raw(program, scene.room, body)
    else:
        answer = await scene.side.send(
            "POST",
            f"/rooms/{scene.room}/commands",
            content=body,
            headers=program.header | {"content-type": "application/json"},
        )
    assert answer.status_code in {403, 422}
    if answer.status_code == 403:
        assert await scene.side.directory.version_of(scene.room) == before
    assert await scene.side.directory.role_of(scene.room, ben.account) == "viewer"


async def _send_raw(program: Program, room: str, body: bytes) -> Any:
    assert program.secret is not None
    headers = signed(program.secret, "raw", body, program.side.clock.now_ms() // 1000)
    return await program.side.send(
        "POST", f"/rooms/{room}/commands", content=body, headers=headers | program.header
    )


async def test_A11_a_rotation_takes_both_secrets_until_the_end_of_the_overlap(
    scene: Scene,
) -> None:
    old = scene.program
    new = await old.rotate(1.0)
    assert new.secret != old.secret
    assert new.key != old.key
    for number, (one, secret) in enumerate(
        ((old, old.secret), (old, new.secret), (new, old.secret), (new, new.secret))
    ):
        answer = await one.send(scene.room, id_=f"both{number}", secret=secret)
        assert answer.status_code == 200
    scene.side.clock.advance(3_600)
    assert (await new.send(scene.room, id_="after")).status_code == 200
    assert (await new.send(scene.room, id_="late", secret=old.secret)).status_code == 401
    assert (await old.send(scene.room, id_="old", secret=new.secret)).status_code == 401


async def test_SG6_the_first_answer_is_given_after_a_rotation_too(scene: Scene) -> None:
    first = await scene.program.send(scene.room)
    scene.side.clock.advance(1)
    new = await scene.program.rotate(0)
    assert (await new.send(scene.room)).content == first.content
    assert await scene.said() == 1


async def test_AX11_a_key_without_the_scope_or_the_room_is_refused_as_listed(scene: Scene) -> None:
    side = scene.side
    elsewhere = await side.board(scene.ada)
    reads = await make_program(side, scene.header, "rooms:read", signing=True)
    answer = await reads.send(scene.room)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    bound = await make_program(side, scene.header, "rooms:write", signing=True, rooms=[scene.room])
    assert (await bound.send(scene.room)).status_code == 200
    other = await bound.send(elsewhere, x_request_id="the-same-one")
    none = await bound.send(NO_ROOM, x_request_id="the-same-one")
    assert other.status_code == none.status_code == 404
    assert other.content == none.content


async def test_a_bearer_of_an_account_needs_no_signature(scene: Scene) -> None:
    command = msgspec.to_builtins(ball("a"))
    assert AddObjects.__struct_config__.tag == command["type"]
    answer = await scene.side.send(
        "POST", f"/rooms/{scene.room}/commands", json={"command": command}, headers=scene.header
    )
    assert answer.status_code == 200
    stranger = bearer(scene.side.services.tokens.issue_guest("Eve").token)
    refused = await scene.side.send(
        "POST", f"/rooms/{scene.room}/commands", json={"command": command}, headers=stranger
    )
    assert refused.status_code == 404


async def test_AD17_a_role_that_is_changed_over_http_is_in_the_trail(side: HttpSide) -> None:
    ada, header = await side.account()
    room = await side.board(ada)
    eve, _ = side.person("Eve")
    await enter(side, room, ada, eve, "viewer")
    path = f"/rooms/{room}/commands"
    for command in (
        {"type": "member.role", "member": eve.account, "role": "editor"},
        {"type": "chat.say", "text": "Hello"},
        {"type": "member.role", "member": eve.account, "role": "king"},
        {"type": "member.remove", "member": eve.account},
    ):
        await side.send("POST", path, headers=header, json={"command": command})
    accounts = side.services.accounts
    await accounts.audit.flush()
    found = await accounts.stores.trail.page(limit=10, action="room.role")
    assert [(one.account, one.object, dict(one.detail)) for _, one in found] == [
        (ada.account, room, {"member": eve.account, "role": None}),
        (ada.account, room, {"member": eve.account, "role": "editor"}),
    ]
