"""What is played in the rooms of a run: the contract between the world, which knows nodes, faults
and members, and the rules that it plays by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from protocol.client_events import Refused, Settled
from protocol.server_messages import Private
from server.rules.kind import RoomKind
from server.rules.room_state import StoredEntry

if TYPE_CHECKING:
    from tests.simulation.calm import Calm
    from tests.simulation.client import Member
    from tests.simulation.truth import Truth
    from tests.simulation.world import World


class Judge(Protocol):
    """Whoever looks at what the rules did in one room."""

    @property
    def happened(self) -> Mapping[str, int]:
        """What there was, how often."""
        ...

    def committed(self, entry: StoredEntry) -> None:
        """The log says that this happened. Raises Violation."""
        ...

    def finish(self) -> None:
        """It has been played to its end. Raises Violation."""
        ...


class Knowledge(Protocol):
    """What only one member may see of one room, as it was told."""

    def learn(self, private: Private) -> None:
        """It was told. Raises Violation where it is somebody else's."""
        ...

    def check(self, truth: Truth, account: str) -> None:
        """It is what the room has for the account. Raises Violation."""
        ...


class Game(Protocol):
    """What is played."""

    kind: RoomKind[Any]
    older_kind: RoomKind[Any]
    """As nodes with older rules know it."""
    room_counts: Sequence[int]
    """How many rooms a run may have."""
    node_counts: Sequence[int]
    has_rival: bool
    """Whether somebody writes beside the nodes."""
    in_calm: bool
    """Whether all of it is played in `end`: nothing befalls the nodes."""

    def names(self) -> Sequence[str]:
        """Drawn once: who there is; the first is the owner."""
        ...

    def opening(self, owner: str) -> list[Any]:
        """The room's first events, but for those of members."""
        ...

    def judge(self, room: str) -> Judge:
        """Of one room."""
        ...

    def knowledge(self, member: str) -> Knowledge:
        """Of one member, of one room."""
        ...

    def pointer(self, slot: int) -> Struct | None:
        """What a member shows that points to `slot`; None: there is no such thing."""
        ...

    def act(self, member: Member) -> None:
        """One thing that a member might do now."""
        ...

    def answered(self, member: Member, event: Settled | Refused) -> None:
        """A command of the member has ended."""
        ...

    def has_ended(self) -> bool:
        """Whether there is nothing more to play."""
        ...

    async def end(self, calm: Calm) -> None:
        """What is still to come, in calm, with its checks. Raises Violation."""
        ...


MakeGame = Callable[["World"], Game]
