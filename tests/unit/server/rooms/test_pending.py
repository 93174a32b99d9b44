"""A command on its way."""

from __future__ import annotations

from server.rooms.pending import Ended, Pending


def test_CM7_a_command_is_a_first_send_until_something_says_otherwise() -> None:
    pending = Pending("command", account="a", name="A", received=5, dice=1)
    assert (pending.again, pending.attempts, pending.client, pending.system) == (
        False,
        0,
        "",
        False,
    )


def test_an_end_without_a_code_is_an_acceptance() -> None:
    assert Ended(7).code is None
    assert Ended(code="busy").version == 0
