"""The feed's model of the client against the server's rules: real and random histories are played
by the rules, and the model must come to the same view after every entry, whenever it joined."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from protocol.feed import (
    DeletePlay,
    FeedSettings,
    Play,
    ReportAll,
    ReportHeader,
    ReviewPlay,
    SetDelay,
    SetShift,
)
from server.readers.game_reports import steps_of
from server.rules import feed_picture
from server.rules.feed import FEED
from server.rules.kind import Accepted, Context, Stamp
from tests.support.feeds import Report, header, history, jumbled
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, play, real_games
from tests.support.matches import event, goal, match, put, shown
from tests.support.node import run_node

HISTORIES = 40
SOURCES = ("gsis", "nfl_api")
SETTINGS = FeedSettings(SOURCES)
FORMS = (
    play(1, (PASSER, 10, 3), quarter=1, clock="14:20", down=1, to_go=10),
    play(1, (PASSER, 16, 12), (CATCHER, 22, 12), quarter=1, clock="14:20", text="Touchdown."),
    play(1, (KICKER, 70, 33), quarter=2, drive=4),
    play(1, (PASSER, 52, 0), (PASSER, 106, 0), (TACKLER, 59, 0), note="TURNOVER"),
    play(1),
)


def plain(value: Any) -> Any:
    """As it goes over the wire."""
    return json.loads(msgspec.json.encode(value))


def played(
    commands: Sequence[Any], settings: FeedSettings = SETTINGS, kept: list[Any] | None = None
) -> dict[str, Any]:
    """A feed after these commands, with its view after each entry."""
    state = FEED.initial(settings)
    turns: list[dict[str, Any]] = []
    view = plain(FEED.view(state))
    for number, command in enumerate(commands):
        account = f"a_{number % 3}"
        version = len(turns) + 1
        context = Context(account, "P", "owner", "c", 1, 0, 1_000 * version, version, {})
        decision = FEED.decide(state, command, context)
        if not isinstance(decision, Accepted):
            continue
        stamp = Stamp(version, 1_000 * version, account, "c", 1)
        for one in decision.events:
            FEED.apply(state, one, stamp)
        events = plain(list(decision.events))
        entry = {"v": version, "at": stamp.at, "by": account, "events": events}
        if kept is not None:
            kept.append(state.copy())
        turns.append({"entry": entry, "view": plain(FEED.view(state))})
    return {"view": view, "turns": turns, "points": dict(state.points)}


def random_history(seed: int) -> list[Any]:
    """Several plays by two sources, jumbled, among headers and delays."""
    dice = random.Random(seed)
    commands: list[Any] = []
    for number in range(1, 9):
        final: Play = replace(
            dice.choice(FORMS), id=number, order=dice.choice((number, 9 - number))
        )
        for source in SOURCES:
            reports: list[Report] = jumbled(history(final, FORMS, dice, source)[0], dice)
            commands += reports
    commands += [header(3 * n, n, dice.choice(SOURCES)) for n in range(1, 6)]
    commands += [SetDelay(dice.choice((0, 0, 30, 120))) for _ in range(6)]
    commands += [SetShift(dice.choice((None, 0, 2)), 0) for _ in range(3)]
    dice.shuffle(commands)
    together = [one for one in commands if not isinstance(one, SetDelay | SetShift)][:5]
    return [*commands, ReportAll(tuple(together)), ReportHeader("gsis", 99, header(0).header)]


def random_match(seed: int) -> list[Any]:
    """The same of items, by the sources of soccer."""
    dice = random.Random(seed)
    forms = (goal(1), event(1, sort="pass"), goal(1, "away"), event(1, word="Shot", at=(1, 2)))
    commands: list[Any] = [shown(match(n % 3, n % 2), n) for n in range(1, 5)]
    for number in range(1, 9):
        for source in ("statsbomb", "manual"):
            for revision in range(1, 6):
                form = replace(dice.choice(forms), id=number, order=9 - number)
                commands.append(
                    dice.choice(
                        (
                            put(form, revision, source),
                            put(form, revision, source),
                            DeletePlay(source, revision, number),
                            ReviewPlay(source, revision, number, on=dice.random() < 0.6),
                        )
                    )
                )
    dice.shuffle(commands)
    return commands


def replayed(feeds: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What the client did, all of it right."""
    done = run_node("tests/js/replay_feed.mjs", said="\n".join(map(json.dumps, feeds)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:2] == []
    return found


def compared(feeds: Sequence[dict[str, Any]]) -> int:
    """Entries after which the client had the view of the rules."""
    return replayed(feeds)["entries"]


def with_pictures(feed: dict[str, Any], states: Sequence[Any]) -> dict[str, Any]:
    """The same with what somebody who comes then is sent, and every page there is."""
    for turn, state in zip(feed["turns"], states, strict=True):
        turn["picture"] = plain(feed_picture.picture(state))
        place = turn["picture"].get("earlier", {}).get("before")
        turn["pages"] = {}
        for start in feed_picture.placed(state):
            page = feed_picture.page(state, start[0], 2)
            turn["pages"][f"{start[0].order},{start[0].id}"] = plain(page)
        assert place is None or f"{place[0]},{place[1]}" in turn["pages"]
    return feed


def test_FX1_FX4_FX7_a_part_of_a_feed_is_right_whatever_is_told_and_read_in_whatever_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_picture, "NEWEST_MIN", 2)
    monkeypatch.setattr(feed_picture, "NEWEST_MAX", 3)
    feeds: list[dict[str, Any]] = []
    for seed in range(HISTORIES):
        states: list[Any] = []
        feeds.append(with_pictures(played(random_history(seed), kept=states), states))
        states = []
        soccer = FeedSettings(profile="soccer")
        feeds.append(with_pictures(played(random_match(seed), soccer, states), states))
    found = replayed(feeds)
    assert found["pages"] > 200
    assert found["again"] > 20
    assert found["known"] > 20


def test_FE10_the_client_comes_to_the_view_of_the_rules_whenever_it_joins() -> None:
    feeds = [played(random_history(seed)) for seed in range(HISTORIES)]
    soccer = FeedSettings(profile="soccer")
    feeds += [played(random_match(seed), soccer) for seed in range(HISTORIES)]
    assert compared(feeds) > 1_000
    # A comparison of nothing would be right as well.
    told = [event for feed in feeds for turn in feed["turns"] for event in turn["entry"]["events"]]
    seen = Counter(event["type"] for event in told)
    tags = {str(one.__struct_config__.tag) for one in FEED.event.__args__}
    assert tags - set(seen) == set()
    back = [one for one in told if one["type"] in {"play.upheld", "play.confirmed"}]
    assert {one["type"] for one in back if one.get("stats")} == {"play.upheld", "play.confirmed"}


def test_FE10_SC1_the_client_follows_real_games_and_counts_their_points(shared_data: Path) -> None:
    games = real_games(shared_data, "special")
    feeds = [
        played([one for step in steps_of(game) for one in step.reports]) for game in games.values()
    ]
    assert compared(feeds) > 300
