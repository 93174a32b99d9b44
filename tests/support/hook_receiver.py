"""A receiver of webhooks that tests run: keeps what came, and answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass
class Came:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body)


@dataclass
class Receiver:
    """`answers` are given in their order, then 200. An empty one: nothing is answered."""

    port: int = 0
    came: list[Came] = field(default_factory=list[Came])
    answers: list[bytes] = field(default_factory=list[bytes])
    tls: ssl.SSLContext | None = None

    def url(self, path: str = "/hooks", *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.tls is not None:
                await writer.start_tls(self.tls)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in headers.items()}
            body = await reader.readexactly(int(headers["content-length"]))
            self.came.append(Came(head[0], headers, body))
            answer = self.answers.pop(0) if self.answers else b"HTTP/1.1 200 OK\r\n\r\n"
            writer.write(answer)
            if not answer:
                await reader.read()  # until the other end lets go
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiver(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Receiver]:
    """One on a free port of this machine."""
    found = Receiver(tls=tls)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    others = asyncio.all_tasks()
    async with server:
        found.port = server.sockets[0].getsockname()[1]
        yield found
        # connections that the other end gave up in the middle come to their end first
        await asyncio.gather(*(asyncio.all_tasks() - others), return_exceptions=True)
