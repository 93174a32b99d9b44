"""How much all photos of a board may hold. Pure; looks at what a decision would write, only where
it writes a photo, so that all others pay nothing for it. SPEC: BD72.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from protocol.board import PHOTOS_CHARACTERS_MAX
from server.rules.board_state import Board
from server.rules.kind import Rejected


def photos_refused(state: Board, events: Sequence[Struct]) -> Rejected | None:
    """Whether the events would bring more photos than a board may have. Fewer are always taken."""
    now: dict[str, int] = {}
    for event in events:
        _note(event, now)
    if not any(now.values()):
        return None
    before = {
        object_id: _size(target.props.get("photo")) for object_id, target in state.objects.items()
    }
    total = sum(before.values())
    after = sum({**before, **now}.values())
    if after > total and after > PHOTOS_CHARACTERS_MAX:
        detail = {"limit": "PHOTOS_CHARACTERS_MAX", "max": PHOTOS_CHARACTERS_MAX}
        return Rejected("limit_reached", detail)
    return None


def _note(event: Any, now: dict[str, int]) -> None:
    """Characters of photos by object, as the event leaves them."""
    for object_id in (*getattr(event, "deleted", ()), *getattr(event, "ids", ())):
        now[object_id] = 0
    for name in ("objects", "added"):
        for one in getattr(event, name, ()):
            now[one.id] = _size(one.props.photo)
    for change in getattr(event, "changes", ()):
        photo = change.set.photo
        if photo is None or isinstance(photo, str):
            now[change.id] = _size(photo)


def _size(value: object) -> int:
    return len(value) if isinstance(value, str) else 0
