"""What members on other nodes show in a room: told by their nodes, numbered anew for the members
here. Pure.

Every node numbers its connections for itself, so a connection of another node gets a number of
this node. Each telling has a number; where one is missing, the whole is to be asked for again.
Bytes come from another node, of this version or another. SPEC: PR7 to PR9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec import Struct

from protocol.server_messages import Presence, PresenceHere, PresenceValue
from server.rooms.presence import RoomPresence

ENDED: Final = 2**62
"""Where the number of a node is that has ended a life: no telling of it comes after."""


class Told(Struct, array_like=True, frozen=True):
    """What one node tells the others of one room."""

    life: int
    """Rises each time that this node opens the room."""
    number: int
    """Rises by one with each telling of a life; 0 ends it."""
    whole: bool
    """Replaces everything told before."""
    here: list[PresenceHere]
    values: list[PresenceValue]
    count: int
    """Connections of the room on that node."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Told).decode


class OwnPresence:
    """This node's half of the telling: numbers it."""

    __slots__ = ("_life", "_number", "_presence")

    def __init__(self, presence: RoomPresence, life: int) -> None:
        self._presence = presence
        self._life = life
        self._number = 0

    def tell(self, *, whole: bool) -> bytes:
        """What changed here since the last telling, or the whole; the first is always whole."""
        whole = whole or not self._number
        shown = self._presence.own() if whole else self._presence.take_own()
        self._number += 1
        return self._encoded(shown, self._number, whole=whole)

    def end(self) -> bytes:
        """Nothing more is told of this room: it is closed here."""
        return self._encoded(Presence(""), 0, whole=True)

    def _encoded(self, shown: Presence, number: int, *, whole: bool) -> bytes:
        told = Told(self._life, number, whole, shown.here, shown.values, shown.count)
        return _encode(told)


@dataclass(slots=True)
class _Node:
    """What one node has told."""

    life: int
    number: int
    heard_s: float
    count: int = 0
    aliases: dict[int, int] = field(default_factory=dict[int, int])
    """That node's number of a connection → this node's."""
    accounts: dict[int, str] = field(default_factory=dict[int, str])


class PresenceElsewhere:
    """Invariant: what a node is shown to have is what it told last, or nothing."""

    __slots__ = ("_next_number", "_nodes", "_presence")

    def __init__(self, presence: RoomPresence, next_number: Callable[[], int]) -> None:
        self._presence = presence
        self._next_number = next_number
        self._nodes: dict[str, _Node] = {}

    @property
    def nodes(self) -> list[str]:
        """Those that have told something, and have not ended it."""
        return [node for node, known in self._nodes.items() if known.number != ENDED]

    def hear(self, node: str, body: bytes, *, now_s: float, expires: int) -> bool:
        """Takes over what a node tells. False: something before it is missing; the whole is to be
        asked for. Values that it does not renew end at `expires`, in ms of log time."""
        try:
            told = _decode(body)
        except msgspec.MsgspecError:
            return True  # of a version that speaks otherwise: asking again would bring the same
        known = self._nodes.get(node)
        if known is not None and (told.life, told.number or ENDED) <= (known.life, known.number):
            return True  # old, or heard twice
        if not told.number:
            self.forget(node)
            # remembered for as long as others are: what was told before it may still come
            self._nodes[node] = _Node(told.life, ENDED, now_s)
            return True
        follows = known is not None and told.life == known.life and told.number == known.number + 1
        if not told.whole and not follows:
            return False
        if known is None:
            known = self._nodes[node] = _Node(told.life, told.number, now_s)
        elif told.whole and told.life != known.life:
            self._let_go(known)
        known.life, known.number, known.heard_s = told.life, told.number, now_s
        if told.whole:
            self._keep_only(known, told)
        self._apply(known, told, expires)
        known.count = told.count
        self._count()
        return True

    def forget(self, node: str) -> bool:
        """A node has gone, and everybody on it. Whether it had told anything."""
        known = self._nodes.pop(node, None)
        if known is None:
            return False
        self._let_go(known)
        self._count()
        return True

    def forget_silent(self, before_s: float) -> bool:
        """Forgets the nodes that have told nothing since. Whether there were any."""
        silent = [name for name, known in self._nodes.items() if known.heard_s < before_s]
        return any([self.forget(name) for name in silent])

    def _apply(self, known: _Node, told: Told, expires: int) -> None:
        for here in told.here:
            alias = known.aliases.get(here.connection)
            if here.account is None:
                if alias is not None:
                    del known.aliases[here.connection], known.accounts[here.connection]
                    self._presence.leave(alias)
            elif alias is None:
                alias = known.aliases[here.connection] = self._next_number()
                known.accounts[here.connection] = here.account
                self._presence.enter(alias, here.account, elsewhere=True)
        for value in told.values:
            alias = known.aliases.get(value.connection)
            if alias is not None:
                self._presence.put(alias, value.key, value.value, expires)

    def _keep_only(self, known: _Node, told: Told) -> None:
        """Lets go what a whole telling does not name."""
        named = {here.connection: here.account for here in told.here}
        keys = {(value.connection, value.key) for value in told.values}
        for connection, alias in list(known.aliases.items()):
            if named.get(connection) != known.accounts[connection]:
                del known.aliases[connection], known.accounts[connection]
                self._presence.leave(alias)
                continue
            for key in self._presence.keys_of(alias):
                if (connection, key) not in keys:
                    self._presence.put(alias, key, None, 0)

    def _let_go(self, known: _Node) -> None:
        for alias in known.aliases.values():
            self._presence.leave(alias)
        known.aliases.clear()
        known.accounts.clear()

    def _count(self) -> None:
        self._presence.more = sum(
            max(0, known.count - len(known.aliases)) for known in self._nodes.values()
        )
