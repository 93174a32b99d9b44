import pytest

from server.cli.welcome import lines, origin, reachable
from server.config import Settings
from server.node import DemoLink

LINKS = [
    DemoLink("owner", "/board.html#room=r&invite=o"),
    DemoLink("viewer", "/board.html#room=r&invite=v"),
]


def test_OP7_the_start_names_a_link_for_here_and_one_for_colleagues() -> None:
    said = "\n".join(lines(Settings(), ["192.168.1.5", "desk"], []))
    assert "http://localhost:8700/" in said
    assert "http://192.168.1.5:8700/" in said
    assert "desk" not in said


def test_OP7_the_links_of_the_demo_are_those_that_colleagues_can_open() -> None:
    said = lines(Settings(), ["192.168.1.5"], LINKS)
    assert not any("192.168.1.5" in s and "invite=o" in s for s in said), "that one is your own"
    assert any("viewer" in s and "invite=v" in s for s in said)
    assert any("you" in s and "localhost:8700/board.html#room=r&invite=o" in s for s in said)


def test_OP7_the_public_url_is_what_colleagues_get() -> None:
    said = lines(Settings(public_url="https://club.example"), ["192.168.1.5"], LINKS)
    assert any("colleagues:" in s and s.endswith(" https://club.example/") for s in said)
    assert any("viewer" in s and "https://club.example/board.html" in s for s in said)


def test_OP7_without_a_network_the_links_are_local() -> None:
    said = "\n".join(lines(Settings(), [], LINKS))
    assert "nobody else can reach this machine" in said
    assert "http://localhost:8700/board.html#room=r&invite=o" in said


def test_OP7_what_to_do_next_is_said_with_and_without_a_demo() -> None:
    assert any("Next:" in line for line in lines(Settings(), [], LINKS))
    assert any("--demo" in line for line in lines(Settings(), [], []))


def test_OP7_where_the_data_is_is_said_but_never_the_address_of_a_database() -> None:
    assert "data/" in "\n".join(lines(Settings(), [], []))
    said = "\n".join(lines(Settings(database="postgresql://u:canary@h/d"), [], []))
    assert "PostgreSQL" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("0.0.0.0", ["10.0.0.2", "192.168.1.5"]),
        ("::", ["10.0.0.2", "192.168.1.5", "2001:db8::7"]),
        ("127.0.0.1", []),
        ("localhost", []),
        ("192.168.1.5", ["192.168.1.5"]),
    ],
)
def test_OP7_only_addresses_that_others_can_reach_are_offered(
    host: str, expected: list[str]
) -> None:
    addresses = ["desk", "192.168.1.5", "10.0.0.2", "127.0.1.1", "2001:db8::7", "fe80::1", "::1"]
    assert reachable(Settings(host=host), addresses) == expected


def test_an_origin_leaves_out_the_usual_port_and_brackets_ipv6() -> None:
    assert origin(Settings(http_port=80), "localhost") == "http://localhost"
    assert origin(Settings(http_port=443), "localhost") == "http://localhost:443"
    assert origin(Settings(), "2001:db8::7") == "http://[2001:db8::7]:8700"


def test_TL1_with_a_certificate_every_link_is_https() -> None:
    given = Settings(tls_certificate="c.pem", tls_key="k.pem")
    said = "\n".join(lines(given, ["192.168.1.5"], LINKS))
    assert "https://localhost:8700/board.html#room=r&invite=o" in said
    assert "https://192.168.1.5:8700/" in said
    assert "http://" not in said
