"""The kind: who may send what."""

from __future__ import annotations

import pytest

from protocol.membership import Role
from server.rules.kind import Rejected
from server.rules.library import LIBRARY
from tests.support.libraries import add_item, delete_item, restore_item, set_item
from tests.support.played_library import PlayedLibrary


@pytest.mark.parametrize("role", ["annotator", "viewer"])
@pytest.mark.parametrize("said", [add_item(2), set_item(1, name="A"), delete_item(1)])
def test_LB5_annotators_and_viewers_read(role: Role, said: dict[str, object]) -> None:
    library = PlayedLibrary()
    library.do(add_item(1))
    assert library.refused(said, role=role) == Rejected("forbidden")


def test_LB7_a_rollback_asks_for_the_past_and_nothing_else_does() -> None:
    assert [tag.__name__ for tag in LIBRARY.needs_past] == ["RestoreItem"]
    library = PlayedLibrary()
    library.do(add_item(1), set_item(1, name="B"), restore_item(1, 1))
    assert library.view()["items"]["i_00000001"]["props"]["name"] == "Item 1"
