"""What limits count by."""

from __future__ import annotations

import pytest

from server.limits.subjects import address_key, counter_key, mailbox_key


def test_LM5_an_ipv6_subscriber_is_one_peer() -> None:
    assert address_key("2001:db8:1:2::5") == address_key("2001:db8:1:2:ffff::7%eth0")
    assert address_key("2001:db8:1:2::5") != address_key("2001:db8:1:3::5")


def test_LM5_ipv4_is_itself_also_when_mapped() -> None:
    assert address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("::ffff:192.0.2.1") == "192.0.2.1"
    assert address_key("::ffff:192.0.2.2") != address_key("::ffff:192.0.2.1")


@pytest.mark.parametrize("text", ["no:address", "", "unix"])
def test_what_is_no_address_counts_as_itself(text: str) -> None:
    assert address_key(text) == text


@pytest.mark.parametrize(
    "email",
    [
        "ann.lee@example.org",
        "annlee+1@example.org",
        "a.n.n.l.e.e+x+y@example.org",
        "AnnLee@Example.org",
    ],
)
def test_LM19_spellings_of_an_address_are_one_mailbox(email: str) -> None:
    assert mailbox_key(email) == "annlee@example.org"


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("annlee@ex.ample.org", "annlee@ex.ample.org"),
        ("+tag@example.org", "+tag@example.org"),
        ("...@example.org", "...@example.org"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_LM19_other_people_are_other_mailboxes(email: str, key: str) -> None:
    assert mailbox_key(email) == key


def test_LM6_a_key_does_not_hold_the_subject_and_stays_short() -> None:
    key = counter_key("login", "coach@example.org")
    assert key.startswith("login:")
    assert "coach" not in key
    assert len(counter_key("login", "x" * 100_000)) == len(key)
    assert counter_key("login", "a") != counter_key("login", "b")
    assert counter_key("login", "a") != counter_key("reset", "a")


def test_LM6_text_that_is_no_text_has_a_key_too() -> None:
    assert counter_key("login", "\udcff") != counter_key("login", "?")
