"""Who is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from server.limits.blocks import (
    Block,
    BlockView,
    InvalidBlock,
    Kind,
    StoredBlock,
    canonical,
    covers,
)
from storage.errors import StorageUnavailable


def block(value: str, *, kind: Kind = "address", ends_ms: int | None = None, id: str = "") -> Block:
    return Block(id=id or value, kind=kind, value=value, reason="spam", ends_ms=ends_ms)


def view(*blocks: Block) -> BlockView:
    made = BlockView()
    made.replace(blocks)
    return made


def found(blocks: BlockView, address: str, now_ms: int = 0) -> str | None:
    one = blocks.find("address", address, now_ms)
    return None if one is None else one.value


def test_LM30_accounts_and_keys_are_blocked_by_their_id() -> None:
    blocks = view(block("a1", kind="account"), block("k1", kind="key"))
    assert blocks.find("account", "a1", 0) == block("a1", kind="account")
    assert blocks.find("key", "k1", 0) is not None
    assert blocks.find("account", "k1", 0) is None
    assert blocks.find("key", "a1", 0) is None
    assert len(blocks) == 2


def test_LM30_an_address_is_found_by_itself_and_by_the_smallest_network_around_it() -> None:
    blocks = view(block("203.0.113.0/24"), block("203.0.113.7"), block("203.0.0.0/16"))
    assert found(blocks, "203.0.113.7") == "203.0.113.7"
    assert found(blocks, "203.0.113.8") == "203.0.113.0/24"
    assert found(blocks, "203.0.114.8") == "203.0.0.0/16"
    assert found(blocks, "203.1.0.1") is None
    assert found(blocks, "::ffff:203.0.113.7") == "203.0.113.7"
    assert found(blocks, "no address") is None
    assert len(blocks) == 3


def test_LM31_an_ipv6_address_is_blocked_with_its_subscriber() -> None:
    blocks = view(block(canonical("address", "2001:db8:1:2::5")), block("2001:db8:9::/48"))
    assert found(blocks, "2001:db8:1:2:ffff::9%eth0") == "2001:db8:1:2::/64"
    assert found(blocks, "2001:db8:1:3::5") is None
    assert found(blocks, "2001:db8:9:77::1") == "2001:db8:9::/48"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7/32", "203.0.113.7"),
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::1/128", "2001:db8::/64"),
        ("2001:DB8::/32", "2001:db8::/32"),
    ],
)
def test_LM31_there_is_one_spelling(given: str, kept: str) -> None:
    assert canonical("address", given) == kept


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("0.0.0.0/0", "at least /8"),
        ("10.0.0.0/7", "at least /8"),
        ("2001::/31", "at least /32"),
        ("127.0.0.1", "this machine itself"),
        ("127.0.0.0/8", "this machine itself"),
        ("::1", "this machine itself"),
        ("example.org", "expected an address or a network like"),
        ("", "expected an address"),
        ("203.0.113.0/33", "expected an address"),
    ],
)
def test_LM32_what_would_shut_out_too_many_is_refused(given: str, message: str) -> None:
    with pytest.raises(InvalidBlock, match=message):
        canonical("address", given)


@pytest.mark.parametrize("given", ["", " a1", "a\n1", "x" * 129])
def test_LM30_an_id_is_an_id(given: str) -> None:
    assert canonical("account", "a1") == "a1"
    with pytest.raises(InvalidBlock, match="expected the id of one key"):
        canonical("key", given)


def test_LM33_a_block_ends_when_it_ends() -> None:
    blocks = view(
        block("203.0.113.7", ends_ms=1_000), block("203.0.113.0/24", ends_ms=2_000),
        block("a1", kind="account", ends_ms=1_000),
    )  # fmt: skip
    assert found(blocks, "203.0.113.7", 999) == "203.0.113.7"
    assert found(blocks, "203.0.113.7", 1_000) == "203.0.113.0/24"
    assert found(blocks, "203.0.113.7", 2_000) is None
    assert blocks.find("account", "a1", 999) is not None
    assert blocks.find("account", "a1", 1_000) is None


@pytest.mark.parametrize("kind", ["address", "account"])
def test_LM33_of_two_blocks_of_the_same_the_longer_one_holds(kind: Kind) -> None:
    short = block("203.0.113.7", kind=kind, ends_ms=1_000, id="short")
    long = block("203.0.113.7", kind=kind, ends_ms=2_000, id="long")
    endless = block("203.0.113.7", kind=kind, id="endless")
    for first, second in ((short, long), (long, short)):
        assert view(first, second).find(kind, "203.0.113.7", 0) == long
    for first, second in ((endless, long), (long, endless)):
        assert view(first, second).find(kind, "203.0.113.7", 0) == endless


@dataclass
class Row:
    id: str
    kind: str
    value: str
    reason: str = "spam"
    ends_at: int | None = None


class Kept:
    """Storage with these rows, or away."""

    def __init__(self, *rows: Row) -> None:
        self.rows = rows
        self.is_away = False

    async def active(self, at: int) -> Sequence[StoredBlock]:
        if self.is_away:
            raise StorageUnavailable("away")
        return [row for row in self.rows if row.ends_at is None or row.ends_at > at]


async def test_LM33_what_storage_keeps_holds_from_the_next_load_on() -> None:
    kept = Kept(Row("1", "account", "a1"), Row("2", "address", "2001:db8::7", ends_at=50))
    blocks = BlockView()
    await blocks.load(kept, 0)
    assert blocks.find("account", "a1", 0) is not None
    assert found(blocks, "2001:db8::8") == "2001:db8::/64"
    kept.rows = ()
    await blocks.load(kept, 0)
    assert blocks.find("account", "a1", 0) is None, "lifted"


async def test_LM34_while_storage_is_away_what_is_known_goes_on_to_hold() -> None:
    kept = Kept(Row("1", "account", "a1"))
    blocks = BlockView()
    await blocks.load(kept, 0)
    kept.is_away = True
    with pytest.raises(StorageUnavailable):
        await blocks.load(kept, 0)
    assert blocks.find("account", "a1", 0) is not None


async def test_rows_that_this_version_does_not_understand_block_nobody() -> None:
    blocks = BlockView()
    await blocks.load(Kept(Row("1", "planet", "earth"), Row("2", "address", "earth")), 0)
    assert len(blocks) == 0


@pytest.mark.parametrize(
    ("value", "address", "covered"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.0/24", "203.0.113.200", True),
        ("203.0.113.0/24", "203.0.114.1", False),
        ("203.0.113.0/24", "::ffff:203.0.113.200", True),
        ("2001:db8::/48", "2001:db8:0:5::1", True),
        ("2001:db8::/48", "203.0.113.9", False),
        ("203.0.113.0/24", "", False),
    ],
)
def test_AD5_whether_a_block_is_one_of_an_address(value: str, address: str, covered: bool) -> None:
    assert covers(canonical("address", value), address) is covered
