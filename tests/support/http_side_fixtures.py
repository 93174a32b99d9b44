"""`side`: the HTTP side with default settings."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.support.http_side import HttpSide, http_side


@pytest.fixture
async def side() -> AsyncGenerator[HttpSide]:
    async with http_side() as made:
        yield made
