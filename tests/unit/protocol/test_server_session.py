"""The server half of the conversation, without a socket: what is answered to what, and when it
ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from protocol.client_messages import Hello, Join, PresenceUpdate, Submit
from protocol.codes import CloseCode
from protocol.errors import InvalidUtf8, LocalProtocolError, MalformedMessage
from protocol.identifiers import MadeAt
from protocol.server_messages import ErrorMessage, Rejected, RoomClosed
from protocol.server_session import (
    Answer,
    Close,
    Phase,
    ServerSession,
    SessionLimits,
    version_unsupported,
)

LIMITS = SessionLimits(
    hello_s=5.0,
    hello_bytes_max=1_000,
    message_bytes_max=5_000,
    heartbeat_s=20.0,
    bad_messages_max=3,
    rooms_max=3,
    flood_bytes_per_s=1_000,
    command_rate_per_s=10.0,
    command_burst=20,
    in_flight_max=4,
    join_rate_per_min=6.0,
    presence_rate_per_s=2.0,
    presence_held_max=2,
)
ROOM, OTHER, THIRD = ("r_" + letter * 22 for letter in "abc")
SOON, NEVER = 10_000.0, math.inf


@dataclass(eq=False)
class Place:
    """A follower, as far as a session asks."""

    pending: int = 0


def awaiting(**limits: float) -> ServerSession[Place]:
    return ServerSession(replace(LIMITS, **limits), 0.0)


def live(*rooms: str, **limits: float) -> tuple[ServerSession[Place], Place]:
    """A welcomed session that follows these rooms, and the place in the first."""
    session = awaiting(**limits)
    session.welcomed(SOON)
    places = [Place() for _ in rooms] or [Place()]
    for room, place in zip(rooms, places, strict=False):
        assert session.begin_join(room, None, 0.0) is None
        assert session.joined(room, place)
    return session, places[0]


def submit(seq: int = 1, room: str = ROOM) -> Submit:
    return Submit(room, seq, MadeAt("0" * 16, 1), Raw(b"{}"))


def presence(key: str = "cursor", room: str = ROOM, value: bytes = b"1") -> PresenceUpdate:
    return PresenceUpdate(room, key, Raw(value))


def told(verdict: object) -> ErrorMessage | Rejected:
    """The message of an answer that is a refusal."""
    assert isinstance(verdict, Answer), verdict
    assert isinstance(verdict.message, ErrorMessage | Rejected)
    return verdict.message


def ended(verdict: object) -> tuple[CloseCode, str]:
    """Code and reason of a close."""
    assert isinstance(verdict, Close), verdict
    return verdict.code, verdict.reason


# --- hello ----------------------------------------------------------------------------------------


def test_HS8_hello_opens_the_session_once() -> None:
    session = awaiting()
    assert (session.phase, session.bytes_max) == (Phase.AWAITING_HELLO, 1_000)
    assert session.hello(Hello("t", "c" * 16), 0.0) is None
    session.welcomed(SOON)
    assert (session.phase, session.bytes_max) == (Phase.LIVE, 5_000)
    assert told(session.hello(Hello("t", "c" * 16), 0.0)).code == "out_of_phase"


def test_welcoming_twice_is_our_own_mistake() -> None:
    session, _ = live()
    with pytest.raises(LocalProtocolError):
        session.welcomed(SOON)


@pytest.mark.parametrize(("theirs", "which"), [(0, "older"), (2, "newer")])
def test_HS10_another_version_is_told_which_side_is_older(theirs: int, which: str) -> None:
    verdict = awaiting().hello(Hello("t", "c" * 16, protocol=theirs), 0.0)
    assert verdict == version_unsupported(theirs)
    assert isinstance(verdict, Close)
    assert verdict.code == CloseCode.VERSION_UNSUPPORTED
    assert isinstance(verdict.last, ErrorMessage)
    assert which in str(verdict.last.detail)


# --- rooms ----------------------------------------------------------------------------------------


def test_MS8_a_room_is_joined_once_at_a_time() -> None:
    session, _ = live(ROOM)
    error = told(session.begin_join(ROOM, 4, 0.0))
    assert error == ErrorMessage("out_of_phase", ref=4, room=ROOM, detail=error.detail)
    assert session.begin_join(OTHER, None, 0.0) is None
    assert told(session.begin_join(OTHER, None, 0.0)).code == "out_of_phase"


def test_MS8_joins_under_way_count_among_the_rooms() -> None:
    session, _ = live(ROOM)
    assert session.begin_join(OTHER, None, 0.0) is None
    assert session.begin_join(THIRD, None, 0.0) is None
    fourth = "r_" + "d" * 22
    expected = ErrorMessage("too_many_rooms", ref=7, room=fourth)
    assert told(session.begin_join(fourth, 7, 0.0)) == expected
    session.abandon(THIRD, Answer(ErrorMessage("unavailable")))
    assert session.begin_join(fourth, 7, 0.0) is None


def test_MS13_joins_have_a_rate_and_are_told_how_long_to_wait() -> None:
    session, _ = live(join_rate_per_min=2.0)
    assert session.join(Join(1, ROOM), 0.0) is None
    assert session.join(Join(2, OTHER), 0.0) is None
    expected = ErrorMessage("rate_limited", retry=True, ref=3, room=THIRD, wait_ms=30_000)
    assert told(session.join(Join(3, THIRD), 0.0)) == expected
    assert session.join(Join(3, THIRD), 30.0) is None


def test_MS7_leaving_gives_the_follower_back() -> None:
    session, place = live(ROOM)
    assert session.leave(ROOM) == (place, Answer(RoomClosed(ROOM, "left")))
    assert session.leave(ROOM) == (None, Answer(RoomClosed(ROOM, "left")))


def test_MS7_leaving_while_joining_is_answered_after_the_join() -> None:
    session, _ = live()
    session.begin_join(ROOM, None, 0.0)
    assert session.leave(ROOM) == (None, None)
    assert session.leave(ROOM) == (None, None)
    assert not session.joined(ROOM, Place())
    assert ROOM not in session.rooms
    session.begin_join(ROOM, None, 0.0)
    session.leave(ROOM)
    error, closed = session.failed_join(ROOM, 5)
    assert told(error) == ErrorMessage("not_found", ref=5, room=ROOM)
    assert closed.message == RoomClosed(ROOM, "left")
    # and it may be joined again
    assert session.begin_join(ROOM, None, 0.0) is None
    assert session.joined(ROOM, Place())


def test_C11_a_join_that_fails_frees_its_place() -> None:
    session, _ = live()
    session.begin_join(ROOM, 5, 0.0)
    session.begin_join(OTHER, 6, 0.0)
    session.leave(OTHER)
    assert session.failed_join(ROOM, 5) == [Answer(ErrorMessage("not_found", ref=5, room=ROOM))]
    assert ROOM not in session.rooms


def test_a_join_that_comes_through_after_the_end_is_not_taken() -> None:
    session, _ = live()
    session.begin_join(ROOM, None, 0.0)
    session.closing()
    assert not session.joined(ROOM, Place())
    assert not session.rooms


# --- commands -------------------------------------------------------------------------------------


def test_a_command_goes_to_its_room() -> None:
    session, place = live(ROOM, OTHER)
    assert session.submit(submit(), 0.0) is place
    assert session.submit(submit(room=OTHER), 0.0) is session.rooms[OTHER]


def test_MS10_a_command_without_its_room() -> None:
    session, _ = live()
    assert told(session.submit(submit(), 0.0)) == Rejected(ROOM, 1, "not_found", True, None)
    session.begin_join(ROOM, None, 0.0)
    assert told(session.submit(submit(), 0.0)) == Rejected(ROOM, 1, "busy", False, None)


@pytest.mark.parametrize("seq", [0, -7])
def test_C21_the_second_bad_seq_closes(seq: int) -> None:
    session, _ = live(ROOM)
    assert told(session.submit(submit(seq), 0.0)).code == "bad_seq"
    assert ended(session.submit(submit(seq), 0.0)) == (CloseCode.POLICY, "bad_seq")


def test_C21_one_found_by_the_room_counts_too() -> None:
    session, _ = live(ROOM)
    assert session.bad_seq() is None
    assert ended(session.submit(submit(0), 0.0)) == (CloseCode.POLICY, "bad_seq")


def test_C14_beyond_rate_and_burst_the_wait_is_told() -> None:
    session, place = live(ROOM, command_burst=2)
    assert session.submit(submit(), 0.0) is place
    assert session.submit(submit(), 0.0) is place
    expected = Rejected(ROOM, 3, "rate_limited", False, {"wait_ms": 100})
    assert told(session.submit(submit(3), 0.0)) == expected
    assert session.submit(submit(3), 0.1) is place


def test_C24_commands_that_wrote_much_are_paid_for_by_the_next() -> None:
    session, place = live(ROOM, command_burst=4, command_rate_per_s=10.0)
    assert session.submit(submit(), 0.0) is place
    session.charge(7)
    refused = told(session.submit(submit(2), 0.0))
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.detail) == ("rate_limited", {"wait_ms": 500})
    assert session.submit(submit(2), 0.5) is place
    session.charge(10**9)
    refused = told(session.submit(submit(3), 0.5))
    assert isinstance(refused, Rejected)
    assert refused.detail == {"wait_ms": 30_100}


def test_C14_a_wait_without_end_is_told_as_a_day() -> None:
    session, _ = live(ROOM, command_burst=1, command_rate_per_s=0.0)
    session.submit(submit(), 0.0)
    rejected = told(session.submit(submit(), 0.0))
    assert isinstance(rejected, Rejected)
    assert rejected.detail == {"wait_ms": 86_400_000}


def test_C14_the_tenth_refusal_within_ten_seconds_closes() -> None:
    session, _ = live(ROOM, command_burst=1, command_rate_per_s=0.0)
    session.submit(submit(), 0.0)
    for second in range(9):
        assert told(session.submit(submit(), second)).code == "rate_limited"
    verdict = session.submit(submit(), 9.0)
    assert ended(verdict) == (CloseCode.FLOOD, "rate_limited")
    assert isinstance(verdict, Close)
    assert verdict.last == Rejected(ROOM, 1, "rate_limited", False, {"wait_ms": 86_400_000})


def test_C14_slower_refusals_do_not_close() -> None:
    session, _ = live(ROOM, command_burst=1, command_rate_per_s=0.0)
    session.submit(submit(), 0.0)
    for step in range(50):
        assert told(session.submit(submit(), step * 1.2)).code == "rate_limited"


def test_C15_more_unanswered_commands_than_allowed_close() -> None:
    session, place = live(ROOM, OTHER)
    for _ in range(4):
        assert session.submit(submit(), 0.0) is place
        place.pending += 1
    verdict = session.submit(submit(room=OTHER), 0.0)
    assert ended(verdict) == (CloseCode.FLOOD, "over 4 unanswered commands")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1)), max_size=80))
def test_C15_the_bound_is_exact_over_all_rooms(steps: list[tuple[bool, int]]) -> None:
    session, _ = live(ROOM, OTHER, command_burst=1_000)
    places = [session.rooms[ROOM], session.rooms[OTHER]]
    for answered, index in steps:
        place = places[index]
        assert place is not None
        if answered:
            place.pending = max(0, place.pending - 1)
            continue
        total = sum(one.pending for one in places if one is not None)
        found = session.submit(submit(room=(ROOM, OTHER)[index]), 0.0)
        if total >= LIMITS.in_flight_max:
            assert isinstance(found, Close)
            return
        assert found is place
        place.pending += 1


def test_C9_nothing_is_admitted_after_the_tokens_end() -> None:
    session, place = live(ROOM)
    assert session.submit(submit(), SOON - 0.1) is place
    for verdict in (session.submit(submit(), SOON), session.presence(presence(), SOON)):
        assert ended(verdict) == (CloseCode.UNAUTHORIZED, "invalid_token")


# --- presence -------------------------------------------------------------------------------------


def test_MS11_presence_of_another_room_is_passed_over() -> None:
    session, _ = live(ROOM)
    assert session.presence(presence(room=OTHER), 0.0) is None
    assert session.held_presence is None


def test_MS11_beyond_the_rate_the_latest_of_each_key_waits() -> None:
    session, place = live(ROOM)
    assert session.presence_wait_s() == math.inf
    assert session.presence(presence(), 0.0) is place
    assert session.presence(presence(), 0.0) is place
    latest = presence(value=b"9")
    for message in (presence(value=b"3"), presence("drag"), latest, presence("hold")):
        assert session.presence(message, 0.0) is None
    assert session.presence_wait_s() == 0.5
    assert session.due_presence(0.0) == []
    # the third key found no place: so many are never held
    assert session.due_presence(0.5) == [(place, latest)]
    # what comes while others wait goes behind them
    assert session.presence(presence("select"), 1.0) is None
    due = session.due_presence(10.0)
    assert [(found, message.key) for found, message in due] == [(place, "drag"), (place, "select")]
    assert session.held_presence is None


def test_MS11_what_waited_for_a_room_that_was_left_is_forgotten() -> None:
    session, _ = live(ROOM, presence_rate_per_s=1.0)
    session.presence(presence(), 0.0)
    session.presence(presence(), 0.0)
    session.leave(ROOM)
    assert session.due_presence(5.0) == []
    assert session.held_presence is None
    assert session.due_presence(5.0) == []


def test_what_waited_is_forgotten_at_the_end() -> None:
    session, _ = live(ROOM, presence_rate_per_s=1.0)
    session.presence(presence(), 0.0)
    session.presence(presence(), 0.0)
    session.closing()
    assert session.due_presence(5.0) == []


# --- bad messages ---------------------------------------------------------------------------------


def test_C7_the_third_bad_message_within_a_minute_closes() -> None:
    session, _ = live()
    wrong = MalformedMessage("Expected `int` - at `$.n`")
    assert told(session.malformed(wrong, 0.0)) == ErrorMessage("bad_message", detail=str(wrong))
    assert told(session.out_of_phase("hello comes first", 30.0)).code == "out_of_phase"
    verdict = session.malformed(wrong, 59.9)
    assert ended(verdict) == (CloseCode.POLICY, "bad_message")
    assert isinstance(verdict, Close)
    assert verdict.last == ErrorMessage("bad_message", detail=str(wrong))


def test_C7_a_minute_later_they_are_forgotten() -> None:
    session, _ = live()
    for step in range(10):
        assert isinstance(session.malformed(MalformedMessage("x"), step * 30.0), Answer)


def test_C5_text_that_is_none_closes_at_once() -> None:
    session, _ = live()
    verdict = session.malformed(InvalidUtf8("not UTF-8 at byte 3"), 0.0)
    assert ended(verdict) == (CloseCode.INVALID_UTF8, "not UTF-8 at byte 3")


# --- time -----------------------------------------------------------------------------------------


def test_C8_hello_must_come_in_time() -> None:
    session = awaiting()
    assert session.tick(4.9) is None
    assert ended(session.tick(5.0)) == (CloseCode.TIMEOUT, "no hello within 5 s")


def test_C8_two_missed_heartbeats_end_it() -> None:
    session, _ = live()
    session.heard = True
    assert session.tick(10.0) is None
    assert session.tick(49.9) is None
    assert ended(session.tick(50.0)) == (CloseCode.TIMEOUT, "two heartbeats missed")


def test_C9_the_tokens_end_ends_it() -> None:
    session = awaiting()
    session.welcomed(7.0)
    assert session.tick(6.9) is None
    session.expires = 8.0
    assert session.tick(7.5) is None
    assert ended(session.tick(8.0)) == (CloseCode.UNAUTHORIZED, "invalid_token")


def flooded(seconds: list[int]) -> int | None:
    """Receives so many bytes in each second; the second in which it ended."""
    session, _ = live()
    for second, size in enumerate(seconds, 1):
        session.heard = True
        session.bytes_received += size
        if session.tick(float(second)) is not None:
            return second
    return None


def test_C15_two_seconds_above_the_byte_rate_close() -> None:
    assert flooded([1_001, 1_001]) == 2
    assert flooded([1_000] * 10) is None
    assert flooded([5_000, 0, 5_000, 0, 5_000, 900, 1_001]) is None
    assert flooded([0, 0, 2_000, 1_001]) == 4


def test_C15_a_second_look_at_the_same_moment_changes_nothing() -> None:
    session, _ = live()
    session.bytes_received = 5_000
    assert session.tick(1.0) is None
    session.bytes_received = 5_000
    assert session.tick(1.0) is None
    assert ended(session.tick(2.0))[0] == CloseCode.FLOOD


def test_nothing_runs_out_while_closing() -> None:
    session = awaiting()
    session.closing()
    assert session.tick(1e9) is None
