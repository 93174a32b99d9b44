"""Line-ups: which one a team may set, and what becomes of them when a player leaves. Pure; legal is
what was so when the command was first received. SPEC: LE5 to LE8."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.draft import AWAY
from protocol.league import LineUp, LineUpChanged, SetLineUp
from server.rules.kind import Context, Decision, Rejected
from server.rules.league.locks import locked
from server.rules.league.state import League, places
from server.rules.league.work import Work


def decide_line_up(state: League, command: SetLineUp, context: Context) -> Decision:
    """LE5 to LE8."""
    refused = _refused_whose(state, command, context)
    if refused is not None:
        return refused
    work = Work(state, context)
    before = work.state.line_up(command.week, command.team)
    now = LineUp(command.starters, command.ir)
    why = _misplaced(work.state, command.team, now, before)
    if why is not None:
        return why
    moved = _moved(before, now)
    stuck = locked(work.state, command.week, moved, context.now)
    if stuck:
        return Rejected("locked", {"players": sorted(stuck), "since": min(stuck.values())})
    if before == now:
        return Rejected("nothing_changes")
    work.emit(LineUpChanged(command.week, command.team, now.starters, now.ir))
    return work.done()


def _refused_whose(state: League, command: SetLineUp, context: Context) -> Rejected | None:
    if not state.has_team(command.team):
        return Rejected("unknown_team", {"team": command.team})
    team = state.parts.teams.get(command.team)
    if context.role != "owner" and (team is None or context.account not in team.owners):
        return Rejected("forbidden")
    if command.week > state.settings.weeks:
        return Rejected("bad_property", {"property": "week"})
    if state.week_state(command.week) != "open":
        return Rejected("settled", {"week": command.week})
    return None


def _misplaced(state: League, team: int, now: LineUp, before: LineUp) -> Rejected | None:
    """Why this is no line-up at all."""
    there = [player for player in (*now.starters, *now.ir) if player]
    if len(now.starters) != len(state.starting) or len(set(there)) < len(there):
        return Rejected("bad_property", {"property": "starters"})
    if len(now.ir) > len(places(state.settings, "ir")):
        return Rejected("limit_reached", {"limit": "ir"})
    for player in there:
        if player not in state.roster(team) and player not in (*before.starters, *before.ir):
            return Rejected("unknown_player", {"player": player})
    for slot, player in zip(state.starting, now.starters, strict=True):
        known = state.parts.players.get(player)
        if known is not None and slot.positions and not {*known.positions} & {*slot.positions}:
            return Rejected("no_legal_slot", {"player": player, "place": slot.name})
    for player in now.ir:
        known = state.parts.players.get(player)
        if player not in before.ir and (known is None or known.status not in AWAY):
            return Rejected("no_legal_slot", {"player": player, "place": "IR"})
    return None


def _moved(before: LineUp, now: LineUp) -> set[str]:
    """Players whose place is another one."""
    was, is_ = _places_of(before), _places_of(now)
    return {player for player in was.keys() | is_.keys() if was.get(player) != is_.get(player)}


def _places_of(line_up: LineUp) -> dict[str, int]:
    """Player to the number of his place; every place of injured reserve is -1."""
    found = {player: number for number, player in enumerate(line_up.starters) if player}
    return {**found, **dict.fromkeys(line_up.ir, -1)}


def open_weeks(state: League) -> list[int]:
    """Weeks without results."""
    weeks = range(1, state.settings.weeks + 1)
    return [week for week in weeks if state.week_state(week) == "open"]


def stuck_in_line_ups(state: League, team: int, players: Iterable[str], now: int) -> dict[str, int]:
    """Those of the players who are in a line-up of an open week and are locked there."""
    found: dict[str, int] = {}
    wanted = set(players)
    for week in open_weeks(state):
        line_up = state.line_up(week, team)
        found.update(locked(state, week, wanted & {*line_up.starters, *line_up.ir}, now))
    return found


def take_out(work: Work, team: int, players: Iterable[str]) -> None:
    """Leaves nobody's player in a line-up that is still to come."""
    gone = set(players)
    for week in open_weeks(work.state):
        line_up = work.state.line_up(week, team)
        if gone & {*line_up.starters, *line_up.ir}:
            starters = tuple("" if one in gone else one for one in line_up.starters)
            ir = tuple(one for one in line_up.ir if one not in gone)
            work.emit(LineUpChanged(week, team, starters, ir))
