"""What is told of a draft to addresses outside: entries of its log made into messages. Pure.

A message is `{"type", "timestamp", "data"}` as Standard Webhooks has it. Only what every member may
see is read, and of that only what is named here: no lists, no maxima, no accounts. Must not know
addresses, nor when something is sent. SPEC: WH1 to WH8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from protocol.draft import DraftSettings, Player, Seat
from protocol.draft_events import (
    DraftMoved,
    DraftReset,
    PickMade,
    PickReplaced,
    PicksUndone,
)
from protocol.entries import RawEntry
from server.rules.draft.orders import round_of

TYPES: Final[Mapping[str, str]] = {
    "pick.made": "a team has picked a player, or keeps one",
    "sale.made": "a team has bought a player, or keeps one",
    "picks.undone": "these picks did not happen",
    "pick.replaced": "a past pick is another player",
    "draft.reset": "no pick happened: the draft waits for its start again",
    "draft.ended": "the draft is over",
    "entries.missed": "entries were pruned before they could be told: read the results",
    "test": "somebody tries the address out",
}
"""Every type of message, and what it means in words."""

_Told = PickMade | PicksUndone | PickReplaced | DraftReset | DraftMoved


class Message(Struct, frozen=True):
    """What is sent, as JSON."""

    type: str
    timestamp: str
    """Log time, in the form of RFC 3339."""
    data: dict[str, Any]


class Names(Struct, frozen=True):
    """What a draft calls its teams and players."""

    settings: DraftSettings
    seats: Mapping[int, Seat]
    pool: Mapping[str, Player]

    def team(self, seat: int) -> dict[str, Any]:
        """`{"seat", "name"}`; an unknown one has no name."""
        found = self.seats.get(seat)
        return {"seat": seat, "name": "" if found is None else found.name}

    def player(self, id_: str) -> dict[str, Any]:
        """`{"id", "name", "positions", "team"}`; of an unknown one the id."""
        found = self.pool.get(id_)
        if found is None:
            return {"id": id_, "name": "", "positions": [], "team": ""}
        return {
            "id": id_,
            "name": found.name,
            "positions": list(found.positions),
            "team": found.team,
        }


class _Tagged(Struct, frozen=True):
    type: str


_read_entry = msgspec.json.Decoder(RawEntry)
_read_tag = msgspec.json.Decoder(_Tagged)
_read_told = msgspec.json.Decoder(_Told)
_TOLD_TAGS: Final = frozenset(str(one.__struct_config__.tag) for one in _Told.__args__)


class ToldEntry(Struct, frozen=True):
    """An entry and those of its events that something may be told of."""

    version: int
    at: int
    events: list[Any]


def read_entry(line: bytes) -> ToldEntry:
    """The public line of an entry."""
    entry = _read_entry.decode(line)
    events = [
        _read_told.decode(event)
        for event in entry.events
        if _read_tag.decode(event).type in _TOLD_TAGS
    ]
    return ToldEntry(entry.v, entry.at, [one for one in events if _is_told(one)])


def _is_told(event: Any) -> bool:
    return not isinstance(event, DraftMoved) or event.phase == "ended"


def message_of(event: Any, room: str, entry: ToldEntry, names: Names) -> Message:
    """The message of one of the entry's events. Names of teams and players are those of `names`."""
    about: dict[str, Any] = {"draft": room, "version": entry.version}
    match event:
        case PickMade():
            auction = names.settings.type == "auction"
            about |= {
                "pick": event.n,
                "round": None if auction else round_of(names.settings, event.n),
                "team": names.team(event.seat),
                "player": names.player(event.player),
                "how": event.how,
            }
            if auction:
                return _message("sale.made", entry.at, about | {"price": event.price})
            return _message("pick.made", entry.at, about)
        case PicksUndone():
            return _message("picks.undone", entry.at, about | {"picks": event.cells})
        case PickReplaced():
            about |= {
                "pick": event.n,
                "was": names.player(event.was),
                "player": names.player(event.player),
            }
            return _message("pick.replaced", entry.at, about)
        case DraftReset():
            return _message("draft.reset", entry.at, about)
        case _:
            return _message("draft.ended", entry.at, about)


def missed(room: str, first: int, last: int, at: int) -> Message:
    """These entries are gone and were never told."""
    about = {"draft": room, "version": last, "first": first, "last": last}
    return _message("entries.missed", at, about)


def trial(room: str, version: int, at: int) -> Message:
    """That somebody tries the address out."""
    return _message("test", at, {"draft": room, "version": version})


def _message(type_: str, at: int, data: dict[str, Any]) -> Message:
    assert type_ in TYPES, f"expected one of TYPES, got {type_}"
    stamp = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    return Message(type_, stamp.replace("+00:00", "Z"), data)


def message_id(hook: str, version: int, number: int) -> str:
    """The same for every attempt, from whichever node."""
    return f"{hook}-{version}-{number}"
