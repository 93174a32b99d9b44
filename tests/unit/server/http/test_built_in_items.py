"""The formations that come with the server."""

import re
from typing import get_args

from msgspec.json import encode

from protocol.board import SportName
from protocol.library import FormationContent
from server.http.built_in_items import built_in_items
from server.rules.library_content import read_content


def test_LB43_every_one_of_them_is_an_item_that_a_library_takes() -> None:
    items = built_in_items()
    assert {one.sport for one in items} == {*get_args(SportName)} - {"blank"}
    assert len({one.id for one in items}) == len(items) > 0
    for one in items:
        assert re.fullmatch(r"i_[A-Za-z0-9_-]{8,20}", one.id), one.id
        assert isinstance(read_content("formation", encode(one.content).decode()), FormationContent)
