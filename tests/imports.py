"""`python -m tests.imports --documents 1000`: spoilt documents of boards, imported into a real
server; each is refused with a named error that says where, or taken whole. At the end the server's
log is read: there is a room for every document that was taken, whole, and nothing else.

Loopback only, bounded in number, ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from loadtest.connection import LOOPBACK
from loadtest.http_side import HttpSide
from loadtest.processes import RAISED, ServerProcess
from server.config import Settings
from server.databases import open_log
from tests.support.spoilt_documents import Seen, spoilt, taken_whole, well_refused

PER_PERSON = 8
"""Documents that one guest imports."""
ROOMS_AT_ONCE = 500


class Sender:
    """Sends bytes as they are, whatever is wrong with them."""

    def __init__(self, server: ServerProcess, side: HttpSide) -> None:
        self._port, self._side = server.http_port, side
        self._token = ""
        self._sent = 0

    def send(self, data: bytes) -> tuple[int, Any]:
        """Status and body of an import."""
        if self._sent % PER_PERSON == 0:
            self._token = self._side.guest("Importer").token
        self._sent += 1
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=30)
        try:
            connection.request("POST", "/rooms/document", body=data, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def document(self, room: str) -> Any:
        """The room as a document."""
        return self._side.call("GET", f"/rooms/{room}/document", token=self._token)


def imported(documents: int, seed: int) -> Seen:
    """So many documents into a server of its own; what came of them."""
    seen = Seen()
    dice = random.Random(seed)
    taken: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="touchline-imports-") as folder:
        data_dir = Path(folder) / "data"
        with (
            ServerProcess(data_dir, settings=RAISED) as server,
            HttpSide(server.http_port) as side,
        ):
            sender = Sender(server, side)
            for _ in range(documents):
                how, data = spoilt(dice)
                status, said = sender.send(data)
                if status == 201:
                    found = sender.document(said["id"])
                    faults = taken_whole(data, found)
                    taken[said["id"]] = 1 + bool(found["objects"])
                else:
                    faults = well_refused(data, status, said)
                seen.note(how, status, faults)
        there = asyncio.run(_versions(data_dir))
    if there != taken:
        odd = {room for room in {*there, *taken} if there.get(room) != taken.get(room)}
        seen.faults.append(f"the log has something else than was taken: {sorted(odd)[:5]}")
    return seen


async def _versions(data_dir: Path) -> dict[str, int]:
    """Every room of the log, with its version."""
    log = await open_log(Settings(data_dir=str(data_dir)), migrate=False)
    try:
        found: dict[str, int] = {}
        after: str | None = None
        while page := await log.all_rooms(limit=ROOMS_AT_ONCE, after=after):
            found |= {row.id: row.head.version for row in page}
            after = page[-1].id
        return found
    finally:
        await log.close()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    seen = imported(given.documents, given.seed)
    statuses = ", ".join(f"{status}: {n:,}" for status, n in sorted(seen.statuses.items()))
    lines = [
        f"{seen.statuses.total():,} documents; {statuses}",
        ", ".join(f"{what}: {n:,}" for what, n in sorted(seen.by_mutation.items())),
        *(f"FAULT {fault}" for fault in seen.faults[:20]),
        f"{len(seen.faults)} faults",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
