"""The client half, alone: what it says, what it makes of answers, what it refuses to believe."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Raw

from protocol.client_events import (
    Applied,
    ContradictoryAnswer,
    Live,
    Postponed,
    Refused,
    Settled,
    StartedOver,
    UnexpectedMessage,
    VersionsBroken,
)
from protocol.client_messages import (
    Auth,
    ClientMessage,
    Hello,
    Join,
    Leave,
    Ping,
    PresenceUpdate,
    Submit,
)
from protocol.client_outbox import ENDED_MAX, WINDOW
from protocol.client_session import PACE, RETRY_FIRST_MS, RETRY_MAX_MS, ClientSession, NotFollowing
from protocol.codec import JSON, MSGPACK, Codec
from protocol.identifiers import MadeAt, Position
from protocol.server_messages import (
    Accepted,
    Entries,
    ErrorMessage,
    Joined,
    Limits,
    Notice,
    Pong,
    Presence,
    Private,
    Rejected,
    RoomClosed,
    Snapshot,
    Welcome,
)

ROOM = "r_" + "a" * 22
OTHER = "r_" + "b" * 22
CLIENT = "client-0123456789"
GENERATION = "0123456789abcdef"
RESTORED = "fedcba9876543210"


def tag(version: int) -> str:
    return f"{version:016x}"


def at(version: int, generation: str = GENERATION) -> Position:
    return Position(generation, version, tag(version))


def welcome(in_flight_max: int = 64) -> Welcome:
    limits = Limits(60.0, 1_000, in_flight_max, 65_536, 40.0, 2_048, 20.0)
    return Welcome(1, "n1", "a_" + "x" * 22, "Ada", 1_000, 2_000, limits)


class Peer:
    """Speaks as the server would, message by message, and reads what the session said."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.session = ClientSession(codec, CLIENT, agent="test")

    def said(self) -> list[ClientMessage]:
        return [self.codec.decode(payload) for payload in self.session.data_to_send()]

    def submits(self) -> list[Submit]:
        return [message for message in self.said() if isinstance(message, Submit)]

    def hear(self, message: Any) -> list[Any]:
        return self.session.receive(self.codec.encode(message))

    def snapshot(self, room: str = ROOM, *, position: Position | None = None) -> list[Any]:
        state = Raw(self.codec.encode({"n": 1}))
        return self.hear(Snapshot(room, position or at(0), "board", state))

    def entries(self, first: int, count: int, room: str = ROOM) -> list[Any]:
        entries = [
            Raw(self.codec.encode({"v": first + i, "at": 5, "by": "", "events": []}))
            for i in range(count)
        ]
        return self.hear(Entries(room, first, tag(first + count - 1), entries))

    def joined(
        self,
        room: str = ROOM,
        *,
        position: Position | None = None,
        done: list[tuple[int, int]] | None = None,
    ) -> list[Any]:
        return self.hear(Joined(room, position or at(0), "editor", 7, None, done or []))

    def live(self, *rooms: str, in_flight_max: int = 64) -> None:
        """From nothing to following these rooms at version 0."""
        for room in rooms or (ROOM,):
            self.session.join(room)
        self.session.connected("token")
        self.hear(welcome(in_flight_max))
        for room in rooms or (ROOM,):
            self.snapshot(room)
            self.joined(room)
        self.said()

    def back(self, *, done: list[tuple[int, int]] | None = None) -> None:
        """The connection is lost, a new one is live at the same version."""
        self.session.disconnected()
        self.session.connected("token")
        self.hear(welcome())
        position = self.session.position(ROOM)
        assert position is not None
        self.joined(position=position, done=done)


@pytest.fixture(params=[JSON, MSGPACK], ids=["json", "msgpack"])
def peer(request: pytest.FixtureRequest) -> Peer:
    return Peer(request.param)


class TestConnecting:
    def test_CL50_hello_names_every_room_and_where_the_client_stands(self, peer: Peer) -> None:
        peer.live(ROOM)
        peer.entries(1, 3)
        peer.session.disconnected()
        peer.session.join(OTHER, invite="i_secret")
        peer.session.connected("fresh")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert (hello.token, hello.client, hello.agent) == ("fresh", CLIENT, "test")
        assert [(r.room, r.position, r.invite) for r in hello.rooms] == [
            (ROOM, at(3), None),
            (OTHER, None, "i_secret"),
        ]

    def test_CL51_nothing_is_understood_before_welcome(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        with pytest.raises(UnexpectedMessage, match="Snapshot before welcome"):
            peer.snapshot()

    def test_CL51_errors_and_notices_may_come_before_welcome(self, peer: Peer) -> None:
        peer.session.connected("token")
        error = ErrorMessage("version_unsupported")
        notice = Notice("degraded")
        assert peer.hear(error) == [error]
        assert peer.hear(notice) == [notice]

    def test_CL51_a_second_welcome_ends_the_connection(self, peer: Peer) -> None:
        peer.session.connected("token")
        assert peer.hear(welcome()) == [welcome()]
        assert peer.session.limits == welcome()
        with pytest.raises(UnexpectedMessage, match="second welcome"):
            peer.hear(welcome())

    def test_one_connection_at_a_time(self, peer: Peer) -> None:
        peer.session.connected("token")
        with pytest.raises(AssertionError):
            peer.session.connected("token")

    def test_nothing_is_said_without_a_connection(self, peer: Peer) -> None:
        with pytest.raises(AssertionError):
            peer.session.ping(1)

    def test_tokens_are_renewed_and_pings_answered(self, peer: Peer) -> None:
        peer.live()
        peer.session.authenticate("fresh")
        peer.session.ping(7)
        assert peer.said() == [Auth("fresh"), Ping(7)]
        assert peer.hear(Pong(7, 99)) == [Pong(7, 99)]


class TestRooms:
    def test_a_room_joined_between_hello_and_welcome_is_asked_for_after_welcome(
        self, peer: Peer
    ) -> None:
        peer.session.connected("token")
        peer.session.join(ROOM)
        assert [type(m) for m in peer.said()] == [Hello]
        peer.hear(welcome())
        assert peer.said() == [Join(1, ROOM)]

    def test_a_room_joined_later_is_asked_for_at_once_and_only_once(self, peer: Peer) -> None:
        peer.live()
        peer.session.join(OTHER, invite="i_x")
        peer.session.join(OTHER)
        assert peer.said() == [Join(1, OTHER, None, "i_x")]
        peer.snapshot(OTHER)
        assert peer.hear(Joined(OTHER, at(0), "viewer", 7, 1)) == [Live(OTHER, "viewer")]
        assert peer.session.is_live(OTHER)

    def test_a_snapshot_starts_over(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.hear(welcome())
        assert peer.session.position(ROOM) is None
        (event,) = peer.snapshot(position=at(4))
        assert isinstance(event, StartedOver)
        assert (event.room, event.position, event.kind, event.new_generation) == (
            ROOM,
            at(4),
            "board",
            False,
        )
        assert peer.session.position(ROOM) == at(4)
        assert not peer.session.is_live(ROOM)

    def test_CL52_entries_move_the_position(self, peer: Peer) -> None:
        peer.live()
        (applied,) = peer.entries(1, 3)
        assert isinstance(applied, Applied)
        assert (applied.room, applied.first, len(applied.entries), applied.position) == (
            ROOM,
            1,
            3,
            at(3),
        )
        assert peer.session.position(ROOM) == at(3)

    @pytest.mark.parametrize("first", [0, 3, 5, 6])
    def test_CL52_a_gap_or_a_repetition_ends_the_connection(self, peer: Peer, first: int) -> None:
        peer.live()
        peer.entries(1, 3)
        with pytest.raises(VersionsBroken, match="expected version 4") as broken:
            peer.entries(first, 2)
        assert (broken.value.room, broken.value.expected, broken.value.got) == (
            ROOM,
            "version 4",
            first,
        )
        assert peer.session.position(ROOM) == at(3)

    def test_CL52_an_entry_that_names_another_version_ends_the_connection(self, peer: Peer) -> None:
        peer.live()
        wrong = [Raw(peer.codec.encode({"v": v, "at": 5, "by": ""})) for v in (1, 3)]
        with pytest.raises(VersionsBroken, match="expected version 2, got 3"):
            peer.hear(Entries(ROOM, 1, tag(2), wrong))
        assert peer.session.position(ROOM) == at(0)

    def test_CL52_entries_before_any_snapshot_end_the_connection(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.hear(welcome())
        with pytest.raises(UnexpectedMessage, match="before its first snapshot"):
            peer.entries(1, 1)

    def test_CL53_joined_names_where_the_client_stands(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.hear(welcome())
        peer.snapshot()
        with pytest.raises(VersionsBroken):
            peer.joined(position=at(1))

    def test_joined_twice_ends_the_connection(self, peer: Peer) -> None:
        peer.live()
        with pytest.raises(UnexpectedMessage, match="joined twice"):
            peer.joined()

    @pytest.mark.parametrize("what", ["snapshot", "entries", "joined", "closed", "accepted"])
    def test_a_message_about_a_room_that_is_not_followed_ends_the_connection(
        self, peer: Peer, what: str
    ) -> None:
        peer.live()
        message: Any = {
            "snapshot": Snapshot(OTHER, at(0), "board", Raw(peer.codec.encode(None))),
            "entries": Entries(OTHER, 1, tag(1), []),
            "joined": Joined(OTHER, at(0), "viewer", 7),
            "closed": RoomClosed(OTHER, "gone"),
            "accepted": Accepted(OTHER, [(1, 1)]),
        }[what]
        with pytest.raises(UnexpectedMessage):
            peer.hear(message)

    def test_what_passes_is_handed_on(self, peer: Peer) -> None:
        peer.live()
        for message in (
            Presence(ROOM, count=2),
            Private(ROOM, 0, {"queue": []}),
            Notice("recovered"),
        ):
            assert peer.hear(message) == [message]

    def test_presence_is_said_only_where_it_is_live(self, peer: Peer) -> None:
        assert not peer.session.presence(ROOM, "cursor", {"at": [1, 2]})
        peer.live()
        assert peer.session.presence(ROOM, "cursor", {"at": [1, 2]})
        (message,) = peer.said()
        assert isinstance(message, PresenceUpdate)
        assert (message.room, message.key) == (ROOM, "cursor")
        assert peer.codec.decode_as(message.value, dict[str, list[int]]) == {"at": [1, 2]}


SCORING = {"whats": ["scoring"]}


class TestFilters:
    def test_CL65_a_join_and_hello_say_what_is_wanted(self, peer: Peer) -> None:
        peer.session.join(ROOM, wanted=SCORING)
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [self.wanted(peer, one) for one in hello.rooms] == [SCORING]
        peer.hear(welcome())
        peer.session.join(OTHER, wanted={"downs": [3]})
        peer.session.join("r_" + "c" * 22)
        joins = peer.said()
        assert [self.wanted(peer, one) for one in joins] == [{"downs": [3]}, None]

    def test_CL66_a_filtered_room_goes_on_over_what_is_not_wanted(self, peer: Peer) -> None:
        self.filtered(peer)
        entry = Raw(peer.codec.encode({"v": 4, "at": 5, "by": "", "events": [], "gone": [7]}))
        (applied,) = peer.hear(Entries(ROOM, 1, tag(9), [entry], 9))
        assert isinstance(applied, Applied)
        assert (applied.first, len(applied.entries), applied.position) == (1, 1, at(9))
        assert peer.codec.decode_as(applied.entries[0], dict[str, Any])["gone"] == [7]
        assert peer.hear(Entries(ROOM, 2, tag(8), [], 8)) == [], "nothing new"
        assert peer.session.position(ROOM) == at(9)
        with pytest.raises(VersionsBroken):
            peer.hear(Entries(ROOM, 11, tag(12), [], 12))
        assert peer.session.position(ROOM) == at(9)

    def test_CL65_a_return_brings_position_and_filter(self, peer: Peer) -> None:
        self.filtered(peer)
        peer.hear(Entries(ROOM, 1, tag(9), [], 9))
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [(one.position, self.wanted(peer, one)) for one in hello.rooms] == [(at(9), SCORING)]
        peer.hear(welcome())
        peer.hear(Entries(ROOM, 10, tag(12), [], 12))
        assert peer.hear(Joined(ROOM, at(12), "viewer", 7, filtered=True)) == [
            Live(ROOM, "viewer", filtered=True)
        ]

    def test_CL65_another_filter_leaves_and_starts_over_and_keeps_the_outbox(
        self, peer: Peer
    ) -> None:
        self.filtered(peer)
        peer.session.want(ROOM, SCORING)
        assert peer.said() == [], "it is the same"
        seq = peer.session.submit(ROOM, {"type": "x"})
        peer.said()
        peer.session.want(ROOM, {"downs": [3]})
        assert peer.said() == [Leave(ROOM)]
        assert peer.entries(1, 1) == [], "what was under way of the first"
        peer.hear(RoomClosed(ROOM, "left"))
        (join,) = peer.said()
        assert isinstance(join, Join)
        assert (join.position, self.wanted(peer, join)) == (None, {"downs": [3]})
        peer.snapshot(position=at(5))
        peer.hear(Joined(ROOM, at(5), "viewer", 8, join.ref, filtered=True))
        (again,) = peer.submits()
        assert (again.seq, again.again) == (seq, True)

    def test_CL65_a_filter_that_is_set_away_counts_at_the_return(self, peer: Peer) -> None:
        self.filtered(peer)
        peer.session.disconnected()
        peer.session.want(ROOM, None)
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [(one.position, self.wanted(peer, one)) for one in hello.rooms] == [(None, None)]

    def test_CL65_where_everything_comes_after_all_no_filter_is_asked_again(
        self, peer: Peer
    ) -> None:
        peer.session.join(ROOM, wanted=SCORING)
        peer.session.connected("token")
        peer.hear(welcome())
        peer.snapshot()
        assert peer.joined() == [Live(ROOM, "editor", filtered=False)]
        peer.entries(1, 3)
        peer.said()
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [(one.position, self.wanted(peer, one)) for one in hello.rooms] == [(at(3), None)]

    def filtered(self, peer: Peer) -> None:
        """Live at version 0, with a filter."""
        peer.session.join(ROOM, wanted=SCORING)
        peer.session.connected("token")
        peer.hear(welcome())
        peer.snapshot()
        peer.hear(Joined(ROOM, at(0), "viewer", 7, filtered=True))
        peer.said()

    def wanted(self, peer: Peer, join: Any) -> Any:
        """The filter of a join; None: it has none."""
        return peer.codec.decode_as(join.filter, dict[str, Any]) if bytes(join.filter) else None


class TestLeaving:
    def test_a_left_room_is_silent_and_is_not_asked_for_again(self, peer: Peer) -> None:
        peer.live()
        peer.session.leave(ROOM)
        assert peer.said() == [Leave(ROOM)]
        assert peer.entries(1, 1) == []
        assert peer.snapshot() == []
        assert peer.joined() == []
        left = RoomClosed(ROOM, "left")
        assert peer.hear(left) == [left]
        peer.session.leave(ROOM)
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert hello.rooms == []

    def test_leaving_without_a_connection_says_nothing(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.leave(ROOM)
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert hello.rooms == []

    def test_a_connection_lost_while_leaving_has_left(self, peer: Peer) -> None:
        peer.live()
        peer.session.leave(ROOM)
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert hello.rooms == []

    def test_joining_again_while_leaving_waits_for_closed(self, peer: Peer) -> None:
        peer.live()
        peer.session.leave(ROOM)
        peer.session.join(ROOM)
        assert peer.said() == [Leave(ROOM)]
        peer.hear(RoomClosed(ROOM, "left"))
        assert peer.said() == [Join(1, ROOM, at(0))]

    def test_joining_again_while_leaving_survives_a_lost_connection(self, peer: Peer) -> None:
        peer.live()
        peer.session.leave(ROOM)
        peer.session.join(ROOM)
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [r.room for r in hello.rooms] == [ROOM]

    def test_CL60_a_failed_join_is_not_repeated_unasked(self, peer: Peer) -> None:
        peer.live()
        peer.session.join(OTHER)
        error = ErrorMessage("not_found", ref=1)
        assert peer.hear(error) == [error]
        peer.session.disconnected()
        peer.session.connected("token")
        (hello,) = peer.said()
        assert isinstance(hello, Hello)
        assert [r.room for r in hello.rooms] == [ROOM]

    def test_CL60_a_failed_join_of_hello_is_named_by_its_room(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.hear(welcome())
        peer.hear(ErrorMessage("not_found", room=ROOM))
        peer.said()
        peer.session.join(ROOM)
        assert peer.said() == [Join(1, ROOM)]

    def test_CL60_another_link_given_while_a_join_is_under_way_is_tried_when_that_fails(
        self, peer: Peer
    ) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.said()
        peer.session.join(ROOM, invite="i_aaaaaaaaaaa.secret")
        peer.hear(welcome())
        assert peer.said() == []
        peer.hear(ErrorMessage("not_found", room=ROOM))
        assert peer.said() == [Join(1, ROOM, invite="i_aaaaaaaaaaa.secret")]
        peer.hear(ErrorMessage("not_found", ref=1))
        assert peer.said() == [], "once"

    def test_CL60_another_link_is_not_kept_for_a_room_that_was_joined(self, peer: Peer) -> None:
        peer.live()
        peer.session.disconnected()
        peer.session.connected("token")
        peer.session.join(ROOM, invite="i_aaaaaaaaaaa.secret")
        peer.hear(welcome())
        peer.joined()
        peer.said()
        peer.hear(RoomClosed(ROOM, "removed"))
        assert peer.said() == []

    def test_CL60_other_errors_change_nothing(self, peer: Peer) -> None:
        peer.live()
        peer.hear(ErrorMessage("rate_limited", room=ROOM))
        peer.hear(ErrorMessage("bad_message"))
        assert peer.session.is_live(ROOM)

    def test_CL60_a_closed_room_keeps_its_outbox_until_it_is_joined_again(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        peer.session.submit(ROOM, {"type": "y"})
        peer.hear(Accepted(ROOM, [(2, 1)]))
        peer.said()
        peer.hear(RoomClosed(ROOM, "failed", "inc1"))
        assert [p.seq for p in peer.session.pending(ROOM)] == [1]
        peer.session.submit(ROOM, {"type": "z"})
        assert peer.said() == []
        peer.session.join(ROOM)
        peer.joined()
        assert [(m.seq, m.again) for m in peer.submits()] == [(1, True), (3, False)]


class TestOutbox:
    def test_CL54_seqs_count_per_room_and_are_not_used_twice(self, peer: Peer) -> None:
        peer.live(ROOM, OTHER)
        assert [peer.session.submit(ROOM, {"type": "x"}) for _ in range(2)] == [1, 2]
        assert peer.session.submit(OTHER, {"type": "x"}) == 1
        peer.hear(Rejected(ROOM, 2, "forbidden", final=True))
        assert peer.session.submit(ROOM, {"type": "x"}) == 3

    def test_a_command_says_what_its_author_had_seen(self, peer: Peer) -> None:
        peer.live()
        peer.entries(1, 2)
        peer.session.submit(ROOM, {"type": "chat.say", "text": "hi"})
        (submit,) = peer.submits()
        assert (submit.room, submit.seq, submit.made, submit.again) == (
            ROOM,
            1,
            MadeAt(GENERATION, 2),
            False,
        )
        assert peer.codec.decode_as(submit.command, dict[str, str]) == {
            "type": "chat.say",
            "text": "hi",
        }

    def test_a_command_needs_a_position(self, peer: Peer) -> None:
        with pytest.raises(NotFollowing):
            peer.session.submit(ROOM, {"type": "x"})
        peer.session.join(ROOM)
        with pytest.raises(NotFollowing):
            peer.session.submit(ROOM, {"type": "x"})

    def test_accepted_settles(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        peer.session.submit(ROOM, {"type": "x"})
        assert peer.hear(Accepted(ROOM, [(1, 1), (2, 2)])) == [
            Settled(ROOM, 1, 1),
            Settled(ROOM, 2, 2),
        ]
        assert peer.session.pending(ROOM) == []

    def test_a_final_rejection_settles(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        rejected = Rejected(ROOM, 1, "conflict", final=True, detail={"conflicts": []})
        assert peer.hear(rejected) == [Refused(ROOM, 1, "conflict", {"conflicts": []})]
        assert peer.session.pending(ROOM) == []

    def test_CL55_the_connection_holds_as_many_as_welcome_allows(self, peer: Peer) -> None:
        peer.live(ROOM, OTHER, in_flight_max=3)
        for room in (ROOM, ROOM, OTHER, OTHER, ROOM):
            peer.session.submit(room, {"type": "x"})
        assert [(m.room, m.seq) for m in peer.submits()] == [(ROOM, 1), (ROOM, 2), (OTHER, 1)]
        peer.hear(Accepted(OTHER, [(1, 1)]))
        assert [(m.room, m.seq) for m in peer.submits()] == [(ROOM, 3)]
        peer.hear(Rejected(ROOM, 1, "forbidden", final=True))
        assert [(m.room, m.seq) for m in peer.submits()] == [(OTHER, 2)]

    def test_CL55_no_seq_leaves_that_is_a_window_above_the_oldest_unanswered(
        self, peer: Peer
    ) -> None:
        peer.live()
        for _ in range(WINDOW + 2):
            peer.session.submit(ROOM, {"type": "x"})
        assert [m.seq for m in peer.submits()] == list(range(1, WINDOW + 1))
        peer.hear(Accepted(ROOM, [(2, 1), (3, 2)]))
        assert peer.submits() == []
        peer.hear(Accepted(ROOM, [(1, 3)]))
        assert [m.seq for m in peer.submits()] == [WINDOW + 1, WINDOW + 2]

    def test_CL56_unanswered_commands_are_sent_again_in_order(self, peer: Peer) -> None:
        peer.live()
        for _ in range(3):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Accepted(ROOM, [(2, 1)]))
        peer.entries(1, 1)
        peer.session.disconnected()
        peer.session.submit(ROOM, {"type": "offline"})
        peer.session.connected("token")
        peer.hear(welcome())
        assert peer.submits() == []
        peer.joined(position=at(1))
        assert [(m.seq, m.made.version, m.again) for m in peer.submits()] == [
            (1, 0, True),
            (3, 0, True),
            (4, 1, False),
        ]

    def test_CL57_joined_settles_what_the_server_remembers(self, peer: Peer) -> None:
        peer.live()
        for _ in range(3):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Accepted(ROOM, [(1, 1)]))
        peer.entries(1, 1)
        peer.session.disconnected()
        peer.session.connected("token")
        peer.hear(welcome())
        peer.entries(2, 1)
        events = peer.joined(position=at(2), done=[(1, 1), (2, 2)])
        assert events == [Live(ROOM, "editor"), Settled(ROOM, 2, 2)]
        assert [m.seq for m in peer.submits()] == [3]

    def test_CL57_seqs_of_another_life_are_never_used(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.connected("token")
        peer.hear(welcome())
        peer.snapshot(position=at(9))
        assert peer.joined(position=at(9), done=[(7, 9)]) == [Live(ROOM, "editor")]
        assert peer.session.submit(ROOM, {"type": "x"}) == 8

    def test_CL58_a_new_generation_refuses_only_what_was_never_sent(self, peer: Peer) -> None:
        peer.live(in_flight_max=1)
        for _ in range(2):
            peer.session.submit(ROOM, {"type": "x"})
        peer.session.disconnected()
        peer.session.connected("token")
        peer.hear(welcome())
        peer.said()
        started, refused = peer.snapshot(position=at(0, RESTORED))
        assert isinstance(started, StartedOver)
        assert started.new_generation
        assert refused == Refused(ROOM, 2, "session_expired")
        peer.joined(position=at(0, RESTORED))
        assert [(m.seq, m.made.generation, m.again) for m in peer.submits()] == [
            (1, GENERATION, True)
        ]
        peer.session.submit(ROOM, {"type": "x"})
        assert [(m.seq, m.made.generation) for m in peer.submits()] == [(3, RESTORED)]

    def test_CL58_a_snapshot_of_the_same_generation_refuses_nothing(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        (started,) = peer.snapshot(position=at(300))
        assert isinstance(started, StartedOver)
        assert not started.new_generation
        assert [p.seq for p in peer.session.pending(ROOM)] == [1]

    def test_CL59_commands_wait_behind_one_that_was_not_executed(self, peer: Peer) -> None:
        peer.live()
        for _ in range(3):
            peer.session.submit(ROOM, {"type": "x"})
        peer.said()
        assert peer.hear(
            Rejected(ROOM, 2, "rate_limited", final=False, detail={"wait_ms": 70})
        ) == [Postponed(ROOM, 2, "rate_limited", 70)]
        assert peer.hear(Rejected(ROOM, 1, "busy", final=False)) == [
            Postponed(ROOM, 1, "busy", RETRY_FIRST_MS)
        ]
        peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Accepted(ROOM, [(3, 1)]))
        assert peer.said() == []
        peer.session.retry(ROOM)
        assert [(m.seq, m.again) for m in peer.submits()] == [(1, True), (2, True), (4, False)]

    def test_CL59_waits_grow_until_something_is_accepted(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        waits: list[int] = []
        for _ in range(9):
            (postponed,) = peer.hear(
                Rejected(ROOM, 1, "contended", final=False, detail={"wait_ms": "?"})
            )
            waits.append(postponed.wait_ms)
            peer.session.retry(ROOM)
        assert waits == [50, 100, 200, 400, 800, 1600, 3200, RETRY_MAX_MS, RETRY_MAX_MS]
        peer.hear(Accepted(ROOM, [(1, 1)]))
        peer.session.submit(ROOM, {"type": "x"})
        (postponed,) = peer.hear(Rejected(ROOM, 2, "busy", final=False))
        assert postponed.wait_ms == RETRY_FIRST_MS

    def test_CL59_an_acceptance_on_the_way_does_not_shorten_the_wait(self, peer: Peer) -> None:
        """Found by the session pair: the first refusal was forgotten and the second had no wait."""
        peer.live()
        for _ in range(3):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Rejected(ROOM, 1, "busy", final=False))
        peer.hear(Accepted(ROOM, [(2, 1)]))
        (postponed,) = peer.hear(Rejected(ROOM, 3, "busy", final=False))
        assert postponed.wait_ms == RETRY_FIRST_MS

    def test_CL59_a_late_copy_of_a_refusal_changes_nothing(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Rejected(ROOM, 1, "busy", final=False))
        assert peer.hear(Rejected(ROOM, 1, "busy", final=False)) == []
        peer.session.retry(ROOM)
        peer.hear(Accepted(ROOM, [(1, 1)]))
        assert peer.hear(Rejected(ROOM, 1, "busy", final=False)) == []

    def test_CL60_what_never_left_is_kept_too_when_the_room_closes(self, peer: Peer) -> None:
        peer.live(in_flight_max=1)
        for _ in range(2):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(RoomClosed(ROOM, "failed"))
        peer.session.join(ROOM)
        peer.said()
        peer.joined()
        assert [(m.seq, m.again) for m in peer.submits()] == [(1, True)]
        peer.hear(Accepted(ROOM, [(1, 1)]))
        assert [(m.seq, m.again) for m in peer.submits()] == [(2, False)]

    def test_CL61_an_answer_after_closed_is_taken(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        peer.hear(RoomClosed(ROOM, "removed"))
        assert peer.hear(Accepted(ROOM, [(1, 1)])) == [Settled(ROOM, 1, 1)]
        peer.session.join(ROOM)
        peer.said()
        peer.joined()
        assert peer.said() == []

    @pytest.mark.parametrize("seq", [-1, 0, 2])
    def test_CL61_an_answer_to_an_unused_seq_ends_the_connection(
        self, peer: Peer, seq: int
    ) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        with pytest.raises(UnexpectedMessage, match="the last one used is 1"):
            peer.hear(Accepted(ROOM, [(seq, 1)]))
        with pytest.raises(UnexpectedMessage):
            peer.hear(Rejected(ROOM, seq, "forbidden", final=True))

    def test_CL62_the_same_end_twice_is_ignored(self, peer: Peer) -> None:
        peer.live()
        for _ in range(2):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Accepted(ROOM, [(1, 1)]))
        peer.hear(Rejected(ROOM, 2, "locked", final=True))
        assert peer.hear(Accepted(ROOM, [(1, 1)])) == []
        assert peer.hear(Rejected(ROOM, 2, "locked", final=True)) == []

    def test_CL62_another_end_ends_the_connection(self, peer: Peer) -> None:
        peer.live()
        for _ in range(2):
            peer.session.submit(ROOM, {"type": "x"})
        peer.hear(Accepted(ROOM, [(1, 1)]))
        peer.hear(Rejected(ROOM, 2, "locked", final=True))
        with pytest.raises(ContradictoryAnswer, match="seq 1: ended as 1, then as 2"):
            peer.hear(Accepted(ROOM, [(1, 2)]))
        with pytest.raises(ContradictoryAnswer) as contradiction:
            peer.hear(Accepted(ROOM, [(2, 2)]))
        assert (contradiction.value.seq, contradiction.value.first) == (2, "locked")

    def test_CL62_what_is_remembered_of_ended_commands_is_bounded(self, peer: Peer) -> None:
        peer.live()
        for i in range(ENDED_MAX + 1):
            seq = peer.session.submit(ROOM, {"type": "x"})
            peer.hear(Accepted(ROOM, [(seq, i + 1)]))
        assert peer.hear(Accepted(ROOM, [(1, 1)])) == []

    def test_CL63_commands_leave_at_the_pace_that_welcome_states(self, peer: Peer) -> None:
        peer.session.join(ROOM)
        peer.session.advance(100.0)
        peer.session.connected("token")
        peer.hear(Welcome(1, "n1", "", "", 0, 0, Limits(10.0, 3, 64, 65_536, 40.0, 2_048, 20.0)))
        peer.snapshot()
        peer.joined()
        for _ in range(6):
            peer.session.submit(ROOM, {"type": "x"})
        assert [m.seq for m in peer.submits()] == [1, 2, 3]
        peer.hear(Accepted(ROOM, [(1, 1), (2, 2), (3, 3)]))
        assert peer.submits() == []
        peer.session.advance(100.0 + 1 / (10.0 * PACE) + 0.001)
        assert [m.seq for m in peer.submits()] == [4]
        peer.session.advance(101.0)
        assert [m.seq for m in peer.submits()] == [5, 6]

    def test_CL64_not_found_after_closed_ends_nothing(self, peer: Peer) -> None:
        peer.live()
        peer.session.submit(ROOM, {"type": "x"})
        peer.hear(RoomClosed(ROOM, "failed"))
        assert peer.hear(Rejected(ROOM, 1, "not_found", final=True)) == []
        peer.said()
        peer.session.join(ROOM)
        peer.joined()
        assert [(m.seq, m.again) for m in peer.submits()] == [(1, True)]
        assert peer.hear(Rejected(ROOM, 1, "not_found", final=True)) == [
            Refused(ROOM, 1, "not_found")
        ]

    def test_everything_lost_at_once_ends_every_command_once(self, peer: Peer) -> None:
        peer.live()
        for _ in range(5):
            peer.session.submit(ROOM, {"type": "x"})
        peer.back(done=[(1, 1), (3, 2)])
        assert [m.seq for m in peer.submits()] == [2, 4, 5]
        peer.back()
        assert [m.seq for m in peer.submits()] == [2, 4, 5]
        peer.hear(Accepted(ROOM, [(2, 3), (4, 4), (5, 5)]))
        assert peer.session.pending(ROOM) == []
