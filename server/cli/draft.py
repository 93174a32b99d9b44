"""`touchline draft`: drafts from the command line, whether a server holds the database or not.

Makes one, also of one that was held elsewhere, prints what came of it, proves it from its history,
or plays one among computer teams without any server. SPEC: DR65 to DR70, DR86.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer
from msgspec import Struct

from protocol.draft import DraftSettings
from protocol.draft_events import DraftEvent
from server.cli.asking import at_the_desk
from server.cli.desk import Desk, Refused, is_name
from server.cli.entry_text import plain
from server.cli.options import require_file
from server.cli.room import print_links
from server.cli.screen import Exit, fail, notes, print_rows
from server.clock import SystemClock
from server.drafts.held import HeldDraft, held_of
from server.drafts.results import as_csv, rows_of
from server.drafts.sleeper import sleeper_draft
from server.http.documents import FaultPlace
from server.http.operator import OperatorRoomRequest
from server.readers.player_pool import Pool, read_pool
from server.readers.report import Fault, Reading
from server.rules.draft.mock import CannotStart, play
from server.rules.draft.presets import PRESETS
from server.rules.draft.setup import problems_of
from server.rules.draft.state import view
from server.rules.draft.verify import Report, verify
from server.rules.kind import Stamp
from server.synthetic_players import synthetic_players

app = typer.Typer(no_args_is_help=True, help="Drafts: make, results, proof, rehearsal.")

TypeOption = Annotated[str, typer.Option("--type", help="snake, linear, custom or auction.")]
TeamsOption = Annotated[int, typer.Option("--teams", help="How many teams.")]
RoundsOption = Annotated[int | None, typer.Option("--rounds", help="Else one per place.")]
PresetOption = Annotated[str, typer.Option("--preset", help=f"Places: {', '.join(PRESETS)}.")]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="DraftSettings as JSON, in place of the rest.")
]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv, json or sleeper.")]


def settings_from(
    type_: str, teams: int, rounds: int | None, preset: str, file: Path | None
) -> DraftSettings:
    """Settings that hold together, or the end of the command."""
    if preset not in PRESETS:
        fail(f"no preset {preset}; there are {', '.join(PRESETS)}", Exit.USAGE)
    slots = PRESETS[preset]
    plain_settings: Any = {
        "type": type_,
        "teams": teams,
        "rounds": rounds or sum(slot.count for slot in slots),
        "slots": msgspec.to_builtins(slots),
    }
    try:
        if file is not None:
            plain_settings = msgspec.json.decode(require_file(file).read_bytes())
        settings = msgspec.convert(plain_settings, DraftSettings)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        fail(str(error), Exit.USAGE)
    problems = problems_of(settings)
    if problems:
        fail(f"these settings make no draft: {', '.join(problems)}", Exit.USAGE)
    return settings


@app.command("create")
@at_the_desk
async def create(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="Name of the room.")],
    *,
    owner: Annotated[str, typer.Option("--owner", help="Name of the commissioner.")] = "Operator",
    type_: TypeOption = "snake",
    teams: TeamsOption = 10,
    rounds: RoundsOption = None,
    preset: PresetOption = "nfl",
    settings: SettingsOption = None,
) -> None:
    """Make a draft room, and print an invitation link for each role."""
    if not is_name(name) or not is_name(owner):
        fail("a name has 1 to 64 characters", Exit.USAGE)
    wanted = msgspec.to_builtins(settings_from(type_, teams, rounds, preset, settings))
    opened = await desk.create(OperatorRoomRequest("draft", name, wanted, owner_name=owner))
    print_links(opened.room, opened.links)


@app.command("import")
@at_the_desk
async def import_(
    desk: Desk,
    source: Annotated[Path, typer.Argument(help="A draft in Sleeper's shape.")],
) -> None:
    """Make a draft room of a draft that was held elsewhere, and print its links."""
    content = require_file(source).read_bytes()
    try:
        opened = await desk.import_draft(content)
    except Refused as refused:
        try:
            place = msgspec.convert(refused.detail, FaultPlace)
        except msgspec.ValidationError:
            raise refused from None
        fail(f"{source}:{place.line}: {place.path}: {place.why}")
    print_links(opened.room, opened.links)


@app.command("results")
@at_the_desk
async def results(
    desk: Desk,
    draft: Annotated[str, typer.Argument(help="Id of the room (r_…).")],
    *,
    format_: FormatOption = "table",
) -> None:
    """Print every pick, keepers among them; in Sleeper's shape the whole draft, as `import` takes
    it."""
    name, held = await _held(desk, draft)
    _print(held, format_, room=draft, name=name)


async def _held(desk: Desk, draft: str) -> tuple[str, HeldDraft]:
    shown = await desk.show(draft)
    if shown.room.kind != "draft":
        fail(f"{draft} is a {shown.room.kind}, not a draft")
    return shown.room.name, held_of(msgspec.json.encode(shown.view.state))


def _print(held: HeldDraft, format_: str, *, room: str, name: str) -> None:
    rows = rows_of(held)
    match format_:
        case "table":
            print_rows(
                ["pick", "round", "team", "player", "position", "how", "price"],
                [
                    [
                        str(row.pick),
                        str(row.round or ""),
                        plain(row.team),
                        plain(row.player),
                        row.position,
                        row.how,
                        "" if row.price is None else str(row.price),
                    ]
                    for row in rows
                ],
            )
        case "csv":
            sys.stdout.write(as_csv(rows))
        case "json" | "sleeper":
            found: Any = rows
            if format_ == "sleeper":
                found = sleeper_draft(room, name, held, now_ms=SystemClock().now_ms())
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
        case _:
            fail("a format is table, csv, json or sleeper", Exit.USAGE)


class _Opened(Struct, frozen=True):
    type: Literal["room.opened"]
    settings: DraftSettings = DraftSettings()


@app.command("verify")
@at_the_desk
async def verify_(
    desk: Desk,
    draft: Annotated[str, typer.Argument(help="Id of the room (r_…).")],
) -> None:
    """Replay a draft from its history, and prove every pick legal."""
    await _held(desk, draft)
    entries = [entry async for entry in desk.history(draft)][::-1]
    if not entries or entries[0].version != 1:
        fail("the beginning of its history was pruned: nothing can be proved")
    opened = msgspec.convert(entries[0].events[0], _Opened)
    log = [
        (Stamp(entry.version, entry.at, entry.by, "", 0), own_events(entry.events))
        for entry in entries
    ]
    report(verify(opened.settings, log))


def own_events(events: Sequence[Any]) -> list[Any]:
    """Those of the draft, among those that every room has."""
    tags = {one.__struct_config__.tag for one in DraftEvent.__args__}
    return [msgspec.convert(event, DraftEvent) for event in events if event["type"] in tags]


def report(found: Report) -> None:
    """Says what a replay found; ends the command with 1 where it found a fault."""
    print_rows(
        ["", ""],
        [
            ["entries", str(found.entries)],
            ["picks", str(found.picks)],
            ["bids", str(found.bids)],
            ["ended", "yes" if found.ended else "no"],
            ["faults", str(len(found.faults))],
        ],
    )
    for fault in found.faults:
        notes().print(plain(fault))
    if found.faults:
        raise typer.Exit(Exit.FAILED)


def _read(file: Path) -> Reading[Pool]:
    """A pool, or the end of the command."""
    read = read_pool(str(file), require_file(file).read_bytes())
    if isinstance(read, Fault):
        fail(f"{read.path}: {read.why}")
    return read


@app.command("pool")
def pool(
    source: Annotated[Path, typer.Argument(help="CSV, JSON, or Sleeper's players.")],
    *,
    rows: Annotated[
        bool, typer.Option("--rows", help="The players, as `pool.add` takes them.")
    ] = False,
) -> None:
    """Show what a file of players holds: columns, positions, and what is odd, line by line."""
    read = _read(source)
    players = read.value.players
    if rows:
        sys.stdout.write(msgspec.json.encode(players).decode() + "\n")
        return
    counted = Counter(one.positions[0] for one in players)
    print_rows(
        ["", ""],
        [
            ["players", str(len(players))],
            *([field, f"from {column}"] for field, column in read.value.columns.items()),
            *([position, str(count)] for position, count in sorted(counted.items())),
            *(
                [what, f"{odd.count}: {plain('; '.join(odd.examples))}"]
                for what, odd in read.oddities.items()
            ),
        ],
    )


@app.command("mock")
def mock(
    *,
    type_: TypeOption = "snake",
    teams: TeamsOption = 12,
    rounds: RoundsOption = None,
    preset: PresetOption = "nfl",
    settings: SettingsOption = None,
    seed: Annotated[int, typer.Option("--seed", help="Another one, another draft.")] = 1,
    pool_file: Annotated[
        Path | None,
        typer.Option("--pool", help="Players: CSV, JSON, Sleeper; else synthetic ones."),
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Play a draft among computer teams, without a server."""
    wanted = settings_from(type_, teams, rounds, preset, settings)
    players = synthetic_players()
    if pool_file is not None:
        players = _read(pool_file).value.players
    try:
        state, log = play(wanted, players, seed)
    except CannotStart as error:
        fail(f"the draft cannot start: {error}")
    held = held_of(msgspec.json.encode({"kind": view(state)}))
    _print(held, format_, room="mock", name="Mock draft")
    faults = verify(wanted, log).faults
    if faults:
        fail(f"an illegal draft: {faults[0]}")
