"""What one member knows of one room: where it stands, how its commands ended, what only it may see,
and whom it was shown to be there."""

from __future__ import annotations

from typing import Any

from protocol.client_events import Applied, Refused, Settled, StartedOver
from protocol.identifiers import Position
from protocol.server_messages import Presence, Private
from tests.simulation.game import Knowledge
from tests.simulation.truth import Truth
from tests.simulation.violation import Violation


class Stay:
    """Over all connections of the member; what passes is forgotten with each of them."""

    def __init__(self, room: str, member: str, knowledge: Knowledge) -> None:
        self.room, self.member = room, member
        self._knowledge = knowledge
        self.refused: set[int] = set()
        self.expired: set[int] = set()
        self.settled: dict[int, int] = {}
        self.private_version = 0
        self.submitted = 0
        self.position: Position | None = None
        self.pointer = 0
        self.pointed: int | None = None
        """The latest that it showed on this connection."""
        self.nodes: set[str] = set()
        """Lives of nodes on which it was live."""
        self._accounts: dict[int, str] = {}
        self._values: dict[int, dict[str, Any]] = {}
        self.count = 0

    def disconnected(self) -> None:
        """What passes is over."""
        self.pointed = None
        self._accounts, self._values, self.count = {}, {}, 0

    def moved(self, position: Position) -> None:
        """Never back, not by a start from a snapshot either (JN10): what was shown stays."""
        before = self.position
        if before is not None and position.version < before.version:
            raise Violation(
                f"3: {self.member} went back from {before.version} to {position.version}", self.room
            )
        self.position = position

    def live_on(self, node: str | None) -> None:
        """The room is followed on this life of a node."""
        if node is not None:
            self.nodes.add(node)

    def learn(self, private: Private) -> bool:
        """What only this member may see. False: it came again."""
        if private.version <= self.private_version:
            return False
        self.private_version = private.version
        self._knowledge.learn(private)
        return True

    def ended(self, seq: int, version: int | None) -> None:
        """A command has ended: accepted at a version, or refused for good."""
        if seq in self.refused or seq in self.settled:
            raise Violation(f"5: {self.member} seq {seq} ended twice")
        if version is None:
            self.refused.add(seq)
        else:
            self.settled[seq] = version

    def see(self, presence: Presence) -> None:
        """Takes over what the room shows."""
        if presence.all:
            self._accounts, self._values = {}, {}
        for here in presence.here:
            if here.account is None:
                self._accounts.pop(here.connection, None)
                self._values.pop(here.connection, None)
            else:
                self._accounts[here.connection] = here.account
        for value in presence.values:
            if value.connection not in self._accounts:
                if value.value is None:
                    continue  # of somebody who has gone since
                raise Violation(f"PR: {self.member} was shown what nobody shows")
            self._values.setdefault(value.connection, {})[value.key] = value.value
        self.count = presence.count

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """Everybody who is shown to be here, with what each points to; sorted."""
        pointers: list[tuple[str, Any]] = []
        for connection, account in self._accounts.items():
            pointer: Any = self._values.get(connection, {}).get("pointer")
            pointers.append((account, pointer and pointer["slot"]))
        return sorted(pointers, key=str)

    def check_end(self, truth: Truth, client: str, account: str) -> None:
        """Everything said in the end holds, and every command ended."""
        for seq in self.refused:
            truth.check_refused(client, seq)
        for seq, version in self.settled.items():
            truth.check_accepted(client, seq, version)
        if len(self.settled) + len(self.refused) + len(self.expired) != self.submitted:
            raise Violation(
                f"5: {self.member} submitted {self.submitted} in {self.room}, other numbers ended"
            )
        self._knowledge.check(truth, account)

    @staticmethod
    def summary(event: Any) -> tuple[object, ...]:
        """What of an event the trace keeps."""
        match event:
            case StartedOver(position=position) | Applied(position=position):
                return (position.version, position.tag)
            case Settled(seq=seq, version=version):
                return (seq, "at", version)
            case Refused(seq=seq, code=code):
                return (seq, code)
            case _:
                return ()
