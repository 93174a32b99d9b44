"""Who plays, whoever said so: sides, numbers, names, roles, kits; and where a role stands. Pure;
knows no provider and no board. SPEC: RD12."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.board import SportName
from server.readers.coordinates import Pitch, Point
from server.readers.kits import Kit
from server.readers.tracking import Side

PLAYERS_MAX = 100


@dataclass(frozen=True, slots=True)
class LinePlayer:
    """One player. `slot` is a key of SLOTS; `starts` false: on the bench."""

    key: str
    side: Side
    number: int | None
    name: str | None
    role: str | None
    slot: str | None
    starts: bool
    is_keeper: bool = False
    is_captain: bool = False
    place: Point | None = None
    """Where it stands, if the provider says; of a home side that attacks along x."""


@dataclass(frozen=True, slots=True)
class LineUp:
    """Both teams of a match."""

    name: str
    source: str
    sport: SportName
    pitch: Pitch
    teams: Mapping[str, str]
    """Names by side."""
    kits: Mapping[str, Kit]
    """By side, where the provider says."""
    players: tuple[LinePlayer, ...]


SLOTS: Mapping[str, tuple[int, int]] = {
    "GK": (-930, 0),
    "RB": (-640, 640),
    "RCB": (-720, 260),
    "CB": (-740, 0),
    "LCB": (-720, -260),
    "LB": (-640, -640),
    "RWB": (-540, 760),
    "LWB": (-540, -760),
    "RDM": (-470, 240),
    "CDM": (-480, 0),
    "LDM": (-470, -240),
    "RM": (-340, 640),
    "RCM": (-340, 300),
    "CM": (-350, 0),
    "LCM": (-340, -300),
    "LM": (-340, -640),
    "RW": (-150, 680),
    "RAM": (-210, 340),
    "CAM": (-210, 0),
    "LAM": (-210, -340),
    "LW": (-150, -680),
    "RCF": (-80, 220),
    "CF": (-70, 0),
    "LCF": (-80, -220),
    "SS": (-140, 0),
}
"""Role → thousandths of half the pitch, for a team in its own half that attacks along x; y rises to
its right. Named after StatsBomb's 25 positions."""

_SAME: Mapping[str, str] = {
    "ST": "CF",
    "AM": "CAM",
    "DM": "CDM",
    "RF": "RCF",
    "LF": "LCF",
    "RD": "RB",
    "LD": "LB",
}


def slot_of(role: str | None) -> str | None:
    """The slot of a role's abbreviation."""
    if role is None:
        return None
    word = role.strip().upper()
    word = _SAME.get(word, word)
    return word if word in SLOTS else None
