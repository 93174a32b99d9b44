"""When, by whom and how often an address is told: in order, at least once, by one node."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from protocol.draft_commands import (
    AddPlayers,
    BidFor,
    PickFor,
    SellNow,
    SetLists,
    Start,
    UndoTo,
)
from protocol.membership import Say
from server.accounts.signatures import new_secret
from server.hooks.courier import (
    LATE_S,
    LEASE_MS,
    OFF_AFTER_MS,
    RETRY_MAX_MS,
    RETRY_MIN_MS,
    SWEEP_S,
    Courier,
    retry_at,
)
from server.hooks.post import Answer
from server.identity import Identity
from server.rooms.directory import RoomUnreadable
from server.rooms.pulse import Undisturbed
from storage.errors import StorageUnavailable
from storage.room_log import StoredSnapshot
from storage.webhooks import Webhook
from tests.support.drafts import pool_of
from tests.support.http_side import HttpSide
from tests.support.posted import Posted
from tests.unit.server.http.test_drafts import SETTINGS

BAD = Answer(500, 3)


def lowest(low: float, _high: float) -> float:
    return low


class Others(Undisturbed):
    """Every room is first another node's."""

    def first_for(self, room: str) -> bool:
        del room
        return False


class League:
    """A draft of two teams that has begun, an address that is told of it, and its couriers."""

    def __init__(self, side: HttpSide, owner: Identity, room: str) -> None:
        self.side, self.owner, self.room = side, owner, room
        self.posts = side.posts

    async def do(self, command: Any) -> int:
        done = await self.side.directory.execute(self.room, self.owner, command)
        assert done.code is None, done
        return done.version or 0

    async def pick(self, *players: str) -> None:
        for player in players:
            opened = await self.side.directory.open(self.room)
            assert opened is not None
            turn = opened.replica.state.inner.turn.version
            await self.do(PickFor(turn, player))

    async def hook(self, id_: str = "wh_1") -> Webhook:
        accounts, version = self.side.services.accounts, self.side.directory
        hook = Webhook(
            id=id_,
            room=self.room,
            url="https://league.example/hooks",
            sealed_secret=accounts.seals.seal(
                new_secret().encode(), account=id_, purpose="webhook"
            ),
            created_by=self.owner.account,
            created_at=1,
            version=await version.version_of(self.room) or 0,
        )
        assert await self.store.add(hook, most=9)
        return hook

    @property
    def courier(self) -> Courier:
        return self.side.services.hooks

    @property
    def store(self) -> Any:
        return self.courier.store

    async def now(self) -> Webhook:
        (hook,) = await self.store.of_room(self.room)
        return hook

    def node(self, name: str, posts: Posted | None = None, **more: Any) -> Courier:
        """Another process on the same database."""
        side = self.side
        made: dict[str, Any] = {
            "store": self.store,
            "rooms": side.directory,
            "records": side.log,
            "seals": side.services.accounts.seals,
            "posts": posts or side.posts,
            "clock": side.clock,
            "pulse": Undisturbed,
            "node": name,
            "draw": lowest,
        }
        return Courier(**{**made, **more})


@pytest.fixture
async def league(side: HttpSide) -> League:
    owner, _ = side.person()
    settings = {**SETTINGS, "clock": {"pick_s": None}}
    found = League(side, owner, await side.directory.create("draft", "Ours", owner, settings))
    await found.do(AddPlayers(tuple(pool_of(20))))
    await found.do(Start())
    return found


async def test_WH14_picks_come_in_order_from_the_log_and_the_end_after_them(league: League) -> None:
    hook = await league.hook()
    await league.pick("p0001", "p0002")
    await league.do(Say("Hello"))
    await league.do(SetLists(queue=("p0009",)))
    await league.courier.tell(hook.id)
    await league.pick("p0003", "p0004")
    await league.courier.tell(hook.id)
    players = [one.message["data"].get("player", {}).get("id") for one in league.posts.posts]
    assert players == ["p0001", "p0002", "p0003", "p0004", None]
    assert league.posts.types[-1] == "draft.ended"
    versions = [one.message["data"]["version"] for one in league.posts.posts]
    assert versions == sorted(versions)
    head = await league.side.directory.version_of(league.room)
    assert ((await league.now()).version, await league.courier.behind()) == (head, [])


async def test_WH14_what_was_before_the_webhook_is_not_told(league: League) -> None:
    await league.pick("p0001")
    hook = await league.hook()
    await league.courier.tell(hook.id)
    assert league.posts.posts == []
    await league.pick("p0002")
    await league.do(UndoTo())
    await league.courier.tell(hook.id)
    assert league.posts.types == ["pick.made", "picks.undone"]


async def test_WH15_a_delivery_whose_end_nobody_wrote_is_made_again_under_its_id(
    league: League,
) -> None:
    hook = await league.hook()
    await league.pick("p0001", "p0002")
    league.posts.held.clear()
    dying = asyncio.ensure_future(league.node("n1").tell(hook.id))
    while not league.posts.posts:  # noqa: ASYNC110 - until it has come so far, without a time
        await asyncio.sleep(0)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    league.posts.held.set()
    other = Posted()
    survivor = league.node("n2", other)
    assert await survivor.behind() == []
    await survivor.tell(hook.id)
    assert other.posts == []
    league.side.clock.advance(LEASE_MS / 1000)
    assert await survivor.behind() == [hook.id]
    await survivor.tell(hook.id)
    assert [one.id for one in other.posts][:1] == [one.id for one in league.posts.posts]
    assert other.types == ["pick.made", "pick.made"]


async def test_WH15_of_two_nodes_one_delivers_each_message_once(league: League) -> None:
    hook = await league.hook()
    await league.pick("p0001", "p0002", "p0003")
    posts = Posted()
    await asyncio.gather(*(league.node(f"n{n}", posts).tell(hook.id) for n in range(4)))
    assert [one.message["data"]["pick"] for one in posts.posts] == [1, 2, 3]


async def test_WH15_other_nodes_look_after_their_share_first(league: League) -> None:
    hook = await league.hook()
    await league.pick("p0001")
    far = league.node("n2", pulse=Others)
    assert await league.courier.behind() == [hook.id]
    assert await far.behind() == []
    league.side.clock.advance(LATE_S - 1)
    assert await far.behind() == []
    league.side.clock.advance(1)
    assert await far.behind() == [hook.id]
    await league.courier.tell(hook.id)
    assert await far.behind() == []


async def test_WH16_what_was_not_accepted_is_tried_again_later_and_nothing_overtakes_it(
    league: League,
) -> None:
    hook = await league.hook()
    await league.pick("p0001", "p0002")
    league.posts.answers = [BAD, Answer(None, 3, "timeout"), Answer(302, 3)]
    for pause_ms in (RETRY_MIN_MS, 2 * RETRY_MIN_MS, 4 * RETRY_MIN_MS):
        await league.courier.tell(hook.id)
        league.side.clock.advance(pause_ms / 1000 - 0.001)
        assert await league.courier.behind() == []
        await league.courier.tell(hook.id)
        league.side.clock.advance(0.001)
        assert await league.courier.behind() == [hook.id]
    await league.courier.tell(hook.id)
    assert [one.message["data"]["pick"] for one in league.posts.posts] == [1, 1, 1, 1, 2]
    assert len({one.id for one in league.posts.posts}) == 2
    assert (await league.now()).attempts == 0
    kept = await league.store.attempts(hook.id, limit=9)
    assert [(one.status, one.problem) for one in kept][::-1] == [
        (500, ""), (None, "timeout"), (302, ""), (200, ""), (200, ""),
    ]  # fmt: skip


def test_WH16_pauses_double_up_to_an_hour_and_chance_takes_up_to_half_off() -> None:
    pauses = [retry_at(0, n, 0) for n in range(1, 14)]
    assert pauses[:4] == [5_000, 10_000, 20_000, 40_000]
    assert pauses[-1] == retry_at(0, 400, 0) == RETRY_MAX_MS
    assert (retry_at(7, 1, 0.5), retry_at(7, 1, 1)) == (3_757, 2_507)


async def test_WH17_an_address_that_takes_nothing_for_a_day_is_off_until_it_is_turned_on(
    league: League,
) -> None:
    hook = await league.hook()
    await league.pick("p0001")
    league.posts.answers = [BAD] * 99
    while (await league.now()).off_at is None:
        await league.courier.tell(hook.id)
        league.side.clock.advance(RETRY_MAX_MS / 1000)
        assert len(league.posts.posts) < 60
    assert len(league.posts.posts) > OFF_AFTER_MS / RETRY_MAX_MS
    assert (await league.now()).off_why == "status 500"
    assert await league.courier.behind() == []
    league.posts.answers, league.posts.posts = [], []
    await league.store.turn_on(league.room, hook.id)
    await league.pick("p0002")
    assert await league.courier.behind() == [hook.id]
    await league.courier.tell(hook.id)
    assert [one.message["data"]["pick"] for one in league.posts.posts] == [1, 2]


async def test_WH17_a_receiver_that_is_gone_for_good_is_off_at_once(league: League) -> None:
    hook = await league.hook()
    await league.pick("p0001")
    league.posts.answers = [Answer(410, 3)]
    await league.courier.tell(hook.id)
    assert (await league.now()).off_why == "gone"


async def test_WH7_entries_that_were_pruned_before_are_told_of(league: League) -> None:
    hook = await league.hook()
    await league.pick("p0001", "p0002")
    opened = await league.side.directory.open(league.room)
    assert opened is not None
    head = opened.replica.committed
    await league.side.log.save_snapshot(
        league.room, StoredSnapshot(head, opened.replica.state.snapshot())
    )
    assert await league.side.log.prune(league.room, head.version + 1) > 0
    await league.pick("p0003")
    league.posts.answers = [BAD]
    await league.courier.tell(hook.id)
    assert (await league.now()).version == hook.version
    league.side.clock.advance(RETRY_MIN_MS / 1000)
    await league.courier.tell(hook.id)
    assert league.posts.types == ["entries.missed", "entries.missed", "pick.made"]
    data = league.posts.posts[0].message["data"]
    assert (data["first"], data["last"]) == (hook.version + 1, head.version)


async def test_WH18_slow_addresses_do_not_hold_up_the_others_and_none_is_told_twice_at_once(
    league: League,
) -> None:
    await league.hook("wh_1")
    slow, fast = Posted(), asyncio.Event()
    slow.held.clear()
    swept = 0

    async def sweeps(seconds: float) -> None:
        nonlocal swept
        assert seconds == SWEEP_S
        swept += 1
        if swept == 3:
            await league.hook("wh_2")
            await league.pick("p0002")
        if swept > 6:
            fast.set()
            await asyncio.get_running_loop().create_future()
        for _ in range(20):
            await asyncio.sleep(0)

    await league.pick("p0001")
    running = asyncio.ensure_future(league.node("n1", slow, sleep=sweeps).run())
    await fast.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [one.id.split("-")[0] for one in slow.posts] == ["wh_1", "wh_2"]


async def test_WH19_a_database_that_is_away_stops_nothing(league: League) -> None:
    await league.hook()
    await league.pick("p0001")
    swept = asyncio.Event()
    rounds = iter(range(4))

    async def sweeps(_seconds: float) -> None:
        switch = league.side.tables_switch
        match next(rounds):
            case 0:
                switch.fault = StorageUnavailable("away")
            case 1:
                switch.fault = None
            case 2:
                for _ in range(50):
                    await asyncio.sleep(0)
            case _:
                swept.set()
                await asyncio.get_running_loop().create_future()

    running = asyncio.ensure_future(league.node("n1", sleep=sweeps).run())
    await swept.wait()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert league.posts.types == ["pick.made"]


async def test_WH18_a_secret_that_cannot_be_read_any_more_is_a_problem_like_others(
    league: League,
) -> None:
    hook = await league.hook()
    await league.store.remove(league.room, hook.id)
    await league.store.add(replace(hook, sealed_secret=b"\x01" + b"0" * 60), most=9)
    await league.pick("p0001")
    await league.courier.tell(hook.id)
    (attempt,) = await league.store.attempts(hook.id, limit=9)
    assert (attempt.problem, league.posts.posts) == ("secret", [])


async def test_WH14_a_room_that_cannot_be_read_is_no_bug(league: League, monkeypatch: Any) -> None:
    hook = await league.hook()
    await league.pick("p0001")

    async def unreadable(room_id: str) -> None:
        raise RoomUnreadable(room_id, "e_1")

    monkeypatch.setattr(league.side.directory, "open", unreadable)
    await league.courier.tell(hook.id)
    assert league.posts.posts == []


async def test_WH14_of_an_auction_sales_are_told(side: HttpSide) -> None:
    owner, _ = side.person()
    settings = {**SETTINGS, "type": "auction", "clock": {"nominate_s": None, "bid_s": None}}
    room = await side.directory.create("draft", "Ours", owner, settings)
    league = League(side, owner, room)
    await league.do(AddPlayers(tuple(pool_of(20))))
    await league.do(Start())
    hook = await league.hook()
    opened = await side.directory.open(room)
    assert opened is not None
    await league.do(PickFor(opened.replica.state.inner.turn.version, "p0001", 3))
    await league.do(BidFor(opened.replica.state.inner.turn.version, 2, 9))
    await league.do(SellNow(opened.replica.state.inner.turn.version))
    await league.courier.tell(hook.id)
    (sale,) = side.posts.posts
    assert sale.type == "sale.made"
    assert (sale.message["data"]["price"], sale.message["data"]["team"]["seat"]) == (9, 2)
