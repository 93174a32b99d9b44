"""Every way in which the HTTP side says no: one body, `{"error": code, "id": incident}` (A16), and
one table of codes.

The incident is the request's id: what a person reports is found in the log by it. No stack, SQL or
version is ever told.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
from litestar import Litestar, Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.routes import HTTPRoute
from msgspec import Struct

from protocol.codes import REJECTIONS
from server.logs import get_logger
from server.rooms.directory import InvalidRoom, RoomFull, RoomUnreadable
from server.rooms.pending import Ended
from storage.errors import StorageError

REFUSALS: dict[int, str] = {
    400: "The request is malformed.",
    401: "No valid bearer token.",
    403: "Not allowed: a foreign origin, a blocked address, or your role.",
    404: "No such thing, or not for you.",
    405: "The resource has no such method.",
    408: "The body did not arrive in time.",
    409: "The room's rules say no; `error` is the rejection code.",
    413: "The body is too large.",
    415: "The body must be `application/json`.",
    421: "This server does not answer to that Host.",
    422: "The request is well-formed JSON, but a value is not acceptable; `detail` says which.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    431: "The request's head is too large.",
    500: "A bug of ours. The id finds it in the log.",
    503: "Nothing was executed, because the database or the node cannot now; try again.",
}
"""Status to meaning, for the OpenAPI document."""

REJECTION_STATUS: dict[str, int] = {
    "busy": 503,
    "contended": 503,
    "rate_limited": 429,
    "forbidden": 403,
    "not_found": 404,
    "unknown_version": 404,
    "unknown_invitation": 404,
    "unknown_member": 404,
    "bad_command": 422,
    "bad_property": 422,
}
"""Rejection codes that have a better status than 409."""

RETRY_AFTER_S = 1


class ErrorBody(Struct, frozen=True, omit_defaults=True):
    """What every refusal answers."""

    error: str
    id: str
    """The request's id, in the log and in `X-Request-Id`."""
    detail: Any = None
    """What was wrong with the request's own values, or what the room's rules tell its author."""


class Refusal(HTTPException):
    """A refusal with everything that it answers."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        about: Any = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status_code=status, detail=code, headers=headers)
        self.code = code
        self.about = about


class Turned(Exception):
    """The request ends at the gate, before the framework or while the framework reads its body."""

    def __init__(self, status: int, code: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = headers


def not_found() -> Refusal:
    """One answer for what does not exist and what is not for the one who asks (C11)."""
    return Refusal(404, "not_found")


def invalid(about: str) -> Refusal:
    """A value that is readable but not acceptable."""
    return Refusal(422, "invalid", about=about)


def unavailable(code: str = "unavailable", retry_after_s: int = RETRY_AFTER_S) -> Refusal:
    """Nothing was executed; it may be sent again."""
    return Refusal(503, code, headers={"Retry-After": str(retry_after_s)})


def rejected(ended: Ended) -> Refusal:
    """A command's rejection as a status."""
    assert ended.code is not None, "expected a rejection"
    status = REJECTION_STATUS.get(ended.code, 409)
    retry = {} if REJECTIONS[ended.code].final else {"Retry-After": str(RETRY_AFTER_S)}
    return Refusal(status, ended.code, about=ended.detail, headers=retry)


Asked = Request[Any, Any, Any]


def request_id(request: Asked) -> str:
    """The id that the gate gave this request."""
    return str(request.scope["state"]["request_id"])


def route_of(scope: Any) -> str:
    """The template of the operation that was found (never the path), or `none`."""
    return str(cast("dict[str, object]", scope).get("path_template") or "none")


def answer_refusal(request: Asked, refusal: Refusal) -> Response[ErrorBody]:
    """A refusal of ours, as it stands."""
    return Response(
        ErrorBody(refusal.code, request_id(request), refusal.about),
        status_code=refusal.status_code,
        headers=refusal.headers,
    )


def answer_turned(request: Asked, turned: Turned) -> Response[ErrorBody]:
    """A body that the framework was reading went over a limit."""
    headers = {name.decode(): value.decode() for name, value in turned.headers}
    return answer_refusal(request, Refusal(turned.status, turned.code, headers=headers))


def answer_storage(request: Asked, error: StorageError) -> Response[ErrorBody]:
    """The database is away: nothing was executed."""
    get_logger().warning("storage refused an http request", error=str(error))
    return answer_refusal(request, unavailable())


def answer_unreadable(request: Asked, error: RoomUnreadable) -> Response[ErrorBody]:
    """The room itself is broken, and its incident is in the log already: that is the one to
    report."""
    return Response(ErrorBody("room_unreadable", error.incident), status_code=503)


def answer_full(request: Asked, error: RoomFull) -> Response[ErrorBody]:
    """Whoever asks may come in, and there is no place."""
    return answer_refusal(request, Refusal(409, "room_full"))


def answer_invalid_room(request: Asked, error: InvalidRoom) -> Response[ErrorBody]:
    """A room cannot be made like this."""
    return answer_refusal(request, invalid(str(error)))


def answer_litestar(request: Asked, error: HTTPException) -> Response[ErrorBody]:
    """What the framework found: routes, methods, bodies, parameters."""
    match error:
        case Refusal():
            return answer_refusal(request, error)
        case ValidationException():
            return answer_refusal(request, _what_is_wrong(error))
        case NotFoundException():
            return answer_refusal(request, not_found())
        case MethodNotAllowedException():
            allow = {"Allow": ", ".join(methods_of(request.app, request.url.path))}
            return answer_refusal(request, Refusal(405, "method_not_allowed", headers=allow))
        case ClientException():
            return answer_refusal(request, Refusal(400, "malformed"))
        case _:
            return answer_bug(request, error)


def answer_bug(request: Asked, error: Exception) -> Response[ErrorBody]:
    """Ours: logged with its stack under the id that the peer is told."""
    if isinstance(error, RecursionError):
        # The framework reads a body before it knows its type: nesting beyond any type's depth is
        # the peer's fault.
        return answer_refusal(request, Refusal(400, "malformed"))
    get_logger().error("bug in an http request", exc_info=error, route=route_of(request.scope))
    return answer_refusal(request, Refusal(500, "internal"))


class _Wrong(Struct):
    """One of the framework's findings about parameters."""

    message: str = ""
    key: str = ""


def _what_is_wrong(error: ValidationException) -> Refusal:
    try:
        findings = msgspec.convert(error.extra, list[_Wrong])
    except msgspec.ValidationError:
        findings = []
    if any(one.key == "data" for one in findings):
        # Bodies that are there are read by StrictRequest, which has refusals of its own.
        return Refusal(400, "malformed", about="expected a JSON body")
    told = [f"{one.key}: {one.message}" for one in findings]
    return invalid("; ".join(told) or "a parameter is missing or has the wrong type")


def methods_of(app: Litestar, path: str) -> list[str]:
    """The methods that some operation has at this path: the `Allow` of a 405 (RFC 9110, 15.5.6)."""
    wanted = path.strip("/").split("/")
    found: set[str] = set()
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            parts = route.path_format.strip("/").split("/")
            if len(parts) == len(wanted) and all(
                part == given or part.startswith("{")
                for part, given in zip(parts, wanted, strict=True)
            ):
                found.update(str(method) for method in route.methods)
    return sorted(found)
