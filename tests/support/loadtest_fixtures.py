"""`load_stage`: a real server for the load's own tests, started once; `load_bench`: what
measurements are given, small; `relay_port`: the plain relay, running.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager

import pytest

from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import RAISED, ROOT_OF_CHECKOUT, Cores, free_port, wait_for_port
from loadtest.stage import DatabaseName, Stage

SETTINGS = RAISED | {"drain_s": "0.1"}


@pytest.fixture(scope="session")
def _load_server() -> Generator[Stage]:
    with Stage(settings=SETTINGS) as stage:
        yield stage


@pytest.fixture
def load_stage(_load_server: Stage) -> Generator[Stage]:
    yield _load_server
    _load_server.clear()


@pytest.fixture
def load_bench(load_stage: Stage) -> Bench:
    """Measurements play on the one server, unless they ask for other settings."""

    @contextmanager
    def shared() -> Generator[Stage]:
        yield load_stage
        load_stage.clear()

    def stages(
        database: DatabaseName, settings: Mapping[str, str]
    ) -> AbstractContextManager[Stage]:
        assert database == "sqlite", "QUICK measures SQLite alone"
        if settings == RAISED:
            return shared()
        return Stage(settings={**settings, "drain_s": "0.1"})

    return Bench(plan=QUICK, cores=Cores(), say=lambda _: None, stages=stages)


@pytest.fixture(scope="session")
def relay_port() -> Generator[int]:
    port = free_port()
    command = [sys.executable, "-m", "loadtest.relay", str(port)]
    process = Cores().start(Cores().server, command, cwd=ROOT_OF_CHECKOUT)
    wait_for_port(port)
    yield port
    process.terminate()
    process.wait()
