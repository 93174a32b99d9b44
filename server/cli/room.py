"""`touchline room`: rooms from the command line, whether a server holds the database or not."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer

from protocol.board import BoardSettings
from server.cli.asking import at_the_desk
from server.cli.desk import Desk, is_name
from server.cli.entry_text import entry_line, moment, plain
from server.cli.options import require_file
from server.cli.screen import Exit, fail, notes, print_rows, progress
from server.http.operator import OperatorCard, OperatorRoomRequest

app = typer.Typer(no_args_is_help=True, help="Rooms of a running server, or of its database.")

PIECE = 65_536

RoomArgument = Annotated[str, typer.Argument(help="Id of the room (r_…).")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="As it was at this version.", min=1)
]


@app.command("create")
@at_the_desk
async def create(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="Name of the room.")],
    *,
    owner: Annotated[str, typer.Option("--owner", help="Name of its first owner.")] = "Operator",
    sport: Annotated[str, typer.Option("--sport", help="soccer or american_football.")] = "soccer",
    conflicts: Annotated[
        str, typer.Option("--conflicts", help="latest or ask, for edits that cross.")
    ] = "latest",
    line_ups: Annotated[
        bool, typer.Option("--line-ups", help="Put two synthetic teams on it.")
    ] = False,
) -> None:
    """Make a board, and print an invitation link for each role."""
    if not is_name(name) or not is_name(owner):
        fail("a name has 1 to 64 characters", Exit.USAGE)
    try:
        settings = msgspec.convert({"sport": sport, "conflicts": conflicts}, BoardSettings)
    except msgspec.ValidationError as error:
        fail(str(error), Exit.USAGE)
    request = OperatorRoomRequest("board", name, settings, line_ups, owner_name=owner)

    opened = await desk.create(request)
    _print_links(opened.room, opened.links)


@app.command("list")
@at_the_desk
async def list_(
    desk: Desk,
) -> None:
    """List every room."""
    rows = [
        [card.id, card.kind, str(card.version), moment(card.updated_at), plain(card.name)]
        async for card in desk.rooms()
    ]
    print_rows(["room", "kind", "version", "last change (UTC)", "name"], rows)


@app.command("show")
@at_the_desk
async def show(
    desk: Desk,
    room: RoomArgument,
    version: VersionOption = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything, as the server gives it.")
    ] = False,
) -> None:
    """Show a room: members, sizes, and with --json the whole view, now or at a version."""
    shown = await desk.show(room, version)
    if as_json:
        sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")
        return
    card = shown.room
    rows = [
        ["name", plain(card.name)],
        ["kind", card.kind],
        ["version", f"{shown.view.version} of {card.version}"],
        ["made", moment(card.created_at)],
        ["changed", moment(card.updated_at)],
        ["history from", str(card.pruned_before)],
        ["log", f"{shown.log_bytes:,} bytes"],
        ["snapshots", f"{shown.snapshot_bytes:,} bytes"],
    ]
    rows += [["member", member] for member in _members(shown.view.state)]
    print_rows(["", ""], rows)


@app.command("history")
@at_the_desk
async def history(
    desk: Desk,
    room: RoomArgument,
    *,
    limit: Annotated[int, typer.Option("--limit", help="How many entries.", min=1)] = 50,
) -> None:
    """Show who did what and when, newest first."""
    left = limit
    async for entry in desk.history(room):
        refused = entry.refused if isinstance(entry.refused, str) else None
        who = entry.name or entry.by
        line = entry_line(entry.version, entry.at, who, entry.events, refused=refused)
        sys.stdout.write(line + "\n")
        left -= 1
        if not left:
            return


@app.command("export")
@at_the_desk
async def export(
    desk: Desk,
    room: RoomArgument,
    target: Annotated[Path, typer.Argument(help="File to write; - for standard output.")],
) -> None:
    """Write a room to a file: how it is, and every entry of its history."""
    if str(target) != "-" and target.exists():
        fail(f"{target} exists; name another file", Exit.USAGE)

    if str(target) == "-":
        async for piece in desk.export(room):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    unfinished = target.with_name(target.name + ".unfinished")
    written = 0
    try:
        with private_file(unfinished) as file, progress("exporting") as bar:
            async for piece in desk.export(room):
                written += file.write(piece)
                bar.update(bar.task_ids[0], completed=written)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    notes().print(f"{target}: {written:,} bytes")


def private_file(path: Path) -> BinaryIO:
    """A new file for its owner alone (SE17), open for writing."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))


@app.command("import")
@at_the_desk
async def import_(
    desk: Desk,
    source: Annotated[Path, typer.Argument(help="A file that export wrote.")],
) -> None:
    """Make a new room from a file, and print an invitation link for each role."""
    size = require_file(source).stat().st_size

    with progress("importing", total=size) as bar:

        async def content() -> AsyncIterator[bytes]:
            with source.open("rb") as file:
                while piece := file.read(PIECE):
                    bar.advance(bar.task_ids[0], len(piece))
                    yield piece

        opened = await desk.import_(content(), size)
    _print_links(opened.room, opened.links)


@app.command("restore")
@at_the_desk
async def restore(
    desk: Desk,
    room: RoomArgument,
    version: Annotated[int, typer.Argument(help="Which version it shall look like.", min=1)],
) -> None:
    """Make a room what it was at a version, as a new entry; nothing is taken out of its history."""
    notes().print(f"restored as version {await desk.restore(room, version)}")


@app.command("prune")
@at_the_desk
async def prune(
    desk: Desk,
    room: RoomArgument,
    before: Annotated[int, typer.Argument(help="Entries below this version go.", min=1)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget history that a snapshot covers. It cannot be brought back: export first."""
    if not yes and not typer.confirm(f"Forget entries of {room} below version {before} for ever?"):
        raise typer.Exit(Exit.FAILED)

    notes().print(f"{await desk.prune(room, before):,} entries forgotten")


class _Member(msgspec.Struct, frozen=True):
    name: str
    role: str


class _Membership(msgspec.Struct, frozen=True):
    members: dict[str, _Member] = {}


class _View(msgspec.Struct, frozen=True):
    room: _Membership = _Membership()


def _members(state: object) -> list[str]:
    members = msgspec.convert(state, _View).room.members
    return [f"{plain(m.name)} ({m.role}, {account})" for account, m in members.items()]


def _print_links(room: OperatorCard, links: dict[str, str]) -> None:
    print_rows(["", ""], [["room", room.id], *([role, link] for role, link in links.items())])
