"""One-time tickets: once, soon, from where they were asked for."""

from __future__ import annotations

import pytest

from server.accounts import tickets as module
from server.accounts.tickets import PER_ACCOUNT_MAX, Tickets, TooManyTickets
from server.identity import Identity
from tests.support.manual_clock import START_MS, ManualClock

ORIGIN = "https://a.example"
ANN = Identity("a_" + "A" * 22, "Ann", START_MS + 10**6)
BOB = Identity("a_" + "B" * 22, "Bob", START_MS + 10**6)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def test_S13_a_ticket_is_good_once(clock: ManualClock) -> None:
    tickets = Tickets(clock)
    ticket = tickets.mint(ANN, ORIGIN)
    assert len(ticket.text) == 43
    assert ticket.expires_ms == START_MS + 30_000
    assert ticket.text not in repr(ticket)
    assert ticket.text not in repr(vars(tickets)), "its digest alone is kept"
    assert tickets.redeem(ticket.text, ORIGIN) == ANN
    assert tickets.redeem(ticket.text, ORIGIN) is None
    assert len(tickets) == 0


def test_S13_a_ticket_ends_after_30_s(clock: ManualClock) -> None:
    tickets = Tickets(clock)
    early, late = tickets.mint(ANN, ORIGIN), tickets.mint(ANN, ORIGIN)
    clock.advance(29.999)
    assert tickets.redeem(early.text, ORIGIN) == ANN
    clock.advance(0.001)
    assert tickets.redeem(late.text, ORIGIN) is None


@pytest.mark.parametrize(
    ("asked", "shown"), [(ORIGIN, "https://b.example"), (ORIGIN, None), (None, ORIGIN)]
)
def test_S13_a_ticket_shown_from_elsewhere_is_used_up(
    clock: ManualClock, asked: str | None, shown: str | None
) -> None:
    tickets = Tickets(clock)
    ticket = tickets.mint(ANN, asked)
    assert tickets.redeem(ticket.text, shown) is None
    assert tickets.redeem(ticket.text, asked) is None


def test_AX16_one_more_of_an_account_takes_the_place_of_its_oldest(clock: ManualClock) -> None:
    tickets = Tickets(clock)
    other = tickets.mint(BOB, ORIGIN)
    texts = [tickets.mint(ANN, ORIGIN).text for _ in range(PER_ACCOUNT_MAX + 1)]
    assert len(tickets) == PER_ACCOUNT_MAX + 1
    assert tickets.redeem(texts[0], ORIGIN) is None
    assert all(tickets.redeem(text, ORIGIN) == ANN for text in texts[1:])
    assert tickets.redeem(other.text, ORIGIN) == BOB
    assert len(tickets) == 0


def test_AX16_memory_is_bounded_and_free_again_after_30_s(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICKETS_MAX", 2)
    tickets = Tickets(clock)
    tickets.mint(ANN, ORIGIN)
    clock.advance(1.0)
    kept = tickets.mint(BOB, ORIGIN)
    with pytest.raises(TooManyTickets):
        tickets.mint(ANN, ORIGIN)
    clock.advance(29.0)
    assert tickets.mint(ANN, ORIGIN)
    assert tickets.redeem(kept.text, ORIGIN) == BOB
