"""A million plays on PostgreSQL: how fast they are imported and put in for questions, what they
weigh, how long the ten questions of the documents take, and that none of them reads a table from
one end to the other; and that an import that was killed halfway and done again has each play once.

A part of the million comes by files. The rest are copies of those plays in other seasons, of other
people, made by the database: an import of all would only take the same time again and again. The
last season comes by files, so that its rates are those of a million.

The games are the recorded ones where they lie beside the checkout, else one that is made up, again
and again under other numbers, in other seasons and with other teams and people; the page says
which.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none

from loadtest.bench.plan import Bench
from loadtest.bench.questions import ten
from loadtest.figures import Latencies, percentile, size
from loadtest.http_side import HttpSide
from loadtest.processes import RAISED, ROOT_OF_CHECKOUT
from loadtest.report import Figure, Result
from loadtest.stage import Stage

REAL_GAMES = Path("shared/data/nfl_gsis")
"""Beside the checkout."""
OPERATOR_KEY = "operator.key"
GAMES_PER_SEASON = 267
FIRST_SEASON = 2_002
TEAMS = 32
FILES_PER_CALL = 500
SEASON_PLAYS = 47_000
COUNTED_S = 11.0
"""Until a connection that rests has told the database's counts what it has read."""
P95_GOAL_S, WORST_GOAL_S = 0.1, 0.5
SETTINGS = {**RAISED, "ask_behind_s": "0", "ask_sweep_s": "3600"}
"""Plays are put in by the command, whose time is taken."""


class Games(NamedTuple):
    """Games to be written as others."""

    trees: list[dict[str, Any]]
    about: str


def run(bench: Bench) -> Result:
    """Writes the games, imports them with one death on the way, puts them in, and asks."""
    plan = bench.plan
    database = plan.databases[-1]
    games = real_games() or made_up()
    result = Result(
        "Questions about plays",
        f"{plan.plays:,} plays on {database}: {games.about}, written as games of other seasons, "
        f"teams and people; {min(plan.plays, plan.plays_imported):,} of them and a last season "
        "imported by the command line, which is killed halfway and started again, the others "
        "copies in the database, in seasons of their own. Each of the ten questions is asked "
        f"{plan.play_tries} times over HTTP, in turns.",
    )
    with bench.stage(database, SETTINGS) as stage:
        folder = stage.server.data_dir.parent / "games"
        folder.mkdir()
        others = _others(games)
        wanted = _write(others, folder, min(plan.plays, plan.plays_imported))
        bench.say("plays: import")
        _import(bench, stage, sorted(folder.iterdir()), result)
        bench.say("plays: put in for questions")
        _put_in(stage, wanted, "put in for questions", result)
        _check(stage, wanted, result)
        again = _command(stage, ["feed", "index"])
        if again.split("\t")[1:3] != ["0", "0"]:
            result.faults.append(f"a second round changed something: {again}")
        result.figures.append(_weight(stage, wanted))
        if plan.plays > plan.plays_imported and stage.postgres is not None:
            bench.say("plays: copies of them")
            copied = asyncio.run(_copy(stage.postgres.url, plan.plays - wanted))
            wanted += copied
            _put_in(stage, copied, "sums of the copied seasons made again", result)
            _check(stage, wanted, result)
            bench.say("plays: another season")
            more = stage.server.data_dir.parent / "more"
            more.mkdir()
            last = _write(others, more, SEASON_PLAYS)
            rate = _brought_in(stage, sorted(more.iterdir()))
            result.figures.append(Figure("import over HTTP, at the end", f"{rate:,.0f} reports/s"))
            _put_in(stage, last, "put in for questions, at the end", result)
            wanted += last
            _check(stage, wanted, result)
        bench.say("plays: the ten questions")
        before = asyncio.run(_read_whole(stage))
        _ask(stage, plan.play_tries, result)
        scans = asyncio.run(_read_whole(stage))
        whole = sorted(name for name, count in scans.items() if count > before.get(name, 0))
        result.figures.append(
            Figure("tables read from end to end", str(len(whole)), "0", not whole)
        )
        if whole:
            result.notes.append(f"read from end to end: {', '.join(whole[:20])}")
    return result


def _put_in(stage: Stage, plays: int, name: str, result: Result) -> None:
    began = time.perf_counter()
    _command(stage, ["feed", "index"])
    took = time.perf_counter() - began
    result.figures.append(Figure(name, f"{plays / took:,.0f} plays/s"))


# --- games


def real_games() -> Games | None:
    """The recorded games, where they are."""
    files = sorted((ROOT_OF_CHECKOUT.parent / REAL_GAMES).glob("2019_reg_*/*.json.gz"))
    if not files:
        return None
    trees = [json.loads(gzip.decompress(path.read_bytes())) for path in files]
    return Games(trees, f"the {len(trees)} recorded games")


def made_up() -> Games:
    """One game of a run, a pass and a punt, a hundred times."""
    plays: dict[str, Any] = {}
    for number in range(1, 181):
        stat, yards = ((10, 4), (15, 22), (29, 40))[number % 3]
        rows = [{"sequence": 1, "clubcode": "HOM", "playerName": "A.One", "statId": stat,
                 "yards": yards}]  # fmt: skip
        if stat == 15:
            catch = {"sequence": 2, "clubcode": "HOM", "playerName": "B.Two", "statId": 21}
            plays_of = {"00-0000001": rows, "00-0000002": [{**catch, "yards": yards}]}
        else:
            plays_of = {"00-0000001": rows}
        plays[str(20 * number)] = {
            "qtr": 1 + number // 46, "time": f"{14 - number % 15:02}:30", "down": 1 + number % 4,
            "ydstogo": 1 + number % 10, "yrdln": f"AWY {1 + number % 49}", "posteam": "HOM",
            "desc": "(Shotgun) A play.", "note": None, "players": plays_of,
        }  # fmt: skip
    side = {"score": {quarter: 0 for quarter in ("1", "2", "3", "4", "5", "T")}, "stats": {}}
    game = {"home": {"abbr": "HOM", **side}, "away": {"abbr": "AWY", **side}, "qtr": "Final",
            "drives": {"1": {"plays": plays}, "crntdrv": 1}}  # fmt: skip
    return Games([{"2030010600": game}], "a made-up game")


def _write(others: Iterator[tuple[str, bytes, int]], folder: Path, plays: int) -> int:
    """Files of as many games as have so many plays; how many there are in them."""
    count = 0
    while count < plays:
        number, content, found = next(others)
        (folder / f"{number}.json").write_bytes(content)
        count += found
    return count


def _others(games: Games) -> Iterator[tuple[str, bytes, int]]:
    """Number, content and plays of one game after another: season by season, week by week."""
    made = 0
    while True:
        season, place = divmod(made, GAMES_PER_SEASON)
        opening = date(FIRST_SEASON + season, 9, 8) + timedelta(days=7 * (place // 16))
        number = f"{opening:%Y%m%d}{place % 16:02}"
        ((_, game),) = [
            (key, value)
            for key, value in games.trees[made % len(games.trees)].items()
            if key.isdigit()
        ]
        content = json.dumps({number: game})
        for side, turn in (("home", 2 * place), ("away", 2 * place + 1)):
            # another team, of 32, and other people, of as many as there are teams
            team = f'"{game[side]["abbr"]}"'
            content = content.replace(team, f'"{_team(turn)}"')
            content = content.replace(f"{team[1:-1]} ", f"{_team(turn)} ")
        content = content.replace('"00-00', f'"{season % 90 + 10}-00')
        plays = {
            play
            for key, drive in game["drives"].items()
            if key != "crntdrv"
            for play in drive["plays"]
        }
        yield number, content.encode(), len(plays)
        made += 1


def _team(turn: int) -> str:
    return f"Q{chr(65 + turn % TEAMS // 2)}{'XY'[turn % 2]}"


# --- the import


def _import(bench: Bench, stage: Stage, files: Sequence[Path], result: Result) -> None:
    """All of it is begun, killed halfway, and done again; what is there is passed over."""
    dying = stage.server.spawn(_line(["feed", "import", *map(str, files)]))
    goal = max(1, len(files) // 2)
    deadline = time.perf_counter() + bench.plan.play_import_s
    while _rooms(stage) < goal and dying.poll() is None and time.perf_counter() < deadline:
        time.sleep(0.05)  # another process imports and tells nobody
    was_under_way = dying.poll() is None
    dying.kill()
    dying.wait()
    before = _rooms(stage)
    result.notes.append(
        f"the import was killed with {before:,} of {len(files):,} games begun"
        if was_under_way
        else "the import had ended before it could be killed"
    )
    rate = _brought_in(stage, files)
    result.figures.append(
        Figure("import over HTTP, durable, the first half passed over", f"{rate:,.0f} reports/s")
    )


def _brought_in(stage: Stage, files: Sequence[Path]) -> float:
    """Reports a second, while these files are imported."""
    began, plays = time.perf_counter(), 0
    for first in range(0, len(files), FILES_PER_CALL):
        told = _command(stage, ["feed", "import", *map(str, files[first : first + FILES_PER_CALL])])
        plays += sum(int(line.split("\t")[2]) for line in told.splitlines())
    return plays / (time.perf_counter() - began)


async def _copy(url: str, wanted: int) -> int:
    """Copies of the first season's plays in seasons of their own, before all others, until there
    are so many more; how many there are."""
    database = await _connect(url)
    try:
        found: list[Any] = await database.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'play'::regclass AND attnum > 4"
            " ORDER BY attnum"
        )
        own = ", ".join(row[0] for row in found)
        made, season = 0, FIRST_SEASON
        while made < wanted:
            season -= 1
            far = 100_000 * (FIRST_SEASON - season)
            # what they come to is not copied: it is made again before anybody is answered
            await database.execute(
                "INSERT INTO play_season (season, summed) VALUES ($1, 0)", season
            )
            for statement in _COPIES:
                told = await database.execute(
                    statement.format(season=season, first=FIRST_SEASON, far=far, own=own)
                )
                if "INTO play (" in statement:
                    made += int(told.rpartition(" ")[2])
        return made
    finally:
        await database.close()


_COPIES = (
    "INSERT INTO play_feed (number, room, game, season, week, open, version)"
    " OVERRIDING SYSTEM VALUE SELECT number + {far}, room || '-{far}', game || '-{far}', {season},"
    " week, open, version FROM play_feed WHERE season = {first}",
    "INSERT INTO play (season, week, feed, play, {own})"
    " SELECT {season}, week, feed + {far}, play, {own} FROM play WHERE season = {first}",
    "INSERT INTO play_player (season, feed, play, player, name, team, roles)"
    " SELECT {season}, feed + {far}, play, '{season}' || substr(player, 3), name, team, roles"
    " FROM play_player WHERE season = {first}",
    "INSERT INTO play_text (season, feed, play, text)"
    " SELECT {season}, feed + {far}, play, text FROM play_text WHERE season = {first}",
)


async def _connect(url: str) -> Any:
    # The driver is untyped.
    return await cast("Any", asyncpg).connect(
        user="postgres", database="postgres", host=url.partition("host=")[2]
    )


async def _read_whole(stage: Stage) -> dict[str, int]:
    """How often each table of plays that has rows was read from end to end, by the database's own
    count: what EXPLAIN would foresee, of what was really done."""
    if stage.postgres is None:
        return {}
    await asyncio.sleep(COUNTED_S)
    database = await _connect(stage.postgres.url)
    try:
        rows: list[Any] = await database.fetch(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > 0"
            " AND (relname LIKE 'play\\_%' OR relname = 'play')"
            " AND relname NOT IN ('play_season', 'play_progress')"
        )
        return {row[0]: row[1] for row in rows}
    finally:
        await database.close()


def _rooms(stage: Stage) -> int:
    with HttpSide(stage.server.http_port) as http:
        page = http.call("GET", "/operator/rooms?limit=100", token=_key(stage))
        count = len(page["rooms"])
        while page["next"] is not None:
            path = f"/operator/rooms?limit=100&cursor={page['next']}"
            page = http.call("GET", path, token=_key(stage))
            count += len(page["rooms"])
        return count


def _key(stage: Stage) -> str:
    return (stage.server.data_dir / OPERATOR_KEY).read_text(encoding="utf-8").strip()


def _line(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "server", *arguments]


def _command(stage: Stage, arguments: list[str]) -> str:
    """A command against the running server; what it printed. Raises CalledProcessError."""
    environment = stage.server.environment()
    ran = subprocess.run(  # noqa: S603 - our own program
        _line(arguments), cwd=ROOT_OF_CHECKOUT, env=environment, capture_output=True, check=True
    )
    return ran.stdout.decode()


# --- what came of it


def _check(stage: Stage, wanted: int, result: Result) -> None:
    """Every play once: as many as the files have, no two of one game with one number."""
    with HttpSide(stage.server.http_port) as http:
        body = {"total": True}
        answer = http.call("POST", "/operator/plays/ask", body, token=_key(stage))
    found = answer["sums"][0]["plays"] if answer["sums"] else 0
    if found != wanted:
        result.faults.append(f"{found:,} plays after the import was resumed, expected {wanted:,}")


def _weight(stage: Stage, plays: int) -> Figure:
    if stage.postgres is not None:
        folder = Path(stage.postgres.url.partition("host=")[2]) / "data" / "base"
        total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    else:
        total = sum(path.stat().st_size for path in stage.server.data_dir.glob("touchline.db*"))
    return Figure("database, logs included", f"{size(total)}, {total / plays:,.0f} B per play")


def _ask(stage: Stage, tries: int, result: Result) -> None:
    guest = stage.http.guest("Gus")
    player = _somebody(stage, guest.token)
    asked = ten(FIRST_SEASON, _team(0), _team(1), player)
    took: dict[str, list[float]] = {name: [] for name in asked}
    with HttpSide(stage.server.http_port) as http:
        for _ in range(tries):
            for name, question in asked.items():
                began = time.perf_counter()
                http.call("POST", "/plays/ask", question, token=guest.token)
                took[name].append(time.perf_counter() - began)
    every = sorted(one for many in took.values() for one in many)
    for name, many in took.items():
        result.figures.append(Figure(name, str(Latencies.of(many))))
    p95 = percentile(every, 0.95)
    worst = max(percentile(sorted(many), 0.95) for many in took.values())
    result.figures += [
        Figure("p95 of all", f"{1000 * p95:,.0f} ms", f"{1000 * P95_GOAL_S:,.0f} ms",
               holds=p95 <= P95_GOAL_S),
        Figure("p95 of the slowest", f"{1000 * worst:,.0f} ms", f"{1000 * WORST_GOAL_S:,.0f} ms",
               holds=worst <= WORST_GOAL_S),
    ]  # fmt: skip


def _somebody(stage: Stage, token: str) -> str:
    """Whoever caught most."""
    question = {"where": {"roles": ["receiver"], "kinds": ["pass"]}, "by": ["player"], "limit": 1}
    (first,) = stage.http.call("POST", "/plays/ask", question, token=token)["sums"]
    return str(first["by"]["player"])
