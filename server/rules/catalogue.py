"""The kinds of rooms that there are: the one table, name to kind. A kind that is not here does not
exist; there is no registration."""

from __future__ import annotations

from typing import Any

from server.rules.board import BOARD
from server.rules.draft.kind import DRAFT
from server.rules.feed import FEED
from server.rules.kind import RoomKind
from server.rules.league.kind import LEAGUE
from server.rules.library import LIBRARY
from server.rules.meet.kind import MEET

KINDS: dict[str, RoomKind[Any]] = {
    kind.name: kind for kind in (BOARD, LIBRARY, DRAFT, FEED, LEAGUE, MEET)
}
