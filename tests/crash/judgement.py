"""The log as it was found, against everything that players were told. Every difference is a
sentence.

Reads the database by the shipped storage, chains the tags and replays the entries by the shipped
rules, from nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from protocol.entries import RawSeal, chain, split_record
from protocol.identifiers import ROOT_TAG, Tag
from server.rules.catalogue import KINDS
from server.rules.room_state import RoomState
from storage.room_log import RoomLog
from tests.crash.player import Player


@dataclass(slots=True)
class FoundRoom:
    """A room as the database has it."""

    records: list[bytes]
    tags: list[str]
    """Of version 0, 1, 2, …"""
    view: Any
    """What members would see after the last entry, as plain data."""
    commands: dict[tuple[str, int], tuple[int, str | None]]
    """(client, seq) to version and, where it records a refusal, its code."""


async def find(log: RoomLog, room: str) -> tuple[FoundRoom, list[str]]:
    """Reads and replays a room; what is wrong with the log in itself."""
    faults: list[str] = []
    head = (await log.heads([room]))[room]
    records: list[bytes] = []
    while len(records) < head.version:
        page = await log.read(room, len(records) + 1)
        if page.first != len(records) + 1 or not page.records:
            return FoundRoom([], [], None, {}), [f"{room}: entries end at {len(records)}"]
        records += page.records
    state = RoomState(KINDS["board"])
    found = FoundRoom(records, [ROOT_TAG], None, {})
    for version, record in enumerate(records, 1):
        found.tags.append(chain(Tag(found.tags[-1]), record))
        stored = state.book.decode_record(record)
        if stored.stamp.version != version:
            faults.append(f"{room}: entry {version} says that it is {stored.stamp.version}")
        state.apply_entry(stored)
        _, sealed = split_record(record)
        seal = msgspec.json.decode(sealed, type=RawSeal)
        if seal.client:
            command = (seal.client, seal.seq)
            if command in found.commands:
                faults.append(
                    f"{room}: {command} is there twice: {found.commands[command]}, {version}"
                )
            found.commands[command] = (version, stored.refused)
    if found.tags[-1] != head.tag:
        faults.append(
            f"{room}: the head's tag is {head.tag}, the entries chain to {found.tags[-1]}"
        )
    found.view = msgspec.json.decode(state.view())
    return found, faults


def judge(room: str, found: FoundRoom, players: Sequence[Player], served: Any) -> list[str]:
    """`served` is the view that the server gave over HTTP, by yet another way."""
    faults: list[str] = []
    if served != found.view:
        faults.append(f"{room}: the server shows another state than the log")
    for player in players:
        who = player.member.session.client
        faults += [f"{who}: {fault}" for fault in (*player.faults, *player.member.faults)]
        faults += _commands(who, player, found)
        faults += _entries(who, player, found)
        if player.view != found.view["kind"]:
            faults.append(f"{who}: its replica differs from the log's state")
        position = player.member.session.position(room)
        if position is None or (position.version, position.tag) != (
            len(found.records),
            found.tags[-1],
        ):
            faults.append(f"{who}: stands at {position}, the log at {len(found.records)}")
    return faults


def _commands(who: str, player: Player, found: FoundRoom) -> list[str]:
    faults: list[str] = []
    for seq, version in player.accepted.items():
        if found.commands.get((who, seq)) != (version, None):
            there = found.commands.get((who, seq))
            faults.append(f"{who}: seq {seq} was accepted as {version}, the log has {there}")
    for seq, code in player.refused.items():
        version, refused = found.commands.get((who, seq), (0, code))
        if refused != code:
            faults.append(
                f"{who}: seq {seq} was refused ({code}), the log has {version} ({refused})"
            )
    ended = len(player.accepted) + len(player.refused)
    if ended != player.submitted:
        faults.append(f"{who}: {player.submitted} commands, {ended} of them ended")
    own = {seq for client, seq in found.commands if client == who}
    for seq in own - player.accepted.keys() - player.refused.keys():
        faults.append(f"{who}: seq {seq} is in the log and was never answered")
    return faults


def _entries(who: str, player: Player, found: FoundRoom) -> list[str]:
    public: Mapping[int, bytes] = {v: split_record(r)[0] for v, r in enumerate(found.records, 1)}
    wrong = [version for version, line in player.lines.items() if public.get(version) != line]
    return [
        f"{who}: was shown an entry {version} that is not in the log so" for version in wrong[:3]
    ]
