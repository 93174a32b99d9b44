"""Which week of which season a game belongs to, by the league's number of it. Pure. SPEC: QY11.

A season's first week begins on the Tuesday after the first Monday of September, as it has since
2002, and each week on a Tuesday; what is played until March belongs to the year before. The
play-offs go on counting.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from protocol.asking import WEEK_MAX

_DATED: Final = re.compile(r"(\d{4})(\d\d)(\d\d)\d\d")
_NAMED: Final = re.compile(r"(\d{4})_(\d\d)_[A-Z]{2,3}_[A-Z]{2,3}")
_DAYS: Final = 7
_LAST_MONTH: Final = 3
"""Of what still belongs to the season of the year before."""


def season_of(game: str) -> tuple[int, int]:
    """Season and week of a game called `2019090500`, or `2019_01_GB_CHI`; zeros: it does not
    say."""
    named = _NAMED.fullmatch(game)
    if named is not None:
        return int(named[1]), min(int(named[2]), WEEK_MAX)
    dated = _DATED.fullmatch(game)
    if dated is None:
        return 0, 0
    try:
        day = date(*(int(part) for part in dated.groups()))
    except ValueError:
        return 0, 0
    season = day.year - (day.month <= _LAST_MONTH)
    first = date(season, 9, 1)
    monday = first + timedelta(days=-first.weekday() % _DAYS)
    week = (day - monday - timedelta(days=1)).days // _DAYS + 1
    return season, max(0, min(week, WEEK_MAX))
