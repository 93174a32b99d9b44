"""A small kind that counts: everybody says marks, each is the next number. Only for tests.

What is lost, doubled or taken in another order gives another total or another chain, so that two
states that went different ways never look the same.
"""

from __future__ import annotations

from typing import Annotated, Any
from zlib import crc32

from msgspec import Meta, Struct

from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import EVERYBODY, Right


class CountingSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """There are none."""


class Count(Struct, frozen=True, forbid_unknown_fields=True, tag="count"):
    """A mark that its author says once."""

    mark: Annotated[str, Meta(min_length=1, max_length=40)]


class Counted(Struct, frozen=True, tag="counted"):
    """The mark is the `number`-th of the room, from 1."""

    mark: str
    number: int


class Waving(Struct, frozen=True, forbid_unknown_fields=True, tag="waving"):
    """Presence: somebody waves."""


class Tally:
    """The state: how many there were, and a chain over all of them in their order."""

    __slots__ = ("chain", "total")

    def __init__(self, settings: CountingSettings | None = None) -> None:
        del settings
        self.total = self.chain = 0


def _decide(state: Tally, command: Struct, context: Context) -> Decision:
    if not isinstance(command, Count):
        return Rejected("bad_command")
    if context.role not in EVERYBODY.roles:
        return Rejected("forbidden")
    return Accepted([Counted(command.mark, state.total + 1)])


def _apply(state: Tally, event: Any, stamp: Stamp) -> None:
    del stamp
    assert isinstance(event, Counted), f"not an event of this kind: {event!r}"
    state.total = event.number
    state.chain = crc32(event.mark.encode(), state.chain)


def _shown(state: Tally) -> dict[str, int]:
    return {"total": state.total, "chain": state.chain}


def _restore(data: Any) -> Tally:
    state = Tally()
    state.total, state.chain = data["total"], data["chain"]
    return state


def follow(view: dict[str, Any], event: dict[str, Any]) -> None:
    """A member's own model of it: brings a view forward by one event."""
    assert event["number"] == view["total"] + 1, f"{event} after {view}"
    view["total"] += 1
    view["chain"] = crc32(event["mark"].encode(), view["chain"])


MAY: dict[str, Right] = {"count": EVERYBODY}

COUNTING: RoomKind[Tally] = RoomKind(
    name="counting",
    settings=CountingSettings,
    command=Count,
    event=Counted,
    presence=Waving,
    initial=Tally,
    decide=_decide,
    apply=_apply,
    snapshot=_shown,
    restore=_restore,
    view=_shown,
    may=MAY,
)
"""The kind. Its name is in no catalogue but that of `tests.chaos.node`."""
