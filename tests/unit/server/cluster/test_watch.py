"""What the node leans on, watched."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from server.cluster.watch import GIVE_AWAY_S, STALE_S, Watch
from server.http.services import Readiness
from storage.errors import GenerationChanged, StorageUnavailable
from tests.support.manual_clock import ManualClock


class Listening:
    """Members who write down what they are told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, code: str) -> None:
        self.told.append(code)

    def send_away(self) -> None:
        self.told.append("sent away")


class Database:
    def __init__(self) -> None:
        self.away = False
        self.hangs = False

    async def check(self) -> None:
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        if self.away:
            raise StorageUnavailable("away")


def watch() -> tuple[Watch, Database, ManualClock, Readiness, Listening, dict[str, str]]:
    database, clock, readiness, members = Database(), ManualClock(), Readiness(), Listening()
    unreadable: dict[str, str] = {}
    watching = Watch(
        check=database.check,
        clock=clock,
        readiness=readiness,
        members=members,
        unreadable=unreadable,
    )
    return watching, database, clock, readiness, members, unreadable


async def test_LG27_a_database_of_another_generation_is_told_at_once() -> None:
    async def check() -> None:
        raise GenerationChanged("another")

    told: list[str] = []
    readiness = Readiness()
    watching = Watch(
        check=check,
        clock=ManualClock(),
        readiness=readiness,
        members=Listening(),
        unreadable={},
        outlived=lambda: told.append("outlived"),
    )
    await watching.look()
    assert told == ["outlived"]
    assert readiness.causes == {"database"}


async def test_SV4_members_are_told_stale_then_sent_away_then_recovered() -> None:
    watching, database, clock, readiness, members, _ = watch()
    await watching.look()
    assert readiness.causes == set()
    database.away = True
    await watching.look()
    assert readiness.causes == {"database"}
    assert members.told == []
    clock.advance(STALE_S)
    await watching.look()
    await watching.look()
    assert members.told == ["stale"]
    clock.advance(GIVE_AWAY_S - STALE_S)
    await watching.look()
    await watching.look()
    assert members.told == ["stale", "sent away"]
    database.away = False
    await watching.look()
    await watching.look()
    assert members.told == ["stale", "sent away", "recovered"]
    assert readiness.causes == set()


async def test_SV4_a_short_absence_is_not_told() -> None:
    watching, database, clock, _, members, _ = watch()
    database.away = True
    await watching.look()
    clock.advance(STALE_S - 1)
    await watching.look()
    database.away = False
    await watching.look()
    assert members.told == []


async def test_SV3_unreadable_rooms_are_said() -> None:
    watching, _, _, readiness, _, unreadable = watch()
    unreadable["r_1"] = "an event from tomorrow"
    await watching.look()
    assert readiness.degraded == {"unreadable rooms"}
    unreadable.clear()
    await watching.look()
    assert readiness.degraded == set()


async def test_SV4_a_database_that_hangs_has_not_answered() -> None:
    watching, database, _, readiness, _, _ = watch()
    database.hangs = True
    looking = asyncio.ensure_future(watching.look())
    with patch("server.cluster.watch.CHECK_EVERY_S", 0.001):
        looking.cancel()
        await watching.look()
    assert readiness.causes == {"database"}


async def test_SV4_it_looks_again_and_again() -> None:
    watching, database, _, readiness, _, _ = watch()
    database.away = True
    with patch("server.cluster.watch.CHECK_EVERY_S", 0.0):
        running = asyncio.ensure_future(watching.run())
        for _ in range(50):
            await asyncio.sleep(0)
        running.cancel()
    assert readiness.causes == {"database"}


async def test_RL12_members_are_told_once_that_news_do_not_come_and_once_that_they_do() -> None:
    database, readiness, members = Database(), Readiness(), Listening()
    sound = True
    watching = Watch(
        check=database.check,
        clock=ManualClock(),
        readiness=readiness,
        members=members,
        unreadable={},
        sound=lambda: sound,
    )
    await watching.look()
    sound = False
    await watching.look()
    assert (members.told, readiness.degraded) == ([], set()), "one lost connection is no outage"
    await watching.look()
    await watching.look()
    assert (members.told, readiness.degraded) == (["degraded"], {"relay"})
    assert readiness.causes == set(), "work goes on"
    sound = True
    await watching.look()
    await watching.look()
    assert (members.told, readiness.degraded) == (["degraded", "recovered"], set())


async def test_RL12_recovered_is_said_when_everything_is() -> None:
    clock, database, members = ManualClock(), Database(), Listening()
    watching = Watch(
        check=database.check,
        clock=clock,
        readiness=Readiness(),
        members=members,
        unreadable={},
        sound=lambda: False,
    )
    database.away = True
    await watching.look()
    clock.advance(STALE_S)
    await watching.look()
    assert members.told == ["degraded", "stale"]
    database.away = False
    await watching.look()
    assert members.told == ["degraded", "stale", "degraded"]
