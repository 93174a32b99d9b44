"""Where nothing may be sent: into this machine's own network."""

from __future__ import annotations

import pytest

from server.hooks.addresses import (
    URL_MAX,
    BadAddress,
    PrivateAddress,
    Target,
    is_public,
    judged,
    resolve_by_system,
    target_of,
)

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2001:0:a00:1::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_WH10_what_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_WH10_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://league.example/", "file:///etc/passwd", "league.example", "//league.example", "",
        "https://", "https://:443/", "https://league.example:0/", "https://league.example:99999/",
        "https://ada:secret@league.example/", "https://league.example/#part",
        "https://league.example/a b", "https://league.example\\@10.0.0.1/", "https://lïga.example/",
        "https://[::1/", "http://localhost/", "http://a.localhost:80/", "http://LOCALHOST./",
        "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:169.254.169.254]/latest",
        "https://league.example/" + "a" * URL_MAX,
    ],
)  # fmt: skip
def test_WH12_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    with pytest.raises(BadAddress) as told:
        target_of(url, private=False)
    assert len(str(told.value)) > 10


def test_WH12_an_address_is_taken_apart() -> None:
    assert target_of("https://League.example./a/b?c=d", private=False) == Target(
        "https", "league.example", 443, "/a/b?c=d"
    )
    assert target_of("http://1.1.1.1:81", private=False) == Target("http", "1.1.1.1", 81, "/")
    inside = target_of("http://[::1]:8080/x", private=True)
    assert (inside.authority, target_of("https://a.example:443", private=True).authority) == (
        "[::1]:8080",
        "a.example",
    )


def resolved(*addresses: str):
    async def resolve(host: str, port: int) -> list[str]:
        assert (host, port) == ("league.example", 443)
        return list(addresses)

    return resolve


TARGET = Target("https", "league.example", 443, "/")


async def test_WH10_a_name_is_judged_by_every_address_it_has() -> None:
    assert await judged(TARGET, resolved("1.1.1.1", "1.0.0.1"), private=False) == "1.1.1.1"
    with pytest.raises(PrivateAddress):
        await judged(TARGET, resolved("1.1.1.1", "10.0.0.1"), private=False)
    assert await judged(TARGET, resolved("10.0.0.1"), private=True) == "10.0.0.1"
    with pytest.raises(OSError, match="no address"):
        await judged(TARGET, resolved(), private=False)


async def test_WH10_numbers_ask_nobody_and_this_machine_knows_itself() -> None:
    inside = Target("http", "127.0.0.1", 80, "/")
    with pytest.raises(PrivateAddress):
        await judged(inside, resolved(), private=False)
    assert "127.0.0.1" in await resolve_by_system("localhost", 80)
