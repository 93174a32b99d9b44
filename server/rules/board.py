"""The tactical board as a kind of room: which command is decided where, and who may send it.

The pattern for all kinds. The words are in protocol/board*.py, the state in board_state.py,
decisions in board_edits.py, board_put.py, board_conflicts.py, board_undo.py, board_history.py,
board_playback.py and board_photos.py, effects in board_apply.py. SPEC: BD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from protocol.board import BoardSettings
from protocol.board_commands import (
    AddObjects,
    BoardCommand,
    ConfigureBoard,
    DeleteObjects,
    LoadBoard,
    LockBoard,
    LockLayer,
    LockObjects,
    NameVersion,
    Present,
    PutObjects,
    Redo,
    ResolveConflict,
    RestoreVersion,
    SetPlayback,
    SetProperties,
    StopPlayback,
    Undo,
)
from protocol.board_events import BoardEvent
from protocol.board_presence import BoardPresence
from server.rules import board_state
from server.rules.board_apply import APPLIERS
from server.rules.board_conflicts import decide_resolution
from server.rules.board_edits import (
    decide_add,
    decide_board_lock,
    decide_delete,
    decide_lock,
    decide_set,
    decide_settings,
)
from server.rules.board_history import decide_restore
from server.rules.board_photos import photos_refused
from server.rules.board_playback import (
    decide_layer_lock,
    decide_name,
    decide_playback,
    decide_playback_stop,
    decide_present,
)
from server.rules.board_put import decide_load, decide_put
from server.rules.board_state import Board
from server.rules.board_undo import decide_redo, decide_undo
from server.rules.kind import Accepted, Context, Decision, Rejected, RoomKind, Stamp
from server.rules.rights import OWNERS, Right

_WRITE = Right(frozenset({"owner", "editor", "annotator"}), only={"annotator": "marks"})
_EDIT = Right(frozenset({"owner", "editor"}))

_TABLE: dict[type[Struct], tuple[Right, Callable[[Board, Any, Context], Decision]]] = {
    AddObjects: (_WRITE, decide_add),
    PutObjects: (_WRITE, decide_put),
    SetProperties: (_WRITE, decide_set),
    DeleteObjects: (_WRITE, decide_delete),
    ResolveConflict: (_WRITE, decide_resolution),
    Undo: (_WRITE, decide_undo),
    Redo: (_WRITE, decide_redo),
    LockObjects: (_EDIT, decide_lock),
    LockBoard: (_EDIT, decide_board_lock),
    LockLayer: (_EDIT, decide_layer_lock),
    LoadBoard: (_EDIT, decide_load),
    RestoreVersion: (_EDIT, decide_restore),
    NameVersion: (_EDIT, decide_name),
    SetPlayback: (_EDIT, decide_playback),
    StopPlayback: (_EDIT, decide_playback_stop),
    Present: (_EDIT, decide_present),
    ConfigureBoard: (OWNERS, decide_settings),
}
"""BD5: command, who may send it, who decides it."""


def _decide(state: Board, command: Struct, context: Context) -> Decision:
    row = _TABLE.get(type(command))
    if row is None:
        return Rejected("bad_command")
    right, decide = row
    if context.role not in right.roles:
        return Rejected("forbidden")
    locked = state.locked
    if (
        locked is not None
        and locked != context.account
        and context.role != "owner"  # BD31; only owners configure
    ):
        return Rejected("locked", {"board": True, "by": locked})
    decision = decide(state, command, context)
    if isinstance(decision, Accepted):
        return photos_refused(state, decision.events) or decision
    return decision


def _apply(state: Board, event: Any, stamp: Stamp) -> None:
    APPLIERS[type(event)](state, event, stamp)


def _restored_version(command: RestoreVersion) -> int:
    return command.version


BOARD: RoomKind[Board] = RoomKind(
    name="board",
    settings=BoardSettings,
    command=BoardCommand,
    event=BoardEvent,
    presence=BoardPresence,
    initial=Board,
    decide=_decide,
    apply=_apply,
    snapshot=board_state.snapshot,
    restore=board_state.restore,
    view=board_state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
    rules_version=3,
    needs_past={RestoreVersion: _restored_version},
)
"""The kind."""
