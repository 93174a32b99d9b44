"""When a turn's time is over. A deadline is a fact in the event that opened the turn, or changed
its clock; here it is worked out. Pure: zones are asked of server/zones.py, times are given.

`deadline` is what everybody is shown. What was received until `grace_ms` after it counts. The rules
act (`wake`) a little later still, so that nothing that came in time is overtaken on its way from
another node. SPEC: DR20 to DR28.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from protocol.draft import DraftSettings, Seat, Turn, TurnSort
from protocol.draft_events import ClockChanged, TurnOpened
from server.rules.draft.orders import round_of
from server.rules.draft.quiet import active_between, add_active
from server.rules.draft.state import Draft
from server.zones import offset_ms

MARGIN_MS = 2_000
"""After the grace: an append that takes longer, or a node that was silent longer, is an outage (1.5
s), and clocks of nodes differ (0.5 s)."""
LATE_MS = 3_000
"""A wake-up that comes so late means that nobody was there to give it."""
LEAST_MS = 10_000
"""What an outage, or a change of the running clock, leaves at least."""


class Times(NamedTuple):
    """A running clock."""

    deadline: int | None
    wake: int | None
    base: int | None
    auto: bool = False


STOPPED = Times(None, None, None)


def _add(settings: DraftSettings, at: int, ms: int) -> int:
    return add_active(at, ms, settings.clock.quiet, partial(offset_ms, settings.clock.zone))


def _between(settings: DraftSettings, start: int, end: int) -> int:
    return active_between(start, end, settings.clock.quiet, partial(offset_ms, settings.clock.zone))


def limit_ms(settings: DraftSettings, sort: TurnSort, n: int) -> int | None:
    """How long a turn may take, the bank aside; None: as long as it likes (DR20)."""
    clock = settings.clock
    if sort == "bid":
        seconds = clock.bid_s
    elif sort == "nominate":
        seconds = clock.nominate_s
    else:
        seconds = clock.pick_s
        round_ = round_of(settings, n)
        begun = [one for one in clock.rounds if one.from_round <= round_]
        if begun:
            seconds = max(begun, key=lambda one: one.from_round).pick_s
    return None if seconds is None else seconds * 1000


def bank_left(settings: DraftSettings, team: Seat) -> int:
    """What is left of a team's bank, ms."""
    bank_s = settings.clock.bank_s
    return 0 if bank_s is None else max(0, bank_s * 1000 - team.bank_ms)


def whole_ms(state: Draft, sort: TurnSort, n: int, seat: int) -> int | None:
    """All the time that a turn has at its beginning, the bank included; None: no limit."""
    ms = limit_ms(state.settings, sort, n)
    if ms is not None and sort == "pick":
        ms += bank_left(state.settings, state.seats[seat])
    return ms


def acts_at(settings: DraftSettings, sort: TurnSort, deadline: int) -> int | None:
    """When the rules act on a deadline; None: never (soft timer). Sales are never soft."""
    if sort != "bid" and settings.clock.at_zero == "nothing":
        return None
    return deadline + settings.clock.grace_ms + MARGIN_MS


def times_from(state: Draft, sort: TurnSort, n: int, seat: int, at: int) -> Times:
    """A fresh clock that starts at `at`."""
    settings = state.settings
    if sort != "bid" and state.is_auto(seat):
        zero = at + settings.clock.auto_ms
        return Times(zero, zero, None, auto=True)
    ms = limit_ms(settings, sort, n)
    if ms is None:
        return STOPPED
    bank = bank_left(settings, state.seats[seat]) if sort == "pick" else 0
    return running(settings, sort, at, ms, bank)


def running(settings: DraftSettings, sort: TurnSort, at: int, ms: int, bank: int) -> Times:
    """A clock with `ms` left from `at` on, and a bank behind it."""
    base = _add(settings, at, ms)
    deadline = _add(settings, base, bank) if bank else base
    return Times(deadline, acts_at(settings, sort, deadline), base if bank else None)


def opened(
    state: Draft,
    sort: TurnSort,
    n: int,
    seat: int,
    at: int,
    *,
    nomination: int = 0,
    player: str = "",
) -> TurnOpened:
    """The event that puts a seat on the clock; of a paused draft with its whole time left."""
    if state.phase == "paused":
        ms = whole_ms(state, sort, n, seat)
        return TurnOpened(sort, n, seat, at, left=ms, nomination=nomination, player=player)
    times = times_from(state, sort, n, seat, at)
    return TurnOpened(
        sort,
        n,
        seat,
        at,
        times.deadline,
        times.wake,
        times.base,
        auto=times.auto,
        nomination=nomination,
        player=player,
    )


def in_time(state: Draft, turn: Turn, now: int) -> bool:
    """Whether what was received at `now` counts (DR21)."""
    if turn.deadline is None or (turn.wake is None and turn.sort != "bid"):
        return True
    return turn.auto or now <= turn.deadline + state.settings.clock.grace_ms


def bank_used(state: Draft, turn: Turn, at: int) -> int:
    """What of its bank a seat has used in this turn by `at` (DR23)."""
    if turn.base is None or turn.deadline is None:
        return 0
    used = _between(state.settings, turn.base, min(at, turn.deadline))
    return min(used, bank_left(state.settings, state.seats[turn.seat]))


def changed(times: Times, why: str) -> ClockChanged:
    """The event that gives the running turn other times."""
    return ClockChanged(why, times.deadline, times.wake, times.base, auto=times.auto)


def paused(state: Draft, turn: Turn, at: int) -> ClockChanged:
    """The clock stops; what the bank has given is gone."""
    if turn.deadline is None:
        return ClockChanged("paused", left=turn.left)
    if turn.auto:
        return ClockChanged("paused", left=whole_ms(state, turn.sort, turn.n, turn.seat))
    left = _between(state.settings, at, turn.deadline)
    return ClockChanged("paused", left=left, bank_ms=bank_used(state, turn, at))


def resumed(state: Draft, turn: Turn, at: int, *, reset: bool) -> ClockChanged:
    """The clock goes on with what was left, or from the start (DR25)."""
    if reset or turn.left is None or (turn.sort != "bid" and state.is_auto(turn.seat)):
        return changed(times_from(state, turn.sort, turn.n, turn.seat, at), "resumed")
    settings = state.settings
    bank = 0
    if turn.sort == "pick":
        bank = min(turn.left, bank_left(settings, state.seats[turn.seat]))
    return changed(running(settings, turn.sort, at, turn.left - bank, bank), "resumed")


def recounted(state: Draft, turn: Turn, at: int, why: str) -> ClockChanged:
    """The clock as it would be by the settings of now, counted from when the turn opened; at least
    LEAST_MS are left (DR26)."""
    if state.phase == "paused":
        return ClockChanged(why, left=whole_ms(state, turn.sort, turn.n, turn.seat))
    if turn.sort != "bid" and state.is_auto(turn.seat):
        return changed(times_from(state, turn.sort, turn.n, turn.seat, at), why)
    times = times_from(state, turn.sort, turn.n, turn.seat, turn.opened)
    if times.deadline is None or times.deadline >= at + LEAST_MS:
        return changed(times, why)
    return changed(running(state.settings, turn.sort, at, LEAST_MS, 0), why)


def extended(state: Draft, turn: Turn, at: int, ms: int) -> ClockChanged | None:
    """More time for a turn; None: it has no clock that could be longer."""
    if turn.left is not None:
        return ClockChanged("extended", left=turn.left + ms)
    if turn.deadline is None or turn.auto:
        return None
    settings = state.settings
    base = None if turn.base is None else _add(settings, turn.base, ms)
    deadline = _add(settings, max(turn.deadline, at), ms)
    return changed(Times(deadline, acts_at(settings, turn.sort, deadline), base), "extended")


def after_bid(state: Draft, turn: Turn, at: int) -> ClockChanged | None:
    """A bid leaves at least `bid_reset_s`; None: more is left anyway (DR35)."""
    if turn.deadline is None:
        return None
    settings = state.settings
    deadline = _add(settings, at, settings.clock.bid_reset_s * 1000)
    if deadline <= turn.deadline:
        return None
    return changed(Times(deadline, acts_at(settings, "bid", deadline), None), "bid")


def after_outage(state: Draft, turn: Turn, began: int, ended: int) -> ClockChanged | None:
    """The turn's time as it was when an outage began, counted from its end, and at least LEAST_MS
    (DR27). None: its clock does not run, or was over long before."""
    if turn.deadline is None or turn.auto:
        return None
    settings = state.settings
    left = max(_between(settings, began, turn.deadline), LEAST_MS)
    bank = 0
    if turn.base is not None:
        bank = min(left, _between(settings, max(began, turn.base), turn.deadline))
    times = running(settings, turn.sort, ended, left - bank, bank)
    used = 0
    if turn.base is not None and began > turn.base:
        used = bank_used(state, turn, began)
    return ClockChanged("outage", times.deadline, times.wake, times.base, bank_ms=used)
