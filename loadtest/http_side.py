"""The few requests that a load makes of the HTTP side: guests, rooms, invitations. Plain and
synchronous.

One kept-open connection; loopback only.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import msgspec

from loadtest.connection import LOOPBACK


class RequestFailed(Exception):
    """The answer was no success."""

    def __init__(self, method: str, path: str, status: int, body: bytes) -> None:
        super().__init__(f"{method} {path}: {status} {body[:300].decode(errors='replace')}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Guest:
    """A person of the load."""

    account: str
    token: str


class HttpSide:
    """A client of one server's HTTP side."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)

    def call(self, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
        """One request; the decoded body of a success. Raises RequestFailed."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        sent = None if body is None else msgspec.json.encode(body)
        try:
            answer, got = self._exchange(method, path, sent, headers)
        except (http.client.HTTPException, OSError):
            self._connection.close()  # kept open since before the server went; a fresh one may do
            answer, got = self._exchange(method, path, sent, headers)
        if answer.status >= 300:
            raise RequestFailed(method, path, answer.status, got)
        return msgspec.json.decode(got) if got else None

    def text(self, path: str) -> str:
        """What a page that is no JSON says. Raises RequestFailed."""
        answer, got = self._exchange("GET", path, None, {})
        if answer.status != 200:
            raise RequestFailed("GET", path, answer.status, got)
        return got.decode()

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def guest(self, name: str) -> Guest:
        """A new person."""
        said = self.call("POST", "/auth/guest", {"name": name})
        return Guest(said["account"], said["token"])

    def guests(self, count: int, name: str = "Load") -> list[Guest]:
        """Many new people."""
        return [self.guest(f"{name} {n + 1}") for n in range(count)]

    def close(self) -> None:
        """Lets go of the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
