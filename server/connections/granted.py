"""A key's place in a room: the follower, behind what the key is allowed.

Stands in the session where a follower stands for everybody else, so that whoever comes without a
key pays nothing for it. Knows types of commands by their names only. SPEC: AX10 to AX12.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from protocol.client_messages import PresenceUpdate, Submit
from protocol.codec import Codec
from protocol.codes import REJECTIONS
from protocol.errors import MalformedMessage
from protocol.server_messages import Rejected
from server.connections.surroundings import Place
from server.identity import Grant

FORBIDDEN = "forbidden"


class _Typed(Struct, frozen=True):
    """What any command says of itself."""

    type: str


class GrantedPlace:
    """Invariant: nothing reaches the room that the grant does not allow."""

    __slots__ = ("_codec", "_grant", "_place", "_refuse")

    def __init__(
        self, place: Place, grant: Grant, codec: Codec, refuse: Callable[[Rejected], None]
    ) -> None:
        self._place = place
        self._grant = grant
        self._codec = codec
        self._refuse = refuse

    @property
    def room_id(self) -> str:
        """The room followed."""
        return self._place.room_id

    @property
    def pending(self) -> int:
        """Commands that the room has not answered."""
        return self._place.pending

    def submit(self, message: Submit) -> None:
        """Hands a command on, or refuses it for good: nothing was executed."""
        grant = self._grant
        if not grant.signs and grant.may_send(self._type_of(message), self.room_id):
            self._place.submit(message)
        else:
            final = REJECTIONS[FORBIDDEN].final
            self._refuse(Rejected(self.room_id, message.seq, FORBIDDEN, final))

    def presence(self, message: PresenceUpdate) -> None:
        """Hands presence on, or passes it over: it is gone in a moment anyway."""
        if self._grant.allows("rooms:write", self.room_id):
            self._place.presence(message)

    def leave(self) -> None:
        """Stops following."""
        self._place.leave()

    def revoke(self) -> None:
        """Stops following, and takes back what was not decided."""
        self._place.revoke()

    def lag(self) -> None:
        """The transport owes too much."""
        self._place.lag()

    def catch_up(self) -> None:
        """The transport has drained."""
        self._place.catch_up()

    def _type_of(self, message: Submit) -> str:
        try:
            typed: _Typed = self._codec.decode_as(message.command, _Typed)
        except MalformedMessage:
            return ""  # the room says what is wrong with it
        return typed.type
