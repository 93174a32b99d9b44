import pytest

from storage.room_log import RoomLog
from storage.room_log_memory import MemoryRoomLog
from tests.contracts.room_log_contract import RoomLogContract


class OneMemory:
    """Whoever opens it gets the same log."""

    def __init__(self) -> None:
        self._log = MemoryRoomLog()

    async def another(self) -> RoomLog:
        return self._log

    async def reopen(self) -> RoomLog:
        await self._log.close()
        return self._log


class TestMemoryRoomLog(RoomLogContract):
    @pytest.fixture
    def logs(self) -> OneMemory:
        return OneMemory()

    @pytest.fixture
    async def log(self, logs: OneMemory) -> RoomLog:
        return await logs.another()


def test_an_owner_may_promise_that_nobody_else_writes() -> None:
    assert not MemoryRoomLog().exclusive
    assert MemoryRoomLog(exclusive=True).exclusive


def test_a_generation_can_be_given() -> None:
    assert MemoryRoomLog(generation="a" * 16).generation == "a" * 16
