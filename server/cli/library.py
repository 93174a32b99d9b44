"""`touchline library`: libraries from the command line, as JSON files, whether a server holds the
database or not.

A library's file holds its items and nothing of its people or history (`touchline room export`
holds those). SPEC: LB70 to LB72.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer
from msgspec import Meta, Struct

from protocol.library import ITEMS_MAX, ItemIdField, ItemProperties, ItemSort, LibrarySettings
from protocol.membership import NameField
from server.cli.asking import at_the_desk
from server.cli.desk import Desk
from server.cli.entry_text import moment, plain
from server.cli.options import require_file
from server.cli.screen import Exit, fail, notes, print_rows

app = typer.Typer(no_args_is_help=True, help="Libraries of formations, set pieces and drills.")


class FileItem(Struct, frozen=True, forbid_unknown_fields=True):
    """An item in a file."""

    id: ItemIdField
    sort: ItemSort
    props: ItemProperties


class LibraryFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A library as a file."""

    format: Literal["touchline.library"]
    version: Literal[1]
    name: NameField
    settings: LibrarySettings
    items: Annotated[list[FileItem], Meta(max_length=ITEMS_MAX)]


class _Item(Struct, frozen=True):
    sort: ItemSort
    props: dict[str, Any]


class _Library(Struct, frozen=True):
    settings: LibrarySettings
    items: dict[str, _Item]


class _State(Struct, frozen=True):
    kind: _Library


@app.command("list")
@at_the_desk
async def list_(desk: Desk) -> None:
    """List every library."""
    rows = [
        [card.id, str(card.version), moment(card.updated_at), plain(card.name)]
        async for card in desk.rooms()
        if card.kind == "library"
    ]
    print_rows(["library", "version", "last change (UTC)", "name"], rows)


@app.command("export")
@at_the_desk
async def export(
    desk: Desk,
    library: Annotated[str, typer.Argument(help="Id of the library (r_…).")],
    target: Annotated[Path, typer.Argument(help="File to write; - for standard output.")],
) -> None:
    """Write what a library holds to a file."""
    if str(target) != "-" and target.exists():
        fail(f"{target} exists; name another file", Exit.USAGE)
    shown = await desk.show(library)
    if shown.room.kind != "library":
        fail(f"{library} is a {shown.room.kind}, not a library")
    held = msgspec.convert(shown.view.state, _State).kind
    items = [
        {"id": id_, "sort": one.sort, "props": _given(one.props)} for id_, one in held.items.items()
    ]
    file = {
        "format": "touchline.library",
        "version": 1,
        "name": shown.room.name,
        "settings": held.settings,
        "items": items,
    }
    text = msgspec.json.format(msgspec.json.encode(file)) + b"\n"
    if str(target) == "-":
        sys.stdout.write(text.decode())
        return
    target.write_bytes(text)
    notes().print(f"{target}: {len(items)} items, {len(text):,} bytes")


@app.command("import")
@at_the_desk
async def import_(
    desk: Desk,
    source: Annotated[Path, typer.Argument(help="A file that export wrote.")],
) -> None:
    """Make a new library from a file, and print an invitation link for each role."""
    try:
        file = msgspec.json.decode(require_file(source).read_bytes(), type=LibraryFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        fail(f"{source}: {error}")
    ids = [one.id for one in file.items]
    if len(set(ids)) < len(ids):
        fail(f"{source}: an id stands there twice")
    content = msgspec.json.encode(
        {
            "format": "touchline.room",
            "version": 1,
            "room": {"kind": "library", "name": file.name},
            "state": {
                "kind": {
                    "settings": file.settings,
                    "items": {one.id: {"sort": one.sort, "props": one.props} for one in file.items},
                }
            },
        }
    )

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    opened = await desk.import_(pieces(), len(content))
    links = [[role, link] for role, link in opened.links.items()]
    print_rows(["", ""], [["library", opened.room.id], *links])


def _given(props: dict[str, Any]) -> dict[str, Any]:
    """A null counts as not there."""
    return {name: value for name, value in props.items() if value is not None}
