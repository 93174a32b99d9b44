"""How long members waited for their next event after a fault: the first entry that was written
after it, by somebody on another node.

Counts only faults beside which no other was under way. Reads recordings; decides nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tests.chaos.judgement import Found
from tests.chaos.plan import BY_NAME
from tests.chaos.recording import AWAY, Happened, Recording

CLEAR_S = 0.2
"""Another fault must have ended so long before; the next begins only when everybody has heard of
everybody since."""


class Delay(NamedTuple):
    """Of one kind of fault, in seconds."""

    faults: int
    members: int
    p50: float
    p99: float
    longest: float
    silence: float
    """The longest that one of them went without any entry, from the fault's beginning until its
    next event."""


def alone(fault: Happened, until: float, others: Sequence[Happened]) -> bool:
    """Whether nothing else was under way from shortly before it began to `until`."""
    return all(
        other is fault or other.ended + CLEAR_S < fault.began or other.began > until
        for other in others
    )


def next_event(
    moment: float, one: Recording, found: Found, members: Mapping[str, Recording]
) -> float | None:
    """Seconds from `moment` until the member had an entry that another member of the room, then on
    another node, had written after it; None: it never had. `members` are by account."""
    moment_ms = moment * 1000
    for index in range(bisect_right(one.arrived, moment), len(one.versions)):
        version, now = one.versions[index], one.arrived[index]
        if version > found.version or found.ats[version] < moment_ms:
            continue
        author = members.get(found.bys[version])
        if author is None or author is one:
            continue
        if author.node_at(found.ats[version] / 1000) not in (AWAY, one.node_at(now)):
            return now - moment
    return None


def silence(began: float, until: float, one: Recording) -> float:
    """The longest time without an entry, of those that end or begin in between."""
    first = max(0, bisect_right(one.arrived, began) - 1)
    moments = one.arrived[first : bisect_right(one.arrived, until) + 1]
    return max((after - before for before, after in pairwise(moments)), default=0.0)


def delays(
    happened: Sequence[Happened],
    rooms: Mapping[str, tuple[Found, Sequence[Recording]]],
) -> dict[str, Delay]:
    """By kind of fault, those only of which there is something to tell."""
    waited: defaultdict[str, list[float]] = defaultdict(list)
    faults: defaultdict[str, int] = defaultdict(int)
    silences: defaultdict[str, float] = defaultdict(float)
    for fault in happened:
        kind = BY_NAME[fault.kind]
        moment = fault.began if kind.since == "began" else fault.ended
        found_here: list[float] = []
        for found, recordings in rooms.values():
            members = {one.account: one for one in recordings}
            for one in recordings:
                if kind.touches == "node" and one.node_at(fault.began) != fault.node:
                    continue
                after = next_event(moment, one, found, members)
                if after is not None and alone(fault, moment + after, happened):
                    found_here.append(after)
                    until = max(fault.ended, moment + after)
                    silences[fault.kind] = max(
                        silences[fault.kind], silence(fault.began, until, one)
                    )
        if found_here:
            faults[fault.kind] += 1
            waited[fault.kind] += found_here
    return {
        name: Delay(
            faults[name],
            len(all_),
            p50=_share(all_, 0.5),
            p99=_share(all_, 0.99),
            longest=max(all_),
            silence=silences[name],
        )
        for name, all_ in waited.items()
    }


def _share(values: Sequence[float], share: float) -> float:
    """The smallest value that so many are at most."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
