"""Fails every test whose captured output or log holds a secret: what is printed and logged in tests
is what would be printed and logged in the world."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import structlog

from tests.support.canaries import found_in


def pytest_configure() -> None:
    """Tests that do not configure logging themselves get tracebacks as the server writes them:
    without the values of variables."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # A test that failed shows its own values, which may well be the planted ones.
    if report.passed and item.get_closest_marker("shows_secrets") is None:
        for name, text in report.sections:
            secret = found_in(text)
            if secret is not None:
                report.outcome = "failed"
                report.longrepr = f"a secret in {name.lower()}: {secret}"
    return report
