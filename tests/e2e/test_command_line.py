"""The command line beside a real server: what is printed at its start, rooms through its HTTP side,
following a room, and every way in which a start can fail."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from loadtest.processes import ServerProcess
from tests.architecture.tree import ROOT
from tests.support.command_line import Ran, touchline
from tests.support.timeouts import MS

_LINK = re.compile(r"^\s+(\w+)\s+(http://\S+#room=(r_\S+)&invite=\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServerProcess]:
    settings = {"demo": "yes", "drain_s": "0.1", "host": "127.0.0.1"}
    with ServerProcess(tmp_path_factory.mktemp("data"), settings=settings) as running:
        yield running


def beside(server: ServerProcess, *arguments: str | Path, typed: str | None = None) -> Ran:
    """A command on the server's data folder."""
    shared = ("--data-dir", server.data_dir)
    if arguments[0] in {"room", "tail"}:
        shared = (*shared, "--url", server.url)
    return touchline(*arguments, *shared, typed=typed)


def links(server: ServerProcess) -> dict[str, str]:
    """The demo's links as the start printed them, the last start first."""
    return {role: link for role, link, _ in _LINK.findall(server.said())}


def demo_room(server: ServerProcess) -> str:
    return _LINK.findall(server.said())[0][2]


@contextlib.asynccontextmanager
async def tailing(*arguments: str) -> AsyncGenerator[asyncio.StreamReader]:
    """`touchline tail` as a process, ended with the block; yields what it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHLINE_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "tail", *arguments,
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def line_with(stream: asyncio.StreamReader, words: str) -> str:
    """The next line that holds `words`."""
    async with asyncio.timeout(30_000 * MS):
        while words not in (line := (await stream.readline()).decode()):
            assert line, f"ended before it said {words}"
    return line


def test_OP7_the_start_prints_where_it_is_and_the_links_of_the_demo(server: ServerProcess) -> None:
    assert f"http://localhost:{server.http_port}/" in server.said()
    assert list(links(server)) == ["you", "editor", "annotator", "viewer"]
    assert links(server)["you"].startswith(f"http://localhost:{server.http_port}/")
    assert "Next:" in server.said()


def test_OP8_the_operator_key_is_for_its_owner_alone(server: ServerProcess) -> None:
    key = server.data_dir / "operator.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in server.said()


def test_OP8_rooms_are_asked_of_the_running_server(server: ServerProcess, tmp_path: Path) -> None:
    made = beside(server, "room", "create", "Beside", "--line-ups")
    room = made.row("room")
    assert made.row("viewer").startswith(f"{server.url}/board.html#")
    assert [room, "Beside"] in [[r[0], r[4]] for r in beside(server, "room", "list").rows()]
    file = tmp_path / "room.json"
    assert beside(server, "room", "export", room, file).status == 0
    assert beside(server, "room", "import", file).status == 0
    assert beside(server, "room", "restore", room, "1").status == 0


def test_OP8_without_the_key_a_named_server_is_not_asked(
    server: ServerProcess, tmp_path: Path
) -> None:
    ran = touchline("room", "list", "--data-dir", tmp_path, "--url", server.url)
    assert ran.status == 3
    assert "no operator key" in ran.err


def test_OP8_a_wrong_key_is_told(server: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / "operator.key").write_text("tlop_wrong\n")
    ran = touchline("room", "list", "--data-dir", tmp_path, "--url", server.url)
    assert ran.status == 1
    assert "does not take the operator key" in ran.err


def test_OP11_OP12_the_database_is_checked_and_copied_while_it_is_written(
    server: ServerProcess, tmp_path: Path
) -> None:
    checked = beside(server, "db", "check")
    assert checked.status == 0, checked.err
    assert "sound" in checked.err
    copy = tmp_path / "copy.db"
    assert beside(server, "db", "backup", copy).status == 0
    assert touchline("db", "check", "--file", copy).status == 0


def test_OP13_a_held_database_is_not_replaced(server: ServerProcess, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    beside(server, "db", "backup", copy)
    ran = beside(server, "db", "restore", copy, "--yes")
    assert ran.status == 3
    assert "held by another process" in ran.err


def test_OP17_a_second_server_on_the_same_folder_is_refused(server: ServerProcess) -> None:
    second = ServerProcess(server.data_dir, settings=server.settings)
    ended = start_and_wait(second)
    assert ended.returncode == 3
    assert "held by another process" in ended.stderr


def test_OP17_a_port_that_is_taken_is_named(server: ServerProcess, tmp_path: Path) -> None:
    second = ServerProcess(tmp_path / "data", settings=server.settings)
    second.http_port = server.http_port
    ended = start_and_wait(second)
    assert ended.returncode == 3
    assert f"port {server.http_port}" in ended.stderr
    assert "--http-port" in ended.stderr


def test_OP17_a_secret_that_must_not_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("short\n")
    ended = start_and_wait(ServerProcess(tmp_path))
    assert ended.returncode == 2
    assert "expected at least 32" in ended.stderr
    assert "short" not in ended.stderr


def start_and_wait(server: ServerProcess) -> subprocess.CompletedProcess[str]:
    """A start that ends by itself."""
    flags = [
        "--data-dir", str(server.data_dir),
        "--http-port", str(server.http_port),
        "--ws-port", str(server.ws_port),
        "--host", "127.0.0.1",
    ]  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "server", "serve", *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60_000 * MS,
    )


async def test_OP16_a_link_is_followed_as_a_guest(server: ServerProcess) -> None:
    async with tailing(links(server)["viewer"], "--name", "Reporter") as said:
        await line_with(said, "live, as viewer")
        await asyncio.to_thread(beside, server, "room", "restore", demo_room(server), "1")
        assert "history.restored" in await line_with(said, "history.restored")


async def test_OP16_by_the_operator_key_the_last_entries_come_first(server: ServerProcess) -> None:
    room = demo_room(server)
    arguments = (room, "--data-dir", str(server.data_dir), "--url", server.url)
    async with tailing(*arguments, "--last", "100") as said:
        assert "room.opened" in await line_with(said, " v1 ")
        await asyncio.to_thread(beside, server, "room", "restore", room, "2")
        await line_with(said, "history.restored")


async def test_OP16_a_member_follows_with_a_token(server: ServerProcess) -> None:
    token = (await asyncio.to_thread(beside, server, "token", "create", "Nobody")).out.strip()
    stranger = await asyncio.to_thread(beside, server, "tail", demo_room(server), "--token", token)
    assert stranger.status == 1
    assert "not_found" in stranger.err


def test_OP18_a_second_start_finds_what_the_first_one_made(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, settings={"demo": "yes", "drain_s": "0.1"})
    said: list[dict[str, str]] = []
    for _ in range(2):
        with server:
            said.append(links(server))
        assert not (tmp_path / "operator.key").exists()
    assert said[0] == said[1]
    rooms = touchline("room", "list", "--data-dir", tmp_path).rows()
    kinds, names = [row[1] for row in rooms], [row[-1] for row in rooms]
    # The games of its league come one by one, and may not be there yet.
    assert (kinds.count("board"), "feed" in kinds) == (1, True)
    assert len(names) == len(set(names)), "none is made twice"


def test_OP9_a_key_that_a_killed_server_left_is_no_obstacle(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, settings={"demo": "yes"})
    server.start()
    server.kill()
    assert (tmp_path / "operator.key").exists()
    ran = touchline("room", "list", "--data-dir", tmp_path, environ={"TOUCHLINE_HTTP_PORT": "9"})
    assert ran.status == 0, ran.err
    # The demo's games may be there already, or not yet.
    assert [row[1] for row in ran.rows()].count("board") == 1
