"""Rooms as the operator asks for them: the paths under `/operator/` of a running server, or of the
same application in this process where no server runs.

One set of operations, so that a command does the same in both cases. Knows HTTP; must not know
which of the two it talks to. SPEC rules OP8 and OP9.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httpx
import msgspec

from protocol.membership import NameField
from server.cli.in_process import application
from server.cli.screen import Exit
from server.config import Settings
from server.data_folder import operator_key_path
from server.hosts import LOCAL, own_origin
from server.http.health import Status
from server.http.operator import (
    OpenedRoom,
    OperatorCard,
    OperatorPage,
    OperatorRoom,
    OperatorRoomRequest,
    Pruned,
    PruneRequest,
)
from server.http.refusals import ErrorBody
from server.http.rooms import Done, HistoryEntry, HistoryPage, RestoreRequest
from server.secrets import read_operator_key
from server.tls import InvalidCertificate, trust, trust_also

T = TypeVar("T")

TIMEOUT = httpx.Timeout(60.0, connect=2.0)
PAGE = 100


class Refused(Exception):
    """The server said no. `exit_code` is what the command ends with; `code` and `detail` are its
    own words, empty where it had none."""

    def __init__(
        self, message: str, exit_code: Exit = Exit.FAILED, *, code: str = "", detail: Any = None
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.code = code
        self.detail = detail


class Desk:
    """What can be asked. Every method raises Refused where the answer is no."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def rooms(self) -> AsyncIterator[OperatorCard]:
        """Every room, by id."""
        cursor: str | None = None
        while True:
            page = await self._get("/operator/rooms", OperatorPage, cursor=cursor, limit=PAGE)
            for card in page.rooms:
                yield card
            cursor = page.next
            if cursor is None:
                return

    async def status(self) -> Status:
        """How the node that answers is, and whom it hears of."""
        return await self._get("/status", Status)

    async def create(self, request: OperatorRoomRequest) -> OpenedRoom:
        """A new room with a link per role."""
        return await self._post("/operator/rooms", OpenedRoom, request)

    async def show(self, room: str, version: int | None = None) -> OperatorRoom:
        """The room as members see it, now or at a version."""
        return await self._get(f"/operator/rooms/{room}", OperatorRoom, version=version)

    async def history(self, room: str) -> AsyncIterator[HistoryEntry]:
        """What happened, newest first."""
        cursor: str | None = None
        path = f"/operator/rooms/{room}/history"
        while True:
            page = await self._get(path, HistoryPage, cursor=cursor, limit=PAGE)
            for entry in page.entries:
                yield entry
            cursor = page.next
            if cursor is None:
                return

    async def export(self, room: str) -> AsyncIterator[bytes]:
        """The room's file, piece by piece."""
        async with self._client.stream("GET", f"/operator/rooms/{room}/export") as response:
            if response.is_error:
                await response.aread()
                raise refusal_of(response)
            async for piece in response.aiter_bytes():
                yield piece

    async def import_(self, content: AsyncIterator[bytes], size: int) -> OpenedRoom:
        """A new room from a file."""
        response = await self._client.post(
            "/operator/rooms/import",
            content=content,
            headers={"content-type": "application/json", "content-length": str(size)},
        )
        return _read(response, OpenedRoom)

    async def import_draft(self, content: bytes) -> OpenedRoom:
        """A new draft room from a file in Sleeper's shape."""
        response = await self._client.post(
            "/operator/drafts/import",
            content=content,
            headers={"content-type": "application/json"},
        )
        return _read(response, OpenedRoom)

    async def restore(self, room: str, version: int) -> int:
        """Makes the room what it was at a version; returns the version of the new entry."""
        path = f"/operator/rooms/{room}/restore"
        return (await self._post(path, Done, RestoreRequest(version))).version

    async def prune(self, room: str, before: int) -> int:
        """Forgets entries below a version that a snapshot covers; returns how many."""
        path = f"/operator/rooms/{room}/prune"
        return (await self._post(path, Pruned, PruneRequest(before))).entries

    async def ask(
        self, method: str, path: str, body: Any = None, **asked: str | int | None
    ) -> dict[str, Any]:
        """Any other operation: its answer as it is, empty where it has none."""
        given = {name: value for name, value in asked.items() if value is not None}
        sent = None if body is None else msgspec.json.encode(body)
        response = await self._client.request(
            method,
            path,
            params=given,
            content=sent,
            headers={} if sent is None else {"content-type": "application/json"},
        )
        if response.is_error:
            raise refusal_of(response)
        if not response.content:
            return {}
        return msgspec.json.decode(response.content, type=dict[str, Any])

    async def all(self, path: str, name: str, **asked: str | int | None) -> list[dict[str, Any]]:
        """Every page of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.ask("GET", path, cursor=cursor, limit=PAGE, **asked)
            found.extend(page[name])
            cursor = page.get("next")
            if cursor is None:
                return found

    async def lines(self, path: str, **asked: str | int | None) -> AsyncIterator[bytes]:
        """A streamed answer, piece by piece."""
        given = {name: value for name, value in asked.items() if value is not None}
        async with self._client.stream("GET", path, params=given) as response:
            if response.is_error:
                await response.aread()
                raise refusal_of(response)
            async for piece in response.aiter_bytes():
                yield piece

    async def _get(self, path: str, kind: type[T], **asked: str | int | None) -> T:
        given = {name: value for name, value in asked.items() if value is not None}
        return _read(await self._client.get(path, params=given), kind)

    async def _post(self, path: str, kind: type[T], body: msgspec.Struct) -> T:
        response = await self._client.post(
            path,
            content=msgspec.json.encode(body),
            headers={"content-type": "application/json"},
        )
        return _read(response, kind)


@asynccontextmanager
async def open_desk(settings: Settings, url: str | None = None) -> AsyncGenerator[Desk]:
    """The running server's desk if there is one, else one of our own on the data folder.

    `url` names a server that listens elsewhere than the settings say. Raises Refused where it does
    not answer, StorageError where the database cannot be opened.
    """
    key = read_operator_key(operator_key_path(settings))
    base = url or own_origin(settings, "localhost")
    trusted = trusting(settings, base)
    if key is not None and await _answers(base, trusted):
        async with httpx.AsyncClient(
            base_url=base, headers=_by(key), timeout=TIMEOUT, verify=trusted or True
        ) as client:
            yield Desk(client)
        return
    if url is not None:
        missing = "there is no operator key in the data folder" if key is None else "no answer"
        raise Refused(f"{url}: {missing}", Exit.UNAVAILABLE)
    async with application(settings) as (app, own_key):
        # httpx and the framework write the same protocol in different types.
        transport = httpx.ASGITransport(cast("Any", app))
        async with httpx.AsyncClient(
            transport=transport, base_url=base, headers=_by(own_key), timeout=TIMEOUT
        ) as client:
            yield Desk(client)


def trusting(settings: Settings, url: str) -> ssl.SSLContext | None:
    """Whom to trust at this address: on this machine exactly the server with the certificate of the
    settings, elsewhere whom the machine trusts, and that certificate for its names. None: there is
    nothing to trust without TLS. Raises Refused."""
    place = urlsplit(url)
    if place.scheme != "https":
        return None
    certificate = Path(settings.tls_certificate) if settings.tls_certificate else None
    try:
        if certificate is not None and place.hostname in LOCAL:
            return trust(certificate)
        return trust_also(certificate)
    except InvalidCertificate as error:
        raise Refused(str(error), Exit.USAGE) from None


async def _answers(base: str, trusted: ssl.SSLContext | None) -> bool:
    """Whether a server listens there. A key file may have been left by one that was killed. Raises
    Refused where one does, and is not the one that is trusted."""
    try:
        async with httpx.AsyncClient(
            base_url=base, timeout=TIMEOUT, verify=trusted or True
        ) as client:
            return (await client.get("/live")).is_success
    except httpx.TransportError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise Refused(
                f"{base} shows another certificate than tls_certificate names", Exit.UNAVAILABLE
            ) from None
        return False


def _by(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def _read(response: httpx.Response, kind: type[T]) -> T:
    if response.is_error:
        raise refusal_of(response)
    return msgspec.json.decode(response.content, type=kind)


def refusal_of(response: httpx.Response) -> Refused:
    """What a server said, for people."""
    try:
        said = msgspec.json.decode(response.content, type=ErrorBody)
    except msgspec.MsgspecError:
        return Refused(f"the server answered {response.status_code}", Exit.UNAVAILABLE)
    about: Any = msgspec.to_builtins(said)
    detail = {k: v for k, v in about.items() if k not in {"error", "id"} and v is not None}
    sentence = _SENTENCES.get(said.error, said.error)
    if said.error == "not_found" and "/admin/" in response.url.path:
        sentence = "there is no such thing"
    shown = f" ({', '.join(f'{k}: {v}' for k, v in detail.items())})" if detail else ""
    away = response.status_code in {429, 502, 503}
    return Refused(
        sentence + shown,
        Exit.UNAVAILABLE if away else Exit.FAILED,
        code=said.error,
        detail=said.detail,
    )


_SENTENCES = {
    "not_found": "there is no such room",
    "unauthorized": "the server does not take the operator key of this data folder",
    "not_covered": "no snapshot covers what would be forgotten",
    "unknown_version": "there is no such version, or its history was pruned",
    "nothing_changes": "the room already looks like that",
    "too_large": "the file is too large",
    "malformed": "the file is not an exported room",
}


def is_name(text: str) -> bool:
    """Whether it may be a room's or a person's name, as far as its length goes."""
    try:
        msgspec.convert(text, NameField)
    except msgspec.ValidationError:
        return False
    return True
