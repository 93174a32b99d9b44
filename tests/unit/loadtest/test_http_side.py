"""The load's own HTTP client."""

from __future__ import annotations

import pytest

from loadtest.http_side import HttpSide, RequestFailed
from loadtest.stage import Stage


def test_guests_and_rooms(load_stage: Stage) -> None:
    with HttpSide(load_stage.server.http_port) as http:
        first, second = http.guests(2)
        assert first.account != second.account
        assert http.call("GET", "/me", token=first.token)["account"] == first.account


def test_a_refusal_names_the_request(load_stage: Stage) -> None:
    with pytest.raises(RequestFailed, match="GET /me: 401") as failed:
        load_stage.http.call("GET", "/me")
    assert failed.value.status == 401
