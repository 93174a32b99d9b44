"""Games to ask about, for tests of pages: the demo's, opened for everybody and put in at once. What
the plays were worth in expected points is made up here: no source of these games says it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import ReportAll, ReportPlay
from server.demo_game import SEED, made_up_game, team_names
from server.demo_league import other_games, season_of, week_of, whole
from server.readers.game import Game
from tests.support.browser import Api, Guest, Person

GAMES = (*other_games(SEED), made_up_game())
SEASON = season_of(SEED)


def operator_of(data_dir: Path) -> Guest:
    """Whoever runs the server."""
    return Guest((data_dir / "operator.key").read_text().strip(), "", "", 0)


def with_points(game: Game) -> Game:
    """The game with expected points of its runs and passes."""

    def worth(yards: int, to_go: int) -> int:
        return max(-3_000, min(4_000, 90 * (yards - to_go // 2)))

    plays = tuple(
        replace(one, epa=worth(max((line.yards for line in one.stats), default=0), one.to_go))
        if one.down
        else one
        for one in game.plays
    )
    return dataclasses.replace(game, plays=plays)


def opened(api: Api, data_dir: Path, *, named: str = "") -> list[str]:
    """Feeds of all games, whole, of which everybody may ask; returns their ids. `named`: makes
    other feeds of the same games."""
    operator = operator_of(data_dir)
    rooms: list[str] = []
    for number, game in enumerate(GAMES):
        body = {
            "game": f"{game.id}{named}", "name": team_names(game), "season": SEASON,
            "week": week_of(number), "open": True,
        }  # fmt: skip
        room = str(api.call("POST", "/operator/feeds", body, operator)["room"]["id"])
        for batch in whole(with_points(game)):
            said: dict[str, Any] = json.loads(msgspec.json.encode(batch))
            api.call("POST", f"/operator/feeds/{room}/events", said, operator)
        rooms.append(room)
    put_in(api, data_dir)
    return rooms


def correct(api: Api, data_dir: Path, room: str, report: ReportPlay) -> None:
    """A play is otherwise, and can be asked about so."""
    said: dict[str, Any] = json.loads(msgspec.json.encode(ReportAll((report,))))
    api.call("POST", f"/operator/feeds/{room}/events", said, operator_of(data_dir))
    put_in(api, data_dir)


def put_in(api: Api, data_dir: Path) -> None:
    """Everything that was committed can be asked about, where plays need not wait."""
    operator, after, until = operator_of(data_dir), None, None
    while True:
        asked = {"after": after, "until": until}
        piece = api.call("POST", "/operator/plays/index", asked, operator)
        after, until = piece["after"], piece["until"]
        if after is None:
            return


def total(api: Api, guest: Guest, where: dict[str, Any]) -> int:
    """How many plays the server says there are."""
    answer = api.call("POST", "/plays/ask", {"where": where, "total": True}, guest)
    return int(answer["sums"][0]["plays"]) if answer["sums"] else 0


async def open_explorer(person: Person, address: str = "") -> None:
    """Opens the page with a question, and waits for its answer."""
    await person.page.goto(f"{person.url}/explore.html{address and '#'}{address}")
    await person.page.locator(".result:not(.stale), .notice, .empty").first.wait_for()
