"""A decision as it grows: each event is applied to a copy of the league at once. Games whose
kick-off has passed by the log time of the command are locked before it, so that it meets the week
as it is, however late a wake-up comes. Pure. SPEC: KD1, LE9."""

from __future__ import annotations

from msgspec import Struct

from protocol.league import PlayersLocked
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp
from server.rules.league.apply import apply
from server.rules.league.locks import due
from server.rules.league.state import League


class Work:
    """The events of one entry, and the state that they lead to."""

    def __init__(self, state: League, context: Context, *, at: int = 0) -> None:
        self.state = state.fork()
        self.context = context
        self.at = max(context.now, at)
        """Log time of the decision; of a wake-up at least its deadline."""
        self._stamp = Stamp(
            context.version, context.now, context.account, context.client, context.seq
        )
        self._events: list[Struct] = []
        self.lock_due()

    def lock_due(self) -> None:
        """Games whose kick-off has come are locked."""
        for week, games in due(self.state, self.at).items():
            self.emit(PlayersLocked(week, games))

    def emit(self, event: Struct) -> None:
        """This happens."""
        apply(self.state, event, self._stamp)
        self._events.append(event)

    def done(self) -> Decision:
        """The decision; nothing happened: `nothing_changes`."""
        return Accepted(self._events) if self._events else Rejected("nothing_changes")
