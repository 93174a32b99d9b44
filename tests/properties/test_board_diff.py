"""Differences and restores of chosen objects on 200 random histories, against a computation that
shares nothing with the rules: it keeps the whole view of every version, and looks."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

import msgspec
import pytest

from server.rules import board_history
from server.rules.board_diff import Picture, Walk
from server.rules.kind import Accepted
from tests.support.board_model import apply_entry
from tests.support.boards import OWNER, UNDO, PlayedBoard
from tests.support.random_boards import random_board

HISTORIES = 200
PAIRS = 6
BINDING = ("phase", "of", "pin", "ends")


def views_of(board: PlayedBoard) -> list[dict[str, Any]]:
    """The view at every version, from 0 on, by a member's model."""
    view = msgspec.json.decode(msgspec.json.encode(_empty(board)))
    views = [copy.deepcopy(view)]
    for version in range(1, board.version + 1):
        apply_entry(view, board.entry(version))
        views.append(copy.deepcopy(view))
    return views


def _empty(board: PlayedBoard) -> Any:
    return PlayedBoard(board.settings).view()


def said(board: PlayedBoard, views: list[dict[str, Any]], first: int, last: int) -> Any:
    """What the rules say of two versions, as it goes over the wire."""
    walk = Walk(msgspec.convert(views[first], Picture))
    for version in range(first + 1, last + 1):
        entry = board.entry(version)
        for event in entry["events"]:
            walk.take(version, entry["by"], event)
    return msgspec.json.decode(msgspec.json.encode(walk.difference()))


# --- the independent computation


def value(view: dict[str, Any], object_id: str, sort: str, name: str) -> Any:
    """A value, or what is no value of any property."""
    found = view["objects"].get(object_id)
    if found is None or found["sort"] != sort:
        return "absent"
    return found["props"].get(name)


def latest(board: PlayedBoard, states: list[Any]) -> tuple[int, str]:
    """The last entry between whose sides something is another; the list begins at the earlier
    version, and `states[i]` is what it was then."""
    first = board.version - len(states) + 1
    steps = range(len(states) - 1, 0, -1)
    version = next(first + n for n in steps if states[n] != states[n - 1])
    return version, board.entry(version)["by"]


def looked_up(board: PlayedBoard, views: list[dict[str, Any]], first: int) -> Any:
    """What differs between version `first` and now, by looking at every version between."""
    between = views[first:]
    old, new = between[0]["objects"], between[-1]["objects"]
    objects: list[Any] = []
    for object_id, now in new.items():
        sort = now["sort"]
        was = old.get(object_id)
        sorts = [view["objects"].get(object_id, {}).get("sort") for view in between]
        if was is None or was["sort"] != sort:
            version, by = latest(board, sorts)
            props = {name: x for name, x in now["props"].items() if x is not None}
            row = {"id": object_id, "sort": sort, "what": "added", "version": version, "by": by}
            objects.append({**row, "props": props})
            continue
        changes: dict[str, Any] = {}
        for name in {*was["props"], *now["props"]}:
            values = [value(view, object_id, sort, name) for view in between]
            if values[0] != values[-1]:
                version, by = latest(board, values)
                row = {"before": values[0], "after": values[-1], "version": version, "by": by}
                changes[name] = row
        if changes:
            newest = max(changes.values(), key=lambda change: change["version"])
            row = {"id": object_id, "sort": sort, "what": "changed", "changes": changes}
            row |= {"version": newest["version"], "by": newest["by"]}
            if "at" in changes:
                (x, y), (to_x, to_y) = changes["at"]["before"], changes["at"]["after"]
                row["moved"] = round(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5)
            objects.append(row)
    for object_id, was in old.items():
        sorts = [view["objects"].get(object_id, {}).get("sort") for view in between]
        if sorts[-1] != was["sort"]:
            gone = [sort != was["sort"] for sort in sorts]
            here = len(gone) - 1 - gone[::-1].index(False) if False in gone else 0
            version = first + here + 1
            row = {"id": object_id, "sort": was["sort"], "what": "removed", "version": version}
            objects.append({**row, "by": board.entry(version)["by"], "props": was["props"]})
    settings: dict[str, Any] = {}
    for name in between[0]["settings"]:
        values = [view["settings"][name] for view in between]
        if values[0] != values[-1]:
            version, by = latest(board, values)
            row = {"before": values[0], "after": values[-1], "version": version, "by": by}
            settings[name] = row
    return {"settings": settings, "objects": objects}


def cut(board: PlayedBoard, last: int) -> PlayedBoard:
    """The board as if nothing had happened after a version."""
    earlier = PlayedBoard(board.settings)
    earlier.kept = board.kept[:last]
    state = board.at(last)
    assert state is not None
    earlier.state = state
    return earlier


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_BD80_BD81_differences_are_those_that_one_finds_by_looking(seed: int) -> None:
    board = random_board(seed)
    views = views_of(board)
    dice = random.Random(seed)
    for _ in range(PAIRS):
        first, last = sorted((dice.randint(0, board.version), dice.randint(0, board.version)))
        found = said(board, views, first, last)
        assert found == looked_up(cut(board, last), views[: last + 1], first)


# --- restoring chosen objects


def bound_to(objects: dict[str, Any], ids: set[str]) -> set[str]:
    """The ids and everything that names one of them, over and over."""
    found = set(ids)
    while True:
        more = {
            object_id
            for object_id, one in objects.items()
            if object_id not in found and found & set(named(one["props"]))
        }
        if not more:
            return found
        found |= more


def named(props: dict[str, Any]) -> list[str]:
    names: list[str] = []
    for name in BINDING:
        said = props.get(name)
        names += said if isinstance(said, list) else [said] if said is not None else []
    return names


THING, SHOWN = {"token", "ball", "equipment"}, {"line", "arrow", "zone", "text", "measure"}
NAMED_SORTS = {"ends": THING, "of": THING, "phase": {"phase"}, "pin": THING | SHOWN | {"comment"}}


def holds(props: dict[str, Any], objects: dict[str, Any]) -> bool:
    """Everything that it is bound to is there, and of a sort that it may be bound to."""
    return all(
        one in objects and objects[one]["sort"] in NAMED_SORTS[name]
        for name in BINDING
        for one in named({name: props.get(name)})
    )


def wanted(then: dict[str, Any], now: dict[str, Any], ids: set[str]) -> dict[str, Any]:
    """What the board looks like with the chosen objects as they were: only ids, sorts, values."""
    chosen = ids
    while (more := bound_to(then, chosen) | bound_to(now, chosen)) != chosen:
        chosen = more
    after = {object_id: plain(one) for object_id, one in now.items() if object_id not in chosen}
    for object_id in chosen:
        if object_id in then:
            after[object_id] = plain(then[object_id])
    while True:
        broken = {i for i, one in after.items() if not holds(one["props"], after)}
        mended: dict[str, Any] = {}
        for object_id in broken & now.keys() & then.keys():
            one, kept = after[object_id], plain(now[object_id])
            if kept["sort"] == one["sort"] and kept != one:
                mended[object_id] = {
                    "sort": one["sort"],
                    "props": {
                        **one["props"],
                        **{n: kept["props"][n] for n in BINDING if n in kept["props"]},
                    },
                }
        if not broken:
            return after
        for object_id in broken:
            if object_id in mended and mended[object_id] != after[object_id]:
                after[object_id] = mended[object_id]
            else:
                del after[object_id]


def plain(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "sort": one["sort"],
        "props": {name: x for name, x in one["props"].items() if x is not None},
    }


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_BD62_BD81_restoring_chosen_objects_gives_what_one_would_put_there(seed: int) -> None:
    restored_as_wanted(random_board(seed), seed)


def restored_as_wanted(board: PlayedBoard, seed: int) -> None:
    views = views_of(board)
    dice = random.Random(seed)
    for _ in range(PAIRS):
        version = dice.randint(1, board.version - 1)
        then, now = views[version]["objects"], board.view()["objects"]
        known = sorted({*then, *now})
        ids = set(dice.sample(known, k=min(len(known), dice.randint(1, 3))))
        if not ids:
            continue
        command = {"type": "history.restore", "version": version, "ids": sorted(ids)}
        decision = cut(board, board.version).submit(OWNER, command)
        expected = wanted(then, now, ids)
        if not isinstance(decision, Accepted):
            assert decision.code == "nothing_changes"
            assert expected == {i: plain(one) for i, one in now.items()}
            continue
        played = cut(board, board.version)
        played.submit(OWNER, command)
        after = {i: plain(one) for i, one in played.view()["objects"].items()}
        assert after == expected
        # One step: undone, everything is as it was.
        played.do(OWNER, UNDO)
        back = {i: plain(one) for i, one in played.view()["objects"].items()}
        assert back == {i: plain(one) for i, one in now.items()}


def test_BD62_a_restore_that_forgot_what_is_bound_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or the test above would say little."""
    boards = [random_board(seed) for seed in range(30)]

    def alone(objects: Any, ids: Any) -> list[str]:
        return list(ids)

    def look_at_all() -> None:
        for seed, board in enumerate(boards):
            restored_as_wanted(board, seed)

    monkeypatch.setattr(board_history, "with_dependents", alone)
    with pytest.raises(AssertionError):
        look_at_all()


def test_BD80_the_random_histories_have_everything_in_them() -> None:
    """Or the two tests above would say little."""
    events: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for seed in range(HISTORIES):
        board = random_board(seed)
        for version in range(1, board.version + 1):
            events.update(event["type"] for event in board.entry(version)["events"])
        found = said(board, views_of(board), 1, board.version)
        rows.update(row["what"] for row in found["objects"])
        rows.update("moved" for row in found["objects"] if "moved" in row)
        rows.update("settings" for _ in found["settings"])
    for event in ("objects.added", "objects.set", "objects.deleted", "objects.put", "undone"):
        assert events[event] > 400, events
    for event in ("history.restored", "redone", "board.configured"):
        assert events[event] > 50, events
    assert min(rows[what] for what in ("added", "removed", "changed", "moved")) > 20, rows
    assert rows["settings"] > 20, rows
