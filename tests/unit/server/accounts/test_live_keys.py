"""API keys in memory: who they speak for, until when, and what is written of their use."""

from __future__ import annotations

import hashlib
import re

import pytest

from server.accounts.live_keys import (
    CONNECTION_MS,
    LiveKeys,
    digest_of,
    new_key,
    parse,
    with_new_secret,
)
from storage.errors import StorageUnavailable
from tests.support.access import Kept, key_of
from tests.support.manual_clock import START_MS, ManualClock

ACCOUNT = "a_" + "A" * 22
DAY_MS = 86_400_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def test_A12_a_key_is_spelt_in_one_way_and_shows_nothing_of_itself() -> None:
    drawn = new_key()
    assert re.fullmatch(r"tl_live_[0-9A-Za-z]{16}_[A-Za-z0-9_-]{43}", drawn.text)
    assert parse(drawn.text) == (drawn.id, drawn.text[-43:])
    assert drawn.digest == hashlib.sha256(drawn.text[-43:].encode()).digest()
    assert drawn.text[-43:] not in repr(drawn)
    assert drawn.digest.hex() not in repr(key_of(ACCOUNT, drawn=drawn))
    assert new_key().text != drawn.text


def test_A12_what_is_not_spelt_so_is_no_key() -> None:
    text = new_key().text
    for wrong in (
        text[:-1],
        text + "A",
        text + "\n",
        text.replace("tl_live_", "tl_test_"),
        text.upper(),
        text[:10] + "-" + text[11:],
        text[:-1] + "ä",
        "",
    ):
        assert parse(wrong) is None


def test_A12_AX5_a_key_speaks_for_its_account_within_its_grant(clock: ManualClock) -> None:
    keys, drawn = LiveKeys(clock), new_key()
    keys.load([key_of(ACCOUNT, "rooms:read", drawn=drawn, rooms=frozenset({"r_1"}))])
    found = keys.identify(drawn.text)
    assert found is not None
    assert (found.account, found.name, found.kind, found.session) == (ACCOUNT, "Ann", "key", "")
    assert found.expires_ms == START_MS + CONNECTION_MS
    assert found.grant is not None
    assert found.grant.key == drawn.id
    assert found.may("rooms:read", "r_1")
    assert not found.may("rooms:write", "r_1")
    assert not found.may("rooms:read", "r_2")


def test_A12_a_wrong_secret_and_an_unknown_id_are_nobody(clock: ManualClock) -> None:
    keys, drawn = LiveKeys(clock), new_key()
    keys.put(key_of(ACCOUNT, drawn=drawn))
    assert keys.identify(with_new_secret(drawn.id).text) is None
    assert keys.identify(new_key().text) is None
    assert keys.identify("x") is None
    assert keys.identify(drawn.text) is not None


def test_AX6_the_secret_before_a_rotation_is_good_until_its_time(clock: ManualClock) -> None:
    keys, old = LiveKeys(clock), new_key()
    fresh = with_new_secret(old.id)
    keys.put(
        key_of(ACCOUNT, drawn=fresh, previous_digest=old.digest, previous_until=START_MS + 60_000)
    )
    by_old, by_fresh = keys.identify(old.text), keys.identify(fresh.text)
    assert by_old is not None
    assert by_fresh is not None
    assert by_old.expires_ms == START_MS + 60_000
    assert by_fresh.expires_ms == START_MS + DAY_MS
    clock.advance(59.999)
    assert keys.identify(old.text) is not None
    clock.advance(0.001)
    assert keys.identify(old.text) is None
    assert keys.identify(fresh.text) is not None


def test_AX6_who_came_by_a_secret_before_its_rotation_goes_with_it(clock: ManualClock) -> None:
    keys, first = LiveKeys(clock), new_key()
    second, third = with_new_secret(first.id), with_new_secret(first.id)
    keys.put(key_of(ACCOUNT, drawn=first))
    came = keys.identify(first.text)
    assert came is not None
    grant = came.grant
    assert grant is not None
    until = START_MS + 60_000
    keys.put(key_of(ACCOUNT, drawn=second, previous_digest=first.digest, previous_until=until))
    clock.advance(59.999)
    assert keys.holds(grant)
    clock.advance(0.001)
    assert not keys.holds(grant), "however long its connection was good for when it came"
    keys.put(
        key_of(ACCOUNT, drawn=third, previous_digest=second.digest, previous_until=until + 60_000)
    )
    assert not keys.holds(grant), "rotated again: nothing is left of the first"


def test_AX6_a_key_expires(clock: ManualClock) -> None:
    keys, drawn = LiveKeys(clock), new_key()
    keys.put(key_of(ACCOUNT, drawn=drawn, expires_at=START_MS + 1_000))
    found = keys.identify(drawn.text)
    assert found is not None
    assert found.expires_ms == START_MS + 1_000
    clock.advance(1.0)
    assert keys.identify(drawn.text) is None
    assert len(keys) == 1
    keys.forget_expired()
    assert len(keys) == 0


def test_AX7_a_key_that_was_dropped_does_not_come_back_with_a_late_answer(
    clock: ManualClock,
) -> None:
    keys, drawn = LiveKeys(clock), new_key()
    key = key_of(ACCOUNT, drawn=drawn)
    keys.put(key)
    identity = keys.identify(drawn.text)
    assert identity is not None
    grant = identity.grant
    assert grant is not None
    assert keys.drop(drawn.id)
    assert not keys.drop(drawn.id)
    keys.put(key)
    assert keys.identify(drawn.text) is None
    assert not keys.holds(grant)
    keys.settled()
    keys.put(key)
    assert keys.holds(grant)


async def test_AX8_uses_are_written_together_and_again_where_they_could_not(
    clock: ManualClock,
) -> None:
    keys, kept = LiveKeys(clock), Kept()
    first, second = new_key(), new_key()
    keys.load([key_of(ACCOUNT, drawn=first), key_of(ACCOUNT, drawn=second)])
    await keys.write_uses(kept)
    assert kept.uses == [], "nothing was used"
    keys.identify(first.text)
    keys.identify(second.text)
    kept.fault = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await keys.write_uses(kept)
    clock.advance(1.0)
    keys.identify(second.text)
    keys.identify(with_new_secret(first.id).text)
    kept.fault = None
    await keys.write_uses(kept)
    await keys.write_uses(kept)
    assert kept.uses == [{first.id: START_MS, second.id: START_MS + 1_000}]


def test_keys_are_found_by_their_account(clock: ManualClock) -> None:
    keys, drawn = LiveKeys(clock), new_key()
    keys.load([key_of(ACCOUNT, drawn=drawn), key_of("a_" + "B" * 22)])
    assert keys.of_account(ACCOUNT) == [drawn.id]
    assert digest_of("x") == hashlib.sha256(b"x").digest()
