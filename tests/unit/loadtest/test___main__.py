"""`python -m loadtest` is the command line."""

from __future__ import annotations

from loadtest import __main__
from loadtest.commands import app


def test_it_is_the_command_line() -> None:
    assert __main__.app is app
