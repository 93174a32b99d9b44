"""Undo and redo: each account takes back its own steps, and never another's work. Pure decisions;
SPEC: BD32 to BD38, BD51. What the events do to the state is in board_apply.py.
"""

from __future__ import annotations

from typing import Any

from protocol.board import UNDO_WEIGHT_MAX
from protocol.board_commands import Change, Redo, Undo
from protocol.board_events import ObjectRecord, Redone, Undone
from server.rules.board_references import left_behind, unmet
from server.rules.board_state import (
    Board,
    BoardObject,
    History,
    Reversal,
    Step,
    Value,
    over_limits,
    points_of,
    properties_of,
    touch_refused,
)
from server.rules.kind import Accepted, Context, Decision, Rejected

_NOBODY = (0, "")

OBJECT_WEIGHT = 21
"""Of an object without points in a step: no sort has more properties."""


def value_weight(name: str, before: Value, after: Value) -> int:
    """What one written value weighs in a step: the same whichever way the step goes."""
    return 1 if name != "points" else 1 + max(points_of(before), points_of(after))


def object_weight(target: BoardObject) -> int:
    """What one added or deleted object weighs in a step."""
    return OBJECT_WEIGHT + target.points()


def forgotten(state: Board, account: str, weight: int) -> list[str]:
    """BD38: whose undo histories make room for a new step of `account`."""
    excess = state.undo_weight + weight - UNDO_WEIGHT_MAX
    if excess <= 0:
        return []
    forgot: list[str] = []
    own = state.histories.get(account)
    if own is not None:
        excess -= sum(step.weight for step in own.redo)  # a new step ends what could be redone
    for other, history in state.histories.items():
        if excess <= 0:
            return forgot
        if other != account:
            forgot.append(other)
            excess -= history.weight()
    if excess > 0 and own is not None:
        forgot.append(account)
    return forgot


def decide_undo(state: Board, command: Undo, context: Context) -> Decision:
    """BD33: the latest step, or the one of the entry `of`."""
    history = state.histories.get(context.account)
    steps = history.undo if history is not None else []
    if command.of is None:
        index = len(steps) - 1
    else:
        index = next((i for i, step in enumerate(steps) if step.version == command.of), -1)
    if index < 0:
        return Rejected("nothing_to_undo")
    earlier = steps[index - 1].version if index else None
    return _decide_step(state, steps[index], context, Undone, earlier)


def decide_redo(state: Board, command: Redo, context: Context) -> Decision:
    """BD33: the latest undone step."""
    history: History | None = state.histories.get(context.account)
    if history is None or not history.redo:
        return Rejected("nothing_to_redo")
    return _decide_step(state, history.redo[-1], context, Redone, None)


def _decide_step(
    state: Board,
    step: Step,
    context: Context,
    event: type[Undone | Redone],
    earlier: int | None,
) -> Decision:
    reversal = step.reversal()
    refused = _touches_refused(state, reversal, context)
    if refused is not None:
        return refused
    changed = _changed_since(state, reversal)
    if changed:
        detail = {"of": step.version, "changes": changed, "earlier": earlier}
        return Rejected("changed_since", detail)
    more = len(reversal.puts) - len(reversal.removes)
    refused = over_limits(state, more, _points_gained(state, reversal))
    if refused is not None:
        return refused
    changes: dict[str, dict[str, Value]] = {}
    for object_id, name, value, _, _ in reversal.sets:
        changes.setdefault(object_id, {})[name] = value
    return Accepted(
        [
            event(
                of=step.version,
                deleted=[object_id for object_id, _ in reversal.removes],
                added=[_record(object_id, target) for object_id, target in reversal.puts],
                changes=[Change(i, properties_of(values)) for i, values in changes.items()],
            )
        ]
    )


def _touches_refused(state: Board, reversal: Reversal, context: Context) -> Rejected | None:
    """BD37: locks and the annotators' rule, over everything that the step would touch."""
    objects = state.objects
    ids = dict.fromkeys([*(one[0] for one in reversal.sets), *(one[0] for one in reversal.removes)])
    touched = [(i, objects[i]) for i in ids if i in objects]
    for object_id, target in (*touched, *reversal.puts):
        refused = touch_refused(state, object_id, target, context)
        if refused is not None:
            return refused
    return None


def _changed_since(state: Board, reversal: Reversal) -> list[dict[str, Any]]:
    """BD35: what is no longer as the step left it."""
    changed: list[dict[str, Any]] = []

    def note(object_id: str, name: str | None, by: str, version: int) -> None:
        changed.append({"id": object_id, "property": name, "by": by, "version": version})

    gone: dict[str, None] = {}
    for object_id in (*(one[0] for one in reversal.sets), *(one[0] for one in reversal.removes)):
        if object_id not in state.objects and object_id not in gone:
            gone[object_id] = None
            version, by = state.graves.get(object_id, _NOBODY)
            note(object_id, None, by, version)
    for object_id, name, _, _, expected in reversal.sets:
        if object_id not in gone:
            mark = state.objects[object_id].mark(name)
            if mark[1] != expected:
                note(object_id, name, mark[2], mark[0])
    for object_id, origins in reversal.removes:
        if object_id not in gone:
            for name, mark in state.objects[object_id].wrote.items():
                if mark[1] != origins.get(name, 0):
                    note(object_id, name, mark[2], mark[0])
    removed = {object_id for object_id, _ in reversal.removes}
    for object_id, _ in reversal.puts:
        present = state.objects.get(object_id)
        if present is not None and object_id not in removed:
            mark = present.newest()
            note(object_id, None, mark[2], mark[0])
    written: dict[str, dict[str, Value]] = {}
    for object_id, name, value, _, _ in reversal.sets:
        written.setdefault(object_id, {})[name] = value
    for object_id in left_behind(state, removed, written):
        mark = state.objects[object_id].newest()
        note(object_id, None, mark[2], mark[0])
    for named in _missing_after(state, reversal, removed):
        version, by = state.graves.get(named, _NOBODY)
        note(named, None, by, version)
    return changed


def _missing_after(state: Board, reversal: Reversal, removed: set[str]) -> dict[str, None]:
    """BD51: what objects that come back, or values, are bound to, and which would not be there."""
    coming = {object_id: target.sort for object_id, target in reversal.puts}

    def sort_of(object_id: str) -> str | None:
        if object_id in coming:
            return coming[object_id]
        target = None if object_id in removed else state.objects.get(object_id)
        return None if target is None else target.sort

    values = [target.props for _, target in reversal.puts]
    values += [{name: value} for _, name, value, _, _ in reversal.sets]
    return dict.fromkeys(named for one in values for _, named in unmet(one, sort_of))


def _points_gained(state: Board, reversal: Reversal) -> int:
    objects = state.objects
    gained = sum(target.points() for _, target in reversal.puts)
    gained -= sum(objects[object_id].points() for object_id, _ in reversal.removes)
    for object_id, name, value, _, _ in reversal.sets:
        if name == "points":
            gained += points_of(value) - objects[object_id].points()
    return gained


def _record(object_id: str, target: BoardObject) -> ObjectRecord:
    """BD34: an object as it comes back, without what members are not shown."""
    return ObjectRecord(
        id=object_id,
        sort=target.sort,
        props=properties_of(target.props),
        v={name: mark[0] for name, mark in target.wrote.items()},
        by={name: mark[2] for name, mark in target.wrote.items()},
        locked=target.locked,
    )
