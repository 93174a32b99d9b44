"""Teams and their rooms: who comes in, what a change of the team does to whoever is there, and what
a room that cannot be told holds up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Set
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from protocol.membership import Role, SetRole
from server.identity import Grant
from server.rooms.directory import RoomUnreadable
from server.rooms.follower import Follower
from server.rooms.pending import Ended
from server.teams.team_rooms import AGAIN_MAX_S, PAGE, SETTLED_S, TeamRooms
from storage.errors import StorageUnavailable
from storage.tables_sqlite import memory_tables
from storage.team_rows import Team, TeamInvitation, TeamRole
from storage.teams import Teams
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_house import INVITATION, House, house

TEAM, OTHER = "t_0000000000000000000000", "t_1111111111111111111111"


class Switched:
    """The rooms, with a place at which a test may step in."""

    def __init__(self, rooms: Any) -> None:
        self._rooms = rooms
        self.faults: dict[str, Exception | Ended] = {}
        """Room → what telling it ends with."""
        self.before: Callable[[str], Any] | None = None
        """Awaited before a room is entered or told."""
        self.told: list[tuple[str, str, Role | None]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rooms, name)

    async def _step(self, what: str) -> None:
        if self.before is not None:
            before, self.before = self.before, None
            await before(what)

    async def join(self, *given: Any, **more: Any) -> Follower | None:
        await self._step("join")
        return await self._rooms.join(*given, **more)

    async def enter_by_team(self, *given: Any) -> None:
        await self._step("enter")
        await self._rooms.enter_by_team(*given)

    async def set_team_role(self, room: str, account: str, name: str, role: Role | None) -> Ended:
        await self._step("tell")
        self.told.append((room, account, role))
        fault = self.faults.get(room)
        if isinstance(fault, Ended):
            return fault
        if fault is not None:
            raise fault
        return await self._rooms.set_team_role(room, account, name, role)

    async def by_team_or_of(self, room: str, accounts: Set[str]) -> list[str]:
        fault = self.faults.get(room)
        if isinstance(fault, Exception):
            raise fault
        return await self._rooms.by_team_or_of(room, accounts)


class Scene:
    """Ana's room belongs to her team; Ben has an account of his own."""

    def __init__(self, here: House) -> None:
        self.here = here
        self.teams = Teams(memory_tables())
        self.rooms = Switched(here.directory)
        self.team_rooms = self.process()
        self.ben = person("ben")
        self._digests = 0

    def process(self) -> TeamRooms:
        """Another process that does the same work."""
        rooms: Any = self.rooms  # it answers as the directory does
        return TeamRooms(rooms, self.teams, self.here.log, self.here.clock)

    async def comes_into(
        self, role: TeamRole, who: RecordingRecipient | None = None, team: str = TEAM
    ) -> str:
        """Somebody is in the team; their account."""
        one = (who or self.ben).identity
        self._digests += 1
        digest = b"%d" % self._digests
        invitation = TeamInvitation(
            f"ti_{self._digests:011}", team, role, None, digest, None, 1, self.ana, self.now
        )
        assert await self.teams.add_invitation(invitation, most=1_000)
        await self.teams.accept(digest, account=one.account, name=one.name, email=None, at=self.now)
        return one.account

    @property
    def now(self) -> int:
        self.here.clock.advance(0.001)
        return self.here.clock.now_ms()

    @property
    def ana(self) -> str:
        """The owner of the team, and of the room."""
        return self.here.ana.identity.account

    async def removed(self) -> None:
        await self.teams.remove(TEAM, self.ben.identity.account, at=self.now)

    async def joins(self, **more: Any) -> Follower | None:
        return await self.team_rooms.join(self.ben, self.here.room, **more)

    async def role(self) -> Role | None:
        return await self.here.directory.role_of(self.here.room, self.ben.identity.account)

    async def until_finished(self, *processes: TeamRooms) -> None:
        """All work is done, and settled."""
        for _ in range(2):
            for one in processes or (self.team_rooms,):
                await one.work()
            self.here.clock.advance(SETTLED_S)
        for one in processes or (self.team_rooms,):
            await one.work()
        assert await self.teams.open_work(limit=1) == []


def person(name: str) -> RecordingRecipient:
    """Somebody with an account."""
    one = RecordingRecipient(name)
    one._identity = replace(one.identity, kind="account")  # noqa: SLF001 - a double  # pyright: ignore[reportPrivateUsage]
    return one


@asynccontextmanager
async def a_scene() -> AsyncGenerator[Scene]:
    async with house() as here:
        scene = Scene(here)
        ana = here.ana.identity
        for team in (TEAM, OTHER):
            made = Team(team, "Club", here.clock.now_ms())
            assert await scene.teams.create(made, owner=ana.account, owner_name=ana.name)
        assert await scene.teams.set_room_team(here.room, TEAM, at=scene.now)
        yield scene


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with a_scene() as made:
        yield made


ROLES: list[tuple[TeamRole, Role]] = [
    ("guest", "viewer"), ("member", "editor"), ("admin", "owner"), ("owner", "owner"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "there"), ROLES)
async def test_TM20_who_is_in_the_team_comes_in_with_its_role(
    scene: Scene, role: TeamRole, there: Role
) -> None:
    account = await scene.comes_into("member" if role == "owner" else role)
    if role == "owner":
        await scene.teams.set_role(TEAM, account, "owner", at=scene.now)
    assert await scene.joins() is not None
    assert await scene.role() == there
    assert await scene.here.directory.by_team_or_of(scene.here.room, set()) == [account]


async def test_TM20_who_asks_over_http_comes_in_as_if_they_joined(scene: Scene) -> None:
    assert await scene.team_rooms.role_in(scene.here.room, scene.ben.identity) is None
    await scene.comes_into("guest")
    assert await scene.team_rooms.role_in(scene.here.room, scene.ben.identity) == "viewer"
    assert await scene.role() == "viewer"


async def test_TM20_a_guests_token_is_never_let_in_by_a_team(scene: Scene) -> None:
    await scene.comes_into("admin")
    scene.ben._identity = replace(scene.ben.identity, kind="guest")  # noqa: SLF001 - a double  # pyright: ignore[reportPrivateUsage]
    assert await scene.joins() is None
    assert await scene.team_rooms.role_in(scene.here.room, scene.ben.identity) is None
    assert await scene.role() is None


async def test_TM21_C11_the_team_is_asked_once_for_rooms_of_others_and_for_none(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    role_by_room = scene.teams.role_by_room

    async def counted(room: str, account: str) -> TeamRole | None:
        asked.append(room)
        return await role_by_room(room, account)

    monkeypatch.setattr(scene.teams, "role_by_room", counted)
    nowhere = "r_" + "0" * 22
    assert await scene.joins() is None
    assert await scene.team_rooms.join(scene.ben, nowhere) is None
    assert await scene.team_rooms.role_in(scene.here.room, scene.ben.identity) is None
    assert await scene.team_rooms.role_in(nowhere, scene.ben.identity) is None
    assert asked == [scene.here.room, nowhere] * 2
    assert scene.ben.messages == []


@pytest.mark.parametrize("how", ["socket", "http"])
async def test_TM22_who_is_removed_while_they_come_in_does_not_stay(scene: Scene, how: str) -> None:
    await scene.comes_into("member")

    async def meanwhile(_: str) -> None:
        await scene.removed()
        await scene.until_finished()

    scene.rooms.before = meanwhile
    if how == "socket":
        assert await scene.joins() is not None, "for a moment"
        await scene.here.settle()
        assert scene.ben.closed == [(scene.here.room, "removed", None)]
    else:
        assert await scene.team_rooms.role_in(scene.here.room, scene.ben.identity) is None
    assert await scene.role() is None


async def test_TM22_where_the_room_cannot_be_told_nobody_follows_it(scene: Scene) -> None:
    await scene.comes_into("member")

    async def meanwhile(_: str) -> None:
        await scene.removed()

    scene.rooms.before = meanwhile
    scene.rooms.faults[scene.here.room] = Ended(code="busy")
    with pytest.raises(StorageUnavailable):
        await scene.joins()
    assert scene.here.live.audience.followers == {}


async def test_TM22_a_room_that_leaves_the_team_while_somebody_comes_in_by_it_lets_nobody_in(
    scene: Scene,
) -> None:
    await scene.comes_into("member")

    async def meanwhile(_: str) -> None:
        await scene.teams.set_room_team(scene.here.room, None, at=scene.now)
        await scene.until_finished()

    scene.rooms.before = meanwhile
    await scene.joins()
    assert await scene.role() is None


async def test_TM23_another_role_is_another_role_in_the_room(scene: Scene) -> None:
    account = await scene.comes_into("member")
    await scene.joins()
    for role, there in (ROLES[0], ROLES[2], ROLES[1]):
        await scene.teams.set_role(TEAM, account, role, at=scene.now)
        await scene.team_rooms.work()
        assert await scene.role() == there
    await scene.here.settle()
    assert scene.ben.closed == []


async def test_TM23_who_is_removed_is_out_and_sees_the_entry_that_did_it(scene: Scene) -> None:
    account = await scene.comes_into("member")
    await scene.joins()
    await scene.removed()
    await scene.team_rooms.work()
    await scene.here.settle()
    assert await scene.role() is None
    assert scene.ben.closed == [(scene.here.room, "removed", None)]
    last = scene.ben.of_type("entries")[-1]["entries"][-1]["events"]
    assert last == [{"type": "member.left_team", "member": account}]
    assert await scene.joins() is None


async def test_TM23_who_has_a_role_without_the_team_keeps_it(scene: Scene) -> None:
    assert await scene.here.directory.join(scene.ben, scene.here.room, invitation=INVITATION)
    await scene.comes_into("admin")
    await scene.team_rooms.work()
    assert await scene.role() == "owner"
    await scene.removed()
    await scene.team_rooms.work()
    await scene.here.settle()
    assert await scene.role() == "editor"
    assert scene.ben.closed == []


async def test_TM23_what_an_owner_of_the_room_has_set_stays(scene: Scene) -> None:
    account = await scene.comes_into("member")
    await scene.joins()
    ana = scene.here.ana.identity
    await scene.here.directory.execute(scene.here.room, ana, SetRole(account, "viewer"))
    await scene.teams.set_role(TEAM, account, "admin", at=scene.now)
    await scene.until_finished()
    assert await scene.role() == "viewer"


async def test_TM23_a_change_is_seen_at_once_when_it_is_told(scene: Scene) -> None:
    running = asyncio.create_task(scene.team_rooms.run())
    await scene.comes_into("member")
    await scene.joins()
    await scene.removed()
    scene.team_rooms.changed()
    await scene.here.settle()
    assert await scene.role() is None
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    "fault", [RoomUnreadable("r", "i"), StorageUnavailable("full"), Ended(code="busy")]
)
async def test_TM24_a_room_that_cannot_be_told_holds_up_nothing_and_is_told_later(
    scene: Scene, fault: Exception | Ended
) -> None:
    ana = scene.here.ana.identity
    account = await scene.comes_into("member")
    for _ in range(3):
        room = await scene.here.directory.create("claims", "More", ana, {})
        await scene.teams.set_room_team(room, TEAM, at=scene.now)
        assert await scene.team_rooms.join(scene.ben, room) is not None
        scene.rooms.faults[room] = fault
    spoilt = set(scene.rooms.faults)
    await scene.joins()
    await scene.removed()
    await scene.team_rooms.work()
    assert await scene.role() is None, "the one that can be told"
    scene.rooms.faults.clear()
    scene.here.clock.advance(AGAIN_MAX_S)
    await scene.until_finished()
    for room in spoilt:
        assert await scene.here.directory.role_of(room, account) is None


async def test_TM24_it_is_told_again_after_pauses_that_grow(scene: Scene) -> None:
    await scene.comes_into("member")
    await scene.joins()
    await scene.until_finished()
    await scene.removed()
    scene.rooms.faults[scene.here.room] = RoomUnreadable(scene.here.room, "i")
    scene.rooms.told.clear()
    at: list[int] = []
    for second in range(60):
        before = len(scene.rooms.told)
        await scene.team_rooms.work()
        if len(scene.rooms.told) > before:
            at.append(second)
        scene.here.clock.advance(1.0)
    assert at == [0, 1, 3, 7, 15, 30, 45]


async def test_TM24_a_room_left_by_its_team_that_cannot_be_opened_keeps_its_work(
    scene: Scene,
) -> None:
    await scene.comes_into("member")
    await scene.joins()
    await scene.until_finished()
    await scene.teams.set_room_team(scene.here.room, None, at=scene.now)
    scene.rooms.faults[scene.here.room] = RoomUnreadable(scene.here.room, "i")
    for _ in range(5):
        await scene.team_rooms.work()
        scene.here.clock.advance(SETTLED_S)
    assert len(await scene.teams.open_work(limit=10)) == 1
    scene.rooms.faults.clear()
    scene.here.clock.advance(AGAIN_MAX_S)
    await scene.until_finished()
    assert await scene.role() is None


async def test_TM24_more_than_a_page_of_work_that_cannot_be_done_holds_up_nothing(
    scene: Scene,
) -> None:
    ana = scene.here.ana.identity
    room = await scene.here.directory.create("claims", "Damaged", ana, {})
    await scene.teams.set_room_team(room, TEAM, at=scene.now)
    account = await scene.comes_into("guest")
    assert await scene.team_rooms.join(scene.ben, room) is not None
    await scene.until_finished()
    scene.rooms.faults[room] = RoomUnreadable(room, "i")
    for n in range(PAGE + 1):
        await scene.teams.set_role(TEAM, account, "member" if n % 2 else "admin", at=scene.now)
    other = person("cleo")
    await scene.comes_into("member", other)
    assert await scene.team_rooms.join(other, scene.here.room) is not None
    await scene.teams.remove(TEAM, other.identity.account, at=scene.now)
    await scene.team_rooms.work()
    left = await scene.here.directory.role_of(scene.here.room, other.identity.account)
    assert left is None


async def test_TM24_TM25_a_database_that_goes_away_in_the_middle_leaves_the_work(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.comes_into("member")
    await scene.joins()
    await scene.until_finished()
    await scene.removed()
    for name in ("open_work", "name_of", "rooms", "role_by_room", "finish_work"):
        scene.here.clock.advance(AGAIN_MAX_S)
        with monkeypatch.context() as away:

            async def gone(*_: Any, **__: Any) -> None:
                raise StorageUnavailable("away")

            away.setattr(scene.teams, name, gone)
            with suppress(StorageUnavailable):
                await scene.team_rooms.work()
        assert len(await scene.teams.open_work(limit=10)) == 1, name
    scene.here.clock.advance(AGAIN_MAX_S)
    await scene.until_finished()
    assert await scene.role() is None


async def test_TM25_work_is_done_again_before_it_is_finished(scene: Scene) -> None:
    account = await scene.comes_into("member")
    await scene.joins()
    await scene.until_finished()
    await scene.removed()
    assert await scene.team_rooms.work() == 0
    # a process that had asked the team before the removal lets them in, and is killed
    await scene.here.directory.enter_by_team(scene.here.room, scene.ben.identity, "editor")
    assert await scene.role() == "editor"
    scene.here.clock.advance(SETTLED_S - 0.1)
    assert await scene.team_rooms.work() == 0
    scene.here.clock.advance(0.1)
    assert await scene.team_rooms.work() == 1
    assert await scene.here.directory.role_of(scene.here.room, account) is None
    assert await scene.teams.open_work(limit=1) == []


async def test_TM25_a_process_that_begins_takes_up_what_another_left(scene: Scene) -> None:
    await scene.comes_into("member")
    await scene.joins()
    await scene.removed()
    assert await scene.role() == "editor"
    await scene.until_finished(scene.process())
    assert await scene.role() is None


async def test_TM26_two_processes_that_do_the_same_work_agree(scene: Scene) -> None:
    account = await scene.comes_into("member")
    await scene.joins()
    other = scene.process()
    for role in ("admin", "guest", "admin", "member"):
        await scene.teams.set_role(TEAM, account, role, at=scene.now)
        await asyncio.gather(scene.team_rooms.work(), other.work())
    assert await scene.role() == "editor"
    await scene.removed()
    await asyncio.gather(scene.team_rooms.work(), other.work())
    assert await scene.role() is None
    await scene.until_finished(scene.team_rooms, other)


async def test_TM26_a_slow_process_does_not_give_back_what_was_taken_meanwhile(
    scene: Scene,
) -> None:
    assert await scene.here.directory.join(scene.ben, scene.here.room, invitation=INVITATION)
    await scene.comes_into("admin")

    async def meanwhile(_: str) -> None:
        await scene.removed()
        await scene.until_finished(scene.process())

    scene.rooms.before = meanwhile
    await scene.team_rooms.work()
    assert await scene.role() == "editor", "his own, by the invitation"


async def test_TM27_a_room_that_goes_to_another_team_keeps_who_is_in_that(scene: Scene) -> None:
    await scene.comes_into("admin")
    cleo = person("cleo")
    await scene.comes_into("admin", cleo)
    await scene.comes_into("guest", cleo, OTHER)
    await scene.joins()
    assert await scene.team_rooms.join(cleo, scene.here.room) is not None
    await scene.teams.set_room_team(scene.here.room, OTHER, at=scene.now)
    await scene.until_finished()
    await scene.here.settle()
    assert await scene.role() is None
    assert scene.ben.closed == [(scene.here.room, "removed", None)]
    role = await scene.here.directory.role_of(scene.here.room, cleo.identity.account)
    assert role == "viewer"
    assert cleo.closed == []


async def test_TM23_who_is_in_a_room_has_at_once_what_the_team_gives_that_it_comes_to(
    scene: Scene,
) -> None:
    """Not only at the next join: a link let him in while the room had no team."""
    here = scene.here
    await scene.teams.set_room_team(here.room, None, at=scene.now)
    ben = await scene.comes_into("admin")
    await scene.until_finished()
    assert await scene.joins(invitation=INVITATION) is not None
    assert await scene.role() == "editor"
    await scene.teams.set_room_team(here.room, TEAM, at=scene.now)
    await scene.team_rooms.work()
    assert await scene.role() == "owner"
    await here.settle()
    assert scene.ben.closed == []
    assert await here.directory.by_team_or_of(here.room, set()) == [ben]


async def test_TM20_a_key_comes_in_as_its_account_does(scene: Scene) -> None:
    account = await scene.comes_into("member")
    grant = Grant("k", frozenset({"rooms:read"}), None)
    identity = replace(scene.ben.identity, kind="key", grant=grant)
    assert await scene.team_rooms.role_in(scene.here.room, identity) == "editor"
    assert await scene.here.directory.by_team_or_of(scene.here.room, set()) == [account]
