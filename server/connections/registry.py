"""All connections of this node: who may open one more, who is replaced, who is closed, and
draining.

Owns no socket and no task; the sweeper gives it the time. SPEC: HS13, HS15, S15, C2, C9, C10, C17,
C20, AX3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from protocol.codes import CloseCode
from protocol.server_messages import Notice
from protocol.server_session import Close, token_expired
from server.accounts.access import Access, Ended
from server.config import Settings
from server.connections.endings import blocked, ending
from server.connections.handshake import Refusal, node_full, too_many
from server.connections.rate_limit import BucketTable
from server.identity import Identity
from server.metrics import NodeCounts

if TYPE_CHECKING:
    from server.connections.connection import Connection

UNOPENED_MAX: Final = 2_000
"""Sockets whose request has not come, beyond those of `connections_max`: a wave of reconnecting
clients fits, a flood of silent ones does not."""

AHEAD_S: Final = 2.0
"""What a client has to be at another node before it is closed at this one."""


class Registry:
    """Invariant: a connection is in `opened` from its handshake to its end, under its address, and
    from hello on under its account and client id."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sockets: dict[Connection, None] = {}
        """Every socket, in the order of arrival."""
        self.opened: dict[Connection, None] = {}
        """Those whose handshake succeeded."""
        self.draining = False
        self.failed_joins = BucketTable(
            settings.failed_joins_per_min / 60, max(1.0, settings.failed_joins_per_min)
        )
        self._by_address: Counter[str] = Counter()
        self._by_account: dict[str, dict[Connection, None]] = {}
        self._by_client: dict[tuple[str, str], Connection] = {}
        self._by_session: dict[str, dict[Connection, None]] = {}
        self._by_key: dict[str, dict[Connection, None]] = {}

    def counts(self) -> NodeCounts:
        """How many connections there are, by the state of their outbox."""
        lagging = sum(1 for connection in self.opened if connection.paused)
        count = len(self.opened)
        return NodeCounts(connections=count, lagging=lagging, in_sync=count - lagging)

    # --- arriving ---------------------------------------------------------------------------------

    def arrived(self, connection: Connection) -> bool:
        """A socket is there. False: there are too many that have said nothing; drop it."""
        if len(self.sockets) >= self._settings.connections_max + UNOPENED_MAX:
            return False
        self.sockets[connection] = None
        return True

    def refuse(self, address: str, account: str | None) -> Refusal | None:
        """Whether one more from here is too many (S15)."""
        if self.draining or len(self.opened) >= self._settings.connections_max:
            return node_full()
        if self._by_address[address] >= self._settings.connections_per_address_max:
            return too_many()
        if account is not None and self._is_full(account):
            return too_many()
        return None

    def open(self, connection: Connection) -> None:
        """The handshake has succeeded."""
        self.opened[connection] = None
        self._by_address[connection.address] += 1

    def enter(self, connection: Connection) -> bool:
        """Hello has named account and client. An older connection of the same client id is replaced
        (C17); False: the account has its share of connections."""
        account = connection.identity.account
        key = (account, connection.client)
        older = self._by_client.get(key)
        if older is not None:
            older.close(CloseCode.REPLACED, "replaced")
        elif self._is_full(account):
            return False
        self._by_client[key] = connection
        self._by_account.setdefault(account, {})[connection] = None
        self._index(connection, connection.identity)
        return True

    def renewed(self, connection: Connection, identity: Identity) -> None:
        """The connection is about to speak for this identity, of the same account."""
        self._drop_index(connection, connection.identity)
        self._index(connection, identity)

    def _index(self, connection: Connection, identity: Identity) -> None:
        if identity.session:
            self._by_session.setdefault(identity.session, {})[connection] = None
        if identity.grant is not None:
            self._by_key.setdefault(identity.grant.key, {})[connection] = None

    def _drop_index(self, connection: Connection, identity: Identity) -> None:
        _take_out(self._by_session, identity.session, connection)
        if identity.grant is not None:
            _take_out(self._by_key, identity.grant.key, connection)

    def _is_full(self, account: str) -> bool:
        return len(self._by_account.get(account, ())) >= self._settings.connections_per_account_max

    # --- leaving ----------------------------------------------------------------------------------

    def left(self, connection: Connection) -> None:
        """The connection speaks no more: it counts for nobody. Idempotent."""
        if connection not in self.opened:
            return
        del self.opened[connection]
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]
        if not connection.welcomed:
            return
        account = connection.identity.account
        _take_out(self._by_account, account, connection)
        self._drop_index(connection, connection.identity)
        if self._by_client.get((account, connection.client)) is connection:
            del self._by_client[account, connection.client]

    def gone(self, connection: Connection) -> None:
        """The socket is closed."""
        self.left(connection)
        self.sockets.pop(connection, None)

    # --- ends that come from our side -------------------------------------------------------------

    def close_session(self, session: str) -> int:
        """Closes every connection of a session that has ended (3000). Returns how many."""
        return self._revoke(self._by_session.get(session, ()), token_expired())

    def close_key(self, key: str) -> int:
        """Closes every connection of an API key that was revoked (3000). Returns how many."""
        return self._revoke(self._by_key.get(key, ()), token_expired())

    def close_account(self, account: str, *, guests_only: bool = False) -> int:
        """Closes every connection of an account that was closed (3000), or those that its tokens
        as a guest vouched for. Returns how many."""
        found = self._by_account.get(account, ())
        if guests_only:
            found = [one for one in found if one.identity.kind == "guest"]
        return self._revoke(found, token_expired())

    def close_blocked(self, access: Access) -> int:
        """Closes whoever is blocked now, by account or address (3003) or key (3000). Returns how
        many."""
        closed = 0
        for connection in list(self.opened):
            ended = ending(access, connection.identity) if connection.welcomed else None
            if access.address_blocked(connection.address):
                ended = blocked()
            if ended is not None:
                connection.revoke(ended)
                closed += 1
        return closed

    def follow(self, access: Access) -> None:
        """From now on closes what stands on something that has ended, in the same turn of the
        loop."""

        def close(ended: Ended) -> None:
            match ended.kind:
                case "session":
                    self.close_session(ended.subject)
                case "account":
                    self.close_account(ended.subject)
                case "guest":
                    self.close_account(ended.subject, guests_only=True)
                case "key":
                    self.close_key(ended.subject)
                case "blocks":
                    self.close_blocked(access)

        access.listen(close)

    @staticmethod
    def _revoke(found: Iterable[Connection], verdict: Close) -> int:
        connections = list(found)
        for connection in connections:
            connection.revoke(verdict)
        return len(connections)

    def close_all(self, code: CloseCode, reason: str) -> None:
        """Closes everything at once (C20: the node is cut off; or a second SIGTERM)."""
        self._close(list(self.sockets), code, reason)

    def drain(
        self,
        now: float,
        now_ms: int,
        window_s: float,
        where: Callable[[Connection], str | None] = lambda _: None,
    ) -> None:
        """Tells every client when and where to reconnect, its slots spread over the window; the
        sweeper closes each with 1012 in its slot (C2). Who is told where has AHEAD_S more, to be
        there before it is closed here. New connections are refused from here on."""
        self.draining = True
        self._close(
            [one for one in self.sockets if one not in self.opened], CloseCode.RESTART, "restart"
        )
        live = list(self.opened)
        for index, connection in enumerate(live):
            address = where(connection)
            wait_s = window_s * index / len(live) + (AHEAD_S if address else 0.0)
            notice = Notice("restarting", when=now_ms + int(wait_s * 1000), where=address)
            connection.drain(notice, now + wait_s)

    @staticmethod
    def _close(connections: Iterable[Connection], code: CloseCode, reason: str) -> None:
        for connection in connections:
            connection.close(code, reason)


def _take_out(index: dict[str, dict[Connection, None]], key: str, connection: Connection) -> None:
    """Takes a connection out of an index, and an entry that is empty with it."""
    found = index.get(key)
    if found is not None:
        found.pop(connection, None)
        if not found:
            del index[key]
