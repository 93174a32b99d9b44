"""Where a big log lies between being made and being measured: a PostgreSQL in a folder, with two
databases. `big` holds all rooms, `small` those alone that are measured: what is compared differs in
nothing but what else is there.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from loadtest.bench import log_making
from loadtest.http_side import Guest
from loadtest.processes import RAISED, ROOT_OF_CHECKOUT, Cores, PostgresProcess
from loadtest.stage import Stage

BIG, SMALL = "big", "small"
_MODELS = "models"
MARK = "made.json"
"""Written last: a folder without it is begun anew."""
QUICKLY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "2GB",
}
"""While the log is made. What was made is synced as a whole, and the server that is measured has
none of it."""
OLD = 20
"""The oldest twentieth of all rooms."""
DATA, POSTGRES, ARCHIVE = "data", "postgres", "archive"


class Made(Struct, frozen=True, kw_only=True):
    """What lies in the folder, and who may look at it."""

    rooms: int
    entries: int
    seconds: float
    """How long it took."""
    secret: str
    account: str
    token: str
    """Of the member who is in every tenth room."""
    opened: list[str]
    """Rooms of both databases, for opening: each once."""
    appended: list[str]
    """And for appending."""
    old: list[str]
    """The oldest rooms of the big one that the member is in."""

    @property
    def guest(self) -> Guest:
        """The member."""
        return Guest(self.account, self.token)


class LogFolder:
    """Makes the log where the folder has none, of at least so many entries."""

    def __init__(self, folder: Path, cores: Cores, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._cores = cores
        self._say = say

    def made(self, entries: int, measured: int) -> Made:
        """What is there; made first where it is not, with `measured` rooms each for opening and for
        appending. Raises ValueError where there is a smaller log."""
        mark = self._folder / MARK
        if mark.exists():
            found = msgspec.json.decode(mark.read_bytes(), type=Made)
            if found.entries < entries:
                raise ValueError(f"{self._folder} holds a log of {found.entries:,} entries")
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o711)  # PostgreSQL runs as somebody else, and has its own folder in it
        for name in (DATA, POSTGRES, ARCHIVE):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        made = self._make(entries, measured)
        os.sync()
        mark.write_bytes(msgspec.json.encode(made))
        return made

    def postgres(self, settings: Mapping[str, str] | None = None) -> PostgresProcess:
        """The server, as it comes unless told otherwise, to be entered."""
        return PostgresProcess(
            cores=self._cores.load, folder=self._folder / POSTGRES, settings=settings
        )

    def settings(self, url: str, secret: str) -> dict[str, str]:
        """For a node on one of the databases."""
        archive = str(self._folder / ARCHIVE)
        return {**RAISED, "database": url, "secret": secret, "archive_dir": archive}

    def command(self, url: str, secret: str, arguments: Sequence[str]) -> Ran:
        """A command of `touchline` on one of the databases, on the server's core."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHLINE_")}
        for name, value in self.settings(url, secret).items():
            environment[f"TOUCHLINE_{name.upper()}"] = value
        environment["TOUCHLINE_DATA_DIR"] = str(self._folder / DATA)
        began = time.perf_counter()
        process = self._cores.start(
            self._cores.server,
            [sys.executable, "-m", "server", *arguments],
            cwd=ROOT_OF_CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        said, noted = process.communicate()
        took = time.perf_counter() - began
        return Ran(process.returncode, said.decode(), noted.decode(), took)

    def archived(self) -> list[Path]:
        """The files of archived rooms."""
        return sorted((self._folder / ARCHIVE).glob("*.room"))

    def _make(self, entries: int, measured: int) -> Made:
        began, secret = time.perf_counter(), secrets.token_urlsafe(32)
        with self.postgres() as postgres:
            urls = {name: postgres.url_of(name) for name in (BIG, SMALL, _MODELS)}
            asyncio.run(_create(postgres.url, [*urls]))
            for url in urls.values():
                ran = self.command(url, secret, ["db", "migrate"])
                if ran.status:
                    raise ValueError(ran.noted)
            self._say("big log: four boards are played")
            known, boards = self._played(urls[_MODELS], secret)
        rooms = _rooms_for(entries)
        some = _spread(rooms, 2 * measured)
        with self.postgres(QUICKLY):
            self._copy(urls[SMALL], boards, some, rooms, known.account)
            count = self._copy(urls[BIG], boards, range(rooms), rooms, known.account)
        return Made(
            rooms=rooms,
            entries=count,
            seconds=time.perf_counter() - began,
            secret=secret,
            account=known.account,
            token=known.token,
            opened=[log_making.room_id(number) for number in some[::2]],
            appended=[log_making.room_id(number) for number in some[1::2]],
            old=[
                log_making.room_id(number)
                for number in range(0, rooms // OLD, log_making.KNOWN_EVERY)
            ],
        )

    def _played(self, url: str, secret: str) -> tuple[Guest, list[log_making.Model]]:
        settings = {**self.settings(url, secret), "guest_token_h": "8760"}
        with Stage(settings=settings, cores=self._cores) as stage:
            owner, known = stage.http.guest("Owner"), stage.http.guest("Known")
            rooms = [log_making.play(stage, owner, known, length) for length, _ in log_making.MIX]
        return known, asyncio.run(log_making.models(url, rooms))

    def _copy(
        self,
        url: str,
        boards: Sequence[log_making.Model],
        numbers: Sequence[int],
        rooms: int,
        known: str,
    ) -> int:
        def say(done: int, entries: int) -> None:
            self._say(f"big log: {done:,} of {len(numbers):,} rooms, {entries:,} entries")

        source = log_making.copies(boards, numbers, rooms, known)
        return asyncio.run(log_making.fill(url, source, say))


class Ran(Struct, frozen=True):
    """A command that has ended."""

    status: int
    said: str
    noted: str
    seconds: float


def _rooms_for(entries: int) -> int:
    """The fewest rooms that have so many entries."""
    count = rooms = 0
    while count < entries:
        count += log_making.length_of(rooms)
        rooms += 1
    return rooms


def _spread(rooms: int, count: int) -> list[int]:
    """So many rooms that the member is in, or all of those, all over the log."""
    known = range(0, rooms, log_making.KNOWN_EVERY)
    count = min(count, len(known))
    return [known[place * len(known) // count] for place in range(count)]


async def _create(url: str, databases: Sequence[str]) -> None:
    connection = await log_making.connect(url)
    try:
        for name in databases:
            await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
