"""What a node has for questions, as its settings say."""

from server.asking.services import make_plays
from server.config import Settings
from server.metrics import Metrics
from storage.room_log_memory import MemoryRoomLog
from storage.tables_sqlite import memory_tables
from tests.support.manual_clock import ManualClock


async def test_QY7_plays_are_as_late_as_the_setting_says() -> None:
    clock, tables = ManualClock(), memory_tables()
    for seconds in (120, 7):
        made = make_plays(
            MemoryRoomLog(exclusive=True),
            tables,
            tables,
            Settings(ask_behind_s=seconds),
            clock,
            Metrics(),
        )
        assert made.index.until() == clock.now_ms() - 1_000 * seconds
    assert Settings().ask_behind_s == 120
