"""A member's model of a board, written from SPEC BD40 to BD43 alone: entries in, view out. It knows
nothing of the rules, so it proves that the events say all that a client needs."""

from __future__ import annotations

from typing import Any

UNDO_STEPS_MAX = 100
STEPS = {
    "objects.added",
    "objects.set",
    "objects.deleted",
    "conflict.resolved",
    "history.restored",
    "objects.put",
}
SETTINGS_DEFAULTS = {
    "part": "full",
    "portrait": False,
    "stripes": True,
    "zones": "none",
    "units": "auto",
}
PLAYBACK_DEFAULTS = {"speed": 100, "loop": False, "from_ms": None, "to_ms": None}
SHARED = {"layer.locked", "version.named", "playback.set", "playback.stopped", "presenting"}
"""What is neither about objects nor a step."""


def apply_entry(view: dict[str, Any], entry: dict[str, Any]) -> None:
    """Brings the view forward by one entry."""
    for event in entry["events"]:
        _apply(view, event, entry["v"], entry["by"], entry["at"])


def _share(view: dict[str, Any], event: dict[str, Any], v: int, by: str, at: int) -> None:
    """BD61."""
    match event["type"]:
        case "layer.locked":
            view["layers"].pop(event["layer"], None)
            if event["on"]:
                view["layers"][event["layer"]] = by
        case "version.named":
            view["names"].pop(str(event["version"]), None)
            if event.get("name") is not None:
                view["names"][str(event["version"])] = {"name": event["name"], "by": by, "at": at}
        case "playback.set":
            said = {k: x for k, x in event.items() if k != "type"}
            view["playback"] = {**PLAYBACK_DEFAULTS, **said, "by": by}
        case "playback.stopped":
            view["playback"] = None
        case _:
            view["presenter"] = by if event["on"] else None


def _apply(view: dict[str, Any], event: dict[str, Any], v: int, by: str, at: int) -> None:
    kind = event["type"]
    objects = view["objects"]
    if kind == "objects.locked":
        for object_id in event["ids"]:
            if event["on"]:
                objects[object_id]["locked"] = by
            else:
                objects[object_id].pop("locked", None)
        return
    if kind == "board.locked":
        view["locked"] = by if event["on"] else None
        return
    if kind == "board.configured":
        origin = view["settings"]["origin"]
        view["settings"] = {
            **SETTINGS_DEFAULTS,
            **{k: x for k, x in event.items() if k != "type"},
            "origin": origin,
        }
        return
    if kind in SHARED:
        _share(view, event, v, by, at)
        return
    for account in event.get("forgot", []):
        del view["undo"][account]
    for object_id in event.get("deleted", event.get("ids", [])):
        del objects[object_id]
    for record in event.get("added", []):
        objects[record["id"]] = {k: x for k, x in record.items() if k != "id"}
    for new in event.get("objects", []):
        objects[new["id"]] = {
            "sort": new["sort"],
            "props": dict(new["props"]),
            "v": dict.fromkeys(new["props"], v),
            "by": dict.fromkeys(new["props"], by),
        }
    for change in event.get("changes", []):
        target = objects[change["id"]]
        for name, value in change["set"].items():
            target["props"][name] = value
            target["v"][name] = v
            target["by"][name] = by
    _count(view, event, by)


def _count(view: dict[str, Any], event: dict[str, Any], by: str) -> None:
    if event["type"] in STEPS:
        if event.get("step", True):
            undoable, _ = view["undo"].get(by, [0, 0])
            view["undo"][by] = [min(UNDO_STEPS_MAX, undoable + 1), 0]
        return
    by_one = 1 if event["type"] == "redone" else -1
    undoable, redoable = view["undo"][by]
    view["undo"][by] = [undoable + by_one, redoable - by_one]
