"""Which properties of an object name another one, and what follows from that: whom they may name,
what goes when it goes, and what must not be left behind. Pure; SPEC: BD48 to BD52.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from protocol.board import SORTS, Sort
from server.rules.board_state import Board, BoardObject
from server.rules.kind import Rejected

_THINGS: Final[frozenset[Sort]] = frozenset({"token", "ball", "equipment"})

REFERENCES: Final[Mapping[str, frozenset[Sort]]] = {
    "ends": _THINGS,
    "of": _THINGS,
    "carrier": frozenset({"token"}),
    "phase": frozenset({"phase"}),
    "pin": frozenset(
        {"token", "ball", "equipment", "line", "arrow", "zone", "text", "measure", "comment"}
    ),
}
"""BD48: property to the sorts that it may name."""

REFERRING: Final[Mapping[str, tuple[str, ...]]] = {
    sort: tuple(name for name in REFERENCES if name in (*rules.required, *rules.optional))
    for sort, rules in SORTS.items()
}
"""Sort to those of its properties that name an object."""

NOTHING_ARRIVES: Final[Mapping[str, str]] = {}

BINDING: Final = ("phase", "of", "ends", "pin")
"""BD50: an object goes with what these name. A ball without its carrier lies where it is."""

FIXED: Final = frozenset({"phase", "of"})
"""BD49: of a stop they never change: its id is made of them."""


def named_by(value: Any) -> tuple[str, ...]:
    """The ids in a value of one of REFERENCES."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def bad_reference(
    state: Board, object_id: str, name: str, value: Any, arriving: Mapping[str, str]
) -> Rejected | None:
    """BD48: why the value may not be written; `arriving`: id to sort of what the same command
    adds."""
    named_ids = named_by(value)
    if len(set(named_ids)) < len(named_ids):
        return Rejected("bad_property", {"id": object_id, "property": name, "why": "repeated"})
    for named in named_ids:
        target = state.objects.get(named)
        sort = arriving.get(named) if target is None else target.sort
        if sort in REFERENCES[name] and named != object_id:
            continue
        detail: dict[str, Any] = {
            "id": object_id,
            "property": name,
            "why": "reference",
            "to": named,
        }
        grave = state.graves.get(named)
        if sort is None and grave is not None:
            detail |= {"by": grave[1], "version": grave[0]}
        return Rejected("bad_property", detail)
    return None


def bindings(target: BoardObject, written: Mapping[str, Any] = NOTHING_ARRIVES) -> Iterator[str]:
    """Ids without which the object would not be, once it has what is `written` to it."""
    props = {**target.props, **written} if written else target.props
    for name in BINDING:
        value = props.get(name)
        if value is not None:
            yield from named_by(value)


def unmet(
    values: Mapping[str, Any], sort_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    """BD51: (property, id) of each binding among the values that nothing would answer; `sort_of`:
    the sort of what would be there, None where nothing would."""
    for name in BINDING:
        for named in named_by(values.get(name)):
            if sort_of(named) not in REFERENCES[name]:
                yield name, named


def with_dependents(objects: Mapping[str, BoardObject], ids: Iterable[str]) -> list[str]:
    """BD50: the ids, after them what is bound to one of them in the order of the board, after that
    what is bound to those, and so on."""
    found = dict.fromkeys(ids)
    bound = [(i, tuple(bindings(o))) for i, o in objects.items() if i not in found]
    bound = [one for one in bound if one[1]]
    grew = bool(found)
    while grew:
        grew = False
        left: list[tuple[str, tuple[str, ...]]] = []
        for one in bound:
            if any(named in found for named in one[1]):
                found[one[0]] = None
                grew = True
            else:
                left.append(one)
        bound = left
    return list(found)


def left_behind(
    state: Board, removed: Collection[str], written: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """BD51: objects that would stay although what they are bound to goes; `written`: by id, values
    that come with the same step, which may bind them to something else."""
    if not removed:
        return []
    return [
        object_id
        for object_id, target in state.objects.items()
        if object_id not in removed
        and any(named in removed for named in bindings(target, written.get(object_id, {})))
    ]
