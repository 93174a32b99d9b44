"""The league's model of the client against the server's rules: random seasons are played by the
rules, and the model must come to the same view after every entry, whenever it joined."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.feed import SetDelay
from protocol.league import (
    ChangeRosters,
    CorrectWeek,
    LeagueGame,
    Matchup,
    MoveGame,
    Result,
    RosterChange,
    ScheduleWeek,
    SetGames,
    SetLineUp,
    SetRules,
    SetTeam,
    SettleWeek,
)
from protocol.membership import WakeUp
from server.rules.kind import Accepted
from server.rules.league.kind import LEAGUE
from server.rules.league.locks import HOUR_MS, locked_at, next_deadline
from server.rules.league.state import view
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER
from tests.support.leagues import MONDAY, PLAYERS, SETTINGS, SUNDAY, a_league
from tests.support.node import run_node

SEASONS = 40
TURNS = 60
WEEKS = (1, 2, 3)
ANYBODY = ("", PASSER, CATCHER, KICKER, TACKLER, "late", "AWY")


def plain(value: Any) -> Any:
    """As it goes over the wire."""
    return json.loads(msgspec.json.encode(value))


def some_command(dice: random.Random, deadline: int | None) -> Any:
    """Something that a commissioner, a manager or the system could say."""
    week, team = dice.choice(WEEKS), dice.choice((1, 2, 3, 4))
    results = tuple(Result(dice.randint(-3, 9), dice.randint(-3, 9)) for _ in range(2))
    positions = {"r_feed": dice.randint(1, 99)}
    game = dice.choice(("sunday", "monday", "later"))
    kickoff = dice.choice((SUNDAY, MONDAY, MONDAY + HOUR_MS))
    ir = ("hurt",) if dice.random() < 0.2 else ()
    choices: list[Any] = [
        SetRules({"preset": dice.choice(("ppr", "standard"))}),
        SetTeam(team, f"Team {dice.randint(1, 9)}", dice.choice(((), ("ann",)))),
        ChangeRosters((RosterChange(team, (dice.choice(ANYBODY[1:]),)),)),
        ChangeRosters((RosterChange(team, (), (dice.choice(ANYBODY[1:]),)),)),
        ScheduleWeek(week, dice.choice(((Matchup(1, 2), Matchup(3, 4)), (Matchup(1, 3),)))),
        SetGames((LeagueGame("later", 2, "ONE", "HOM", MONDAY + HOUR_MS, "r_" + "x" * 22),)),
        MoveGame(game, kickoff, dice.choice((None, week))),
        *[SetLineUp(week, team, (dice.choice(ANYBODY), dice.choice(ANYBODY)), ir)] * 6,
        SettleWeek(week, results, positions),
        *[CorrectWeek(week, results, positions)] * 2,
        SetDelay(dice.choice((0, 30, 120))),
    ]
    if deadline is not None:
        choices += [WakeUp(deadline)] * 2
    return dice.choice(choices)


def season(seed: int) -> dict[str, Any]:
    """A league that lived a while, with its view after each entry."""
    dice = random.Random(seed)
    room = a_league(replace(SETTINGS, locks=dice.choice(("kickoff", "first_game"))))
    start = plain(view(room.state))
    turns: list[dict[str, Any]] = []
    for _ in range(TURNS):
        room.now += dice.choice((0, 1_000, SUNDAY // 4))
        before = len(room.events)
        account = dice.choice(("olga", "ann"))
        said = room.say(some_command(dice, next_deadline(room.state)), account)
        if isinstance(said, Accepted):
            events = plain(room.events[before:])
            entry = {"v": room.version, "at": room.now, "by": account, "events": events}
            turns.append({"entry": entry, "view": plain(view(room.state))})
    locks = [
        (week, player.id, locked_at(room.state, week, player.id))
        for week in WEEKS
        for player in PLAYERS
    ]
    return {"view": start, "turns": turns, "locks": locks}


def test_LE18_the_client_comes_to_the_view_of_the_rules_whenever_it_joins() -> None:
    seasons = [season(seed) for seed in range(SEASONS)]
    done = run_node("tests/js/replay_league.mjs", said="\n".join(map(json.dumps, seasons)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:2] == []
    assert (found["entries"] > 500, found["locks"] > 100) == (True, True)
    entries = [turn["entry"] for one in seasons for turn in one["turns"]]
    told = Counter(event["type"] for entry in entries for event in entry["events"])
    # A comparison of nothing would be right as well. Players are added before the view is taken.
    tags = {str(one.__struct_config__.tag) for one in LEAGUE.event.__args__}
    assert tags - set(told) == {"players.added"}
