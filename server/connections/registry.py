"""All connections of this node: who may open one more, who is replaced, who is closed, and
draining.

Owns no socket and no task; the sweeper gives it the time. SPEC: HS13, HS15, S15, C2, C17, C20.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from protocol.codes import CloseCode
from protocol.server_messages import Notice
from server.config import Settings
from server.connections.handshake import Refusal, node_full, too_many
from server.connections.rate_limit import BucketTable
from server.metrics import NodeCounts

if TYPE_CHECKING:
    from server.connections.connection import Connection

UNOPENED_MAX: Final = 2_000
"""Sockets whose request has not come, beyond those of `connections_max`: a wave of reconnecting
clients fits, a flood of silent ones does not."""


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
        return True

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
        of_account = self._by_account.get(account, {})
        of_account.pop(connection, None)
        if not of_account:
            self._by_account.pop(account, None)
        if self._by_client.get((account, connection.client)) is connection:
            del self._by_client[account, connection.client]

    def gone(self, connection: Connection) -> None:
        """The socket is closed."""
        self.left(connection)
        self.sockets.pop(connection, None)

    # --- ends that come from our side -------------------------------------------------------------

    def close_account(self, account: str, code: CloseCode, reason: str) -> int:
        """Closes every connection of an account (logged out: 3000; banned: 3003). Returns how
        many."""
        found = list(self._by_account.get(account, ()))
        for connection in found:
            connection.close(code, reason)
        return len(found)

    def close_all(self, code: CloseCode, reason: str) -> None:
        """Closes everything at once (C20: the node is cut off; or a second SIGTERM)."""
        self._close(list(self.sockets), code, reason)

    def drain(self, now: float, now_ms: int, window_s: float, where: str | None = None) -> None:
        """Tells every client when and where to reconnect, its slots spread over the window; the
        sweeper closes each with 1012 in its slot (C2). New connections are refused from here on."""
        self.draining = True
        self._close(
            [one for one in self.sockets if one not in self.opened], CloseCode.RESTART, "restart"
        )
        live = list(self.opened)
        for index, connection in enumerate(live):
            wait_s = window_s * index / len(live)
            notice = Notice("restarting", when=now_ms + int(wait_s * 1000), where=where)
            connection.drain(notice, now + wait_s)

    @staticmethod
    def _close(connections: Iterable[Connection], code: CloseCode, reason: str) -> None:
        for connection in connections:
            connection.close(code, reason)
