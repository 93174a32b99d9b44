"""What a demo leaves in the data folder: made at the first start, found again at every other.

Knows files and links; what a demo is made of is in demo.py and demo_feed.py. SPEC: OP18.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from protocol.membership import Role
from server.config import Settings
from server.data_folder import demo_path
from server.demo import DemoBoard, Rooms, make_demo
from server.identity import Identity
from server.invitations import Invitations
from server.logs import get_logger
from storage.room_log import RoomLog

DEMO_HOST: Final = "Touchline"
"""Whoever made the demo, as people read it."""

T = TypeVar("T", bound=Struct)


@dataclass(frozen=True, slots=True)
class DemoLink:
    """An invitation link of the demo: the role it gives, and what follows the origin."""

    role: Role
    path: str


class _KeptDemo(Struct, frozen=True):
    """What the demo's file holds."""

    room: str
    invitations: dict[Role, str]


def host() -> Identity:
    """An account of its own that makes rooms of the demo."""
    return Identity(f"a_{secrets.token_urlsafe(16)}", DEMO_HOST, 0)


async def demo_links(
    settings: Settings, rooms: Rooms, log: RoomLog, invitations: Invitations
) -> tuple[DemoLink, ...]:
    """The links of the demo's board, which is made where there is none. Raises as rooms and log
    do."""
    if not settings.demo:
        return ()
    path = demo_path(settings)
    kept = read_kept(path, _KeptDemo)
    if kept is not None and await log.rooms([kept.room]):
        return _links(invitations, kept.room, kept.invitations)
    board: DemoBoard = await make_demo(rooms, host())
    keep(path, _KeptDemo(board.room, dict(board.invitations)))
    return _links(invitations, board.room, board.invitations)


def _links(invitations: Invitations, room: str, ids: Mapping[Role, str]) -> tuple[DemoLink, ...]:
    return tuple(DemoLink(role, invitations.link("", room, one)) for role, one in ids.items())


def read_kept(path: Path, kind: type[T]) -> T | None:
    """What an earlier start kept. A file that cannot be read is none: another is made."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        get_logger("node").warning("the demo's file is damaged: a new demo is made", file=str(path))
        return None


def keep(path: Path, kept: Struct) -> None:
    """Writes it whole or not at all, for nobody else to read. Raises OSError."""
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(msgspec.json.encode(kept))
    fresh.replace(path)
