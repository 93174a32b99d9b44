"""Players who never were, for drafts that are tried out: the same ones each time, ranked, with the
mix of positions that a season has. SPEC: DR64.
"""

from __future__ import annotations

from protocol.draft import Player

_GIVEN = ("Ade", "Bo", "Cal", "Dex", "Eli", "Finn", "Gus", "Hal", "Ivo", "Jett", "Kai", "Lou")
_FAMILY = (
    *("Abara", "Bellweather", "Castellan", "Dunmore", "Eastlake", "Farrow", "Gallant"),
    *("Hollis", "Ironwood", "Jansky", "Kestrel", "Lowry", "Marlowe", "Northcott", "Okada"),
    *("Pemberton", "Quill", "Rainer", "Saltmarsh", "Thorne", "Underhill", "Vantage", "Weller"),
)
_TEAMS = ("ARB", "BAY", "CVE", "DUN", "ELM", "FJD", "GLN", "HBR", "ISL", "JET", "KNL", "LCH")
_MIX = ("RB", "WR", "RB", "WR", "QB", "TE", "WR", "RB", "WR", "RB", "QB", "WR", "K", "DEF", "TE")
"""Positions by rank, over and over."""
COUNT = 300


def synthetic_players(count: int = COUNT) -> list[Player]:
    """The first so many. Names repeat after 276; ids do not."""
    return [_player(rank) for rank in range(1, count + 1)]


def _player(rank: int) -> Player:
    place = rank - 1
    given, family = _GIVEN[place % len(_GIVEN)], _FAMILY[place % len(_FAMILY)]
    return Player(
        id=f"synthetic-{rank}",
        name=f"{given} {family}",
        positions=(_MIX[place % len(_MIX)],),
        team=_TEAMS[place * 7 % len(_TEAMS)],
        rank=rank,
        adp=rank * 10,
        value=max(1, round(62 * 0.975**place)),
        bye=5 + place % 10,
    )
