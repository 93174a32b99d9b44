"""Passwords: judged, hashed and compared, off the loop and a bounded number at a time.

Knows argon2id and its cost; must not know accounts, storage or HTTP. An unknown user costs as much
as a wrong password: `verify` without a stored hash compares with a dummy of the same parameters.
Rules: PW1 to PW9 (A3, A4, A5).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import os
import secrets
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeVar

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN = 8
LENGTH_MAX = 128
BYTES_MAX = 1_024
QUEUE_MAX = 32
TURN_MAX_S = 60
"""Whoever is turned away is asked to come again after this at the most, however many there are."""
HASH_S = 0.05
"""How long a hash takes, until the first was timed."""
TIMED_SHARE = 0.2
"""Weight of the latest hash in the running mean of their times."""
MEMORY_KIB_MIN = 19_456
TIME_COST_MIN = 2
PARALLELISM_MIN = 1

COMMONEST = frozenset({
    "00000000", "11111111", "12121212", "12345678", "123456789", "1234567890", "123123123",
    "1q2w3e4r", "1qaz2wsx", "87654321", "88888888", "aa123456", "abc12345", "abcd1234",
    "administrator", "asdfghjkl", "baseball", "football", "iloveyou", "letmein1", "password",
    "password1", "password123", "princess", "q1w2e3r4", "qwer1234", "qwerty123", "qwertyuiop",
    "sunshine", "superman", "touchline", "trustno1", "welcome1", "zxcvbnm1",
})  # fmt: skip
"""What is tried first everywhere and would pass the length. Compared without case."""

Refusal = Literal["too_short", "too_long", "malformed", "too_common"]
_Result = TypeVar("_Result")


class PasswordRefused(Exception):
    """The password may not be chosen. `reason` is for the person; the password is not in it."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason: Refusal = reason


class PasswordsBusy(Exception):
    """Every slot is taken and the queue is full: HTTP answers 503, and trying again is right after
    `retry_after_s` seconds, by when those who were turned away before have had their turn."""

    def __init__(self, retry_after_s: int = 1) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of argon2id; what is below OWASP's least (A5) is refused."""

    memory_kib: int = MEMORY_KIB_MIN
    time_cost: int = TIME_COST_MIN
    parallelism: int = PARALLELISM_MIN

    def __post_init__(self) -> None:
        least = (MEMORY_KIB_MIN, TIME_COST_MIN, PARALLELISM_MIN)
        given = (self.memory_kib, self.time_cost, self.parallelism)
        if any(value < minimum for value, minimum in zip(given, least, strict=True)):
            raise ValueError(f"argon2id with (m, t, p) = {given}, expected at least {least}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password is right, and whether its hash should be made again, at today's cost."""

    right: bool
    rehash: bool = False


def normalised(password: str) -> str:
    """The password in NFC, so that it is the same from every keyboard.

    Raises PasswordRefused beyond 1,024 bytes and for what is not text (lone surrogates)."""
    # A code point has at least one byte: what is longer is not even encoded.
    if len(password) > BYTES_MAX:
        raise PasswordRefused("too_long")
    try:
        if len(password.encode()) > BYTES_MAX:
            raise PasswordRefused("too_long")
    except UnicodeEncodeError:
        raise PasswordRefused("malformed") from None
    text = unicodedata.normalize("NFC", password)
    if len(text.encode()) > BYTES_MAX:
        raise PasswordRefused("too_long")
    return text


def check_choice(password: str, *, length_min: int = LENGTH_MIN) -> str:
    """The normalised password that somebody may choose; lengths are in code points after NFC.

    `length_min` is the setting's value: 15 for accounts without a second factor (NIST 800-63B-4)
    where it is on. Raises PasswordRefused."""
    text = normalised(password)
    if len(text) < max(length_min, LENGTH_MIN):
        raise PasswordRefused("too_short")
    if len(text) > LENGTH_MAX:
        raise PasswordRefused("too_long")
    if text.casefold() in COMMONEST:
        raise PasswordRefused("too_common")
    return text


class Place:
    """A place in the queue, which a hash takes up; what was not taken up ends with its `with`."""

    __slots__ = ("_give_up", "_held")

    def __init__(self, give_up: Callable[[], None]) -> None:
        self._give_up = give_up
        self._held = True

    def give_up(self) -> bool:
        """Whether it was still held; it is not any more."""
        held, self._held = self._held, False
        if held:
            self._give_up()
        return held


class Passwords:
    """Hashes and compares in threads: as many at once as there are cores but one, 32 more waiting.

    A slot is held until its thread is done, also when whoever waited for it was cancelled: the
    thread cannot be, and memory is what the slots bound. One instance belongs to one loop."""

    def __init__(
        self,
        cost: Cost | None = None,
        *,
        slots: int | None = None,
        queue_max: int = QUEUE_MAX,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        cost = cost or Cost()
        self._cost = cost
        self._hasher = _hasher(cost)
        slots = slots or slots_here()
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="argon2", initializer=_yield_cpu)
        self._slots = slots
        self._under_way_max = slots + queue_max
        self._under_way = 0
        self._places = 0
        self._hash_s = HASH_S
        self._monotonic = monotonic
        self._last_turn = monotonic()
        self._dummy = _dummy(cost)

    @property
    def under_way(self) -> int:
        """Hashes that run or wait for a slot."""
        return self._under_way

    def check_room(self) -> None:
        """Raises PasswordsBusy where a hash would find the queue full. Nothing else is done, so
        that turning somebody away costs next to nothing."""
        if self._under_way + self._places >= self._under_way_max:
            raise PasswordsBusy(self._next_turn_s())

    @contextlib.contextmanager
    def place(self) -> Generator[Place]:
        """Keeps a place for one hash while it is found out what to compare with: those who come
        together are counted before anything is looked up for them. Raises PasswordsBusy."""
        self.check_room()
        self._places += 1
        place = Place(self._place_given_up)
        try:
            yield place
        finally:
            place.give_up()

    async def hash(self, password: str, *, length_min: int = LENGTH_MIN) -> str:
        """The hash to store, in PHC form. Raises PasswordRefused before and PasswordsBusy instead
        of hashing."""
        text = check_choice(password, length_min=length_min)
        return await self._in_pool(lambda: self._hasher.hash(text))

    async def rehash(self, password: str) -> str:
        """The hash of a password that was just found right, at today's cost: it was chosen under
        the rules of its time, which are not asked again. Raises as `hash`."""
        text = normalised(password)
        return await self._in_pool(lambda: self._hasher.hash(text))

    async def verify(
        self, stored: str | None, password: str, *, place: Place | None = None
    ) -> Verdict:
        """Whether the password is the stored one. None, for users that do not exist, costs the
        same and is never right. Raises PasswordRefused beyond 1,024 bytes, and PasswordsBusy
        without a place."""
        text = normalised(password)
        return await self._in_pool(lambda: self._compare(stored, text), place)

    def close(self) -> None:
        """Takes no more work; what waits for a slot is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _compare(self, stored: str | None, password: str) -> Verdict:
        try:
            self._hasher.verify(stored if stored is not None else self._dummy, password)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if stored is None:
            return Verdict(right=False)
        return Verdict(right=True, rehash=self._is_cheap(stored))

    def _is_cheap(self, stored: str) -> bool:
        """Made at a lower cost than today's. A higher one is left as it is."""
        made = extract_parameters(stored)
        return (
            made.type is not Type.ID
            or made.memory_cost < self._cost.memory_kib
            or made.time_cost < self._cost.time_cost
            or made.parallelism < self._cost.parallelism
        )

    async def _in_pool(self, work: Callable[[], _Result], place: Place | None = None) -> _Result:
        if place is None or not place.give_up():
            self.check_room()
        loop = asyncio.get_running_loop()

        def timed() -> tuple[_Result, float]:
            began = self._monotonic()
            return work(), self._monotonic() - began

        job = self._pool.submit(timed)
        self._under_way += 1
        # Told by the thread's end, not by the waiter's: a cancelled waiter leaves a thread behind.
        job.add_done_callback(lambda _: _tell(loop, self._done))
        result, took_s = await asyncio.wrap_future(job)
        self._hash_s += (took_s - self._hash_s) * TIMED_SHARE
        return result

    def _done(self) -> None:
        self._under_way -= 1

    def _place_given_up(self) -> None:
        self._places -= 1

    def _next_turn_s(self) -> int:
        """Whole seconds until whoever is turned away now will find room: behind those who were
        turned away before, as fast as hashes get done. Nobody is held to it."""
        now = self._monotonic()
        turn = max(self._last_turn, now) + self._hash_s / self._slots
        self._last_turn = min(turn, now + TURN_MAX_S)
        return max(1, math.ceil(self._last_turn - now))


def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.time_cost,
        memory_cost=cost.memory_kib,
        parallelism=cost.parallelism,
        type=Type.ID,
    )


@functools.cache
def _dummy(cost: Cost) -> str:
    """What the passwords of users that do not exist are compared with: nobody's."""
    return _hasher(cost).hash(secrets.token_urlsafe(24))


def slots_here() -> int:
    """How many hashes run at once: every core that this process may use but one, at least one. The
    loop, the writer and whoever reads from them find that one free at any moment; with all of them
    hashing, boards waited longer and nobody was signed in sooner."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, cores - 1)


def _yield_cpu() -> None:
    """The thread runs when nothing else wants its core, so that hashing is not felt where boards
    are drawn on: Linux schedules each thread by itself. Elsewhere it competes as it would."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


def _tell(loop: asyncio.AbstractEventLoop, done: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(done)
