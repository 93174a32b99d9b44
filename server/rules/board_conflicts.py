"""When a write is based on something that has changed, and what a person may decide about it. Pure
decisions; SPEC: BD20 to BD28.

The base of a write is the version that its author had seen. Different properties never conflict.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from protocol.board_commands import Change, Choice, ResolveConflict
from protocol.board_events import Chosen, ConflictResolved, Overridden
from server.rules.board_properties import check_properties
from server.rules.board_references import (
    BINDING,
    named_by,
    with_dependents,
)
from server.rules.board_state import (
    Board,
    BoardObject,
    Value,
    Written,
    missing,
    over_limits,
    points_of,
    properties_of,
    touch_refused,
    written,
)
from server.rules.board_undo import forgotten, object_weight, value_weight
from server.rules.kind import Accepted, Context, Decision, Rejected


class Stale(NamedTuple):
    """One property that somebody else has written since, and what this command wants of it."""

    id: str
    property: str
    theirs: Value
    mine: Value
    by: str
    version: int
    delete: bool = False

    def detail(self) -> dict[str, Any]:
        """As the author of a refused command is shown it (BD23, BD24)."""
        shown = self._asdict()
        if not self.delete:
            del shown["delete"]
        return shown

    def overridden(self) -> Overridden:
        """As the loser is told of it (BD22)."""
        return Overridden(self.id, self.property, self.theirs, self.by, self.version)


def is_stale(mark: Written, context: Context) -> bool:
    """BD20: written after the base, by another client."""
    return mark[0] > context.made and mark[3] != context.client


def stale_for_deletion(object_id: str, target: BoardObject, context: Context) -> list[Stale]:
    """BD24: everything about the object that the one who deletes it has not seen."""
    return [
        Stale(object_id, name, target.props[name], None, mark[2], mark[0], delete=True)
        for name, mark in target.wrote.items()
        if is_stale(mark, context)
    ]


def conflict(stale: list[Stale]) -> Rejected:
    """The answer under the policy `ask`."""
    return Rejected("conflict", {"conflicts": [one.detail() for one in stale]})


class _Resolution:
    """What the choices looked at so far amount to."""

    __slots__ = ("changes", "chosen", "deleted", "points", "stale", "weight")

    def __init__(self) -> None:
        self.chosen: list[Chosen] = []
        self.deleted: list[str] = []
        self.changes: dict[str, dict[str, Value]] = {}
        self.stale: list[Stale] = []
        self.weight = 0
        self.points = 0


def _malformed(choices: list[Choice]) -> Rejected | None:
    """BD25, BD26, BD28: choices that do not say what they decide, or say it twice."""
    named: dict[str, list[str]] = {}
    for choice in choices:
        spoken = [name for name, _ in written(choice.set)]
        writes = choice.choice != "theirs" and choice.property != "*"
        between_what = choice.choice == "between" and choice.property != "at"
        if between_what or spoken != ([choice.property] if writes else []):
            return Rejected("bad_command", {"id": choice.id, "property": choice.property})
        others = named.setdefault(choice.id, [])
        if choice.property in others or (others and "*" in (choice.property, others[0])):
            return Rejected("bad_command", {"repeated": choice.id})
        others.append(choice.property)
    return None


def _look_at_object(choice: Choice, target: BoardObject, resolution: _Resolution) -> None:
    """BD26: the choice is about the whole object."""
    newest = target.newest()
    if newest[0] != choice.theirs:
        since = max(min(choice.theirs, newest[0] - 1), 0)
        resolution.stale += [
            Stale(choice.id, name, target.props[name], None, mark[2], mark[0], delete=True)
            for name, mark in target.wrote.items()
            if mark[0] > since
        ]
    if choice.choice == "mine":
        resolution.deleted.append(choice.id)
        resolution.weight += object_weight(target)
        resolution.points -= target.points()
    resolution.chosen.append(Chosen(choice.id, "*", choice.choice, newest[2], newest[0]))


def _look_at_property(
    state: Board, choice: Choice, target: BoardObject, resolution: _Resolution
) -> Rejected | None:
    """BD25: the choice is about one property."""
    name = choice.property
    clean = check_properties(state, choice.id, target.sort, choice.set)
    if isinstance(clean, Rejected):
        return clean
    mark = target.mark(name)
    value: Value = None
    if choice.choice != "theirs":
        ((_, value),) = written(clean)
        before = target.props.get(name)
        resolution.weight += value_weight(name, before, value)
        if name == "points":
            resolution.points += points_of(value) - points_of(before)
        resolution.changes.setdefault(choice.id, {})[name] = value
    if mark[0] != choice.theirs:
        theirs = target.props.get(name)
        resolution.stale.append(Stale(choice.id, name, theirs, value, mark[2], mark[0]))
    resolution.chosen.append(Chosen(choice.id, name, choice.choice, mark[2], mark[0]))
    return None


def _look_at_dependents(state: Board, resolution: _Resolution, context: Context) -> Rejected | None:
    """BD50: what goes with the objects that were decided against; nothing may be bound to it."""
    if not resolution.deleted:
        return None
    chosen = len(resolution.deleted)
    resolution.deleted = with_dependents(state.objects, resolution.deleted)
    for object_id in resolution.deleted[chosen:]:
        target = state.objects[object_id]
        refused = touch_refused(state, object_id, target, context)
        if refused is not None:
            return refused
        resolution.weight += object_weight(target)
        resolution.points -= target.points()
        resolution.stale += stale_for_deletion(object_id, target, context)
    for object_id, values in resolution.changes.items():
        named = (one for name in BINDING for one in named_by(values.get(name)))
        gone = next((one for one in (object_id, *named) if one in resolution.deleted), None)
        if gone is not None:
            return Rejected("bad_command", {"id": object_id, "deleted": gone})
    return None


def decide_resolution(state: Board, command: ResolveConflict, context: Context) -> Decision:
    """BD25 to BD28: writes what a person chose, if what was decided against is still there."""
    refused = _malformed(command.choices)
    if refused is not None:
        return refused
    resolution = _Resolution()
    for choice in command.choices:
        target = state.objects.get(choice.id)
        if target is None:
            return missing(state, choice.id)
        refused = touch_refused(state, choice.id, target, context)
        if refused is None:
            if choice.property == "*":
                _look_at_object(choice, target, resolution)
            else:
                refused = _look_at_property(state, choice, target, resolution)
        if refused is not None:
            return refused
    refused = _look_at_dependents(state, resolution, context) or over_limits(
        state, -len(resolution.deleted), resolution.points
    )
    if refused is not None:
        return refused
    if resolution.stale:
        return conflict(resolution.stale)
    changes = [Change(i, properties_of(values)) for i, values in resolution.changes.items()]
    step = bool(changes or resolution.deleted)
    return Accepted(
        [
            ConflictResolved(
                choices=resolution.chosen,
                deleted=resolution.deleted,
                changes=changes,
                step=step,
                forgot=forgotten(state, context.account, resolution.weight) if step else [],
            )
        ]
    )
