"""What concerns all who look at a board together: locked layers, names of versions, playing the
phases for everybody, presenting. Pure decisions; nothing here is a step. SPEC: BD56 to BD60.

Where everybody is while the phases play follows from the view and the server's clock alone:
`moment`. Whether there are any phases is not asked: a page shows what there is.
"""

from __future__ import annotations

from protocol.board import NAMES_MAX
from protocol.board_commands import LockLayer, NameVersion, Present, SetPlayback, StopPlayback
from protocol.board_events import (
    LayerLocked,
    PlaybackSet,
    PlaybackStopped,
    Presenting,
    VersionNamed,
)
from protocol.text import clean_name
from server.rules.board_state import Board, Playback
from server.rules.kind import Accepted, Context, Decision, Rejected


def decide_layer_lock(state: Board, command: LockLayer, context: Context) -> Decision:
    """BD56."""
    by = state.layers.get(command.layer)
    if (by is not None) == command.on:
        return Rejected("nothing_changes")
    if by is not None and by != context.account and context.role != "owner":
        return Rejected("locked", {"layer": command.layer, "by": by})
    return Accepted([LayerLocked(command.layer, command.on)])


def decide_name(state: Board, command: NameVersion, context: Context) -> Decision:
    """BD57."""
    version = command.version
    if version >= context.version:
        return Rejected("unknown_version", {"version": version})
    name = None if command.name is None else clean_name(command.name)
    if name is None and command.name is not None:
        return Rejected("bad_property", {"property": "name", "why": "text"})
    before = state.names.get(version)
    if name == (None if before is None else before.name):
        return Rejected("nothing_changes")
    if before is None and len(state.names) >= NAMES_MAX:
        return Rejected("limit_reached", {"limit": "NAMES_MAX", "max": NAMES_MAX})
    return Accepted([VersionNamed(version, name)])


def decide_playback(state: Board, command: SetPlayback, context: Context) -> Decision:
    """BD58."""
    start = command.from_ms or 0
    if command.to_ms is not None and command.to_ms <= start:
        return Rejected("bad_command", {"property": "to_ms", "min": start + 1})
    return Accepted(
        [
            PlaybackSet(
                at_ms=command.at_ms,
                since=context.now,
                playing=command.playing,
                speed=command.speed,
                loop=command.loop,
                from_ms=command.from_ms,
                to_ms=command.to_ms,
            )
        ]
    )


def decide_playback_stop(state: Board, command: StopPlayback, context: Context) -> Decision:
    """BD58."""
    if state.playback is None:
        return Rejected("nothing_changes")
    return Accepted([PlaybackStopped()])


def decide_present(state: Board, command: Present, context: Context) -> Decision:
    """BD60: whoever begins takes over."""
    presenter = state.presenter
    if presenter == (context.account if command.on else None):
        return Rejected("nothing_changes")
    if not command.on and presenter != context.account and context.role != "owner":
        return Rejected("forbidden", {"presenter": presenter})
    return Accepted([Presenting(command.on)])


def moment(playback: Playback, now: int, duration: int) -> int:
    """BD59: the place in the phases, ms, when the server's clock shows `now`; `duration`: of all
    phases. A clock that is behind counts as the moment of the command."""
    end = duration if playback.to_ms is None else min(playback.to_ms, duration)
    start = min(playback.from_ms or 0, end)
    place = playback.at_ms
    if playback.playing:
        place += max(now - playback.since, 0) * playback.speed // 100
    if playback.loop and playback.playing and place >= end > start:
        return start + (place - start) % (end - start)
    return min(place, end)
