"""kill -9 while a file is imported: what is there afterwards is the whole of it, or nothing."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from loadtest.http_side import HttpSide
from loadtest.processes import RAISED, PostgresProcess, ServerProcess
from tests.support.libraries import add_item, item_id

ITEMS = 400
MOMENTS = (0.35, 0.6, 0.85)
"""When it is killed: parts of the time that one import takes."""


def a_library() -> dict[str, Any]:
    """A room's file of a library."""
    items: dict[str, Any] = {}
    for number in range(ITEMS):
        added = add_item(number, "drill")
        items[item_id(number)] = {"sort": added["sort"], "props": added["props"]}
    return {
        "format": "touchline.room",
        "version": 1,
        "room": {"kind": "library", "name": "Ours"},
        "state": {"kind": {"settings": {}, "items": items}},
    }


@contextlib.contextmanager
def mortal_server(database: str) -> Generator[ServerProcess]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="touchline-whole-"))
        url = stack.enter_context(PostgresProcess()).url if database == "postgres" else ""
        server = ServerProcess(Path(folder) / "data", database=url, settings=RAISED)
        yield stack.enter_context(server)


def items_of(http: HttpSide, token: str) -> dict[str, int]:
    """Rooms of somebody, with how many items are in each."""
    rooms = http.call("GET", "/rooms?limit=100", token=token)["rooms"]
    return {
        room["id"]: len(
            http.call("GET", f"/rooms/{room['id']}", token=token)["state"]["kind"]["items"]
        )
        for room in rooms
    }


def imported_and_killed(server: ServerProcess, token: str, after_s: float) -> None:
    """An import is under way when the server is killed."""

    def send() -> None:
        with (
            HttpSide(server.http_port) as http,
            contextlib.suppress(HTTPException, OSError),  # that is what happens to it
        ):
            http.call("POST", "/rooms/import", a_library(), token=token)

    importing = threading.Thread(target=send)
    began = time.perf_counter()
    importing.start()
    while time.perf_counter() - began < after_s:
        importing.join(0.001)
    server.kill()
    importing.join()


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_RM19_an_import_that_is_killed_leaves_all_of_it_or_nothing(database: str) -> None:
    with mortal_server(database) as server:
        with HttpSide(server.http_port) as http:
            token = http.guest("Owner").token
            began = time.perf_counter()
            http.call("POST", "/rooms/import", a_library(), token=token)
            whole_s = time.perf_counter() - began
        for moment in MOMENTS:
            imported_and_killed(server, token, whole_s * moment)
            server.start()
        with HttpSide(server.http_port) as http:
            found = items_of(http, token)
        assert set(found.values()) == {ITEMS}, found
        assert 1 <= len(found) <= 1 + len(MOMENTS)
