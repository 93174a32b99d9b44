"""Whether anybody's undo touched another's work, found out from the entries of a log alone.

Written from SPEC BD32 to BD36 and BD40, without the rules: a ledger keeps for every value the step
that put it there, and for every step what was there before. An undo (or redo) must say exactly what
its step did, backwards; everything that it takes must be what that very step left; and nobody but
the author of a step takes it. Every deviation is a sentence.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BINDING = ("phase", "of", "pin")


@dataclass(slots=True)
class Held:
    """An object of the ledger."""

    sort: str
    props: dict[str, Any]
    steps: dict[str, int]
    """By property, the entry whose work the value is: what an undo brings back is again the work of
    whoever had done it."""


class SetBack(NamedTuple):
    """A value that a step replaced."""

    id: str
    name: str
    before: Any
    before_step: int
    after_step: int


@dataclass(slots=True)
class Done:
    """What a step did, as it is to be taken back."""

    by: str
    sets: list[SetBack] = field(default_factory=list[SetBack])
    added: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """Ids that came, with whose work each value is."""
    removed: dict[str, Held] = field(default_factory=dict[str, Held])
    undone: bool = False


class Audit:
    """Takes the entries of a board one after the other."""

    def __init__(self) -> None:
        self.objects: dict[str, Held] = {}
        self.steps: dict[int, Done] = {}
        self.faults: list[str] = []
        self.seen: Counter[str] = Counter()
        self.authors: dict[int, str] = {}

    def take(self, entry: dict[str, Any]) -> None:
        """The next entry, as members get it."""
        self.authors[entry["v"]] = entry["by"]
        for event in entry.get("events", ()):
            if event["type"] in {"undone", "redone"}:
                self._reverse(entry, event)
            else:
                self._forward(entry, event)

    # ------------------------------------------------------------------ what people do

    def _forward(self, entry: dict[str, Any], event: dict[str, Any]) -> None:
        if event["type"] in {"objects.locked", "board.configured"}:
            return
        version: int = entry["v"]
        done = Done(entry["by"])
        ids = event["ids"] if event["type"] == "objects.deleted" else event.get("deleted", ())
        for id_ in ids:
            done.removed[id_] = self.objects.pop(id_)
        for new in event.get("objects", ()):
            steps: dict[str, int] = dict.fromkeys(new["props"], version)
            self.objects[new["id"]] = Held(new["sort"], dict(new["props"]), steps)
            done.added[new["id"]] = dict(steps)
        for id_, name, value in _written(event):
            held = self.objects[id_]
            before = held.props.get(name), held.steps.get(name, 0)
            done.sets.append(SetBack(id_, name, *before, version))
            held.props[name], held.steps[name] = value, version
        if done.sets or done.added or done.removed:
            self.steps[version] = done

    # ------------------------------------------------------------------ what they take back

    def _reverse(self, entry: dict[str, Any], event: dict[str, Any]) -> None:
        what = f"version {entry['v']}, {event['type']} of {event['of']}"
        done = self.steps.get(event["of"])
        if done is None:
            self.faults.append(f"{what}: that entry was no step")
            return
        before = len(self.faults)
        self.seen[event["type"]] += 1
        if done.by != entry["by"]:
            self.faults.append(f"{what}: by {entry['by']}, the step is {done.by}'s")
        if done.undone != (event["type"] == "redone"):
            self.faults.append(f"{what}: the step was not there to be taken")
        self._compare(what, event, done)
        self._untouched(what, entry["by"], done)
        back = self._apply(event, done)
        self._nothing_loose(what, back)
        if len(self.faults) == before:
            self.seen["in order"] += 1
        self.steps[event["of"]] = back

    def _compare(self, what: str, event: dict[str, Any], done: Done) -> None:
        """The event says what the step did, backwards: no more and no less."""
        said = {(id_, name): value for id_, name, value in _written(event)}
        if said != {(one.id, one.name): one.before for one in done.sets}:
            self.faults.append(f"{what}: other values than the step had replaced")
        if set(event.get("deleted", ())) != set(done.added):
            self.faults.append(f"{what}: takes other objects away than the step had added")
        came = {one["id"]: (one["sort"], one["props"]) for one in event.get("added", ())}
        if came != {id_: (held.sort, held.props) for id_, held in done.removed.items()}:
            self.faults.append(f"{what}: brings other objects back than the step had deleted")

    def _untouched(self, what: str, by: str, done: Done) -> None:
        """All that it takes is still as the step left it, and hence nobody else's work."""
        for one in done.sets:
            held = self.objects.get(one.id)
            owner = 0 if held is None else held.steps.get(one.name, 0)
            if owner != one.after_step:
                whose = self.authors.get(owner, "nobody")
                self.faults.append(
                    f"{what}: {one.id} {one.name} was the work of {owner} ({whose}), not {by}'s"
                )
        for id_, steps in done.added.items():
            held = self.objects.get(id_)
            if held is None or _works(held.steps) != _works(steps):
                self.faults.append(f"{what}: {id_} had been written to since, and is taken away")
        for id_ in done.removed:
            if id_ in self.objects and id_ not in done.added:
                self.faults.append(f"{what}: {id_} is there, and is put over it")

    def _apply(self, event: dict[str, Any], done: Done) -> Done:
        """Does it, and gives what takes it back again."""
        back = Done(done.by, undone=not done.undone)
        for id_ in done.added:
            gone = self.objects.pop(id_, None)
            if gone is not None:
                back.removed[id_] = gone
        for id_, held in done.removed.items():
            self.objects[id_] = copy.deepcopy(held)
            back.added[id_] = dict(held.steps)
        for one in done.sets:
            held = self.objects.get(one.id)
            if held is None:
                continue
            present = held.props.get(one.name)
            back.sets.append(SetBack(one.id, one.name, present, one.after_step, one.before_step))
            held.props[one.name], held.steps[one.name] = one.before, one.before_step
        return back

    def _nothing_loose(self, what: str, back: Done) -> None:
        """Nothing that is left is bound to what went, nor what came to what is not there."""
        if not (back.removed or back.added or back.sets):
            return
        for id_, held in self.objects.items():
            named = [held.props.get(name) for name in BINDING] + list(held.props.get("ends") or ())
            missing = [one for one in named if one is not None and one not in self.objects]
            if missing:
                self.faults.append(f"{what}: {id_} is left bound to {missing[0]}, which is gone")


def _works(steps: dict[str, int]) -> dict[str, int]:
    """Without what was written and taken back, which is nobody's work."""
    return {name: step for name, step in steps.items() if step}


def _written(event: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [
        (change["id"], name, value)
        for change in event.get("changes", ())
        for name, value in change["set"].items()
    ]
