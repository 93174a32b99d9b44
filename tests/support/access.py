"""What Access reads, kept in lists that a test fills: changes, blocks and keys of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.accounts.access import Access, longest_token_ms
from server.accounts.live_keys import LiveKey, NewKey, new_key
from server.clock import Clock
from server.config import Settings
from server.metrics import Metrics
from server.readiness import Readiness


@dataclass(frozen=True)
class Row:
    """An access change, as storage gives it."""

    number: int
    kind: str
    subject: str
    detail: str
    at: int


@dataclass(frozen=True)
class BlockRow:
    """A block, as storage gives it."""

    kind: str
    value: str
    ends_at: int | None = None
    id: str = "b_1"
    reason: str = "spam"


@dataclass
class Kept:
    """The tables. While `fault` is set, every question raises it."""

    rows: list[Row] = field(default_factory=list[Row])
    blocks: list[BlockRow] = field(default_factory=list[BlockRow])
    keys: dict[str, LiveKey] = field(default_factory=dict[str, LiveKey])
    uses: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    asked: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    gone: list[str] = field(default_factory=list[str])
    """Accounts of issuers that were closed."""
    fault: Exception | None = None

    def _may_fail(self) -> None:
        if self.fault is not None:
            raise self.fault

    def add(self, kind: str, subject: str, at: int, detail: str = "", number: int = 0) -> Row:
        """Another node has changed something."""
        row = Row(number or len(self.rows) + 1, kind, subject, detail, at)
        self.rows.append(row)
        return row

    async def since(self, number: int, at_least: int) -> Sequence[Row]:
        self._may_fail()
        self.asked.append((number, at_least))
        return [row for row in self.rows if row.number > number or row.at >= at_least]

    async def closed_for_good(self) -> Sequence[str]:
        self._may_fail()
        return self.gone

    async def active(self, at: int) -> Sequence[BlockRow]:
        self._may_fail()
        return [one for one in self.blocks if one.ends_at is None or one.ends_at > at]

    async def all_live(self) -> Sequence[LiveKey]:
        self._may_fail()
        return list(self.keys.values())

    async def live(self, id_: str) -> LiveKey | None:
        self._may_fail()
        return self.keys.get(id_)

    async def used(self, at: Mapping[str, int]) -> None:
        self._may_fail()
        self.uses.append(dict(at))


def access_over(
    kept: Kept, clock: Clock, metrics: Metrics, settings: Settings | None = None
) -> Access:
    """Access that reads these tables, when it is told to."""
    chosen = settings or Settings()
    return Access(
        changes=kept,
        blocks=kept,
        keys=kept,
        clock=clock,
        metrics=metrics,
        readiness=Readiness(),
        life_ms=longest_token_ms(chosen),
        poll_s=chosen.access_poll_s,
    )


def key_of(account: str, *scopes: str, drawn: NewKey | None = None, **more: object) -> LiveKey:
    """A live key of the account."""
    made = drawn or new_key()
    fields: dict[str, object] = {
        "id": made.id,
        "account": account,
        "account_name": "Ann",
        "digest": made.digest,
        "scopes": frozenset(scopes),
        **more,
    }
    return LiveKey(**fields)  # pyright: ignore[reportArgumentType] - names vary
