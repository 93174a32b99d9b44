"""Time zones by name, from the database of the machine. Reads no clock.

The one place that rules ask: what they decide with it is recorded in their events, so that a node
with an older database of zones plays back the same. SPEC: DR24.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ZONES_KEPT = 64


@lru_cache(maxsize=_ZONES_KEPT)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone, or None: there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_ms(name: str, at: int) -> int:
    """What is added to a UTC time (ms) to get local time there; an unknown zone is UTC."""
    zone = zone_named(name)
    if zone is None:
        return 0
    offset = datetime.fromtimestamp(at / 1000, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)
