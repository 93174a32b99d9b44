"""Commands of a draft, as they come off the wire."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from protocol.draft_commands import DraftCommand, SetProxy, SetSeat
from tests.support.draft_samples import DRAFT_SAMPLES


def test_every_command_has_a_tag_of_its_own() -> None:
    tags = [one.__struct_config__.tag for one in get_args(DraftCommand)]
    assert sorted(tags) == sorted(DRAFT_SAMPLES)


def test_null_and_absent_are_different() -> None:
    seat: Any = msgspec.convert({"type": "seat.set", "seat": 1, "room": None}, DraftCommand)
    assert isinstance(seat, SetSeat)
    assert (seat.room, seat.budget) == (None, msgspec.UNSET)
    proxy: Any = msgspec.convert({"type": "proxy.set", "turn": 1, "most": None}, DraftCommand)
    assert proxy == SetProxy(1, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "pick.make", "player": "p1"},
        {"type": "bid.place", "turn": 1, "price": -1},
        {"type": "bid.place", "turn": 1, "price": 2.5},
        {"type": "pool.add", "players": []},
        {"type": "office.undo", "reason": "x" * 201},
        {"type": "office.pick", "turn": 1, "player": "p1", "sure": True},
    ],
)
def test_what_breaks_the_types_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, DraftCommand)
