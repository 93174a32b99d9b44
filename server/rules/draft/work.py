"""A decision as it grows: each event is applied to a copy of the state at once, so that what
follows from it is decided on what it leaves. Pure.

Hidden events come last in the entry (KD8); nothing that is public may follow from them when they
are applied, only from what was decided. SPEC: KD1, KD8.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from protocol.draft_events import OfficeActed
from server.rules.draft.apply import apply
from server.rules.draft.state import Draft
from server.rules.kind import Accepted, Context, Stamp


def _plain(value: Any) -> Any:
    """As it is after a trip through the log."""
    return msgspec.json.decode(msgspec.json.encode(value))


class Work:
    """The events of one entry, and the state that they lead to."""

    def __init__(self, state: Draft, context: Context, *, at: int = 0) -> None:
        self.state = state.fork()
        self.context = context
        self.at = max(context.now, context.at, state.now, at)
        """Log time of the decision, which is its entry's; of a wake-up at least its deadline."""
        self._stamp = Stamp(
            context.version, context.now, context.account, context.client, context.seq
        )
        self._public: list[Struct] = []
        self._hidden: list[Struct] = []

    def emit(self, event: Struct) -> None:
        """This happens, and everybody sees it."""
        apply(self.state, event, self._stamp)
        self._public.append(event)

    def hide(self, event: Struct) -> None:
        """This happens, and only its owner sees it."""
        apply(self.state, event, self._stamp)
        self._hidden.append(event)

    def announce(
        self, command: Any, *, seat: int | None = None, before: Any = None, after: Any = None
    ) -> None:
        """What the commissioner did, for all to see (DR50)."""
        act = str(command.__struct_config__.tag)
        self.emit(OfficeActed(act, command.reason, seat, _plain(before), _plain(after)))

    def done(self) -> Accepted:
        """The decision."""
        return Accepted([*self._public, *self._hidden])
