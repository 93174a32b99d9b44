"""When the plays of a game came: by their wall clock where a file has one, else by a model of how
long a game takes between two plays. Pure; SPEC: FD19, FD20.

The model is fitted to the one real game with a wall clock at hand (Green Bay at Chicago on
5 September 2019: 183 timed plays in 3 h 07 min, the median of their gaps 43 s): while the clock
runs the next play comes when the clock says, otherwise after the usual pause of what has just
happened. Where a source does not tell the broadcast's breaks (GSIS), one is taken to be between two
drives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from protocol.feed import Play

STOPPED_S: Final = 42
"""After an incomplete pass, a kick or whatever else stops the clock."""
RUNS_S: Final = 17
"""A gap on the game clock from which on it has run all the time between the two plays."""
BROADCAST_S: Final = 150
"""A break of the broadcast, as after the two-minute warning, and between quarters."""
TEAM_TIMEOUT_S: Final = 44
INTO_TIMEOUT_S: Final = 34
HALF_TIME_S: Final = 822
HALF_TIME_BEFORE: Final = 3
"""The quarter that begins with it."""

_CLOCK = re.compile(r"(\d{0,2}):(\d\d)")
_BROADCAST = re.compile(r"timeout at", re.IGNORECASE)
_BREAK = re.compile(r"timeout at|two-minute warning", re.IGNORECASE)
_TIMEOUT = re.compile(r"timeout", re.IGNORECASE)


def offsets_of(plays: Sequence[Play]) -> list[int]:
    """When each play came, ms after the first, in the plays' order and never falling. Times of day
    count where two plays after each other have them, the model in between."""
    breaks_told = any(_BROADCAST.match(play.text) for play in plays)
    found, at = [0] if plays else list[int](), 0
    for before, after in pairwise(plays):
        if before.at_ms is not None and after.at_ms is not None:
            at += max(0, after.at_ms - before.at_ms)
        else:
            at += 1_000 * _modelled_s(before, after, breaks_told=breaks_told)
        found.append(at)
    return found


def _modelled_s(before: Play, after: Play, *, breaks_told: bool) -> int:
    if after.quarter > before.quarter > 0:
        return HALF_TIME_S if after.quarter == HALF_TIME_BEFORE else BROADCAST_S
    if _BREAK.match(before.text):
        return BROADCAST_S
    if _TIMEOUT.match(before.text):
        return TEAM_TIMEOUT_S
    if not breaks_told and before.drive != after.drive:
        return BROADCAST_S
    ran = _ran_s(before, after)
    if ran >= RUNS_S:
        return ran + 1
    return INTO_TIMEOUT_S if _TIMEOUT.match(after.text) else STOPPED_S


def _ran_s(before: Play, after: Play) -> int:
    """Seconds that the game clock went on; 0 where that is not known."""
    clocks = _CLOCK.fullmatch(before.clock), _CLOCK.fullmatch(after.clock)
    if clocks[0] is None or clocks[1] is None or before.quarter != after.quarter:
        return 0
    first, second = (60 * int(clock[1] or 0) + int(clock[2]) for clock in clocks if clock)
    return max(0, first - second)
