"""Types of libraries: what does not decode is no command."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.library import (
    ITEM_PROPERTIES,
    ITEM_REQUIRED,
    TAGS_MAX,
    FormationContent,
    LibraryCommand,
    LibraryPresence,
)
from tests.support.libraries import FORMATION, add_item, set_item


def decode(said: dict[str, Any]) -> Any:
    return msgspec.json.decode(msgspec.json.encode(said), type=LibraryCommand)


def test_LB2_an_item_has_the_named_properties() -> None:
    assert set(ITEM_REQUIRED) <= set(ITEM_PROPERTIES)
    assert ITEM_PROPERTIES == (
        "name", "tags", "folder", "sport", "players", "notes", "content", "archived",
    )  # fmt: skip
    assert decode(add_item(1, tags=["a"], players=11)).props.players == 11


@pytest.mark.parametrize(
    "said",
    [
        {**add_item(1), "id": "o_00000001"},
        {**add_item(1), "id": "i_short"},
        {**add_item(1), "sort": "video"},
        {**add_item(1), "more": 1},
        set_item(1, tags=["t"] * (TAGS_MAX + 1)),
        set_item(1, tags=["t" * 33]),
        set_item(1, players=0),
        set_item(1, players=31),
        set_item(1, sport="chess"),
        set_item(1, archived=1),
        set_item(1, name="n" * 65),
        set_item(1, thumbnail="x"),
        {"type": "item.restore", "id": "i_00000001", "version": -1},
    ],
)
def test_LB6_what_breaks_the_types_is_no_command(said: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(said)


def test_LB12_places_are_thousandths_of_half_the_pitch() -> None:
    assert msgspec.json.decode(FORMATION, type=FormationContent).slots[0].x == -930
    for x in (-1001, 1001, 0.5):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"slots": [{"x": x, "y": 0}]}, FormationContent)


def test_LB35_presence_says_which_item_somebody_has_open() -> None:
    assert msgspec.convert({"type": "look", "item": "i_00000001"}, LibraryPresence)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "look", "item": "nothing"}, LibraryPresence)
