"""A library that is played on without a room, by people on devices of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.library import LibrarySettings
from protocol.membership import Role
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.library import LIBRARY
from server.rules.library_state import Library


class PlayedLibrary:
    """A library, its states at every version, and the events of every entry."""

    def __init__(self, conflicts: Any = "latest") -> None:
        self.state: Library = LIBRARY.initial(LibrarySettings(conflicts))
        self.states: list[bytes] = [self.bytes()]
        self.entries: list[dict[str, Any]] = []

    @property
    def version(self) -> int:
        """Entries so far."""
        return len(self.entries)

    def bytes(self) -> bytes:
        """The state as a snapshot keeps it."""
        return msgspec.json.encode(LIBRARY.snapshot(self.state))

    def view(self) -> dict[str, Any]:
        """What members see, as it comes over the wire."""
        return msgspec.json.decode(msgspec.json.encode(LIBRARY.view(self.state)))

    def submit(
        self,
        said: dict[str, Any],
        *,
        by: str = "a_ann",
        made: int | None = None,
        role: Role = "editor",
    ) -> Decision:
        """What the rules say; what is accepted becomes an entry."""
        command = msgspec.convert(said, LIBRARY.command)
        past = None
        wanted = LIBRARY.past_version(command)
        if wanted is not None and wanted < len(self.states):
            past = LIBRARY.restore(msgspec.json.decode(self.states[wanted]))
        version = self.version + 1
        context = Context(
            account=by,
            name=by,
            role=role,
            client=f"client-of-{by}",
            seq=version,
            made=self.version if made is None else made,
            now=1_000 + version,
            version=version,
            names={},
            past=past,
        )
        decision = LIBRARY.decide(self.state, command, context)
        if isinstance(decision, Accepted):
            self._keep(decision.events, Stamp(version, context.now, by, context.client, version))
        return decision

    def _keep(self, events: Sequence[msgspec.Struct], stamp: Stamp) -> None:
        for event in events:
            LIBRARY.apply(self.state, event, stamp)
        kept = msgspec.json.decode(msgspec.json.encode(events))
        self.entries.append({"v": stamp.version, "at": stamp.at, "by": stamp.by, "events": kept})
        self.states.append(self.bytes())

    def do(self, *said: dict[str, Any], by: str = "a_ann", made: int | None = None) -> int:
        """Commands that must be accepted. The version they lead to."""
        for one in said:
            decision = self.submit(one, by=by, made=made)
            assert isinstance(decision, Accepted), (one, decision)
        return self.version

    def refused(self, said: dict[str, Any], **how: Any) -> Rejected:
        """A command that must be refused, and how it is."""
        decision = self.submit(said, **how)
        assert isinstance(decision, Rejected), (said, decision)
        return decision
