"""A proxy that speaks TLS to whoever comes and plain words to a server on loopback, for servers
that have no certificate of their own. PostgreSQL's clients ask in eight plain bytes first.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""As PostgreSQL's protocol has it: a length of 8, and the number that is no version."""


class TlsProxy:
    """Its port, and what it saw."""

    def __init__(self, target: int, context: ssl.SSLContext, *, asked: bool) -> None:
        self._target = target
        self._context = context
        self._asked = asked
        self.port = 0
        self.spoken = 0
        """Connections that came to an agreement about TLS."""
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from beginning to end."""
        mine = asyncio.current_task()
        assert mine is not None
        self._open.add(mine)
        try:
            with suppress(OSError, EOFError, ssl.SSLError):
                if self._asked:
                    if await reader.readexactly(len(_SSL_REQUEST)) != _SSL_REQUEST:
                        return
                    writer.write(b"S")
                    await writer.drain()
                    await writer.start_tls(self._context)
                self.spoken += 1
                await self._carry(reader, writer)
        finally:
            writer.close()
            self._open.discard(mine)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._target)
        ways = [asyncio.create_task(_copy(reader, out)), asyncio.create_task(_copy(there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            out.close()

    async def end(self) -> None:
        """Cuts off whoever is connected."""
        for task in [*self._open]:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        target.write(data)
        await target.drain()


@asynccontextmanager
async def tls_proxy(
    target: int, certificate: Path, key: Path, *, asked: bool
) -> AsyncGenerator[TlsProxy]:
    """Before a port of loopback. `asked`: clients ask for TLS as PostgreSQL's do; otherwise they
    begin with it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    proxy = TlsProxy(target, context, asked=asked)
    listening = await asyncio.start_server(
        proxy.serve, "127.0.0.1", 0, ssl=None if asked else context
    )
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.end()
