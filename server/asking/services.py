"""What a node has for questions about plays, put together."""

from __future__ import annotations

from dataclasses import dataclass

from server.asking.asking import Asking
from server.asking.index import PlayIndex
from server.clock import Clock
from server.config import Settings
from server.metrics import Metrics
from storage.play_rows import PlayRows
from storage.room_log import RoomLog
from storage.tables import Tables


@dataclass(frozen=True, slots=True)
class PlayServices:
    """One value for whoever asks and whoever keeps up to date."""

    rows: PlayRows
    index: PlayIndex
    asking: Asking

    async def open_game(
        self, room: str, *, game: str, season: int, week: int, over: bool = False
    ) -> None:
        """Everybody may ask about this feed. `over`: it was whole when it was made, and can be
        asked about at once. Raises StorageError."""
        await self.rows.file(room, game=game, season=season, week=week, open_=True)
        if over:
            await self.index.begin(room)


def make_plays(
    log: RoomLog,
    tables: Tables,
    reading: Tables,
    settings: Settings,
    clock: Clock,
    metrics: Metrics,
) -> PlayServices:
    """`reading`: where questions go."""
    first = PlayRows(tables)
    rows = PlayRows(tables, reading)
    follows = bool(settings.ask_database)
    return PlayServices(
        rows,
        PlayIndex(log, first, clock, metrics, behind_s=settings.ask_behind_s),
        Asking(
            rows,
            clock,
            metrics,
            first=first if follows else None,
            late_s=settings.ask_behind_s + settings.ask_stale_s,
        ),
    )
