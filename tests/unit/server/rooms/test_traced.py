"""When a traced command's stages end, and that each trace ends once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from protocol.client_messages import Submit
from protocol.identifiers import MadeAt
from server.rooms import traced as traced_module
from server.rooms.follower import Follower
from server.rooms.room import Room
from server.rooms.traced import caller
from tests.simulation.claims import Claim
from tests.support.room_house import House, house

Done = dict[str, str | int]


class RecordedTrace:
    """Remembers what was said of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stages: list[str] = []
        self.ends: list[Done] = []

    def stage(self, name: str, seconds: float) -> None:
        assert seconds >= 0
        self.stages.append(name)

    def end(self, **what: str | int) -> None:
        self.ends.append(what)


class RecordedTraces:
    """Traces what carries a trace."""

    def __init__(self) -> None:
        self.begun: list[RecordedTrace] = []

    def command(self, room: str, kind: str, command: Any, parent: str) -> RecordedTrace | None:
        return self._begin(parent)

    def delivery(self, room: str, version: int, parent: str) -> RecordedTrace | None:
        return self._begin(parent)

    def _begin(self, parent: str) -> RecordedTrace | None:
        if not parent:
            return None
        self.begun.append(RecordedTrace(parent))
        return self.begun[-1]


class Scene:
    """A room of a node that collects traces; Ben is in it."""

    def __init__(self, here: House) -> None:
        self.here = here
        self.traces = RecordedTraces()
        self.told: list[tuple[int, str]] = []
        services = here.live.services
        here.live.services = replace(services, traces=self.traces, traced=self._traced)

    def _traced(self, _room: Room, named: list[tuple[int, str]]) -> None:
        self.told.extend(named)

    def claim(self, follower: Follower, seq: int, slot: int, trace: str, made: int = 0) -> None:
        room = self.here.live
        position = MadeAt(room.generation, made or room.replica.committed.version)
        command = follower.recipient.codec.raw(Claim(slot))
        follower.submit(Submit(room.id, seq, position, command, trace=trace))


async def test_TR3_a_command_is_followed_until_everybody_was_written_its_entry() -> None:
    async with house() as here:
        _, ben = await here.guest("ben")
        scene = Scene(here)
        scene.claim(ben, 1, 1, "first")
        scene.claim(ben, 2, 2, "")
        await here.settle()
        (trace,) = scene.traces.begun
        head = here.live.replica.committed.version
        assert trace.stages == ["append", "show"]
        assert trace.ends == [{"entry": head - 1, "attempts": 1}]
        assert scene.told == [(head - 1, "first")], "TR4: what the other nodes are told"


async def test_TR3_a_refusal_ends_with_its_code_and_a_doubled_command_with_its_entry() -> None:
    async with house() as here:
        _, ben = await here.guest("ben")
        scene = Scene(here)
        scene.claim(ben, 1, 1, "first")
        await here.settle()
        head = here.live.replica.committed.version
        scene.claim(ben, 2, 1, "refused")
        scene.claim(ben, 1, 1, "doubled", made=head - 1)
        await here.settle()
        refused, doubled = scene.traces.begun[1:]
        assert refused.ends == [{"code": "exists", "attempts": 1}]
        assert doubled.ends == [{"entry": head, "attempts": 1}]
        assert doubled.stages == []
        assert scene.told == [(head, "first")]


async def test_TR3_what_waits_when_a_room_closes_ends_too() -> None:
    async with house() as here:
        _, ben = await here.guest("ben")
        scene = Scene(here)
        head = here.live.replica.committed.version
        here.live.hear_trace(head + 9, "of-another-node")
        scene.claim(ben, 1, 1, "waits")
        here.live.close()
        assert [trace.ends for trace in scene.traces.begun] == [
            [{"entry": head + 9, "closed": 1}],
            [{"code": "busy", "attempts": 1}],
        ]


async def test_TR4_a_delivery_ends_when_the_entry_was_shown_here() -> None:
    async with house() as here:
        _, ben = await here.guest("ben")
        scene = Scene(here)
        head = here.live.replica.committed.version
        here.live.hear_trace(head, "late")
        here.live.hear_trace(head + 1, "in time")
        here.live.hear_trace(head + 2, "not yet")
        late, in_time, not_yet = scene.traces.begun
        assert late.ends == [{"entry": head}]
        assert in_time.ends == []
        scene.claim(ben, 1, 1, "")
        await here.settle()
        assert (in_time.stages, in_time.ends) == (["show"], [{"entry": head + 1}])
        assert not_yet.ends == []


async def test_TR3_a_room_follows_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced_module, "TRACES_MAX", 1)
    async with house() as here:
        scene = Scene(here)
        head = here.live.replica.committed.version
        here.live.hear_trace(head + 1, "one")
        here.live.hear_trace(head + 2, "two")
        assert [len(trace.ends) for trace in scene.traces.begun] == [0, 1]


async def test_TR2_a_request_by_http_carries_its_trace_to_the_room() -> None:
    async with house() as here:
        scene = Scene(here)
        services = replace(here.directory._services, traces=scene.traces)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        here.directory._services = services  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        reset = caller.set("by-http")
        await here.directory.execute(here.room, here.ana.identity, Claim(3))
        caller.reset(reset)
        await here.directory.execute(here.room, here.ana.identity, Claim(4))
        await here.settle()
        assert [trace.name for trace in scene.traces.begun] == ["by-http"]
        assert scene.traces.begun[0].stages == ["append", "show"]


async def test_TR1_where_nobody_collects_traces_none_begin() -> None:
    async with house() as here:
        _, ben = await here.guest("ben")
        room = here.live
        assert room.services.traces is None
        position = MadeAt(room.generation, room.replica.committed.version)
        command = ben.recipient.codec.raw(Claim(1))
        ben.submit(Submit(room.id, 1, position, command, trace="first"))
        room.hear_trace(position.version + 1, "of-another-node")
        await here.settle()
        assert room.replica.committed.version == position.version + 1
