"""What a node logs as an error, and a node that ends by itself, do not go unseen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from tests.chaos.stage import Node, Stage, url_through
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy


class FakeServer(ServerProcess):
    """Starts at once, after so many times at which it does not; may be found ended."""

    refusals = 0
    is_ended = False

    @property
    def ended(self) -> bool:
        return self.is_ended

    async def start(self) -> None:
        if self.refusals:
            self.refusals -= 1
            self.log.append("Traceback (most recent call last): it could not")
            raise AssertionError("it ended")
        self.is_ended = False

    async def kill(self) -> None:
        self.is_ended = False


def a_stage(folder: Path, count: int = 1) -> tuple[Stage, list[FakeServer]]:
    servers = [FakeServer(folder / str(number)) for number in range(count)]
    lines = TcpProxy(1), TcpProxy(1), TcpProxy(1)
    nodes = [Node(one, members=lines[0], database=lines[1], redis=lines[2]) for one in servers]
    return Stage(cast("Any", None), cast("Any", None), nodes), servers


def test_errors_are_kept_and_everything_else_is_not(tmp_path: Path) -> None:
    stage, (server,) = a_stage(tmp_path)
    for level, event in (("info", "serving"), ("warning", "redis is away"), ("error", "bug")):
        server.log.append(json.dumps({"level": level, "event": event}))
    server.log += [json.dumps({"level": "error", "event": "bug"}), "a welcome, for people"]
    server.log.append("Traceback (most recent call last):")
    stage.read_log(0)
    assert stage.errors == {"bug": 2, "Traceback (most recent call last):": 1}
    assert "bug" in stage.samples["bug"]
    assert server.log == []


async def test_a_node_that_ended_by_itself_is_told_and_brought_up(tmp_path: Path) -> None:
    stage, servers = a_stage(tmp_path, 2)
    assert await stage.revive() == []
    servers[1].is_ended = True
    servers[1].log += ["one", "two", "three", "four"]
    assert await stage.revive() == ["node1 ended by itself: two | three | four"]
    assert [node.starts for node in stage.nodes] == [0, 1]
    assert await stage.revive() == []


async def test_a_node_that_does_not_come_up_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.chaos.stage.AGAIN_S", 0)
    stage, (server,) = a_stage(tmp_path)
    server.refusals = 2
    await stage.bring_up(0)
    assert (stage.nodes[0].starts, stage.nodes[0].failed_starts) == (1, 2)
    monkeypatch.setattr("tests.chaos.stage.UP_S_MAX", 0)
    server.refusals = 1_000
    with pytest.raises(AssertionError, match="it ended"):
        await stage.bring_up(0)


def test_an_address_leads_through_a_line() -> None:
    through = url_through("postgresql://postgres@127.0.0.1:5432/postgres", 5432, 7000)
    assert through == "postgresql://postgres@127.0.0.1:7000/postgres"


async def test_a_node_that_ends_while_it_begins_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words end before it does: nobody may take it for one that serves in between."""
    folder = tmp_path / "serve"
    folder.mkdir()
    words = "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(0.3)\nos._exit(3)\n"
    (folder / "__main__.py").write_text(words)
    monkeypatch.setattr("tests.support.server_process.ROOT", tmp_path)
    server = ServerProcess(tmp_path / "data", program="runpy")  # which runs what is in `serve`
    with pytest.raises(AssertionError):
        await server.start()
    assert server.ended
