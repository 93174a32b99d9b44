"""Files of every format that Touchline reads, with something wrong in them, from dice; and what
must hold of each: read whole, or refused with a fault that names the file and says why.

A file that is read goes on to where it is wanted, by the rules alone: every report of a game, a
match or a meet is taken by an empty feed, a board's objects are those that a board takes, a draft
can be loaded. What a feed would refuse of a file that was read would be half an import.
`python -m tests.spoilt` has many of them, tests/integration/test_spoilt.py a sample.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from protocol.board_document import BoardDocument
from protocol.codes import REJECTIONS
from protocol.draft import Player
from protocol.feed import ReportAll
from server.readers.board_parts import document
from server.readers.clips import Files, Passage, read_clip, read_files
from server.readers.game_reports import batches, lacking
from server.readers.games import read_games
from server.readers.held import Held, held
from server.readers.match_events import MatchEvents
from server.readers.match_reports import lacking as match_lacking
from server.readers.match_reports import recorded
from server.readers.meet_file import read_meet, written
from server.readers.player_pool import read_pool
from server.readers.player_table import read_players
from server.readers.rankings import read_rankings
from server.readers.report import Fault, Oddity
from server.readers.sleeper_draft import read_sleeper_draft
from tests.support.drafts import pool_of
from tests.support.feeds import FeedRoom
from tests.support.matches import ItemRoom
from tests.support.meets import MeetRoom, the_meet
from tests.support.provider_files import KIND_OF, SAMPLES
from tests.support.spoilt_games import MUTATIONS as OF_TREES
from tests.support.spoilt_games import not_whole, small
from tests.unit.server.readers.test_kloppy_soccer import TRACAB_META, tracab_raw
from tests.unit.server.readers.test_nfl_api import detail, play, stat
from tests.unit.server.readers.test_nflverse import table
from tests.unit.server.readers.test_sleeper_draft import DRAFT, pick

READ, REFUSED = "read", "refused"
PIECES = (
    *("nan", "1e309", "-1", "", "9" * 400, "0x10", "\u202e", "\x00", '"', "<a>", "&lt;", "]]", "{"),
    *("99999999999999999999", "1.5", "true", "NA", "é", "\ud7ff", "'; --", "=1+1", "2019-13-45"),
)
DEEP = 20_000

Take = Callable[[Files], list[str] | Fault]
"""What does not hold of files that were read, or why they were not."""


@dataclass(frozen=True, slots=True)
class Format:
    """Good files of one, and where they go."""

    files: Callable[[], Files]
    take: Take


# --- mutations of any file


def _cell(data: bytes, dice: random.Random) -> bytes:
    """One cell of a table, or one word of anything else, is something else."""
    text = data.decode("utf-8", "replace")
    words = [*re.finditer(r"[^,;:<>\n\"{}\[\]]+", text)]
    if not words:
        return data
    found = dice.choice(words)
    return (text[: found.start()] + dice.choice(PIECES) + text[found.end() :]).encode()


def _lines(data: bytes, dice: random.Random) -> bytes:
    """Lines are missing, there twice, or in another order."""
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, dice.choice(lines))
        case 2:
            dice.shuffle(lines)
        case _:
            lines = lines[:1] + lines[at:]
    return b"\n".join(lines)


def _column(data: bytes, dice: random.Random) -> bytes:
    """A column is missing, there twice, or is called otherwise."""
    rows = [line.split(b",") for line in data.split(b"\n")]
    at = dice.randrange(len(rows[0]))
    match dice.randrange(3):
        case 0:
            rows = [row[:at] + row[at + 1 :] for row in rows]
        case 1:
            rows = [[*row, *row[at : at + 1]] for row in rows]
        case _:
            rows[0][at] = dice.choice(PIECES).encode()
    return b"\n".join(b",".join(row) for row in rows)


def _empty(_: bytes, dice: random.Random) -> bytes:
    return dice.choice((b"", b" \n", b"\xef\xbb\xbf", b"\x00" * 100, b"null", b"[]", b"{}"))


def _deep(data: bytes, dice: random.Random) -> bytes:
    """Nesting without end, in the place of something or before all of it."""
    nested = dice.choice((b"[", b'{"a":', b"<a>")) * DEEP
    at = dice.randrange(len(data))
    return dice.choice((nested, data[:at] + nested + data[at:]))


def _huge(data: bytes, dice: random.Random) -> bytes:
    """More than a file may have, in a few bytes of gzip; or one line without end."""
    return dice.choice((_HUGE, data + dice.choice((b"0", b",", b" ")) * 300_000))


_HUGE = gzip.compress(b"[" + b" " * 33_600_000, 1)


def _encoded(data: bytes, dice: random.Random) -> bytes:
    """The same in another encoding, or with other ends of lines."""
    match dice.randrange(3):
        case 0:
            return data.decode("utf-8", "replace").encode("utf-16")
        case 1:
            return data.replace(b"\n", b"\r\n")
        case _:
            return data.decode("utf-8", "replace").encode("latin-1", "replace") + b"\xe9\xff"


_Mutation = Callable[[bytes, random.Random], bytes]
_TREE = ("replaced", "missing", "again", "moved")
OF_ANY: Mapping[str, _Mutation] = {
    **{name: OF_TREES[name] for name in ("cut", "bytes", "packed")},
    "cell": _cell, "lines": _lines, "column": _column, "empty": _empty, "deep": _deep,
    "encoded": _encoded,
}  # fmt: skip
EVERY: tuple[str, ...] = (*_TREE, *OF_ANY, "huge", "foreign", "alone")


def spoilt(files: Files, dice: random.Random) -> tuple[str, Files]:
    """What was done, and the files then."""
    done = dict(files)
    name = dice.choice(sorted(done))
    data = done[name]
    trees = _TREE if data.lstrip()[:1] in {b"{", b"["} and b"<" not in data[:1] else ()
    how = dice.choice((*trees, *trees, *OF_ANY, "foreign", "alone"))
    if dice.random() < 0.004:
        how = "huge"
    if how == "foreign":  # a file of somebody else in its place
        other = FORMATS[dice.choice([*FORMATS])].files()
        done[name] = dice.choice([*other.values()])
    elif how == "alone":  # without the file beside it, or with itself beside it
        if len(done) > 1:
            del done[name]
        else:
            done[f"other-{name}"] = data
    elif how == "huge":
        done[name] = _huge(data, dice)
    elif how in _TREE:
        done[name] = OF_TREES[how](data, dice)
    else:
        done[name] = OF_ANY[how](data, dice)
    return how, done


# --- where files go


def _first(files: Files) -> tuple[str, bytes]:
    return next(iter(files.items()))


def _odd(oddities: Mapping[str, Oddity]) -> list[str]:
    return [
        f"the oddity {name} has no place"
        for name, one in oddities.items()
        if one.count < 1 or not one.examples
    ]


def _games(files: Files) -> list[str] | Fault:
    name, data = _first(files)
    found = read_games(name, data)
    if isinstance(found, Fault):
        return found
    faults = _odd(found.oddities)
    for game in found.value:
        faults += not_whole(game)
        feed = FeedRoom(game.source)
        wanted = [*batches(lacking(game, {}, None, 1))]
        told = [feed.told(ReportAll(batch)) for batch in wanted]
        refused = [one for one in told if one[:1] and one[0] in REJECTIONS]
        if refused:
            faults.append(f"a feed refuses of it: {refused[0]}")
            continue
        there = {play.id for play in feed.state.counting()}
        if there != {play.id for play in game.plays if not play.deleted}:
            faults.append("a feed has not all of its plays")
    return faults


def _clip(kind: str) -> Take:
    """As a board, as what a look says, and (a match) as a feed."""

    def take(files: Files) -> list[str] | Fault:
        parts = read_clip(kind, files, Passage(phases=True))
        looked = held(kind, files, Passage(phases=True))
        if isinstance(parts, Fault):
            # A look may choose the first of several plays, so it may say more, but not less.
            return parts if parts.why else ["refused without why"]
        faults = _odd(parts.oddities)
        if isinstance(looked, Fault):
            faults.append(f"a board is made, and a look refuses it: {looked.why}")
        else:
            msgspec.json.decode(msgspec.json.encode(looked), type=Held)
        plain = msgspec.json.encode(document(parts))
        msgspec.json.decode(plain, type=BoardDocument)
        read = read_files(kind, files)
        if not isinstance(read, Fault) and isinstance(read.value, MatchEvents):
            faults += _match(read.value)
        return faults

    return take


def _match(match: MatchEvents) -> list[str]:
    whole = recorded(match)
    feed = ItemRoom("soccer", whole.source)
    for batch in batches(match_lacking(whole, {}, None, 1)):
        told = feed.told(ReportAll(batch))
        if told[:1] and told[0] in REJECTIONS:
            return [f"a feed refuses of the match: {told}"]
    count = len(list(feed.state.counting()))
    if count != len(whole.items):
        return [f"a feed has {count} events of {len(whole.items)}"]
    return []


def _meet(files: Files) -> list[str] | Fault:
    name, data = _first(files)
    found = read_meet(name, data)
    if isinstance(found, Fault):
        return found
    room = MeetRoom(found)
    shown = (len(room.state.events), len(room.state.athletes))
    wanted = (len(found.events), len(found.athletes))
    return [] if shown == wanted else [f"a meet has {shown} of {wanted}"]


def _players(found: list[Player]) -> list[str]:
    try:
        msgspec.convert(msgspec.to_builtins(found), list[Player])
    except msgspec.ValidationError as error:
        return [f"a player that no pool takes: {error}"]
    if len({one.id for one in found}) != len(found):
        return ["one player twice"]
    return []


def _pool(files: Files) -> list[str] | Fault:
    found = read_pool(*_first(files))
    return (
        found
        if isinstance(found, Fault)
        else [*_players(found.value.players), *_odd(found.oddities)]
    )


def _rankings(files: Files) -> list[str] | Fault:
    pool = {one.id: one for one in pool_of(20)}
    found = read_rankings(*_first(files), pool)
    if isinstance(found, Fault):
        return found
    strange = [one.id for one in found.value.players if one.id not in pool]
    return [*_players(found.value.players), *_odd(found.oddities), *strange]


def _table(files: Files) -> list[str] | Fault:
    found = read_players(*_first(files))
    return found if isinstance(found, Fault) else _odd(found.oddities)


def _draft(files: Files) -> list[str] | Fault:
    name, data = _first(files)
    found = read_sleeper_draft(data)
    if isinstance(found, Fault):
        return Fault(f"{name}: {found.path}", found.why)
    msgspec.convert(msgspec.to_builtins(found.load), type(found.load))
    return []


# --- good files


def _nfl_api() -> Files:
    plays = (
        play(71, stat(15, 7), stat(4, None, "")),
        play(95, stat(10, 3)),
        play(120, stat(29, 40)),
    )
    return {"detail.json": json.dumps(detail(*plays, phase="FINAL")).encode()}


def _nflverse() -> Files:
    return {"pbp.csv": table({}, {"play_id": "57", "yards_gained": "-3"}, {"play_id": "80"})}


def _csv_pool() -> Files:
    rows = [
        f"p{n:04},Player {n},{['QB', 'WR', 'RB'][n % 3]},BUF,{n},{n}.5,7,Out" for n in range(1, 9)
    ]
    return {"pool.csv": "\n".join(["id,name,pos,team,rank,adp,bye,status", *rows]).encode()}


def _json_pool() -> Files:
    return {"pool.json": msgspec.json.encode(pool_of(8))}


def _sleeper_pool() -> Files:
    players = {
        str(n): {
            "full_name": f"Player {n}",
            "fantasy_positions": ["WR"],
            "team": "NE",
            "search_rank": n,
        }
        for n in range(1, 9)
    }
    return {"players.json": json.dumps(players).encode()}


def _ranking() -> Files:
    rows = [f"{one.id},{one.name},{place},{place}.5" for place, one in enumerate(pool_of(9), 1)]
    return {"adp.csv": "\n".join(["id,name,rank,adp", *rows]).encode()}


def _sleeper_draft() -> Files:
    picks = [pick(n, 1 + n % 2, f"p{n}", picked_by="u9") for n in range(1, 7)]
    return {"draft.json": json.dumps({"draft": DRAFT, "picks": picks}).encode()}


def _match_sample(name: str) -> Format:
    return Format(SAMPLES[name], _clip(KIND_OF.get(name, name)))


FORMATS: Mapping[str, Format] = {
    "gsis": Format(lambda: {"game.json": small()}, _games),
    "nfl_api": Format(_nfl_api, _games),
    "nflverse": Format(_nflverse, _games),
    **{name: _match_sample(name) for name in SAMPLES},
    "tracab (kloppy)": Format(
        lambda: {"meta.xml": TRACAB_META, "raw.dat": tracab_raw()}, _clip("tracab")
    ),
    "meet": Format(lambda: {"meet.json": written(the_meet())}, _meet),
    "pool csv": Format(_csv_pool, _pool),
    "pool json": Format(_json_pool, _pool),
    "pool sleeper": Format(_sleeper_pool, _pool),
    "rankings": Format(_ranking, _rankings),
    "players": Format(lambda: {"players.csv": b"gsis_id,position\n00-1,QB\n00-2,WR\n"}, _table),
    "sleeper draft": Format(_sleeper_draft, _draft),
}


class Seen:
    """What came of them: format and mutation to outcomes, and what must not be."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str, str]] = Counter()
        self.faults: list[str] = []

    def take(self, name: str, how: str, files: Files) -> None:
        """One more. Whatever is raised is a fault."""
        try:
            found = FORMATS[name].take(files)
        except Exception as error:  # noqa: BLE001 - the point of it is that there are none
            self.outcomes[name, how, "raised"] += 1
            self.faults.append(f"{name}, {how}: {type(error).__name__}: {str(error)[:200]}")
            return
        if isinstance(found, Fault):
            self.outcomes[name, how, REFUSED] += 1
            if not found.why or (found.path == "" and "file" not in found.why):
                self.faults.append(f"{name}, {how}: {found} does not say what is wrong and where")
            return
        self.outcomes[name, how, READ] += 1
        self.faults += [f"{name}, {how}: {fault}" for fault in found]


def spoil(count: int, seed: int, told: Callable[[int], None] = lambda _: None) -> Seen:
    """So many files, of each format as many; each has a seed of its own, so that one can be made
    again."""
    seen, names = Seen(), [*FORMATS]
    for number in range(count):
        dice = random.Random(f"{seed} {number}")
        name = names[number % len(names)]
        how, files = spoilt(FORMATS[name].files(), dice)
        before = len(seen.faults)
        seen.take(name, how, files)
        seen.faults[before:] = [f"file {number}: {one}" for one in seen.faults[before:]]
        told(number + 1)
    return seen
