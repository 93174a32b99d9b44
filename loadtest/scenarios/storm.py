"""A reconnect storm: everybody loses the connection in the same moment and comes back at once,
several times."""

from __future__ import annotations

import time

from loadtest.figures import Latencies
from loadtest.report import Figure
from loadtest.scenarios.outcome import Options, Outcome
from loadtest.stage import NotLive, Stage

STORMS = 3
BETWEEN_S = 1.0


def play(stage: Stage, options: Options) -> Outcome:
    """`rooms` rooms with `members` members each; `seconds` is the longest that a return may
    take."""
    outcome = Outcome("reconnect storm", stage)
    owner, guests = stage.people(options.rooms * options.members)
    for number in range(options.rooms):
        room = stage.room(owner, f"Room {number + 1}")
        here = guests[number * options.members : (number + 1) * options.members]
        outcome.add(stage.crowd(room, stage.invitation(room, owner), here))
        options.said(f"{len(outcome.members)} of {len(guests)} members are live")
    for storm in range(STORMS):
        options.said(f"storm {storm + 1} of {STORMS}")
        for member in outcome.members:
            member.drop()
        stage.swarm.run(lambda: False, limit_s=BETWEEN_S)
        began = time.perf_counter()
        for member in outcome.members:
            member.reconnections += 1
            member.connect()
        try:
            stage.wait_live(outcome.members, limit_s=options.seconds)
        except NotLive as late:
            outcome.faults.append(f"storm {storm + 1}: {late}")
        took = Latencies.of([member.live_at - began for member in outcome.members])
        outcome.figures.append(
            Figure(
                f"storm {storm + 1}: live again",
                f"half after {took.p50:.0f} ms, all after {took.worst:.0f} ms",
            )
        )
    outcome.conclude()
    return outcome
