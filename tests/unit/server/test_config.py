import dataclasses
from pathlib import Path
from typing import Any

import pytest

import server
from server.config import InvalidSettings, Settings, table, validate
from server.settings_sources import load


def test_OP4_the_defaults_are_valid() -> None:
    validate(Settings())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"http_port": -1}, "http_port is -1: it must not be negative"),
        ({"hello_s": -0.5}, "hello_s is -0.5"),
        ({"http_port": 5, "ws_port": 5}, "http_port and ws_port must differ"),
        ({"fan_out_piece": 0}, "fan_out_piece must be at least 1"),
        ({"fan_out_overlap": 0}, "fan_out_overlap must be at least 1"),
        ({"write_low_bytes": 300_000}, "write_low_bytes must be below write_high_bytes"),
        ({"in_flight_max": 65}, "in_flight_max must not exceed 64"),
        ({"hello_bytes_max": 65_537}, "hello_bytes_max must not exceed message_bytes_max"),
        ({"tcp_user_timeout_ms": 10_000}, "tcp_user_timeout_ms must be above slow_consumer_s"),
        ({"log_format": "xml"}, "log_format must be"),
        ({"log_level": "loud"}, "log_level must be"),
        ({"keep_snapshot_entries": 1_000}, "must be a multiple of 1,024"),
        ({"ws_url": "http://live.example/ws"}, "ws_url must be like wss://"),
        ({"ws_url": "wss://live.example; script-src *"}, "ws_url must be like wss://"),
        ({"ws_urls": "http://one.example/ws"}, "ws_urls must be like wss://"),
        ({"ws_urls": "wss://one.example/ws"}, "ws_url must be one of ws_urls"),
        ({"limits": "login=0/900"}, "limits: login=0/900: the limit must be 1 to"),
        ({"redis": "canary@host"}, "^redis must be like redis://host:6379/0"),
        ({"redis": "redis://host,canary@host"}, "^redis must be like redis://host:6379/0"),
        ({"import_bytes_max": 1_000}, "import_view_bytes_max must not exceed import_bytes_max"),
        ({"secret": "s", "secret_file": "f"}, "secret and secret_file are both given"),
        ({"tls_certificate": "c.pem"}, "tls_certificate and tls_key belong together"),
        ({"tls_key": "k.pem"}, "tls_certificate and tls_key belong together"),
        ({"allowed_hosts": "https://club.example"}, "allowed_hosts must be names"),
        ({"allowed_hosts": "club.example:443"}, "allowed_hosts must be names"),
        ({"allowed_hosts": "*"}, "allowed_hosts must be names"),
        ({"allowed_origins": "*"}, "allowed_origins must be like"),
        ({"allowed_origins": "club.example"}, "allowed_origins must be like"),
        ({"allowed_origins": "https://club.example/board"}, "allowed_origins must be like"),
        ({"public_url": "club.example"}, "public_url must be like https://club.example"),
        ({"public_url": "https://club.example/touchline"}, "public_url must be like"),
        ({"public_url": "https://a.example, https://b.example"}, "public_url must be like"),
        ({"trusted_proxies": "localhost"}, "trusted_proxies must be addresses"),
        ({"trusted_proxies": "10.0.0"}, "trusted_proxies must be addresses"),
        ({"trusted_proxies": "10.0.0.1/24"}, "trusted_proxies must be addresses"),
    ],
)
def test_OP4_what_cannot_work_is_refused_with_what_to_change(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidSettings, match=message):
        validate(dataclasses.replace(Settings(), **changed))


def test_OP4_the_websocket_may_be_elsewhere() -> None:
    validate(Settings(ws_url="wss://live.example:443/ws"))


def test_OP4_names_origins_and_proxies_are_taken_as_they_are_written() -> None:
    validate(
        Settings(
            allowed_hosts="club.example, [2001:db8::7], 10.0.0.7",
            allowed_origins="https://club.example, http://[::1]:8080/",
            trusted_proxies="127.0.0.1, 10.0.0.0/24, 2001:db8::/64",
            tls_certificate="c.pem",
            tls_key="k.pem",
        )
    )


def test_OP4_both_ports_may_be_drawn_by_the_system() -> None:
    validate(Settings(http_port=0, ws_port=0))


def test_every_setting_says_what_it_means() -> None:
    rows = table()
    assert len(rows) == len(dataclasses.fields(Settings))
    assert all(about for _, _, about in rows)


def test_OP3_secrets_are_not_in_the_repr() -> None:
    assert "canary" not in repr(Settings(metrics_key="canary", database="canary", redis="canary"))


def test_TL1_the_settings_of_the_documented_front_are_valid() -> None:
    front = Path(server.__file__).parent / "front"
    given = load({}, {}, front / "touchline.toml")
    name = given.allowed_hosts
    assert given.allowed_origins == f"https://{name}"
    assert given.ws_url == f"wss://{name}/ws"
    for example in ("nginx.conf", "Caddyfile"):
        text = (front / example).read_text(encoding="utf-8")
        assert name in text
        for port in (Settings().http_port, Settings().ws_port):
            assert f"{given.host}:{port}" in text
