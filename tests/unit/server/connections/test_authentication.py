"""From a token to whom it speaks for."""

from __future__ import annotations

import pytest

from server.connections.authentication import Authentication
from server.metrics import Metrics
from server.secrets import KeyRing
from server.tokens import Tokens
from tests.support.manual_clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens(KeyRing((b"a secret that only these tests know of",)), clock, guest_token_h=1)


def test_a_good_token_is_somebody(tokens: Tokens, clock: ManualClock) -> None:
    metrics = Metrics()
    issued = tokens.issue_guest("Ann")
    assert Authentication(tokens, clock, metrics).identify(issued.token, "hello") == issued.identity
    assert not metrics.authentication_failures


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_S11_C9_a_bad_one_is_nobody_and_counted(
    tokens: Tokens, clock: ManualClock, token: str
) -> None:
    metrics = Metrics()
    assert Authentication(tokens, clock, metrics).identify(token, "handshake") is None
    assert metrics.authentication_failures == {"handshake": 1}


def test_C9_the_leeway_for_clocks_opens_no_connection(tokens: Tokens, clock: ManualClock) -> None:
    metrics = Metrics()
    authentication = Authentication(tokens, clock, metrics)
    issued = tokens.issue_guest("Ann")
    clock.advance(3_599.0)
    assert authentication.identify(issued.token, "hello") is not None
    clock.advance(1.5)
    assert tokens.verify(issued.token) is not None
    assert authentication.identify(issued.token, "hello") is None
    assert metrics.authentication_failures == {"hello": 1}
