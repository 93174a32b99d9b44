"""Where a log lies, and what is asked of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from loadtest.bench.log_folder import MARK, LogFolder, Made
from loadtest.processes import Cores

MADE = Made(
    rooms=5,
    entries=1_000,
    seconds=1.0,
    secret="s" * 43,
    account="a_x",
    token="t",
    opened=["r_a"],
    appended=["r_b"],
    old=[],
)


def folder(path: Path) -> LogFolder:
    return LogFolder(path, Cores(), lambda _: None)


def test_a_log_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / MARK).write_bytes(msgspec.json.encode(MADE))
    made = folder(tmp_path).made(900, 4)
    assert made == MADE
    assert (made.guest.account, made.guest.token) == ("a_x", "t")


def test_a_log_that_is_too_small_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / MARK).write_bytes(msgspec.json.encode(MADE))
    with pytest.raises(ValueError, match="holds a log of 1,000 entries"):
        folder(tmp_path).made(1_001, 4)


def test_a_command_is_run_with_the_settings_of_the_log(tmp_path: Path) -> None:
    ran = folder(tmp_path).command(
        "postgresql://nobody@127.0.0.1:9/none", "s" * 43, ["db", "verify"]
    )
    assert ran.status == 3
    assert "cannot connect" in ran.noted
    assert ran.seconds > 0
    assert folder(tmp_path).archived() == []
