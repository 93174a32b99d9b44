"""What every connection of a node shares: settings, the time, the rooms, and ways to be called
again.

Composition only; decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Raw

from protocol.client_messages import PresenceUpdate, Submit
from protocol.identifiers import Position
from protocol.server_messages import Limits
from protocol.server_session import SessionLimits
from server.audit import Origin
from server.clock import Clock
from server.config import Settings
from server.connections.authentication import Authentication
from server.connections.handshake import HandshakeRules
from server.hosts import allowed_hosts, allowed_origins, own_addresses, trusted_proxies
from server.identity import Identity
from server.invitations import Invitations
from server.logs import Logger
from server.metrics import Metrics
from server.rooms.follower import Follower
from server.rooms.recipient import Recipient

if TYPE_CHECKING:
    from server.connections.registry import Registry


class Place(Protocol):
    """A connection's place in a room: a follower, or one behind what a key allows."""

    @property
    def room_id(self) -> str:
        """The room followed."""
        ...

    @property
    def pending(self) -> int:
        """Commands of this connection that the room has not answered."""
        ...

    def submit(self, message: Submit) -> None:
        """Hands a command over; it is answered exactly once."""
        ...

    def presence(self, message: PresenceUpdate) -> None:
        """Hands a passing value over. Raises MalformedMessage."""
        ...

    def leave(self) -> None:
        """Stops following; commands under way go on. Idempotent."""
        ...

    def revoke(self) -> None:
        """Stops following; commands that are not decided yet will not be executed. Idempotent."""
        ...

    def lag(self) -> None:
        """The transport owes too much."""
        ...

    def catch_up(self) -> None:
        """The transport has drained."""
        ...


class Witness(Protocol):
    """Who is told of what is recorded."""

    def came(self, identity: Identity, origin: Origin) -> None:
        """Hello was good."""
        ...

    def closed(self, account: str, address: str, code: int, reason: str) -> None:
        """We closed a connection; its account is empty before hello."""
        ...


class NoWitness:
    """Records nothing: for what has no audit trail."""

    def came(self, identity: Identity, origin: Origin) -> None:
        """Nothing."""

    def closed(self, account: str, address: str, code: int, reason: str) -> None:
        """Nothing."""


NO_WITNESS: Final = NoWitness()


class Rooms(Protocol):
    """What a connection asks of the directory of rooms."""

    async def join(
        self,
        recipient: Recipient,
        room_id: str,
        *,
        position: Position | None = None,
        invitation: str | None = None,
        ref: int | None = None,
        wanted: Raw | None = None,
    ) -> Follower | None:
        """Lets the recipient follow a room. None: no such room, or not for this account. Raises
        MalformedMessage where what is wanted of it is no filter of its kind."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every connection of a node shares."""

    settings: Settings
    limits: SessionLimits
    welcome_limits: Limits
    rules: HandshakeRules
    node: str
    clock: Clock
    metrics: Metrics
    registry: Registry
    authentication: Authentication
    invitations: Invitations
    rooms: Rooms
    logger: Logger
    draw_incident: Callable[[], str]
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    """Runs something that waits, in the listener's task group."""
    call_later: Callable[[float, Callable[[], None]], object]
    witness: Witness = NO_WITNESS


def session_limits(settings: Settings) -> SessionLimits:
    """The limits of one connection, out of the settings."""
    return SessionLimits(
        hello_s=settings.hello_s,
        hello_bytes_max=settings.hello_bytes_max,
        message_bytes_max=settings.message_bytes_max,
        heartbeat_s=settings.heartbeat_s,
        bad_messages_max=settings.bad_messages_max,
        rooms_max=settings.rooms_per_connection_max,
        flood_bytes_per_s=settings.flood_bytes_per_s,
        command_rate_per_s=settings.command_rate_per_s,
        command_burst=settings.command_burst,
        in_flight_max=settings.in_flight_max,
        join_rate_per_min=settings.join_rate_per_min,
        presence_rate_per_s=settings.presence_rate_per_s,
        presence_held_max=settings.rooms_per_connection_max,
    )


def told_limits(settings: Settings) -> Limits:
    """What `welcome` tells of them."""
    return Limits(
        rate_per_s=settings.command_rate_per_s,
        burst=settings.command_burst,
        in_flight_max=settings.in_flight_max,
        message_bytes_max=settings.message_bytes_max,
        presence_rate_per_s=settings.presence_rate_per_s,
        presence_bytes_max=settings.presence_bytes_max,
        heartbeat_s=settings.heartbeat_s,
    )


def handshake_rules(
    settings: Settings,
    authentication: Authentication,
    addresses: Iterable[str] | None = None,
) -> HandshakeRules:
    """What requests are held against. `addresses` are this machine's own; looked up when not
    given."""
    own = own_addresses() if addresses is None else frozenset(addresses)
    return HandshakeRules(
        hosts=allowed_hosts(settings, own),
        origins=allowed_origins(settings, own),
        proxies=trusted_proxies(settings),
        line_bytes_max=settings.head_bytes_max,
        headers_max=settings.headers_max,
        handshake_s=settings.handshake_s,
        identify=authentication.identify,
        redeem=authentication.redeem,
        address_blocked=authentication.access.address_blocked,
    )
