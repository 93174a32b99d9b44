"""All connections of a node: their limits, their replacement, their end."""

from __future__ import annotations

import pytest

from protocol.codes import CloseCode
from tests.support.fake_rooms import Bench, close_code, heard


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


def test_closing_an_account_closes_all_it_has() -> None:
    bench = Bench()
    issued = bench.tokens.issue_guest("Ann")
    mine = [bench.welcome(token=(issued.token, issued.identity)) for _ in range(2)]
    other, _ = bench.welcome()
    account = issued.identity.account
    assert bench.registry.close_account(account, CloseCode.FORBIDDEN, "banned") == 2
    assert [close_code(transport.take()) for _, transport in mine] == [3003, 3003]
    assert list(bench.registry.opened) == [other]
    assert bench.registry.close_account(account, CloseCode.FORBIDDEN, "banned") == 0


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
    bench.registry.drain(now, now_ms, 10.0, "ws://n2/ws")
    assert bench.registry.draining
    assert silent.ended
    told = [heard(connection, transport)[0] for connection, transport in members]
    assert [notice["when"] - now_ms for notice in told] == [0, 2_500, 5_000, 7_500]
    assert {notice["where"] for notice in told} == {"ws://n2/ws"}
    for index, (connection, transport) in enumerate(members):
        connection.tick(now + index * 2.5 - 0.1)
        assert index == 0 or transport.take() == b""
        connection.tick(now + index * 2.5)
        assert close_code(transport.take()) == 1012
    assert not bench.registry.opened


def test_HS15_draining_an_empty_node_is_done_at_once() -> None:
    bench = Bench()
    bench.registry.drain(0.0, 0, 10.0)
    assert not bench.registry.sockets
