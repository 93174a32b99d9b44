"""A library over HTTP and the people around it."""

from __future__ import annotations

import json
from typing import Any

from server.identity import Identity
from tests.support.http_side import HttpSide

Header = dict[str, str]


async def library(
    side: HttpSide, owner: Identity, *said: dict[str, Any], name: str = "Ours"
) -> str:
    """A library in which its owner has done something."""
    room = await side.directory.create("library", name, owner, {})
    for one in said:
        ended = await side.directory.execute(room, owner, json.dumps(one).encode())
        assert ended.code is None, ended
    return room


async def ask(
    side: HttpSide, header: Header, method: str, path: str, body: Any = None, status: int = 200
) -> Any:
    """An answer that has this status, decoded; None where it is empty."""
    more = {} if body is None else {"json": body}
    answer = await side.send(method, path, headers=header, **more)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def publish(side: HttpSide, header: Header, room: str, *, on: bool = True) -> None:
    """Makes it public, or private again."""
    await ask(side, header, "PUT", f"/libraries/{room}/public", {"public": on}, 204)
