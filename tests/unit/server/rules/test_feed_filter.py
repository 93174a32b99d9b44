"""Which plays a filter lets through, against a plain model; and that a follower who is sent what
passes holds of every play that it wants exactly what the whole view has."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from protocol.feed import FeedSettings, Play, PlayAdded, PlayDeleted, SetDelay, StatLine
from protocol.feed_filter import FeedFilter
from server.rules.feed import FEED
from server.rules.feed_filter import (
    SIEVE,
    canonical,
    left_of,
    matches,
    read,
    view,
    yards_to_goal,
)
from server.rules.feed_state import Feed
from server.rules.kind import Accepted, Context, Passing, Stamp
from tests.support.feeds import Report, header, history, jumbled
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, play

SOURCES = ("gsis", "nfl_api")
FORMS = (
    play(1, (PASSER, 10, 3), quarter=1, down=1, to_go=10, yard_line="IND 30", possession="IND"),
    play(1, (PASSER, 10, 14), quarter=1, down=3, to_go=2, yard_line="DAL 8", possession="IND"),
    play(1, (PASSER, 16, 22), (CATCHER, 22, 22), quarter=2, down=2, to_go=5, yard_line="DAL 22",
         possession="IND", text="Touchdown."),
    play(1, (KICKER, 70, 33), quarter=2, drive=4),
    play(1, (PASSER, 52, 0), (PASSER, 106, 0), (TACKLER, 59, 0), quarter=4),
    play(1, (TACKLER, 93, 5), quarter=3, down=4, to_go=7, yard_line="50", possession="DAL"),
    play(1),
)  # fmt: skip


def some_filter(dice: random.Random) -> FeedFilter:
    """One or two conditions."""
    lines = [line for form in FORMS for line in form.stats]
    said: dict[str, Any] = {
        "teams": [dice.choice(lines).team],
        "players": [dice.choice(lines).player for _ in range(2)],
        "whats": dice.sample(["scoring", "big", "turnover", "penalty"], dice.randint(1, 2)),
        "quarters": [dice.randint(1, 4)],
        "downs": [dice.randint(0, 4), dice.randint(0, 4)],
        "distances": [dice.choice(["short", "medium", "long"])],
        "zones": [dice.choice(["red", "goal_to_go", "opponent", "own", "backed_up"])],
    }
    names = dice.sample(sorted(said), dice.choice([1, 1, 2]))
    return msgspec.convert({name: said[name] for name in names}, FeedFilter)


def plainly(wanted: dict[str, list[Any]], one: dict[str, Any]) -> bool:
    """The rules of FF2 once more, of dictionaries, written down as they are said."""
    stats = [(line["stat"], line["yards"]) for line in one["stats"]]
    ids = {stat for stat, _ in stats}
    down, to_go, ball = one["down"], one["to_go"], one["possession"]
    left = None
    if one["yard_line"] == "50":
        left = 50
    elif one["yard_line"]:
        side, yards = one["yard_line"].split()
        left = 100 - int(yards) if side == ball else int(yards)
    zones: set[str] = set()
    if left is not None and ball and down:
        zones = {
            name
            for name, holds in (
                ("red", left <= 20), ("opponent", left <= 50), ("own", left > 50),
                ("backed_up", left >= 90), ("goal_to_go", left <= to_go),
            )
            if holds
        }  # fmt: skip
    ran = sum(yards for stat, yards in stats if stat in {10, 11, 12, 13})
    thrown = sum(yards for stat, yards in stats if stat in {15, 16, 17, 18})
    whats = {
        name
        for name, holds in (
            ("scoring", ids & {11, 13, 22, 24, 26, 28, 60, 62, 70, 72, 75, 77, 89}),
            ("turnover", ids & {19, 106, 9}),
            ("penalty", 93 in ids),
            ("big", ran >= 10 or thrown >= 20),
        )
        if holds
    }
    bands = ("short", "medium", "long")
    band: int = (to_go > 3) + (to_go > 6)
    distance = bands[band] if down and to_go else ""
    facts: dict[str, set[Any]] = {
        "teams": {ball, *(line["team"] for line in one["stats"])},
        "players": {line["player"] for line in one["stats"]},
        "whats": whats,
        "quarters": {one["quarter"]},
        "downs": {down},
        "distances": {distance},
        "zones": zones,
    }
    return all(facts[name] & set(values) for name, values in wanted.items() if values)


@pytest.mark.parametrize("seed", range(40))
def test_FF2_a_play_is_wanted_as_the_rules_say(seed: int) -> None:
    dice = random.Random(seed)
    found = 0
    for _ in range(100):
        wanted, form = some_filter(dice), dice.choice(FORMS)
        said = {name: list(value) for name, value in msgspec.structs.asdict(wanted).items()}
        expected = plainly(said, msgspec.structs.asdict(form) | {"stats": dicts(form.stats)})
        assert matches(wanted, form) == expected, (wanted, form)
        found += expected
    assert found


def dicts(lines: tuple[StatLine, ...]) -> list[dict[str, Any]]:
    return [msgspec.structs.asdict(line) for line in lines]


def test_FF2_yards_to_the_other_goal_line() -> None:
    assert [
        yards_to_goal(Play(id=1, order=1, yard_line=line, possession="IND"))
        for line in ("IND 30", "DAL 30", "50", "MID 50", "60", "", "30")
    ] == [70, 30, 50, 50, None, None, None]
    assert yards_to_goal(Play(id=1, order=1, yard_line="IND 30")) is None


def test_FF1_filters_that_ask_the_same_are_one() -> None:
    one = FeedFilter(teams=("IND", "DAL"), downs=(3, 1, 3))
    assert canonical(one) == canonical(FeedFilter(teams=("DAL", "IND"), downs=(1, 3)))


def line(*events: Any) -> bytes:
    return msgspec.json.encode({"v": 7, "at": 1, "by": "a", "events": list(events)})


def test_FF3_of_an_entry_only_what_is_wanted_passes() -> None:
    added = {"type": "play.added", "source": "gsis", "revision": 1, "play": FORMS[3]}
    other = {**added, "play": replace(FORMS[0], id=2)}
    status = {"type": "game.status", "source": "gsis", "revision": 1, "now": header().header}
    wanted = FeedFilter(whats=("scoring",))
    assert left_of(wanted, read(line(other), None)) is None
    assert left_of(wanted, read(line(added, status), None)) == Passing(None)
    assert left_of(wanted, read(line(), None)) is None
    found = left_of(wanted, read(line(other, status, added), None))
    assert found is not None
    assert found.line is not None
    told = json.loads(found.line)
    assert [event["type"] for event in told["events"]] == ["game.status", "play.added"]
    assert (told["v"], "gone" in told) == (7, False)


def test_FF5_the_view_has_what_is_wanted_not_what_was_taken_out_and_says_so() -> None:
    state: Feed = FEED.initial(FeedSettings(SOURCES))
    for number, form in enumerate((FORMS[2], FORMS[0], FORMS[3]), 1):
        event = PlayAdded("gsis", 1, replace(form, id=number))
        FEED.apply(state, event, Stamp(number, 1, "a", "c", 1))
    FEED.apply(state, PlayDeleted("gsis", 2, 3), Stamp(4, 1, "a", "c", 1))
    wanted = FeedFilter(quarters=(2,))
    shown = plain(view(state, wanted))
    assert [row["play"]["id"] for row in shown["plays"]] == [1]
    assert shown["partial"] is True
    assert shown.keys() - {"partial"} == plain(FEED.view(state)).keys()


class Follower:
    """What a client holds who is sent what passes: rows by play, as the kind's model moves them on
    (clients/js/kinds/feed.js)."""

    def __init__(self, shown: dict[str, Any], filtered: bool) -> None:
        assert shown.get("partial", False) == filtered
        self.rows = {row["play"]["id"]: row for row in plain(shown)["plays"]}
        self.header = plain(shown)["header"]

    def take(self, public: bytes, whole: dict[str, Any]) -> None:
        """Every play that the line tells of, as the whole view has it now: what a model would come
        to that holds the play, or is given it whole."""
        told = json.loads(public)
        now = {row["play"]["id"]: row for row in whole["plays"]}
        for event in told["events"]:
            kind = event["type"]
            if kind in {"play.added", "play.corrected"}:
                number = (event.get("play") or event.get("now"))["id"]
                self.rows[number] = now[number]
            elif kind.startswith("play.") and event["id"] in self.rows:
                self.rows[event["id"]] = now[event["id"]]
            elif kind == "game.status":
                self.header = event["now"]
        for number in told.get("gone", []):
            self.rows.pop(number, None)


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def commands(dice: random.Random) -> list[Any]:
    found: list[Any] = []
    for number in range(1, 9):
        final = replace(dice.choice(FORMS), id=number, order=dice.choice((number, 9 - number)))
        for source in SOURCES:
            reports: list[Report] = jumbled(history(final, FORMS, dice, source)[0], dice)
            found += reports
    found += [header(3 * n, n) for n in range(1, 5)] + [SetDelay(30), SetDelay(0)]
    dice.shuffle(found)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_FF4_a_follower_holds_what_it_wants_as_the_whole_view_has_it(seed: int) -> None:
    dice = random.Random(seed)
    state: Feed = FEED.initial(FeedSettings(SOURCES))
    filters = [some_filter(dice) for _ in range(6)]
    followers = [Follower(view(state, one), filtered=True) for one in filters]
    version = sent = 0
    for command in commands(dice):
        context = Context("a", "P", "owner", "c", 1, 0, 0, version + 1, {})
        decision = FEED.decide(state, command, context)
        if not isinstance(decision, Accepted):
            continue
        version += 1
        for event in decision.events:
            FEED.apply(state, event, Stamp(version, version, "a", "c", 1))
        public = line(*decision.events)
        whole = plain(FEED.view(state))
        # some read an entry at its commit, some from the log
        entry = SIEVE.read(public, state if dice.random() < 0.5 else None)
        for wanted, follower in zip(filters, followers, strict=True):
            passing = SIEVE.left_of(wanted, entry)
            if passing is not None:
                sent += 1
                follower.take(passing.line or public, whole)
            held = {row["play"]["id"]: row for row in whole["plays"]}
            expected = plain(view(state, wanted))
            assert follower.header == whole["header"]
            for row in expected["plays"]:
                assert follower.rows[row["play"]["id"]] == row
            for number, row in follower.rows.items():
                assert row == held[number], "what it holds is not out of date"
                assert row["play"].get("deleted") or row in expected["plays"]
    assert 0 < sent < version * len(filters)
