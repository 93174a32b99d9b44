"""A board to begin with: two synthetic line-ups, and links that open it to others.

Everything is drawn from a seed, so that the same demo comes out everywhere. Names are made of
syllables and belong to nobody. Must not know how a room keeps things: it speaks board commands like
any member.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from protocol.board import Properties, SportName
from protocol.board_commands import AddObjects, NewObject
from protocol.membership import CreateInvitation, Role
from server.formation_table import shapes_of
from server.formations import KEEPER_ROLES, Shape, Slot, place
from server.identity import Identity
from server.invitations import new_invitation_id
from server.rooms.pending import Ended
from server.rules.pitch import PITCHES

SEED = 11
DEMO_NAME = "Saturday's match"
DEMO_ROLES: tuple[Role, ...] = ("owner", "editor", "annotator", "viewer")
"""The first link is for whoever started the server: who owns the board can try everything."""

_ONSETS = ("b", "d", "k", "l", "m", "n", "r", "s", "t", "v", "h", "j")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ou")
_CODAS = ("", "n", "r", "l", "s", "m", "")


class Kit(NamedTuple):
    """Colours of a team."""

    fill: str
    ink: str
    trim: str


_HOME = Kit("#c0262d", "#ffffff", "#7f1d1d")
_HOME_KEEPER = Kit("#f2b705", "#13201a", "#8a6500")
_AWAY = Kit("#1f5fa8", "#ffffff", "#0f2f57")
_AWAY_KEEPER = Kit("#2f9e5b", "#ffffff", "#14532d")
_Side = Literal["home", "away"]
_KITS: Mapping[_Side, tuple[Kit, Kit]] = {
    "home": (_HOME, _HOME_KEEPER),
    "away": (_AWAY, _AWAY_KEEPER),
}


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
    shapes = usual_shapes(sport)
    objects = [
        _token(drawn, slot, side, sport)
        for side, shape in zip(_KITS, shapes, strict=False)
        for slot in shape.slots
    ]
    objects.append(NewObject(_object_id(drawn), "ball", Properties(at=(0, 0))))
    return AddObjects(objects)


def usual_shapes(sport: SportName) -> tuple[Shape, ...]:
    """The shapes of both sides: with and without the ball, where the sport tells them apart, else
    the usual one and the next. None of a pitch that has no shapes."""
    shapes = shapes_of(sport)
    if not shapes:
        return ()
    defence = next((shape for shape in shapes if shape.use == "defence"), None)
    return shapes[0], defence or shapes[1]


def _token(drawn: random.Random, slot: Slot, side: _Side, sport: SportName) -> NewObject:
    pitch = PITCHES[sport]
    field, keeper = _KITS[side]
    kit = keeper if slot.role in KEEPER_ROLES else field
    return NewObject(
        _object_id(drawn),
        "token",
        Properties(
            at=place(
                slot, (pitch.length, pitch.width), 1 if side == "home" else -1, mirrored=False
            ),
            number=slot.number,
            name=_name(drawn),
            role=slot.role,
            side=side,
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
