"""What has ended, as this node knows it: told at once, read with an overlap, forgotten in time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from server.accounts.access import (
    BEYOND_ALL,
    CLAIMED,
    FOR_GOOD,
    OVERLAP_MS,
    RENAMED,
    REVOKED,
    Access,
    Ended,
    longest_token_ms,
)
from server.accounts.live_keys import LiveKey, new_key
from server.config import Settings
from server.identity import Grant, Identity
from server.metrics import Metrics
from server.readiness import Readiness
from storage.errors import StorageUnavailable
from tests.support.access import BlockRow, Kept, key_of
from tests.support.manual_clock import START_MS, ManualClock

ACCOUNT = "a_" + "A" * 22
MEMBER = Identity(ACCOUNT, "Ann", START_MS + 600_000, "j", "s_1", "account")
GUEST = Identity(ACCOUNT, "Ann", START_MS + 600_000, "j", "guestsession", "guest")
LIFE_MS = 600_000


class House:
    """One node's access, and everything around it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.kept = Kept()
        self.metrics = Metrics()
        self.readiness = Readiness()
        self.slept: list[float] = []
        self.rounds = 0
        self.access = self.node()
        self.heard: list[Ended] = []
        self.access.listen(self.heard.append)

    def node(self) -> Access:
        return Access(
            changes=self.kept,
            blocks=self.kept,
            keys=self.kept,
            clock=self.clock,
            metrics=self.metrics,
            readiness=self.readiness,
            life_ms=LIFE_MS,
            poll_s=1.0,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        if len(self.slept) == self.rounds:
            raise asyncio.CancelledError
        self.slept.append(seconds)
        self.clock.advance(seconds)

    async def run(self, rounds: int) -> None:
        """So many rounds of the loop, then its end."""
        self.slept, self.rounds = [], rounds
        with pytest.raises(asyncio.CancelledError):
            await self.access.run()


@pytest.fixture
def house() -> House:
    return House()


# --- what is told ---------------------------------------------------------------------------------


def test_AX1_who_has_not_ended_holds(house: House) -> None:
    assert house.access.still_holds(MEMBER) is None
    assert house.access.still_holds(GUEST) is None
    assert house.access.still_holds(replace(MEMBER, session="")) is None


def test_AX1_an_ended_session_holds_no_more_and_is_told_once(house: House) -> None:
    for _ in range(2):
        house.access.note("session", "s_1", "logged out", START_MS)
    assert house.access.still_holds(MEMBER) == "session"
    assert house.access.still_holds(replace(MEMBER, session="s_2")) is None
    assert house.heard == [Ended("session", "s_1")]
    assert house.metrics.access_endings == {"session": 1}


def test_AX1_an_identity_without_a_session_cannot_lose_it(house: House) -> None:
    house.access.note("session", "", "", START_MS)
    assert house.access.still_holds(replace(MEMBER, session="")) is None
    assert house.heard == []


async def test_IS10_an_account_of_an_issuer_that_was_closed_is_never_forgotten(
    house: House,
) -> None:
    house.access.note("account", ACCOUNT, "deleted", START_MS)
    house.kept.add("account", ACCOUNT, START_MS, FOR_GOOD)
    house.kept.add("account", "a_ours", START_MS, "deleted")
    assert await house.access.refresh()
    house.clock.advance(LIFE_MS / 1000 + OVERLAP_MS / 1000 + 120)
    await house.run(1)
    assert house.access.still_holds(MEMBER) == "account"
    assert house.access.still_holds(replace(MEMBER, account="a_ours")) is None, "no token is left"
    house.kept.rows.clear()
    house.kept.gone = [ACCOUNT]
    another = house.node()
    await another.load()
    assert another.still_holds(MEMBER) == "account", "a node that starts later knows it too"


def test_AX1_a_closed_account_ends_whatever_vouched_for_it(house: House) -> None:
    house.access.note("account", ACCOUNT, "its owner", START_MS)
    assert {house.access.still_holds(one) for one in (MEMBER, GUEST)} == {"account"}
    assert house.heard == [Ended("account", ACCOUNT)]


def test_AX1_a_claimed_account_ends_its_guest_tokens_alone(house: House) -> None:
    house.access.note("account", ACCOUNT, CLAIMED, START_MS)
    assert house.access.still_holds(GUEST) == "session"
    assert house.access.still_holds(MEMBER) is None
    assert house.heard == [Ended("guest", ACCOUNT)]


def test_AX1_changes_that_end_nothing_are_passed_over(house: House) -> None:
    house.access.note("team", "t_1", "", START_MS)
    house.access.note("account", ACCOUNT, RENAMED, START_MS)
    assert house.access.still_holds(MEMBER) is None
    assert house.heard == []


# --- what is read ---------------------------------------------------------------------------------


async def test_AX2_at_the_start_all_is_known_that_a_living_token_could_contradict(
    house: House,
) -> None:
    house.kept.add("session", "s_1", START_MS - LIFE_MS)
    house.kept.add("session", "s_2", START_MS - LIFE_MS - 1)
    house.kept.blocks.append(BlockRow("account", "a_blocked"))
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    assert house.kept.asked == [(BEYOND_ALL, START_MS - LIFE_MS)]
    assert house.access.still_holds(MEMBER) == "session"
    assert house.access.still_holds(replace(MEMBER, session="s_2")) is None
    assert house.access.still_holds(replace(MEMBER, account="a_blocked")) == "blocked"
    assert house.access.keys.identify(drawn.text) is not None


async def test_AX2_a_start_without_a_database_fails(house: House) -> None:
    house.kept.fault = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await house.access.load()


async def test_AX3_what_another_node_ended_is_known_after_one_round(house: House) -> None:
    await house.access.load()
    house.kept.add("session", "s_1", START_MS + 500)
    await house.run(1)
    assert house.slept == [1.0]
    assert house.access.still_holds(MEMBER) == "session"
    assert house.heard == [Ended("session", "s_1")]


async def test_AX3_a_row_that_was_committed_late_under_an_early_number_is_found(
    house: House,
) -> None:
    await house.access.load()
    house.kept.add("session", "s_2", START_MS, number=9)
    await house.run(1)
    house.kept.add("session", "s_1", START_MS, number=3)
    await house.run(1)
    assert house.heard == [Ended("session", "s_2"), Ended("session", "s_1")]
    await house.run(3)
    assert len(house.heard) == 2, "rows that are read again say nothing new"


async def test_AX3_after_an_outage_everything_since_the_last_reading_is_read(
    house: House,
) -> None:
    await house.access.load()
    house.kept.add("session", "s_9", START_MS, number=9)
    await house.run(1)
    house.kept.fault = StorageUnavailable("away")
    await house.run(300)
    house.kept.fault = None
    # committed while nothing could be read, under a number from before
    house.kept.add("session", "s_1", START_MS + 2_000, number=4)
    await house.run(1)
    assert house.access.still_holds(MEMBER) == "session"
    assert house.kept.asked[-1][1] == START_MS + 1_000 - OVERLAP_MS


async def test_AX8_while_the_database_is_away_what_is_known_goes_on_to_hold(house: House) -> None:
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    house.kept.blocks.append(BlockRow("account", "a_blocked"))
    await house.access.load()
    house.access.note("session", "s_1", "", START_MS)
    house.kept.fault = StorageUnavailable("away")
    with capture_logs() as logs:
        await house.run(3)
        assert house.readiness.degraded == {"access"}
        assert house.metrics.access_polls_failed == 3
        assert house.access.still_holds(MEMBER) == "session"
        assert house.access.still_holds(replace(MEMBER, account="a_blocked")) == "blocked"
        assert house.access.keys.identify(drawn.text) is not None
        house.kept.fault = None
        await house.run(1)
    assert house.readiness.degraded == set()
    told = [one["event"] for one in logs if one["log_level"] != "debug"]
    assert told == ["access changes cannot be read", "access changes are read again"]


# --- keys -----------------------------------------------------------------------------------------


def by_key(key: LiveKey) -> Identity:
    return replace(MEMBER, session="", kind="key", grant=Grant(key.id, key.scopes, key.rooms))


async def test_AX7_a_key_made_elsewhere_is_good_and_a_revoked_one_is_not(house: House) -> None:
    await house.access.load()
    drawn = new_key()
    key = house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    house.kept.add("key", drawn.id, START_MS)
    await house.run(1)
    assert house.access.keys.identify(drawn.text) is not None
    assert house.access.still_holds(by_key(key)) is None
    del house.kept.keys[drawn.id]
    house.kept.add("key", drawn.id, START_MS + 1_000)
    await house.run(1)
    assert house.access.keys.identify(drawn.text) is None
    assert house.access.still_holds(by_key(key)) == "key"
    assert house.heard == [Ended("key", drawn.id)]


async def test_AX7_a_key_revoked_here_is_gone_without_asking(house: House) -> None:
    drawn = new_key()
    key = house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    house.kept.fault = StorageUnavailable("away")
    house.access.note("key", drawn.id, REVOKED, START_MS)
    assert house.access.still_holds(by_key(key)) == "key"
    assert house.heard == [Ended("key", drawn.id)]


async def test_AX7_a_key_that_could_not_be_read_is_read_the_next_time(house: House) -> None:
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    house.kept.keys.clear()
    house.access.note("key", drawn.id, "changed", START_MS)
    house.kept.fault = StorageUnavailable("away")
    assert not await house.access.refresh()
    assert house.access.keys.identify(drawn.text) is not None
    house.kept.fault = None
    assert await house.access.refresh()
    assert house.access.keys.identify(drawn.text) is None


async def test_AX5_a_renamed_account_renames_its_keys(house: House) -> None:
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn, account_name="Anna")
    house.kept.add("account", ACCOUNT, START_MS, RENAMED)
    await house.run(1)
    found = house.access.keys.identify(drawn.text)
    assert found is not None
    assert found.name == "Anna"


async def test_AX8_uses_of_keys_are_written_every_30_s_and_at_the_end(house: House) -> None:
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    house.access.keys.identify(drawn.text)
    house.rounds, house.slept = 29, []
    running = asyncio.ensure_future(house.run(30))
    await running
    assert house.kept.uses == [{drawn.id: START_MS}]
    house.access.keys.identify(drawn.text)
    await house.run(0)
    assert house.kept.uses[1:] == [{drawn.id: START_MS + 30_000}]


async def test_AX8_uses_that_cannot_be_written_stop_nothing(house: House) -> None:
    drawn = new_key()
    house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    await house.access.load()
    house.access.keys.identify(drawn.text)
    house.kept.fault = StorageUnavailable("away")
    await house.run(31)
    assert house.kept.uses == []
    house.kept.fault = None
    await house.run(0)
    assert house.kept.uses == [{drawn.id: START_MS}]


# --- blocks ---------------------------------------------------------------------------------------


async def test_AX9_blocks_hold_until_they_end_or_are_lifted(house: House) -> None:
    house.kept.blocks = [
        BlockRow("account", ACCOUNT, START_MS + 10_000),
        BlockRow("address", "198.51.100.0/24"),
    ]
    await house.access.load()
    assert house.access.still_holds(MEMBER) == "blocked"
    assert house.access.address_blocked("198.51.100.7")
    assert not house.access.address_blocked("203.0.113.7")
    assert house.heard == [Ended("blocks", "")]
    clock = house.clock
    clock.advance(9.999)
    assert house.access.still_holds(MEMBER) == "blocked"
    clock.advance(0.001)
    assert house.access.still_holds(MEMBER) is None
    house.kept.blocks.clear()
    house.kept.add("block", "b_1", clock.now_ms())
    await house.run(1)
    assert not house.access.address_blocked("198.51.100.7")
    assert len(house.heard) == 1, "nobody is to be closed for a block that was lifted"


async def test_AX9_a_blocked_key_is_as_one_that_was_revoked(house: House) -> None:
    drawn = new_key()
    key = house.kept.keys[drawn.id] = key_of(ACCOUNT, drawn=drawn)
    house.kept.blocks.append(BlockRow("key", drawn.id))
    await house.access.load()
    assert house.access.still_holds(by_key(key)) == "key"


async def test_AX9_blocks_that_could_not_be_read_are_read_the_next_time(house: House) -> None:
    await house.access.load()
    house.kept.blocks.append(BlockRow("account", ACCOUNT))
    house.access.note("block", "b_1", "", START_MS)
    house.kept.fault = StorageUnavailable("away")
    assert not await house.access.refresh()
    house.kept.fault = None
    assert await house.access.refresh()
    assert house.access.still_holds(MEMBER) == "blocked"


# --- memory ---------------------------------------------------------------------------------------


async def test_AX1_what_no_living_token_can_contradict_is_forgotten(house: House) -> None:
    await house.access.load()
    house.access.note("session", "s_1", "", START_MS)
    house.access.note("account", "a_closed", "", START_MS)
    house.access.note("account", "a_guest", CLAIMED, START_MS)
    assert house.access.remembered == 3
    await house.run((LIFE_MS + OVERLAP_MS) // 1000)
    assert house.access.remembered == 3
    await house.run(61)
    assert house.access.remembered == 0


async def test_AX3_numbers_beyond_the_overlap_are_not_kept(house: House) -> None:
    await house.access.load()
    for number in range(1, 1_202):
        house.kept.add("session", f"s_{number}", START_MS, number=number)
    await house.run(1)
    assert house.access.overlapping == 1_201
    house.kept.rows.clear()
    house.clock.advance(120.0)
    await house.run(2)
    assert house.access.overlapping == 0


def test_AX1_the_longest_life_is_a_guests_or_that_of_an_access_token() -> None:
    assert longest_token_ms(Settings(guest_token_h=12)) == (12 * 3600 + 30) * 1000
    assert longest_token_ms(Settings(guest_token_h=0.01)) == 630_000


async def test_RL11_what_this_node_ends_it_announces_and_what_it_reads_it_does_not() -> None:
    here = House()
    announced: list[str] = []
    here.access.announce = lambda: announced.append("said")
    here.access.note("session", "s_1", "", START_MS)
    here.access.note("block", "b_1", "", START_MS)
    assert announced == ["said", "said"]
    here.kept.add("session", "s_2", START_MS)
    await here.access.refresh()
    assert announced == ["said", "said"]
