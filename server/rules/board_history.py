"""Restoring an earlier version: what differs, as one new event. Pure; SPEC: BD39, BD62."""

from __future__ import annotations

from collections.abc import Container

from msgspec import UNSET

from protocol.board import PROPERTIES, STEP_WEIGHT_MAX
from protocol.board_commands import Change, NewObject, RestoreVersion
from protocol.board_events import VersionRestored
from server.rules.board_copies import on_pitch
from server.rules.board_references import REFERENCES, unmet, with_dependents
from server.rules.board_state import (
    Board,
    BoardObject,
    Value,
    over_limits,
    points_of,
    properties_of,
    repeated,
    sort_refused,
    touch_refused,
)
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


def _on_pitch(was: BoardObject, state: Board) -> BoardObject:
    """BD39: the object on the pitch as it is now."""
    at = was.props.get("at")
    if not isinstance(at, tuple):
        return was
    x, y = at
    assert isinstance(x, int), "expected a place"
    assert isinstance(y, int), "expected a place"
    inside = on_pitch((x, y), state.x_max, state.y_max)
    return was if inside == at else _with(was, {"at": inside})


def _with(was: BoardObject, values: dict[str, Value]) -> BoardObject:
    return BoardObject(was.sort, {**was.props, **values}, was.wrote, was.locked)


class _Plan:
    """What a restore would do: which objects go, come and change."""

    def __init__(self, state: Board, past: Board, chosen: Container[str]) -> None:
        self._state, self._past = state, past
        self.deleted: dict[str, None] = {}
        self.changes: dict[str, dict[str, Value]] = {}
        for object_id, present in state.objects.items():
            if object_id not in chosen:
                continue
            was = self._was(object_id)
            if was is None or was.sort != present.sort:
                self.deleted[object_id] = None
            elif values := _differences(present, was):
                self.changes[object_id] = values
        self.coming: dict[str, BoardObject] = {
            object_id: _on_pitch(was, state)
            for object_id, was in past.objects.items()
            if object_id in chosen and (object_id not in state.objects or object_id in self.deleted)
        }

    def _was(self, object_id: str) -> BoardObject | None:
        was = self._past.objects.get(object_id)
        return None if was is None else _on_pitch(was, self._state)

    def leave_out_unmet(self) -> None:
        """BD62: takes out what would refer to something missing, until nothing does."""
        while self._leave_out_some():
            pass

    def leave_out_lost_carriers(self) -> None:
        """BD62: a ball whose carrier would not be there is carried by nobody."""
        for object_id, was in self.coming.items():
            if self._is_lost(was.props.get("carrier")):
                self.coming[object_id] = _with(was, {"carrier": None})
        for object_id, values in list(self.changes.items()):
            if not self._is_lost(values.get("carrier")):
                continue
            values["carrier"] = None
            if self._state.objects[object_id].props.get("carrier") is None:
                del values["carrier"]
            if not values:
                del self.changes[object_id]

    def _is_lost(self, carrier: Value) -> bool:
        return isinstance(carrier, str) and self._sort_of(carrier) not in REFERENCES["carrier"]

    def _leave_out_some(self) -> bool:
        broken = [i for i, was in self.coming.items() if any(unmet(was.props, self._sort_of))]
        for object_id in broken:
            del self.coming[object_id]
        left = bool(broken)
        for object_id, present in self._state.objects.items():
            if object_id in self.deleted:
                continue
            values = self.changes.get(object_id, {})
            for name in {name for name, _ in unmet(values, self._sort_of)}:
                del values[name]
                left = True
            if any(unmet({**present.props, **values}, self._sort_of)):
                self.deleted[object_id] = None
                values.clear()
                left = True
            if not values:
                self.changes.pop(object_id, None)
        return left

    def _sort_of(self, object_id: str) -> str | None:
        target = self.coming.get(object_id)
        if target is None and object_id not in self.deleted:
            target = self._state.objects.get(object_id)
        return None if target is None else target.sort

    def refused(self, context: Context) -> Rejected | None:
        """Locks, and limits, for what would come back beside what is there."""
        state = self._state
        for object_id, present in state.objects.items():
            if object_id in self.deleted or object_id in self.changes:
                refused = touch_refused(state, object_id, present, context)
                if refused is not None:
                    return refused
        for object_id, was in self.coming.items():
            refused = sort_refused(state, object_id, was.sort, context)
            if refused is not None:
                return refused
        points = sum(was.points() for was in self.coming.values())
        points -= sum(state.objects[object_id].points() for object_id in self.deleted)
        for object_id, values in self.changes.items():
            if "points" in values:
                points += points_of(values["points"]) - state.objects[object_id].points()
        return over_limits(state, len(self.coming) - len(self.deleted), points)

    def weight(self) -> int:
        """Of all of it as one step."""
        objects = self._state.objects
        weight = sum(object_weight(objects[object_id]) for object_id in self.deleted)
        weight += sum(object_weight(was) for was in self.coming.values())
        return weight + sum(
            value_weight(name, objects[object_id].props.get(name), value)
            for object_id, values in self.changes.items()
            for name, value in values.items()
        )


def _chosen(state: Board, past: Board, ids: list[str]) -> Container[str] | Rejected:
    """BD62: the objects, and what refers to them, then or now."""
    refused = repeated(ids)
    if refused is not None:
        return refused
    for object_id in ids:
        if object_id not in state.objects and object_id not in past.objects:
            return Rejected("unknown_object", {"id": object_id})
    found = dict.fromkeys(ids)
    before = 0
    while len(found) > before:
        before = len(found)
        for objects in (past.objects, state.objects):
            found |= dict.fromkeys(with_dependents(objects, found))
    return found


def decide_restore(state: Board, command: RestoreVersion, context: Context) -> Decision:
    """Needs the state at that version in `context.past`; without it there is no such version."""
    past = context.past
    if not isinstance(past, Board) or command.version >= context.version:
        return Rejected("unknown_version", {"version": command.version})
    chosen: Container[str] | Rejected = {**state.objects, **past.objects}
    if command.ids is not UNSET:
        chosen = _chosen(state, past, command.ids)
        if isinstance(chosen, Rejected):
            return chosen
    plan = _Plan(state, past, chosen)
    plan.leave_out_unmet()
    plan.leave_out_lost_carriers()
    refused = plan.refused(context)
    if refused is not None:
        return refused
    if not (plan.deleted or plan.changes or plan.coming):
        return Rejected("nothing_changes")
    weight = plan.weight()
    step = weight <= STEP_WEIGHT_MAX
    return Accepted(
        [
            VersionRestored(
                version=command.version,
                deleted=list(plan.deleted),
                objects=[_as_new(object_id, was) for object_id, was in plan.coming.items()],
                changes=[Change(i, properties_of(values)) for i, values in plan.changes.items()],
                step=step,
                forgot=forgotten(state, context.account, weight) if step else [],
            )
        ]
    )
