import errno
from collections.abc import Callable
from typing import Any

import pytest

from server.cli import serve
from server.config import Settings
from server.node import Started
from server.secrets import InvalidSecret
from server.tls import InvalidCertificate
from storage.errors import StorageBusy
from tests.support.command_line import touchline


def a_node_that(
    monkeypatch: pytest.MonkeyPatch, does: Callable[[Settings, Callable[[Started], None]], int]
) -> None:
    async def run_node(settings: Settings, *, ready: Callable[[Started], None]) -> int:
        return does(settings, ready)

    monkeypatch.setattr("server.node.run_node", run_node)


def raising(error: Exception) -> Callable[..., int]:
    def start(*_: Any) -> int:
        raise error

    return start


def test_OP7_what_is_printed_are_the_ports_that_were_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(settings: Settings, ready: Callable[[Started], None]) -> int:
        assert settings.http_port == 0
        ready(Started(Settings(http_port=1234), frozenset({"192.168.1.5"}), ()))
        return 0

    a_node_that(monkeypatch, start)
    ran = touchline("serve", "--http-port", "0", "--ws-port", "0")
    assert ran.status == 0
    assert "http://localhost:1234/" in ran.out
    assert "http://192.168.1.5:1234/" in ran.out


def test_OP5_the_status_of_the_node_is_the_status_of_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_settings: Settings, _ready: Callable[[Started], None]) -> int:
        return 1

    a_node_that(monkeypatch, start)
    assert touchline("serve").status == 1


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InvalidSecret("the secret is short"), 2, "the secret is short"),
        (InvalidCertificate("the key has a passphrase"), 2, "the key has a passphrase"),
        (StorageBusy("held by another process"), 3, "held by another process"),
        (OSError(errno.EADDRINUSE, "in use"), 3, "port 8700 or 8701 is taken"),
        (PermissionError(errno.EACCES, "no"), 3, "ports below 1024 need rights"),
        (PermissionError(errno.EACCES, "no", "data/x"), 3, "data/x"),
        (OSError(errno.ENOSPC, "No space left"), 3, "No space left"),
    ],
)
def test_OP17_what_stands_in_the_way_is_told(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    a_node_that(monkeypatch, raising(error))
    ran = touchline("serve")
    assert ran.status == status
    assert words in ran.err


def test_the_command_has_a_flag_for_every_setting() -> None:
    assert "--http-port" in touchline("serve", "--help").out
    assert callable(serve.command)
