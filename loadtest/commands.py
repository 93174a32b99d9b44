"""`touchline loadtest` and `python -m loadtest`: scenarios, and the bench. Every size is bounded,
everything ends by itself.

Each run starts a server of its own on loopback, in a temporary folder, and ends it.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from loadtest.bench import runner
from loadtest.bench.plan import QUICK, Plan
from loadtest.processes import RAISED, NotStarted, PostgresProcess
from loadtest.scenarios import board_session, crowd, storm
from loadtest.scenarios.outcome import Options, Outcome
from loadtest.stage import DatabaseName, NotLive, Stage

ROOMS_MAX = 500
MEMBERS_MAX = 10_000
SECONDS_MAX = 3_600.0
RESULTS = Path(__file__).with_name("RESULTS.md")
ENTRIES_MAX = 100_000_000
SCENARIOS = {"board": board_session.play, "crowd": crowd.play, "storm": storm.play}
FILES_BESIDE = 500
"""Open files that are not members' sockets."""

app = typer.Typer(
    name="loadtest",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Put load on a server of its own, check everything that it answers, and measure.",
)
Rooms = Annotated[int, typer.Option(min=1, max=ROOMS_MAX, help="How many rooms.")]
Members = Annotated[int, typer.Option(min=1, max=MEMBERS_MAX, help="How many members each.")]
Seconds = Annotated[float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long.")]
Database = Annotated[str, typer.Option(help="sqlite or postgresql (from the test packages).")]
Seed = Annotated[int, typer.Option(help="Draws everything that is drawn.")]


@app.command()
def board(
    rooms: Rooms = 20,
    members: Members = 10,
    seconds: Seconds = 20.0,
    database: Database = "sqlite",
    seed: Seed = 1,
) -> None:
    """Coaches on boards: they drag, drop, chat, and lose their connection at times."""
    _play("board", Size(rooms, members, seconds), database, seed)


@app.command("crowd")
def watch(
    rooms: Rooms = 1,
    members: Members = 1_000,
    seconds: Seconds = 20.0,
    database: Database = "sqlite",
    seed: Seed = 1,
) -> None:
    """A crowd that watches a few players."""
    _play("crowd", Size(rooms, members, seconds), database, seed)


@app.command("storm")
def reconnect(
    rooms: Rooms = 50,
    members: Members = 100,
    seconds: Seconds = 30.0,
    database: Database = "sqlite",
    seed: Seed = 1,
) -> None:
    """Everybody loses the connection at once and comes back at once, three times."""
    _play("storm", Size(rooms, members, seconds), database, seed)


@app.command()
def bench(
    only: Annotated[
        str, typer.Option(help="Names, comma-separated: " + ", ".join(runner.MEASUREMENTS))
    ] = "",
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Small and short: does it work?")] = False,
    rounds: Annotated[int, typer.Option(min=0, max=50, help="Rounds; 0: as planned.")] = 0,
    database: Annotated[str, typer.Option(help="Only this one: sqlite or postgresql.")] = "",
    log: Annotated[
        Path | None, typer.Option(help="Where the big log is, or is made and stays.")
    ] = None,
    entries: Annotated[
        int, typer.Option(min=0, max=ENTRIES_MAX, help="Of the big log; 0: as planned.")
    ] = 0,
    out: Annotated[Path, typer.Option(help="Where the page goes.")] = RESULTS,
) -> None:
    """Measure everything that the README claims, or a part of it, into loadtest/RESULTS.md."""
    names = [name.strip() for name in only.split(",") if name.strip()] or [*runner.MEASUREMENTS]
    unknown = [name for name in names if name not in runner.MEASUREMENTS]
    if unknown:
        _refuse(
            f"no such measurement: {', '.join(unknown)}; there are {', '.join(runner.MEASUREMENTS)}"
        )
    plan = _plan(quick=quick, rounds=rounds, database=database)
    plan = replace(plan, log_folder=log, log_entries=entries or plan.log_entries)
    _files(plan.idle_members * 2 + plan.crowd * 4)
    command = "make bench" if len(sys.argv) <= 2 else "python -m loadtest " + " ".join(sys.argv[1:])
    # What is small and short shows that it works, and is no figure to keep.
    target = None if quick and out == RESULTS else out
    try:
        status = runner.run(names, plan, Console(), out=target, command=command)
    except (NotLive, NotStarted) as failed:
        _refuse(str(failed))
    raise typer.Exit(status)


class Size:
    """Rooms, members and seconds of a scenario."""

    def __init__(self, rooms: int, members: int, seconds: float) -> None:
        if rooms * members > MEMBERS_MAX:
            _refuse(f"{rooms * members:,} members: at most {MEMBERS_MAX:,} in all")
        self.rooms, self.members, self.seconds = rooms, members, seconds


def _plan(*, quick: bool, rounds: int, database: str) -> Plan:
    usual = QUICK if quick else Plan()
    if database:
        databases: tuple[DatabaseName, ...] = (_database(database),)
    elif PostgresProcess.available():
        databases = usual.databases
    else:
        databases = ("sqlite",)
    return replace(usual, rounds=rounds or usual.rounds, databases=databases)


def _play(name: str, size: Size, database: str, seed: int) -> NoReturn:
    _files(size.rooms * size.members)
    console = Console()
    console.print(
        "Limits raised for one address: " + ", ".join(f"{k}={v}" for k, v in RAISED.items())
    )
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )
    with progress:
        task = progress.add_task("starting a server", total=None)
        options = Options(
            rooms=size.rooms,
            members=size.members,
            seconds=size.seconds,
            said=lambda line: progress.update(task, description=line),
        )
        try:
            outcome: Outcome
            with Stage(database=_database(database), settings=RAISED, seed=seed) as stage:
                outcome = SCENARIOS[name](stage, options)
        except (NotLive, NotStarted) as failed:
            _refuse(str(failed))
    result = outcome.result()
    console.print(runner.table(result))
    raise typer.Exit(0 if result.sound else 1)


def _database(name: str) -> DatabaseName:
    if name == "postgresql":
        if not PostgresProcess.available():
            _refuse("postgresql comes from the test packages: run make test once")
        return "postgresql"
    if name != "sqlite":
        _refuse(f"database is {name!r}: it must be sqlite or postgresql")
    return "sqlite"


def _files(sockets: int) -> None:
    """Every member is an open file, here and in the server, which inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + FILES_BESIDE
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            _refuse(
                f"{wanted:,} open files are needed and {hard:,} allowed: "
                f"ulimit -n {wanted}, or fewer members"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)
