"""What a demo leaves in the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from server.demo_start import DEMO_HOST, host, keep, read_kept


class Kept(Struct, frozen=True):
    room: str


def test_OP18_what_was_kept_is_read_again_and_is_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    assert read_kept(path, Kept) is None
    keep(path, Kept("r_1"))
    keep(path, Kept("r_2"))
    assert read_kept(path, Kept) == Kept("r_2")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"room": 7}', b"\xff"])
def test_OP18_a_damaged_file_is_none(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "demo.json"
    path.write_bytes(damage)
    assert read_kept(path, Kept) is None


def test_OP18_each_demo_has_an_account_of_its_own() -> None:
    assert host().account != host().account
    assert host().name == DEMO_HOST
