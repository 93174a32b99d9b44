"""What the HTTP side asks of the node."""

from __future__ import annotations

from server.http.services import PAGES, Readiness
from tests.support.http_side import OPERATOR_KEY, HttpSide


def test_a_node_begins_ready() -> None:
    readiness = Readiness()
    assert (readiness.causes, readiness.degraded, readiness.unsafe) == (set(), set(), False)


def test_pages_lie_beside_the_server() -> None:
    assert (PAGES / "demo" / "index.html").is_file()


async def test_the_operators_key_is_not_in_a_repr(side: HttpSide) -> None:
    assert OPERATOR_KEY not in repr(side.services)
