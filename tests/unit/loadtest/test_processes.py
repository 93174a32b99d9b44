"""Processes start, are measured and end; what cannot start says why."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from loadtest.processes import (
    PORTS,
    Cores,
    NotStarted,
    PostgresProcess,
    RedisProcess,
    ServerProcess,
    cpu_s,
    family_cpu_s,
    free_port,
    memory_bytes,
    wait_for_port,
)
from loadtest.stage import Stage


def test_free_ports_are_below_those_of_connecting_sockets() -> None:
    assert PORTS[0] <= free_port() < PORTS[1]


def test_a_child_is_bound_to_its_cores_and_the_parent_is_not() -> None:
    before = os.sched_getaffinity(0)
    cores = Cores()
    told = [sys.executable, "-c", "import os; print(sorted(os.sched_getaffinity(0)))"]
    child = cores.start(cores.server, told, stdout=-1)
    said, _ = child.communicate()
    assert said.decode().strip() == str(sorted(cores.server))
    assert os.sched_getaffinity(0) == before


def test_one_core_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    def third(_: int) -> set[int]:
        return {3}

    monkeypatch.setattr(os, "sched_getaffinity", third)
    cores = Cores()
    assert (cores.pinned, cores.server, cores.load) == (False, {3}, {3})


def test_a_running_server_is_measured(load_stage: Stage) -> None:
    server = load_stage.server
    assert server.running
    assert server.memory_bytes() > 1_000_000
    assert server.cpu_s() > 0
    assert family_cpu_s(server.pid) >= cpu_s(server.pid)
    assert server.url.startswith("http://127.0.0.1:")


def test_a_process_that_is_gone_has_no_memory() -> None:
    child = Cores().start(Cores().load, [sys.executable, "-c", "input()"], stdin=-1)
    os.kill(child.pid, 9)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and still listed
    with pytest.raises(NotStarted, match="has ended"):
        memory_bytes(child.pid)
    child.communicate()


def test_a_server_with_wrong_settings_says_why(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", settings={"command_burst": "many"})
    with pytest.raises(NotStarted, match="COMMAND_BURST"):
        server.start()
    assert not server.running
    assert server.terminate() != 0
    assert server.terminate() == 0, "there is nothing left to end"
    assert ServerProcess(tmp_path / "nowhere").said() == ""


def test_a_server_is_gone_after_its_block(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", settings={"drain_s": "0"})

    def play() -> None:
        with server:
            assert server.running
            raise RuntimeError("within")

    with pytest.raises(RuntimeError, match="within"):
        play()
    assert not server.running


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtest.processes.START_S_MAX", 0.05)
    with pytest.raises(NotStarted, match="nobody listens"):
        wait_for_port(free_port())


@pytest.mark.postgres
def test_a_postgres_of_ones_own() -> None:
    assert PostgresProcess.available()
    with PostgresProcess() as postgres:
        assert family_cpu_s(postgres.pid) > 0
        folder = Path(postgres.url.partition("host=")[2])
        assert (folder / "data" / "PG_VERSION").exists()
    assert not folder.exists()


def test_a_redis_answers_until_its_block_ends() -> None:
    assert RedisProcess.available()
    with RedisProcess() as redis:
        port = redis.port
        assert redis.url == f"redis://127.0.0.1:{port}/0"
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(b"PING\r\n")
            assert connection.recv(16) == b"+PONG\r\n"
            connection.sendall(b"SET a 1\r\n")
            assert connection.recv(16) == b"+OK\r\n"
            redis.flush()
            connection.sendall(b"DBSIZE\r\n")
            assert connection.recv(16) == b":0\r\n"
        redis.kill()
        redis.kill()
        with pytest.raises(OSError, match="refused"):
            redis.flush()
        redis.start()
        redis.flush()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 5)


def test_without_redis_server_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not RedisProcess.available()
    with pytest.raises(NotStarted, match="not installed"), RedisProcess():
        pass
