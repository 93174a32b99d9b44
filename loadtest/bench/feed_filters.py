"""Followers of a game who want different parts of it: from a play's report to the last follower who
is owed it, and what filters cost and save against the same plays without any.

What a filter lets through is what one follower of each filter was sent; where that can be told from
a play at a glance, it is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from loadtest.arrivals import Line, missing
from loadtest.bench.feed_crowd import Crowd, Round
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, size
from loadtest.games import Recorded, TimedPlay
from loadtest.report import Figure, Result

Filter = Mapping[str, Sequence[Any]]
PLAYERS = 10
"""Those with the most plays, as somebody's own."""
ADDED = b'"play.added"'


def ten(game: Recorded) -> list[Filter]:
    """What people want of this game."""
    names = Counter(line.get("player") for one in game.plays for line in one.play.get("stats", ()))
    names.pop("", None)
    names.pop(None, None)
    return [
        {"quarters": [2]},
        {"quarters": [4]},
        {"downs": [3]},
        {"downs": [4]},
        {"teams": [game.home]},
        {"players": [name for name, _ in names.most_common(PLAYERS)]},
        {"whats": ["scoring"]},
        {"whats": ["big"]},
        {"whats": ["penalty", "turnover"]},
        {"zones": ["red"]},
    ]


def wanted(asked: Filter, play: Mapping[str, Any]) -> bool | None:
    """Whether a play is wanted, by what stands in it; None: only the rules of the game tell."""
    lines = play.get("stats", ())
    match dict(asked):
        case {"quarters": quarters}:
            return play.get("quarter", 0) in quarters
        case {"downs": downs}:
            return play.get("down", 0) in downs
        case {"teams": teams}:
            return play.get("possession") in teams or any(one.get("team") in teams for one in lines)
        case {"players": players}:
            return any(one.get("player") in players for one in lines)
        case _:
            return None


def run(bench: Bench, crowd: Crowd, game: Recorded, number: int, result: Result) -> None:
    """The game once without filters and once with ten, whoever has which evenly spread, and as many
    as have each without. Everybody is back without filters afterwards."""
    plan = bench.plan
    filters: list[Filter | None] = [None, *ten(game)]
    groups = [range(nth, plan.followers, len(filters)) for nth in range(len(filters))]
    groups = [group for group in groups if group]
    bench.say("feeds: everybody chooses a filter")
    took = crowd.want(
        {place: filters[nth] for nth, group in enumerate(groups) for place in group if nth}
    )
    for group in groups:
        crowd.arrivals.keep(group[0])
    bench.say(f"feeds: {len(groups) - 1} filters, at most {plan.feed_s:g} s")
    plays = game.again(number)
    found = crowd.round(plays, speed=plan.feed_speed, limit_s=plan.feed_s)
    came = [crowd.arrivals.entries(group[0]) for group in groups]
    last: dict[int, float] = {}
    for asked, group, passed in zip(filters, groups, came, strict=False):
        owed = [version for version in found.sent if version in passed]
        times = crowd.arrivals.firsts(owed, group)
        result.faults += missing(times, len(group))
        result.faults += _wrong(asked, found, plays, passed)
        for version, each in times.items():
            last[version] = max([last.get(version, 0.0), *each])
    bench.say("feeds: everything for everybody, without filters")
    crowd.want_all([place for group in groups[1:] for place in group])
    plain = crowd.round(game.again(number + 1), speed=plan.feed_speed, limit_s=plan.feed_s)
    entries = sum(len(group) * len(passed) for group, passed in zip(groups, came, strict=False))
    late = Latencies.of([at - found.sent[version] for version, at in last.items()])
    result.figures += [
        Figure("with ten filters, from a report to the last follower who is owed it", str(late)),
        Figure(
            "processor time of the server per play, ten filters against none",
            f"{found.cpu_ms:.1f} ms against {plain.cpu_ms:.1f} ms{_ratio(found, plain)}",
        ),
        Figure(
            "entries and bytes sent, ten filters against none",
            f"{entries / (len(plain.sent) * plan.followers):.0%} of the entries, "
            f"{found.received / plain.received:.0%} of the bytes",
        ),
    ]
    shares = ", ".join(f"{len(passed) / len(found.sent):.0%}" for passed in came)
    result.notes.append(
        f"filters: everybody has chosen after {took:.2f} s; of {len(found.sent)} plays pass "
        f"{shares} (the first has none); {size(found.received)} against {size(plain.received)}"
    )


def _ratio(found: Round, plain: Round) -> str:
    """Of processor times; nothing where they are too short to be counted."""
    return f": {found.cpu_s / plain.cpu_s:.2f}" if plain.cpu_s else ""


def _wrong(
    asked: Filter | None, found: Round, plays: Sequence[TimedPlay], passed: Mapping[int, Line]
) -> list[str]:
    """Plays that were sent and not wanted, or wanted and not sent."""
    faults: list[str] = []
    for version, one in zip(found.sent, plays, strict=False):
        line = passed.get(version)
        there = line is not None and any(ADDED in bytes(event) for event in line.events)
        due = True if asked is None else wanted(asked, one.play)
        if due is not None and due != there:
            faults.append(f"filter {asked}: play {one.play['id']} is wanted: {due}, sent: {there}")
    return faults
