"""Who a connection speaks for, by what it showed before."""

from __future__ import annotations

import pytest

from server.accounts.live_keys import new_key
from server.identity import Identity
from tests.support.access import BlockRow, key_of
from tests.support.fake_rooms import OTHER, ROOM, Bench, close_code, heard, say
from tests.support.wire import new_client_id, request

ACCOUNT = "a_" + "A" * 22


@pytest.fixture
def bench() -> Bench:
    return Bench()


def token(bench: Bench, session: str = "s_1", account: str = ACCOUNT) -> tuple[str, Identity]:
    issued = bench.tokens.issue_access(account, "Ann", session=session)
    return issued.token, issued.identity


def hello(text: str, *rooms: str) -> dict[str, object]:
    asked = [{"room": room} for room in rooms]
    return {"type": "hello", "token": text, "client": new_client_id(), "rooms": asked}


def test_HS9_welcome_names_who_was_recognised(bench: Bench) -> None:
    connection, transport = bench.open()
    text, identity = token(bench)
    say(connection, hello(text, ROOM, OTHER))
    (welcome,) = heard(connection, transport)
    assert (welcome["account"], welcome["name"], welcome["expires"]) == (
        ACCOUNT,
        "Ann",
        identity.expires_ms,
    )
    assert set(bench.rooms.followers) == {ROOM, OTHER}


def test_HS13_one_connection_too_many_is_refused_before_it_is_welcomed() -> None:
    bench = Bench(connections_per_account_max=1)
    bench.welcome(token=token(bench))
    connection, transport = bench.open()
    say(connection, hello(token(bench)[0], ROOM))
    assert close_code(transport.take()) == 4429
    assert not connection.welcomed
    assert bench.rooms.asked == []


@pytest.mark.parametrize("ended", [False, True])
def test_HS5_C9_the_requests_own_identity_is_judged_again_in_hello(
    bench: Bench, ended: bool
) -> None:
    connection, transport = bench.connect()
    connection.data_received(request(Authorization=f"Bearer {token(bench)[0]}"))
    transport.take()
    if ended:
        bench.access.note("session", "s_1", "", bench.clock.now_ms())
    say(connection, hello(""))
    if ended:
        assert close_code(transport.take()) == 3000
    else:
        assert heard(connection, transport)[0]["type"] == "welcome"


def test_HS12_renewal_moves_the_end_and_the_session(bench: Bench) -> None:
    connection, transport = bench.welcome(token=token(bench))
    bench.clock.advance(500.0)
    fresh, identity = token(bench, "s_2")
    say(connection, {"type": "auth", "token": fresh})
    assert transport.take() == b"", "it has no answer"
    assert connection.identity == identity
    connection.session.heard = True
    bench.clock.advance(599.0)
    connection.session.heard = True
    connection.tick(bench.clock.monotonic())
    assert connection in bench.registry.opened
    bench.clock.advance(1.0)
    connection.tick(bench.clock.monotonic())
    assert close_code(transport.take()) == 3000


async def test_C10_a_blocked_account_is_told_so_by_hello(bench: Bench) -> None:
    text, _ = token(bench)
    bench.kept.blocks.append(BlockRow("account", ACCOUNT))
    await bench.access.load()
    connection, transport = bench.open()
    say(connection, hello(text))
    written = transport.take()
    assert close_code(written) == 3003
    assert written.endswith(b"blocked")


def test_AX4_what_a_key_opened_only_that_key_renews(bench: Bench) -> None:
    drawn = new_key()
    bench.access.keys.put(key_of(ACCOUNT, "rooms:read", drawn=drawn))
    identity = bench.access.keys.identify(drawn.text)
    assert identity is not None
    connection, transport = bench.welcome(token=(drawn.text, identity))
    say(connection, {"type": "auth", "token": drawn.text})
    assert transport.take() == b""
    say(connection, {"type": "auth", "token": token(bench)[0]})
    assert close_code(transport.take()) == 3000
