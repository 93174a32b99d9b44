"""Sends one signed message to one address: a POST that is bounded in time, follows nothing and
reads no body.

Signed as Standard Webhooks describes it (server/accounts/signatures.py): `webhook-id`,
`webhook-timestamp` in seconds, `webhook-signature`. Must not know drafts, nor when something is
tried again. SPEC: WH9, WH10, WH13.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import httpx

from server.accounts.signatures import signature
from server.clock import Clock
from server.hooks.addresses import (
    BadAddress,
    PrivateAddress,
    Resolve,
    judged,
    resolve_by_system,
    target_of,
)

POST_S: Final = 10.0
"""Name, connection, TLS and answer together."""
AGENT: Final = "Touchline"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a delivery ended. `status` is that of the answer; None: none came, and `problem` is one
    of PROBLEMS."""

    status: int | None
    took_ms: int
    problem: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


PROBLEMS: Final = {
    "address": "the address is none that something is sent to",
    "private": "the name leads into a private network",
    "unresolved": "the name leads nowhere",
    "timeout": "no answer within 10 s",
    "connection": "no connection, or it broke",
    "secret": "the secret was lost with the server's own: make the webhook anew",
}
"""Words for what kept an answer from coming."""


class Poster:
    """Sends. Keeps no connection: two names on one address must not share one."""

    def __init__(
        self, clock: Clock, *, private: bool, resolve: Resolve = resolve_by_system
    ) -> None:
        """`private`: also into private networks, and to this machine."""
        self._clock = clock
        self._private = private
        self._resolve = resolve
        self._client: httpx.AsyncClient | None = None
        """Made when something is sent for the first time: reading certificates takes a while."""

    async def post(self, url: str, secret: bytes, *, id_: str, at: int, body: bytes) -> Answer:
        """Sends once. `at` is log time in ms, and stands in the signature."""
        client = self._client = self._client or _new_client()
        began_s = self._clock.monotonic()
        status, problem = None, ""
        try:
            async with asyncio.timeout(POST_S):
                status = await self._sent(client, url, secret, id_, at, body)
        except BadAddress:
            problem = "address"
        except PrivateAddress:
            problem = "private"
        except (TimeoutError, httpx.TimeoutException):
            problem = "timeout"
        except (httpx.HTTPError, httpx.InvalidURL):
            problem = "connection"
        except OSError:
            problem = "unresolved"
        return Answer(status, round((self._clock.monotonic() - began_s) * 1000), problem)

    async def _sent(
        self, client: httpx.AsyncClient, url: str, secret: bytes, id_: str, at: int, body: bytes
    ) -> int:
        target = target_of(url, private=self._private)
        address = await judged(target, self._resolve, private=self._private)
        timestamp = str(at // 1000)
        async with client.stream(
            "POST",
            httpx.URL(
                scheme=target.scheme,
                host=address,
                port=target.port,
                raw_path=target.path.encode("ascii"),
            ),
            content=body,
            headers={
                "host": target.authority,
                "user-agent": AGENT,
                "content-type": "application/json",
                "webhook-id": id_,
                "webhook-timestamp": timestamp,
                "webhook-signature": signature(secret, id_, timestamp, body),
            },
            # the certificate is the name's, and not the address's
            extensions={"sni_hostname": target.host},
        ) as answer:
            return answer.status_code

    async def close(self) -> None:
        """Lets go."""
        if self._client is not None:
            await self._client.aclose()


def _new_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=httpx.create_ssl_context(),
        trust_env=False,  # a proxy of the environment would resolve names by itself
        follow_redirects=False,
        timeout=POST_S,
        limits=httpx.Limits(max_keepalive_connections=0),
    )
