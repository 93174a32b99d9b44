"""Games for tests of pages: rooms made and plays reported over HTTP, as publishers do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.feed import Header, Report, ReportAll, ReportHeader
from server.demo_game import made_up_game, team_names
from server.readers.game_reports import BATCH_MAX, Step, steps_of
from tests.support.browser import Api, Guest, Person

GAME = made_up_game()
STEPS: Sequence[Step] = steps_of(GAME)
NAME = team_names(GAME)


def new_feed(api: Api, owner: Guest, name: str = NAME) -> str:
    """An empty feed; returns its id."""
    return str(api.call("POST", "/rooms", {"kind": "feed", "name": name}, owner)["id"])


def feed_link(api: Api, owner: Guest, room: str, role: str = "viewer") -> str:
    """The address that lets somebody in with a role."""
    made = api.call("POST", f"/rooms/{room}/invitations", {"role": role}, owner)
    return f"{api.url}/feed.html#{str(made['link']).partition('#')[2]}"


def report(api: Api, owner: Guest, room: str, *reports: Report) -> None:
    """Publishes them as one entry."""
    command: dict[str, Any] = json.loads(msgspec.json.encode(ReportAll(reports)))
    api.call("POST", f"/feeds/{room}/events", command, owner)


def play_until(api: Api, owner: Guest, room: str, steps: int | None = None) -> None:
    """The game that never was, its first steps or all of it."""
    left = [one for step in STEPS[:steps] for one in step.reports]
    while left:
        report(api, owner, room, *left[:BATCH_MAX])
        left = left[BATCH_MAX:]


def play_step(api: Api, owner: Guest, room: str, step: int) -> None:
    """The play of one step (from 0), with its header."""
    report(api, owner, room, *STEPS[step].reports)


def score_said(api: Api, owner: Guest, room: str, home_score: int, revision: int = 1_000) -> None:
    """The header says something of its own."""
    header = Header(GAME.home.team, GAME.away.team, home_score, 0, "live", 1, "10:00")
    report(api, owner, room, ReportHeader("gsis", revision, header))


def text_of(step: int) -> str:
    """What stands on the page for the play of a step."""
    return GAME.plays[step].text


async def open_feed(person: Person, room: str) -> None:
    """Opens a game of which one is a member."""
    await person.page.goto(f"{person.url}/feed.html#room={room}")
    await person.is_live()
