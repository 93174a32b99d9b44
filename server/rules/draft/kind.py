"""The draft as a kind of room: which command is decided where, and who may send it.

The commissioner is whoever is an owner of the room: a second one is a second owner, the office is
handed over by `member.role`. Managers are editors with a team; everybody else watches. SPEC: DR.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from protocol import draft_commands as commands
from protocol.draft import DraftPresence, DraftSettings
from protocol.draft_commands import DraftCommand
from protocol.draft_events import DraftEvent, ListsChanged, ProxyChanged
from protocol.membership import Outage, WakeUp
from server.rules.draft import auction, load, office, office_picks, setup, state, turns, wake
from server.rules.draft.apply import apply
from server.rules.draft.state import Draft
from server.rules.kind import Context, Decision, Rejected, RoomKind
from server.rules.rights import EVERYBODY, OWNERS, Right

_MANAGE = Right(frozenset({"owner", "editor"}))

_TABLE: dict[type[Struct], tuple[Right, Callable[[Draft, Any, Context], Decision]]] = {
    commands.MakePick: (_MANAGE, turns.decide_pick),
    commands.Nominate: (_MANAGE, auction.decide_nominate),
    commands.PlaceBid: (_MANAGE, auction.decide_bid),
    commands.SetProxy: (_MANAGE, auction.decide_proxy),
    commands.SetAuto: (_MANAGE, turns.decide_auto),
    commands.SetLists: (EVERYBODY, turns.decide_lists),
    commands.ClaimSeat: (_MANAGE, turns.decide_claim),
    commands.NameTeam: (_MANAGE, turns.decide_name),
    commands.Configure: (OWNERS, setup.decide_configure),
    commands.AddPlayers: (OWNERS, setup.decide_add),
    commands.ClearPool: (OWNERS, setup.decide_clear),
    commands.SetSeat: (OWNERS, setup.decide_seat),
    commands.SetOrder: (OWNERS, setup.decide_order),
    commands.SetKeeper: (OWNERS, setup.decide_keeper),
    commands.RemoveKeeper: (OWNERS, setup.decide_unkeep),
    commands.Start: (OWNERS, setup.decide_start),
    commands.Pause: (OWNERS, office.decide_pause),
    commands.Resume: (OWNERS, office.decide_resume),
    commands.ResetDraft: (OWNERS, office.decide_reset),
    commands.UndoTo: (OWNERS, office_picks.decide_undo),
    commands.ReplacePick: (OWNERS, office_picks.decide_replace),
    commands.PickFor: (OWNERS, office_picks.decide_pick_for),
    commands.BidFor: (OWNERS, office_picks.decide_bid_for),
    commands.ForceAuto: (OWNERS, office.decide_force),
    commands.Skip: (OWNERS, office.decide_skip),
    commands.Trade: (OWNERS, office_picks.decide_trade),
    commands.ExtendClock: (OWNERS, office.decide_clock),
    commands.SellNow: (OWNERS, office.decide_sell),
    commands.DeleteSale: (OWNERS, office_picks.decide_unsell),
    commands.GiveNomination: (OWNERS, office.decide_nominator),
    commands.LoadDraft: (OWNERS, load.decide_load),
}
"""DR1: command, who may send it, who decides it."""


def _decide(draft: Draft, command: Struct, context: Context) -> Decision:
    if isinstance(command, WakeUp):
        return wake.decide_wake(draft, command, context)
    if isinstance(command, Outage):
        return wake.decide_outage(draft, command, context)
    row = _TABLE.get(type(command))
    if row is None:
        return Rejected("bad_command")
    right, decide = row
    if context.role not in right.roles:
        return Rejected("forbidden")
    return decide(draft, command, context)


def _audience(event: Any) -> Sequence[str] | None:
    """DR4: lists and maxima are their owner's; a computer's maximum is nobody's."""
    if isinstance(event, ListsChanged):
        return [event.account]
    if isinstance(event, ProxyChanged):
        return [event.account] if event.account else []
    return None


DRAFT: RoomKind[Draft] = RoomKind(
    name="draft",
    settings=DraftSettings,
    command=DraftCommand,
    event=DraftEvent,
    presence=DraftPresence,
    initial=Draft,
    decide=_decide,
    apply=apply,
    snapshot=state.snapshot,
    restore=state.restore,
    view=state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
    private=state.private,
    audience=_audience,
    hides=True,
    next_deadline=wake.next_deadline,
    running_since=wake.running_since,
    draws=True,
)
"""The kind."""
