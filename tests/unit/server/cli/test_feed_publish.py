"""Reports published by a key: signed, once, by the line or together, every refused one named."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import typer

from server.accounts.signatures import new_secret, secret_bytes
from server.cli import feed as feed_command
from server.cli.desk import Refused
from server.cli.feed_publish import Publisher, publish
from tests.support.command_line import touchline
from tests.support.http_calls import REPORT
from tests.support.http_side import HttpSide
from tests.support.manual_clock import ManualClock
from tests.support.programs import make_program

ROOM = "r_" + "a" * 22


def line(number: int, order: int = 1) -> str:
    return json.dumps({**REPORT, "play": {"id": number, "order": order}}) + "\n"


@asynccontextmanager
async def by(
    handler: Callable[[httpx.Request], httpx.Response], secret: bytes | None = None
) -> AsyncGenerator[Publisher]:
    transport = httpx.MockTransport(handler)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8700") as client:
        yield Publisher(client, "tl_live_x_y", secret, ManualClock())


async def test_FP16_reports_are_signed_and_published_once(
    side: HttpSide, capsys: pytest.CaptureFixture[str]
) -> None:
    ada, header = await side.account()
    room = await side.directory.create("feed", "Ours", ada, {})
    program = await make_program(side, header, "feeds:publish", signing=True)
    transport = httpx.ASGITransport(cast("Any", side.app))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8700") as client:
        publisher = Publisher(client, program.key, secret_bytes(str(program.secret)), side.clock)
        for _ in range(2):
            await publish(publisher, room, [line(n) for n in range(1, 151)], live=False)
            assert capsys.readouterr().out.endswith("reports\t150\nversion\t3\n")
        await publish(publisher, room, [line(200), "\n", line(201)], live=True)
        assert capsys.readouterr().out.endswith("reports\t2\nversion\t5\n")
        wrong = Publisher(client, program.key, b"another", side.clock)
        with pytest.raises(Refused):
            await publish(wrong, room, [line(202)], live=False)
        lines = [line(1, order=9), "{", line(300)]
        with pytest.raises(typer.Exit) as ended:
            await publish(publisher, room, lines, live=False)
    assert ended.value.exit_code == 1
    told = capsys.readouterr()
    # a signed refusal is an entry of its own, version 6
    assert told.out.endswith("reports\t1\nversion\t7\n")
    assert f"{room} play 1: the feed has something else under this revision" in told.err
    assert "line 2: " in told.err


async def test_FP16_a_server_that_cannot_now_is_sent_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def no_wait(_seconds: float) -> None:
        """Time does not matter here."""

    monkeypatch.setattr(feed_command, "sleep", no_wait)
    asked: list[httpx.Request] = []

    def busy_once(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            return httpx.Response(503, json={"error": "unknown_outcome", "id": "x"})
        return httpx.Response(200, json={"version": 7})

    async with by(busy_once, secret_bytes(new_secret())) as publisher:
        await publish(publisher, ROOM, [line(1)], live=True)
        assert repr(publisher) == "Publisher()"
    first, second = asked
    assert first.content == second.content
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.url.path == f"/feeds/{ROOM}/events"


async def test_FP16_a_key_without_a_signing_secret_does_not_sign() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"version": 7})

    async with by(answer) as publisher:
        await publish(publisher, ROOM, [line(1)], live=True)
    assert asked[0].headers["authorization"] == "Bearer tl_live_x_y"
    assert "webhook-id" not in asked[0].headers


def test_FP16_a_command_without_key_secret_or_file_tries_nothing(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(line(1))
    asked = ("feed", "publish", ROOM, file, "--url", "http://localhost:1")
    assert touchline(*asked, environ={"FEED_KEY": ""}).status == 2
    broken = {"FEED_KEY": "tl_live_x_y", "FEED_SIGNING_SECRET": "whsec_*"}
    assert touchline(*asked, environ=broken).status == 2
    nothing = ("feed", "publish", ROOM, tmp_path / "no", "--url", "http://localhost:1")
    assert touchline(*nothing, environ={"FEED_KEY": "tl_live_x_y"}).status == 2
