"""The league as a kind of room: which command is decided where, and who may send it.

The commissioner is whoever is an owner of the room; managers are editors to whom a team is given;
everybody may look, and see it later (delay.set). Results are the system's. SPEC: LE.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from protocol import league as words
from protocol.feed import DelayChanged, SetDelay
from protocol.membership import Outage, WakeUp
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind
from server.rules.league import line_ups, office, results, state
from server.rules.league.apply import apply
from server.rules.league.locks import next_deadline
from server.rules.league.state import League
from server.rules.rights import EVERYBODY, OWNERS, Right

_MANAGE = Right(frozenset({"owner", "editor"}), {"editor": "own team"})


def _decide_delay(league: League, command: SetDelay, context: Context) -> Decision:
    if command.seconds == league.parts.delays.get(context.account, 0):
        return Rejected("nothing_changes")
    return Accepted([DelayChanged(command.seconds)])


_TABLE: dict[type[Struct], tuple[Right, Callable[[League, Any, Context], Decision]]] = {
    words.SetRules: (OWNERS, office.decide_rules),
    words.SetTeam: (OWNERS, office.decide_team),
    words.AddPlayers: (OWNERS, office.decide_players),
    words.ChangeRosters: (OWNERS, office.decide_rosters),
    words.ScheduleWeek: (OWNERS, office.decide_schedule),
    words.SetGames: (OWNERS, office.decide_games),
    words.MoveGame: (OWNERS, office.decide_move),
    words.SetLineUp: (_MANAGE, line_ups.decide_line_up),
    SetDelay: (EVERYBODY, _decide_delay),
}
"""LE1: command, who may send it, who decides it."""

_SYSTEM: dict[type[Struct], Callable[[League, Any, Context], Decision]] = {
    WakeUp: results.decide_wake,
    Outage: lambda _league, _command, _context: Rejected("nothing_changes"),
    words.SettleWeek: results.decide_settle,
    words.CorrectWeek: results.decide_correct,
}


def _decide(league: League, command: Struct, context: Context) -> Decision:
    system = _SYSTEM.get(type(command))
    if system is not None:
        return system(league, command, context)
    row = _TABLE.get(type(command))
    if row is None:
        return Rejected("bad_command")
    right, decide = row
    if context.role not in right.roles:
        return Rejected("forbidden")
    return decide(league, command, context)


LEAGUE: RoomKind[League] = RoomKind(
    name="league",
    settings=words.LeagueSettings,
    command=words.LeagueCommand,
    event=words.LeagueEvent,
    presence=words.LeaguePresence,
    initial=League,
    decide=_decide,
    apply=apply,
    snapshot=state.snapshot,
    restore=state.restore,
    view=state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
    delay_s=lambda league, account: league.parts.delays.get(account, 0),
    delayed_by=(str(DelayChanged.__struct_config__.tag),),
    tells_of_others=True,
    next_deadline=next_deadline,
    watches=True,
)
"""The kind."""
