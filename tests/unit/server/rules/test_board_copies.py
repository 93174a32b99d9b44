"""What is taken along of a board is what every board takes."""

from __future__ import annotations

import msgspec

from protocol.board import BoardSettings, Properties
from protocol.board_commands import LoadBoard, NewObject
from server.rules.board import BOARD
from server.rules.board_copies import (
    cleaned,
    on_pitch,
    without_comments,
    without_lost_carriers,
    without_nulls,
)
from server.rules.kind import Accepted, Context
from server.rules.pitch import reach

SMALL = BoardSettings(length_mm=90_000, width_mm=45_000)
TOKEN, BALL = "o_token0001", "o_ball00001"


def token(at: tuple[int, int] = (0, 0)) -> NewObject:
    return NewObject(TOKEN, "token", Properties(at=at))


def ball(carrier: str | None) -> NewObject:
    return NewObject(BALL, "ball", Properties(at=(0, 0), carrier=carrier))


def test_BD73_a_carrier_that_is_no_token_among_them_is_left_out() -> None:
    lost = [ball("o_gone00001"), NewObject("o_cone00001", "equipment", Properties(at=(0, 0)))]
    for others in ([], [token()]):
        (first, *_) = cleaned(SMALL, [*lost, *others])
        assert first.props == Properties(at=(0, 0))
        assert without_lost_carriers([*lost, *others])[0].props == Properties(at=(0, 0))
    (wrong, _) = cleaned(SMALL, [ball("o_cone00001"), lost[1]])
    assert wrong.props == Properties(at=(0, 0))
    kept = cleaned(SMALL, [ball(TOKEN), token()])
    assert kept[0].props.carrier == TOKEN
    assert without_lost_carriers([ball(TOKEN), token()])[0].props.carrier == TOKEN


def test_BD73_what_lies_outside_comes_to_the_edge() -> None:
    x_max, y_max = reach(90_000, 45_000)
    (one,) = cleaned(SMALL, [token((70_000, -44_000))])
    assert one.props.at == (x_max, -y_max)
    assert on_pitch((-70_000, 3), x_max, y_max) == (-x_max, 3)
    assert without_lost_carriers([token((70_000, 0))])[0].props.at == (70_000, 0)


def test_BD73_nulls_are_left_out_and_what_is_right_stays_as_it_is() -> None:
    named = NewObject(TOKEN, "token", Properties(at=(1, 2), name=None, number=9))
    right = NewObject(BALL, "ball", Properties(at=(3, 4)))
    first, second = without_nulls([named, right])
    assert msgspec.json.encode(first.props) == b'{"at":[1,2],"number":9}'
    assert second is right
    assert cleaned(SMALL, [named, right]) == [named, right]


def test_BD73_comments_can_be_left_out() -> None:
    said = NewObject("o_said00001", "comment", Properties(at=(0, 0), text="Hm"))
    assert without_comments([token(), said]) == [token()]


def test_BD73_a_board_with_such_settings_takes_all_of_it() -> None:
    things = [token((70_000, -44_000)), ball("o_gone00001")]
    state = BOARD.initial(SMALL)
    context = Context("a_1", "Ann", "owner", "", 0, 1, 1, 2, {})
    assert not isinstance(BOARD.decide(state, LoadBoard(things), context), Accepted)
    taken = BOARD.decide(state, LoadBoard(cleaned(SMALL, things)), context)
    assert isinstance(taken, Accepted)
    # A length that the sport does not have is brought into its range here as there.
    odd = BoardSettings(length_mm=1, width_mm=1)
    taken = BOARD.decide(BOARD.initial(odd), LoadBoard(cleaned(odd, things)), context)
    assert isinstance(taken, Accepted)
