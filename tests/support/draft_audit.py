"""An independent judge of drafts: reads a log as plain data, and says what is not as it should be.

Shares no code with the rules. Orders are worked out per round from their definition, places by
Hall's theorem, money by adding up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any

Plain = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One entry of the log, public events only."""

    v: int
    at: int
    by: str
    events: Sequence[Plain]


def expected_order(settings: Plain, order: Sequence[int]) -> list[int]:
    """The seat of every cell by the definition of each order."""
    teams: int = settings.get("teams", 10)
    rounds: int = settings.get("rounds", 15)
    sort: str = settings.get("type", "snake")
    turned: int = settings.get("reversal", 0)
    if sort == "auction":
        return []
    if sort == "custom":
        matrix: list[list[int]] = settings.get("matrix", [])
        return [seat for row in matrix for seat in row]
    cells: list[int] = []
    for p in range(teams * rounds):
        r, i = p // teams + 1, p % teams
        backwards = sort == "snake" and (r % 2 == 0) != (0 < turned <= r)
        cells.append(order[teams - 1 - i if backwards else i])
    return cells


def has_places(slots: Sequence[Plain], roster: Sequence[tuple[str, ...]]) -> bool:
    """Hall: whoever is taken together, there are as many places for them as they are."""
    kinds = Counter(roster)
    for some in _subsets(list(kinds)):
        wanted = {position for one in some for position in one}
        open_to = sum(
            slot.get("count", 1)
            for slot in slots
            if not slot.get("positions") or wanted & set(slot["positions"])
        )
        if sum(kinds[one] for one in some) > open_to:
            return False
    return True


def _subsets(values: list[Any]) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(combinations(values, n) for n in range(1, len(values) + 1))


@dataclass
class Judge:
    """The draft as the judge sees it. `faults`: everything that is wrong, in words."""

    settings: Plain
    faults: list[str] = field(default_factory=list[str])
    phase: str = "waiting"
    order: list[int] = field(default_factory=list[int])
    owners: dict[int, int] = field(default_factory=dict[int, int])
    seats: dict[int, list[Any]] = field(default_factory=dict[int, list[Any]])
    pool: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    has: dict[str, int] = field(default_factory=dict[str, int])
    picks: dict[int, Plain] = field(default_factory=dict[int, Plain])
    kept: list[Plain] = field(default_factory=list[Plain])
    skipped: dict[int, str] = field(default_factory=dict[int, str])
    back: list[int] = field(default_factory=list[int])
    turn: Plain | None = None
    bid: tuple[int, int] | None = None
    seen: set[str] = field(default_factory=set[str])
    """Types of events that there were."""
    settled: set[int] = field(default_factory=set[int])
    """Turns that have had their outcome."""

    def __post_init__(self) -> None:
        self.order = list(range(1, self.settings.get("teams", 10) + 1))

    def read(self, log: Sequence[Entry]) -> list[str]:
        """The whole log, entry by entry."""
        for entry in log:
            for event in entry.events:
                self.seen.add(event["type"])
                name = "_" + event["type"].replace(".", "_")
                getattr(self, name, self._ignore)(event, entry)
        return self.faults

    def finish(self) -> list[str]:
        """What must hold of a draft that is over."""
        self._check(self.phase == "ended", "it has not ended")
        cells = expected_order(self.settings, self.order)
        for n in range(1, len(cells) + 1):
            self._check((n in self.picks) != (n in self.skipped), f"cell {n}: no end, or two")
        rosters = Counter(self.has.values())
        for seat in self._numbers():
            self._check(rosters[seat] <= self._room(seat), f"seat {seat}: too many players")
            if self.settings.get("needs", "refuse") == "refuse":
                fits = has_places(self.settings["slots"], self._roster(seat))
                self._check(fits, f"seat {seat}: no legal roster")
            if self._is_auction:
                short = rosters[seat] < self._room(seat)
                could = any(self._would_fit(seat, one) for one in self._free()) if short else False
                self._check(not could, f"seat {seat}: room and players left at the end")
        return self.faults

    # --- events

    def _ignore(self, _event: Plain, _entry: Entry) -> None:
        pass

    def _draft_configured(self, event: Plain, _entry: Entry) -> None:
        self.settings = event["settings"] | {"slots": event["settings"].get("slots") or self.slots}
        self.order = event["order"]
        self.owners = dict(event.get("owners", []))
        expected = expected_order(self.settings, self.order)
        self._check(event["cells"] == expected, "configured: not the order of these settings")

    @property
    def slots(self) -> Sequence[Plain]:
        return self.settings["slots"]

    def _order_changed(self, event: Plain, _entry: Entry) -> None:
        self.order = event["order"]
        self.owners = dict(event.get("owners", []))
        self._check(sorted(self.order) == self._numbers(), "an order without somebody")
        expected = expected_order(self.settings, self.order)
        self._check(event["cells"] == expected, "order changed: not the order of these settings")

    def _pool_added(self, event: Plain, _entry: Entry) -> None:
        self.pool.update({row[0]: row for row in event["players"]})

    def _seat_changed(self, event: Plain, _entry: Entry) -> None:
        self.seats[event["seat"]] = event["team"]

    def _draft_moved(self, event: Plain, _entry: Entry) -> None:
        self.phase = event["phase"]
        if self.phase == "ended":
            self.turn = self.bid = None

    def _turn_opened(self, event: Plain, entry: Entry) -> None:
        self.turn, self.bid = event | {"v": entry.v}, None
        n, seat = event["n"], event["seat"]
        if event["sort"] == "pick":
            cells = expected_order(self.settings, self.order)
            expected = self._owner(n)
            self._check(seat == expected, f"cell {n}: {seat} on the clock instead of {expected}")
            first = [one for one in range(1, len(cells) + 1) if self._is_open(one)]
            regular = [one for one in first if one not in self.back]
            self._check(n == (regular or self.back)[0], f"cell {n}: not the first open one")
        self._check(self.phase != "waiting", f"cell {n}: on the clock before the start")
        deadline = event.get("deadline")
        self._check(deadline is None or deadline > entry.at, f"cell {n}: no time at all")

    def _clock_changed(self, event: Plain, entry: Entry) -> None:
        assert self.turn is not None
        self.turn = {
            **self.turn,
            **{name: event.get(name) for name in ("deadline", "wake", "left")},
            "auto": event.get("auto", False),
        }
        if event["why"] in {"outage", "configured"} and event.get("deadline") is not None:
            least = entry.at + (10_000 if not event.get("auto") else 0)
            self._check(event["deadline"] >= least, f"{event['why']}: less than ten seconds left")

    def _bid_made(self, event: Plain, entry: Entry) -> None:
        assert self.turn is not None
        seat, price = event["seat"], event["price"]
        if self.bid is not None:
            step = 1 if self.bid[0] == seat else self._auction("increment", 1)
            self._check(price >= self.bid[1] + step, f"bid {price} does not beat {self.bid[1]}")
        self._check(price >= self._auction("min_bid", 1), f"bid {price} is below the least")
        self._check(price <= self._most(seat), f"bid {price} of {seat} is over its maximum")
        fits = self._would_fit(seat, self.turn["player"])
        self._check(fits, f"{seat} bids for somebody without a place")
        self.bid = (seat, price)
        self._in_time(entry, event.get("account", ""))

    def _in_time(self, entry: Entry, author: str) -> None:
        turn = self.turn
        if turn is None or not author or turn.get("deadline") is None or turn.get("auto"):
            return
        if turn.get("wake") is None and turn["sort"] != "bid":
            return  # soft
        grace = self.settings.get("clock", {}).get("grace_ms", 2_000)
        late = entry.at > turn["deadline"] + grace
        self._check(not late, f"cell {turn['n']}: {author} was late")

    def _pick_made(self, event: Plain, entry: Entry) -> None:
        n, seat, player, how = event["n"], event["seat"], event["player"], event["how"]
        if player not in self.pool:
            self.faults.append(f"{player} is in no pool")
            return
        self._check(player not in self.has, f"{player} is taken twice")
        self._check(n == 0 or n not in self.picks, f"cell {n} is filled twice")
        if not self._is_auction or how == "keeper":
            self._check(self._would_fit(seat, player), f"cell {n}: {player} has no place")
        if how == "keeper":
            self._come_no_more(n)
            if n:
                self.picks[n] = event
            else:
                self.kept.append(event)
            self.has[player] = seat
            return
        turn = self.turn
        if turn is None:
            self.faults.append(f"cell {n}: a pick without a turn")
            return
        self._check(event["turn"] == turn["v"], f"cell {n}: a pick for another turn")
        self._check(turn["v"] not in self.settled, f"turn {turn['v']} has two outcomes")
        self._check(n == turn["n"], f"cell {n}: not the one on the clock")
        self.settled.add(turn["v"])
        if self._is_auction:
            self._check((seat, event.get("price")) == self.bid, f"sale {n}: not the standing bid")
        else:
            self._check(seat == turn["seat"], f"cell {n}: picked by {seat}")
            if how == "manual":
                self._check(self.phase == "live", f"cell {n}: picked while {self.phase}")
                self._check(entry.by in self.seats[seat][1], f"cell {n}: picked by a stranger")
                self._in_time(entry, entry.by)
        self.picks[n], self.has[player] = event, seat
        self._come_no_more(n)
        self.turn = self.bid = None
        if self._is_auction:
            left = self._left(seat) - self._open_places(seat) * self._auction("min_bid", 1)
            self._check(left >= 0, f"sale {n}: {seat} cannot fill its roster any more")

    def _turn_skipped(self, event: Plain, _entry: Entry) -> None:
        n, seat, reason = event["n"], event["seat"], event["reason"]
        if reason == "roster_full":
            full = sum(one == seat for one in self.has.values()) >= self._room(seat)
            self._check(full, f"cell {n}: skipped with room left")
        if reason == "no_legal_player":
            could = [one for one in self._free() if self._would_fit(seat, one)]
            self._check(not could, f"cell {n}: skipped, {could[:1]} would have been legal")
        self._come_no_more(n)
        if event.get("back"):
            self.back.append(n)
        else:
            self.skipped[n] = reason

    def _come_no_more(self, n: int) -> None:
        if n in self.back:
            self.back.remove(n)

    def _picks_undone(self, event: Plain, _entry: Entry) -> None:
        for n in event["cells"]:
            del self.has[self.picks.pop(n)["player"]]
        for n in event.get("skips", []):
            self.skipped.pop(n, None)
            self._come_no_more(n)

    def _pick_replaced(self, event: Plain, _entry: Entry) -> None:
        pick = self.picks[event["n"]]
        self._check(pick["player"] == event["was"], "another was replaced")
        seat = self.has.pop(event["was"])
        self._check(event["player"] not in self.has, f"{event['player']} is taken twice")
        self._check(self._would_fit(seat, event["player"]), "replaced by one without a place")
        self.has[event["player"]] = seat
        self.picks[event["n"]] = pick | {"player": event["player"]}

    def _trade_made(self, event: Plain, _entry: Entry) -> None:
        for side, to in (("a", event["b"]), ("b", event["a"])):
            for n in event.get(f"{side}_cells", []):
                owner = self._owner(n)
                self._check(owner == event[side], f"cell {n} was not {event[side]}'s to trade")
                self._check(self._is_open(n), f"cell {n} was used")
                self.owners[n] = to
            for player in event.get(f"{side}_players", []):
                self._check(self.has.get(player) == event[side], f"{player} was not to trade")
        for side, to in (("a", event["b"]), ("b", event["a"])):
            for player in event.get(f"{side}_players", []):
                self.has[player] = to

    def _draft_reset(self, _event: Plain, _entry: Entry) -> None:
        self.has, self.picks, self.skipped, self.kept = {}, {}, {}, []
        self.back = []
        self.turn = self.bid = None

    # --- its own arithmetic

    def _check(self, ok: bool, fault: str) -> None:
        if not ok:
            self.faults.append(fault)

    @property
    def _is_auction(self) -> bool:
        return self.settings.get("type") == "auction"

    def _numbers(self) -> list[int]:
        return list(range(1, self.settings.get("teams", 10) + 1))

    def _auction(self, name: str, usual: int) -> int:
        return self.settings.get("auction", {}).get(name, usual)

    def _owner(self, n: int) -> int:
        return self.owners.get(n) or expected_order(self.settings, self.order)[n - 1]

    def _is_open(self, n: int) -> bool:
        return n not in self.picks and n not in self.skipped

    def _room(self, seat: int) -> int:
        most = sum(slot.get("count", 1) for slot in self.settings["slots"])
        team = self.seats.get(seat)
        own = team[4] if team else None
        return most if own is None else min(own, most)

    def _open_places(self, seat: int) -> int:
        return self._room(seat) - sum(one == seat for one in self.has.values())

    def _left(self, seat: int) -> int:
        team = self.seats.get(seat)
        own = team[5] if team else None
        budget = self._auction("budget", 200) if own is None else own
        paid = (one for one in (*self.picks.values(), *self.kept) if one["seat"] == seat)
        return budget - sum(one.get("price") or 0 for one in paid)

    def _most(self, seat: int) -> int:
        others = self._open_places(seat) - 1 + bool(self._auction("reserve_all", 0))
        return self._left(seat) - others * self._auction("min_bid", 1)

    def _roster(self, seat: int) -> list[tuple[str, ...]]:
        return [tuple(self.pool[one][2]) for one, owner in self.has.items() if owner == seat]

    def _free(self) -> Iterator[str]:
        return (one for one in self.pool if one not in self.has)

    def _would_fit(self, seat: int, player: str) -> bool:
        roster, new = self._roster(seat), tuple(self.pool[player][2])
        if len(roster) + 1 > self._room(seat):
            return False
        most = self.settings.get("maxima", {}).get(new[0])
        if most is not None and sum(one[0] == new[0] for one in roster) + 1 > most:
            return False
        if self.settings.get("needs", "refuse") != "refuse":
            return True
        return has_places(self.settings["slots"], [*roster, new])
