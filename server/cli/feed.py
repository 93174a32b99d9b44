"""`touchline feed`: feeds from the command line, whether a server holds the database or not.

Makes one, brings whole games in, plays a recorded game as it went, and proves a feed from its
history. Knows files, rooms and the screen; what files mean is for server/readers, what reports do
for server/rules. SPEC: FP10 to FP15.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from msgspec import Struct

from protocol.feed import FeedSettings, Header, Play, Report, ReportAll
from server.cli.asking import at_the_desk
from server.cli.desk import Desk, Refused, is_name
from server.cli.entry_text import plain
from server.cli.feed_matches import import_match, key_of, match_in, name_of, other_events
from server.cli.feed_meets import held as held_meet
from server.cli.feed_meets import import_meet, meet_in
from server.cli.options import require_file
from server.cli.play_files import bytes_of, files_of, tell
from server.cli.room import print_links
from server.cli.screen import Exit, fail, notes, print_rows, progress
from server.clock import SystemClock
from server.http.feeds import FeedRequest
from server.http.operator import OperatorRoom, OperatorRoomRequest
from server.http.operator_rooms import OpenedUnderKey
from server.readers.game import Game
from server.readers.game_reports import Known, Step, batches, lacking, steps_of
from server.readers.game_season import season_of
from server.readers.games import read_games
from server.readers.match_reports import steps_of as match_steps
from server.readers.meet_file import written
from server.readers.report import Fault
from server.replay import play_back
from server.rules.feed import AnyFeed
from server.rules.feed_check import check, differences
from server.rules.feed_items import ItemFeed
from server.rules.kind import Stamp

app = typer.Typer(no_args_is_help=True, help="Feeds of games: make, import, replay, proof.")

T = TypeVar("T")

TRIES = 8
"""Of one request, where the server is busy or asked too often."""
TRY_AGAIN_S = 1.0
FAULTS_MAX = 20
"""Reports of one game that are refused before the rest of it is left out."""
TOLD_MAX = 100
"""Faults that are printed."""

sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
"""How this module waits."""

PathsArgument = Annotated[
    list[Path],
    typer.Argument(help="Play files (GSIS, NFL API, nflverse; .gz too), or folders of GSIS files."),
]
IntoOption = Annotated[
    str | None, typer.Option("--into", help="Id of a feed (r_…); else one of its own per game.")
]
FeedArgument = Annotated[str, typer.Argument(help="Id of the feed (r_…).")]


class _Held(Struct, frozen=True):
    play: Play
    source: str
    review: bool = False


class _Feed(Struct, frozen=True):
    settings: FeedSettings
    header: Header | None
    plays: list[_Held]
    inconsistent: list[Any]


class _State(Struct, frozen=True):
    kind: _Feed


@app.command("create")
@at_the_desk
async def create(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="Name of the room.")],
    *,
    owner: Annotated[str, typer.Option("--owner", help="Name of its first owner.")] = "Operator",
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Who may report, the best first; several.")
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", help="football, soccer or generic: what it is a feed of.")
    ] = "football",
) -> None:
    """Make a feed, and print an invitation link for each role."""
    if not is_name(name) or not is_name(owner):
        fail("a name has 1 to 64 characters", Exit.USAGE)
    try:
        wanted: dict[str, Any] = {"sources": source} if source else {}
        wanted |= {"profile": profile}
        settings = msgspec.to_builtins(msgspec.convert(wanted, FeedSettings))
    except msgspec.ValidationError as error:
        fail(str(error), Exit.USAGE)
    opened = await desk.create(OperatorRoomRequest("feed", name, settings, owner_name=owner))
    print_links(opened.room, opened.links)


@app.command("import")
@at_the_desk
async def import_(
    desk: Desk,
    paths: PathsArgument,
    *,
    into: IntoOption = None,
    revision: Annotated[
        int,
        typer.Option("--revision", help="Higher for files that correct earlier ones.", min=1),
    ] = 1,
    private: Annotated[
        bool, typer.Option("--private", help="Only members of a feed may ask about its plays.")
    ] = False,
) -> None:
    """Bring whole games into feeds, or one match of soccer (events with line-ups or metadata beside
    them), or a meet of athletics; what is there already is passed over, so an import that broke
    off is done again. Prints game, feed, reports, the feed's version, and the owner's link of a new
    one."""
    faults: list[str] = []
    rows: list[list[str]] = []
    meet = meet_in(paths, faults)
    match = None if meet is not None or faults else match_in(paths, faults)
    if meet is not None or match is not None or faults:
        if meet is not None:
            rows.append(await import_meet(desk, meet, paths[0], into, faults, patiently))
        if match is not None:
            send_all = partial(_send_all, desk, faults)
            key = key_of(match, paths[0])
            rows.append(await import_match(desk, match, key, into, revision, faults, send_all))
        print_rows(_ROW, rows)
        _end_with(faults)
        return
    files = files_of(paths)
    with progress("importing", len(files)) as shown:
        for file in files:
            for game in games_in(file, faults):
                if into is not None and rows:
                    fail("--into takes one game", Exit.USAGE)
                made = await import_game(desk, game, into, revision, faults, open_=not private)
                rows.append(made)
            shown.advance(shown.task_ids[0])
    print_rows(_ROW, rows)
    _end_with(faults)


_ROW = ["game", "feed", "reports", "version", "owner"]


def games_in(file: Path, faults: list[str]) -> Sequence[Game]:
    """The games of a file; why it cannot be read is added to the faults."""
    try:
        found = read_games(str(file), bytes_of(file))
    except OSError as error:
        faults.append(f"{file}: {error.strerror}")
        return ()
    if isinstance(found, Fault):
        faults.append(f"{found.path}: {found.why}")
        return ()
    tell(found.oddities)
    return found.value


async def import_game(
    desk: Desk,
    game: Game,
    into: str | None,
    revision: int,
    faults: list[str],
    *,
    open_: bool = False,
) -> list[str]:
    """One game into its feed: what it lacks. `open_`: everybody may ask about it. Returns a row:
    game, feed, reports, version, owner's link of a new feed. What is refused is added to the
    faults."""
    link = ""
    feed = into
    if feed is None:
        season, week = season_of(game.id)
        name = f"{game.id} {game.away.team} at {game.home.team}"
        request = FeedRequest(game.id, name, season=season, week=week, open=open_)
        opened = await patiently(lambda: desk.ask("POST", "/operator/feeds", request))
        made = msgspec.convert(opened, OpenedUnderKey)
        feed, link = made.room.id, made.links.get("owner", "")
    held, version = await _held(desk, feed)
    known = {one.play.id: Known(one.play, one.source) for one in held.plays}
    sources = held.settings.sources
    if game.source not in sources:
        faults.append(f"{game.id}: the feed takes {', '.join(sources)}, and this is {game.source}")
        return [game.id, feed, "0", str(version), link]
    better = sources[: sources.index(game.source)]
    reports = lacking(game, known, held.header, revision, better=better)
    sent, version = await _send_all(desk, faults, feed, reports, game.id, version)
    return [game.id, feed, str(sent), str(version), link]


async def _send_all(
    desk: Desk, faults: list[str], feed: str, reports: Sequence[Report], of: str, version: int
) -> tuple[int, int]:
    """How many came in, and the feed's version then."""
    sent = refused = 0
    for batch in batches(reports):
        version, gone = await send_what_can_be(
            partial(_send, desk, feed), batch, faults, of, version
        )
        refused += gone
        sent += len(batch) - gone if gone <= FAULTS_MAX else 0
        if refused > FAULTS_MAX:
            faults.append(f"{of}: more than {FAULTS_MAX} reports are refused, the rest waits")
            break
    return sent, version


async def send_what_can_be(
    send: Callable[[Sequence[Report]], Awaitable[int]],
    batch: Sequence[Report],
    faults: list[str],
    of: str,
    version: int,
) -> tuple[int, int]:
    """The feed's version after the batch, and how many of it were refused: each is named as one
    `of` something, and the others sent without it."""
    left = list(batch)
    while left and len(batch) - len(left) <= FAULTS_MAX:
        try:
            return await send(left), len(batch) - len(left)
        except Refused as refused:
            number = _which(refused)
            if number is None:
                raise
            faults.append(f"{of} {_named(left.pop(number))}: {_why(refused)}")
    return version, len(batch) - len(left)


class _Detail(Struct, frozen=True):
    report: int | None = None


def _which(refused: Refused) -> int | None:
    """The report that was refused, by its place in the command."""
    try:
        return msgspec.convert(refused.detail, _Detail).report
    except msgspec.ValidationError:
        return None


def _named(report: Report) -> str:
    said: Any = report
    for name in ("play", "item"):
        if hasattr(said, name):
            return f"{name} {getattr(said, name).id}"
    number = getattr(said, "id", None)
    return "header" if number is None else f"play {number}"


def _why(refused: Refused) -> str:
    if refused.code == "exists":
        return "the feed has something else under this revision; a correction has a higher one"
    return str(refused)


async def _send(desk: Desk, feed: str, reports: Sequence[Report]) -> int:
    command = ReportAll(tuple(reports))
    path = f"/operator/feeds/{feed}/events"
    return int((await patiently(lambda: desk.ask("POST", path, command)))["version"])


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer; a server that cannot now is asked again: reports change nothing twice."""
    for _ in range(TRIES - 1):
        try:
            return await ask()
        except Refused as refused:
            if refused.exit_code is not Exit.UNAVAILABLE:
                raise
            await sleep(TRY_AGAIN_S)
    return await ask()


async def _shown(desk: Desk, feed: str) -> OperatorRoom:
    shown = await desk.show(feed)
    if shown.room.kind != "feed":
        fail(f"{feed} is a {shown.room.kind}, not a feed")
    return shown


async def _held(desk: Desk, feed: str) -> tuple[_Feed, int]:
    """A feed of football as it is, and its version."""
    shown = await _shown(desk, feed)
    if _profile_of(shown) != "football":
        fail(f"{feed} is a feed of {_profile_of(shown)}, and this is football")
    return msgspec.convert(shown.view.state, _State, strict=False).kind, shown.view.version


def _profile_of(shown: OperatorRoom) -> str:
    return str(shown.view.state["kind"]["settings"].get("profile", "football"))


@app.command("replay")
@at_the_desk
async def replay(
    desk: Desk,
    paths: Annotated[
        list[Path], typer.Argument(help="A play file of one game, or the files of a match.")
    ],
    *,
    into: IntoOption = None,
    speed: Annotated[
        float, typer.Option("--speed", help="How many times as fast as it went.", min=1, max=1000)
    ] = 1.0,
) -> None:
    """Report a recorded game play by play: by its wall clock, or as long as games take where it has
    none. Makes a new feed unless one is named."""
    faults: list[str] = []
    for file in paths:
        require_file(file)
    name, settings, steps = _to_replay(paths, faults)
    _end_with(faults)
    feed = into
    if feed is None:
        opened = await desk.create(OperatorRoomRequest("feed", name, settings))
        print_links(opened.room, opened.links)
        feed = opened.room.id
    else:
        await _shown(desk, feed)
    with progress("playing", len(steps)) as shown:

        async def send(reports: Sequence[Report]) -> None:
            await _send(desk, str(feed), reports)
            shown.advance(shown.task_ids[0], len(reports) / 2)

        await play_back(steps, send, speed=speed, clock=SystemClock(), wait=sleep)


@app.command("export")
@at_the_desk
async def export(
    desk: Desk,
    meet: Annotated[str, typer.Argument(help="Id of a meet (r_…).")],
    file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")],
) -> None:
    """Write a whole meet as a file, as `import` takes it."""
    whole, version = await held_meet(desk, meet)
    try:
        with file.open("xb") as out:
            out.write(written(whole))
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    print_rows(["", ""], [["version", str(version)], ["results", str(len(whole.results))]])


def _to_replay(
    paths: Sequence[Path], faults: list[str]
) -> tuple[str, dict[str, Any], Sequence[Step]]:
    """What is played into what: the name and settings of a feed of it, and its steps."""
    match = match_in(paths, faults)
    if match is not None:
        return f"{name_of(match)[:57]}, again", {"profile": "soccer"}, match_steps(match)
    if faults:
        return "", {}, ()
    if len(paths) > 1:
        fail(f"{len(paths)} files, and no match of soccer; a replay is of one game", Exit.USAGE)
    games = games_in(paths[0], faults)
    if faults:
        return "", {}, ()
    if len(games) != 1:
        fail(f"{paths[0]}: {len(games)} games; a replay is of one", Exit.USAGE)
    game = games[0]
    return f"{game.id} {game.away.team} at {game.home.team}, again", {}, steps_of(game)


@app.command("verify")
@at_the_desk
async def verify(
    desk: Desk,
    feed: FeedArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="A play file, or the files of a match: theirs must be what counts."),
    ] = None,
) -> None:
    """Prove a feed from its history: its entries make what is shown. Ends with 1 where they do not,
    or where a file has other lines; a header that plays do not make is said."""
    shown = await _shown(desk, feed)
    version, view = shown.view.version, shown.view.state["kind"]
    entries = [entry async for entry in desk.history(feed) if entry.version <= version]
    entries.reverse()
    if not entries or entries[0].version != 1:
        fail("the beginning of its history was pruned: nothing can be proved")
    log = [(Stamp(one.version, one.at, one.by, "", 0), one.events) for one in entries]
    shown = await desk.show(feed, version)
    settings = msgspec.convert(view["settings"], FeedSettings)
    found = check(settings, log, shown.view.state["kind"])
    faults = list(found.faults)
    if files:
        faults += _against_files(found.state, files, feed)
    rows = [["entries", str(found.entries)], ["plays", str(len(list(found.state.counting())))]]
    rows += [[tag, str(count)] for tag, count in sorted(found.events.items())]
    rows += [
        ["inconsistent", f"{one.team}: header {one.header}, plays {one.plays}"]
        for one in found.state.differences
    ]
    print_rows(["", ""], [*rows, ["faults", str(len(faults))]])
    _end_with(faults)


def _against_files(state: AnyFeed, files: Sequence[Path], feed: str) -> list[str]:
    """Where files have other lines than those that count, or other events."""
    faults: list[str] = []
    match = match_in([require_file(file) for file in files], faults)
    if isinstance(state, ItemFeed):
        if match is None:
            return faults or [f"{files[0]}: no match of soccer, and {feed} is one"]
        return other_events(state.counting(), match)
    if match is not None:
        return [f"{files[0]}: a match of soccer, and {feed} is a feed of football"]
    file = files[0]
    games = games_in(file, faults)
    if len(games) == 1:
        return faults + differences(state, games[0].plays)
    if not faults:
        fail(f"{file}: {len(games)} games; a feed is of one", Exit.USAGE)
    return faults


def _end_with(faults: Sequence[str]) -> None:
    """Faults by name; the end of the command where there is one."""
    for fault in faults[:TOLD_MAX]:
        notes().print("touchline:", plain(fault), markup=False)
    if len(faults) > TOLD_MAX:
        notes().print(f"touchline: and {len(faults) - TOLD_MAX:,} more")
    if faults:
        raise typer.Exit(Exit.FAILED)
