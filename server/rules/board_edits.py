"""Adding, setting, deleting, locking and configuring. Pure decisions; a command is all or nothing.
SPEC: BD5 to BD24, BD29 to BD31, BD45, BD50.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from protocol.board_commands import (
    AddObjects,
    Change,
    ConfigureBoard,
    DeleteObjects,
    LockBoard,
    LockObjects,
    NewObject,
    SetProperties,
)
from protocol.board_events import (
    BoardConfigured,
    BoardLocked,
    ObjectsAdded,
    ObjectsDeleted,
    ObjectsLocked,
    Overridden,
    PropertiesSet,
)
from server.rules import pitch
from server.rules.board_conflicts import Stale, conflict, is_stale, stale_for_deletion
from server.rules.board_properties import check_new, check_written
from server.rules.board_references import with_dependents
from server.rules.board_state import (
    Board,
    missing,
    over_limits,
    points_in,
    points_of,
    repeated,
    settings_after,
    sort_refused,
    touch_refused,
    written,
)
from server.rules.board_undo import OBJECT_WEIGHT, forgotten, object_weight, value_weight
from server.rules.kind import Accepted, Context, Decision, Rejected


def _new_refused(state: Board, new: NewObject, context: Context) -> Rejected | None:
    if new.id in state.objects or new.id in state.graves:
        return Rejected("exists", {"id": new.id})
    return sort_refused(state, new.id, new.sort, context)


def check_additions(
    state: Board, wanted: Sequence[NewObject], context: Context
) -> tuple[list[NewObject], int] | Rejected:
    """BD15: objects that are all new, as they are kept, and how many points they have."""
    refused = repeated([new.id for new in wanted])
    if refused is not None:
        return refused
    arriving = {new.id: new.sort for new in wanted}
    objects: list[NewObject] = []
    points = 0
    for new in wanted:
        refused = _new_refused(state, new, context)
        if refused is not None:
            return refused
        clean = check_new(state, new.id, new.sort, new.props, arriving)
        if isinstance(clean, Rejected):
            return clean
        points += points_in(clean)
        objects.append(new if clean is new.props else NewObject(new.id, new.sort, clean))
    return over_limits(state, len(objects), points) or (objects, points)


def decide_add(state: Board, command: AddObjects, context: Context) -> Decision:
    """BD15."""
    checked = check_additions(state, command.objects, context)
    if isinstance(checked, Rejected):
        return checked
    objects, points = checked
    weight = len(objects) * OBJECT_WEIGHT + points
    return Accepted([ObjectsAdded(objects, forgotten(state, context.account, weight))])


def decide_set(state: Board, command: SetProperties, context: Context) -> Decision:
    """BD16, and what it means for values that others have written since (BD20 to BD23)."""
    changes = command.changes
    if len(changes) > 1:
        refused = repeated([change.id for change in changes])
        if refused is not None:
            return refused
    kept: list[Change] = []
    stale: list[Stale] = []
    weight = points = 0
    for change in changes:
        object_id = change.id
        target = state.objects.get(object_id)
        if target is None:
            return missing(state, object_id)
        if target.locked is not None or state.layers or context.role == "annotator":
            refused = touch_refused(state, object_id, target, context)
            if refused is not None:
                return refused
        spoken = written(change.set)
        if not spoken:
            continue
        clean = check_written(state, object_id, target.sort, change.set, spoken)
        if isinstance(clean, Rejected):
            return clean
        if clean is not change.set:
            spoken = written(clean)
        for name, value in spoken:
            before = target.props.get(name)
            if name == "points":
                weight += value_weight(name, before, value)
                points += points_of(value) - points_of(before)
            else:
                weight += 1
            mark = target.wrote.get(name)
            if mark is not None and is_stale(mark, context) and before != value:
                stale.append(Stale(object_id, name, before, value, mark[2], mark[0]))
        kept.append(change if clean is change.set else Change(object_id, clean))
    if not kept:
        return Rejected("nothing_changes")
    refused = over_limits(state, 0, points)
    if refused is not None:
        return refused
    overrode: list[Overridden] = []
    if stale:
        if state.conflicts == "ask":
            return conflict(stale)
        overrode = [one.overridden() for one in stale]
    return Accepted([PropertiesSet(kept, overrode, forgotten(state, context.account, weight))])


def decide_delete(state: Board, command: DeleteObjects, context: Context) -> Decision:
    """BD18, BD24, and BD50 for what goes with them."""
    refused = repeated(command.ids)
    if refused is not None:
        return refused
    named: list[str] = []
    for object_id in command.ids:
        if object_id in state.objects:
            named.append(object_id)
        elif object_id not in state.graves:
            return missing(state, object_id)
    if not named:
        return missing(state, command.ids[0])
    ids = with_dependents(state.objects, named)
    stale: list[Stale] = []
    weight = 0
    for object_id in ids:
        target = state.objects[object_id]
        refused = touch_refused(state, object_id, target, context)
        if refused is not None:
            return refused
        weight += object_weight(target)
        stale += stale_for_deletion(object_id, target, context)
    if stale and state.conflicts == "ask":
        return conflict(stale)
    overrode = [one.overridden() for one in stale]
    return Accepted([ObjectsDeleted(ids, overrode, forgotten(state, context.account, weight))])


def decide_lock(state: Board, command: LockObjects, context: Context) -> Decision:
    """BD29 and BD30."""
    refused = repeated(command.ids)
    if refused is not None:
        return refused
    ids: list[str] = []
    for object_id in command.ids:
        target = state.objects.get(object_id)
        if target is None:
            return missing(state, object_id)
        if (target.locked is not None) == command.on:
            continue
        refused = touch_refused(state, object_id, target, context)
        if refused is not None:
            return refused
        ids.append(object_id)
    if not ids:
        return Rejected("nothing_changes")
    return Accepted([ObjectsLocked(ids, command.on)])


def decide_board_lock(state: Board, command: LockBoard, context: Context) -> Decision:
    """BD31. Who may unlock has been asked before, as for every command."""
    if (state.locked is not None) == command.on:
        return Rejected("nothing_changes")
    return Accepted([BoardLocked(command.on)])


def decide_settings(state: Board, command: ConfigureBoard, context: Context) -> Decision:
    """BD45."""
    now = state.settings
    sport = now.sport if command.sport is UNSET else command.sport
    same = sport == now.sport
    length, width = pitch.usual(
        sport,
        (now.length_mm if same else 0) if command.length_mm is UNSET else command.length_mm,
        (now.width_mm if same else 0) if command.width_mm is UNSET else command.width_mm,
    )
    wrong = pitch.out_of_range(sport, length, width)
    if wrong is not None:
        detail = {"property": wrong.property, "why": "outside", "min": wrong.least}
        return Rejected("bad_property", {**detail, "max": wrong.most})
    event = BoardConfigured(
        sport=sport,
        length_mm=length,
        width_mm=width,
        conflicts=now.conflicts if command.conflicts is UNSET else command.conflicts,
        part=now.part if command.part is UNSET else command.part,
        portrait=now.portrait if command.portrait is UNSET else command.portrait,
        stripes=now.stripes if command.stripes is UNSET else command.stripes,
        zones=now.zones if command.zones is UNSET else command.zones,
        units=now.units if command.units is UNSET else command.units,
    )
    if settings_after(now, event) == now:
        return Rejected("nothing_changes")
    return Accepted([event])
