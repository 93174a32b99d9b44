"""`touchline secret`: shown, rotated, retired, and never printed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from server.accounts.sealed import Seals
from server.secret_rotation import LINK_DAYS
from server.secrets import load_secret
from tests.support.command_line import Ran, on, touchline

GOOD = "9f-Qm3vX7_kTz1LwYbRd5HcJ2sNgPa8E"


def secret(folder: Path, *arguments: str) -> Ran:
    ran = touchline(*on(folder, "secret", *arguments))
    if (folder / "secret").exists():
        for one in load_secret(folder / "secret", create=False).secrets:
            assert one.decode() not in ran.out + ran.err
    return ran


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    load_secret(tmp_path / "secret", create=True)
    return tmp_path


def long_ago(folder: Path) -> None:
    """The file was last changed before anything that lives."""
    path = folder / "secret"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("#")))
    then = path.stat().st_mtime - (LINK_DAYS + 1) * 86_400
    os.utime(path, (then, then))


def test_SE16_the_ring_is_shown_by_public_ids(folder: Path) -> None:
    secret(folder, "rotate")
    ids = load_secret(folder / "secret", create=False).ids()
    shown = secret(folder, "status")
    assert [row[:2] for row in shown.rows()] == [[ids[0], "signs"], [ids[1], "verifies"]]
    since, until = shown.rows()[0][2], shown.rows()[1][3]
    assert since == until
    assert since.endswith("+00:00")


def test_SE8_after_a_rotation_tokens_of_the_old_secret_are_good(folder: Path) -> None:
    token = touchline(*on(folder, "token", "create", "Ada")).out.strip()
    rotated = secret(folder, "rotate")
    assert rotated.status == 0
    assert load_secret(folder / "secret", create=False).ids()[0] in rotated.err
    assert touchline(*on(folder, "token", "show", token)).status == 0


def test_SE13_a_young_secret_is_not_retired_and_it_is_said_what_would_stop(folder: Path) -> None:
    secret(folder, "rotate")
    before = (folder / "secret").read_bytes()
    refused = secret(folder, "retire")
    assert refused.status == 1
    assert "guests whose token it signed" in refused.err
    assert "invitation links" in refused.err
    assert "--force" in refused.err
    assert (folder / "secret").read_bytes() == before


def test_SE13_by_force_it_is_retired_and_what_stops_is_said(folder: Path) -> None:
    token = touchline(*on(folder, "token", "create", "Ada")).out.strip()
    secret(folder, "rotate")
    newest = load_secret(folder / "secret", create=False).ids()[0]
    forced = secret(folder, "retire", "--force")
    assert forced.status == 0
    assert "guests whose token it signed" in forced.err
    assert load_secret(folder / "secret", create=False).ids() == (newest,)
    assert touchline(*on(folder, "token", "show", token)).status == 1


def test_SE12_an_old_secret_is_retired_without_a_question(folder: Path) -> None:
    secret(folder, "rotate")
    long_ago(folder)
    retired = secret(folder, "retire")
    assert (retired.status, len(load_secret(folder / "secret", create=False).secrets)) == (0, 1)


def test_SE12_the_only_secret_is_not_retired_even_by_force(folder: Path) -> None:
    refused = secret(folder, "retire", "--force")
    assert refused.status == 1
    assert "one secret only" in refused.err


def test_SE14_a_secret_that_sealed_values_need_is_not_retired(folder: Path) -> None:
    ring = load_secret(folder / "secret", create=False)
    assert touchline(*on(folder, "db", "migrate")).status == 0
    seal = Seals(ring).seal(b"JBSWY3DP", account="a_1", purpose="totp")
    with sqlite3.connect(folder / "touchline.db") as database:
        database.execute(
            "INSERT INTO account (id, name, created_at, origin, totp_secret)"
            " VALUES ('a_1', 'Ada', 0, 'password', ?)",
            (seal,),
        )
    database.close()
    secret(folder, "rotate")
    long_ago(folder)
    assert [row[4] for row in secret(folder, "status").rows()] == ["0", "1"]
    refused = secret(folder, "retire")
    assert refused.status == 1
    assert "1 sealed values cannot be opened" in refused.err
    assert "invitation links" not in refused.err


def test_SE2_secrets_of_the_environment_are_changed_there(tmp_path: Path) -> None:
    environ = {"TOUCHLINE_SECRET": f"{GOOD[::-1]} {GOOD}"}
    shown = touchline(*on(tmp_path, "secret", "status"), environ=environ)
    assert [row[1] for row in shown.rows()] == ["signs", "verifies"]
    for command in ("rotate", "retire"):
        refused = touchline(*on(tmp_path, "secret", command), environ=environ)
        assert refused.status == 2
        assert "restart node after node" in refused.err
        assert GOOD not in refused.err
    assert not list(tmp_path.iterdir())


def test_SE8_without_a_secret_nothing_is_rotated(tmp_path: Path) -> None:
    refused = secret(tmp_path, "rotate")
    assert refused.status == 2
    assert "does not exist" in refused.err
    assert not list(tmp_path.iterdir())


def test_SE8_a_file_that_cannot_be_replaced_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object, __: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    refused = secret(folder, "rotate")
    assert refused.status == 3
    assert "cannot be replaced (Permission denied)" in refused.err


@pytest.mark.postgres
def test_SE16_seals_in_postgresql_are_counted_too(folder: Path, postgres_url: str) -> None:
    environ = {"TOUCHLINE_DATABASE": postgres_url}
    shown = touchline(*on(folder, "secret", "status"), environ=environ)
    assert shown.status == 0
    assert shown.rows()[0][4] == "0"


def test_OP5_a_database_that_is_away_ends_with_3(folder: Path) -> None:
    environ = {"TOUCHLINE_DATABASE": "postgresql://nobody@127.0.0.1:9/none"}
    for command in ("status", "retire"):
        secret(folder, "rotate")
        ran = touchline(*on(folder, "secret", command), environ=environ)
        assert ran.status == 3
