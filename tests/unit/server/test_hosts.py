"""Which Host and Origin values are ours, and who is at the other end."""

from __future__ import annotations

import dataclasses
import socket
from typing import Any

import pytest

from server.config import Settings
from server.hosts import (
    Host,
    allowed_hosts,
    allowed_origins,
    client_address,
    host_allowed,
    is_loopback,
    link_origin,
    origin_allowed,
    own_addresses,
    parse_host,
    trusted_proxies,
)

OWN = ("192.168.1.5", "coach-laptop", "fe80::1")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("localhost", Host("localhost", None)),
        ("LocalHost.:8700", Host("localhost", 8700)),
        ("[::1]:8700", Host("::1", 8700)),
        ("[::1]", Host("::1", None)),
        ("my_host-1.example", Host("my_host-1.example", None)),
        ("", None),
        (":8700", None),
        ("localhost:", None),
        ("localhost:0", None),
        ("localhost:65536", None),
        ("localhost:123456", None),
        ("::1", None),
        ("user@localhost", None),
        ("localhost/path", None),
        ("local host", None),
        ("localhost\n", None),
        ("x" * 254, None),
    ],
)
def test_a_host_header_is_taken_apart(header: str, expected: Host | None) -> None:
    assert parse_host(header) == expected


def test_an_ipv6_name_has_brackets_in_a_url() -> None:
    assert Host("::1", None).url_name() == "[::1]"
    assert Host("localhost", None).url_name() == "localhost"


def test_SE_S10_local_names_own_addresses_and_the_setting_are_allowed() -> None:
    hosts = allowed_hosts(Settings(allowed_hosts=" Club.example , [2001:db8::7]"), OWN)
    assert hosts == {
        "localhost",
        "127.0.0.1",
        "::1",
        *OWN,
        "club.example",
        "2001:db8::7",
    }


def test_SE_S10_an_address_that_is_listened_on_by_name_is_allowed() -> None:
    assert "10.1.2.3" in allowed_hosts(Settings(host="10.1.2.3"), ())
    assert "0.0.0.0" not in allowed_hosts(Settings(), ())


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("localhost:1", True),
        ("[::1]:8700", True),
        ("192.168.1.5", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("192.168.1.55", False),
        ("", False),
        (None, False),
    ],
)
def test_SE_S10_names_are_compared_whole(header: str | None, allowed: bool) -> None:
    assert host_allowed(header, allowed_hosts(Settings(), OWN)) is allowed


def test_SE_S9_our_own_pages_are_origins_under_every_name() -> None:
    origins = allowed_origins(
        Settings(http_port=9000, allowed_origins="https://Club.example/"), OWN
    )
    assert "http://localhost:9000" in origins
    assert "http://[::1]:9000" in origins
    assert "http://192.168.1.5:9000" in origins
    assert "https://club.example" in origins
    assert "https://localhost:9000" not in origins
    assert "http://localhost" in allowed_origins(Settings(http_port=80), OWN)


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        (None, True),
        ("http://localhost:8700", True),
        ("HTTP://LOCALHOST:8700", True),
        ("null", False),
        ("", False),
        ("http://localhost", False),
        ("http://localhost:87", False),
        ("http://localhost:87000", False),
        ("https://localhost:8700", False),
        ("http://localhost:8700.evil.example", False),
        ("http://evil.example", False),
    ],
)
def test_SE_S9_origins_are_compared_exactly(header: str | None, allowed: bool) -> None:
    assert origin_allowed(header, allowed_origins(Settings(), OWN)) is allowed


PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("unix", None, "unix"),
    ],
)
def test_SE_S17_the_right_most_untrusted_hop_of_a_trusted_proxy(
    peer: str, forwarded: str | None, expected: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == expected


@pytest.mark.parametrize(
    ("address", "believed"),
    [
        ("10.0.0.1", True),
        ("10.0.0.2", False),
        ("172.18.0.1", True),
        ("172.18.255.255", True),
        ("172.19.0.1", False),
        ("2001:db8::1", True),
        ("2001:db8:0:1::9", True),
        ("2001:db8:0:2::9", False),
        ("192.0.2.1", True),
        ("unix", False),
        ("", False),
    ],
)
def test_SE_S17_proxies_come_from_the_setting_as_addresses_and_networks(
    address: str, believed: bool
) -> None:
    named = "10.0.0.1, 172.18.0.0/16,2001:DB8::1,2001:db8:0:1::/64, ::ffff:192.0.2.1"
    assert (address in trusted_proxies(Settings(trusted_proxies=named))) is believed
    assert address not in trusted_proxies(Settings())
    assert 7 not in trusted_proxies(Settings(trusted_proxies=named))


def test_SE_S17_hops_within_a_network_of_proxies_are_skipped() -> None:
    proxies = trusted_proxies(Settings(trusted_proxies="127.0.0.1, 172.18.0.0/16"))
    assert client_address("127.0.0.1", "6.6.6.6, 1.2.3.4, 172.18.0.9", proxies) == "1.2.3.4"
    assert client_address("172.19.0.1", "1.2.3.4", proxies) == "172.19.0.1"


def test_TL1_with_a_certificate_our_own_origins_are_https_alone() -> None:
    given = Settings(tls_certificate="c.pem", tls_key="k.pem", allowed_hosts="club.example")
    origins = allowed_origins(given, OWN)
    assert "https://localhost:8700" in origins
    assert "https://club.example:8700" in origins
    assert not [origin for origin in origins if origin.startswith("http:")]
    usual = allowed_origins(dataclasses.replace(given, http_port=443), OWN)
    assert "https://club.example" in usual
    assert "https://[fe80::1]" in usual


def test_SE_S9_the_usual_port_and_the_case_of_a_listed_origin_do_not_matter() -> None:
    named = "https://Club.example:443, http://other.example:80/, https://third.example:80"
    origins = allowed_origins(Settings(allowed_origins=named), ())
    assert {"https://club.example", "http://other.example", "https://third.example:80"} <= origins


def test_loopback_is_this_machine() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("127.9.9.9")
    assert is_loopback("::1")
    assert is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("192.168.1.5")
    assert not is_loopback("")


def test_a_machine_knows_its_own_name() -> None:
    assert socket.gethostname().lower() in own_addresses()
    assert allowed_hosts(Settings()) >= own_addresses()


def test_a_machine_without_a_network_still_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert own_addresses() == {socket.gethostname().lower()}


@pytest.mark.parametrize(
    ("changed", "came_by", "origin", "expected"),
    [
        ({}, "http://192.168.1.5:8700", None, "http://192.168.1.5:8700"),
        ({}, "http://192.168.1.5:9999", None, "http://localhost:8700"),
        ({}, "https://192.168.1.5:8700", "null", "http://localhost:8700"),
        ({}, "http://localhost:9", "http://coach-laptop:8700", "http://coach-laptop:8700"),
        ({}, "http://localhost:9", "http://evil.example", "http://localhost:8700"),
        ({"allowed_hosts": "club.example"}, "http://localhost:9", None, "http://club.example:8700"),
        ({"host": "10.1.2.3"}, "http://localhost:9", None, "http://10.1.2.3:8700"),
        (
            {"allowed_origins": "https://club.example:443", "allowed_hosts": "club.example"},
            *("https://CLUB.example", None, "https://club.example"),
        ),
        (
            {"allowed_origins": "https://club.example", "allowed_hosts": "club.example"},
            *("http://club.example:1", None, "https://club.example"),
        ),
        (
            {"public_url": "https://Club.example:443/", "allowed_origins": "https://other.example"},
            *("http://localhost:8700", "https://other.example", "https://club.example"),
        ),
    ],
)
def test_HT19_links_lead_to_the_public_url_or_an_origin_that_is_ours(
    changed: dict[str, Any], came_by: str, origin: str | None, expected: str
) -> None:
    settings = Settings(**changed)
    allowed = allowed_origins(settings, OWN)
    assert link_origin(settings, came_by, origin, allowed) == expected


def test_HT19_where_links_lead_pages_are_served_and_may_talk_to_us() -> None:
    settings = Settings(public_url="https://club.example")
    assert "club.example" in allowed_hosts(settings, ())
    assert "https://club.example" in allowed_origins(settings, ())
    assert "2001:db8::7" in allowed_hosts(Settings(public_url="https://[2001:db8::7]:8443"), ())
