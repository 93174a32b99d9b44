"""`touchline league`: leagues from the command line, whether a server holds the database or not.

Makes one, prints a week of it as it stands, and plays a season from game files: their feeds, teams
drawn by a seed, a line-up a week, results and standings. Knows files, rooms and the screen. SPEC:
LI14, LI15.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct

from protocol.league import (
    PLAYERS_AT_ONCE,
    AddPlayers,
    ChangeRosters,
    LeagueGame,
    LeagueSettings,
    ScheduleWeek,
    SetGames,
    SetTeam,
)
from server.cli.asking import at_the_desk
from server.cli.desk import Desk, is_name
from server.cli.entry_text import plain
from server.cli.feed import games_in, import_game
from server.cli.options import require_file
from server.cli.play_files import bytes_of, files_of
from server.cli.room import print_links
from server.cli.screen import Exit, fail, print_rows, progress
from server.http.leagues import DraftRequest, WeekView
from server.http.operator import OpenedRoom, OperatorRoomRequest
from server.leagues.season import (
    drawn,
    first_line_up,
    kickoff_of,
    players_of,
    round_robin,
    settings_of,
    weeks_of,
)
from server.readers.game import Game
from server.readers.player_table import read_players
from server.readers.report import Fault
from server.rules.league.standings import Standing
from server.rules.scoring.points import hundredths
from server.rules.scoring.ruleset import PRESETS

app = typer.Typer(no_args_is_help=True, help="Leagues: make, a week's scores, a season from files.")

LeagueArgument = Annotated[str, typer.Argument(help="Id of the league (r_…).")]
TeamsOption = Annotated[int, typer.Option("--teams", help="How many teams, 2 to 32.")]
LAST_WEEK = 30
RulesOption = Annotated[str, typer.Option("--rules", help=f"One of {', '.join(PRESETS)}.")]


@app.command("create")
@at_the_desk
async def create(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="Name of the room.")],
    *,
    owner: Annotated[str, typer.Option("--owner", help="Name of the commissioner.")] = "Operator",
    teams: TeamsOption = 12,
    weeks: Annotated[int, typer.Option("--weeks", help="Weeks of the season.")] = 17,
    rules: RulesOption = "standard",
    draft: Annotated[
        str | None, typer.Option("--draft", help="A draft (r_…) whose rosters it takes.")
    ] = None,
) -> None:
    """Make a league, and print an invitation link for each role."""
    if not is_name(name) or not is_name(owner):
        fail("a name has 1 to 64 characters", Exit.USAGE)
    wanted = {"teams": teams, "weeks": weeks, "preset": rules}
    opened = await _made(desk, name, wanted, owner)
    if draft is not None:
        path = f"/operator/leagues/{opened.room.id}/rosters"
        await desk.ask("POST", path, DraftRequest(draft))
    print_links(opened.room, opened.links)


async def _made(desk: Desk, name: str, wanted: dict[str, Any], owner: str) -> OpenedRoom:
    try:
        msgspec.convert(wanted, LeagueSettings)
    except msgspec.ValidationError as error:
        fail(str(error), Exit.USAGE)
    return await desk.create(OperatorRoomRequest("league", name, wanted, owner_name=owner))


@app.command("week")
@at_the_desk
async def week(
    desk: Desk,
    league: LeagueArgument,
    number: Annotated[int, typer.Argument(help="The week, from 1.", min=1, max=30)],
) -> None:
    """Print a week's matchups as they stand, with both line-ups."""
    path = f"/operator/leagues/{league}/weeks/{number}"
    _print_week(msgspec.convert(await desk.ask("GET", path), WeekView))


def _print_week(shown: WeekView) -> None:
    rows: list[list[str]] = []
    for score in shown.matchups:
        for side in (score.home, score.away):
            rows.append(
                [str(score.matchup), plain(side.name), shown.phase, hundredths(side.points)]
            )
            rows += [
                ["", line.place, plain(line.name or line.player), hundredths(line.points)]
                for line in side.starters
            ]
    print_rows(["matchup", "place", f"week {shown.week}", "points"], rows)


class _Shown(Struct, frozen=True):
    standings: list[Standing]


@app.command("simulate")
@at_the_desk
async def simulate(
    desk: Desk,
    paths: Annotated[
        list[Path], typer.Argument(help="Play files, or folders of GSIS files: the season.")
    ],
    *,
    name: Annotated[str, typer.Option("--name", help="Name of the league.")] = "Season",
    teams: TeamsOption = 12,
    rules: RulesOption = "standard",
    seed: Annotated[int, typer.Option("--seed", help="The same draws the same teams.")] = 1,
    players: Annotated[
        Path | None, typer.Option("--players", help="CSV with gsis_id and position.")
    ] = None,
) -> None:
    """Play a season from feeds: teams drawn by a seed, week by week the games' feeds, results and
    standings. Prints the league and where everybody stands."""
    faults: list[str] = []
    games = [game for file in files_of(paths) for game in games_in(file, faults)]
    if faults:
        fail(plain(faults[0]))
    season = weeks_of(games)
    if not season or len(season) > LAST_WEEK or teams % 2:
        fail(f"a season has 1 to {LAST_WEEK} weeks, and an even number of teams", Exit.USAGE)
    wanted = {**settings_of(2, len(season), "standard"), "teams": teams, "preset": rules}
    opened = await _made(desk, name, wanted, "Operator")
    league = opened.room.id
    await _draw(desk, league, games, teams, seed, _positions(players))
    with progress("playing", len(games)) as shown:
        for number, of_week in enumerate(season, 1):
            rows: list[LeagueGame] = []
            for game in of_week:
                row = await import_game(desk, game, None, 1, faults)
                rows.append(_game(game, number, row[1]))
                shown.advance(shown.task_ids[0])
            await _say(desk, league, ScheduleWeek(number, round_robin(teams, number)))
            await _say(desk, league, SetGames(tuple(rows)))
            await desk.ask("POST", f"/operator/leagues/{league}/weeks/{number}/settle")
    if faults:
        fail(plain(faults[0]))
    print_links(opened.room, opened.links)
    await _print_standings(desk, league)


def _game(game: Game, week_: int, feed: str) -> LeagueGame:
    home, away = game.home.team, game.away.team
    return LeagueGame(game.id, week_, home, away, kickoff_of(game), feed)


def _positions(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    found = read_players(str(path), bytes_of(require_file(path)))
    if isinstance(found, Fault):
        fail(f"{found.path}: {found.why}")
    return dict(found.value.positions)


async def _draw(
    desk: Desk, league: str, games: list[Game], teams: int, seed: int, positions: dict[str, str]
) -> None:
    """Teams, players, rosters, and a line-up that stays from the first week on."""
    everybody = players_of(games, positions)
    for team in range(1, teams + 1):
        await _say(desk, league, SetTeam(team, f"Team {team}"))
    for at in range(0, len(everybody), PLAYERS_AT_ONCE):
        await _say(desk, league, AddPlayers(tuple(everybody[at : at + PLAYERS_AT_ONCE])))
    rosters = drawn(everybody, teams, seed)
    if not rosters:
        fail("these games have too few players for so many teams", Exit.USAGE)
    await _say(desk, league, ChangeRosters(tuple(rosters)))
    by_id = {player.id: player for player in everybody}
    for roster in rosters:
        await _say(desk, league, first_line_up(1, roster, by_id))


async def _say(desk: Desk, league: str, command: Struct) -> None:
    await desk.ask("POST", f"/operator/leagues/{league}/commands", command)


async def _print_standings(desk: Desk, league: str) -> None:
    view = (await desk.show(league)).view.state["kind"]
    found = msgspec.convert(view, _Shown).standings
    rows = [
        [str(n), f"Team {one.team}", f"{one.wins}-{one.losses}-{one.ties}", hundredths(one.points),
         hundredths(one.against)]
        for n, one in enumerate(found, 1)
    ]  # fmt: skip
    print_rows(["", "team", "record", "points", "against"], rows)
