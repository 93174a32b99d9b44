"""A game that thousands follow: from a play's report to the last follower, with a delay against the
time at which it was due; what a follower costs, and how soon somebody who comes late sees the game.

Followers are raw receivers on the load's core that stamp what arrives. On SQLite: storage has
little part in it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from loadtest.arrivals import missing
from loadtest.bench import feed_filters
from loadtest.bench.feed_crowd import Crowd
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, size
from loadtest.games import PLAYS_MAX, Recorded, TimedPlay, clocked_game
from loadtest.report import Figure, Result

P99_GATE_MS = 100.0
MEMORY_GATE = 20 * 1024
FIRST_PICTURE_GATE_MS = 150.0
WARM_SHARE = 5
"""A fifth of the followers come first: what a server needs once is not counted to a follower."""
AFTER_S = 0.5
"""After the longest delay is over."""
EARLY_S = 0.002
"""Log time is whole milliseconds."""


def run(bench: Bench) -> Result:
    """One feed, from its first follower to the last play of the last game."""
    plan = bench.plan
    result = Result(
        "A feed and its followers",
        f"One feed with {plan.followers:,} followers, each an account of its own. A game's plays "
        f"are reported over a WebSocket at {plan.feed_speed:g} times their pace; then with ten "
        "filters among them, and once more without any; then at "
        f"{plan.feed_slow_speed:g} times, with delays of "
        f"{', '.join(map(str, plan.feed_delays))} s of as many followers each.",
    )
    with bench.stage() as stage:
        game = clocked_game(stage, stage.draw)
        crowd = Crowd(stage)
        result.notes.append(f"the game: {game.about}, {len(game.plays)} plays")
        _memory(bench, crowd, result)
        everybody = range(plan.followers)
        rounds: list[list[float]] = []
        for number in range(min(plan.feed_rounds, PLAYS_MAX // len(game.plays) - 3)):
            bench.say(f"feeds: round {number + 1} of {plan.feed_rounds}")
            rounds.append(_at_once(bench, crowd, game.again(number), everybody, result))
            if not number:
                bench.say("feeds: some come late")
                _late_joiners(bench, crowd, result)
                _storm(bench, crowd, result)
        pooled = Latencies.of([late for one in rounds for late in one])
        result.figures[1:1] = [
            Figure(
                "from a report to the last follower",
                str(pooled),
                f"p99 < {P99_GATE_MS:g} ms",
                pooled.p99 < P99_GATE_MS,
            )
        ]
        feed_filters.run(bench, crowd, game, len(rounds), result)
        _delayed(bench, crowd, game, len(rounds) + 2, result)
        crowd.close()
    return result


# ---------------------------------------------------------------- followers


def _memory(bench: Bench, crowd: Crowd, result: Result) -> None:
    """Everybody comes; what each of them costs."""
    count = bench.plan.followers
    first = count // WARM_SHARE
    bench.say(f"feeds: {count:,} followers come")
    crowd.gather(first)
    before = crowd.stage.server.memory_bytes()
    crowd.gather(count - first)
    after = crowd.stage.server.memory_bytes()
    each = (after - before) / (count - first)
    result.figures.append(
        Figure("memory per follower", size(each), f"<= {size(MEMORY_GATE)}", each <= MEMORY_GATE)
    )
    result.notes.append(
        f"resident memory: {size(before)} with {first:,} followers, {size(after)} with {count:,}"
    )


def _late_joiners(bench: Bench, crowd: Crowd, result: Result) -> None:
    """One after the other, each when all is quiet; the whole game so far is their first picture."""
    took: list[float] = []
    weight = 0
    for member in crowd.strangers(bench.plan.late_joiners):
        began = time.perf_counter()
        crowd.stage.enter([member])
        took.append(member.live_at - began)
        weight = member.connection.bytes_received
        result.faults += member.faults
        crowd.stage.swarm.release(member)
        member.leave()
        crowd.quiet()
    _first_picture(result, "a late joiner's first picture", took)
    result.notes.append(f"a first picture, with everything of its connection: {size(weight)}")


def _storm(bench: Bench, crowd: Crowd, result: Result) -> None:
    """Many come within a few seconds."""
    plan = bench.plan
    bench.say(f"feeds: {plan.joiners:,} come within {plan.joiners_s:g} s")
    served, used = crowd.stage.server.cpu_s(), time.process_time()
    began = time.perf_counter()
    took, faults = crowd.rush(plan.joiners, plan.joiners_s)
    elapsed = time.perf_counter() - began
    result.faults += faults
    _first_picture(result, f"first picture of {plan.joiners:,} within {plan.joiners_s:g} s", took)
    result.notes.append(
        f"{plan.joiners:,} joining: all live after {elapsed:.2f} s; processor time of the server "
        f"{crowd.stage.server.cpu_s() - served:.2f} s, of the load "
        f"{time.process_time() - used:.2f} s"
    )


def _first_picture(result: Result, name: str, took: Sequence[float]) -> None:
    found = Latencies.of(took)
    result.figures.append(
        Figure(
            name,
            str(found),
            f"p99 < {FIRST_PICTURE_GATE_MS:g} ms",
            found.p99 < FIRST_PICTURE_GATE_MS,
        )
    )


# ---------------------------------------------------------------- plays


def _at_once(
    bench: Bench,
    crowd: Crowd,
    plays: Sequence[TimedPlay],
    places: Sequence[int],
    result: Result,
) -> list[float]:
    """Seconds from each report to its last follower."""
    plan = bench.plan
    played = crowd.round(plays, speed=plan.feed_speed, limit_s=plan.feed_s)
    sent = played.sent
    found = crowd.arrivals.firsts([*sent], places)
    result.faults += missing(found, len(places))
    every = [at - sent[version] for version, times in found.items() for at in times]
    result.notes.append(
        f"without delay, every follower: {Latencies.of(every)}; accepted after "
        f"{Latencies.of(crowd.latencies())}; the load used {played.load_share:.0%} of its core, "
        f"the server {played.cpu_ms:.1f} ms a play"
    )
    return [max(times) - sent[version] for version, times in found.items() if times]


def _delayed(bench: Bench, crowd: Crowd, game: Recorded, number: int, result: Result) -> None:
    """The game once more, slower; everybody has one of the delays."""
    plan = bench.plan
    bench.say("feeds: everybody sets a delay")
    places = {
        delay: range(nth, plan.followers, len(plan.feed_delays))
        for nth, delay in enumerate(plan.feed_delays)
    }
    commands = {
        place: {"type": "delay.set", "seconds": delay}
        for delay, these in places.items()
        for place in these
    }
    crowd.everybody_says(commands)
    crowd.run(max(plan.feed_delays) + AFTER_S)
    crowd.quiet()
    for these in places.values():
        crowd.arrivals.keep(these[0])
    crowd.arrivals.forget()
    bench.say(f"feeds: delays, at most {plan.feed_s:g} s")
    wall = time.time() - time.perf_counter()
    sent = crowd.play(game.again(number), speed=plan.feed_slow_speed, limit_s=plan.feed_s)
    crowd.run(max(plan.feed_delays) + AFTER_S)
    crowd.settle()
    pooled: list[float] = []
    for delay, these in places.items():
        late = _lateness(crowd, [*sent], delay, these, wall, result)
        pooled += late
        result.notes.append(f"delay of {delay} s, after it was due: {Latencies.of(late)}")
    result.figures.append(Figure("with a delay, after it was due", str(Latencies.of(pooled))))


def _lateness(
    crowd: Crowd,
    versions: Sequence[int],
    delay: int,
    places: Sequence[int],
    wall: float,
    result: Result,
) -> list[float]:
    """Seconds from when each entry was due to when each place had it."""
    told: Mapping[int, float] = {
        version: line.at / 1000 for version, line in crowd.arrivals.entries(places[0]).items()
    }
    found = crowd.arrivals.firsts(versions, places)
    result.faults += missing(found, len(places))
    late = [
        at + wall - told[version] - delay
        for version, times in found.items()
        for at in times
        if version in told
    ]
    early = sum(one < -EARLY_S for one in late)
    if early:
        result.faults.append(f"delay of {delay} s: {early} entries came before they were due")
    return late
