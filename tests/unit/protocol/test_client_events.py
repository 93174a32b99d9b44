"""Events are values: they compare by what they say and cannot be changed after they were told."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from protocol.client_events import ClientEvent, Live, Postponed, Refused, Settled


def test_events_compare_by_what_they_say() -> None:
    assert Settled("r", 1, 2) == Settled("r", 1, 2)
    assert Refused("r", 1, "locked") != Refused("r", 1, "conflict")


@pytest.mark.parametrize("event", [Live("r", "viewer"), Postponed("r", 1, "busy", 50)])
def test_an_event_cannot_be_changed(event: Live | Postponed) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(event, "room", "other")  # noqa: B010 - by name, as the attribute is read-only


def test_every_event_of_a_room_names_it() -> None:
    about_rooms = [kind for kind in get_args(ClientEvent) if dataclasses.is_dataclass(kind)]
    assert len(about_rooms) == 6
    assert all(dataclasses.fields(kind)[0].name == "room" for kind in about_rooms)
