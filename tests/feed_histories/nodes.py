"""One server on SQLite, or three on one PostgreSQL and one Redis: killed by their process ids in
the middle of requests and started again, and asked so that nobody notices."""

from __future__ import annotations

import http.client
import random
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from loadtest.connection import LOOPBACK
from loadtest.processes import (
    RAISED,
    NotStarted,
    PostgresProcess,
    RedisProcess,
    ServerProcess,
)

SETTINGS = RAISED | {
    "drain_s": "0.2",
    "snapshot_s": "1",
    "limits": f"{RAISED['limits']},key_read=1000000/60,key_write=1000000/60",
}
"""Everybody here comes from one address, and brings as much as a season."""
AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same request is sent again, under the same id."""
DONE_BEFORE = 409
"""To what is not signed and had been carried out when its server died."""
AGAIN_S = 0.05
ANSWER_S_MAX = 90.0
STARTS_WAITED = 4
"""Times that the patience of one start is spent on it."""
KILL_MS = 40
"""A server dies so long after a request was begun, at most."""
PASSWORD = "nine lives and one password"


class NotAnswered(Exception):
    """Nobody answered in all that time, or somebody refused what must be taken."""


@dataclass
class Killer:
    """Who ends a server while a request is under way, every so many of them."""

    every: int
    """0: never."""
    draw: random.Random
    kills: int = 0
    left: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.left = self.every

    def strikes(self) -> float | None:
        """Whether this request is the one, and after how many seconds."""
        with self.lock:
            self.left -= 1
            if not self.every or self.left > 0:
                return None
            self.left = self.draw.randint(max(1, self.every // 2), self.every * 3 // 2)
            return self.draw.uniform(0, KILL_MS) / 1000


class Nodes:
    """The servers that run."""

    def __init__(self, servers: list[ServerProcess], killer: Killer) -> None:
        self.servers = servers
        self.killer = killer
        self.asked_again: Counter[str] = Counter()
        """Why requests were sent again."""
        self._mending = [threading.Lock() for _ in servers]
        self._undertakers: list[threading.Thread] = []

    def __len__(self) -> int:
        return len(self.servers)

    def strike(self, number: int) -> None:
        """Maybe kills a server, while whoever calls goes on to ask it something."""
        after = self.killer.strikes()
        if after is None:
            return
        undertaker = threading.Thread(target=self._kill, args=(number, after))
        undertaker.start()
        self._undertakers.append(undertaker)

    def _kill(self, number: int, after: float) -> None:
        with self._mending[number]:
            time.sleep(after)  # into the middle of what was asked
            self.servers[number].kill()
            self.killer.kills += 1
            bring_up(self.servers[number])

    def mended(self) -> None:
        """Returns when everybody runs again."""
        while self._undertakers:
            self._undertakers.pop().join()


@contextmanager
def started(folder: Path, count: int, killer: Killer) -> Generator[Nodes]:
    """Servers that run; gone afterwards."""
    with ExitStack() as stack:
        database, shared = "", dict(SETTINGS)
        if count > 1:
            database = stack.enter_context(PostgresProcess()).url
            redis = stack.enter_context(RedisProcess())
            shared |= {"redis": redis.url, "secret": secrets.token_urlsafe(48)}
        servers: list[ServerProcess] = []
        for number in range(count):
            place = folder / f"node{number}"
            server = ServerProcess(place, database=database, settings=shared)
            stack.callback(server.kill)
            bring_up(server)
            servers.append(server)
        nodes = Nodes(servers, killer)
        stack.callback(nodes.mended)
        yield nodes


def bring_up(server: ServerProcess) -> None:
    """Starts it and waits, on machines that do other things beside. Raises NotStarted."""
    server.launch()
    for waited in range(STARTS_WAITED):
        try:
            server.wait_until_live()
        except NotStarted:
            if not server.running or waited == STARTS_WAITED - 1:
                raise
        else:
            return


class Desk:
    """Somebody who asks these servers, one request after the other, each by a server that is drawn,
    until there is an answer. For one thread."""

    def __init__(self, nodes: Nodes, draw: random.Random, token: str = "") -> None:
        self.nodes = nodes
        self.draw = draw
        self.token = token
        self._lines: dict[int, http.client.HTTPConnection] = {}

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        node: int | None = None,
        headers: Mapping[str, str] | None = None,
        dangerous: bool = False,
    ) -> Any:
        """The decoded answer of a success; None where what was sent again had been done. `node`: of
        this one alone; `dangerous`: it may be killed meanwhile. Raises NotAnswered."""
        sent = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        said = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        said |= headers or {}
        until, unknown = time.monotonic() + ANSWER_S_MAX, False
        while True:
            number = self.draw.randrange(len(self.nodes)) if node is None else node
            if dangerous:
                dangerous = False
                self.nodes.strike(number)
            try:
                status, answer = self._exchange(number, method, path, sent, said)
            except (OSError, http.client.HTTPException) as error:
                why, unknown = type(error).__name__, True
                self._hang_up(number)
            else:
                if status < 300:
                    return msgspec.json.decode(answer) if answer else None
                why = str(status)
                if status == DONE_BEFORE and unknown:
                    return None
                if status not in AGAIN:
                    raise NotAnswered(f"{method} {path}: {status} {answer[:300].decode()}")
            self.nodes.asked_again[why] += 1
            if time.monotonic() > until:
                raise NotAnswered(f"{method} {path}: {why} for {ANSWER_S_MAX:g} s")
            time.sleep(AGAIN_S)  # another process comes back and tells nobody

    def _exchange(
        self, number: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        line = self._lines.get(number)
        if line is None:
            port = self.nodes.servers[number].http_port
            line = self._lines[number] = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read()

    def _hang_up(self, number: int) -> None:
        line = self._lines.pop(number, None)
        if line is not None:
            line.close()

    def close(self) -> None:
        """Lets go of all connections."""
        for number in list(self._lines):
            self._hang_up(number)


@dataclass(frozen=True)
class Keys:
    """Two programs of one account. Not printable."""

    desk: str
    """Makes rooms, runs leagues, reads."""
    publisher: str
    secret: str
    """What the publisher signs with."""

    def __repr__(self) -> str:
        return "Keys()"


def keys_of(nodes: Nodes) -> Keys:
    """An account by the link in its mail, and what it gives its programs."""
    desk = Desk(nodes, random.Random(0))
    email = "league@example.org"
    desk.ask("POST", "/auth/sign-up", {"email": email, "name": "League"}, node=0)
    link = _link(nodes.servers[0].data_dir / "mail")
    chosen = {"token": link, "password": PASSWORD}
    desk.token = desk.ask("POST", "/auth/sign-up/confirm", chosen, node=0)["token"]
    scopes = ["rooms:read", "rooms:write", "feeds:read"]
    asked = {"name": "Desk", "scopes": scopes, "signing": False}
    desks = desk.ask("POST", "/keys", asked, node=0)["key"]
    asked = {"name": "Ticker", "scopes": ["feeds:publish"], "signing": True}
    ticker = desk.ask("POST", "/keys", asked, node=0)
    desk.close()
    return Keys(desks, ticker["key"], ticker["signing_secret"])


def _link(mail: Path) -> str:
    until = time.monotonic() + ANSWER_S_MAX
    while time.monotonic() < until:
        for file in mail.glob("*.eml"):
            found = re.search(r"#token=(tll_[A-Za-z0-9_-]+)", file.read_text())
            if found is not None:
                return found[1]
        time.sleep(AGAIN_S)  # as above
    raise NotAnswered("no mail came")
