"""`touchline board`: recorded play as a board. `read` prints what files hold; `import` makes a room
of them on the server. Knows files and the desk; what they mean is for server/readers. SPEC: RD19,
RD20."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer

from protocol.board_document import write_document
from server.cli.asking import at_the_desk
from server.cli.desk import Desk, is_name
from server.cli.entry_text import plain
from server.cli.options import require_file
from server.cli.room import print_links
from server.cli.screen import Exit, fail, notes, print_rows
from server.readers.board_parts import BoardParts, document
from server.readers.choices import plays_of
from server.readers.clips import FILES_MAX, KINDS, Passage, read_clip
from server.readers.kloppy_soccer import PROVIDERS
from server.readers.report import Fault
from server.readers.source import FILE_BYTES_MAX

app = typer.Typer(no_args_is_help=True, help="Tracking, events and line-ups as boards.")

FilesArgument = Annotated[
    list[Path], typer.Argument(help="One clip or match; .gz too. Metadata first, if there is any.")
]
KindOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        help=f"{', '.join(KINDS)}; by the extra soccer also {', '.join(PROVIDERS)}. "
        "Without it the content decides.",
    ),
]
PeriodOption = Annotated[int | None, typer.Option("--period", help="Of events: which.", min=1)]
FromOption = Annotated[
    float | None, typer.Option("--from", help="Seconds, of events into the period.", min=0)
]
ToOption = Annotated[float | None, typer.Option("--to", help="Seconds.", min=0)]
PlayOption = Annotated[
    str | None, typer.Option("--play", help="Which of several plays, as `read` names them.")
]
PhasesOption = Annotated[bool, typer.Option("--phases", help="A phase for each event.")]


@app.command("read")
def read(
    files: FilesArgument,
    *,
    kind: KindOption = None,
    period: PeriodOption = None,
    begin: FromOption = None,
    end: ToOption = None,
    phases: PhasesOption = False,
    play: PlayOption = None,
) -> None:
    """Print what files hold and what is odd about them. Makes nothing."""
    contents = _contents(files)
    parts = _parts(contents, kind, _passage(period, begin, end, play, phases=phases))
    plays = () if kind in PROVIDERS else plays_of(contents)
    if len(plays) > 1:
        print_rows(["play", ""], [[one.key, plain(one.label)] for one in plays])
    print_parts(parts)


@app.command("import")
@at_the_desk
async def import_(
    desk: Desk,
    files: FilesArgument,
    *,
    kind: KindOption = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the room.")] = None,
    period: PeriodOption = None,
    begin: FromOption = None,
    end: ToOption = None,
    phases: PhasesOption = False,
    play: PlayOption = None,
) -> None:
    """Make a room with a board of files, and print an invitation link for each role."""
    if name is not None and not is_name(name):
        fail("a name has 1 to 64 characters", Exit.USAGE)
    parts = _parts(_contents(files), kind, _passage(period, begin, end, play, phases=phases))
    content = write_document(document(parts, name))

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    opened = await desk.import_(pieces(), len(content))
    for what, oddity in parts.oddities.items():
        notes().print(f"{oddity.count:,} {what}: {plain('; '.join(oddity.examples))}", markup=False)
    print_links(opened.room, opened.links)


def print_parts(parts: BoardParts) -> None:
    """Rows: what it is, objects by sort, oddities with their first places, notes."""
    sorts = Counter(one.sort for one in parts.objects)
    rows = [
        ["name", plain(parts.name)],
        ["source", plain(parts.source)],
        ["sport", parts.settings.sport],
        ["pitch", f"{parts.settings.length_mm} x {parts.settings.width_mm} mm"],
    ]
    rows += [[sort, str(count)] for sort, count in sorts.items()]
    rows += [
        [f"odd: {what}", f"{oddity.count} ({plain('; '.join(oddity.examples))})"]
        for what, oddity in parts.oddities.items()
    ]
    rows += [["note", plain(line)] for line in parts.notes.splitlines()]
    print_rows(["", ""], rows)


def _contents(files: list[Path]) -> dict[str, bytes]:
    if len(files) > FILES_MAX:
        fail(f"at most {FILES_MAX} files of one clip or match", Exit.USAGE)
    contents: dict[str, bytes] = {}
    for path in files:
        if require_file(path).stat().st_size > FILE_BYTES_MAX:
            fail(f"{path}: larger than {FILE_BYTES_MAX:,} bytes", Exit.FAILED)
        contents[path.name if path.name not in contents else str(path)] = path.read_bytes()
    return contents


def _parts(contents: dict[str, bytes], kind: str | None, chosen: Passage) -> BoardParts:
    read_ = read_clip(kind, contents, chosen)
    if isinstance(read_, Fault):
        fail(f"{read_.path}: {read_.why}" if read_.path else read_.why)
    return read_


def _passage(
    period: int | None, begin: float | None, end: float | None, play: str | None, *, phases: bool
) -> Passage:
    def ms(seconds: float | None) -> int | None:
        return None if seconds is None else round(seconds * 1000)

    return Passage(period, ms(begin), ms(end), phases, play)
