"""Athletics meets for `touchline feed`: a meet's file brought into its room, and a room as a file.
Knows files and the desk; what a file means is for server/readers. SPEC: AT16 to AT18."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from protocol.meet import ChangeAll, MeetFile
from server.cli.desk import Desk, Refused
from server.cli.play_files import bytes_of
from server.cli.screen import fail
from server.http.meets import OpenMeet
from server.http.operator_rooms import OpenedUnderKey
from server.readers.meet_file import batches, file_of, is_meet, lacking, read_meet
from server.readers.report import Fault

Patiently = Callable[[Callable[[], Awaitable[object]]], Awaitable[object]]


def meet_in(paths: Sequence[Path], faults: list[str]) -> MeetFile | None:
    """The meet of one file; None: it is none, or cannot be read, which is added to the faults."""
    if len(paths) != 1 or not paths[0].is_file():
        return None
    content = bytes_of(paths[0])
    if not is_meet(content):
        return None
    read = read_meet(str(paths[0]), content)
    if isinstance(read, Fault):
        faults.append(f"{read.path}: {read.why}")
        return None
    return read


async def import_meet(
    desk: Desk, meet: MeetFile, path: Path, into: str | None, faults: list[str], ask: Patiently
) -> list[str]:
    """The meet into its room: what that lacks. Returns a row: meet, room, changes, version, owner's
    link of a new room."""
    link, room = "", into
    if room is None:
        key = re.sub(r"[^A-Za-z0-9_-]+", "_", path.name.partition(".")[0])[:40]
        request = OpenMeet(key, meet.meet.name)
        made = msgspec.convert(await desk.ask("POST", "/operator/meets", request), OpenedUnderKey)
        room, link = made.room.id, made.links.get("owner", "")
    known, version = await held(desk, room)
    changes = lacking(meet, known)
    sent = 0
    for batch in batches(changes):
        try:
            answer = await ask(_sending(desk, room, batch))
        except Refused as refused:
            faults.append(f"{path}: {refused}")
            break
        version = int(msgspec.convert(answer, dict[str, int])["version"])
        sent += len(batch.changes)
    return [meet.meet.name, room, str(sent), str(version), link]


def _sending(desk: Desk, room: str, batch: ChangeAll) -> Callable[[], Awaitable[object]]:
    return lambda: desk.ask("POST", f"/operator/meets/{room}/commands", batch)


async def held(desk: Desk, room: str) -> tuple[MeetFile, int]:
    """A meet as a file, and its version."""
    shown = await desk.show(room)
    if shown.room.kind != "meet":
        fail(f"{room} is a {shown.room.kind}, not a meet")
    return file_of(shown.view.state["kind"]), shown.view.version
