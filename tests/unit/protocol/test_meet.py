"""The words of meets: their bounds."""

import msgspec
import pytest

from protocol.meet import MeetCommand, MeetFile, Trials


@pytest.mark.parametrize("tries", ["o", "xo", "xxo", "x", "xx", "xxx", "-", "x-", "r", "xr"])
def test_AT1_what_may_stand_at_a_height(tries: str) -> None:
    assert msgspec.convert({"height": 1_700, "tries": tries}, Trials).tries == tries


@pytest.mark.parametrize("tries", ["", "oo", "xxxx", "ox", "xxxo", "no"])
def test_AT1_what_may_not_stand_at_a_height(tries: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"height": 1_700, "tries": tries}, Trials)


def test_AT1_unknown_parts_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "race.start", "event": "e", "heat": 0}, MeetCommand)
    file = {"format": "touchline.meet", "version": 1, "meet": {"name": "M"}}
    msgspec.convert(file, MeetFile)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(file | {"notes": ""}, MeetFile)
