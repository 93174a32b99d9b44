"""A board to begin with: two synthetic line-ups, and links that open it to others.

Everything is drawn from a seed, so that the same demo comes out everywhere. Names are made of
syllables and belong to nobody. Must not know how a room keeps things: it speaks board commands like
any member.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from protocol.board import Point, Properties, SportName
from protocol.board_commands import AddObjects, NewObject
from protocol.membership import CreateInvitation, Role
from server.identity import Identity
from server.invitations import new_invitation_id
from server.rooms.pending import Ended

SEED = 11
DEMO_NAME = "Saturday's match"
DEMO_ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")
"""The first link is for whoever started the server: who owns the board can try everything."""

_ONSETS = ("b", "d", "k", "l", "m", "n", "r", "s", "t", "v", "h", "j")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ou")
_CODAS = ("", "n", "r", "l", "s", "m", "")


class Slot(NamedTuple):
    """One place of a formation, in thousandths of half the pitch: x forward from the own goal line
    (-1000) to the other (1000), y from left to right."""

    number: int
    role: str
    x: int
    y: int


class Kit(NamedTuple):
    """Colours of a team."""

    fill: str
    ink: str
    trim: str


FOUR_THREE_THREE = (
    Slot(1, "GK", -930, 0),
    Slot(2, "RB", -640, 640),
    Slot(4, "CB", -720, 220),
    Slot(5, "CB", -720, -220),
    Slot(3, "LB", -640, -640),
    Slot(6, "DM", -470, 0),
    Slot(8, "CM", -330, 360),
    Slot(10, "CM", -330, -360),
    Slot(7, "RW", -130, 700),
    Slot(9, "ST", -70, 0),
    Slot(11, "LW", -130, -700),
)
FOUR_FOUR_TWO = (
    Slot(1, "GK", -930, 0),
    Slot(2, "RB", -660, 620),
    Slot(5, "CB", -730, 210),
    Slot(6, "CB", -730, -210),
    Slot(3, "LB", -660, -620),
    Slot(7, "RM", -400, 660),
    Slot(4, "CM", -430, 200),
    Slot(8, "CM", -430, -200),
    Slot(11, "LM", -400, -660),
    Slot(9, "ST", -140, 190),
    Slot(10, "ST", -170, -190),
)
I_FORMATION = (
    Slot(52, "C", -15, 0),
    Slot(66, "LG", -17, -70),
    Slot(64, "RG", -17, 70),
    Slot(72, "LT", -20, -140),
    Slot(75, "RT", -20, 140),
    Slot(87, "TE", -20, 215),
    Slot(12, "QB", -45, 0),
    Slot(44, "FB", -100, 0),
    Slot(28, "HB", -155, 0),
    Slot(81, "X", -20, -720),
    Slot(84, "Z", -40, 640),
)
FOUR_THREE = (
    Slot(91, "DE", -20, 190),
    Slot(97, "DT", -20, 55),
    Slot(93, "DT", -20, -55),
    Slot(95, "DE", -20, -190),
    Slot(54, "WLB", -95, 150),
    Slot(50, "MLB", -100, 0),
    Slot(58, "SLB", -95, -150),
    Slot(21, "CB", -60, 640),
    Slot(24, "CB", -60, -720),
    Slot(32, "SS", -190, -260),
    Slot(20, "FS", -260, 90),
)


class _LineUps(NamedTuple):
    home: tuple[Slot, ...]
    away: tuple[Slot, ...]
    half: tuple[int, int]
    """Half of the usual pitch, mm."""


_BY_SPORT: Mapping[SportName, _LineUps] = {
    "soccer": _LineUps(FOUR_THREE_THREE, FOUR_FOUR_TWO, (52_500, 34_000)),
    "american_football": _LineUps(I_FORMATION, FOUR_THREE, (54_864, 24_384)),
}
_HOME = Kit("#c0262d", "#ffffff", "#7f1d1d")
_HOME_KEEPER = Kit("#f2b705", "#13201a", "#8a6500")
_AWAY = Kit("#1f5fa8", "#ffffff", "#0f2f57")
_AWAY_KEEPER = Kit("#2f9e5b", "#ffffff", "#14532d")


class Rooms(Protocol):
    """What the demo asks of the directory."""

    async def create(self, kind: str, name: str, owner: Identity, settings: dict[str, Any]) -> str:
        """Makes a room and returns its id."""
        ...

    async def execute(self, room_id: str, identity: Identity, command: Any) -> Ended:
        """Runs a command to its end."""
        ...


@dataclass(frozen=True, slots=True)
class DemoBoard:
    """A board that was made, and the ids of its invitations by role."""

    room: str
    invitations: Mapping[Role, str]


async def make_demo(rooms: Rooms, owner: Identity, sport: SportName = "soccer") -> DemoBoard:
    """A board with line-ups and one link per role. Raises as the directory does."""
    room = await rooms.create("board", DEMO_NAME, owner, {"sport": sport})
    ended = await rooms.execute(room, owner, line_ups(sport))
    assert ended.code is None, f"expected the demo's line-ups to be accepted, got {ended}"
    return DemoBoard(room, await invite(rooms, room, owner, DEMO_ROLES))


async def invite(
    rooms: Rooms, room: str, owner: Identity, roles: tuple[Role, ...]
) -> Mapping[Role, str]:
    """One invitation per role, without end. Returns their ids."""
    made: dict[Role, str] = {}
    for role in roles:
        invitation = new_invitation_id()
        ended = await rooms.execute(room, owner, CreateInvitation(invitation, role))
        assert ended.code is None, f"expected a new room to take an invitation, got {ended}"
        made[role] = invitation
    return made


def line_ups(sport: SportName, seed: int = SEED) -> AddObjects:
    """Two teams that face each other and a ball, as one command. The same seed gives the same
    objects."""
    drawn = random.Random(f"{seed}/{sport}")  # noqa: S311 - synthetic names, not secrets
    teams = _BY_SPORT[sport]
    objects = [
        _token(drawn, slot, "home", _HOME_KEEPER if slot.role == "GK" else _HOME, teams.half)
        for slot in teams.home
    ]
    objects += [
        _token(drawn, slot, "away", _AWAY_KEEPER if slot.role == "GK" else _AWAY, teams.half)
        for slot in teams.away
    ]
    objects.append(NewObject(_object_id(drawn), "ball", Properties(at=(0, 0))))
    return AddObjects(objects)


def _token(
    drawn: random.Random, slot: Slot, side: str, kit: Kit, half: tuple[int, int]
) -> NewObject:
    turned = 1 if side == "home" else -1
    at: Point = (turned * slot.x * half[0] // 1000, turned * slot.y * half[1] // 1000)
    return NewObject(
        _object_id(drawn),
        "token",
        Properties(
            at=at,
            number=slot.number,
            name=_name(drawn),
            role=slot.role,
            side="home" if side == "home" else "away",
            fill=kit.fill,
            ink=kit.ink,
            trim=kit.trim,
        ),
    )


def _object_id(drawn: random.Random) -> str:
    return f"o_{drawn.getrandbits(48):012x}"


def _name(drawn: random.Random) -> str:
    syllables = (
        drawn.choice(_ONSETS) + drawn.choice(_VOWELS) + drawn.choice(_CODAS)
        for _ in range(drawn.choice((2, 2, 3)))
    )
    return "".join(syllables).capitalize()
