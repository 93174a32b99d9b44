"""Draft rooms on a stage: how one is made over HTTP, and what stands in its log afterwards, judged
twice: by `tests/support/draft_audit.py` and by the shipped verification.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from protocol.draft import DraftSettings, Player
from protocol.draft_events import DraftEvent
from protocol.entries import split_record
from server.config import Settings
from server.databases import open_log
from server.rules.draft.verify import verify
from server.rules.kind import Stamp
from storage.room_log import RoomLog
from tests.chaos.stage import Stage
from tests.drafts.script import plain_settings
from tests.support.draft_audit import Entry, Judge, Plain

TAGS = {str(one.__struct_config__.tag) for one in DraftEvent.__args__}


@dataclass(frozen=True)
class Guest:
    """Somebody with a token that every node knows."""

    name: str
    account: str
    token: str
    expires: int


@dataclass(frozen=True)
class Drafted:
    """A draft's log, and what the two judges say of it."""

    settings: DraftSettings
    log: list[Entry]
    faults: list[str]


async def guest(stage: Stage, number: int, name: str) -> Guest:
    """A new one, by a node."""
    made = await stage.ask(number, "POST", "/auth/guest", "", {"name": name})
    return Guest(name, made["account"], made["token"], made["expires"])


async def say(stage: Stage, room: str, boss: Guest, *commands: Plain) -> None:
    """Commands of the commissioner's, by the first node."""
    for command in commands:
        body = {"command": command}
        await stage.ask(0, "POST", f"/rooms/{room}/commands", boss.token, body)


async def new_draft(
    stage: Stage, boss: Guest, settings: Plain, pool: list[Player]
) -> tuple[str, str]:
    """A draft with players; its id and an invitation."""
    body = {"kind": "draft", "name": "Draft night", "settings": settings}
    room = str((await stage.ask(0, "POST", "/rooms", boss.token, body))["id"])
    for first in range(0, len(pool), 100):
        players = msgspec.to_builtins(pool[first : first + 100])
        await say(stage, room, boss, {"type": "pool.add", "players": players})
    path = f"/rooms/{room}/invitations"
    made = await stage.ask(0, "POST", path, boss.token, {"role": "editor"})
    return room, str(made["secret"])


def judged(entries: list[Plain], *, ended: bool) -> Drafted:
    """The public log of a room, from its first entry on."""
    settings = msgspec.convert(entries[0]["events"][0]["settings"], DraftSettings)
    log = [Entry(one["v"], one["at"], one.get("by", ""), one.get("events", [])) for one in entries]
    judge = Judge(plain_settings(settings))
    judge.read(log)
    if ended:
        judge.finish()
    stamped = [(Stamp(one.v, one.at, one.by, "", 0), _own(one.events)) for one in log]
    report = verify(settings, stamped)
    faults = [*judge.faults, *report.faults]
    if ended and not report.ended:
        faults.append("the draft has not ended")
    return Drafted(settings, log, faults)


def _own(events: Any) -> list[Any]:
    return [msgspec.convert(one, DraftEvent) for one in events if one["type"] in TAGS]


async def read(log: RoomLog, room: str) -> list[Plain]:
    """The public half of every entry of a room."""
    head = (await log.heads([room]))[room]
    found: list[Plain] = []
    while len(found) < head.version:
        page = await log.read(room, len(found) + 1)
        assert page.records, f"{room} has no entry {len(found) + 1}"
        found += [msgspec.json.decode(split_record(one)[0]) for one in page.records]
    return found


async def drafted(stage: Stage, rooms: list[str], *, ended: bool) -> dict[str, Drafted]:
    """What stands in the database of these rooms."""
    log = await open_log(Settings(database=stage.postgres.url()), migrate=False)
    try:
        return {room: judged(await read(log, room), ended=ended) for room in rooms}
    finally:
        await log.close()
