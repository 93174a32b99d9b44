"""What each event of a board does to its state. Total: an event is a fact, never refused here.

Must decide nothing: what an event does follows from the event and the state alone, on every node
and on every replay. SPEC: BD32 to BD38, BD40 to BD42, BD54 to BD61.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import asdict

from protocol.board import TOMBSTONES_MAX, UNDO_STEPS_MAX
from protocol.board_commands import Change, NewObject
from protocol.board_events import (
    BoardConfigured,
    BoardLocked,
    ConflictResolved,
    LayerLocked,
    ObjectsAdded,
    ObjectsDeleted,
    ObjectsLocked,
    ObjectsPut,
    PlaybackSet,
    PlaybackStopped,
    Presenting,
    PropertiesSet,
    Redone,
    Undone,
    VersionNamed,
    VersionRestored,
)
from server.rules.board_state import (
    Board,
    BoardObject,
    History,
    Name,
    Playback,
    Put,
    Remove,
    Reversal,
    SetBack,
    Step,
    points_of,
    settings_after,
    step_of,
    written,
)
from server.rules.board_undo import object_weight, value_weight
from server.rules.kind import Stamp


def _bury(state: Board, object_id: str, stamp: Stamp) -> BoardObject:
    """Takes an object out and remembers who did (BD19)."""
    gone = state.objects.pop(object_id)
    state.points -= gone.points()
    graves = state.graves
    graves[object_id] = (stamp.version, stamp.by)
    if len(graves) > TOMBSTONES_MAX:
        del graves[next(iter(graves))]
    return gone


def _put(state: Board, object_id: str, target: BoardObject) -> None:
    """Puts an object in, at the end."""
    state.objects[object_id] = target
    state.points += target.points()
    state.graves.pop(object_id, None)


def _delete(state: Board, ids: Sequence[str], stamp: Stamp) -> tuple[int, list[Put]]:
    """What the deletion weighs, and what puts the objects back."""
    weight = 0
    puts: list[Put] = []
    for object_id in ids:
        gone = _bury(state, object_id, stamp)
        puts.append((object_id, gone))
        weight += object_weight(gone)
    return weight, puts


def _add(state: Board, objects: Sequence[NewObject], stamp: Stamp) -> tuple[int, list[Remove]]:
    """What the addition weighs, and what takes the objects away again."""
    version = stamp.version
    mark = (version, version, stamp.by, stamp.client)
    weight = 0
    removes: list[Remove] = []
    for new in objects:
        props = dict(written(new.props))
        added = BoardObject(new.sort, props, dict.fromkeys(props, mark))
        _put(state, new.id, added)
        removes.append((new.id, dict.fromkeys(props, version)))
        weight += object_weight(added)
    return weight, removes


def _write(state: Board, changes: Sequence[Change], stamp: Stamp) -> tuple[int, list[SetBack]]:
    """What the values weigh, and what brings those before them back."""
    version = stamp.version
    mark = (version, version, stamp.by, stamp.client)
    objects = state.objects
    weight = 0
    sets: list[SetBack] = []
    for change in changes:
        object_id = change.id
        target = objects[object_id]
        props, wrote = target.props, target.wrote
        for name, value in written(change.set):
            before = props.get(name)
            last = wrote.get(name)
            sets.append((object_id, name, before, last[1] if last else 0, version))
            if name == "points":
                state.points += points_of(value) - points_of(before)
                weight += value_weight(name, before, value)
            else:
                weight += 1
            props[name] = value
            wrote[name] = mark
    return weight, sets


def _push(state: Board, account: str, step: Step, forgot: Sequence[str]) -> None:
    """BD32: the latest step of the account; what could be redone no longer can. BD38: histories
    that no longer fit go first."""
    histories = state.histories
    for other in forgot:
        state.undo_weight -= histories.pop(other).weight()
    history = histories.pop(account, None)
    if history is None:
        history = History()
    histories[account] = history  # the latest to have made a step is the last to be forgotten
    weight = step.weight
    if history.redo:
        weight -= sum(undone.weight for undone in history.redo)
        history.redo.clear()
    steps = history.undo
    steps.append(step)
    if len(steps) > UNDO_STEPS_MAX:
        weight -= steps.pop(0).weight
    state.undo_weight += weight


def _set(state: Board, event: PropertiesSet, stamp: Stamp) -> None:
    weight, sets = _write(state, event.changes, stamp)
    _push(state, stamp.by, step_of(stamp.version, weight, Reversal(sets)), event.forgot)


def _added(state: Board, event: ObjectsAdded, stamp: Stamp) -> None:
    weight, removes = _add(state, event.objects, stamp)
    _push(state, stamp.by, step_of(stamp.version, weight, Reversal(removes=removes)), event.forgot)


def _deleted(state: Board, event: ObjectsDeleted, stamp: Stamp) -> None:
    weight, puts = _delete(state, event.ids, stamp)
    _push(state, stamp.by, step_of(stamp.version, weight, Reversal(puts=puts)), event.forgot)


def _resolved(state: Board, event: ConflictResolved, stamp: Stamp) -> None:
    deleting, puts = _delete(state, event.deleted, stamp)
    writing, sets = _write(state, event.changes, stamp)
    if event.step:
        step = step_of(stamp.version, deleting + writing, Reversal(sets, puts=puts))
        _push(state, stamp.by, step, event.forgot)


def _restored(state: Board, event: VersionRestored, stamp: Stamp) -> None:
    deleting, puts = _delete(state, event.deleted, stamp)
    adding, removes = _add(state, event.objects, stamp)
    writing, sets = _write(state, event.changes, stamp)
    if event.step:
        weight = deleting + adding + writing
        step = step_of(stamp.version, weight, Reversal(sets, removes, puts))
        _push(state, stamp.by, step, event.forgot)


def _reverse(state: Board, step: Step, stamp: Stamp) -> Step:
    """Does what takes `step` back, and gives what does it again (BD34)."""
    sets: list[SetBack] = []
    removes: list[Remove] = []
    taken = step.reversal()
    puts: list[Put] = [(gone, _bury(state, gone, stamp)) for gone, _ in taken.removes]
    for object_id, target in taken.puts:
        _put(state, object_id, target)
        origins = {name: mark[1] for name, mark in target.wrote.items()}
        removes.append((object_id, origins))
    for object_id, name, value, origin, expected in taken.sets:
        target = state.objects[object_id]
        before = target.props.get(name)
        sets.append((object_id, name, before, expected, origin))
        if name == "points":
            state.points += points_of(value) - points_of(before)
        target.props[name] = value
        target.wrote[name] = (stamp.version, origin, stamp.by, stamp.client)
    return step_of(step.version, step.weight, Reversal(sets, removes, puts))


def _undone(state: Board, event: Undone, stamp: Stamp) -> None:
    history = state.histories[stamp.by]
    step = next(step for step in history.undo if step.version == event.of)
    history.undo.remove(step)
    history.redo.append(_reverse(state, step, stamp))


def _redone(state: Board, event: Redone, stamp: Stamp) -> None:
    history = state.histories[stamp.by]
    history.undo.append(_reverse(state, history.redo.pop(), stamp))


def _objects_locked(state: Board, event: ObjectsLocked, stamp: Stamp) -> None:
    for object_id in event.ids:
        state.objects[object_id].locked = stamp.by if event.on else None


def _board_locked(state: Board, event: BoardLocked, stamp: Stamp) -> None:
    state.locked = stamp.by if event.on else None


def _configured(state: Board, event: BoardConfigured, stamp: Stamp) -> None:
    state.configure(settings_after(state.settings, event))


def _put_objects(state: Board, event: ObjectsPut, stamp: Stamp) -> None:
    adding, removes = _add(state, event.objects, stamp)
    writing, sets = _write(state, event.changes, stamp)
    if event.step:
        step = step_of(stamp.version, adding + writing, Reversal(sets, removes))
        _push(state, stamp.by, step, event.forgot)


def _layer_locked(state: Board, event: LayerLocked, stamp: Stamp) -> None:
    if event.on:
        state.layers[event.layer] = stamp.by
    else:
        state.layers.pop(event.layer, None)


def _version_named(state: Board, event: VersionNamed, stamp: Stamp) -> None:
    if event.name is None:
        state.names.pop(event.version, None)
    else:
        state.names[event.version] = Name(event.name, stamp.by, stamp.at)


def _playback_set(state: Board, event: PlaybackSet, stamp: Stamp) -> None:
    state.playback = Playback(**asdict(event), by=stamp.by)


def _playback_stopped(state: Board, event: PlaybackStopped, stamp: Stamp) -> None:
    state.playback = None


def _presenting(state: Board, event: Presenting, stamp: Stamp) -> None:
    state.presenter = stamp.by if event.on else None


APPLIERS: dict[type, Callable[[Board, Any, Stamp], None]] = {
    PropertiesSet: _set,
    ObjectsAdded: _added,
    ObjectsDeleted: _deleted,
    ConflictResolved: _resolved,
    VersionRestored: _restored,
    Undone: _undone,
    Redone: _redone,
    ObjectsLocked: _objects_locked,
    BoardLocked: _board_locked,
    BoardConfigured: _configured,
    ObjectsPut: _put_objects,
    LayerLocked: _layer_locked,
    VersionNamed: _version_named,
    PlaybackSet: _playback_set,
    PlaybackStopped: _playback_stopped,
    Presenting: _presenting,
}
"""One row per event of protocol/board_events.py."""
