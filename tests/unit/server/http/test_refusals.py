"""Refusals: one body, and the status that fits."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.exceptions import InternalServerException, ValidationException
from litestar.routes import HTTPRoute

from protocol.codes import REJECTIONS
from server.http.refusals import REFUSALS, REJECTION_STATUS, Refusal, rejected, unavailable
from server.rooms.directory import InvalidRoom
from server.rooms.pending import Ended
from tests.support.http_side import HttpSide


@pytest.mark.parametrize("code", sorted(REJECTIONS))
def test_SE_A16_every_rejection_has_a_documented_status(code: str) -> None:
    refusal = rejected(Ended(code=code, detail={"x": 1}))
    assert refusal.status_code in REFUSALS
    assert (refusal.code, refusal.about) == (code, {"x": 1})
    retries = "Retry-After" in (refusal.headers or {})
    assert retries is not REJECTIONS[code].final


def test_the_table_names_codes_that_exist() -> None:
    assert REJECTION_STATUS.keys() <= REJECTIONS.keys()


def test_what_was_not_executed_may_be_sent_again() -> None:
    assert unavailable().headers == {"Retry-After": "1"}


async def broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("SELECT secret FROM table; /srv/path")


async def test_SE_A16_a_bug_tells_an_incident_and_nothing_else(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(HTTPRoute, "_call_handler_function", broken)
    answer = await side.send("GET", "/live")
    assert answer.status_code == 500
    assert answer.json() == {"error": "internal", "id": answer.headers["x-request-id"]}
    assert answer.headers["x-content-type-options"] == "nosniff"
    logged = capsys.readouterr()
    assert answer.headers["x-request-id"] in logged.out + logged.err


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RecursionError(), 400, "malformed"),
        (ValidationException(), 422, "invalid"),
        (ValidationException(extra=[{"key": "limit", "message": "too big"}]), 422, "invalid"),
        (InvalidRoom("no such kind"), 422, "invalid"),
        (Refusal(409, "x"), 409, "x"),
    ],
)
async def test_HT7_what_the_framework_raises_becomes_ours(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    async def raising(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(HTTPRoute, "_call_handler_function", raising)
    answer = await side.send("GET", "/live")
    assert (answer.status_code, answer.json()["error"]) == (status, code)


async def test_an_unexpected_exception_of_the_framework_is_a_bug(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def raising(*_: Any, **__: Any) -> None:
        raise InternalServerException("details")

    monkeypatch.setattr(HTTPRoute, "_call_handler_function", raising)
    answer = await side.send("GET", "/live")
    assert answer.status_code == 500
    assert "details" not in answer.text
