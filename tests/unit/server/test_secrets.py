"""The signing secret and the operator's key, as files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.secrets import (
    InvalidSecret,
    KeyRing,
    load_secret,
    read_operator_key,
    write_operator_key,
)

GOOD = "9f-Qm3vX7_kTz1LwYbRd5HcJ2sNgPa8E"


def test_the_secret_is_made_at_first_start_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    made = load_secret(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made.secrets[0]) >= 32
    assert load_secret(path, create=True) == made


def test_two_data_folders_have_different_secrets(tmp_path: Path) -> None:
    first = load_secret(tmp_path / "a", create=True)
    assert first != load_secret(tmp_path / "b", create=True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        (GOOD[:31], "31 bytes, expected at least 32"),
        ("0" * 64, "a placeholder"),
        (f"{GOOD}\nshort", "line 2: 5 bytes"),
    ],
)
def test_a_weak_secret_is_refused_without_being_shown(
    tmp_path: Path, content: str, told: str
) -> None:
    path = tmp_path / "secret"
    path.write_text(content)
    with pytest.raises(InvalidSecret, match=told) as refusal:
        load_secret(path, create=True)
    assert GOOD[:8] not in str(refusal.value)


def test_a_missing_secret_file_that_was_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSecret, match="does not exist"):
        load_secret(tmp_path / "secret", create=False)


def test_a_secret_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidSecret, match="cannot be read"):
        load_secret(tmp_path, create=False)


def test_several_lines_are_a_ring_of_which_the_first_signs(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{GOOD}\n\n{GOOD[::-1]}\n")
    ring = load_secret(path, create=False)
    assert ring.secrets == (GOOD.encode(), GOOD[::-1].encode())


def test_keys_for_different_purposes_differ_and_tell_nothing() -> None:
    ring = KeyRing((GOOD.encode(),))
    assert ring.derive("tokens") != ring.derive("invitations")
    assert ring.derive("tokens") == ring.derive("tokens")
    assert GOOD not in repr(ring)


def test_the_operators_key_is_new_at_every_start_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "operator"
    assert read_operator_key(path) is None
    first = write_operator_key(path)
    second = write_operator_key(path)
    assert first != second
    assert read_operator_key(path) == second
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["operator"]


def test_an_empty_operator_file_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "operator"
    path.write_text("\n")
    assert read_operator_key(path) is None
