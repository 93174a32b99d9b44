"""Passwords: which may be chosen, what hashing costs, and that it never holds the loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher, extract_parameters

from server.accounts.passwords import (
    HASH_S,
    TURN_MAX_S,
    Cost,
    PasswordRefused,
    Passwords,
    PasswordsBusy,
    Verdict,
    check_choice,
    normalised,
    slots_here,
)
from tests.support.manual_clock import ManualClock

GOOD = "correct horse battery"
FULL = 3
"""Hashes and waiters that `ours` takes."""


@pytest.fixture
def ours() -> Iterator[Passwords]:
    passwords = Passwords(slots=1, queue_max=2)
    yield passwords
    passwords.close()


@pytest.fixture
def started() -> threading.Event:
    """Set once a thread hashes."""
    return threading.Event()


@pytest.fixture
def gate(
    ours: Passwords, started: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Event]:
    """Hashing takes until the gate is set."""
    opened = threading.Event()

    def wait(_hasher: PasswordHasher, password: str) -> str:
        started.set()
        assert opened.wait(60)
        return password

    monkeypatch.setattr(PasswordHasher, "hash", wait)
    yield opened
    opened.set()


@pytest.mark.parametrize(
    ("password", "length_min", "reason"),
    [
        ("seven77", 8, "too_short"),
        ("é" * 7, 8, "too_short"),
        ("e\u0301" * 7, 8, "too_short"),
        ("fourteen signs", 15, "too_short"),
        ("seven77", 1, "too_short"),
        ("x" * 129, 8, "too_long"),
        ("x" * 1_025, 8, "too_long"),
        ("\U0001f600" * 257, 8, "too_long"),
        ("x" * 10_000_000, 8, "too_long"),
        ("\ud800" * 10, 8, "malformed"),
        ("PassWord", 8, "too_common"),
    ],
)
async def test_PW1_PW2_PW3_what_may_not_be_chosen_is_refused_before_hashing(
    ours: Passwords, password: str, length_min: int, reason: str
) -> None:
    with pytest.raises(PasswordRefused) as refusal:
        await ours.hash(password, length_min=length_min)
    assert refusal.value.reason == reason
    assert password not in str(refusal.value)
    assert ours.under_way == 0


@pytest.mark.parametrize("password", ["eight888", "x" * 128, "\U0001f600" * 128, "ñ" * 8])
def test_PW1_lengths_are_code_points(password: str) -> None:
    assert check_choice(password) == password


async def test_PW2_oversized_passwords_are_refused_at_sign_in_too(ours: Passwords) -> None:
    with pytest.raises(PasswordRefused):
        await ours.verify(None, "x" * 1_025)


async def test_PW4_both_spellings_of_an_accent_are_one_password(ours: Passwords) -> None:
    assert normalised("Cafe\u0301 au lait") == "Café au lait"
    stored = await ours.hash("Cafe\u0301 au lait")
    assert await ours.verify(stored, "Café au lait") == Verdict(right=True)


async def test_PW5_the_hash_is_argon2id_at_the_least_cost(ours: Passwords) -> None:
    stored = await ours.hash(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != await ours.hash(GOOD)
    assert await ours.verify(stored, GOOD) == Verdict(right=True)
    assert await ours.verify(stored, GOOD + "!") == Verdict(right=False)
    assert await ours.verify("not a hash", GOOD) == Verdict(right=False)


@pytest.mark.parametrize("cost", [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0)])
def test_PW5_a_lower_cost_is_refused(cost: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="expected at least"):
        Cost(*cost)


async def test_PW6_an_unknown_user_costs_the_same_and_is_never_right(
    ours: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    real = PasswordHasher.verify

    def recording(hasher: PasswordHasher, stored: str, password: str) -> bool:
        compared.append(stored)
        return real(hasher, stored, password)

    stored = await ours.hash(GOOD)
    monkeypatch.setattr(PasswordHasher, "verify", recording)
    assert await ours.verify(None, GOOD) == await ours.verify(stored, "wrong one")
    dummy, known = map(extract_parameters, compared)
    assert dummy == known


async def test_PW7_a_hash_made_at_a_lower_cost_is_to_be_made_again(ours: Passwords) -> None:
    dearer = Passwords(Cost(time_cost=3), slots=1)
    cheap, dear = await ours.hash(GOOD), await dearer.hash(GOOD)
    assert await dearer.verify(cheap, GOOD) == Verdict(right=True, rehash=True)
    assert await dearer.verify(cheap, "wrong one") == Verdict(right=False)
    assert await ours.verify(dear, GOOD) == Verdict(right=True)
    again = await dearer.rehash(GOOD)
    assert await dearer.verify(again, GOOD) == Verdict(right=True)
    dearer.close()


async def test_PW8_slots_and_queue_are_bounded_and_the_loop_goes_on(
    ours: Passwords, gate: threading.Event
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ours.hash(GOOD)) for _ in range(3)]
        await asyncio.sleep(0)
        assert ours.under_way == 3
        with pytest.raises(PasswordsBusy):
            await ours.hash(GOOD)
        gate.set()
    assert [task.result() for task in tasks] == [GOOD] * 3
    assert ours.under_way == 0
    assert await ours.hash(GOOD) == GOOD


async def test_PW8_cancelled_waiters_leak_no_slot(
    ours: Passwords, gate: threading.Event, started: threading.Event
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ours.hash(GOOD)) for _ in range(3)]
        assert await asyncio.to_thread(started.wait, 60)
        for task in tasks:
            task.cancel()
    assert ours.under_way >= 1  # the thread that hashes cannot be cancelled
    gate.set()
    for _ in range(3):
        assert await ours.hash(GOOD) == GOOD
    assert ours.under_way == 0


def full(passwords: Passwords) -> ExitStack:
    """Takes every place."""
    taken = ExitStack()
    for _ in range(FULL):
        taken.enter_context(passwords.place())
    return taken


def turned_away(passwords: Passwords) -> int:
    """After how many seconds one is asked to come again."""
    with pytest.raises(PasswordsBusy) as busy:
        passwords.check_room()
    return busy.value.retry_after_s


async def test_PW9_a_place_is_kept_until_its_hash_and_given_up_without_one(
    ours: Passwords, gate: threading.Event
) -> None:
    gate.set()
    with full(ours):
        with pytest.raises(PasswordsBusy), ours.place():
            pytest.fail("there was no place")
        with pytest.raises(PasswordsBusy):
            await ours.hash(GOOD)
    with ours.place() as place, ours.place(), ours.place():
        assert not (await ours.verify(None, GOOD, place=place)).right
        with ours.place(), pytest.raises(PasswordsBusy):
            # A place is good for one hash.
            await ours.verify(None, GOOD, place=place)
    assert await ours.hash(GOOD) == GOOD


def test_PW9_each_is_asked_to_come_behind_those_turned_away_before() -> None:
    clock = ManualClock()
    ours = Passwords(slots=1, queue_max=2, monotonic=clock.monotonic)
    per_s = round(1 / HASH_S)
    with full(ours):
        told = [turned_away(ours) for _ in range(3 * per_s - 1)]
        assert sorted(told) == told
        assert [told.count(second) for second in (1, 2, 3)] == pytest.approx([per_s] * 3, abs=1)
        for _ in range(100 * per_s):
            turned_away(ours)
        assert turned_away(ours) == TURN_MAX_S
        clock.advance(58.5)
        assert turned_away(ours) == 2
        clock.advance(1_000)
        assert turned_away(ours) == 1
    ours.check_room()
    ours.close()


async def test_PW9_turns_follow_what_hashes_take(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    ours = Passwords(slots=1, queue_max=2, monotonic=clock.monotonic)

    def slow(_hasher: PasswordHasher, password: str) -> str:
        clock.advance(1.0)
        return password

    monkeypatch.setattr(PasswordHasher, "hash", slow)
    for _ in range(20):
        await ours.hash(GOOD)
    with full(ours):
        assert [turned_away(ours) for _ in range(3)] == [1, 2, 3]
    ours.close()


@pytest.mark.skipif(sys.platform != "linux", reason="cores are counted otherwise there")
@pytest.mark.parametrize(("cores", "slots"), [(1, 1), (2, 1), (8, 7)])
def test_PW8_one_core_is_left_to_the_loop(
    cores: int, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def affinity(_pid: int) -> set[int]:
        return set(range(cores))

    monkeypatch.setattr(os, "sched_getaffinity", affinity)
    assert slots_here() == slots
