"""How long and how often is measured, and what every measurement is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from loadtest.processes import RAISED, Cores
from loadtest.stage import DatabaseName, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of one run. The defaults are those of the gates; `QUICK` only shows that everything
    works."""

    rounds: int = 5
    seconds: float = 4.0
    warm_s: float = 1.0
    crowd: int = 1_000
    checked: int = 20
    rooms: int = 20
    members: int = 10
    paced_per_s: int = 500
    paced_s: float = 10.0
    paced_rounds: int = 3
    idle_members: int = 5_000
    slow_members: int = 200
    slow_s: float = 15.0
    slow_entries: int = 3_400
    http_per_s: int = 200
    history_entries: int = 100_000
    history_tries: int = 20
    cold_opens: int = 5
    logins: int = 500
    timed_logins: int = 100
    viewers: int = 30
    playback_s: float = 60.0
    """At most; a play ends by itself."""
    drag_s: float = 20.0
    phone_opens: int = 5
    node_rooms: int = 200
    node_per_s: int = 1_000
    plays: int = 1_000_000
    play_tries: int = 20
    play_import_s: float = 600.0
    """At most, until half of the first files are there."""
    databases: tuple[DatabaseName, ...] = ("sqlite", "postgresql")


QUICK = Plan(
    rounds=1,
    seconds=0.3,
    warm_s=0.1,
    crowd=30,
    checked=5,
    rooms=3,
    members=3,
    paced_per_s=100,
    paced_s=0.5,
    paced_rounds=1,
    idle_members=60,
    slow_members=12,
    slow_s=2.0,
    slow_entries=100,
    http_per_s=50,
    history_entries=600,
    history_tries=3,
    cold_opens=1,
    logins=40,
    timed_logins=6,
    viewers=4,
    playback_s=1.0,
    drag_s=0.5,
    phone_opens=1,
    node_rooms=4,
    node_per_s=50,
    plays=600,
    play_tries=2,
    play_import_s=30.0,
    databases=("sqlite",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a measurement is given."""

    plan: Plan
    cores: Cores
    say: Callable[[str], None]
    """One line of progress."""
    stages: Callable[[DatabaseName, Mapping[str, str]], AbstractContextManager[Stage]] | None = None
    """Where to play; a stage of its own for each measurement where nothing is given."""

    def stage(
        self, database: DatabaseName = "sqlite", settings: Mapping[str, str] = RAISED
    ) -> AbstractContextManager[Stage]:
        """A running server, on its core, with these settings."""
        if self.stages is not None:
            return self.stages(database, settings)
        return Stage(database=database, settings=settings, cores=self.cores)
