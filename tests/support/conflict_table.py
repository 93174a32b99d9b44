"""What happens when two people act on one object from the same base: every pair of properties, four
verbs each, both orders, both policies. Written from SPEC BD16 to BD37 by reasoning, as data; no
rule is called here, so the table can be held against the rules, a room, or two browsers.

How a case is played:

1. The owner makes a board with `case.policy` and sends `preparation(case, id)`: who sends what. The
   preparations of `first` and `second` come from their own accounts, in the order given. Everything
   until here has been seen by both.
2. `first` sends `command(case, "first", id)`, `second` sends `command(case, "second", id)`, both
   made at the version that step 1 ended with, and they arrive in this order. (Online, from an
   outbox after a tunnel, across a reconnect: nothing changes.)
3. `case.expected` says how each ends, `told(case)` what the loser or the refused one is shown, and
   `final(case)` what the object holds at the end.

Both orders are in it because the verbs of first and second are exchanged, and so are the
properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Verb = Literal["edit", "move", "put", "delete", "undo"]
Policy = Literal["latest", "ask"]
Who = Literal["first", "second"]
Preparer = Literal["owner", "first", "second"]

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Expected:
    """How the two commands end: `accepted`, or the code of the rejection."""

    first: str
    second: str
    overrides: bool = False
    """The accepted second command overwrote or deleted what the first wrote; the event says so."""


@dataclass(frozen=True)
class Act:
    """One verb. `property`: what it writes or (undo) has written; None for delete."""

    verb: Verb
    property: str | None


@dataclass(frozen=True)
class Case:
    """One cell of the table."""

    sort: str
    policy: Policy
    first: Act
    second: Act

    @property
    def same(self) -> bool:
        """Whether both are about one and the same property."""
        return self.first.property is not None and self.first.property == self.second.property

    @property
    def expected(self) -> Expected:
        """The outcome that the table gives."""
        return TABLE[_as(self.first), _as(self.second), self.same, self.policy]


def _as(act: Act) -> Verb:
    """Putting an object that is there, or that was deleted unseen, is writing to it (BD54)."""
    if act.verb != "put":
        return act.verb
    return "move" if act.property == "at" else "edit"


_PHASES = tuple(f"o_thephase{n}" for n in range(5))
_TOKENS = tuple(f"o_thetoken{n}" for n in range(6))

COMPANIONS: dict[str, Any] = {
    "type": "objects.put",
    "objects": [
        *(
            {"id": one, "sort": "phase", "props": {"rank": "a", "duration": 1_000}}
            for one in _PHASES
        ),
        *({"id": one, "sort": "token", "props": {"at": [0, 0]}} for one in _TOKENS),
    ],
}
"""What the objects of the table refer to: there before any of them, and left alone."""

STOP = {"phase": _PHASES[0], "of": _TOKENS[0]}
"""Of the stop of the table, for good (BD49)."""
STOP_ID = "o_thephase0-thetoken0"

# What each property held at first, what each of the two made of it in the preparation (only where
# they are to undo that), and what each writes now.
# property: (original, first's earlier, second's earlier, first's new, second's new)
VALUES: dict[str, tuple[Any, ...]] = {
    "at": ([0, 0], [100, 100], [200, 200], [3_000, -3_000], [-4_000, 4_000]),
    "number": (1, 2, 3, 4, 5),
    "name": ("One", "Two", "Three", "Four", "Five"),
    "role": ("GK", "LB", "RB", "CM", "ST"),
    "side": ("home", "away", "neutral", "official", "away"),
    "fill": ("#000001", "#000002", "#000003", "#000004", "#000005"),
    "ink": ("#100001", "#100002", "#100003", "#100004", "#100005"),
    "trim": ("#200001", "#200002", "#200003", "#200004", "#200005"),
    "facing": (10, 20, 30, 40, 50),
    "scale": (100, 110, 120, 130, 140),
    "points": ([[1, 1]], [[2, 2]], [[3, 3]], [[4, 4], [5, 5]], [[6, 6], [7, 7], [8, 8]]),
    "size": ([1_000, 1_000], [2_000, 2_000], [3_000, 3_000], [4_000, 4_000], [5_000, 5_000]),
    "shape": ("rect", "ellipse", "polygon", "ellipse", "polygon"),
    "turn": (10, 20, 30, 40, 50),
    "stroke": ("solid", "dashed", "wavy", "dashed", "wavy"),
    "width": (100, 110, 120, 130, 140),
    "curve": (False, True, None, True, None),
    "head": ("end", "both", "bar", "both", "bar"),
    "opacity": (10, 20, 30, 40, 50),
    "text": ("one", "two", "three", "four", "five"),
    "layer": (1, 2, 3, 4, 5),
    "group": tuple(f"g_group00{n}" for n in range(5)),
    "phase": _PHASES,
    "captain": (False, True, None, True, None),
    "keeper": (False, True, None, True, None),
    "photo": tuple(f"data:image/png;base64,{n}AA=" for n in range(5)),
    "item": ("cone", "disc", "goal", "pole", "hoop"),
    "ends": tuple([one, two] for one, two in pairwise(_TOKENS)),
    "measure": (False, True, None, True, None),
    "pin": _TOKENS[:5],
    "done": (False, True, None, True, None),
    "rank": ("a", "b", "c", "d", "e"),
    "duration": (100, 200, 300, 400, 500),
    "easing": ("linear", "in", "out", "in_out", "in"),
    "notes": ("one", "two", "three", "four", "five"),
    "of": _TOKENS[:5],
    "carrier": _TOKENS[:5],
    "flight": ("ground", "lofted", None, "lofted", None),
    "sampled": (False, True, None, True, None),
}

_SHOWN = ("layer", "group", "phase")
_STROKE = ("ink", "stroke", "width")

PROPERTIES_OF: dict[str, tuple[str, ...]] = {
    "token": (
        *("at", "number", "name", "role", "side", "fill", "ink", "trim", "facing", "scale"),
        *("captain", "keeper", "photo"),
        *_SHOWN,
    ),
    "ball": ("at", "fill", "ink", "scale", "carrier", *_SHOWN),
    "line": ("at", "points", *_STROKE, "curve", "opacity", *_SHOWN),
    "arrow": ("at", "points", *_STROKE, "curve", "head", "opacity", *_SHOWN),
    "zone": ("at", "size", "shape", "points", "fill", *_STROKE, "turn", "opacity", *_SHOWN),
    "text": ("at", "text", "fill", "ink", "scale", "turn", "opacity", *_SHOWN),
    "equipment": ("at", "item", "fill", "ink", "scale", "turn", *_SHOWN),
    "link": ("ends", *_STROKE, "fill", "head", "measure", "opacity", *_SHOWN),
    "measure": ("at", "points", "ink", "width", *_SHOWN),
    "comment": ("at", "text", "pin", "done", "layer"),
    "phase": ("rank", "duration", "name", "notes", "easing"),
    "stop": ("at", "points", "curve", "sampled", "facing", "carrier", "flight"),
}
"""Every property of every sort, once more by hand; those in STOP apart."""

MERGED = Expected(ACCEPTED, ACCEPTED)
LOST = Expected(ACCEPTED, ACCEPTED, overrides=True)
ASKED = Expected(ACCEPTED, "conflict")
DELETED = Expected(ACCEPTED, "deleted")
CHANGED = Expected(ACCEPTED, "changed_since")
FIRST_CHANGED = Expected("changed_since", ACCEPTED)

TABLE: dict[tuple[Verb, Verb, bool, Policy], Expected] = {
    # (first, second, the same property, policy)
    # Different properties merge, whatever the policy (BD16).
    ("edit", "edit", False, "latest"): MERGED,
    ("edit", "edit", False, "ask"): MERGED,
    ("edit", "move", False, "latest"): MERGED,
    ("edit", "move", False, "ask"): MERGED,
    ("move", "edit", False, "latest"): MERGED,
    ("move", "edit", False, "ask"): MERGED,
    # The same property: the later one is stale (BD20): told under `latest` (BD22), asked under
    # `ask` (BD23). Edits of `at` are moves, so an edit and a move never meet in one property.
    ("edit", "edit", True, "latest"): LOST,
    ("edit", "edit", True, "ask"): ASKED,
    ("move", "move", True, "latest"): LOST,
    ("move", "move", True, "ask"): ASKED,
    # Whoever deletes what somebody has just changed has not seen the change (BD24).
    ("edit", "delete", False, "latest"): LOST,
    ("edit", "delete", False, "ask"): ASKED,
    ("move", "delete", False, "latest"): LOST,
    ("move", "delete", False, "ask"): ASKED,
    ("undo", "delete", False, "latest"): LOST,
    ("undo", "delete", False, "ask"): ASKED,
    # What is deleted is not edited (BD17), nor deleted again (BD18), nor undone (BD35).
    ("delete", "edit", False, "latest"): DELETED,
    ("delete", "edit", False, "ask"): DELETED,
    ("delete", "move", False, "latest"): DELETED,
    ("delete", "move", False, "ask"): DELETED,
    ("delete", "delete", False, "latest"): DELETED,
    ("delete", "delete", False, "ask"): DELETED,
    ("delete", "undo", False, "latest"): CHANGED,
    ("delete", "undo", False, "ask"): CHANGED,
    # An undo is spared where the other has written something else, and refused where the same
    # (BD35); the policy has no say in it (BD37).
    ("edit", "undo", False, "latest"): MERGED,
    ("edit", "undo", False, "ask"): MERGED,
    ("edit", "undo", True, "latest"): CHANGED,
    ("edit", "undo", True, "ask"): CHANGED,
    ("move", "undo", False, "latest"): MERGED,
    ("move", "undo", False, "ask"): MERGED,
    ("move", "undo", True, "latest"): CHANGED,
    ("move", "undo", True, "ask"): CHANGED,
    # An undo is a write like any other to those who come after it (BD34, BD20).
    ("undo", "edit", False, "latest"): MERGED,
    ("undo", "edit", False, "ask"): MERGED,
    ("undo", "edit", True, "latest"): LOST,
    ("undo", "edit", True, "ask"): ASKED,
    ("undo", "move", False, "latest"): MERGED,
    ("undo", "move", False, "ask"): MERGED,
    ("undo", "move", True, "latest"): LOST,
    ("undo", "move", True, "ask"): ASKED,
    # Both undo. The same property: in the preparation the second wrote over the first's value, so
    # the first may not take that away (BD35), and the second may take back its own.
    ("undo", "undo", False, "latest"): MERGED,
    ("undo", "undo", False, "ask"): MERGED,
    ("undo", "undo", True, "latest"): FIRST_CHANGED,
    ("undo", "undo", True, "ask"): FIRST_CHANGED,
}


def value(sort: str, name: str, column: int) -> Any:
    """What a property of an object of that sort holds, or is to hold."""
    if sort == "measure" and name == "points":
        return [[column, 1], [column, 2]]  # BD53
    return VALUES[name][column]


def _acts(sort: str, *, puts: bool) -> Iterator[Act]:
    for name in PROPERTIES_OF[sort]:
        yield Act("move", name) if name == "at" else Act("edit", name)
        if puts:
            yield Act("put", name)
        yield Act("undo", name)
    yield Act("delete", None)


def cases(sort: str, *, puts: bool = False) -> Iterator[Case]:
    """Every cell of the table for one sort of object, with `objects.put` among the verbs or not."""
    for policy in ("latest", "ask"):
        for first in _acts(sort, puts=puts):
            for second in _acts(sort, puts=puts):
                yield Case(sort, policy, first, second)


def added(case: Case, object_id: str) -> dict[str, Any]:
    """The object before anything happened to it: every property has its original value."""
    props = {name: value(case.sort, name, 0) for name in PROPERTIES_OF[case.sort]}
    if case.sort == "stop":
        props |= STOP
    return {"id": object_id, "sort": case.sort, "props": props}


def preparation(case: Case, object_id: str) -> list[tuple[Preparer, dict[str, Any]]]:
    """Who sends what before both act: the object, and what is to be undone."""
    steps: list[tuple[Preparer, dict[str, Any]]] = [
        ("owner", {"type": "objects.add", "objects": [added(case, object_id)]})
    ]
    if case.first.verb == "undo":
        steps.append(("first", _set(case, object_id, case.first.property, 1)))
    if case.second.verb == "undo":
        steps.append(("second", _set(case, object_id, case.second.property, 2)))
    return steps


def command(case: Case, who: Who, object_id: str) -> dict[str, Any]:
    """What one of the two sends."""
    act = case.first if who == "first" else case.second
    if act.verb == "undo":
        return {"type": "undo"}
    if act.verb == "delete":
        return {"type": "objects.delete", "ids": [object_id]}
    column = 3 if who == "first" else 4
    if act.verb == "put":
        assert act.property is not None
        props = {act.property: value(case.sort, act.property, column)}
        put = {"id": object_id, "sort": case.sort, "props": props}
        return {"type": "objects.put", "objects": [put]}
    return _set(case, object_id, act.property, column)


def _set(case: Case, object_id: str, name: str | None, column: int) -> dict[str, Any]:
    assert name is not None
    change = {"id": object_id, "set": {name: value(case.sort, name, column)}}
    return {"type": "objects.set", "changes": [change]}


def _before(case: Case) -> dict[str, Any]:
    """What the object holds when both act."""
    values = {name: value(case.sort, name, 0) for name in PROPERTIES_OF[case.sort]}
    if case.sort == "stop":
        values |= STOP
    for act, column in ((case.first, 1), (case.second, 2)):
        if act.verb == "undo" and act.property is not None:
            values[act.property] = value(case.sort, act.property, column)
    return values


def _writes(case: Case, who: Who) -> Any:
    """The value that an accepted act of one of the two puts there."""
    act, column = (case.first, 3) if who == "first" else (case.second, 4)
    assert act.property is not None
    if act.verb != "undo":
        return value(case.sort, act.property, column)
    both_undo = case.same and case.first.verb == case.second.verb
    # the second takes back its own value, under which lies the first's
    return value(case.sort, act.property, 1 if both_undo and who == "second" else 0)


def final(case: Case) -> dict[str, Any] | None:
    """What the object holds at the end; None: it is gone."""
    values = _before(case)
    order: tuple[tuple[Who, Act, str], ...] = (
        ("first", case.first, case.expected.first),
        ("second", case.second, case.expected.second),
    )
    for who, act, code in order:
        if code == ACCEPTED:
            if act.property is None:
                return None
            values[act.property] = _writes(case, who)
    return values


@dataclass(frozen=True)
class Told:
    """What the people are shown about the collision: which property, the first's value in it and,
    where the second was asked, the second's."""

    property: str
    theirs: Any
    mine: Any
    delete: bool


def told(case: Case) -> Told | None:
    """What `overrode` (accepted) or `conflicts` (asked) lists; None: there is nothing to tell."""
    if not case.expected.overrides and case.expected.second != "conflict":
        return None
    assert case.first.property is not None
    delete = case.second.verb == "delete"
    mine = None if delete else _writes(case, "second")
    return Told(case.first.property, _writes(case, "first"), mine, delete)
