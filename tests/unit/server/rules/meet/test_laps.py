"""Laps, and who was overtaken by one."""

from protocol.meet import MeetEvent, Result
from server.rules.meet.laps import front_of, lapped, passings

RACE = MeetEvent(id="e", name="E", sort="track", laps=4)
FAST = (60, 120, 180, 240)
SLOW = (85, 170, 255)


def test_AT22_the_measured_time_is_the_last_passing() -> None:
    done = Result(event="e", athlete="a", splits=(60, 120, 180, 239), time=240)
    assert passings(done, RACE) == FAST
    assert passings(Result(event="e", athlete="a", splits=(60, 120, 180), time=240), RACE) == FAST
    assert passings(Result(event="e", athlete="a", splits=(60,), time=240), RACE) == (60,)
    assert passings(Result(event="e", athlete="a"), RACE) == ()


def test_AT22_the_front_is_whoever_was_first_each_time() -> None:
    assert front_of([FAST, (59, 121), ()]) == [59, 120, 180, 240]
    assert front_of([]) == []


def test_AT22_lapped_is_who_was_overtaken_by_a_whole_lap() -> None:
    assert lapped(FAST, FAST, running=False) == 0
    # At 255 the first had passed four times, oneself three.
    assert lapped(SLOW, FAST, running=True) == 1
    # Who is one lap behind may be a step behind; who is two is lapped.
    assert lapped((85,), (60, 120), running=True) == 0
    assert lapped((85,), (60, 120, 180), running=True) == 1
    # Who is out is overtaken by nobody any more.
    assert lapped((85,), FAST, running=False) == 0
    assert lapped((), (60, 120), running=True) == 1
