"""One message of every kind, as they stand in tests/golden/v1: `python -m tests.support.golden`
writes what is missing there. A file that is there is never changed: that language is spoken by
clients in the field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from msgspec import Raw, Struct, to_builtins

from protocol.client_messages import (
    Auth,
    Hello,
    Join,
    Leave,
    Ping,
    PresenceUpdate,
    RoomJoin,
    Submit,
)
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import MadeAt, Position
from protocol.server_messages import (
    Accepted,
    Entries,
    ErrorMessage,
    Joined,
    Limits,
    Notice,
    Pong,
    Presence,
    PresenceHere,
    PresenceValue,
    Private,
    Rejected,
    RoomClosed,
    Scores,
    Snapshot,
    Welcome,
)

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "v1"
SUFFIXES: dict[str, Codec] = {".json": JSON, ".msgpack": MSGPACK}

ROOM = "r_Wj3tnp5aQw2n5-b2nYB1_A"
ANN = "a_0123456789ABCDEFGHIJ-_"
BOB = "a_zyxwvutsrqponmlkjihgfe"
CLIENT = "browser-tab-000001"
HERE = Position("00000000000000ff", 41, "fedcba9876543210")
AT = 1_760_000_000_123

MOVE = {"type": "objects.set", "changes": [{"id": "o_token007", "set": {"at": [-52_500, 34_000]}}]}
ENTRY = {"v": 42, "at": AT, "by": ANN, "events": [MOVE]}
REFUSED = {"v": 43, "at": AT + 1, "by": BOB, "refused": "locked"}
VIEW: dict[str, Any] = {"room": {"name": "Größe 1\u202f½"}, "kind": {"objects": {}, "locked": None}}
WANTED = {"teams": ["NE"], "players": ["00-0019596"], "whats": ["scoring", "big"], "downs": [0, 4]}
PART: dict[str, Any] = {"room": {"name": "NE at BUF"}, "kind": {"plays": [], "partial": True}}
PASSED = {
    "v": 50,
    "at": AT,
    "by": ANN,
    "events": [{"type": "play.deleted", "id": 946}],
    "gone": [9],
}

_Pack = Callable[[Any], Raw]

CLIENT_SAYS: dict[str, Callable[[_Pack], Struct]] = {
    "hello": lambda _: Hello(token="a.b.c", client=CLIENT),
    "hello_with_rooms": lambda _: Hello(
        token="a.b.c",
        client=CLIENT,
        agent="touchline.js/0.1",
        rooms=[RoomJoin(ROOM, HERE), RoomJoin(ROOM, None, "i_0123456789A.secret")],
    ),
    "hello_with_a_filter": lambda raw: Hello(
        token="a.b.c", client=CLIENT, rooms=[RoomJoin(ROOM, HERE, None, raw(WANTED))]
    ),
    "auth": lambda _: Auth(token="a.b.c"),
    "join": lambda _: Join(ref=0, room=ROOM),
    "join_from_a_position": lambda _: Join(ref=2**31 - 1, room=ROOM, position=HERE, invite="x"),
    "join_with_a_filter": lambda raw: Join(ref=1, room=ROOM, filter=raw(WANTED)),
    "leave": lambda _: Leave(room=ROOM),
    "submit": lambda raw: Submit(ROOM, 7, MadeAt("00000000000000ff", 41), raw(MOVE)),
    "submit_again": lambda raw: Submit(
        ROOM, 2**53 - 1, MadeAt("00000000000000ff", 0), raw(MOVE), again=True
    ),
    "presence_update": lambda raw: PresenceUpdate(
        ROOM, "cursor", raw({"type": "cursor", "at": [1, -2]})
    ),
    "presence_update_end": lambda raw: PresenceUpdate(ROOM, "cursor", raw(None)),
    "ping": lambda _: Ping(n=1),
}
SERVER_SAYS: dict[str, Callable[[_Pack], Struct]] = {
    "welcome": lambda _: Welcome(
        protocol=1,
        node="n1",
        account=ANN,
        name="Ann",
        server_now=AT,
        expires=AT + 43_200_000,
        limits=Limits(60.0, 120, 64, 65_536, 40.0, 2_048, 20.0),
    ),
    "snapshot": lambda raw: Snapshot(ROOM, HERE, "board", raw(VIEW)),
    "snapshot_filtered": lambda raw: Snapshot(ROOM, HERE, "feed", raw(PART)),
    "private_watching": lambda _: Private(
        ROOM, 41, {"watching": {"at": AT - 60_000, "since": AT, "speed": 2}}
    ),
    "private_state": lambda _: Private(ROOM, 41, {"envelope": "a"}),
    "private_events": lambda _: Private(ROOM, 42, None, [{"type": "sealed", "text": "b"}]),
    "joined": lambda _: Joined(ROOM, HERE, "viewer", 1),
    "joined_with_answers": lambda _: Joined(ROOM, HERE, "owner", 3, ref=4, done=[(6, 40), (7, 41)]),
    "joined_filtered": lambda _: Joined(ROOM, HERE, "viewer", 1, filtered=True),
    "entries": lambda raw: Entries(ROOM, 42, "0" * 16, [raw(ENTRY), raw(REFUSED)]),
    "entries_filtered": lambda raw: Entries(ROOM, 42, "1" * 16, [raw(PASSED)], 57),
    "entries_filtered_none": lambda _: Entries(ROOM, 58, "2" * 16, [], 58),
    "accepted": lambda _: Accepted(ROOM, [(7, 42), (8, 44)]),
    "rejected": lambda _: Rejected(ROOM, 9, "locked", final=True, detail={"id": "o_x", "by": BOB}),
    "rejected_not_executed": lambda _: Rejected(ROOM, 9, "busy", final=False),
    "presence": lambda _: Presence(
        ROOM,
        here=[PresenceHere(3, ANN), PresenceHere(2, None)],
        values=[PresenceValue(3, "cursor", {"type": "cursor", "at": [1, -2]})],
        count=1,
    ),
    "presence_all": lambda _: Presence(ROOM, here=[PresenceHere(3, ANN)], count=1, all=True),
    "scores": lambda _: Scores(
        ROOM,
        1,
        "live",
        {ROOM: 7},
        [{"matchup": 1, "home": {"team": 1, "points": 480}, "away": {"team": 2, "points": -20}}],
        [{"cause": {"play": 36, "before": 0, "after": 480}, "text": "+4.80, play 36"}],
    ),
    "scores_anew": lambda _: Scores(ROOM, 1, "live", {ROOM: 5}, [], anew=True),
    "closed": lambda _: RoomClosed(ROOM, "removed"),
    "closed_by_a_bug": lambda _: RoomClosed(ROOM, "failed", "1a2b3c4d5e6f"),
    "notice": lambda _: Notice("stale", room=ROOM),
    "notice_restarting": lambda _: Notice("restarting", when=AT, where="ws://node-2:8701/ws"),
    "error": lambda _: ErrorMessage("bad_message", detail="Expected `int` - at `$.n`"),
    "error_of_a_join": lambda _: ErrorMessage(
        "rate_limited", retry=True, ref=4, room=ROOM, wait_ms=500
    ),
    "pong": lambda _: Pong(n=1, server_now=AT),
}


def golden(side: str, name: str, suffix: str) -> Path:
    """The file of one message in one format."""
    return FOLDER / f"{side}_{name}{suffix}"


def missing() -> dict[Path, bytes]:
    """Files that should be there and are not, with their contents."""
    found: dict[Path, bytes] = {}
    for side, messages in (("client", CLIENT_SAYS), ("server", SERVER_SAYS)):
        for name, make in messages.items():
            for suffix, codec in SUFFIXES.items():
                path = golden(side, name, suffix)
                if not path.exists():
                    found[path] = codec.encode(make(codec.raw))
    return found


def readable(message: Struct, codec: Codec) -> Any:
    """A decoded message as plain values, to compare: what is still raw is bytes."""
    fields: dict[str, Any] = {}
    for field in message.__struct_fields__:
        value = getattr(message, field)
        if isinstance(value, list):
            fields[field] = [_plain(one) for one in cast("list[Any]", value)]
        else:
            fields[field] = _plain(value)
    return type(message).__name__, codec.subprotocol, fields


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, Raw) else to_builtins(value, enc_hook=bytes)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, contents in missing().items():
        path.write_bytes(contents)
