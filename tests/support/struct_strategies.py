"""Hypothesis strategies for msgspec types: any value that decodes, with its bounds, its patterns
and its absent fields. For laws that must hold for whatever can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

import msgspec
from hypothesis import strategies as st
from msgspec import NODEFAULT, inspect

Pools = Mapping[str, Sequence[Any]]
"""Values to draw from instead, by the pattern of a string or the name of a field: so that commands
meet objects and members that exist."""


def values_of(union: Any, pools: Pools | None = None) -> st.SearchStrategy[Any]:
    """Any value of a msgspec type, as plain data that decodes to it."""
    return _any_of(inspect.type_info(union), pools or {})


def decoded(union: Any, pools: Pools | None = None) -> st.SearchStrategy[Any]:
    """Any value of a msgspec type, decoded."""
    return values_of(union, pools).map(lambda plain: msgspec.convert(plain, union))


def _any_of(info: inspect.Type, pools: Pools) -> st.SearchStrategy[Any]:
    match info:
        case inspect.Metadata(type=inner):
            return _any_of(inner, pools)
        case inspect.AnyType():
            return st.none() | st.integers(-5, 5) | st.text(max_size=5)
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.IntType(ge=ge, le=le):
            return _integers(ge, le)
        case inspect.StrType():
            return _strings(info, pools)
        case inspect.UnionType(types=types):
            return st.one_of([_any_of(one, pools) for one in types])
        case inspect.StructType():
            return _structs(info, pools)
        case _:
            return _containers(info, pools)


def _containers(info: inspect.Type, pools: Pools) -> st.SearchStrategy[Any]:
    match info:
        case (
            inspect.ListType(item_type=item, min_length=least, max_length=most)
            | inspect.VarTupleType(item_type=item, min_length=least, max_length=most)
        ):
            # a law that fails fails for short lists; their bounds are tested where they are stated
            return st.lists(_any_of(item, pools), min_size=least or 0, max_size=min(most or 4, 4))
        case inspect.TupleType(item_types=items):
            return st.tuples(*(_any_of(one, pools) for one in items)).map(list)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_any_of(key, pools), _any_of(value, pools), max_size=4)
        case _:
            raise AssertionError(f"no strategy for {info}")


def _integers(least: int | None, most: int | None) -> st.SearchStrategy[int]:
    low = -(2**53) if least is None else least
    high = 2**53 if most is None else most
    near = [n for n in (0, 1, 2, 3, 10, low, high) if low <= n <= high]
    return st.sampled_from(near) | st.integers(low, high)


def _strings(info: inspect.StrType, pools: Pools) -> st.SearchStrategy[str]:
    if info.pattern is not None:
        pool = pools.get(info.pattern)
        if pool is not None:
            return st.sampled_from(list(pool))
        return st.from_regex(info.pattern.replace("$", r"\Z"))
    most = min(info.max_length or 20, 20)
    return st.text(min_size=info.min_length or 0, max_size=most)


def _as_dict(name: str, value: Any) -> dict[str, Any]:
    return {name: value}


def _merged(dicts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for one in dicts for name, value in one.items()}


def _structs(info: inspect.StructType, pools: Pools) -> st.SearchStrategy[Any]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    if info.tag is not None:
        required[cast("str", info.tag_field)] = st.just(info.tag)
    for field in info.fields:
        pool = pools.get(f"{info.cls.__name__}.{field.name}")
        drawn = _any_of(field.type, pools) if pool is None else st.sampled_from(list(pool))
        missing = field.default is NODEFAULT and field.default_factory is NODEFAULT
        (required if missing and field.required else optional)[field.encode_name] = drawn
    few = st.fixed_dictionaries({}, optional=optional)
    if len(optional) > 6:  # objects with everything at once are rare; with one or two, usual
        one = st.one_of([values.map(partial(_as_dict, n)) for n, values in optional.items()])
        few = st.lists(one, max_size=3).map(_merged)
    return st.tuples(st.fixed_dictionaries(required), few).map(lambda two: {**two[0], **two[1]})
