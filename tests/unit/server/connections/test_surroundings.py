"""What connections share is taken from the settings, all of it."""

from __future__ import annotations

from server.config import Settings
from server.connections.surroundings import handshake_rules, session_limits, told_limits
from tests.support.fake_rooms import Bench


def test_limits_are_those_of_the_settings() -> None:
    settings = Settings(hello_s=1.5, command_burst=7, rooms_per_connection_max=9)
    limits = session_limits(settings)
    assert (limits.hello_s, limits.command_burst, limits.rooms_max) == (1.5, 7, 9)


def test_HS9_a_client_is_told_the_limits_that_hold() -> None:
    settings = Settings(command_rate_per_s=3.0, in_flight_max=8)
    limits, told = session_limits(settings), told_limits(settings)
    assert told.rate_per_s == limits.command_rate_per_s == 3.0
    assert told.in_flight_max == limits.in_flight_max == 8
    assert told.message_bytes_max == limits.message_bytes_max
    assert told.heartbeat_s == limits.heartbeat_s


def test_S9_S10_requests_are_held_against_the_settings() -> None:
    settings = Settings(
        allowed_hosts="board.example",
        allowed_origins="https://board.example",
        trusted_proxies="10.0.0.1",
        headers_max=5,
    )
    rules = handshake_rules(settings, Bench().around.authentication, ["192.0.2.1"])
    assert {"board.example", "192.0.2.1", "localhost"} <= rules.hosts
    assert "https://board.example" in rules.origins
    assert "10.0.0.1" in rules.proxies
    assert "10.0.0.2" not in rules.proxies
    assert rules.headers_max == 5


def test_S10_without_a_list_this_machines_own_names_are_looked_up() -> None:
    rules = handshake_rules(Settings(), Bench().around.authentication)
    assert {"localhost", "127.0.0.1"} <= rules.hosts
