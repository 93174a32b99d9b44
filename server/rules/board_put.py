"""Objects that shall be so, whether they are there or not, and everything of a document at once.
Pure decisions; a command is all or nothing. SPEC: BD54, BD55.
"""

from __future__ import annotations

from typing import Any

from protocol.board import STEP_WEIGHT_MAX
from protocol.board_commands import Change, LoadBoard, NewObject, PutObjects
from protocol.board_events import ObjectsPut, Overridden
from server.rules.board_conflicts import Stale, conflict, is_stale
from server.rules.board_edits import check_additions
from server.rules.board_properties import check_new, check_properties
from server.rules.board_state import (
    Board,
    BoardObject,
    missing,
    over_limits,
    points_in,
    points_of,
    repeated,
    sort_refused,
    touch_refused,
    written,
)
from server.rules.board_undo import OBJECT_WEIGHT, forgotten, value_weight
from server.rules.kind import Accepted, Context, Decision, Rejected


class _Outcome:
    """What the objects looked at so far amount to."""

    __slots__ = ("changes", "objects", "points", "stale", "weight")

    def __init__(self) -> None:
        self.objects: list[NewObject] = []
        self.changes: list[Change] = []
        self.stale: list[Stale] = []
        self.weight = 0
        self.points = 0


def _look_at_absent(
    state: Board, new: NewObject, arriving: dict[str, str], context: Context, outcome: _Outcome
) -> Rejected | None:
    grave = state.graves.get(new.id)
    if grave is not None and grave[0] > context.made:
        return missing(state, new.id)
    refused = sort_refused(state, new.id, new.sort, context)
    if refused is not None:
        return refused
    clean = check_new(state, new.id, new.sort, new.props, arriving)
    if isinstance(clean, Rejected):
        return clean
    points = points_in(clean)
    outcome.points += points
    outcome.weight += OBJECT_WEIGHT + points
    outcome.objects.append(new if clean is new.props else NewObject(new.id, new.sort, clean))
    return None


def _look_at_present(
    state: Board,
    new: NewObject,
    target: BoardObject,
    arriving: dict[str, str],
    context: Context,
    outcome: _Outcome,
) -> Rejected | None:
    if target.sort != new.sort:
        return Rejected("exists", {"id": new.id})
    refused = touch_refused(state, new.id, target, context)
    if refused is not None:
        return refused
    clean = check_properties(state, new.id, new.sort, new.props, arriving)
    if isinstance(clean, Rejected):
        return clean
    spoken: list[tuple[str, Any]] = written(clean)
    for name, value in spoken:
        before = target.props.get(name)
        outcome.weight += value_weight(name, before, value)
        if name == "points":
            outcome.points += points_of(value) - points_of(before)
        mark = target.mark(name)
        if is_stale(mark, context) and before != value:
            outcome.stale.append(Stale(new.id, name, before, value, mark[2], mark[0]))
    if spoken:
        outcome.changes.append(Change(new.id, clean))
    return None


def decide_put(state: Board, command: PutObjects, context: Context) -> Decision:
    """BD54: what is not there is added, what is there gets the given values."""
    refused = repeated([new.id for new in command.objects])
    if refused is not None:
        return refused
    arriving = {new.id: new.sort for new in command.objects if new.id not in state.objects}
    outcome = _Outcome()
    for new in command.objects:
        target = state.objects.get(new.id)
        if target is None:
            refused = _look_at_absent(state, new, arriving, context, outcome)
        else:
            refused = _look_at_present(state, new, target, arriving, context, outcome)
        if refused is not None:
            return refused
    if not (outcome.objects or outcome.changes):
        return Rejected("nothing_changes")
    refused = over_limits(state, len(outcome.objects), outcome.points)
    if refused is not None:
        return refused
    overrode: list[Overridden] = []
    if outcome.stale:
        if state.conflicts == "ask":
            return conflict(outcome.stale)
        overrode = [one.overridden() for one in outcome.stale]
    return Accepted(
        [
            ObjectsPut(
                objects=outcome.objects,
                changes=outcome.changes,
                overrode=overrode,
                forgot=forgotten(state, context.account, outcome.weight),
            )
        ]
    )


def decide_load(state: Board, command: LoadBoard, context: Context) -> Decision:
    """BD55: all of it new, as one entry."""
    checked = check_additions(state, command.objects, context)
    if isinstance(checked, Rejected):
        return checked
    objects, points = checked
    weight = len(objects) * OBJECT_WEIGHT + points
    step = weight <= STEP_WEIGHT_MAX
    forgot = forgotten(state, context.account, weight) if step else []
    return Accepted([ObjectsPut(objects=objects, step=step, forgot=forgot)])
