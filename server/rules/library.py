"""The library as a kind of room: which command is decided where, and who may send it.

The words are in protocol/library.py, the state in library_state.py, decisions in library_edits.py,
what contents may be in library_content.py, effects in library_apply.py. SPEC: LB.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from protocol.library import (
    AddItem,
    ConfigureLibrary,
    DeleteItem,
    LibraryCommand,
    LibraryEvent,
    LibraryPresence,
    LibrarySettings,
    RenameFolder,
    RestoreItem,
    SetItem,
)
from server.rules import library_state
from server.rules.kind import Context, Decision, Rejected, RoomKind, Stamp
from server.rules.library_apply import APPLIERS
from server.rules.library_edits import (
    decide_add,
    decide_delete,
    decide_rename,
    decide_restore,
    decide_set,
    decide_settings,
)
from server.rules.library_state import Library
from server.rules.rights import OWNERS, Right

_EDIT = Right(frozenset({"owner", "editor"}))

_TABLE: dict[type[Struct], tuple[Right, Callable[[Library, Any, Context], Decision]]] = {
    AddItem: (_EDIT, decide_add),
    SetItem: (_EDIT, decide_set),
    DeleteItem: (_EDIT, decide_delete),
    RestoreItem: (_EDIT, decide_restore),
    RenameFolder: (_EDIT, decide_rename),
    ConfigureLibrary: (OWNERS, decide_settings),
}
"""LB5: command, who may send it, who decides it."""


def _decide(state: Library, command: Struct, context: Context) -> Decision:
    row = _TABLE.get(type(command))
    if row is None:
        return Rejected("bad_command")
    right, decide = row
    if context.role not in right.roles:
        return Rejected("forbidden")
    return decide(state, command, context)


def _apply(state: Library, event: Any, stamp: Stamp) -> None:
    APPLIERS[type(event)](state, event, stamp)


def _restored_version(command: RestoreItem) -> int:
    return command.version


LIBRARY: RoomKind[Library] = RoomKind(
    name="library",
    settings=LibrarySettings,
    command=LibraryCommand,
    event=LibraryEvent,
    presence=LibraryPresence,
    initial=Library,
    decide=_decide,
    apply=_apply,
    snapshot=library_state.snapshot,
    restore=library_state.restore,
    view=library_state.view,
    may={str(command.__struct_config__.tag): right for command, (right, _) in _TABLE.items()},
    needs_past={RestoreItem: _restored_version},
)
"""The kind."""
