"""Who is in a room and what they point at: keyed, latest wins, expiring. Never an event, never in
the log. Pure.

Time is an argument. What changed since the last look is taken as one message for everybody. SPEC:
PR1 to PR6.
"""

from __future__ import annotations

from typing import Any

from protocol.server_messages import Presence, PresenceHere, PresenceValue


class RoomPresence:
    """The latest of everything passing in one room. Bounded: connections listed, keys of each, and
    their life."""

    __slots__ = (
        "_changed",
        "_expires",
        "_gone",
        "_here",
        "_keys_max",
        "_listed_max",
        "_new",
        "_room",
        "_values",
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

    @property
    def count(self) -> int:
        """Connections in the room."""
        return len(self._here)

    def enter(self, connection: int, account: str) -> None:
        """A connection has joined. Beyond the limit it is counted, not listed (PR4)."""
        self._here[connection] = account
        if len(self._values) < self._listed_max:
            self._values[connection] = {}
        self._new[connection] = None

    def leave(self, connection: int) -> None:
        """A connection has gone, and all its keys with it (PR2)."""
        if self._here.pop(connection, None) is None:
            return
        for key in self._values.pop(connection, {}):
            self._expires.pop((connection, key), None)
            self._changed.pop((connection, key), None)
        self._new.pop(connection, None)
        self._gone[connection] = None

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
        return Presence(room=self._room, here=here, values=values, count=len(self._here))

    def full(self) -> Presence:
        """Everything that is listed: for a member who has just come, or has missed changes."""
        return Presence(
            room=self._room,
            here=[PresenceHere(c, self._here[c]) for c in self._values],
            values=[
                PresenceValue(c, key, value)
                for c, keys in self._values.items()
                for key, value in keys.items()
            ],
            count=len(self._here),
            all=True,
        )
