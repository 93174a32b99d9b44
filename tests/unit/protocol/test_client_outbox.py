"""The outbox of one room, apart from any conversation."""

from __future__ import annotations

import pytest

from protocol.client_events import ContradictoryAnswer, UnexpectedMessage
from protocol.client_outbox import ENDED_MAX, WINDOW, Outbox
from protocol.identifiers import MadeAt

MADE = MadeAt("0" * 16, 0)


def filled(count: int) -> Outbox:
    outbox = Outbox("r")
    for _ in range(count):
        outbox.add(MADE, b"{}")
    return outbox


def leave_all(outbox: Outbox) -> list[int]:
    """Everything that may leave now, leaves."""
    left: list[int] = []
    while (pending := outbox.next()) is not None:
        outbox.sent(pending)
        left.append(pending.seq)
    return left


def test_CL54_seqs_rise_from_one_and_are_not_used_twice() -> None:
    outbox = filled(2)
    outbox.end(2, "locked")
    assert outbox.add(MADE, b"{}").seq == 3
    outbox.skip(9)
    outbox.skip(4)
    assert outbox.add(MADE, b"{}").seq == 10


def test_CL55_the_window_spans_from_the_oldest_unanswered() -> None:
    outbox = filled(WINDOW + 1)
    assert leave_all(outbox) == list(range(1, WINDOW + 1))
    outbox.end(5, 1)
    assert leave_all(outbox) == []
    outbox.end(1, 2)
    assert leave_all(outbox) == [WINDOW + 1]
    assert outbox.in_flight == WINDOW - 1


def test_CL56_after_a_loss_everything_unanswered_leaves_again_in_order() -> None:
    outbox = filled(4)
    leave_all(outbox)
    outbox.end(2, 1)
    outbox.rewind()
    assert (outbox.in_flight, [p.sends for p in outbox.pending.values()]) == (0, [1, 1, 1])
    assert leave_all(outbox) == [1, 3, 4]


def test_CL59_what_was_not_executed_goes_first_and_holds_the_rest() -> None:
    outbox = filled(3)
    leave_all(outbox)
    assert outbox.postpone(2)
    assert outbox.postpone(1)
    assert (outbox.held, outbox.refusals, outbox.in_flight) == (True, 1, 1)
    outbox.add(MADE, b"{}")
    assert leave_all(outbox) == []
    outbox.held = False
    assert leave_all(outbox) == [1, 2, 4]


def test_CL59_a_refusal_of_what_is_not_in_flight_changes_nothing() -> None:
    outbox = filled(1)
    assert not outbox.postpone(1)
    leave_all(outbox)
    outbox.end(1, 1)
    assert not outbox.postpone(1)
    assert not outbox.held


def test_a_command_that_ended_while_it_waited_does_not_leave() -> None:
    outbox = filled(2)
    outbox.end(1, 1)
    assert leave_all(outbox) == [2]


@pytest.mark.parametrize("seq", [-1, 0, 2])
def test_CL61_a_seq_that_was_never_used_has_no_end(seq: int) -> None:
    outbox = filled(1)
    with pytest.raises(UnexpectedMessage):
        outbox.end(seq, 1)
    with pytest.raises(UnexpectedMessage):
        outbox.postpone(seq)


def test_CL62_a_command_ends_once() -> None:
    outbox = filled(1)
    assert outbox.end(1, 7)
    assert not outbox.end(1, 7)
    with pytest.raises(ContradictoryAnswer, match="ended as 7, then as locked"):
        outbox.end(1, "locked")


def test_CL62_what_is_remembered_is_bounded() -> None:
    outbox = filled(ENDED_MAX + 1)
    for seq in range(1, ENDED_MAX + 2):
        assert outbox.end(seq, seq)
    assert not outbox.end(1, "locked")  # forgotten, and not pending: nothing is concluded
