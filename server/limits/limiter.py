"""What a request is asked for by the published limits, and how the answer is told.

Knows limits by name and counters by contract; must not know HTTP beyond three headers, nor who
asks. Rules: LM3, LM7, LM14 to LM17, LM19, LM35.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Final

from server.limits.adaptive import LoadFactor
from server.limits.counters import Counters, Tally, Unit, Want
from server.limits.sliding_window import Window, remaining, wait_ms
from server.limits.subjects import address_key, counter_key, mailbox_key
from server.limits.table import Limit, Per

SHARELESS_MS: Final = 60_000
"""When to ask again where the shared store is away and this node has no share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one limit stands for one subject. Seconds are whole and rounded up."""

    name: str
    limit: int
    """That held: shrunk under load, a node's share while Redis is away."""
    window_s: int
    remaining: int
    reset_s: int
    """Until one more than `remaining` is allowed; 0 where nothing was taken."""
    retry_after_s: int
    """Until one is allowed; 0 where one is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer to a request. The numbers are those of the limit that leaves least: where it was
    refused, of the one that has to be waited for longest."""

    allowed: bool
    name: str
    limit: int
    remaining: int
    reset_s: int
    retry_after_s: int
    standings: tuple[Standing, ...]
    """Of every limit that was asked, in the order of the request."""
    units: tuple[Unit, ...] = ()
    """What was counted: nothing where it was refused."""


class Limiter:
    """The limits of a node. Never raises because a store is away."""

    def __init__(
        self,
        limits: Mapping[str, Limit],
        counters: Counters,
        *,
        load: LoadFactor,
        refusals: MutableMapping[str, int],
    ) -> None:
        """`limits` as `table.published` makes them. `refusals` counts them by the limit's name."""
        self.limits = limits
        self._counters = counters
        self._load = load
        self._refusals = refusals

    async def take(self, *wanted: tuple[str, str]) -> Taken:
        """Takes one of every (limit name, subject), or of none of them where one is exhausted.

        The subject is what the limit counts by (`Limit.per`), as it is: addresses and mailboxes are
        grouped here.
        Raises KeyError for a name that is no limit."""
        wants = {want.key: want for want in (self._want(*pair) for pair in wanted)}
        assert len(wants) == len(wanted) > 0, "each limit once for each subject, and at least one"
        tally = await self._counters.take(list(wants.values()))
        standings = self._standings([name for name, _ in wanted], list(wants.values()), tally)
        if tally.allowed:
            tightest = min(standings, key=lambda standing: standing.remaining / standing.limit)
        else:
            tightest = max(standings, key=lambda standing: standing.retry_after_s)
            self._refusals[tightest.name] = self._refusals.get(tightest.name, 0) + 1
        return Taken(
            allowed=tally.allowed,
            name=tightest.name,
            limit=tightest.limit,
            remaining=tightest.remaining,
            reset_s=tightest.reset_s,
            retry_after_s=0 if tally.allowed else max(1, tightest.retry_after_s),
            standings=standings,
            units=tuple(
                Unit(want.key, window.index, want.window_ms, tally.alone)
                for want, window in zip(wants.values(), tally.windows, strict=True)
            )
            if tally.allowed
            else (),
        )

    async def give_back(self, taken: Taken) -> None:
        """What was taken turned out not to count: each unit goes back into its own bucket, and
        nothing of what others took (LM35). To be called once."""
        for unit in taken.units:
            await self._counters.give_back(unit)

    async def look(self, name: str, subject: str) -> Standing:
        """How a limit stands for a subject; nothing is taken."""
        want = self._want(name, subject)
        tally = await self._counters.look(want)
        return self._standings([name], [want], tally)[0]

    async def forget(self, name: str, subject: str) -> None:
        """The subject starts over."""
        await self._counters.forget(self._want(name, subject).key)

    def _want(self, name: str, subject: str) -> Want:
        limit = self.limits[name]
        if limit.per in (Per.ADDRESS, Per.ADDRESS_AND_EMAIL):
            address, space, rest = subject.partition(" ")
            subject = address_key(address) + space + rest
        elif limit.per is Per.MAILBOX:
            subject = mailbox_key(subject)
        allowed = limit.limit if limit.strict else self._load.of(limit.limit)
        return Want(counter_key(name, subject), allowed, limit.window_ms, limit.strict)

    def _standings(self, names: list[str], wants: list[Want], tally: Tally) -> tuple[Standing, ...]:
        return tuple(
            _standing(name, want, window, limit, tally.now_ms)
            for name, want, window, limit in zip(
                names, wants, tally.windows, tally.limits, strict=True
            )
        )


def _standing(name: str, want: Want, window: Window, limit: int, now_ms: int) -> Standing:
    left = remaining(window, now_ms, want.window_ms, limit=limit)
    next_ms = wait_ms(window, now_ms, want.window_ms, taken=limit - left - 1) if limit > left else 0
    if limit == 0:
        # A share of nothing does not come back by waiting, but the store may.
        next_ms = min(want.window_ms, SHARELESS_MS)
    return Standing(
        name=name,
        limit=limit,
        window_s=want.window_ms // 1000,
        remaining=left,
        reset_s=_up(next_ms),
        retry_after_s=0 if left > 0 else _up(next_ms),
    )


def headers(taken: Taken) -> dict[str, str]:
    """`ratelimit-policy` and `ratelimit` with an item for each limit that was asked (structured
    fields of draft-ietf-httpapi-ratelimit-headers), and `retry-after` where it was refused."""
    fields = {
        "ratelimit-policy": ", ".join(
            f'"{one.name}";q={one.limit};w={one.window_s}' for one in taken.standings
        ),
        "ratelimit": ", ".join(
            f'"{one.name}";r={one.remaining};t={one.reset_s}' for one in taken.standings
        ),
    }
    if not taken.allowed:
        fields["retry-after"] = str(taken.retry_after_s)
    return fields


def _up(ms: int) -> int:
    return -(-ms // 1000)
