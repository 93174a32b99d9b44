"""Claims are played: slots, whispers, turns by a clock; another writer beside the nodes. Every act
is drawn from the run's dice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from protocol.client_events import Refused, Settled
from protocol.membership import RoomOpened
from protocol.server_messages import Private
from tests.simulation.claims import (
    CLAIMS,
    OLDER_CLAIMS,
    SLOTS,
    Claim,
    Hurry,
    OpenTurn,
    Pointer,
    Release,
    Whisper,
)
from tests.simulation.turns import Turns
from tests.simulation.violation import Violation
from tests.support.recording_recipient import account_id

if TYPE_CHECKING:
    from tests.simulation.calm import Calm
    from tests.simulation.client import Member
    from tests.simulation.truth import Truth
    from tests.simulation.world import World

NAMES = ("ana", "ben", "cora", "dave", "ella")
TURNS_END_S = 30.0
"""A turn lasts 5 s by log time, and is ended 4 s later; if all nodes died, it has the time back
that nobody was there."""


class ClaimsGame:
    """Implements tests.simulation.game.Game."""

    kind = CLAIMS
    older_kind = OLDER_CLAIMS
    room_counts: Sequence[int] = (1, 1, 2)
    node_counts: Sequence[int] = (1, 1, 2, 3)
    has_rival = True
    in_calm = False

    def __init__(self, world: World) -> None:
        self._world = world

    def names(self) -> Sequence[str]:
        return NAMES[: self._world.rng.randint(2, len(NAMES))]

    def opening(self, owner: str) -> list[Any]:
        return [RoomOpened("claims", "Simulation", account_id(owner), owner)]

    def judge(self, room: str) -> Turns:
        return Turns(self._world, room)

    def knowledge(self, member: str) -> Whispers:
        return Whispers(member)

    def answered(self, member: Member, event: Settled | Refused) -> None:
        """Stays check what the log says of it."""

    def has_ended(self) -> bool:
        return False

    def pointer(self, slot: int) -> Pointer:
        return Pointer(slot)

    def act(self, member: Member) -> None:
        world = self._world
        rng = world.rng
        room = world.rooms[0] if len(world.rooms) == 1 else rng.choice(world.rooms)
        if member.session.position(room) is None:
            return
        command: Any
        # where little else is written, what is in a hurry may be late and alone
        hurry, patience = (3, 1_500) if world.busy else (10, 500)
        turn = 6 if member is world.members[0] else 1  # the owner's, whom the rules let do it
        weights = (5, 3, 2, hurry, turn)
        what = rng.choices(("claim", "release", "whisper", "hurry", "turn"), weights)[0]
        match what:
            case "claim":
                command = Claim(rng.randrange(SLOTS))
            case "release":
                command = Release(rng.randrange(SLOTS))
            case "whisper":
                command = Whisper(f"secret-{member.name}-{member.stays[room].submitted}")
            case "hurry":
                command = Hurry(world.log_time() + rng.randrange(patience))
            case _:
                command = OpenTurn()
        member.submit(room, command)

    async def end(self, calm: Calm) -> None:
        """Everybody leaves; a turn that is running ends all the same (RM12)."""
        world = self._world
        for member in world.members:
            member.leave()
        if world.rng.random() < 0.5:
            for node in list(world.nodes):
                world.cluster.crash(node)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TURNS_END_S
        while due := self._due():
            if loop.time() > deadline:
                raise Violation(f"liveness: a turn of {due} goes on beyond its deadline", due[0])
            await asyncio.sleep(0.5)
        world.check_bug()

    def _due(self) -> list[str]:
        truths = self._world.truths.items()
        return [room for room, truth in truths if truth.state.inner.deadline is not None]


class Whispers:
    """Implements tests.simulation.game.Knowledge."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._known: set[str] = set()

    def learn(self, private: Private) -> None:
        if private.state is not None:
            self._known = set(private.state)
        self._known.update(event["text"] for event in private.events)

    def check(self, truth: Truth, account: str) -> None:
        known = set(truth.state.inner.whispers.get(account, []))
        if self._known != known:
            raise Violation(
                f"9: {self._member} knows {len(self._known)} of {len(known)} own whispers",
                truth.room,
            )
