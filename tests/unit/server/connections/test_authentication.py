"""From what is shown to whom it speaks for, and when it does not any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.accounts.access import REVOKED
from server.accounts.live_keys import new_key
from server.identity import Identity
from tests.support.access import BlockRow, key_of
from tests.support.fake_rooms import Bench

ACCOUNT = "a_" + "A" * 22


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_good_token_is_somebody(bench: Bench) -> None:
    issued = bench.tokens.issue_guest("Ann")
    assert bench.authentication.identify(issued.token, "hello") == issued.identity
    assert not bench.metrics.authentication_failures


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "tl_live_", "tl_live_" + "a" * 60])
def test_S11_C9_a_bad_one_is_nobody_and_counted(bench: Bench, token: str) -> None:
    assert bench.authentication.identify(token, "handshake") is None
    assert bench.metrics.authentication_failures == {"handshake": 1}


def test_C9_the_leeway_for_clocks_opens_no_connection(bench: Bench) -> None:
    issued = bench.tokens.issue_guest("Ann")
    bench.clock.advance(3_599.0)
    assert bench.authentication.identify(issued.token, "hello") is not None
    bench.clock.advance(1.5)
    assert bench.authentication.identify(issued.token, "http", leeway=True) == issued.identity
    assert bench.authentication.identify(issued.token, "hello") is None
    assert bench.metrics.authentication_failures == {"hello": 1}


def test_AX2_an_mfa_token_is_nobody(bench: Bench) -> None:
    token = bench.tokens.issue_mfa(ACCOUNT)
    assert bench.authentication.judge(token, "hello") == "invalid"


def session_ends(bench: Bench) -> None:
    bench.access.note("session", "s_1", "", bench.clock.now_ms())


def account_closes(bench: Bench) -> None:
    bench.access.note("account", ACCOUNT, "", bench.clock.now_ms())


@pytest.mark.parametrize("end", [session_ends, account_closes])
def test_AX2_what_has_ended_is_as_if_it_had_never_been(
    bench: Bench, end: Callable[[Bench], None]
) -> None:
    issued = bench.tokens.issue_access(ACCOUNT, "Ann", session="s_1")
    assert bench.authentication.judge(issued.token, "http") == issued.identity
    end(bench)
    assert bench.authentication.judge(issued.token, "http") == "invalid"
    assert bench.authentication.standing(issued.identity, "hello") == "invalid"
    assert bench.metrics.authentication_failures == {"http": 1, "hello": 1}


async def test_AX2_C10_a_blocked_account_is_told_apart_only_with_a_genuine_token(
    bench: Bench,
) -> None:
    issued = bench.tokens.issue_access(ACCOUNT, "Ann", session="s_1")
    bench.kept.blocks.append(BlockRow("account", ACCOUNT))
    await bench.access.load()
    assert bench.authentication.judge(issued.token, "hello") == "blocked"
    assert bench.authentication.identify(issued.token, "http") is None
    assert bench.authentication.judge(issued.token[:-4] + "AAAA", "hello") == "invalid"
    assert bench.metrics.authentication_failures == {"hello": 2, "http": 1}


def test_A12_a_key_speaks_for_its_account_until_it_is_revoked(bench: Bench) -> None:
    drawn = new_key()
    bench.access.keys.put(key_of(ACCOUNT, "rooms:read", drawn=drawn))
    found = bench.authentication.identify(drawn.text, "http")
    assert found is not None
    assert (found.account, found.kind, found.grant and found.grant.key) == (
        ACCOUNT,
        "key",
        drawn.id,
    )
    bench.access.note("key", drawn.id, REVOKED, bench.clock.now_ms())
    assert bench.authentication.identify(drawn.text, "http") is None


class Provider:
    """Another issuer, with one token."""

    def verify(self, token: str) -> Identity | None:
        return Identity(ACCOUNT, "Ann", 2**50, kind="issuer") if token == "theirs" else None


def test_AX2_another_issuers_token_is_asked_about_last_and_may_have_ended(bench: Bench) -> None:
    both = bench.authenticating(Provider())
    issued = bench.tokens.issue_guest("Ann")
    assert both.identify(issued.token, "http") == issued.identity
    found = both.identify("theirs", "http")
    assert found is not None
    assert found.kind == "issuer"
    assert both.identify("nobody's", "http") is None
    account_closes(bench)
    assert both.identify("theirs", "http") is None


def test_S13_a_ticket_stands_for_who_asked_for_it_while_that_holds(bench: Bench) -> None:
    authentication = bench.authentication
    issued = bench.tokens.issue_access(ACCOUNT, "Ann", session="s_1")
    ticket = authentication.tickets.mint(issued.identity, "https://a.example")
    assert authentication.redeem(ticket.text, "https://a.example", "handshake") == issued.identity
    assert authentication.redeem(ticket.text, "https://a.example", "handshake") is None
    ticket = authentication.tickets.mint(issued.identity, None)
    session_ends(bench)
    assert authentication.redeem(ticket.text, None, "handshake") is None
    assert bench.metrics.authentication_failures == {"handshake": 2}
