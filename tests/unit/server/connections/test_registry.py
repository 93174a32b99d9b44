"""All connections of a node: their limits, their replacement, their end."""

from __future__ import annotations

import pytest

from protocol.codes import CloseCode
from server.accounts.access import CLAIMED, REVOKED
from server.accounts.live_keys import new_key
from server.identity import Identity
from tests.support.access import BlockRow, key_of
from tests.support.fake_rooms import ROOM, Bench, close_code, heard, say

ACCOUNT = "a_" + "A" * 22


def test_a_connection_counts_from_its_handshake_to_its_end() -> None:
    bench = Bench()
    registry = bench.registry
    connection, _ = bench.connect()
    assert (len(registry.sockets), len(registry.opened)) == (1, 0)
    other, _ = bench.welcome()
    assert (len(registry.sockets), len(registry.opened)) == (2, 1)
    other.connection_lost(None)
    registry.left(other)
    registry.gone(other)
    connection.connection_lost(None)
    assert (len(registry.sockets), len(registry.opened)) == (0, 0)


def test_counts_tell_who_lags() -> None:
    bench = Bench()
    bench.connect()
    bench.welcome()
    lagging, _ = bench.welcome()
    lagging.pause_writing()
    counts = bench.registry.counts()
    assert (counts.connections, counts.in_sync, counts.lagging) == (2, 1, 1)


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"connections_max": 1}, 503),
        ({"connections_per_address_max": 1}, 429),
        ({"connections_per_account_max": 1}, 429),
    ],
)
def test_S15_the_place_of_who_left_is_free(settings: dict[str, int], status: int) -> None:
    bench = Bench(**settings)
    issued = bench.tokens.issue_guest("Ann")
    account = issued.identity.account
    first, _ = bench.welcome(token=(issued.token, issued.identity))
    refused = bench.registry.refuse(first.address, account)
    assert refused is not None
    assert refused.status == status
    first.connection_lost(None)
    assert bench.registry.refuse(first.address, account) is None


def test_S15_only_the_account_that_is_full_is_refused() -> None:
    bench = Bench(connections_per_account_max=1)
    first, _ = bench.welcome()
    assert bench.registry.refuse("192.0.2.7", None) is None
    assert bench.registry.refuse("192.0.2.7", "a_somebody_else") is None
    assert bench.registry.refuse("192.0.2.7", first.identity.account) is not None


def test_C17_an_older_connection_of_the_same_client_is_replaced_even_where_it_is_full() -> None:
    bench = Bench(connections_per_account_max=1)
    issued = bench.tokens.issue_guest("Ann")
    token = (issued.token, issued.identity)
    older, transport = bench.welcome(token=token, client="c" * 16)
    newer, _ = bench.welcome(token=token, client="c" * 16)
    assert close_code(transport.take()) == 4409
    older.connection_lost(None)
    # the end of the older one takes nothing from the newer
    newest, _ = bench.welcome(token=token, client="c" * 16)
    assert list(bench.registry.opened) == [newest]
    newer.connection_lost(None)


def test_C9_AX3_closing_an_account_closes_all_it_has() -> None:
    bench = Bench()
    issued = bench.tokens.issue_guest("Ann")
    mine = [bench.welcome(token=(issued.token, issued.identity)) for _ in range(2)]
    other, _ = bench.welcome()
    account = issued.identity.account
    assert bench.registry.close_account(account) == 2
    assert [close_code(transport.take()) for _, transport in mine] == [3000, 3000]
    assert list(bench.registry.opened) == [other]
    assert bench.registry.close_account(account) == 0


def account_token(bench: Bench, account: str, session: str) -> tuple[str, Identity]:
    issued = bench.tokens.issue_access(account, "Ann", session=session)
    return issued.token, issued.identity


def test_C9_AX3_only_the_connections_of_an_ended_session_are_closed() -> None:
    bench = Bench()
    first, transport = bench.welcome(ROOM, token=account_token(bench, ACCOUNT, "s_1"))
    second, _ = bench.welcome(token=account_token(bench, ACCOUNT, "s_2"))
    place = bench.rooms.followers[ROOM]
    bench.access.note("session", "s_1", "logged out", bench.clock.now_ms())
    written = transport.take()
    assert close_code(written) == 3000
    assert written.endswith(b"invalid_token")
    assert place.calls == ["revoke"], "what waits of it is taken back"
    assert list(bench.registry.opened) == [second]
    assert first not in bench.registry.opened
    assert bench.registry.close_session("s_1") == 0


def test_AX4_a_renewed_connection_stands_on_its_new_session() -> None:
    bench = Bench()
    connection, transport = bench.welcome(token=account_token(bench, ACCOUNT, "s_1"))
    say(connection, {"type": "auth", "token": account_token(bench, ACCOUNT, "s_2")[0]})
    bench.access.note("session", "s_1", "", bench.clock.now_ms())
    assert connection in bench.registry.opened
    bench.access.note("session", "s_2", "", bench.clock.now_ms())
    assert close_code(transport.take()) == 3000


def test_AX3_a_claimed_account_keeps_the_connections_that_are_not_a_guests() -> None:
    bench = Bench()
    issued = bench.tokens.issue_guest("Ann")
    account = issued.identity.account
    _, guest = bench.welcome(token=(issued.token, issued.identity))
    full, _ = bench.welcome(token=account_token(bench, account, "s_1"))
    bench.access.note("account", account, CLAIMED, bench.clock.now_ms())
    assert close_code(guest.take()) == 3000
    assert list(bench.registry.opened) == [full]


async def test_C10_AX3_a_block_closes_whom_it_means() -> None:
    bench = Bench()
    blocked, transport = bench.welcome(token=account_token(bench, ACCOUNT, "s_1"))
    other, other_transport = bench.welcome()
    silent, silent_transport = bench.open()
    bench.kept.blocks.append(BlockRow("account", ACCOUNT))
    bench.access.note("block", "b_1", "", bench.clock.now_ms())
    assert await bench.access.refresh()
    assert close_code(transport.take()) == 3003
    assert set(bench.registry.opened) == {other, silent}
    bench.kept.blocks.append(BlockRow("address", "192.0.2.0/24"))
    bench.access.note("block", "b_2", "", bench.clock.now_ms())
    assert await bench.access.refresh()
    assert close_code(other_transport.take()) == close_code(silent_transport.take()) == 3003
    assert not bench.registry.opened
    assert blocked.identity.account == ACCOUNT


async def test_C9_AX3_a_revoked_key_closes_its_connections_alone() -> None:
    bench = Bench()
    texts: list[str] = []
    for _ in range(2):
        drawn = new_key()
        bench.access.keys.put(key_of(ACCOUNT, "rooms:read", drawn=drawn))
        texts.append(drawn.text)
    found = [bench.access.keys.identify(text) for text in texts]
    pairs = [
        bench.welcome(token=(text, identity))
        for text, identity in zip(texts, found, strict=True)
        if identity is not None
    ]
    grant = pairs[0][0].identity.grant
    assert grant is not None
    bench.access.note("key", grant.key, REVOKED, bench.clock.now_ms())
    assert close_code(pairs[0][1].take()) == 3000
    assert list(bench.registry.opened) == [pairs[1][0]]


def test_the_indexes_are_empty_when_everybody_has_left() -> None:
    bench = Bench()
    for number in range(3):
        connection, _ = bench.welcome(token=account_token(bench, ACCOUNT, f"s_{number}"))
        connection.connection_lost(None)
    kept = {name: value for name, value in vars(bench.registry).items() if name.startswith("_by_")}
    assert len(kept) == 5
    assert not any(kept.values())


def test_C20_closing_all_closes_the_silent_too() -> None:
    bench = Bench()
    _, silent = bench.connect()
    _, transport = bench.welcome()
    bench.registry.close_all(CloseCode.TRY_AGAIN_LATER, "unavailable")
    assert close_code(transport.take()) == 1013
    assert silent.ended


def test_HS15_draining_spreads_the_slots_and_closes_the_silent_at_once() -> None:
    bench = Bench()
    _, silent = bench.connect()
    members = [bench.welcome() for _ in range(4)]
    now, now_ms = bench.clock.monotonic(), bench.clock.now_ms()
    bench.registry.drain(now, now_ms, 10.0)
    assert bench.registry.draining
    assert silent.ended
    told = [heard(connection, transport)[0] for connection, transport in members]
    assert [notice["when"] - now_ms for notice in told] == [0, 2_500, 5_000, 7_500]
    assert not any("where" in notice for notice in told)
    for index, (connection, transport) in enumerate(members):
        connection.tick(now + index * 2.5 - 0.1)
        assert index == 0 or transport.take() == b""
        connection.tick(now + index * 2.5)
        assert close_code(transport.take()) == 1012
    assert not bench.registry.opened


def test_HS15_who_is_told_where_has_time_to_be_there_before() -> None:
    bench = Bench()
    members = [bench.welcome() for _ in range(2)]
    ours = members[0][0]
    now, now_ms = bench.clock.monotonic(), bench.clock.now_ms()
    bench.registry.drain(now, now_ms, 1.0, lambda one: "ws://n2/ws" if one is ours else None)
    told = [heard(connection, transport)[0] for connection, transport in members]
    assert (told[0]["when"] - now_ms, told[0]["where"]) == (2_000, "ws://n2/ws")
    assert (told[1]["when"] - now_ms, "where" in told[1]) == (500, False)
    ours.tick(now + 1.9)
    assert members[0][1].take() == b""
    ours.tick(now + 2.0)
    assert close_code(members[0][1].take()) == 1012


def test_HS15_draining_an_empty_node_is_done_at_once() -> None:
    bench = Bench()
    bench.registry.drain(0.0, 0, 10.0)
    assert not bench.registry.sockets
