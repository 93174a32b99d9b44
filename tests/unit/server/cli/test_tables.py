"""Tables as JavaScript, from the command line."""

from server.page_tables import TABLES
from tests.support.command_line import touchline


def test_BD96_the_command_prints_what_the_pages_import() -> None:
    for name, (_, made) in TABLES.items():
        assert touchline("tables", name).out == made()


def test_an_unknown_table_ends_with_2() -> None:
    assert touchline("tables", "stars").status == 2
