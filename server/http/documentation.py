"""The OpenAPI document: made from the operations, with every refusal that an operation or the gate
can answer.

Tests walk this document, so what it says of errors is what was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme, Tag

from server.http.permissions import PERMISSIONS, WHO, Permission, Who
from server.http.refusals import REFUSALS, ErrorBody

GATE = (403, 421, 429, 431, 503)
"""What the gate can answer before any operation."""
BODY = (400, 408, 413, 415, 422)
"""What can be wrong with a body."""
UNLIMITED_PATHS = ("/live", "/ready", "/metrics")

_POSITION = {
    "title": "Position",
    "description": "`[generation, version, tag]`.",
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "integer"}, {"type": "string"}],
    "minItems": 3,
    "maxItems": 3,
}
_SCHEMES: Mapping[Who, tuple[str, ...]] = {
    "anyone": (),
    "link": (),
    "identity": ("bearer",),
    "account": ("bearer",),
    "member": ("bearer",),
    "library": ("bearer",),
    "team": ("bearer",),
    "site": ("bearer", "operator"),
    "operator": ("operator",),
    "metrics": ("metrics",),
}
_REFUSED: Mapping[Who, tuple[int, ...]] = {
    "anyone": (),
    "link": (404,),
    "identity": (401, 403),
    "account": (401, 403),
    "member": (401, 403, 404),
    "library": (401, 403, 404),
    "team": (401, 403, 404),
    "site": (401, 403, 404),
    "operator": (401,),
    "metrics": (404,),
}
"""What the guard can answer."""


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals of one operation's own; those of the gate and of bodies are added to the
    document."""
    return {
        status: ResponseSpec(ErrorBody, description=REFUSALS[status], generate_examples=False)
        for status in statuses
    }


def openapi_config(version: str) -> OpenAPIConfig:
    """Title, credentials and groups."""
    return OpenAPIConfig(
        title="Touchline",
        version=version,
        description=(
            "Rooms, invitations and guests over HTTP. What happens inside a room goes over the "
            "WebSocket (protocol/SPEC.md). Every refusal answers `{error, id}`; the id is in the "
            "log and in `X-Request-Id`."
        ),
        use_handler_docstrings=True,
        tags=[
            Tag("people", "Guests and who one is."),
            Tag("signing in", "Passwords, second factors, refresh tokens, links by mail."),
            Tag("account", "One's own account, devices, second factor, data."),
            Tag("teams", "Teams, their people, their rooms."),
            Tag("keys", "Keys of programs, and what programs do."),
            Tag("rooms", "Rooms of one's own."),
            Tag("libraries", "Formations, boards, set pieces and drills to begin with."),
            Tag("feeds", "Plays of games, as their sources report them."),
            Tag("plays", "Questions about the plays of all feeds."),
            Tag("drafts", "Picks, pools and rankings of drafts, in and out."),
            Tag("meets", "Whole meets of athletics, and places in every event."),
            Tag("leagues", "Weeks, matchups and where their points come from."),
            Tag("invitations", "Links into a room, for its owners."),
            Tag("admin", "People, teams, keys, limits and records of the site."),
            Tag("operator", "For whoever can read the data folder: the command line uses these."),
            Tag("node", "How this node is."),
        ],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "operator": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="The key in the file `operator` of the data folder.",
                ),
                "metrics": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="The setting `metrics_key`, or loopback without it.",
                ),
            }
        ),
    )


def document(handlers: list[HTTPRouteHandler], version: str) -> dict[str, Any]:
    """The document of these operations. Made by an application of its own, so that the one that
    serves has no routes for documents."""
    described = Litestar(handlers, openapi_config=openapi_config(version), logging_config=None)
    schema = described.openapi_schema.to_schema()
    if "Position" in schema["components"]["schemas"]:
        # The framework describes it as an object; it is an array on every wire.
        schema["components"]["schemas"]["Position"] = _POSITION
    for path, item in schema["paths"].items():
        for operation in item.values():
            _complete(path, cast("dict[str, Any]", operation))
    return schema


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    if "204" in responses:
        responses["204"].pop("content", None)  # the framework describes a body that never comes
    permission = PERMISSIONS[operation["operationId"]]
    _secure(operation, permission)
    own = {status for status, response in responses.items() if _is_ours(response)}
    generated = {status for status in responses if status.startswith(("4", "5"))} - own
    for status in generated:
        del responses[status]  # the framework's guess at its own errors, which never leave it
    expected: list[int] = [500, *_REFUSED[permission.who]]
    if path in UNLIMITED_PATHS:
        expected.extend((421, 431))
    else:
        expected.extend(GATE)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        expected.extend(BODY)
    elif operation.get("parameters"):
        parameters = cast("list[dict[str, Any]]", operation["parameters"])
        if any(parameter["in"] == "query" for parameter in parameters):
            expected.append(422)
    for status in expected:
        responses.setdefault(str(status), _refusal(status))
    operation["responses"] = dict(sorted(responses.items()))


def _secure(operation: dict[str, Any], permission: Permission) -> None:
    """What the table of permissions says, in the document's words."""
    schemes = _SCHEMES[permission.who]
    if schemes:
        operation["security"] = [{scheme: []} for scheme in schemes]
    told = WHO[permission.who]
    least = f" At least: {permission.role}." if permission.role else ""
    keys = f" Keys need the scope `{permission.scope}`." if permission.scope else ""
    operation["description"] = f"{operation.get('description', '')}\n\n{told}{least}{keys}".strip()


def _is_ours(response: dict[str, Any]) -> bool:
    """The framework describes its own errors in place; ours are named schemas."""
    content = response.get("content", {}).get("application/json", {})
    return "$ref" in content.get("schema", {})


def _refusal(status: int) -> dict[str, Any]:
    return {
        "description": REFUSALS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
    }
