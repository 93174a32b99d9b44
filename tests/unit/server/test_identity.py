import dataclasses

import pytest

from server.identity import SCOPES, Grant, Identity
from server.rules.catalogue import KINDS
from server.rules.feed import FEED
from server.rules.membership import MEMBERSHIP


def test_an_identity_is_a_value() -> None:
    identity = Identity("a_x", "Ada", 5)
    assert identity == Identity("a_x", "Ada", 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.account = "a_y"  # type: ignore[misc] - that is the point


def test_AX10_without_a_key_everything_may_be_done() -> None:
    identity = Identity("a_x", "Ada", 5)
    assert all(identity.may(scope, "r_1") for scope in SCOPES)


def test_AX10_a_key_is_good_for_its_scopes_and_its_rooms() -> None:
    grant = Grant("k", frozenset({"rooms:read", "feeds:publish"}), frozenset({"r_1"}))
    identity = Identity("a_x", "Ada", 5, grant=grant)
    assert [scope for scope in SCOPES if identity.may(scope)] == ["rooms:read", "feeds:publish"]
    assert identity.may("rooms:read", "r_1")
    assert not identity.may("rooms:read", "r_2")
    assert Grant("k", frozenset({"rooms:read"}), None).allows("rooms:read", "r_2")
    assert not Grant("k", frozenset({"rooms:read"}), frozenset()).allows("rooms:read", "r_1")


@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        ("objects.add", True),
        ("chat.say", True),
        ("", True),
        ("invitation.create", False),
        ("invitation.rotate", False),
        ("member.role", False),
        ("member.remove", False),
    ],
)
def test_AX11_a_key_sends_no_command_about_people(command: str, allowed: bool) -> None:
    grant = Grant("k", frozenset({"rooms:write"}), None)
    assert grant.may_send(command, "r_1") is allowed
    assert not Grant("k", frozenset({"rooms:read"}), None).may_send(command, "r_1")


def test_AX11_a_key_that_publishes_sends_reports_and_nothing_else() -> None:
    grant = Grant("k", frozenset({"feeds:publish"}), frozenset({"r_1"}))
    reports = set(FEED.may) - {"delay.set", "shift.set"}
    for command in reports:
        assert grant.may_send(command, "r_1")
        assert not grant.may_send(command, "r_2")
    others = {tag for kind in KINDS.values() for tag in kind.may} - reports
    assert not any(grant.may_send(command, "r_1") for command in (*others, *MEMBERSHIP.may, ""))
