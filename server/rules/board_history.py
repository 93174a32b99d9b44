"""Restoring an earlier version: what differs, as one new event. Pure; SPEC: BD39."""

from __future__ import annotations

from protocol.board import (
    PROPERTIES,
    STEP_WEIGHT_MAX,
    Change,
    NewObject,
    RestoreVersion,
    VersionRestored,
)
from server.rules.board_state import Board, BoardObject, Value, properties_of, touch_refused
from server.rules.board_undo import forgotten, object_weight, value_weight
from server.rules.kind import Accepted, Context, Decision, Rejected


def _differences(present: BoardObject, past: BoardObject) -> dict[str, Value]:
    """Values to write so that `present` has what `past` had; null where it had nothing."""
    return {
        name: past.props.get(name)
        for name in PROPERTIES
        if past.props.get(name) != present.props.get(name)
    }


def _as_new(object_id: str, past: BoardObject) -> NewObject:
    given = {name: value for name, value in past.props.items() if value is not None}
    return NewObject(object_id, past.sort, properties_of(given))


def decide_restore(state: Board, command: RestoreVersion, context: Context) -> Decision:
    """Needs the state at that version in `context.past`; without it there is no such version."""
    past = context.past
    if not isinstance(past, Board) or command.version >= context.version:
        return Rejected("unknown_version", {"version": command.version})
    deleted: list[str] = []
    changes: list[Change] = []
    weight = 0
    for object_id, present in state.objects.items():
        was = past.objects.get(object_id)
        if was is None or was.sort != present.sort:
            deleted.append(object_id)
            weight += object_weight(present)
        else:
            values = _differences(present, was)
            if not values:
                continue
            changes.append(Change(object_id, properties_of(values)))
            weight += sum(value_weight(n, present.props.get(n), v) for n, v in values.items())
        refused = touch_refused(object_id, present, context)
        if refused is not None:
            return refused
    gone = dict.fromkeys(deleted)
    objects = [
        _as_new(object_id, was)
        for object_id, was in past.objects.items()
        if object_id not in state.objects or object_id in gone
    ]
    weight += sum(object_weight(past.objects[new.id]) for new in objects)
    if not (deleted or changes or objects):
        return Rejected("nothing_changes")
    step = weight <= STEP_WEIGHT_MAX
    return Accepted(
        [
            VersionRestored(
                version=command.version,
                deleted=deleted,
                objects=objects,
                changes=changes,
                step=step,
                forgot=forgotten(state, context.account, weight) if step else [],
            )
        ]
    )
