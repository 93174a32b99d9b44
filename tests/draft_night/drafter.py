"""A manager at a program: picks when it is its turn, wherever a node lets it in, and notes each
clock that it is shown.

A member as chaos has them, with a draft's model written from the SPEC. What it picks is what its
roster still needs, the best that is free.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from protocol.client_events import ClientEvent, StartedOver
from protocol.draft import Player
from tests.chaos.member import Member
from tests.chaos.recording import AWAY, Recording
from tests.draft_night.rooms import Guest
from tests.draft_night.stale import Clock, Showing, Stretch, clock_of
from tests.support.draft_audit import Plain
from tests.support.draft_model import apply_entry

ROSTER = ("RB", "WR", "RB", "WR", "QB", "TE", "WR", "RB", "WR", "RB", "QB", "TE", "K", "DEF", "WR")
"""What a team wants, one after the other: a legal roster of the NFL's standard slots."""
THINK_S = (0.2, 0.8)
"""From seeing one's turn to the pick."""


def next_best(view: Plain, seat: int, tries: int) -> str:
    """The player for a team, or the one after so many who were refused."""
    pool: dict[str, Sequence[Any]] = view["pool"]
    has = Counter(pool[one][2][0] for one in view["rosters"][str(seat)])
    wanted: list[str] = []
    for position in ROSTER:
        if has[position]:
            has[position] -= 1
        else:
            wanted.append(position)
    taken = {one for players in view["rosters"].values() for one in players}
    rows = [msgspec.convert(one, Player) for one in pool.values() if one[0] not in taken]
    ranked = sorted((one for one in rows if one.positions[0] == wanted[0]), key=_rank)
    return ranked[tries].id


def _rank(player: Player) -> int:
    return player.rank or 0


class Drafter(Member):
    """`seat` is its team. It leaves the cells `idle` to the clock, and is picked for, as it asks,
    in the rounds `auto`."""

    def __init__(
        self, *told: Any, seat: int, idle: Collection[int], auto: Collection[int], **named: Any
    ) -> None:
        super().__init__(*told, **named)
        self.seat, self._idle, self._auto = seat, idle, auto
        self.shown: list[Showing] = []
        self.refusals: list[str] = []
        self._thinks: tuple[int, float] = (0, 0.0)
        self._tries: Counter[int] = Counter()

    @property
    def view(self) -> Plain:
        """The draft, as it was told."""
        return self._view

    @property
    def away(self) -> list[Stretch]:
        """When it had no connection, and knew."""
        stays = [*self.recording.stays]
        ends = [one.since for one in stays[1:]] + [time.time()]
        return [
            Stretch(one.since, end)
            for one, end in zip(stays, ends, strict=True)
            if one.node == AWAY
        ]

    def _compose(self) -> None:
        view = self._view
        turn: Plain | None = view.get("turn")
        if not (self.playing and self.live and turn) or self.unanswered:
            return
        command = self._toggle(view, turn) or self._pick(view, turn)
        if command is not None:
            self.recording.marks[self.session.submit(self.recording.room, command)] = ""

    def _toggle(self, view: Plain, turn: Plain) -> Plain | None:
        """Picked for from the beginning of some rounds on, and not any more after them."""
        teams = view["settings"].get("teams", 10)
        on = (turn["n"] - 1) // teams + 1 in self._auto
        is_on = view["seats"][str(self.seat)][3]
        return None if on == is_on else {"type": "auto.set", "on": on}

    def _pick(self, view: Plain, turn: Plain) -> Plain | None:
        version, now = turn["version"], time.monotonic()
        if turn["seat"] != self.seat or view["phase"] != "live" or turn.get("auto"):
            return None
        if turn["n"] in self._idle:
            return None
        if self._thinks[0] != version:
            self._thinks = (version, now + self._draw.uniform(*THINK_S))
        if now < self._thinks[1]:
            return None
        player = next_best(view, self.seat, self._tries[version])
        self._tries[version] += 1
        return {"type": "pick.make", "turn": version, "player": player}

    def _follow(self, entry: dict[str, Any]) -> None:
        apply_entry(self._view, entry)
        self._note()

    def _told(self, event: ClientEvent, tasks: Any) -> None:
        super()._told(event, tasks)
        if isinstance(event, StartedOver):
            self._note()

    def _note(self) -> None:
        clock = clock_of(self._view)
        if not self.shown or self.shown[-1].clock != clock:
            self.shown.append(Showing(time.time(), clock))


def drafter_at(
    ports: Sequence[int],
    room: str,
    who: Guest,
    invite: str,
    *,
    seat: int,
    draw: random.Random,
    idle: Collection[int] = (),
    auto: Collection[int] = (),
) -> Drafter:
    """One who does not play yet, and prefers the node of its seat's number."""
    return Drafter(
        Recording(f"night-{draw.getrandbits(64):016x}", who.account, room),
        kind="draft",
        token=who.token,
        invite=invite,
        ports=ports,
        home=seat % len(ports),
        shared="",
        draw=random.Random(draw.getrandbits(64)),
        seat=seat,
        idle=idle,
        auto=auto,
    )


def seen(showings: Sequence[Sequence[Any]]) -> list[Showing]:
    """What a page has noted: rows of ms, turn, deadline and phase."""
    return [
        Showing(ms / 1000, Clock(turn, deadline, phase)) for ms, turn, deadline, phase in showings
    ]
