"""A feed, who reports into it, and everybody who follows it: they come in waves, and are read from
without being understood once they are in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from loadtest.arrivals import Arrivals
from loadtest.bench.fan_out import QUIET_S, SETTLE_S_MAX
from loadtest.games import TimedPlay, report
from loadtest.member import Member
from loadtest.pump import BUFFER_BYTES, Meter, Pump
from loadtest.saying import Sayer
from loadtest.stage import WAVE, NotLive, Stage
from protocol.client_messages import Join, Leave
from protocol.codec import JSON

ROUNDS_BETWEEN = 8
"""Looks at the receivers between two at those who are coming."""


class Round(NamedTuple):
    """One game, as it was reported."""

    sent: dict[int, float]
    """Version to when its report was sent."""
    cpu_s: float
    """Processor time of the server."""
    received: int
    """Bytes that came to all followers together."""
    load_share: float
    """How much of its core the load used."""

    @property
    def cpu_ms(self) -> float:
        """Of each play, milliseconds."""
        return 1_000 * self.cpu_s / max(1, len(self.sent))


class Crowd:
    """Invariant: a follower's place is its number, from 0; whoever came for a while has left its
    place again."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.arrivals = Arrivals()
        self.members: list[Member] = []
        """Who follows, by place. They are told nothing: their bytes are only counted."""
        owner = stage.http.guest("Owner")
        self._room = stage.room(owner, "The game", kind="feed", settings={"sources": ["gsis"]})
        self._invite = stage.invitation(self._room, owner, "viewer")
        self._plays: list[TimedPlay] = []
        self._buffer = memoryview(bytearray(BUFFER_BYTES))
        publisher = stage.member(owner)
        publisher.join(self._room)
        stage.enter([publisher])
        stage.swarm.release(publisher)
        position = publisher.session.position(self._room)
        assert position is not None, "it is live"
        self._sayer = Sayer(self._room, position, 1, lambda n: report(self._plays[n].play))
        self._pump = Pump(publisher.connection, self._sayer, window=0)
        self._meter = Meter([self._pump], self.arrivals)

    # ---------------------------------------------------------------- who comes

    def strangers(self, count: int) -> list[Member]:
        """People who have the link and are not connected yet."""
        members: list[Member] = []
        for guest in self.stage.http.guests(count):
            member = self.stage.member(guest)
            member.join(self._room, invite=self._invite)
            members.append(member)
        return members

    def gather(self, count: int) -> None:
        """So many more follow from now on."""
        for first in range(0, count, WAVE):
            wave = self.strangers(min(WAVE, count - first))
            self.stage.enter(wave)
            for member in wave:
                self.stage.swarm.release(member)
                self.arrivals.enter(member.connection)
                self.members.append(member)
            self.quiet()

    def rush(self, count: int, seconds: float) -> tuple[list[float], list[str]]:
        """So many come evenly within so long, beside everybody else, and go again when all were
        there. Seconds from connecting to live, and broken promises. Raises NotLive."""
        swarm, began = self.stage.swarm, dict[int, float]()
        comers = self.strangers(count)
        took: list[float] = []
        places: list[int] = []

        def come(number: int) -> None:
            began[number] = time.perf_counter()
            comers[number].connect()

        def live(number: int) -> None:
            member = comers[number]
            took.append(member.live_at - began[number])
            swarm.release(member)
            places.append(self.arrivals.enter(member.connection))

        for number, member in enumerate(comers):
            member.on_live = lambda _room, one=number: live(one)
            swarm.after(seconds * number / count, lambda one=number: come(one))
        deadline = time.perf_counter() + seconds + SETTLE_S_MAX
        while len(took) < count and time.perf_counter() < deadline:
            swarm.run(lambda: len(took) == count, limit_s=0.001)
            for _ in range(ROUNDS_BETWEEN):
                self._meter.run(0.0)
        faults = [fault for member in comers for fault in member.faults]
        if len(took) < count:
            raise NotLive(f"{count - len(took)} of {count} are not live; {faults[:3]}")
        self.quiet()
        for place in places:
            self.arrivals.leave(place)
        for member in comers:
            member.leave()
        self.quiet()
        return took, faults

    def everybody_says(self, commands: Mapping[int, Any]) -> None:
        """Each place its command, in waves. Nobody waits for the answers."""
        for nth, (place, command) in enumerate(commands.items(), 1):
            self.members[place].submit(self._room, command)
            if nth % WAVE == 0:
                self.quiet()
        self.quiet()

    def want(self, filters: Mapping[int, Any]) -> float:
        """Each place its filter, from a snapshot, in waves; returns after how many seconds all have
        it."""
        began = time.perf_counter()
        self._rejoin(
            filters, lambda place: Join(place, self._room, filter=JSON.raw(filters[place]))
        )
        return time.perf_counter() - began

    def want_all(self, places: Sequence[int]) -> None:
        """These places without a filter again, from where the room is: of what they were not sent
        before nobody looks at anything."""
        (witness,) = self.strangers(1)
        self.stage.enter([witness])
        position = witness.session.position(self._room)
        self.stage.swarm.release(witness)
        witness.leave()
        self._rejoin(places, lambda place: Join(place, self._room, position))

    def _rejoin(self, places: Iterable[int], join: Callable[[int], Join]) -> None:
        leave = JSON.encode_client(Leave(self._room))
        for nth, place in enumerate(places, 1):
            self.members[place].connection.send([leave, JSON.encode_client(join(place))])
            if nth % WAVE == 0:
                self.quiet()
        self.quiet()

    # ---------------------------------------------------------------- what happens

    def round(self, plays: Sequence[TimedPlay], *, speed: float, limit_s: float) -> Round:
        """As `play`, from nothing that is kept until all has come, and what it took."""
        self.arrivals.forget()
        server, received = self.stage.server, sum(self.arrivals.counts())
        served, used, began = server.cpu_s(), time.process_time(), time.perf_counter()
        sent = self.play(plays, speed=speed, limit_s=limit_s)
        share = (time.process_time() - used) / (time.perf_counter() - began)
        cpu_s = server.cpu_s() - served
        self.settle()
        return Round(sent, cpu_s, sum(self.arrivals.counts()) - received, share)

    def play(self, plays: Sequence[TimedPlay], *, speed: float, limit_s: float) -> dict[int, float]:
        """Reports each when it is due, as far as that is within the limit. Version to when its
        report was sent. Raises Broken."""
        self._pump.latencies.clear()
        first, known = self._pump.sent, len(self._sayer.versions)
        began = time.perf_counter()
        sent: list[float] = []
        assert first == len(self._plays), "what was sent is what is known"
        for one in plays:
            if one.at_s / speed > limit_s:
                break
            self._meter.run(began + one.at_s / speed - time.perf_counter())
            self._plays.append(one)
            sent.append(time.perf_counter())
            self._pump.fill(sent[-1], more=1)
        self.settle()
        return dict(zip(self._sayer.versions[known:], sent, strict=True))

    def latencies(self) -> list[float]:
        """Seconds from each report of the latest game to its answer."""
        return list(self._pump.latencies)

    def run(self, seconds: float) -> None:
        """Reads what comes, for so long."""
        self._meter.run(seconds)

    def settle(self) -> None:
        """Until every report is answered and nothing comes any more. Raises Broken."""
        self._meter.settle(limit_s=SETTLE_S_MAX)
        self._meter.quiet(quiet_s=QUIET_S, limit_s=SETTLE_S_MAX)

    def quiet(self) -> None:
        """Until nothing comes any more. Raises Broken."""
        self._meter.quiet(quiet_s=QUIET_S / 3, limit_s=SETTLE_S_MAX)

    def close(self) -> None:
        """Nobody is read from any more."""
        self._meter.close()
        self.arrivals.close()
