"""Which subprotocol a handshake gets, and the token that may ride among them."""

from __future__ import annotations

import pytest

from protocol.subprotocols import (
    JSON_SUBPROTOCOL,
    MSGPACK_SUBPROTOCOL,
    bearer_token,
    offer_bearer,
    select_subprotocol,
)


def test_HS3_the_clients_order_decides() -> None:
    assert select_subprotocol([JSON_SUBPROTOCOL, MSGPACK_SUBPROTOCOL]) == JSON_SUBPROTOCOL
    assert select_subprotocol(["x", MSGPACK_SUBPROTOCOL, JSON_SUBPROTOCOL]) == MSGPACK_SUBPROTOCOL


@pytest.mark.parametrize("names", [[], ["touchline.v2.json"], ["Touchline.v1.json"]])
def test_HS3_there_may_be_no_common_one(names: list[str]) -> None:
    assert select_subprotocol(names) is None


def test_S14_a_token_is_never_selected() -> None:
    assert select_subprotocol([offer_bearer("a.b.c")]) is None


@pytest.mark.parametrize("token", ["a", "ab", "abc", "abcd", "a.b-_c/+=", ""])
def test_S14_a_token_comes_back_as_it_was_offered(token: str) -> None:
    assert bearer_token(["x", offer_bearer(token)]) == token


def test_S14_without_one_there_is_none() -> None:
    assert bearer_token([JSON_SUBPROTOCOL]) is None


@pytest.mark.parametrize("carried", ["!", "A", "//8=", "w7w", "YQ==="])
def test_S14_what_cannot_be_read_is_an_empty_token(carried: str) -> None:
    assert bearer_token([f"touchline.bearer.{carried}"]) == ""


def test_S14_two_tokens_are_an_empty_one() -> None:
    assert bearer_token([offer_bearer("a"), offer_bearer("a")]) == ""
