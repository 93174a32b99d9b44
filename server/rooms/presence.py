"""Who is in a room and what they point at: keyed, latest wins, expiring. Never an event, never in
the log. Pure.

Time is an argument. What changed since the last look is taken as one message for everybody here,
and what of it is this node's own as another for the other nodes. Connections of other nodes have
numbers of this node (presence_elsewhere.py). SPEC: PR1 to PR6, PR9.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.server_messages import Presence, PresenceHere, PresenceValue


class RoomPresence:
    """The latest of everything passing in one room. Bounded: connections listed, keys of each, and
    their life."""

    __slots__ = (
        "_changed",
        "_elsewhere",
        "_expires",
        "_gone",
        "_here",
        "_keys_max",
        "_listed_max",
        "_new",
        "_own_changed",
        "_own_gone",
        "_own_new",
        "_room",
        "_values",
        "more",
    )

    def __init__(self, room: str, *, listed_max: int, keys_max: int) -> None:
        self._room = room
        self._listed_max = listed_max
        self._keys_max = keys_max
        self._here: dict[int, str] = {}
        """Connection to account: everybody, in order of arrival."""
        self._values: dict[int, dict[str, Any]] = {}
        """Of the listed connections only: the first `listed_max`."""
        self._expires: dict[tuple[int, str], int] = {}
        self._new: dict[int, None] = {}
        self._gone: dict[int, None] = {}
        self._changed: dict[tuple[int, str], Any] = {}
        self._own_new: dict[int, None] = {}
        self._own_gone: dict[int, None] = {}
        self._own_changed: dict[tuple[int, str], Any] = {}
        self._elsewhere: set[int] = set()
        """Those of `_here` that other nodes have told of."""
        self.more = 0
        """Connections that other nodes count and have not listed."""

    @property
    def count(self) -> int:
        """Connections in the room, on all nodes."""
        return len(self._here) + self.more

    @property
    def own_count(self) -> int:
        """Connections of this node."""
        return len(self._here) - len(self._elsewhere)

    def enter(self, connection: int, account: str, *, elsewhere: bool = False) -> None:
        """A connection has joined, here or on another node. Beyond the limit it is counted, not
        listed (PR4)."""
        self._here[connection] = account
        if len(self._values) < self._listed_max:
            self._values[connection] = {}
        self._new[connection] = None
        if elsewhere:
            self._elsewhere.add(connection)
        else:
            self._own_new[connection] = None

    def leave(self, connection: int) -> None:
        """A connection has gone, and all its keys with it (PR2)."""
        if self._here.pop(connection, None) is None:
            return
        for key in self._values.pop(connection, {}):
            self._expires.pop((connection, key), None)
            self._changed.pop((connection, key), None)
            self._own_changed.pop((connection, key), None)
        self._new.pop(connection, None)
        self._gone[connection] = None
        if connection in self._elsewhere:
            self._elsewhere.discard(connection)
        elif connection in self._own_new:
            del self._own_new[connection]
        else:
            self._own_gone[connection] = None

    def put(self, connection: int, key: str, value: Any, expires: int) -> bool:
        """The latest value of a key; None ends it. False: too many keys, or not listed; nothing
        was kept."""
        values = self._values.get(connection)
        if values is None:
            return False
        if value is None:
            if values.pop(key, None) is None:
                return True
            self._expires.pop((connection, key), None)
        else:
            if key not in values and len(values) >= self._keys_max:
                return False
            values[key] = value
            self._expires[connection, key] = expires
        self._changed[connection, key] = value
        if connection not in self._elsewhere:
            self._own_changed[connection, key] = value
        return True

    def expire(self, now: int) -> None:
        """Ends what nobody renewed."""
        for connection, key in [place for place, at in self._expires.items() if at <= now]:
            self.put(connection, key, None, 0)

    @property
    def dirty(self) -> bool:
        """Whether anything changed since `take`."""
        return bool(self._new or self._gone or self._changed)

    def take(self) -> Presence:
        """What changed since the last call, and forgets that it did."""
        here = [PresenceHere(connection, None) for connection in self._gone]
        here += [PresenceHere(c, self._here[c]) for c in self._new if c in self._values]
        values = [PresenceValue(c, key, value) for (c, key), value in self._changed.items()]
        self._new, self._gone, self._changed = {}, {}, {}
        return Presence(room=self._room, here=here, values=values, count=self.count)

    @property
    def own_dirty(self) -> bool:
        """Whether anything of this node changed since `take_own`."""
        return bool(self._own_new or self._own_gone or self._own_changed)

    def take_own(self) -> Presence:
        """What changed on this node since the last call, for the others; forgets that it did."""
        here = [PresenceHere(connection, None) for connection in self._own_gone]
        here += [PresenceHere(c, self._here[c]) for c in self._own_new if c in self._values]
        values = [PresenceValue(c, key, value) for (c, key), value in self._own_changed.items()]
        self._own_new, self._own_gone, self._own_changed = {}, {}, {}
        return Presence(room=self._room, here=here, values=values, count=self.own_count)

    def own(self) -> Presence:
        """Everything of this node that is listed. What changed since `take_own` is in it."""
        self._own_new, self._own_gone, self._own_changed = {}, {}, {}
        return self._listed([c for c in self._values if c not in self._elsewhere], self.own_count)

    def keys_of(self, connection: int) -> list[str]:
        """Keys that have a value now."""
        return list(self._values.get(connection, ()))

    def full(self) -> Presence:
        """Everything that is listed: for a member who has just come, or has missed changes."""
        return self._listed(list(self._values), self.count)

    def _listed(self, connections: Sequence[int], count: int) -> Presence:
        return Presence(
            room=self._room,
            here=[PresenceHere(c, self._here[c]) for c in connections],
            values=[
                PresenceValue(c, key, value)
                for c in connections
                for key, value in self._values[c].items()
            ],
            count=count,
            all=True,
        )
