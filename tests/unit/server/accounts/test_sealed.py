"""Seals open for the account and purpose they were made for, by any key still held."""

from __future__ import annotations

import pytest

from server.accounts.sealed import PLAIN_BYTES_MAX, CannotOpen, Seals, key_id_of
from server.secrets import KeyRing, LiveRing

OLD = b"old-secret-old-secret-old-secret"
NEW = b"new-secret-new-secret-new-secret"
PLAIN = b"JBSWY3DPEHPK3PXP"


def seals(*secrets: bytes) -> Seals:
    return Seals(KeyRing(secrets or (OLD,)))


def test_RF7_what_was_sealed_opens_and_shows_nothing() -> None:
    sealed = seals().seal(PLAIN, account="a_1", purpose="totp")
    assert PLAIN not in sealed
    assert len(sealed) == len(PLAIN) + 33
    assert seals().open(sealed, account="a_1", purpose="totp") == PLAIN


def test_RF7_the_same_secret_is_sealed_otherwise_each_time() -> None:
    ours = seals()
    drawn = {ours.seal(PLAIN, account="a_1", purpose="totp") for _ in range(20)}
    assert len(drawn) == 20


def test_RF7_a_seal_is_bound_to_its_account_and_purpose() -> None:
    sealed = seals().seal(PLAIN, account="a_1", purpose="totp")
    with pytest.raises(CannotOpen):
        seals().open(sealed, account="a_2", purpose="totp")
    with pytest.raises(CannotOpen):
        seals().open(sealed, account="a_1", purpose="refresh-successor")


def test_RF7_every_changed_byte_is_noticed() -> None:
    sealed = seals().seal(PLAIN, account="a_1", purpose="totp")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(CannotOpen):
            seals().open(changed, account="a_1", purpose="totp")
    for end in range(len(sealed)):
        with pytest.raises(CannotOpen):
            seals().open(sealed[:end], account="a_1", purpose="totp")


def test_RF8_the_newest_key_seals_and_every_key_held_opens() -> None:
    before = seals(OLD).seal(PLAIN, account="a_1", purpose="totp")
    both = seals(NEW, OLD)
    assert both.open(before, account="a_1", purpose="totp") == PLAIN
    after = both.seal(PLAIN, account="a_1", purpose="totp")
    assert seals(NEW).open(after, account="a_1", purpose="totp") == PLAIN
    with pytest.raises(CannotOpen):
        seals(NEW).open(before, account="a_1", purpose="totp")


def test_what_is_too_long_is_neither_sealed_nor_opened() -> None:
    ours = seals()
    longest = ours.seal(b"x" * PLAIN_BYTES_MAX, account="a_1", purpose="totp")
    assert len(ours.open(longest, account="a_1", purpose="totp")) == PLAIN_BYTES_MAX
    with pytest.raises(ValueError, match=f"at most {PLAIN_BYTES_MAX}"):
        ours.seal(b"x" * (PLAIN_BYTES_MAX + 1), account="a_1", purpose="totp")
    with pytest.raises(CannotOpen):
        ours.open(longest + b"x", account="a_1", purpose="totp")


def test_SE14_a_seal_names_the_key_that_opens_it() -> None:
    before = seals(OLD).seal(PLAIN, account="a_1", purpose="totp")
    both = seals(NEW, OLD)
    assert key_id_of(before) == KeyRing((OLD,)).ids()[0]
    renewed = both.renew(before, account="a_1", purpose="totp")
    assert key_id_of(renewed) == KeyRing((NEW,)).ids()[0]
    assert seals(NEW).open(renewed, account="a_1", purpose="totp") == PLAIN
    with pytest.raises(CannotOpen):
        both.renew(before, account="a_2", purpose="totp")
    assert key_id_of(b"no seal") == ""


def test_SE10_seals_follow_the_ring() -> None:
    live = LiveRing(KeyRing((OLD,)))
    ours = Seals(live)
    before = ours.seal(PLAIN, account="a_1", purpose="totp")
    live.replace(KeyRing((NEW, OLD)))
    assert ours.open(before, account="a_1", purpose="totp") == PLAIN
    after = ours.seal(PLAIN, account="a_1", purpose="totp")
    assert key_id_of(after) == KeyRing((NEW,)).ids()[0]
    live.replace(KeyRing((NEW,)))
    assert ours.open(after, account="a_1", purpose="totp") == PLAIN
    with pytest.raises(CannotOpen):
        ours.open(before, account="a_1", purpose="totp")
