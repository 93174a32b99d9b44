"""How long and how often is measured, and what every measurement is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

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
    plays_imported: int = 150_000
    """Of them by files; the rest are copies of those in other seasons, made by the database."""
    play_tries: int = 20
    play_import_s: float = 600.0
    """At most, until half of the first files are there."""
    writers: int = 4
    """Nodes that write one board."""
    writer_per_s: int = 250
    away_s: float = 300.0
    """How long Redis is away."""
    away_per_s: int = 500
    rolling_members: int = 1_000
    rolling_per_s: int = 200
    drafts: int = 100
    draft_seats: int = 12
    draft_rounds: int = 15
    draft_watchers: int = 50
    draft_per_s: int = 100
    """Picks of all drafts together, while they are paced."""
    draft_starts: int = 500
    followers: int = 5_000
    feed_speed: float = 600.0
    feed_slow_speed: float = 60.0
    feed_s: float = 200.0
    """At most for one game; it ends by itself."""
    feed_rounds: int = 2
    feed_delays: tuple[int, ...] = (1, 5, 10, 20, 30)
    """Seconds."""
    late_joiners: int = 50
    joiners: int = 2_000
    joiners_s: float = 2.0
    leagues: int = 500
    league_watchers: int = 100
    touchdowns: int = 20
    games: int = 16
    game_leagues: int = 200
    games_s: float = 60.0
    week_asks: int = 500
    log_entries: int = 20_000_000
    log_measured: int = 1_000
    """Rooms that are opened, and as many that are appended to."""
    log_sample: int = 1_000
    """Rooms that are verified."""
    log_folder: Path | None = None
    """Where the log is, or is to be made and to stay."""
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
    writers=2,
    writer_per_s=20,
    away_s=1.5,
    away_per_s=50,
    rolling_members=12,
    rolling_per_s=40,
    drafts=3,
    draft_seats=3,
    draft_rounds=4,
    draft_watchers=3,
    draft_per_s=20,
    draft_starts=4,
    followers=25,
    feed_s=0.6,
    feed_rounds=1,
    feed_delays=(1, 2),
    late_joiners=3,
    joiners=6,
    joiners_s=0.2,
    leagues=3,
    league_watchers=3,
    touchdowns=2,
    games=2,
    game_leagues=2,
    games_s=1.0,
    week_asks=10,
    log_entries=20_000,
    log_measured=4,
    log_sample=10,
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
