"""A ring changes in its file: whole, in order, and no secret goes while it is needed."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from server.secret_rotation import (
    GRACE_S,
    LINK_DAYS,
    RING_MAX,
    Held,
    NotRotated,
    held,
    retire,
    rotate,
    still_needed,
)
from server.secrets import InvalidSecret, kept_secrets, load_secret

NOW = 1_760_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR


def test_SE8_a_rotation_puts_a_fresh_secret_in_front(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    first = load_secret(path, create=True)
    ring = rotate(path, NOW)
    assert load_secret(path, create=False) == ring
    assert ring.secrets[1:] == first.secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.since_ms for one in kept_secrets(path)] == [NOW, None]
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_SE8_no_more_than_five_secrets_are_kept_and_none_is_dropped_for_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    load_secret(path, create=True)
    rings = [rotate(path, NOW + n) for n in range(RING_MAX - 1)]
    with pytest.raises(NotRotated, match="retire the oldest first"):
        rotate(path, NOW)
    assert load_secret(path, create=False) == rings[-1]


def test_SE8_commands_at_the_same_time_lose_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    load_secret(path, create=True)
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(rotate(path, NOW).secrets[0])) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(made) < set(load_secret(path, create=False).secrets)
    assert len(set(made)) == 4


def test_SE8_without_a_file_there_is_nothing_to_rotate(tmp_path: Path) -> None:
    with pytest.raises(InvalidSecret, match="does not exist"):
        rotate(tmp_path / "secret", NOW)
    with pytest.raises(InvalidSecret, match="cannot be read"):
        rotate(tmp_path / "nowhere" / "secret", NOW)


def test_SE12_the_oldest_is_retired_and_only_the_one_that_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    first = load_secret(path, create=True)
    ring = rotate(path, NOW)
    with pytest.raises(NotRotated, match="changed meanwhile"):
        retire(path, ring.ids()[0])
    assert retire(path, first.ids()[0]).secrets == ring.secrets[:1]
    assert load_secret(path, create=False).secrets == ring.secrets[:1]


def test_SE12_the_last_secret_is_never_retired(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    only = load_secret(path, create=True)
    with pytest.raises(NotRotated, match="one secret only"):
        retire(path, only.ids()[0])
    assert load_secret(path, create=False) == only


def test_SE12_a_ring_says_which_secret_signed_from_when_to_when(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    load_secret(path, create=True)
    rotate(path, NOW)
    ring = rotate(path, NOW + DAY)
    ids = ring.ids()
    assert held(path) == [
        Held(ids[0], NOW + DAY, None, signs=True),
        Held(ids[1], NOW, NOW + DAY, signs=False),
        Held(ids[2], None, NOW, signs=False),
    ]


def reasons(age_ms: int, *, sealed: int = 0, known: bool = True) -> list[str]:
    """What speaks against retiring a secret that stopped signing so long ago."""
    stopped = NOW - age_ms
    ring = [
        Held("new", stopped if known else None, None, signs=True),
        Held("old", None, stopped if known else None, signs=False),
    ]
    return still_needed(
        ring, now_ms=NOW, changed_ms=NOW if known else stopped, guest_token_h=12, sealed=sealed
    )


@pytest.mark.parametrize("known", [True, False])
def test_SE13_a_secret_is_needed_for_as_long_as_what_it_signed_lives(known: bool) -> None:
    margin = GRACE_S * 1000
    assert len(reasons(0, known=known)) == 2
    assert len(reasons(12 * HOUR + margin - 1, known=known)) == 2
    after_tokens = reasons(12 * HOUR + margin, known=known)
    assert len(after_tokens) == 1
    assert "invitation links" in after_tokens[0]
    assert reasons(LINK_DAYS * DAY + margin - 1, known=known) != []
    assert reasons(LINK_DAYS * DAY + margin, known=known) == []


def test_SE14_a_secret_is_needed_for_as_long_as_sealed_values_need_it() -> None:
    found = reasons(2 * LINK_DAYS * DAY, sealed=3)
    assert len(found) == 1
    assert found[0].startswith("3 sealed values")
