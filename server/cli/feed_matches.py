"""Matches of soccer for `touchline feed`: which files are one, and what a feed has of it. Knows
files and the desk; what files mean is for server/readers. SPEC: PF7, PF8."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import FeedSettings, Report
from protocol.feed_items import SoccerEvent, SoccerScoreboard
from server.cli.desk import Desk
from server.cli.play_files import bytes_of, tell
from server.cli.screen import fail
from server.http.feeds import FeedRequest
from server.http.operator_rooms import OpenedUnderKey
from server.readers.clips import FILES_MAX, read_files, sniff
from server.readers.match_events import MatchEvents
from server.readers.match_reports import Recorded, lacking, recorded
from server.readers.report import Fault

_KINDS = frozenset({"statsbomb", "metrica_events"})

SendAll = Callable[[str, Sequence[Report], str, int], Awaitable[tuple[int, int]]]
"""feed, reports, of what, version → how many came in, version."""


class _Settings(Struct, frozen=True):
    sources: list[str]


class _Profile(Struct, frozen=True):
    profile: str = "football"


class _Kind(Struct, frozen=True):
    settings: _Profile


class _Any(Struct, frozen=True):
    kind: _Kind


_SOCCER = _Kind(_Profile("soccer"))


class _HeldItem(Struct, frozen=True):
    play: SoccerEvent
    source: str


class _Feed(Struct, frozen=True):
    settings: _Settings
    header: SoccerScoreboard | None
    plays: list[_HeldItem]


class _State(Struct, frozen=True):
    kind: _Feed


def match_in(paths: Sequence[Path], faults: list[str]) -> Recorded | None:
    """The one match that all of these files hold together; None: they are no match of soccer, or
    one that cannot be read, which is added to the faults."""
    if not 1 <= len(paths) <= FILES_MAX or not all(path.is_file() for path in paths):
        return None
    files = {str(path): bytes_of(path) for path in paths}
    if sniff(files) not in _KINDS:
        return None
    read = read_files(None, files)
    if isinstance(read, Fault):
        faults.append(f"{read.path}: {read.why}")
        return None
    if not isinstance(read.value, MatchEvents):
        faults.append(f"{paths[0]}: line-ups alone are no match; its events are needed")
        return None
    tell(read.oddities)
    return recorded(read.value)


def name_of(match: Recorded) -> str:
    """What a feed of it is called."""
    return f"{match.scoreboard.home} – {match.scoreboard.away}"[:64]


def key_of(match: Recorded, first: Path) -> str:
    """What names the match: its source and the name of its first file, so that a corrected file
    under the same name is the same match."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", first.name.partition(".")[0])
    return f"{match.source}-{stem}"[:40]


async def import_match(
    desk: Desk,
    match: Recorded,
    key: str,
    into: str | None,
    revision: int,
    faults: list[str],
    send_all: SendAll,
) -> list[str]:
    """The match into its feed: what it lacks. Returns a row as import_game does."""
    link, feed = "", into
    if feed is None:
        request = FeedRequest(key, name_of(match), FeedSettings(profile="soccer"))
        made = msgspec.convert(await desk.ask("POST", "/operator/feeds", request), OpenedUnderKey)
        feed, link = made.room.id, made.links.get("owner", "")
    shown = await desk.show(feed)
    if shown.room.kind != "feed" or msgspec.convert(shown.view.state, _Any).kind != _SOCCER:
        fail(f"{feed} is no feed of soccer")
    held, version = msgspec.convert(shown.view.state, _State).kind, shown.view.version
    if match.source not in held.settings.sources:
        faults.append(
            f"{key}: the feed takes {', '.join(held.settings.sources)}, and this is {match.source}"
        )
        return [key, feed, "0", str(version), link]
    known = {one.play.id: (one.play, one.source) for one in held.plays}
    reports = lacking(match, known, held.header, revision)
    sent, version = await send_all(feed, reports, key, version)
    return [key, feed, str(sent), str(version), link]


def other_events(ours: Iterable[object], match: Recorded) -> list[str]:
    """Where the events that count in a feed are not those of the match, but for their versions."""
    counting = [one for one in ours if isinstance(one, SoccerEvent)]
    held = {one.id: replace(one, version=1) for one in counting}
    theirs = {one.id: one for one in match.items}
    return [
        f"event {number} is not what the file has"
        for number in sorted(held.keys() | theirs.keys())
        if held.get(number) != theirs.get(number)
    ]
