"""`touchline feed publish`: reports from a file or a pipe, published over HTTP by a key, as any
publisher does it.

Knows lines, keys and HTTP; must not know what reports mean. SPEC: FP16.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer

from protocol.feed import Report, ReportAll
from server.accounts.signatures import secret_bytes, signature
from server.cli.asking import run
from server.cli.desk import TIMEOUT, refusal_of
from server.cli.entry_text import plain
from server.cli.feed import patiently, send_what_can_be
from server.cli.options import require_file
from server.cli.screen import Exit, fail, notes, print_rows
from server.clock import Clock, SystemClock
from server.http.rooms import Done
from server.readers.game_reports import batches

KEY_VARIABLE, SECRET_VARIABLE = "FEED_KEY", "FEED_SIGNING_SECRET"
"""By variable: flags can be seen by others on the machine."""

_read = msgspec.json.Decoder(Report)


class Publisher:
    """One program with its key, at one server. Not printable."""

    def __init__(
        self, client: httpx.AsyncClient, key: str, secret: bytes | None, clock: Clock
    ) -> None:
        self._client = client
        self._key = key
        self._secret = secret
        self._clock = clock

    def __repr__(self) -> str:
        return "Publisher()"

    async def send(self, feed: str, reports: Sequence[Report]) -> int:
        """The feed's version with these reports. The same reports have the same id, so they are
        executed once. Raises Refused."""
        body = msgspec.json.encode(ReportAll(tuple(reports)))
        response = await self._client.post(
            f"/feeds/{feed}/events", content=body, headers=self._headers(body)
        )
        if response.is_error:
            raise refusal_of(response)
        return msgspec.json.decode(response.content, type=Done).version

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self._key}"}
        if self._secret is not None:
            id_ = f"feed_{hashlib.sha256(body).hexdigest()[:40]}"
            at_s = str(self._clock.now_ms() // 1000)
            headers |= {
                "webhook-id": id_,
                "webhook-timestamp": at_s,
                "webhook-signature": signature(self._secret, id_, at_s, body),
            }
        return headers


def command(
    feed: Annotated[str, typer.Argument(help="Id of the feed (r_…).")],
    source: Annotated[
        Path, typer.Argument(help="One report as JSON a line; - for standard input, line by line.")
    ],
    *,
    url: Annotated[str, typer.Option("--url", help="The server, as http://localhost:8700.")],
) -> None:
    """Publish reports with the key in FEED_KEY, signed where FEED_SIGNING_SECRET is set."""
    key, secret = os.environ.get(KEY_VARIABLE, ""), os.environ.get(SECRET_VARIABLE)
    if not key:
        fail(
            f"{KEY_VARIABLE} is not set: the key of a program with the scope feeds:publish",
            Exit.USAGE,
        )
    live = str(source) == "-"
    try:
        signs = None if secret is None else secret_bytes(secret)
    except ValueError as error:
        fail(f"{SECRET_VARIABLE}: {error}", Exit.USAGE)
    opened = nullcontext(sys.stdin) if live else require_file(source).open(encoding="utf-8")

    async def whole() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT) as client:
            publisher = Publisher(client, key, signs, SystemClock())
            await publish(publisher, feed, lines, live=live)

    with opened as lines:
        run(whole())


async def publish(publisher: Publisher, feed: str, lines: Iterable[str], *, live: bool) -> None:
    """Sends every report there is, `live` each as it comes, else many together. Prints how many and
    the feed's version; ends the command with 1 where lines were refused, each by name."""
    faults: list[str] = []
    sent, version = 0, 0
    reports = _reports(lines, faults)
    for batch in ((one,) for one in reports) if live else batches(reports):

        async def send(left: Sequence[Report]) -> int:
            return await patiently(lambda: publisher.send(feed, left))

        version, gone = await send_what_can_be(send, batch, faults, feed, version)
        sent += len(batch) - gone
    print_rows(["", ""], [["reports", str(sent)], ["version", str(version)]])
    for fault in faults:
        notes().print("touchline:", plain(fault), markup=False)
    if faults:
        raise typer.Exit(Exit.FAILED)


def _reports(lines: Iterable[str], faults: list[str]) -> Iterator[Report]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _read.decode(line)
        except msgspec.DecodeError as error:
            faults.append(f"line {number}: {error}")
