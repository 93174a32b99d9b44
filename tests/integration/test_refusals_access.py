"""Whoever is let out, and how: sessions, accounts, keys, tickets and blocks, over real sockets and
real rooms, with the exact answers of the S and C rows."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import pytest

from server.accounts.access import CLAIMED, REVOKED
from server.accounts.live_keys import new_key, with_new_secret
from server.config import Settings
from server.identity import Identity
from server.logs import configure
from storage.room_log import Outcome, RoomAppend
from storage.room_log_memory import MemoryRoomLog
from tests.support.access import BlockRow, key_of
from tests.support.served import (
    NO_ROOM,
    Served,
    all_read,
    member,
    opened,
    serving,
)
from tests.support.wire import (
    JSON_NAME,
    MSGPACK_NAME,
    HttpAnswer,
    Wire,
    dial,
    new_client_id,
    request,
)

BOTH = pytest.mark.parametrize("subprotocol", [JSON_NAME, MSGPACK_NAME])
ACCOUNT = "a_" + "A" * 22
ORIGIN = "http://localhost:8700"
INVALID = (3000, "invalid_token")
BLOCKED = (3003, "blocked")


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as found:
        yield found


def signed_in(served: Served, session: str = "s_1", account: str = ACCOUNT) -> tuple[str, Identity]:
    """The access token of an account's session."""
    issued = served.tokens.issue_access(account, "Ann", session=session)
    return issued.token, issued.identity


def keyed(
    served: Served, *scopes: str, account: str = ACCOUNT, **more: object
) -> tuple[str, Identity]:
    """A key of the account, and whom it speaks for."""
    drawn = new_key()
    key = served.kept.keys[drawn.id] = key_of(account, *scopes, drawn=drawn, **more)
    served.access.keys.put(key)
    identity = served.access.keys.identify(drawn.text)
    assert identity is not None
    return drawn.text, identity


def key_id(identity: Identity) -> str:
    assert identity.grant is not None
    return identity.grant.key


async def asked(served: Served, raw: bytes) -> HttpAnswer:
    """The answer to one request."""
    async with dial(served.port) as wire:
        wire.send(raw)
        return await wire.answer()


async def greeted(served: Served, token: str) -> tuple[int, str]:
    """How a hello with this token ends."""
    async with opened(served) as wire:
        wire.say({"type": "hello", "token": token, "client": new_client_id()})
        return await wire.closed()


async def lives(wire: Wire, n: int = 7) -> None:
    """The connection answers."""
    wire.say({"type": "ping", "n": n})
    assert (await wire.hear_type("pong"))["n"] == n


# --- ways for something to have ended -------------------------------------------------------------


def here(served: Served, kind: Any, subject: str, detail: str = "") -> None:
    """This node has done it."""
    served.access.note(kind, subject, detail, served.clock.now_ms())


async def elsewhere(served: Served, kind: str, subject: str, detail: str = "") -> None:
    """Another node has, and this one has had its turn to read."""
    served.kept.add(kind, subject, served.clock.now_ms(), detail)
    assert await served.access.refresh()


async def block(served: Served, kind: str, value: str) -> None:
    """Somebody is blocked by another node."""
    served.kept.blocks.append(BlockRow(kind, value))
    await elsewhere(served, "block", "b_1")


# --- S11: what a request is told ------------------------------------------------------------------


async def test_S11_A12_AX2_whatever_has_ended_gets_the_same_401_as_what_never_was(
    served: Served,
) -> None:
    ended, _ = signed_in(served, "s_1")
    closed, _ = signed_in(served, "s_2", "a_" + "B" * 22)
    blocked, _ = signed_in(served, "s_3", "a_" + "C" * 22)
    claimed, guest = served.token()
    revoked, by_key = keyed(served, "rooms:read")
    tokens = [ended, closed, blocked, claimed, revoked]
    for token in tokens:
        assert (await asked(served, request(Authorization=f"Bearer {token}"))).status == 101
    here(served, "session", "s_1", "logged out")
    here(served, "account", "a_" + "B" * 22)
    await block(served, "account", "a_" + "C" * 22)
    here(served, "account", guest.account, CLAIMED)
    here(served, "key", key_id(by_key), REVOKED)
    tokens += [
        served.tokens.issue_mfa(ACCOUNT),
        new_key().text,
        with_new_secret(key_id(by_key)).text,
        "x",
    ]
    answers = [await asked(served, request(Authorization=f"Bearer {token}")) for token in tokens]
    assert all(answer == answers[-1] for answer in answers)
    assert (answers[0].status, answers[0].body) == (401, b"")
    assert answers[0].headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert served.metrics.authentication_failures == {"handshake": len(tokens)}


async def test_A12_a_key_in_the_request_needs_no_token_in_hello(served: Served) -> None:
    text, identity = keyed(served, "rooms:read")
    async with opened(served, Authorization=f"Bearer {text}") as wire:
        wire.say({"type": "hello", "token": "", "client": new_client_id()})
        welcome = await wire.hear()
        assert (welcome["account"], welcome["name"]) == (ACCOUNT, "Ann")
        assert welcome["expires"] == identity.expires_ms


async def test_C9_an_identity_of_the_request_that_ends_before_hello_is_3000(
    served: Served,
) -> None:
    token, _ = signed_in(served)
    async with opened(served, Authorization=f"Bearer {token}") as wire:
        here(served, "session", "s_1")
        wire.say({"type": "hello", "token": "", "client": new_client_id()})
        assert await wire.closed() == INVALID


# --- S13: tickets ---------------------------------------------------------------------------------


def with_ticket(text: str, **more: str) -> bytes:
    return request(path=f"/ws?ticket={text}", **more)


async def test_S13_a_ticket_opens_one_connection(served: Served) -> None:
    _, identity = signed_in(served)
    ticket = served.authentication.tickets.mint(identity, ORIGIN)
    async with dial(served.port) as wire:
        wire.send(with_ticket(ticket.text, Origin=ORIGIN))
        answer = await wire.answer()
        assert answer.status == 101
        assert ticket.text not in str(answer)
        wire.say({"type": "hello", "token": "", "client": new_client_id()})
        welcome = await wire.hear()
        assert (welcome["account"], welcome["expires"]) == (ACCOUNT, identity.expires_ms)
        here(served, "session", "s_1")
        assert await wire.closed() == INVALID
    again = await asked(served, with_ticket(ticket.text, Origin=ORIGIN))
    assert again == await asked(served, request(Authorization="Bearer x"))
    assert again.status == 401


async def test_S13_a_ticket_is_good_from_its_origin_for_30_s_and_alone(served: Served) -> None:
    token, identity = signed_in(served)
    mint = served.authentication.tickets.mint
    unauthorized = await asked(served, request(Authorization="Bearer x"))
    other = "http://127.0.0.1:8700"
    assert (await asked(served, request(Origin=other))).status == 101
    for shown in ({"Origin": other}, {}):
        ticket = mint(identity, ORIGIN)
        assert await asked(served, with_ticket(ticket.text, **shown)) == unauthorized
        assert await asked(served, with_ticket(ticket.text, Origin=ORIGIN)) == unauthorized
    ticket = mint(identity, ORIGIN)
    both = with_ticket(ticket.text, Origin=ORIGIN, Authorization=f"Bearer {token}")
    assert await asked(served, both) == unauthorized
    ticket = mint(identity, ORIGIN)
    served.clock.advance(30.0)
    assert await asked(served, with_ticket(ticket.text, Origin=ORIGIN)) == unauthorized
    ticket = mint(identity, ORIGIN)
    here(served, "session", "s_1")
    assert await asked(served, with_ticket(ticket.text, Origin=ORIGIN)) == unauthorized
    assert await asked(served, with_ticket("never-was", Origin=ORIGIN)) == unauthorized


async def test_S13_a_foreign_origin_is_403_and_uses_nothing_up(served: Served) -> None:
    _, identity = signed_in(served)
    ticket = served.authentication.tickets.mint(identity, ORIGIN)
    foreign = with_ticket(ticket.text, Origin="http://evil.example")
    assert (await asked(served, foreign)).status == 403
    assert (await asked(served, with_ticket(ticket.text, Origin=ORIGIN))).status == 101


@pytest.mark.parametrize(
    "query",
    ["ticket=", "ticket=a&ticket=b", "ticket=a&x=1", "Ticket=a", "ticket=a%20b", "x&ticket=a"],
)
async def test_S12_a_query_that_is_not_one_ticket_is_400(served: Served, query: str) -> None:
    assert (await asked(served, request(path=f"/ws?{query}"))).status == 400


async def test_S13_A12_tickets_and_keys_are_never_in_the_log(served: Served) -> None:
    stream = io.StringIO()
    logger = configure(Settings(log_format="json", log_level="debug"), stream)
    _, identity = signed_in(served)
    ticket = served.authentication.tickets.mint(identity, ORIGIN)
    text, _ = keyed(served)
    for raw in (with_ticket(ticket.text, Origin=ORIGIN), with_ticket(ticket.text)):
        await asked(served, raw)
    assert await greeted(served, with_new_secret(text[8:24]).text) == INVALID
    logger.info("got /ws?ticket=" + ticket.text, ticket=ticket.text, about=f"{text!r}")
    assert "got /ws" in stream.getvalue()
    assert ticket.text not in stream.getvalue()
    assert text[-43:] not in stream.getvalue()


async def test_S15_the_account_of_a_ticket_or_a_key_has_its_share_of_connections() -> None:
    async with serving(connections_per_account_max=1) as served:
        token = signed_in(served)
        by_key, _ = keyed(served, "rooms:read")
        async with member(served, token=token):
            ticket = served.authentication.tickets.mint(token[1], ORIGIN)
            for raw in (
                with_ticket(ticket.text, Origin=ORIGIN),
                request(Authorization=f"Bearer {by_key}"),
            ):
                answer = await asked(served, raw)
                assert answer.status == 429
                assert int(answer.headers["retry-after"]) > 0


# --- C9, C10: while connected ---------------------------------------------------------------------


@pytest.mark.parametrize("token", ["mfa", "key", "ended", "closed"])
@pytest.mark.parametrize("message", ["hello", "auth"])
async def test_C9_AX2_what_vouches_for_nobody_is_3000_in_hello_and_auth(
    served: Served, token: str, message: str
) -> None:
    mine = signed_in(served, "s_2")
    match token:
        case "mfa":
            shown = served.tokens.issue_mfa(ACCOUNT)
        case "key":
            shown = new_key().text
        case "ended":
            shown, _ = signed_in(served, "s_1")
            here(served, "session", "s_1")
        case _:
            shown, _ = signed_in(served, "s_1", "a_" + "B" * 22)
            here(served, "account", "a_" + "B" * 22)
    if message == "hello":
        assert await greeted(served, shown) == INVALID
    else:
        async with member(served, token=mine) as ann:
            ann.wire.say({"type": "auth", "token": shown})
            assert await ann.wire.closed() == INVALID


ENDINGS: dict[str, Callable[[Served, Identity], tuple[str, str, str]]] = {
    "logged out": lambda _, who: ("session", who.session, "logged out"),
    "closed": lambda _, who: ("account", who.account, ""),
}


@BOTH
@pytest.mark.parametrize("what", ENDINGS)
@pytest.mark.parametrize("place", ["here", "elsewhere"])
async def test_C9_AX3_what_ends_while_connected_is_3000_at_once(
    served: Served, what: str, place: str, subprotocol: str
) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    bob = served.token("Bob")
    async with (
        member(served, room, token=token, subprotocol=subprotocol) as ann,
        member(served, token=token) as twin,
        member(served, token=bob) as other,
    ):
        ending = ENDINGS[what](served, token[1])
        if place == "here":
            here(served, *ending)
        else:
            await elsewhere(served, *ending)
        assert not served.directory.open_rooms[room].audience.followers
        assert await ann.wire.closed() == INVALID
        assert await twin.wire.closed() == INVALID
        await lives(other.wire)
    assert await greeted(served, token[0]) == INVALID
    assert served.metrics.closes[3000] == 3


async def test_C9_A12_a_revoked_key_ends_its_connections_alone(served: Served) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    text, identity = keyed(served, "rooms:read", "rooms:write")
    async with (
        member(served, room, token=(text, identity)) as program,
        member(served, token=token) as ann,
    ):
        del served.kept.keys[key_id(identity)]
        await elsewhere(served, "key", key_id(identity))
        assert await program.wire.closed() == INVALID
        await lives(ann.wire)
    assert await greeted(served, text) == INVALID


async def test_C9_AX6_a_rotated_keys_old_secret_ends_with_its_overlap(served: Served) -> None:
    old = new_key()
    fresh = with_new_secret(old.id)
    until = served.clock.now_ms() + 10_000
    served.access.keys.put(
        key_of(ACCOUNT, drawn=fresh, previous_digest=old.digest, previous_until=until)
    )
    found = [served.access.keys.identify(one.text) for one in (old, fresh)]
    assert found[0] is not None
    assert found[1] is not None
    async with (
        member(served, token=(old.text, found[0])) as late,
        member(served, token=(fresh.text, found[1])) as timely,
    ):
        await served.advance(10.0)
        assert await late.wire.closed() == INVALID
        await lives(timely.wire)
    assert await greeted(served, old.text) == INVALID


async def test_C9_a_guests_tokens_end_when_the_account_is_claimed(served: Served) -> None:
    guest = served.token()
    account = guest[1].account
    async with (
        member(served, token=guest) as before,
        member(served, token=signed_in(served, "s_1", account)) as after,
        member(served, token=guest) as renewing,
    ):
        renewing.wire.say({"type": "auth", "token": signed_in(served, "s_1", account)[0]})
        await all_read(served)
        here(served, "account", account, CLAIMED)
        assert await before.wire.closed() == INVALID
        await lives(after.wire)
        await lives(renewing.wire)
    assert await greeted(served, guest[0]) == INVALID


@BOTH
async def test_C10_AX9_a_blocked_account_is_3003_in_hello_and_while_connected(
    served: Served, subprotocol: str
) -> None:
    token = signed_in(served)
    async with (
        member(served, token=token, subprotocol=subprotocol) as ann,
        member(served) as other,
    ):
        await block(served, "account", ACCOUNT)
        assert await ann.wire.closed() == BLOCKED
        await lives(other.wire)
    assert await greeted(served, token[0]) == BLOCKED
    # who has no genuine token learns nothing of it
    assert await greeted(served, token[0][:-4] + "AAAA") == INVALID
    served.kept.blocks.clear()
    await elsewhere(served, "block", "b_1")
    async with member(served, token=token):
        pass


async def test_C10_AX9_a_blocked_account_cannot_renew(served: Served) -> None:
    token = signed_in(served)
    async with member(served, token=token) as ann:
        served.kept.blocks.append(BlockRow("account", ACCOUNT))
        ann.wire.say({"type": "auth", "token": signed_in(served, "s_2")[0]})
        await lives(ann.wire)
        await served.access.load()
        assert await ann.wire.closed() == BLOCKED


async def test_AX9_a_blocked_address_is_403_and_closed_with_3003() -> None:
    async with (
        serving(trusted_proxies="127.0.0.1") as served,
        opened(served, X_Forwarded_For="203.0.113.7") as silent,
        opened(served, X_Forwarded_For="203.0.114.7") as other,
    ):
        await block(served, "address", "203.0.113.0/24")
        assert await silent.closed() == BLOCKED
        refused = await asked(served, request(X_Forwarded_For="203.0.113.9"))
        assert (refused.status, refused.body) == (403, b"this address is blocked\n")
        other.say({"type": "hello", "token": served.token()[0], "client": new_client_id()})
        assert (await other.hear())["type"] == "welcome"


# --- C9, HS12: renewing ---------------------------------------------------------------------------


async def test_C9_HS12_AX4_a_token_of_another_session_of_the_account_renews(
    served: Served,
) -> None:
    async with member(served, token=signed_in(served, "s_1")) as ann:
        served.clock.advance(300.0)
        ann.wire.say({"type": "ping", "n": 1})
        await ann.wire.hear()
        ann.wire.say({"type": "auth", "token": signed_in(served, "s_2")[0]})
        await all_read(served)
        here(served, "session", "s_1")
        for _ in range(31):
            await served.advance(10.0)
            await lives(ann.wire)
        here(served, "session", "s_2")
        assert await ann.wire.closed() == INVALID


async def test_C9_AX4_a_connection_is_not_renewed_by_another_kind_of_key(served: Served) -> None:
    first, second = keyed(served, "rooms:read"), keyed(served, "rooms:read", "rooms:write")
    person = signed_in(served)
    for began, shown in ((person, first), (first, person), (first, second)):
        async with member(served, token=began) as ann:
            ann.wire.say({"type": "auth", "token": shown[0]})
            assert await ann.wire.closed() == INVALID
    async with member(served, token=first) as program:
        program.wire.say({"type": "auth", "token": first[0]})
        await lives(program.wire)


# --- AX4: what was on its way ---------------------------------------------------------------------


class StuckLog(MemoryRoomLog):
    """Appends to existing rooms wait for `go`, and tell that they wait."""

    def __init__(self) -> None:
        super().__init__(exclusive=True)
        self.go = asyncio.Event()
        self.waits = asyncio.Event()

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        if any(one.kind is None for one in batch):
            self.waits.set()
            await self.go.wait()
        return await super().append(batch)


async def test_AX4_what_waited_to_be_decided_when_it_ended_is_not_executed() -> None:
    log = StuckLog()
    async with serving(log=log) as served:
        token = signed_in(served)
        room = await served.room(token[1])
        async with (
            member(served, room, token=token) as ended,
            member(served, room, token=signed_in(served, "s_2")) as stays,
        ):
            ended.say_in_chat(room, "under way")
            await log.waits.wait()
            ended.say_in_chat(room, "too late")
            stays.say_in_chat(room, "of another session")
            await all_read(served)
            here(served, "session", "s_1")
            assert await ended.wire.closed() == INVALID
            log.go.set()
            said: list[str] = []
            while len(said) < 2:
                entries = await stays.wire.hear_type("entries")
                said += [one["events"][0]["text"] for one in entries["entries"]]
            assert said == ["under way", "of another session"]
            assert served.directory.open_rooms[room].replica.version == 3
        # sent again by whoever signs in again, it is what it would have been
        async with member(
            served, room, token=signed_in(served, "s_3"), client=ended.client
        ) as again:
            again.submit(room, {"type": "chat.say", "text": "too late"}, seq=2, again=True)
            assert (await again.wire.hear_type("accepted"))["done"] == [[2, 4]]


async def test_AX4_what_comes_after_the_ending_is_not_read(served: Served) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    async with member(served, room, token=token) as ann:
        ann.say_in_chat(room, "sent, but not read yet")
        here(served, "session", "s_1")
        assert await ann.wire.closed() == INVALID
    assert served.directory.open_rooms[room].replica.version == 1


# --- C11, C12: what a key may do ------------------------------------------------------------------


@BOTH
async def test_C11_AX10_a_room_outside_of_the_grant_is_as_one_that_does_not_exist(
    served: Served, subprotocol: str
) -> None:
    _, owner = signed_in(served)
    room, granted = await served.room(owner), await served.room(owner)
    narrow = keyed(served, "rooms:read", "rooms:write", rooms=frozenset({granted}))
    blind = keyed(served, "rooms:write", "teams:read", "feeds:publish", "feeds:read")
    for key in (narrow, blind):
        async with member(served, token=key, subprotocol=subprotocol) as program:
            answers: list[bytes] = []
            for wanted in (room, NO_ROOM):
                program.wire.say({"type": "join", "room": wanted, "ref": 1})
                found = (await program.wire.frame()).payload
                answers.append(found.replace(wanted.encode(), b"ROOM"))
            assert answers[0] == answers[1]
            assert b"not_found" in answers[0]
            program.say_in_chat(room)
            assert (await program.wire.hear_type("rejected"))["code"] == "not_found"
    async with member(served, granted, token=narrow) as program:
        program.say_in_chat(granted)
        assert (await program.wire.hear_type("accepted"))["done"] == [[1, 2]]


async def test_C11_AX10_rooms_outside_of_the_grant_count_as_failed_joins() -> None:
    async with serving(failed_joins_per_min=1) as served:
        _, owner = signed_in(served)
        rooms = [await served.room(owner), await served.room(owner)]
        async with member(served, token=keyed(served, "rooms:write")) as program:
            for ref, room in enumerate(rooms):
                program.wire.say({"type": "join", "room": room, "ref": ref})
            assert await program.wire.closed() == (4429, "failed joins")


@BOTH
async def test_C12_AX11_without_the_scope_a_command_is_forbidden_and_not_executed(
    served: Served, subprotocol: str
) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    async with (
        member(served, room, token=token) as ann,
        member(served, room, token=keyed(served, "rooms:read"), subprotocol=subprotocol) as program,
    ):
        seq = program.say_in_chat(room)
        rejected = await program.wire.hear_type("rejected")
        assert rejected == {
            "type": "rejected",
            "room": room,
            "seq": seq,
            "code": "forbidden",
            "final": True,
        }
        ann.say_in_chat(room)
        entries = await program.wire.hear_type("entries")
        said = [event["type"] for one in entries["entries"] for event in one["events"]]
        assert said == ["chat.said"], "it reads on, and what it sent is not there"
        assert served.metrics.rejections == {"forbidden": 1}


@BOTH
async def test_C12_AX11_a_key_decides_nothing_about_people(
    served: Served, subprotocol: str
) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    key = keyed(served, "rooms:read", "rooms:write")
    async with member(served, room, token=key, subprotocol=subprotocol) as program:
        for command in (
            {"type": "invitation.create", "id": "i_00000000000", "role": "owner"},
            {"type": "member.role", "member": ACCOUNT, "role": "viewer"},
            {"type": "member.remove", "member": ACCOUNT},
        ):
            program.submit(room, command)
            assert (await program.wire.hear_type("rejected"))["code"] == "forbidden"
        program.submit(room, {"type": "nonsense"})
        assert (await program.wire.hear_type("rejected"))["code"] == "bad_command"
        program.say_in_chat(room)
        assert (await program.wire.hear_type("accepted"))["done"] == [[5, 2]]


async def test_AX12_a_key_does_not_come_in_by_an_invitation(served: Served) -> None:
    owner = signed_in(served, account="a_" + "B" * 22)
    room = await served.room(owner[1])
    async with member(served, room, token=owner) as ann:
        ann.submit(room, {"type": "invitation.create", "id": "i_00000000000", "role": "editor"})
        await ann.wire.hear_type("accepted")
    join = {
        "type": "join",
        "room": room,
        "ref": 1,
        "invite": served.invitations.secret_part(room, "i_00000000000"),
    }
    async with member(served, token=keyed(served, "rooms:read", "rooms:write")) as program:
        program.wire.say(join)
        assert await program.wire.hear() == {
            "type": "error",
            "code": "not_found",
            "ref": 1,
            "room": room,
        }
    async with member(served, token=signed_in(served)) as person:
        person.wire.say(join)
        assert (await person.wire.hear_type("joined", "error"))["type"] == "joined"


async def test_AX12_presence_of_a_key_needs_the_scope_to_write(served: Served) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    value = {"type": "cursor", "at": [1, 2]}
    cursor = {"type": "presence", "room": room, "key": "cursor", "value": value}
    async with (
        member(served, room, token=keyed(served, "rooms:read")) as reads,
        member(served, room, token=keyed(served, "rooms:read", "rooms:write")) as writes,
    ):
        reads.wire.say(cursor)
        await lives(reads.wire)
        assert served.metrics.presence_updates == 0
        writes.wire.say(cursor)
        await lives(writes.wire)
        assert served.metrics.presence_updates == 1


async def test_AX5_a_key_acts_under_the_name_of_its_account(served: Served) -> None:
    token = signed_in(served)
    room = await served.room(token[1])
    key = keyed(served, "rooms:read", "rooms:write")
    async with member(served, room, token=key) as program:
        program.say_in_chat(room)
        entries = await program.wire.hear_type("entries")
        assert entries["entries"][0]["by"] == ACCOUNT
    assert served.directory.open_rooms[room].replica.version == 2, "nobody was renamed"
