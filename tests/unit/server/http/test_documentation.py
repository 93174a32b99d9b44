"""The OpenAPI document: complete, and only in our own words."""

from __future__ import annotations

from typing import Any

import pytest

from server.http.app import OPERATIONS
from server.http.documentation import document
from server.http.refusals import REFUSALS

DOCUMENT = document(OPERATIONS, "1.2.3")
ALL = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


@pytest.mark.parametrize(("path", "method", "operation"), ALL)
def test_HT72_every_operation_says_what_it_does_and_how_it_refuses(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    errors = {int(status) for status in operation["responses"] if int(status) >= 400}
    assert {421, 431, 500} <= errors <= REFUSALS.keys()
    assert list(operation["responses"]) == sorted(operation["responses"])
    if "security" in operation and path != "/metrics":
        assert 401 in errors
    if method != "get":
        assert 403 in errors, "a foreign origin changes nothing"
    if "{" in path:
        assert 404 in errors
    if "requestBody" in operation:
        assert {400, 408, 413, 415, 422} <= errors
        assert operation["requestBody"]["required"] is True


@pytest.mark.parametrize(("path", "method", "operation"), ALL)
def test_HT72_refusals_have_one_shape(path: str, method: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            schema = response["content"]["application/json"]["schema"]
            name = schema["$ref"].rpartition("/")[2]
            assert name == ("Ready" if path == "/ready" and status == "503" else "ErrorBody")
            assert response["description"]


def test_HT72_the_document_names_its_credentials() -> None:
    assert DOCUMENT["info"]["version"] == "1.2.3"
    used = {
        name
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        for security in operation.get("security", ())
        for name in security
    }
    assert used == DOCUMENT["components"]["securitySchemes"].keys()


def test_the_document_holds_no_framework_errors() -> None:
    assert "status_code" not in str(DOCUMENT)
