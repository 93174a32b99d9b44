"""Commands of libraries, as a client sends them, and contents that are good."""

from __future__ import annotations

import json
from typing import Any

SLOTS = [{"x": -930, "y": 0, "number": 1, "role": "GK"}, {"x": -70, "y": 0, "number": 9}]
FORMATION = json.dumps({"slots": SLOTS})
BOARD: dict[str, Any] = {
    "format": "touchline.board",
    "version": 1,
    "name": "Corner",
    "settings": {"sport": "soccer"},
    "objects": [{"id": "o_00000001", "sort": "token", "props": {"at": [100, 200], "number": 9}}],
}
DOCUMENT = json.dumps(BOARD)


def item_id(number: int) -> str:
    """The id of the n-th item of a test."""
    return f"i_{number:08d}"


def add_item(number: int, sort: str = "formation", **props: Any) -> dict[str, Any]:
    """An item to add; a formation of two unless said otherwise."""
    content = FORMATION if sort == "formation" else DOCUMENT
    given = {"name": f"Item {number}", "content": content, **props}
    return {"type": "item.add", "id": item_id(number), "sort": sort, "props": given}


def set_item(number: int, **props: Any) -> dict[str, Any]:
    """New values of one item."""
    return {"type": "item.set", "id": item_id(number), "set": props}


def delete_item(number: int) -> dict[str, Any]:
    """An item to take away."""
    return {"type": "item.delete", "id": item_id(number)}


def restore_item(number: int, version: int) -> dict[str, Any]:
    """An item to be what it was."""
    return {"type": "item.restore", "id": item_id(number), "version": version}


def rename_folder(folder: str, to: str | None) -> dict[str, Any]:
    """A folder to move."""
    return {"type": "folder.rename", "folder": folder, "to": to}
