"""Who a connection speaks for: hello, and the tokens that come after it.

Decides by what authentication says, by the registry's limits and by what the connection was before.
Must not know what a token looks like, nor rooms. SPEC: HS5, HS9 to HS13, C9, C10, AX2, AX4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol.client_messages import PROTOCOL_VERSION, Hello
from protocol.codes import CloseCode
from protocol.server_messages import Welcome
from protocol.server_session import Close, token_expired
from server.audit import Origin
from server.connections.authentication import BLOCKED, INVALID, Refused
from server.connections.endings import blocked
from server.connections.surroundings import Surroundings
from server.identity import Identity

if TYPE_CHECKING:
    from server.connections.connection import Connection


def say_hello(connection: Connection, around: Surroundings, message: Hello, now: float) -> None:
    """Welcomes the peer and joins it to the rooms that it names, or ends the connection."""
    session = connection.session
    verdict = session.hello(message, now)
    if verdict is not None:
        connection.obey(verdict)
        return
    identity = _identify(connection, around, message.token, "hello")
    if not isinstance(identity, Identity):
        connection.obey(_refusal(identity))
        return
    connection.identity, connection.client = identity, message.client
    if not around.registry.enter(connection):
        connection.close(CloseCode.FLOOD, "too many connections")
        return
    connection.welcomed = True
    around.witness.came(identity, Origin(connection.address))
    now_ms = around.clock.now_ms()
    session.welcomed(now + (identity.expires_ms - now_ms) / 1000)
    connection.message_limit_rose()
    connection.say(
        Welcome(
            protocol=PROTOCOL_VERSION,
            node=around.node,
            account=identity.account,
            name=identity.name,
            server_now=now_ms,
            expires=identity.expires_ms,
            limits=around.welcome_limits,
        )
    )
    for room in message.rooms:
        verdict = session.begin_join(room.room, None, now)
        if verdict is None:
            connection.join(room, None)
        else:
            connection.obey(verdict)


def renew(connection: Connection, around: Surroundings, token: str, now: float) -> None:
    """A fresh token for the connection: of the same account, and by the same key if by a key."""
    identity = _identify(connection, around, token, "auth") if token else INVALID
    if not isinstance(identity, Identity):
        connection.obey(_refusal(identity))
        return
    before = connection.identity
    if _key_of(before) != _key_of(identity):
        # what its rooms let it do was settled when it joined them
        connection.obey(token_expired())
        return
    around.registry.renewed(connection, identity)
    connection.identity = identity
    now_ms = around.clock.now_ms()
    connection.session.expires = now + (identity.expires_ms - now_ms) / 1000


def _identify(
    connection: Connection, around: Surroundings, token: str, where: str
) -> Identity | Refused:
    """Whom the token speaks for, or the request's own token where hello brings none; never two
    different accounts on one connection."""
    known = connection.identity
    if not token:
        return around.authentication.standing(known, where) if known.account else INVALID
    found = around.authentication.judge(token, where)
    if isinstance(found, Identity) and known.account not in {"", found.account}:
        return INVALID
    return found


def _refusal(refused: Refused) -> Close:
    return blocked() if refused == BLOCKED else token_expired()


def _key_of(identity: Identity) -> str | None:
    return None if identity.grant is None else identity.grant.key
