"""What the server may say (SPEC: HS, MS, JN). Clients ignore fields they do not know, never types
they do not know."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

from protocol.identifiers import Position


class Limits(Struct, frozen=True, gc=False):
    """What a client has to keep to; it paces itself by `rate_per_s` and `burst`."""

    rate_per_s: float
    burst: int
    in_flight_max: int
    message_bytes_max: int
    presence_rate_per_s: float
    presence_bytes_max: int
    heartbeat_s: float
    """A client that has nothing to say sends a ping this often; two missed close the connection
    (3008)."""


class Welcome(Struct, frozen=True, tag="welcome", omit_defaults=True, gc=False):
    """The answer to `hello`. `server_now` is log time in ms; every later time is absolute in the
    same clock."""

    protocol: int
    node: str
    account: str
    name: str
    server_now: int
    expires: int
    """When the token ends, ms; send `auth` before."""
    limits: Limits


class Snapshot(Struct, frozen=True, tag="snapshot", omit_defaults=True, gc=False):
    """The whole public view of a room at a position: the client starts over from it."""

    room: str
    position: Position
    kind: str
    state: Raw


class Private(Struct, frozen=True, tag="private", omit_defaults=True, gc=False):
    """What only this account may see: `state`, its private view at `version`, or the hidden events
    of the entry `version`.

    Always sent before the snapshot or the entry it belongs to, so that whoever has seen an entry
    has seen all of it, wherever the connection breaks. It may come again: what is not above the
    version known already is ignored."""

    room: str
    version: int
    state: Any = None
    events: list[Any] = []


class Joined(Struct, frozen=True, tag="joined", omit_defaults=True, gc=False):
    """The room is live on this connection from `position` on. `done` lists this client's answered
    commands that the server still remembers, `[seq, version]`, so that an outbox is settled at
    once."""

    room: str
    position: Position
    role: str
    connection: int
    """This connection's number in the room's presence."""
    ref: int | None = None
    done: list[tuple[int, int]] = []
    filtered: bool = False
    """Only what the filter of the join lets through comes (FF6)."""


class Entries(Struct, frozen=True, tag="entries", omit_defaults=True, gc=False):
    """Committed entries `from` (first version), contiguous; `tag` is the tag after the last. The
    position afterwards is (generation as joined, `from` + count − 1, `tag`).

    With `skipped_to` the room is filtered: what is not among `entries` (by their own `v`) from
    `first` to that version was not wanted, and the position afterwards is (generation as joined,
    `skipped_to`, `tag`). `first` may be below what is known."""

    room: str
    first: int
    tag: str
    entries: list[Raw]
    skipped_to: int | None = None


class Accepted(Struct, frozen=True, tag="accepted", gc=False):
    """Commands of this client that are durable: `[seq, version]` each."""

    room: str
    done: list[tuple[int, int]]


class Rejected(Struct, frozen=True, tag="rejected", omit_defaults=True, gc=False):
    """The end of a command (`final`), or `not executed`: the same seq is sent again."""

    room: str
    seq: int
    code: str
    final: bool
    detail: Any = None


class PresenceValue(Struct, frozen=True, array_like=True, gc=False):
    """`[connection, key, value]`: a number that names one connection in this room, a key, its
    latest value or null."""

    connection: int
    key: str
    value: Any


class PresenceHere(Struct, frozen=True, array_like=True, gc=False):
    """`[connection, account]`: somebody is here on this connection. Account null: gone, and all its
    keys with it."""

    connection: int
    account: str | None


class Presence(Struct, frozen=True, tag="presence", omit_defaults=True, gc=False):
    """Who is here and what they point at. `all` true: this replaces everything known of the room's
    presence."""

    room: str
    here: list[PresenceHere] = []
    values: list[PresenceValue] = []
    count: int = 0
    """Connections in the room, also those beyond what is listed."""
    all: bool = False


class Scores(Struct, frozen=True, tag="scores", omit_defaults=True, gc=False):
    """To who watches a league's week: matchups as they stand now, whole, and why they have changed.
    What is older than what is known in one of the positions is ignored."""

    room: str
    week: int
    phase: str
    positions: dict[str, int]
    """Room to version: of the league and each of the week's feeds."""
    matchups: list[Any]
    changes: list[Any] = []
    """`{cause, text}` each; empty in a first picture, and for who sees it late."""
    games: list[Any] = []
    """Those of the week's games that are elsewhere now, and in a first picture all: `{id, phase,
    home_score, away_score, quarter, clock, reviews}`."""
    likely: list[Any] = []
    """What matchups are likely to come to, of those of which that is something else now, and in a
    first picture all: `{matchup, home: {projected, yet, playing}, away, chance, players}`."""
    anew: bool = False
    """As of another moment than before, maybe an earlier one: what was told counts no more."""


class RoomClosed(Struct, frozen=True, tag="closed", omit_defaults=True, gc=False):
    """This connection no longer follows the room: `removed`, `left`, `gone`, `failed`."""

    room: str
    reason: str
    incident: str | None = None


class Notice(Struct, frozen=True, tag="notice", omit_defaults=True, gc=False):
    """Something about the server that a person may want to know; see codes.NOTICES."""

    code: str
    when: int | None = None
    where: str | None = None
    room: str | None = None


class ErrorMessage(Struct, frozen=True, tag="error", omit_defaults=True, gc=False):
    """A message was refused; the connection stays. `ref` of the join, or `seq` of the command,
    where it could be read."""

    code: str
    retry: bool = False
    ref: int | None = None
    room: str | None = None
    detail: str | None = None
    wait_ms: int | None = None


class Pong(Struct, frozen=True, tag="pong", gc=False):
    """The answer to a ping."""

    n: int
    server_now: int


ServerMessage = (
    Welcome
    | Snapshot
    | Private
    | Joined
    | Entries
    | Accepted
    | Rejected
    | Presence
    | Scores
    | RoomClosed
    | Notice
    | ErrorMessage
    | Pong
)
