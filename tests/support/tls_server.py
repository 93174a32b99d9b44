"""The real server with a certificate, as a process of its own, on the loop that it is shipped
with."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import Encoding

from loadtest.connection import LOOPBACK
from loadtest.processes import START_S_MAX, NotStarted, ServerProcess
from tests.support.certificates import Issuer, Made
from tests.support.timeouts import MS

_LINK = re.compile(r"^\s+(\w+)\s+(https://\S+#room=(r_\S+)&invite=(\S+))$", re.MULTILINE)


class TlsServer(ServerProcess):
    """A server whose certificate a test changes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.issuer = Issuer()
        self.made = self.issuer.make()
        self.certificate, self.key = self.made.write(folder)
        pair = {"tls_certificate": str(self.certificate), "tls_key": str(self.key)}
        super().__init__(folder / "data", settings={**pair, "demo": "yes", **settings})

    @property
    def url(self) -> str:
        """The HTTP side."""
        return f"https://localhost:{self.http_port}"

    def trusting(self) -> ssl.SSLContext:
        """A client that knows the issuer, as a browser would, and is strict about names."""
        issuer = self.issuer.certificate.public_bytes(Encoding.PEM).decode()
        return ssl.create_default_context(cadata=issuer)

    def client(self) -> httpx.AsyncClient:
        """Asks the HTTP side."""
        return httpx.AsyncClient(base_url=self.url, verify=self.trusting())

    def link(self, role: str) -> tuple[str, str, str]:
        """The demo's link as the start printed it: whole, its room, its invitation."""
        return next(found[1:] for found in _LINK.findall(self.said()) if found[0] == role)

    def wait_until_live(self) -> None:
        """Returns once `/live` answers 200. Raises NotStarted."""
        deadline = time.perf_counter() + START_S_MAX
        while time.perf_counter() < deadline and self.running:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/live", verify=self.trusting()).status_code == 200:
                    socket.create_connection((LOOPBACK, self.ws_port), 5).close()
                    return
            time.sleep(0.02)
        raise NotStarted("the server did not start:\n" + self.said()[-4000:])

    async def shown(self, port: int) -> bytes:
        """The certificate that a handshake with this port shows, DER."""
        _, writer = await asyncio.open_connection(
            LOOPBACK, port, ssl=self.trusting(), server_hostname="localhost"
        )
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        return bytes(found)


def der(made: Made) -> bytes:
    """As a handshake shows it."""
    return made.certificate.public_bytes(Encoding.DER)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits until it holds, within a limit."""
    async with asyncio.timeout(30_000 * MS):
        while not await holds():  # noqa: ASYNC110 - another process signals nobody
            await asyncio.sleep(0.05)
