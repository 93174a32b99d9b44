"""Two machines in one: network namespaces with a cable between them, addresses and ports of their
own, and folders of their own.

A namespace lives as long as the process that holds it, which ends with us, however we end; so
nothing is left behind. Needs root, iproute2 and a kernel that lets us: `why_not` says what is
missing.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.handbook import checkout

NO_IP = "ip is not installed (Debian: apt-get install iproute2)"
CANNOT = "this machine cannot: "
"""As tests/conftest.py says it: a skip that begins so is allowed everywhere."""
_CLONE_NEWNET = 0x4000_0000
_DIAL_S = 10.0
_HOLD_S = 10.0


@dataclass(frozen=True)
class Machine:
    """One of them. Its checkout is in `folder`."""

    address: str
    folder: Path
    holder: subprocess.Popen[bytes]

    @property
    def _namespace(self) -> str:
        return f"/proc/{self.holder.pid}/ns/net"

    @property
    def within(self) -> list[str]:
        """What comes before a command that is to run on it."""
        return ["nsenter", f"--net={self._namespace}", "--"]

    def run(self, *command: str) -> None:
        """A command that succeeds. Raises CalledProcessError with what it said."""
        _run([*self.within, *command])

    def dial(self, address: str, port: int) -> socket.socket:
        """A connection from this machine to an address as it sees it. Raises OSError."""
        found: list[socket.socket | OSError] = []

        def there() -> None:  # a namespace is entered by a thread, and this one never leaves it
            try:
                with open(self._namespace, "rb") as namespace:
                    _enter(namespace.fileno())
                found.append(socket.create_connection((address, port), timeout=_DIAL_S))
            except OSError as error:
                found.append(error)

        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        if isinstance(found[0], OSError):
            raise found[0]
        return found[0]


def why_not() -> str | None:
    """Why there can be no two machines here; None: there can."""
    if os.geteuid() != 0:
        return f"{CANNOT}network namespaces need root"
    if shutil.which("ip") is None:
        return NO_IP
    try:
        with _namespaces(2) as (one, two):
            _cable(one, two, "10.0.0.1", "10.0.0.2")
    except subprocess.CalledProcessError as error:
        return f"{CANNOT}{error.stderr.decode().strip()}"
    return None


@contextmanager
def two_machines(folder: Path) -> Generator[tuple[Machine, Machine]]:
    """10.0.0.1 and 10.0.0.2, on one network with nobody else."""
    with _namespaces(2) as (one, two):
        addresses = ("10.0.0.1", "10.0.0.2")
        _cable(one, two, *addresses)
        made = [
            Machine(address, checkout(folder / address), holder)
            for address, holder in zip(addresses, (one, two), strict=True)
        ]
        yield made[0], made[1]


def program(folder: Path, name: str, lines: str) -> None:
    """A stand-in for a program that these machines do not have."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


@contextmanager
def _namespaces(count: int) -> Generator[list[subprocess.Popen[bytes]]]:
    with ExitStack() as stack:
        holders: list[subprocess.Popen[bytes]] = []
        for _ in range(count):
            holder = subprocess.Popen(
                ["unshare", "--net", "cat"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
            )
            stack.callback(_let_go, holder)
            _until(lambda holder=holder: _holds(holder))
            if holder.poll() is not None:
                _, said = holder.communicate()
                raise subprocess.CalledProcessError(holder.returncode, "unshare", stderr=said)
            holders.append(holder)
        yield holders


def _let_go(holder: subprocess.Popen[bytes]) -> None:
    holder.communicate()  # its input ends


def _holds(holder: subprocess.Popen[bytes]) -> bool:
    """Whether it has a namespace of its own, or has ended without."""
    if holder.poll() is not None:
        return True
    try:
        return os.readlink(f"/proc/{holder.pid}/ns/net") != os.readlink("/proc/self/ns/net")
    except OSError:  # it is about to end
        return False


def _cable(
    one: subprocess.Popen[bytes], two: subprocess.Popen[bytes], first: str, second: str
) -> None:
    """Raises CalledProcessError."""
    at_one, at_two = (["nsenter", f"--net=/proc/{end.pid}/ns/net", "ip"] for end in (one, two))
    _run([*at_one, "link", "add", "cable", "type", "veth", "peer", "cable", "netns", str(two.pid)])
    for end, address in ((at_one, first), (at_two, second)):
        _run([*end, "address", "add", f"{address}/24", "dev", "cable"])
        for device in ("lo", "cable"):
            _run([*end, "link", "set", device, "up"])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + _HOLD_S
    while not holds():
        assert time.monotonic() < until, "no namespace"
        time.sleep(0.005)
