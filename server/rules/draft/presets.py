"""Rosters that are offered ready-made, by name. SPEC: DR63."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.draft import NFL_STANDARD, RosterSlot

_RUNNERS = ("RB", "WR", "TE")

PRESETS: Mapping[str, tuple[RosterSlot, ...]] = {
    "nfl": NFL_STANDARD,
    "superflex": (
        *NFL_STANDARD[:5],
        RosterSlot("SUPER_FLEX", ("QB", *_RUNNERS)),
        *NFL_STANDARD[5:],
    ),
    "idp": (
        *NFL_STANDARD[:6],
        RosterSlot("DL", ("DL", "DE", "DT"), 2),
        RosterSlot("LB", ("LB",), 2),
        RosterSlot("DB", ("DB", "CB", "S"), 2),
        RosterSlot("BN", (), 6, bench=True),
    ),
    "soccer": (
        RosterSlot("GK", ("GK",)),
        RosterSlot("DEF", ("DEF",), 4),
        RosterSlot("MID", ("MID",), 3),
        RosterSlot("FWD", ("FWD",), 2),
        RosterSlot("FLEX", ("DEF", "MID", "FWD")),
        RosterSlot("BN", (), 4, bench=True),
    ),
    "basketball": (
        RosterSlot("PG", ("PG",)),
        RosterSlot("SG", ("SG",)),
        RosterSlot("SF", ("SF",)),
        RosterSlot("PF", ("PF",)),
        RosterSlot("C", ("C",), 2),
        RosterSlot("G", ("PG", "SG")),
        RosterSlot("F", ("SF", "PF")),
        RosterSlot("UTIL", ("PG", "SG", "SF", "PF", "C"), 2),
        RosterSlot("BN", (), 3, bench=True),
    ),
}
"""Name to places."""
