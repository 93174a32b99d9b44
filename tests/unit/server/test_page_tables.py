"""The page's copies of the server's tables."""

import pytest

from server.page_tables import TABLES
from tests.support.node import ROOT


@pytest.mark.parametrize("name", TABLES)
def test_BD96_LB86_the_pages_have_the_tables_of_the_server_byte_for_byte(name: str) -> None:
    path, made = TABLES[name]
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == made(), f"`touchline tables {name} > {path}` makes it new"
