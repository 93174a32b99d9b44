"""PostgreSQL and Redis on one of two machines, at the ports where a distribution starts them, and
stand-ins for the programs that the guide uses and a namespace does not have.

`sudo` runs the rest of its line, `systemctl restart postgresql` restarts that one, `scp` copies
into the other machine's checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.handbook import environment
from tests.support.machines import Machine, program
from tests.support.postgres_server import PostgresServer

_START_S = 20.0


@contextmanager
def services(one: Machine, two: Machine) -> Generator[dict[str, str]]:
    """Both run on `one`; the environment for its administrator's commands."""
    binaries = one.folder / "bin"
    with _postgres(one, binaries) as server, _redis(one):
        program(
            binaries,
            "sudo",
            'while [ "$1" != "${1#-}" ]; do shift 2; done\nexec "$@"  # -u NAME',
        )
        program(
            binaries,
            "scp",
            f'[ "$2" = {two.address}:touchline/ ] && exec cp -p "$1" "{two.folder}/"',
        )
        yield environment(binaries, server.binaries, PGHOST=str(server.folder), PGUSER="postgres")


@contextmanager
def _postgres(machine: Machine, binaries: Path) -> Generator[PostgresServer]:
    """As `initdb` leaves it: it listens on loopback, and lets its own machine in."""
    server = PostgresServer()
    try:
        data = server.folder / "data"
        server.program(
            "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8",
            "--locale=C", "--pgdata", str(data),
        )  # fmt: skip
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"unix_socket_directories = '{server.folder}'\n")
        control = [
            *server.lent, str(server.binaries / "pg_ctl"), "--wait", "--pgdata", str(data),
            "--log", str(server.folder / "server.log"),
        ]  # fmt: skip
        restart = " ".join([*control, "--mode", "fast", "restart", ">/dev/null"])
        program(binaries, "systemctl", f'[ "$*" = "restart postgresql" ] && exec {restart}')
        subprocess.run(
            [*machine.within, *control, "start"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        yield server
    finally:
        server.stop()


@contextmanager
def _redis(machine: Machine) -> Generator[None]:
    """With a file of settings that it may write again."""
    folder = machine.folder / "redis"
    folder.mkdir()
    settings = folder / "redis.conf"
    settings.write_text(f'bind 127.0.0.1\nport 6379\nsave ""\ndir "{folder}"\n')
    redis, ask = shutil.which("redis-server"), shutil.which("redis-cli")
    assert redis is not None, "the caller has looked"
    assert ask is not None, "it comes with the server"
    process = subprocess.Popen(
        [*machine.within, redis, str(settings)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _START_S
        ping = [*machine.within, ask, "-e", "PING"]
        while subprocess.run(ping, capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < until, "Redis did not answer"
            time.sleep(0.02)
        yield
    finally:
        process.kill()
        process.wait()
