"""What the HTTP side needs of the node, declared here by the one who needs it; server/node.py joins
the ends.

Must not know which log, which clock or which rooms these are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from protocol.membership import Role
from server.accounts.services import AccountServices
from server.asking.services import PlayServices
from server.clock import Clock
from server.config import Settings
from server.connections.authentication import Authentication
from server.demo_feed import OpenGame
from server.demo_league import OpenLeague
from server.demo_meet_room import DemoMeet
from server.hooks.courier import Courier
from server.http.kept_answers import KeptAnswers
from server.identity import Identity
from server.invitations import Invitations
from server.leagues.scoring import Scoring
from server.metrics import Metrics, NodeCounts
from server.readiness import OtherNode, Readiness
from server.rooms.delayed import Reach
from server.rooms.pending import Ended
from server.rules.membership_state import Invitation
from server.rules.watching import Watching
from server.tokens import Tokens
from storage.room_log import Head, Listed, RoomRow

PAGES = Path(__file__).resolve().parents[2] / "clients"
"""Pages lie beside the server, in a checkout and in the wheel alike."""


class RoomDirectory(Protocol):
    """The rooms of this node, as an HTTP request meets them. Everything may raise
    StorageUnavailable, and RoomUnreadable where a room's entries cannot be read."""

    async def create(self, kind: str, name: str, owner: Identity, settings: dict[str, Any]) -> str:
        """Makes a room and returns its id. Raises InvalidRoom."""
        ...

    async def create_filled(
        self,
        kind: str,
        name: str,
        owner: Identity,
        settings: dict[str, Any],
        commands: Sequence[Struct],
        *,
        at: str | None = None,
    ) -> str | Ended:
        """Makes a room with what the commands put on it, whole or not at all; its id, or how a
        command ended that the rules refuse. With `at` this is its id, and `exists` is the end where
        there is such a room. Raises InvalidRoom."""
        ...

    async def role_of(self, room_id: str, account: str) -> Role | None:
        """The account's role in the room at this moment; None also where there is no such room."""
        ...

    async def owns_by_team(self, room_id: str, account: str) -> bool:
        """Whether the account is an owner of the room only because a team says so."""
        ...

    async def view(self, room_id: str, version: int | None) -> tuple[Head, bytes]:
        """The public view now or at a version, as JSON. Raises UnknownVersion."""
        ...

    async def entries(self, room_id: str, first: int, last: int) -> list[bytes]:
        """Public lines of the entries from `first` on, `last` at most, as far as they are still
        there and fit into a page; one, if there is one."""
        ...

    async def let_in(self, room_id: str, identity: Identity, invitation: str) -> None:
        """Makes somebody a member by an invitation whose link was verified."""
        ...

    async def invitation(self, room_id: str, invitation: str) -> Invitation | None:
        """What a link of the room gives; None: no such room, or the link is void."""
        ...

    async def reach(self, room_id: str, account: str) -> Reach | None:
        """How far the account may see now; None: whatever there is."""
        ...

    async def seen(self, room_id: str, account: str) -> tuple[int, Any]:
        """Version and state of the room's kind as the account may see it now. Raises
        UnknownVersion."""
        ...

    async def watching(self, room_id: str, account: str) -> Watching:
        """As of when the account sees what happens there."""
        ...

    async def version_of(self, room_id: str) -> int | None:
        """The version that a room is at; None: no such room."""
        ...

    async def execute(
        self,
        room_id: str,
        identity: Identity,
        command: Any,
        *,
        client: str = "",
        seq: int = 1,
        made: int | None = None,
    ) -> Ended:
        """Runs a command as a member's would run, and returns its end once that is durable."""
        ...


class RoomRecords(Protocol):
    """What is asked of the log directly: listings, sizes, pruning. Every RoomLog is one."""

    @property
    def generation(self) -> str:
        """One unbroken life of the database."""
        ...

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        ...

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account, by id."""
        ...

    async def all_rooms(self, *, limit: int, after: str | None = None) -> list[RoomRow]:
        """Every room, by id."""
        ...

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the room's log and of its snapshots."""
        ...

    async def prune(self, room: str, before: int) -> int:
        """Forgets entries below a version that a snapshot covers; ValueError where none does."""
        ...

    async def check(self) -> None:
        """Fails as the database would. Raises StorageError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a request may touch."""

    settings: Settings
    """With the ports that were really bound."""
    directory: RoomDirectory
    records: RoomRecords
    tokens: Tokens
    authentication: Authentication
    accounts: AccountServices
    role_in: Callable[[str, Identity], Awaitable[Role | None]]
    """The role of an identity in a room, also by the team that owns it; None: not for them."""
    invitations: Invitations
    metrics: Metrics
    clock: Clock
    counts: Callable[[], NodeCounts]
    """How things stand on this node."""
    readiness: Readiness
    operator_key: str = field(repr=False)
    scoring: Scoring
    """What the matchups of leagues come to."""
    hooks: Courier
    """Tells addresses outside what happens in drafts."""
    plays: PlayServices
    """Questions about plays."""
    shared_boards: KeptAnswers = field(default_factory=KeptAnswers)
    """What `showShared` has answered."""
    version: str = "0"
    node: str = ""
    pages: Path = PAGES
    addresses: frozenset[str] | None = None
    """This machine's own names and addresses; asked for at the start when not given."""
    others: Callable[[], Sequence[OtherNode]] = tuple
    """The other nodes that live."""
    demo_game: Callable[[], OpenGame | None] = field(default=lambda: None)
    """The game of the demo; to be asked says that somebody would look."""
    demo_match: Callable[[], OpenGame | None] = field(default=lambda: None)
    """The match of soccer of the demo that is on."""
    demo_league: Callable[[], OpenLeague | None] = field(default=lambda: None)
    """The league that this game is in."""
    demo_meet: DemoMeet | None = None
    """The meet of the demo."""
