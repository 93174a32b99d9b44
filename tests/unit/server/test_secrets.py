"""The signing secret and the operator's key, as files; the ring that may change."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from server.config import Settings
from server.secrets import (
    InvalidSecret,
    KeptSecret,
    KeyRing,
    LiveRing,
    fresh_secret,
    kept_secrets,
    load_secret,
    open_ring,
    operator_key,
    read_operator_key,
    read_private,
    replace_private,
    write_operator_key,
    written,
)

GOOD = "9f-Qm3vX7_kTz1LwYbRd5HcJ2sNgPa8E"
OTHER = GOOD[::-1]


def private(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def test_SE1_the_secret_is_made_at_first_start_for_its_owner_alone(tmp_path: Path) -> None:
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
        ("0123456" * 8, "a placeholder"),
        ("correct-horse." * 4, "a placeholder"),
        ("please-change-me-please-change-me!", "a placeholder"),
        ("MY_INSECURE_KEY_0123456789_abcdefgh", "a placeholder"),
        (f"{GOOD}\n{GOOD}", "one secret twice"),
        (f"{GOOD}\nshort", "line 2: 5 bytes"),
    ],
)
def test_SE3_a_weak_secret_is_refused_without_being_shown(
    tmp_path: Path, content: str, told: str
) -> None:
    path = private(tmp_path / "secret", content)
    with pytest.raises(InvalidSecret, match=told) as refusal:
        load_secret(path, create=True)
    assert GOOD[:8] not in str(refusal.value)


def test_SE3_a_missing_secret_file_that_was_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSecret, match="does not exist"):
        load_secret(tmp_path / "secret", create=False)


def test_a_secret_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidSecret, match="cannot be read"):
        load_secret(tmp_path, create=False)


def test_SE6_several_lines_are_a_ring_of_which_the_first_signs(tmp_path: Path) -> None:
    path = private(tmp_path / "secret", f"{GOOD}\n\n{GOOD[::-1]}\n")
    ring = load_secret(path, create=False)
    assert ring.secrets == (GOOD.encode(), GOOD[::-1].encode())


def test_SE7_keys_for_different_purposes_differ_and_tell_nothing() -> None:
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


# --- by the environment


def test_SE2_the_setting_gives_one_secret_or_several_and_no_file_is_made(tmp_path: Path) -> None:
    one = open_ring(Settings(data_dir=str(tmp_path), secret=GOOD))
    several = open_ring(Settings(data_dir=str(tmp_path), secret=f"{OTHER} {GOOD}\n"))
    assert one.secrets == (GOOD.encode(),)
    assert several.secrets == (OTHER.encode(), GOOD.encode())
    assert not list(tmp_path.iterdir())


def test_SE2_without_the_setting_the_secret_is_in_a_file(tmp_path: Path) -> None:
    made = open_ring(Settings(data_dir=str(tmp_path)))
    assert load_secret(tmp_path / "secret", create=False) == made
    named = private(tmp_path / "named", GOOD)
    assert open_ring(Settings(secret_file=str(named))).secrets == (GOOD.encode(),)
    with pytest.raises(InvalidSecret, match="does not exist"):
        open_ring(Settings(secret_file=str(tmp_path / "nowhere")))


@pytest.mark.parametrize("weak", ["short", f"{GOOD} short", "changeme" * 8])
def test_SE3_a_weak_setting_is_refused_without_being_shown(weak: str) -> None:
    with pytest.raises(InvalidSecret, match="the setting secret, number") as refusal:
        open_ring(Settings(secret=weak))
    assert weak not in str(refusal.value)
    assert GOOD not in str(refusal.value)


# --- files for their owner alone


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o660, 0o777])
def test_SE4_a_file_open_to_others_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = private(tmp_path / "the secret's file", GOOD, mode)
    with pytest.raises(InvalidSecret, match="open to other users") as refusal:
        load_secret(path, create=False)
    _, _, mends = str(refusal.value).partition("): ")
    subprocess.run(shlex.split(mends), check=True)
    assert load_secret(path, create=False).secrets == (GOOD.encode(),)


@pytest.mark.parametrize(("mode", "taken"), [(0o640, True), (0o644, False), (0o660, False)])
def test_SE4_a_group_may_read_what_belongs_to_root_for_a_server_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, taken: bool
) -> None:
    path = private(tmp_path / "mounted", GOOD, mode)
    if os.geteuid() != 0:
        pytest.skip("only root has files of root")
    monkeypatch.setattr(os, "geteuid", lambda: 1_000)
    if taken:
        assert read_private(path) == GOOD.encode()
    else:
        with pytest.raises(InvalidSecret, match="chmod 0640"):
            read_private(path)


def test_SE4_what_is_no_file_has_no_mode() -> None:
    reading, writing = os.pipe()
    os.write(writing, GOOD.encode())
    os.close(writing)
    assert read_private(Path(f"/proc/self/fd/{reading}")) == GOOD.encode()
    os.close(reading)


def test_SE5_a_file_is_replaced_in_one_step_for_its_owner_alone(tmp_path: Path) -> None:
    path = private(tmp_path / "secret", "old", 0o644)
    link = tmp_path / "link"
    link.symlink_to(path)
    before = path.stat().st_ino
    replace_private(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_ino != before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "secret"]


def test_SE5_a_replacement_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = private(tmp_path / "secret", "old")

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        replace_private(path, b"new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_SE5_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = private(tmp_path / "secret", "old")
    os.chown(path, 12_345, 23_456)
    replace_private(path, b"new")
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12_345, 23_456, 0o600)


def test_SE6_since_when_a_secret_signs_is_written_beside_it(tmp_path: Path) -> None:
    kept = (KeptSecret(fresh_secret(), 1_760_000_000_000), KeptSecret(GOOD.encode(), None))
    path = private(tmp_path / "secret", written(kept).decode())
    assert kept_secrets(path) == kept
    assert load_secret(path, create=False).secrets == tuple(one.secret for one in kept)
    assert GOOD not in repr(kept)


# --- a ring that changes


def test_SE10_whoever_follows_a_ring_is_given_each_one() -> None:
    first, second = KeyRing((GOOD.encode(),)), KeyRing((OTHER.encode(), GOOD.encode()))
    live, given, late = LiveRing(first), list[KeyRing](), list[KeyRing]()
    live.follow(given.append)
    live.replace(second)
    live.follow(late.append)
    assert (given, late, live.ring) == ([first, second], [second], second)
    fixed = list[KeyRing]()
    first.follow(fixed.append)
    assert fixed == [first]


def test_SE6_a_secret_has_a_public_name_that_tells_nothing() -> None:
    ring = KeyRing((GOOD.encode(), OTHER.encode()))
    assert [len(name) for name in ring.ids()] == [8, 8]
    assert len(set(ring.ids())) == 2
    assert KeyRing((OTHER.encode(),)).ids() == ring.ids()[1:]


def test_OP8_OP26_a_given_operator_key_is_not_written_anywhere(tmp_path: Path) -> None:
    with operator_key(Settings(data_dir=str(tmp_path), operator_key="tlop_given")) as given:
        assert given == "tlop_given"
        assert list(tmp_path.iterdir()) == []
    with operator_key(Settings(data_dir=str(tmp_path))) as made:
        assert read_operator_key(tmp_path / "operator.key") == made
    assert list(tmp_path.iterdir()) == []
