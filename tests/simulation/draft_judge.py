"""Judges the draft of a run: by the independent check of tests/support/draft_audit.py, by the
shipped `verify`, by the outages that the database knows, and by what each member was told of its
lists. SPEC: DR, P4, P5.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from protocol.draft import EXTENSIONS_MAX, DraftSettings
from protocol.draft_events import (
    ClockChanged,
    DraftEvent,
    ListsChanged,
    PickMade,
    ProxyChanged,
    TurnOpened,
    TurnSkipped,
)
from protocol.server_messages import Private
from server.rules.draft.verify import verify
from server.rules.kind import Stamp
from server.rules.room_state import StoredEntry
from tests.drafts.script import plain_settings
from tests.simulation.violation import Violation
from tests.support.draft_audit import Entry, Judge

if TYPE_CHECKING:
    from tests.simulation.truth import Truth
    from tests.simulation.world import World

OF_DRAFTS: tuple[type, ...] = DraftEvent.__args__


class DraftJudge:
    """Implements tests.simulation.game.Judge."""

    def __init__(self, world: World, room: str, settings: DraftSettings) -> None:
        self._world, self._room, self._settings = world, room, settings
        self.happened: Counter[str] = Counter()
        self._log: list[tuple[Stamp, list[Any]]] = []
        self._turn: TurnOpened | None = None
        self._deadline: int | None = None
        self._auto = False
        self._renewed = self._extended = 0

    def committed(self, entry: StoredEntry) -> None:
        """Raises Violation where time was taken from a team."""
        events = [one for one in entry.events if isinstance(one, OF_DRAFTS)]
        self._log.append((entry.stamp, events))
        for _, hidden in entry.hidden:
            self.happened.update(str(one.__struct_config__.tag) for one in hidden)
        for event in events:
            self.happened[str(event.__struct_config__.tag)] += 1
            match event:
                case TurnOpened():
                    self._turn, self._auto = event, event.auto
                    self._deadline, self._renewed = event.deadline, event.opened
                    self._extended = 0
                case ClockChanged():
                    self._deadline, self._auto = event.deadline, event.auto
                    self._renewed = entry.stamp.at
                    self._extended += event.why == "outage"
                    self.happened[f"clock changed: {event.why}"] += 1
                case PickMade() | TurnSkipped() if not entry.stamp.by and self._deadline:
                    self._acted_by_itself(entry.stamp.at, self._deadline)
                    self._deadline = None
                case _:
                    pass

    def _acted_by_itself(self, at: int, deadline: int) -> None:
        """The time of a turn is over: not early, and not for an outage."""
        self.happened["a turn ran out"] += 1
        if self._auto or self._extended >= EXTENSIONS_MAX:
            return
        if at < deadline:
            raise Violation("a turn ended before its deadline", self._room)
        found = self._world.cluster.heartbeats.must_know(deadline, since=self._renewed)
        if found is not None:
            raise Violation(f"the deadline {deadline} of a turn lies in {found}", self._room)

    def finish(self) -> None:
        """The draft is over. Raises Violation with everything that is wrong."""
        judge = Judge(plain_settings(self._settings))
        judge.read(
            [
                Entry(
                    stamp.version,
                    stamp.at,
                    stamp.by,
                    msgspec.json.decode(msgspec.json.encode(some)),
                )
                for stamp, some in self._log
            ]
        )
        report = verify(self._settings, self._log)
        faults = [*judge.finish(), *report.faults]
        if faults or not report.ended:
            raise Violation(f"an illegal draft: {'; '.join(faults[:5])}", self._room)
        self.happened["drafts judged"] += 1
        self.happened[f"drafts judged: {self._settings.type}"] += 1
        self.happened["picks judged"] += report.picks


class Lists:
    """What one member was told of its own lists. Implements tests.simulation.game.Knowledge."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._lists: dict[str, Any] = {}

    def learn(self, private: Private) -> None:
        if private.state is not None:
            self._lists = dict(private.state["lists"])
        for event in private.events:
            if event["type"] == ListsChanged.__struct_config__.tag:
                given = {name: event.get(name) for name in ("queue", "ranking", "avoid", "watch")}
                self._lists.update({k: v for k, v in given.items() if v is not None})
            elif event["type"] != ProxyChanged.__struct_config__.tag:
                raise Violation(f"9: {self._member} was told {event['type']} in private")

    def check(self, truth: Truth, account: str) -> None:
        held = truth.state.inner.lists.get(account)
        known = {name: list(value) for name, value in self._lists.items() if value}
        there: dict[str, Any] = {} if held is None else msgspec.to_builtins(held)
        if known != {name: list(value) for name, value in there.items() if value}:
            raise Violation(f"9: {self._member} knows {known} of its lists {there}", truth.room)
