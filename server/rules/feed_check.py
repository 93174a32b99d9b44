"""Proves a feed from its log: what its events make of it, and where that is not what is shown or
what a file has. Pure. SPEC: FP15.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.feed import FeedEvent, FeedSettings, Play
from server.rules.feed import FEED, AnyFeed
from server.rules.feed_state import Feed
from server.rules.kind import Stamp


@dataclass
class Check:
    """What was found. `faults`: for people; empty: all holds."""

    state: AnyFeed
    entries: int = 0
    events: Counter[str] = field(default_factory=Counter[str])
    """Tag to how many."""
    faults: list[str] = field(default_factory=list[str])


def check(
    settings: FeedSettings, log: Iterable[tuple[Stamp, Sequence[Any]]], shown: dict[str, Any]
) -> Check:
    """Applies the events of each entry, as plain data, to an empty feed, and compares what comes of
    it with the view that members are shown."""
    found = Check(FEED.initial(settings))
    for stamp, events in log:
        found.entries += 1
        if stamp.version != found.entries:
            found.faults.append(f"entry {found.entries} is missing")
            return found
        for event in events:
            if event["type"] in _OWN:
                found.events[event["type"]] += 1
                FEED.apply(found.state, msgspec.convert(event, FeedEvent), stamp)
    if msgspec.json.decode(msgspec.json.encode(FEED.view(found.state))) != shown:
        found.faults.append("what is shown is not what the entries make")
    return found


_OWN = frozenset(str(one.__struct_config__.tag) for one in FeedEvent.__args__)


def differences(state: Feed, plays: Iterable[Play]) -> list[str]:
    """Where the lines that count in a feed are not those of these plays."""
    theirs = {play.id: sorted(play.stats) for play in plays if play.stats and not play.deleted}
    ours = {play.id: sorted(play.stats) for play in state.counting() if play.stats}
    found: list[str] = []
    for number in sorted(ours.keys() | theirs.keys()):
        if number not in theirs:
            found.append(f"play {number} has no lines in the file")
        elif number not in ours:
            found.append(f"play {number} does not count here")
        elif ours[number] != theirs[number]:
            found.append(f"play {number} has other lines")
    return found
