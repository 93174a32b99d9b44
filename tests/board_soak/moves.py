"""What somebody tries next on a board: every command that there is, likely or not to be accepted,
chosen from what one sees. Knows views and dice only; nothing of members, sockets or rules.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from loadtest.boards import object_id
from protocol.board import LAYERS, stop_id

CROWDED = 90
"""Objects from which on people delete more than they add."""
PHASES_MAX = 6
LOADED = (3, 15)
"""Objects of one loaded document."""
COLOURS = ("#ffffff", "#e11d48", "#0ea5e9", None)
MOVERS = frozenset({"token", "ball", "equipment"})
TOKENS, PHASES = frozenset({"token"}), frozenset({"phase"})
NEW_SORTS = (
    *("token", "token", "ball", "equipment", "line", "arrow"),
    *("zone", "text", "measure", "link", "comment", "comment"),
)
PINNED = MOVERS | {"line", "arrow", "zone", "text", "measure", "comment"}

View = dict[str, Any]
Command = dict[str, Any]


class Moves:
    """One person's ideas. The same dice and the same views give the same ideas."""

    def __init__(self, dice: random.Random, account: str, *, owner: bool = False) -> None:
        self.dice, self.account, self.owner = dice, account, owner
        self.conflicts: list[dict[str, Any]] = []
        """Of the latest refusal that asked for a choice; the next idea answers it."""
        self.dead: list[tuple[str, str]] = []
        """(id, sort) of what was once there, to be put again."""
        self.own: list[int] = []
        """The latest entries that one has made."""
        self.version = 0
        self._undid = False
        self._acts: list[Callable[[View], Command | None]] = []
        for act, often in (
            (self._add, 10),
            (self._set, 26),
            (self._delete, 5),
            (self._put, 12),
            (self._again, 16),
            (self._undo_of, 3),
            (self._restore, 3),
            (self._lock, 4),
            (self._layer_lock, 2),
            (self._board_lock, 1),
            (self._load, 1),
            (self._name, 2),
            (self._playback, 3),
            (self._present, 2),
            (self._chat, 2),
            (self._configure, 6 if owner else 1),
        ):
            self._acts += [act] * often

    def next(self, view: View, version: int) -> Command:
        """The next idea, on a board that looks so at that version."""
        self.version = version
        if self.conflicts:
            return self._resolve()
        if self._undid and self.dice.random() < 0.4:
            return self._again(view)
        self._undid = False
        freed = self._free(view)
        if freed is not None:
            return freed
        if len(view["objects"]) > CROWDED and self.dice.random() < 0.3:
            return self._delete(view)
        while True:
            command = self.dice.choice(self._acts)(view)
            if command is not None:
                return command

    # ------------------------------------------------------------------ objects

    def _place(self) -> list[int]:
        return [self.dice.randrange(-40, 41) * 1_000, self.dice.randrange(-25, 26) * 1_000]

    def _some(self, view: View, sorts: frozenset[str] | None = None, k: int = 1) -> list[str]:
        """Up to k ids of these sorts; the latest are chosen most, so that people meet."""
        known = [i for i, one in view["objects"].items() if sorts is None or one["sort"] in sorts]
        if len(known) > 5 and self.dice.random() < 0.75:
            known = known[-5:]
        return self.dice.sample(known, k=min(k, len(known)))

    def _naming(self, name: str, view: View, sorts: frozenset[str]) -> dict[str, Any]:
        """A property that names one of these, if there is one."""
        found = self._some(view, sorts)
        return {name: found[0]} if found else {}

    def _new(self, view: View) -> dict[str, Any] | None:
        """An object of any sort but phases and stops."""
        dice = self.dice
        sort = dice.choice(NEW_SORTS)
        props: dict[str, Any] = {"at": self._place()}
        match sort:
            case "token":
                props |= {"number": dice.randrange(99), "side": dice.choice(("home", "away"))}
            case "ball":
                props |= self._naming("carrier", view, TOKENS)
            case "equipment":
                props["item"] = dice.choice(("cone", "pole", "goal"))
            case "line" | "arrow":
                props["points"] = [self._place() for _ in range(dice.randint(1, 6))]
            case "measure":
                props["points"] = [[0, 0], self._place()]
            case "zone":
                props["size"] = [dice.randint(1, 20) * 1_000, 9_000]
            case "text":
                props["text"] = f"T{dice.randrange(99)}"
            case "comment":
                props["text"] = "Why?"
                props |= self._naming("pin", view, PINNED)
            case _:
                props = {"ends": self._some(view, MOVERS, dice.randint(2, 4))}
                if len(props["ends"]) < 2:
                    return None
        if sort != "comment" and dice.random() < 0.15:
            props |= self._naming("phase", view, PHASES)
        return {"id": object_id(dice), "sort": sort, "props": props}

    def _add(self, view: View) -> Command | None:
        found = [self._new(view) for _ in range(self.dice.choice((1, 1, 2, 4)))]
        objects = [one for one in found if one is not None]
        return {"type": "objects.add", "objects": objects} if objects else None

    def _values(self, view: View, sort: str) -> dict[str, Any]:
        """New values of an object, mostly of properties that it has."""
        dice = self.dice
        if sort == "phase":
            return {dice.choice(("duration", "duration")): dice.randint(5, 50) * 100}
        if sort == "link":
            return {"ink": dice.choice(COLOURS), "measure": dice.random() < 0.5}
        if sort == "ball" and dice.random() < 0.3:
            return {"carrier": next(iter(self._some(view, TOKENS)), None)}
        values: dict[str, Any] = {"at": self._place()}
        if sort == "token" and dice.random() < 0.5:
            values = {"number": dice.randrange(99), "name": dice.choice(("Ada", "Bo", None))}
        elif sort != "stop" and dice.random() < 0.3:
            values["layer"] = dice.randrange(3)
        elif sort in {"line", "arrow"} and dice.random() < 0.3:
            values = {"points": [self._place() for _ in range(dice.randint(1, 6))]}
        elif dice.random() < 0.03:
            values["rank"] = "a"  # most sorts have no such property
        return values

    def _set(self, view: View) -> Command | None:
        chosen = self._some(view, k=self.dice.choice((1, 1, 1, 3)))
        changes = [
            {"id": one, "set": self._values(view, view["objects"][one]["sort"])} for one in chosen
        ]
        return {"type": "objects.set", "changes": changes} if changes else None

    def _delete(self, view: View) -> Command:
        ids = self._some(view, k=self.dice.choice((1, 1, 2, 4))) or [object_id(self.dice)]
        self.dead += [(i, view["objects"][i]["sort"]) for i in ids if i in view["objects"]]
        del self.dead[:-20]
        return {"type": "objects.delete", "ids": ids}

    def _put(self, view: View) -> Command | None:
        """A phase, a stop, or what is there or was once."""
        dice = self.dice
        phases = [i for i, one in view["objects"].items() if one["sort"] == "phase"]
        if len(phases) < PHASES_MAX and dice.random() < 0.2:
            props = {"rank": dice.choice("abcdef"), "duration": dice.randint(5, 50) * 100}
            return _putting({"id": object_id(dice), "sort": "phase", "props": props})
        if self.dead and dice.random() < 0.2:
            id_, sort = dice.choice(self.dead)
            if sort in {"token", "ball", "text"}:
                more = {"text": "back"} if sort == "text" else {}
                return _putting({"id": id_, "sort": sort, "props": {"at": self._place(), **more}})
        movers = self._some(view, MOVERS, 3)
        if not phases or not movers:
            return None
        phase = dice.choice(phases)
        return _putting(*(self._stop(phase, of, view) for of in movers))

    def _stop(self, phase: str, of: str, view: View) -> dict[str, Any]:
        props: dict[str, Any] = {"phase": phase, "of": of, "at": self._place()}
        if self.dice.random() < 0.3:
            props |= {"points": [self._place()], "curve": True}
        if view["objects"][of]["sort"] == "ball":
            props |= self._naming("carrier", view, TOKENS)
        return {"id": stop_id(phase, of), "sort": "stop", "props": props}

    def _load(self, view: View) -> Command | None:
        found = [self._new(view) for _ in range(self.dice.randint(*LOADED))]
        objects = [one for one in found if one is not None]
        return {"type": "board.load", "objects": objects} if objects else None

    # ------------------------------------------------------------------ history

    def _again(self, view: View) -> Command:
        """Redo mostly after an undo: whatever else one does ends what could be redone."""
        redo = self.dice.random() < (0.5 if self._undid else 0.1)
        self._undid = not redo
        return {"type": "redo" if redo else "undo"}

    def _undo_of(self, view: View) -> Command:
        """Something of before; mostly of one's own, for others' steps are never there."""
        if self.own and self.dice.random() < 0.8:
            return {"type": "undo", "of": self.dice.choice(self.own[-12:])}
        return {"type": "undo", "of": max(1, self.version - self.dice.randrange(60))}

    def _restore(self, view: View) -> Command:
        back = self.dice.choice((5, 50, 500))
        said: Command = {
            "type": "history.restore",
            "version": max(1, self.version - self.dice.randint(1, back)),
        }
        if self.dice.random() < 0.7:
            chosen = self._some(view, k=3) + [i for i, _ in self.dead[-1:]]
            said["ids"] = list(dict.fromkeys(chosen)) or [object_id(self.dice)]
        return said

    def _name(self, view: View) -> Command:
        name = self.dice.choice(("Kick-off", "Half-time", None))
        return {"type": "version.name", "version": self.dice.randint(1, 50), "name": name}

    def _resolve(self) -> Command:
        """Answers every conflict of the refusal, each somehow."""
        asked, self.conflicts = self.conflicts, []
        choices: list[dict[str, Any]] = []
        whole: dict[str, int] = {}
        for one in asked:
            if one.get("delete"):
                whole[one["id"]] = max(whole.get(one["id"], 0), one["version"])
                continue
            said = {"id": one["id"], "property": one["property"], "theirs": one["version"]}
            if one["mine"] is None or self.dice.random() < 0.4:
                choices.append({**said, "choice": "theirs"})
            else:
                values = {one["property"]: one["mine"]}
                choices.append({**said, "choice": "mine", "set": values})
        for id_, version in whole.items():
            decided = self.dice.choice(("mine", "theirs"))
            choices.append({"id": id_, "property": "*", "choice": decided, "theirs": version})
        return {"type": "conflict.resolve", "choices": choices}

    # ------------------------------------------------------------------ locks, and all together

    def _free(self, view: View) -> Command | None:
        """Locks are for a moment: whoever can open one mostly does."""
        if self.dice.random() > 0.3:
            return None
        mine = self.account if not self.owner else None
        if view["locked"] is not None and mine in (None, view["locked"]):
            return {"type": "board.lock", "on": False}
        for layer, by in view["layers"].items():
            if mine in (None, by):
                return {"type": "layer.lock", "layer": layer, "on": False}
        locked = [i for i, one in view["objects"].items() if mine in (None, one.get("locked"))]
        locked = [i for i in locked if view["objects"][i].get("locked") is not None]
        if locked and self.dice.random() < 0.3:
            return {"type": "objects.lock", "ids": locked[:20], "on": False}
        return None

    def _lock(self, view: View) -> Command | None:
        ids = self._some(view, k=2)
        on = self.dice.random() < 0.5
        return {"type": "objects.lock", "ids": ids, "on": on} if ids else None

    def _layer_lock(self, view: View) -> Command:
        on = self.dice.random() < 0.4
        return {"type": "layer.lock", "layer": self.dice.choice(list(LAYERS)), "on": on}

    def _board_lock(self, view: View) -> Command:
        return {"type": "board.lock", "on": self.dice.random() < 0.2}

    def _configure(self, view: View) -> Command:
        values: Sequence[dict[str, Any]] = (
            {"conflicts": "ask"},
            {"conflicts": "ask"},
            {"conflicts": "latest"},
            {"zones": self.dice.choice(("none", "thirds", "lanes"))},
            {"portrait": self.dice.random() < 0.5},
            {"length_mm": self.dice.randint(95, 110) * 1_000},
        )
        return {"type": "board.configure", **self.dice.choice(values)}

    def _playback(self, view: View) -> Command:
        if self.dice.random() < 0.3:
            return {"type": "playback.stop"}
        said: Command = {"type": "playback.set", "at_ms": self.dice.randrange(5_000)}
        return {**said, "playing": self.dice.random() < 0.7, "loop": self.dice.random() < 0.3}

    def _present(self, view: View) -> Command:
        return {"type": "present", "on": self.dice.random() < 0.6}

    def _chat(self, view: View) -> Command:
        return {"type": "chat.say", "text": f"Version {self.version}, and what now?"}


def _putting(*objects: dict[str, Any]) -> Command:
    return {"type": "objects.put", "objects": list(objects)}
