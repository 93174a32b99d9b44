"""Refresh tokens: their one spelling, and the answer to each in every order of use."""

from __future__ import annotations

import hashlib

import pytest

from server.accounts.refresh_tokens import (
    Decision,
    RefreshFamily,
    RefreshToken,
    decide,
    new_family,
    parse,
    successor,
)

T = 1_760_000_000_000
ROTATE, SAME = Decision.ROTATE, Decision.SAME_SUCCESSOR
REVOKE, UNKNOWN = Decision.REVOKE_FAMILY, Decision.UNKNOWN


class Server:
    """A family as storage would keep it: carries out what is decided."""

    def __init__(self) -> None:
        self.tokens = [new_family()]
        self.family = RefreshFamily(self.tokens[0].family, self.tokens[0].hash)

    def present(self, number: int, at_s: float) -> Decision:
        """The token of that number in the order they were made, presented so long after T."""
        now = T + round(at_s * 1000)
        decision = decide(self.family, self.tokens[number], now_ms=now)
        if decision is ROTATE:
            self.tokens.append(successor(self.tokens[number]))
            self.family = self.family.rotated(self.tokens[-1].hash, now_ms=now)
        elif decision is REVOKE:
            self.family = RefreshFamily(self.family.family, self.family.current_hash, ended=True)
        return decision


def test_RF1_a_token_is_parsed_back_and_is_in_no_repr() -> None:
    token = new_family()
    assert parse(token.text) == token
    assert token.text.startswith("tlr_")
    assert len(token.secret) == 64
    assert token.secret not in repr(token)
    assert successor(token).family == token.family
    assert successor(token).secret != token.secret


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tlr_",
        f"tlr_{'a' * 32}",
        f"tlr_{'a' * 32}_{'b' * 63}",
        f"tlr_{'a' * 32}_{'b' * 65}",
        f"tlr_{'A' * 32}_{'b' * 64}",
        f"TLR_{'a' * 32}_{'b' * 64}",
        f"tlr_{'a' * 32}_{'b' * 64}\n",
        f" tlr_{'a' * 32}_{'b' * 64}",
        f"tlr_{'a' * 32}_{'b' * 64}_",
        f"tlr_{'a' * 32}_{'٣' * 64}",
        "tlr_" + "a" * 100_000,
    ],
)
def test_RF1_a_token_has_one_spelling(text: str) -> None:
    assert parse(text) is None


def test_RF2_the_hash_is_sha_256_of_the_text() -> None:
    token = RefreshToken("a" * 32, "b" * 64)
    assert token.hash == hashlib.sha256(token.text.encode()).digest()
    assert token.hash.hex() not in repr(RefreshFamily(token.family, token.hash))


@pytest.mark.parametrize(
    ("uses", "answers"),
    [
        pytest.param([(0, 0), (1, 600), (2, 1200)], [ROTATE] * 3, id="the owner alone"),
        pytest.param([(0, 0), (0, 10)], [ROTATE, SAME], id="a lost reply"),
        pytest.param([(0, 0), (0, 10.001)], [ROTATE, REVOKE], id="a lost reply, too late"),
        pytest.param([(0, 0), (0, 0)], [ROTATE, SAME], id="two at once"),
        pytest.param(
            [(0, 0), (0, 1), (0, 2), (1, 3)], [ROTATE, SAME, SAME, ROTATE], id="lost twice"
        ),
        pytest.param(
            [(0, 0), (0, 60), (1, 61)], [ROTATE, REVOKE, UNKNOWN], id="the thief first, or second"
        ),
        pytest.param(
            [(0, 0), (1, 600), (0, 601), (2, 602)],
            [ROTATE, ROTATE, REVOKE, UNKNOWN],
            id="one before the previous, within 10 s",
        ),
        pytest.param(
            [(0, 0), (0, 5), (1, 20), (1, 40), (2, 41)],
            [ROTATE, SAME, ROTATE, REVOKE, UNKNOWN],
            id="a thief within the grace is found at the next rotation",
        ),
        pytest.param([(0, 0), (0, -1)], [ROTATE, REVOKE], id="a clock that ran backwards"),
    ],
)
def test_RF3_RF4_RF5_every_order_of_use(
    uses: list[tuple[int, float]], answers: list[Decision]
) -> None:
    server = Server()
    assert [server.present(number, at_s) for number, at_s in uses] == answers


def test_RF4_the_loser_of_a_parallel_rotation_gets_the_same_successor() -> None:
    server = Server()
    before, first = server.family, server.tokens[0]
    assert decide(before, first, now_ms=T) is decide(before, first, now_ms=T) is ROTATE
    server.present(0, 0)  # one of the two wins the swap; the other asks again
    assert decide(server.family, first, now_ms=T) is SAME


def test_RF5_a_secret_that_the_family_does_not_hold_revokes_it() -> None:
    server = Server()
    assert decide(server.family, successor(server.tokens[0]), now_ms=T) is REVOKE


def test_RF6_a_family_that_is_not_there_or_has_ended_is_unknown() -> None:
    token = new_family()
    assert decide(None, token, now_ms=T) is UNKNOWN
    assert decide(RefreshFamily(token.family, token.hash, ended=True), token, now_ms=T) is UNKNOWN
    assert decide(RefreshFamily("f" * 32, token.hash), token, now_ms=T) is UNKNOWN
