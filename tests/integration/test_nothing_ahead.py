"""Every byte that somebody can obtain who sees a game later than it is played: while things happen
that such a member may not see yet, nothing that it is sent, and no answer that it is given, is
another one than if they had not happened.

So more is found than words that should not be there: a version, a time, a count, an order, an error
that is another one. Asked is by every operation there is, about the feed, the league whose matchups
it decides, and everything in them; heard is on sockets of both formats, with and without a filter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
import pytest

from protocol.client_messages import PresenceUpdate
from protocol.codec import JSON, MSGPACK
from protocol.feed import DeletePlay, ReportPlay, SetDelay, SetShift
from protocol.membership import Say
from server.http.rooms import row_for
from server.identity import Identity
from server.leagues.feeds_beside import FeedsBeside
from server.leagues.live import LiveScores
from server.rooms.follower import Follower
from tests.support.gsis_games import CATCHER, PASSER, TACKLER, play
from tests.support.http_calls import OPERATION
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, LeagueScene, a_scene
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import presence_of
from tests.unit.server.http.test_rooms import enter

DELAY_S = 30
QUIET_S = 60
NOT_OF_THE_ROOM = {"now", "server_now", "uptime_s", "as_of", "exported_at", "started_at"}
"""What a clock says, whoever asks and whatever happened."""
ELSEWHERE = ("operator", "admin", "listTeam", "readTeam")
"""Whose business no member of a room is."""
NOT_ASKED = {"exportAccount", "status", "metrics"}
"""What was asked by oneself; what the node has open; what members do not get."""
PLAYS = (1, 2, 3, 36, 77)
"""Ids of plays, of which the last two are not there for late members."""
FILTER = {"teams": ["HOM"], "whats": ["scoring"]}
QUERIES = {
    "readRoom": ("", *(f"?version={version}" for version in range(1, 20))),
    "readHistory": ("", "?limit=1", "?limit=3"),
    "readDifference": ("?from=1", "?from=1&to=12"),
    "readTrail": ("", f"?player={CATCHER}"),
}
"""What can be asked of an operation: every version there may be, pages of any size."""
POSTS: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/plays/ask", {}),
    ("POST", "/plays/ask", {"total": True}),
    ("POST", "/plays/ask", {"where": {"feeds": ["{feed}"]}}),
    ("POST", "/plays/ask", {"where": {"players": [PASSER]}, "by": ["player"]}),
    ("POST", "/feeds/{feed}/watch", {"speed": 0, "play": 77}),
    ("POST", "/feeds/{feed}/watch", {"speed": 0, "play": 36, "at": 1}),
    ("POST", "/feeds/{feed}/board", {"item": 77}),
    ("POST", "/rooms/{feed}/fork", {"name": "Ours"}),
    ("POST", "/rooms/{feed}/restore", {"version": 9}),
    ("POST", "/rooms/{league}/fork", {"name": "Ours"}),
    ("POST", "/leagues/{league}/weeks/1/settle", None),
    ("POST", "/feeds/{feed}/events", {"type": "play.delete", "source": "gsis", "revision": 1,
                                      "id": 77}),
)  # fmt: skip
"""What is asked by something other than GET and changes nothing for this member."""


@dataclass
class Late:
    """Eve, who may look at Ada's league and its game, and sees the game later."""

    side: HttpSide
    rooms: LeagueScene
    eve: Identity
    header: dict[str, str]
    sockets: list[RecordingRecipient] = field(default_factory=list[RecordingRecipient])
    followers: list[Follower] = field(default_factory=list[Follower])

    @property
    def feed(self) -> str:
        return self.rooms.feed

    async def follow(self) -> None:
        """On sockets of every sort, into both rooms, watching the week."""
        for codec in (JSON, MSGPACK):
            for room, wanted in ((self.feed, None), (self.feed, FILTER), (self.rooms.league, None)):
                number = len(self.sockets)
                one = RecordingRecipient("eve", codec=codec, client=f"client-{number:-<16}")
                one._identity = self.eve  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the account that also asks over HTTP
                asked = None if wanted is None else msgspec.Raw(codec.encode(wanted))
                follower = await self.side.directory.join(one, room, wanted=asked)
                assert follower is not None
                if room == self.rooms.league:
                    value = msgspec.Raw(codec.encode({"type": "watching", "week": 1}))
                    follower.presence(PresenceUpdate(room, "watching", value))
                self.sockets.append(one)
                self.followers.append(follower)
        await self.settle()

    async def settle(self) -> None:
        """Lets everything happen that can happen now."""
        from asyncio import sleep

        for _ in range(300):
            await sleep(0)
        for room in list(self.side.directory.open_rooms.values()):
            room.delayed.release()

    async def index(self) -> None:
        """What is old enough can be asked about."""
        answer = await self.side.send(
            "POST", "/operator/plays/index", json={}, headers=self.side.operator
        )
        assert answer.status_code == 200, answer.text

    def heard(self) -> list[int]:
        return [len(one.messages) for one in self.sockets]

    async def read(self) -> dict[str, Any]:
        """The answer to everything, with what a clock says taken out."""
        found: dict[str, Any] = {}
        for name, (method, path, _) in OPERATION.items():
            if method == "GET" and name not in NOT_ASKED and not name.startswith(ELSEWHERE):
                for filled in self.filled(name, path):
                    found[f"{name} {filled}"] = await self.ask("GET", filled)
        for method, path, body in POSTS:
            filled, said = (
                text.replace("{feed}", self.feed).replace("{league}", self.rooms.league)
                for text in (path, json.dumps(body))
            )
            found[f"{method} {path} {said}"] = await self.ask(method, filled, json.loads(said))
        return found

    def filled(self, name: str, path: str) -> list[str]:
        """A path with each room and part that there is, and with what else can be asked of it."""
        if "{" not in path:
            return [path]
        paths: list[str] = []
        for room in (self.feed, self.rooms.league):
            one = path.replace("{room_id}", room)
            for part in ("week", "matchup"):
                one = one.replace(f"{{{part}}}", "1")
            if "{" not in one:
                paths += [one + query for query in QUERIES.get(name, ("",))]
        return paths

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        more = {} if body is None else {"json": body}
        answer = await self.side.send(method, path, headers=self.header, **more)
        assert answer.status_code < 500, (path, answer.text)
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name not in {"date", "x-request-id", "content-length"}
            and not name.startswith("ratelimit")
        }
        try:
            told = without_clock(answer.json())
        except ValueError:
            told = answer.text
        return answer.status_code, kept, told


def without_clock(told: Any) -> Any:
    """An answer without what a clock says, and without the number of an error."""
    if isinstance(told, dict):
        plain = cast("dict[str, Any]", told)
        left = {name for name in plain if name not in NOT_OF_THE_ROOM}
        left -= {"id"} if "error" in plain else set()
        return {name: without_clock(value) for name, value in plain.items() if name in left}
    if isinstance(told, list):
        return [without_clock(one) for one in cast("list[Any]", told)]
    return told


def leaves(where: str, told: Any) -> Iterator[tuple[str, Any]]:
    """Every value in an answer, by its place."""
    if isinstance(told, dict):
        for name, value in cast("dict[str, Any]", told).items():
            yield from leaves(f"{where} {name}", value)
    elif isinstance(told, list | tuple):
        for number, value in enumerate(cast("list[Any]", told)):
            yield from leaves(f"{where} {number}", value)
    else:
        yield where, told


def differing(where: str, before: Any, after: Any) -> list[str]:
    """Where two answers differ, value by value."""
    was, now = dict(leaves(where, before)), dict(leaves(where, after))
    odd = [one for one in {**was, **now} if was.get(one, ...) != now.get(one, ...)]
    return [f"{one}: {was.get(one, '–')} → {now.get(one, '–')}" for one in odd]


@pytest.fixture
async def late(side: HttpSide) -> Late:
    """A game that has begun, in a league's week; Eve is in both rooms and sees it as it happens."""
    ada, _ = await side.account()
    directory = side.directory
    directory.projection = LiveScores(side.services.scoring, directory.run_beside)
    directory.companions = FeedsBeside(directory, side.clock, directory.run_beside)
    rooms = await a_scene(side.directory, ada)
    eve, header = await side.account("eve@example.org", "Eve")
    for room in (rooms.feed, rooms.league):
        await enter(side, room, ada, eve, "viewer")
    await side.services.plays.rows.file(rooms.feed, game="sunday", season=2019, week=1, open_=True)
    one = Late(side, rooms, eve, header)
    await rooms.header("live", 0, 0, quarter=1, clock="15:00")
    await rooms.report(play(1, (PASSER, 15, 12), (CATCHER, 21, 12)), play(2, (PASSER, 10, 4)))
    await rooms.report(play(3, (TACKLER, 79, 0), text="Stopped."))
    return one


async def happen(one: Late) -> None:
    """All that can happen in a game, to plays that were there and to new ones."""
    rooms, side = one.rooms, one.side
    await rooms.report(THROW, play(77, (CATCHER, 11, 33), text="Ran."))
    await rooms.header("live", 13, 0, quarter=2, clock="04:00")
    await rooms.report(play(1, (PASSER, 15, 19), (CATCHER, 21, 19), text="Corrected."))
    await rooms.review(2)
    await rooms.say(DeletePlay("gsis", rooms.revision + 1, 3), room=rooms.feed)
    again = ReportPlay("gsis", rooms.revision + 2, play(2, (PASSER, 10, 6)))
    await rooms.say(again, room=rooms.feed)
    rooms.revision += 2
    await rooms.header("final", 13, 7)
    await rooms.say(Say("What a game!"), room=rooms.feed)
    settled = await side.services.scoring.settle(rooms.league, 1)
    assert settled.code is None, settled
    await rooms.report(SHORTER)
    await one.settle()
    league = await side.directory.open(rooms.league)
    assert league is not None
    week = league.replica.state.inner.parts.settled[1]
    assert week.corrected, "the correction has changed a result"
    bob, _ = side.person("Bob")
    await enter(side, rooms.feed, rooms.owner, bob, "viewer")
    fan = RecordingRecipient("fan")
    fan._identity = bob  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as above
    follower = await side.directory.join(fan, rooms.feed)
    assert follower is not None
    follower.presence(presence_of(rooms.feed, "look", {"type": "look", "play": 77}))
    await one.settle()
    await one.index()


WAYS = {
    "thirty seconds late": (SetDelay(DELAY_S), 29),
    "from a minute ago on": (SetShift(1, 0), 29),
    "from a minute ago on, at twice the pace": (SetShift(2, 0), 20),
    "standing still": (SetShift(0), 29),
    "late, and from a minute ago on": (SetShift(1, 0), 29),
}


@pytest.mark.parametrize("way", WAYS)
async def test_SD4_TS5_LI11_no_byte_tells_a_late_member_of_what_happens_now(
    late: Late, way: str
) -> None:
    side, rooms = late.side, late.rooms
    command, passes_s = WAYS[way]
    side.clock.advance(200)
    if way.startswith("late"):
        assert (await side.directory.execute(rooms.feed, late.eve, SetDelay(DELAY_S))).code is None
    side.clock.advance(QUIET_S + DELAY_S)
    if isinstance(command, SetShift) and command.speed:
        command = SetShift(command.speed, side.clock.now_ms() - 1_000 * QUIET_S + 1_000)
    assert (await side.directory.execute(rooms.feed, late.eve, command)).code is None
    side.clock.advance(0 if isinstance(command, SetShift) else QUIET_S)
    await late.follow()
    await late.index()
    before, heard = await late.read(), late.heard()
    assert len(before) > 100
    answered = [key for key, (status, *_) in before.items() if status == 200]
    for name in ("readRoom", "readHistory", "exportRoom", "readWeek", "readMatchup", "readTrail",
                 "readChances", "listRooms", "POST /plays/ask"):  # fmt: skip
        assert any(key.startswith(name) for key in answered), name

    side.clock.advance(1)
    await happen(late)
    side.clock.advance(passes_s - 1)
    await late.settle()
    after = await late.read()
    assert [line for key in after for line in differing(key, before[key], after[key])] == []
    told = [one.messages[n:] for one, n in zip(late.sockets, heard, strict=True)]
    assert [said for said in told if said] == []

    side.clock.advance(200)
    ended = await side.directory.execute(rooms.feed, late.eve, SetDelay(0))
    assert ended.code in {None, "nothing_changes"}
    if isinstance(command, SetShift):
        assert (await side.directory.execute(rooms.feed, late.eve, SetShift())).code is None
    await late.settle()
    await late.index()
    now = await late.read()
    changed = {key.split()[0] for key, said in now.items() if said != before[key]}
    assert {"readRoom", "readHistory", "exportRoom", "readWeek", "readMatchup", "readTrail",
            "readChances", "listRooms", "POST"} <= changed  # fmt: skip
    assert [len(one.messages) > n for one, n in zip(late.sockets, heard, strict=True)] == [True] * 6


async def test_TS5_LI11_a_league_that_was_quiet_for_days_is_listed_as_it_is_seen(
    late: Late,
) -> None:
    """A shift in a game is no entry of the league: how long that was quiet says nothing of it."""
    side, rooms = late.side, late.rooms
    side.clock.advance(60)
    moment = side.clock.now_ms()
    side.clock.advance(60)
    await happen(late)
    side.clock.advance(2 * 86_400)
    assert (await side.directory.execute(rooms.feed, late.eve, SetShift(0, moment))).code is None
    seen = await side.directory.reach(rooms.league, late.eve.account)
    assert seen is not None
    assert seen.until == moment
    row = (await side.services.records.rooms([rooms.league]))[rooms.league]
    listed = await row_for(side.services, row, late.eve)
    assert listed.head.version == seen.version < row.head.version
    assert listed.updated_at <= moment
