"""A draft with its managers and spectators, as a load needs it: it knows whose turn it is from what
its owner is sent, and picks over the connection of whoever that is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from loadtest.arrivals import Arrivals
from loadtest.bench.plan import Plan
from loadtest.http_side import Guest
from loadtest.member import Member
from loadtest.stage import NotLive, Stage
from loadtest.wire import FrameReader
from protocol.codec import JSON
from protocol.server_messages import Entries

POOL = 400
"""Players; the most that a draft of the plan takes is 180."""
CLAIMS_S_MAX = 120.0
SETTLE_S = 0.3


class _Event(msgspec.Struct, frozen=True, gc=False):
    type: str
    seat: int = 0
    phase: str = ""


class _Line(msgspec.Struct, frozen=True, gc=False):
    v: int
    events: list[_Event] = []


_read = msgspec.json.Decoder(_Line)


class DraftRoom:
    """One draft. Invariant: there is a turn that can be answered exactly while it is `ready`."""

    def __init__(
        self, room: str, settings: dict[str, Any], owner: Guest, members: Sequence[Member]
    ) -> None:
        self.id, self.owner = room, owner
        self.places: list[int] = []
        """Of all members among the arrivals."""
        self.sent: dict[int, float] = {}
        """Version of a pick's entry to when the pick was sent."""
        self.faults: list[str] = []
        self.over = False
        self._settings = settings
        self._members = members
        """Managers by seat, from 1 on, the owner first; then the spectators."""
        self._arrivals: Arrivals | None = None
        self._reader = FrameReader()
        self._turn = self._seat = self._picked = 0
        self._asked_at = 0.0
        self._newest = 0

    @property
    def ready(self) -> bool:
        """Whether somebody is on the clock who has not been picked for here."""
        return self._turn > 0

    @property
    def seen_by_all(self) -> bool:
        """Whether the pick that was asked for last has come to everybody."""
        assert self._arrivals is not None, "they listen"
        latest = self._arrivals.latest
        answered = self.ready or self.over
        return answered and all(latest.get(one, 0) >= self._newest for one in self.places)

    def listen(self, arrivals: Arrivals) -> None:
        """From now on members are only read from."""
        self._arrivals = arrivals
        for nth, member in enumerate(self._members):
            member.swarm.release(member)
            hears = None if nth else self._hear
            self.places.append(arrivals.enter(member.connection, hears=hears))

    def start(self) -> None:
        """The owner starts it."""
        self._members[0].submit(self.id, {"type": "draft.start"})

    def start_at(self, at_ms: int) -> None:
        """The owner has it start at this log time."""
        settings = {**self._settings, "start_at": at_ms}
        self._members[0].submit(self.id, {"type": "draft.configure", "settings": settings})

    def pick(self) -> None:
        """Whoever is on the clock takes the next player. Only while `ready`."""
        assert self.ready, "nobody is on the clock"
        command = {"type": "pick.make", "turn": self._turn, "player": f"p{self._picked}"}
        self._picked += 1
        self._turn = 0
        self._asked_at = time.perf_counter()
        self._members[self._seat - 1].submit(self.id, command)

    def forget(self) -> None:
        """Picks so far do not count."""
        self.sent.clear()

    def _hear(self, _at: float, data: bytes) -> None:
        for _, payload in self._reader.feed(data):
            if payload.startswith(b'{"type":"rejected"'):
                self.faults.append(payload.decode())
            if not payload.startswith(b'{"type":"entries"'):
                continue
            message = JSON.decode_server(payload)
            assert isinstance(message, Entries)
            for raw in message.entries:
                self._take(_read.decode(raw))

    def _take(self, line: _Line) -> None:
        self._newest = line.v
        for event in line.events:
            if event.type == "pick.made":
                self.sent[line.v] = self._asked_at
            elif event.type == "turn.opened":
                self._turn, self._seat = line.v, event.seat
            elif event.type == "draft.moved" and event.phase == "ended":
                self.over = True


def settings_of(plan: Plan) -> dict[str, Any]:
    """A snake draft in which anybody may be taken."""
    slots = [{"name": "ANY", "count": plan.draft_rounds}]
    return {"teams": plan.draft_seats, "rounds": plan.draft_rounds, "slots": slots}


def open_draft(
    stage: Stage, plan: Plan, arrivals: Arrivals, *, ports: Sequence[int] = (0,)
) -> DraftRoom:
    """One draft with all its members, on these nodes in turn."""
    (room,) = open_drafts(stage, plan, arrivals, 1, ports=ports)
    return room


def open_drafts(
    stage: Stage,
    plan: Plan,
    arrivals: Arrivals,
    count: int,
    *,
    watchers: int | None = None,
    ports: Sequence[int] = (0,),
) -> list[DraftRoom]:
    """Drafts that wait for their start, every team managed, everybody listening. Raises NotLive."""
    watching = plan.draft_watchers if watchers is None else watchers
    owner = stage.http.guest("Owner")
    guests = stage.http.guests(plan.draft_seats - 1 + watching)
    pool = [[f"p{n}", f"Player {n}", ["WR"], "FA", n + 1] for n in range(POOL)]
    settings = settings_of(plan)
    rooms: list[DraftRoom] = []
    everybody: list[Member] = []
    managers: list[tuple[str, int, Member]] = []
    for number in range(count):
        room = stage.room(owner, f"Draft {number + 1}", kind="draft", settings=settings)
        command = {"command": {"type": "pool.add", "players": pool}}
        stage.http.call("POST", f"/rooms/{room}/commands", command, token=owner.token)
        links = [stage.invitation(room, owner, role) for role in ("editor", "viewer")]
        members: list[Member] = []
        for nth, guest in enumerate([owner, *guests]):
            member = stage.member(guest, port=ports[nth % len(ports)])
            member.join(room, invite=links[nth >= plan.draft_seats] if nth else None)
            members.append(member)
        managers += [(room, n + 1, one) for n, one in enumerate(members[: plan.draft_seats])]
        rooms.append(DraftRoom(room, settings, owner, members))
        everybody += members
    stage.enter(everybody)
    for room, seat, member in managers:
        member.submit(room, {"type": "seat.claim", "seat": seat})
    if not stage.swarm.run(
        lambda: all(one.latencies for *_, one in managers), limit_s=CLAIMS_S_MAX
    ):
        raise NotLive("not every team was claimed")
    stage.swarm.run(lambda: False, limit_s=SETTLE_S)
    for room in rooms:
        room.listen(arrivals)
    return rooms
