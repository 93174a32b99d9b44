"""Histories on running servers: published, opened, compared, and told.

Workers play histories side by side, so that a server that dies is in the middle of several.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from protocol.feed import StatLine
from server.readers.game import Game
from tests.feed_histories.judgement import changed_in, matchup_faults, trail_faults, view_faults
from tests.feed_histories.leagues import MATCHUPS, Hundred, League, make_hundred
from tests.feed_histories.nodes import Desk, Keys, Killer, Nodes, NotAnswered, keys_of, started
from tests.feed_histories.plain_points import tally
from tests.feed_histories.publisher import Publisher
from tests.feed_histories.script import SOURCES, Moment, Script

ELLIOTT_GAME, ELLIOTT_PLAY = "2018121605", 946
ELLIOTT, COLT = "00-0033045", "00-0031331"
SPECIAL = (ELLIOTT_GAME, "2019092909", "2019120105")
FAULTS_TOLD = 50


@dataclass(frozen=True)
class Plan:
    """How much."""

    histories: int
    nodes: int
    seed: int
    moments: int = 2
    """Of each history."""
    kill_every: int = 40
    """Publishing requests between two kills, about; 0: nobody is killed."""
    workers: int = 3
    games: int = 0
    """Of how many games; 0: all there are."""


@dataclass
class Outcome:
    """What there was, and what was wrong."""

    histories: int = 0
    special: int = 0
    games: set[str] = field(default_factory=set[str])
    did: Counter[str] = field(default_factory=Counter[str])
    """Words of sources, by sort."""
    requests: int = 0
    moments: Counter[str] = field(default_factory=Counter[str])
    opened: int = 0
    """Matchups that nobody had opened before."""
    trails: int = 0
    causes: int = 0
    """Changes of somebody's points that stood in a trail as they should."""
    points: int = 0
    """Players' points that were compared."""
    views: int = 0
    kills: int = 0
    asked_again: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list[str])


class Run:
    """All histories on one set of nodes."""

    def __init__(
        self,
        nodes: Nodes,
        keys: Keys,
        games: Sequence[Game],
        plan: Plan,
        said: Callable[[str], None],
    ) -> None:
        self.nodes, self.keys, self.plan = nodes, keys, plan
        self.games = {game.id: game for game in games}
        self.outcome = Outcome()
        self._said = said
        self._lock = threading.Lock()
        self._hundreds: dict[str, Hundred] = {}
        self._making = {game: threading.Lock() for game in self.games}

    def play(self) -> None:
        """The special cases, and so many drawn ones."""
        drawn = random.Random(self.plan.seed)
        ordinary = drawn.sample(sorted(self.games), len(self.games))
        ordinary = ordinary[: self.plan.games or None]
        work: list[tuple[str, int, bool]] = [
            (game, self.plan.seed, True) for game in SPECIAL if game in self.games
        ]
        work += [
            (ordinary[number % len(ordinary)], self.plan.seed * 100_000 + number, False)
            for number in range(self.plan.histories)
        ]
        with ThreadPoolExecutor(self.plan.workers) as workers:
            list(workers.map(self._one, work))
        self.nodes.mended()
        self.outcome.kills = self.nodes.killer.kills
        self.outcome.asked_again = self.nodes.asked_again

    def _one(self, work: tuple[str, int, bool]) -> None:
        game, seed, special = work
        history = History(self, self.games[game], seed, plain=special)
        try:
            history.play()
        except NotAnswered as error:
            history.faults.append(str(error))
        finally:
            history.close()
        with self._lock:
            self._note(history, special=special)

    def _note(self, history: History, *, special: bool) -> None:
        told, script = self.outcome, history.script
        told.special += special
        told.histories += not special
        told.games.add(script.game.id)
        told.did += script.did
        told.requests += history.publisher.requests
        told.moments += history.moments
        told.opened += history.opened
        told.trails += history.trails
        told.causes += history.causes
        told.points += history.points
        told.views += history.views
        told.faults += [f"seed {script.seed}, {script.game.id}: {one}" for one in history.faults]
        if told.histories and told.histories % 20 == 0:
            self._said(
                f"{told.histories} histories, {told.opened} matchups opened, "
                f"{self.nodes.killer.kills} kills, {len(told.faults)} faults"
            )

    def hundred(self, game: Game, desk: Desk, draw: random.Random, weeks: int) -> Hundred:
        """Leagues of this game with so many weeks that nobody has used: whoever gets them has them
        until it gives them back."""
        with self._making[game.id]:
            found = self._hundreds.pop(game.id, None)
        if found is None or found.left < weeks:
            found = make_hundred(desk, draw, game)
        return found

    def give_back(self, hundred: Hundred) -> None:
        """For the next history of this game."""
        with self._making[hundred.game.id]:
            self._hundreds[hundred.game.id] = hundred


class History:
    """One feed, from its first report to what every node shows of it in the end."""

    def __init__(self, run: Run, game: Game, seed: int, *, plain: bool) -> None:
        self.run = run
        self.script = Script(game, seed, plain=plain)
        self.draw = random.Random(f"{seed} {plain}")
        self.desk = Desk(run.nodes, self.draw, run.keys.desk)
        self.publisher = Publisher(run.nodes, run.keys, self.draw)
        self.faults: list[str] = []
        self.moments: Counter[str] = Counter()
        self.opened = self.trails = self.causes = self.points = self.views = 0

    def close(self) -> None:
        """Lets go of all connections."""
        self.desk.close()
        self.publisher.close()

    def play(self) -> None:
        """Published, changed, opened, compared."""
        script = self.script
        settings = {"sources": list(SOURCES)}
        body = {"kind": "feed", "name": script.game.id, "settings": settings}
        feed = str(self.desk.ask("POST", "/rooms", body)["id"])
        self.publisher.say_all(feed, script.opening)
        hundred = self.run.hundred(script.game, self.desk, self.draw, 4)
        before = hundred.points(tally(script.counting()), script.header)
        moments = self._moments()
        for moment in moments:
            week = hundred.new_week(self.desk, self.draw, feed)
            version = self.publisher.say(feed, moment.report)
            after = hundred.points(tally(moment.after), script.header)
            self._open(hundred, week, feed, version, moment, before, after)
            before = after
        self._end(hundred, feed, before)
        self.run.give_back(hundred)

    def _moments(self) -> Iterator[Moment]:
        if self.script.plain and self.script.game.id == ELLIOTT_GAME:
            yield from elliott(self.script)
            return
        for _ in range(self.run.plan.moments):
            yield self.script.moment()

    def _open(
        self,
        hundred: Hundred,
        week: int,
        feed: str,
        version: int,
        moment: Moment,
        before: Sequence[Mapping[str, int]],
        after: Sequence[Mapping[str, int]],
    ) -> None:
        """A hundred matchups, each by a node that is drawn, and why those that changed did."""
        self.moments[moment.change] += 1
        for league, was, now in zip(hundred.leagues, before, after, strict=True):
            for number in range(1, MATCHUPS + 1):
                path = f"/leagues/{league.room}/weeks/{week}/matchups/{number}"
                shown = self.desk.ask("GET", path)
                self.opened += 1
                self.points += sum(len(shown["score"][side]["starters"]) for side in SIDES)
                self.faults += matchup_faults(shown["score"], league, week, number, now)
                if shown["positions"][feed] < version:
                    self.faults.append(f"{path} shows {shown['positions'][feed]} of {version}")
                changed = changed_in(league, week, number, was, now)
                if changed:
                    self._why(path, moment, changed, now)

    def _why(
        self,
        path: str,
        moment: Moment,
        changed: Mapping[str, tuple[int, int]],
        points: Mapping[str, int],
    ) -> None:
        told = self.desk.ask("GET", f"{path}/trail")
        self.trails += 1
        self.causes += len(changed)
        found = trail_faults(told["changes"], moment.play, moment.change, changed, points)
        self.faults += [f"{path}: {one}" for one in found]

    def _end(self, hundred: Hundred, feed: str, points: Sequence[Mapping[str, int]]) -> None:
        """What every node shows: the plays that count and no others, and the points of those."""
        for node in range(len(self.run.nodes)):
            view = self.desk.ask("GET", f"/rooms/{feed}", node=node)["state"]["kind"]
            self.views += 1
            self.faults += [f"node {node}: {one}" for one in view_faults(view, self.script.shown())]
            for league, now in zip(hundred.leagues, points, strict=True):
                path = f"/leagues/{league.room}/weeks/{hundred.week}"
                week = self.desk.ask("GET", path, node=node)
                self._judge_week(week, league, hundred.week, now)

    def _judge_week(
        self, told: Mapping[str, Any], league: League, week: int, points: Mapping[str, int]
    ) -> None:
        for number, score in enumerate(told["matchups"], 1):
            self.points += sum(len(score[side]["starters"]) for side in SIDES)
            self.faults += matchup_faults(score, league, week, number, points)


SIDES = ("home", "away")


def elliott(script: Script) -> Iterator[Moment]:
    """Sunday's form of play 946 and Thursday's, there and back twice."""
    known = script.plays[ELLIOTT_PLAY]
    thursday = script.real[ELLIOTT_PLAY]
    lost = (StatLine(106, "DAL", ELLIOTT, "E.Elliott", 0), StatLine(59, "IND", COLT, "P.Desir", 0))
    sunday = replace(thursday, stats=(*thursday.stats, *lost))
    for form in (sunday, thursday, sunday, thursday):
        yield script.now(known, "correction", "correct", form)


def feed_histories(
    folder: Path, games: Sequence[Game], plan: Plan, said: Callable[[str], None]
) -> Outcome:
    """Plays all of them on servers of their own, which end with it."""
    began = time.monotonic()
    killer = Killer(plan.kill_every, random.Random(plan.seed))
    with started(folder, plan.nodes, killer) as nodes:
        run = Run(nodes, keys_of(nodes), games, plan, said)
        run.play()
    run.outcome.seconds = time.monotonic() - began
    return run.outcome
