"""What holds for every test: strictness, the recorded files beside the checkout, time by suite.

Fixtures about one topic live in tests/support/<topic>_fixtures.py and are found by that name.
"""

import asyncio
import gc
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import uvloop

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

BUDGET_S = {
    "architecture": 60,
    "unit": 120,
    "contracts": 120,
    "properties": 120,
    "simulation": 150,
    "crash": 120,
    "chaos": 75,
    "board_soak": 30,
    "drafts": 15,
    "draft_night": 75,
    "feed_histories": 40,
    "integration": 120,
    "e2e": 360,
}
"""What a suite may take on two cores; printed beside what it took, never asserted. Together they
are the 20 minutes of `make test`."""

pytest.register_assert_rewrite("tests.support", "tests.contracts")
CANNOT = "this machine cannot: "
"""How the reason of a skip begins that is allowed everywhere: a kernel or a container that does not
let us, which no package and no setting of ours would change."""
SECOND_TRY = frozenset({"e2e", "integration", "board_soak", "draft_night", "feed_histories"})
"""Suites of real browsers, databases and servers, several at once on two cores: a test of theirs
that goes wrong is tried once more."""
SECOND_TRIES_MAX = 6
"""That a run of hundreds may need. More is a fault of ours, and fails it. Each is named at the end,
and is to be looked at."""

pytest_plugins = [
    f"tests.support.{path.stem}"
    for path in sorted((ROOT / "tests" / "support").glob("*_fixtures.py"))
]

# A deadline would be an asserted time: examples are bounded by their number.
hypothesis.settings.register_profile("suite", deadline=None, max_examples=100, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("TOUCHLINE_TEST_PROFILE", "suite"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--strict-skips",
        action="store_true",
        help="fail the run where a test was skipped that could have been made to run",
    )


# ------------------------------------------------- nothing goes wrong behind a test's back

_unhandled: list[str] = []


def _record(_loop: object, context: dict[str, Any]) -> None:
    cause = context.get("exception")
    _unhandled.append(f"{context.get('message')}: {cause!r}")


@pytest.fixture(scope="session", autouse=True)
def watched_loops() -> Generator[None]:
    """Every loop, asyncio's and uvloop's, in every thread, tells us what nobody handled."""
    patch = pytest.MonkeyPatch()
    patch.setattr(asyncio.BaseEventLoop, "default_exception_handler", _record)
    patch.setattr(uvloop.Loop, "default_exception_handler", _record, raising=False)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def nothing_unhandled(watched_loops: None) -> Generator[None]:
    """Fails a test if a loop's exception handler was called (after asyncpg's test case)."""
    _unhandled.clear()
    yield
    found = _unhandled[:]
    _unhandled.clear()
    assert not found, f"the loop's exception handler was called: {found}"


@pytest.fixture(scope="module", autouse=True)
def nothing_left_over(watched_loops: None) -> Generator[None]:
    """A task that failed unseen complains when it is collected: collect it within its module."""
    yield
    gc.collect()
    found = _unhandled[:]
    _unhandled.clear()
    assert not found, f"a task of this module failed unseen: {found}"


@pytest.fixture
def unhandled_is_expected() -> Callable[[], list[str]]:
    """For the tests of supervision themselves: takes what was recorded, and thereby accepts it."""

    def take() -> list[str]:
        found = _unhandled[:]
        _unhandled.clear()
        return found

    return take


# ------------------------------------------------------------------ what lies beside us


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded files; a checkout without it skips, and .ci/run refuses to."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not beside this checkout")
    return SHARED_DATA


# ----------------------------------------------------------------- time by suite, skips

_seconds: defaultdict[str, float] = defaultdict(float)
_tests: Counter[str] = Counter()
_skips: list[tuple[str, str]] = []
_second_tries: list[tuple[str, str]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _suite_of(item.nodeid) in SECOND_TRY:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _suite_of(nodeid: str) -> str:
    parts = nodeid.split("::")[0].split("/")
    return parts[1] if len(parts) > 2 else parts[0]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    suite = _suite_of(report.nodeid)
    _seconds[suite] += report.duration
    if report.when == "call":
        _tests[suite] += 1
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skips.append((report.nodeid, reason))
    if str(report.outcome) == "rerun":
        crash = getattr(report.longrepr, "reprcrash", None)
        told = crash.message if crash is not None else report.longreprtext
        _second_tries.append((report.nodeid, told.strip().partition("\n")[0]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    skipped = _forbidden() and session.config.getoption("--strict-skips")
    too_often = len(_second_tries) > SECOND_TRIES_MAX
    if (skipped or too_often) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _forbidden() -> list[tuple[str, str]]:
    """Skips that a package, a file or a setting would have prevented."""
    return [(test, reason) for test, reason in _skips if not is_allowed(reason)]


def is_allowed(reason: str) -> bool:
    """Whether a test may be skipped for this, as pytest reports it, wherever nothing else may."""
    return reason.removeprefix("Skipped: ").startswith(CANNOT)


def _table() -> Iterator[str]:
    yield f"{'suite':<14}{'tests':>7}{'seconds':>10}{'budget':>9}"
    for suite in sorted(_seconds, key=lambda name: -_seconds[name]):
        budget = BUDGET_S.get(suite)
        over = "  over budget" if budget is not None and _seconds[suite] > budget else ""
        shown = "" if budget is None else str(budget)
        yield f"{suite:<14}{_tests[suite]:>7}{_seconds[suite]:>10.1f}{shown:>9}{over}"
    yield f"{'all':<14}{_tests.total():>7}{sum(_seconds.values()):>10.1f}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if len(_seconds) > 1:
        terminalreporter.section("time by suite")
        for line in _table():
            terminalreporter.write_line(line)
    if terminalreporter.config.getoption("--strict-skips"):
        if forbidden := _forbidden():
            terminalreporter.section("skipped, which this run does not allow", sep="!")
            for nodeid, reason in forbidden:
                terminalreporter.write_line(f"{nodeid}: {reason}")
        if allowed := [one for one in _skips if is_allowed(one[1])]:
            terminalreporter.section("skipped, because this machine cannot")
            for nodeid, reason in allowed:
                terminalreporter.write_line(f"{nodeid}: {reason}")
    if _second_tries:
        terminalreporter.section(f"passed or failed at a second try ({SECOND_TRIES_MAX} may)")
        for nodeid, told in _second_tries:
            terminalreporter.write_line(f"{nodeid}: {told}")
