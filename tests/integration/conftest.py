"""Integration runs on the loop that the server runs on."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest
import uvloop


@pytest.hookimpl
def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """One variant of every test: uvloop's."""
    return {"uvloop": uvloop.new_event_loop}
