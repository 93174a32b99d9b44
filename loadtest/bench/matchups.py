"""Matchups while games are played: from a play's report to the scores of whoever watches, what a
play costs while nobody does, and a league's week over HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from loadtest.bench.leagues import WEEK, Game, Player, make_league, players_in
from loadtest.bench.plan import Bench
from loadtest.figures import Latencies, size
from loadtest.games import Recorded, report, week_of_games
from loadtest.http_probe import Prober
from loadtest.http_side import Guest
from loadtest.member import Member
from loadtest.report import Figure, Result
from loadtest.stage import Stage
from protocol.client_events import ClientEvent
from protocol.server_messages import Scores

WEEK_GATE_MS = 45.0
PAIRS = 10
"""Matchups of a league."""
STARTERS = 8
"""Of a team, while games are played."""
WEEK_TEAMS = 12
HEADER = {"home": "HOM", "away": "AWY"}
SETTLE_S = 5.0
QUIET_S = 0.5
LIMIT_S = 60.0


def run(bench: Bench) -> Result:
    """One touchdown for many; many games for many; one week for one who asks."""
    plan = bench.plan
    result = Result(
        "Matchups",
        f"One touchdown that touches {plan.leagues * PAIRS:,} matchups in {plan.leagues} leagues "
        f"of ten rulesets, {plan.league_watchers} of them watched. Then {plan.games} games at "
        f"{plan.feed_slow_speed:g} times their pace with {plan.game_leagues * PAIRS:,} matchups "
        f"in {plan.game_leagues} leagues, each watched by one member. On SQLite.",
    )
    with bench.stage() as stage:
        _touchdowns(bench, stage, result)
    with bench.stage() as stage:
        _games(bench, stage, result)
    return result


@dataclass(slots=True)
class _Watcher:
    """Somebody who watches one matchup, and when what of which feed was told."""

    member: Member
    league: str
    matchup: int
    told: list[tuple[float, dict[str, int]]] = field(
        default_factory=list[tuple[float, dict[str, int]]]
    )
    """When scores came, and at which versions of the rooms."""
    changes: list[tuple[float, str, int]] = field(default_factory=list[tuple[float, str, int]])
    """When a change was told, with the feed and the version of its play."""

    def hear(self, event: ClientEvent) -> None:
        """Scores, among all that comes."""
        if not isinstance(event, Scores):
            return
        now = time.perf_counter()
        self.told.append((now, event.positions))
        for version, feed in {(one["cause"]["version"], one["cause"]["feed"])
                              for one in event.changes}:  # fmt: skip
            self.changes.append((now, feed, version))

    def watch(self) -> None:
        """Says what it watches."""
        value = {"type": "watching", "week": WEEK, "matchup": self.matchup}
        self.member.presence(self.league, "watching", value)


class _Reporter:
    """The owner of the feeds, over its WebSocket."""

    def __init__(self, stage: Stage, owner: Guest, feeds: Sequence[str]) -> None:
        self.member = stage.member(owner)
        self.member.keep_times = True
        self.sent: dict[tuple[str, int], float] = {}
        """Feed and seq to when it was reported."""
        for feed in feeds:
            self.member.join(feed)
        stage.enter([self.member])

    def say(self, feed: str, command: dict[str, Any]) -> None:
        """Reports something."""
        seq = self.member.submit(feed, command)
        self.sent[feed, seq] = time.perf_counter()

    def times(self) -> dict[tuple[str, int], float]:
        """Feed and version to when it was reported."""
        return {
            (feed, self.member.accepted[feed][seq]): at
            for (feed, seq), at in self.sent.items()
            if seq in self.member.accepted.get(feed, {})
        }

    @property
    def answered(self) -> bool:
        """Whether everything is in the log."""
        return len(self.times()) == len(self.sent)


def _watchers(stage: Stage, owner: Guest, wanted: Sequence[tuple[str, int]]) -> list[_Watcher]:
    """A member for each league and matchup, watching; who watches in one league is the same person
    with several connections."""
    (guest,) = stage.http.guests(1)
    leagues = {league for league, _ in wanted}
    links = {league: stage.invitation(league, owner, "viewer") for league in leagues}
    found: list[_Watcher] = []
    for league, matchup in wanted:
        member = stage.member(guest)
        one = _Watcher(member, league, matchup)
        member.on_event = one.hear
        member.join(league, invite=links[league])
        found.append(one)
    stage.enter([one.member for one in found])
    for one in found:
        one.watch()
    stage.swarm.run(lambda: all(one.told for one in found), limit_s=LIMIT_S)
    return found


# ---------------------------------------------------------------- one touchdown for many


def _touchdown(number: int, yards: int) -> dict[str, Any]:
    """One throw for six points, in which ten have a part: who throws, who catches, and eight whom
    the ball is handed on to."""
    lines = [_line(16, "HOM", "t0", yards), _line(22, "HOM", "t1", yards)]
    lines += [_line(23, "HOM", f"t{n}", 10) for n in range(2, PAIRS)]
    play = {"id": number, "order": number, "stats": lines, "text": "Touchdown."}
    return report(play)


def _line(stat: int, team: str, player: str, yards: int) -> dict[str, Any]:
    return {"stat": stat, "team": team, "player": player, "name": player, "yards": yards}


def _touchdowns(bench: Bench, stage: Stage, result: Result) -> None:
    plan = bench.plan
    owner = stage.http.guest("Owner")
    settings = {"sources": ["gsis"]}
    watched, alone = (stage.room(owner, kind="feed", settings=settings) for _ in range(2))
    reporter = _Reporter(stage, owner, [watched, alone])
    header = {"type": "header.report", "source": "gsis", "revision": 1, "header": HEADER}
    for feed in (watched, alone):
        reporter.say(feed, header)
    bench.say(f"matchups: {plan.leagues} leagues")
    line_ups = [
        [Player(f"t{team // 2}" if team % 2 == 0 else f"o{team // 2}", "HOM")]
        for team in range(2 * PAIRS)
    ]
    games = [Game("g1", "HOM", "AWY", watched)]
    leagues = [make_league(stage, owner, n, line_ups, games) for n in range(plan.leagues)]
    cost = [_cost(bench, stage, reporter, feed, result) for feed in (alone, watched)]
    result.figures.append(
        Figure(
            "a touchdown while nobody watches: processor time",
            f"{cost[1] * 1000:.2f} ms; of a feed that no league names {cost[0] * 1000:.2f} ms",
        )
    )
    bench.say(f"matchups: {plan.league_watchers} watch")
    wanted = [(leagues[n % len(leagues)], 1 + n % PAIRS) for n in range(plan.league_watchers)]
    watchers = _watchers(stage, owner, wanted)
    _watched(bench, stage, reporter, watched, watchers, result)


def _cost(bench: Bench, stage: Stage, reporter: _Reporter, feed: str, result: Result) -> float:
    """Processor seconds of the server for one play, the answer included."""
    count = bench.plan.touchdowns * 10
    stage.swarm.run(lambda: reporter.answered, limit_s=LIMIT_S)
    before = stage.server.cpu_s()
    for number in range(count):
        reporter.say(feed, _touchdown(number + 1, 20))
        stage.swarm.run(lambda: reporter.answered, limit_s=LIMIT_S)
    result.faults += reporter.member.faults
    return (stage.server.cpu_s() - before) / count


def _watched(
    bench: Bench,
    stage: Stage,
    reporter: _Reporter,
    feed: str,
    watchers: Sequence[_Watcher],
    result: Result,
) -> None:
    """Each touchdown when everybody has been told of the one before."""
    took: list[float] = []
    each: list[float] = []
    served = stage.server.cpu_s()
    for number in range(bench.plan.touchdowns):
        for one in watchers:
            one.told.clear()
        reporter.say(feed, _touchdown(500 + number, 21))
        began = time.perf_counter()
        if not stage.swarm.run(lambda: all(one.told for one in watchers), limit_s=LIMIT_S):
            result.faults.append(f"touchdown {number + 1}: not everybody who watches was told")
            break
        late = [one.told[0][0] - began for one in watchers]
        took.append(max(late))
        each += late
        stage.swarm.run(lambda: False, limit_s=0.05)
    served = (stage.server.cpu_s() - served) / max(1, len(took))
    result.faults += [fault for one in watchers for fault in one.member.faults]
    result.figures += [
        Figure(f"a touchdown at the last of {len(watchers)} who watch", str(Latencies.of(took))),
        Figure("the same, processor time of the server", f"{served * 1000:.1f} ms a touchdown"),
    ]
    result.notes.append(f"a touchdown at everybody who watches: {Latencies.of(each)}")


# ---------------------------------------------------------------- many games for many


def _games(bench: Bench, stage: Stage, result: Result) -> None:
    plan = bench.plan
    bench.say(f"matchups: {plan.games} games")
    games = week_of_games(stage, stage.draw, plan.games)
    result.notes.append(f"the games: {games[0].about}")
    owner = stage.http.guest("Owner")
    feeds = [stage.room(owner, kind="feed", settings={"sources": ["gsis"]}) for _ in games]
    rows = [
        Game(f"g{n}", game.home, game.away, feed)
        for n, (game, feed) in enumerate(zip(games, feeds, strict=True))
    ]
    everybody = players_in(games)
    bench.say(f"matchups: {plan.game_leagues} leagues")
    leagues = [
        make_league(stage, owner, n, _drawn(stage, everybody, 2 * PAIRS), rows)
        for n in range(plan.game_leagues)
    ]
    week = make_league(stage, owner, 0, _drawn(stage, everybody, WEEK_TEAMS), rows)
    reporter = _Reporter(stage, owner, feeds)
    bench.say(f"matchups: {len(leagues) * PAIRS:,} are watched")
    watchers = _watchers(
        stage, owner, [(league, 1 + n) for league in leagues for n in range(PAIRS)]
    )
    _lag(bench, stage, games, feeds, reporter, watchers, result)
    for one in watchers:
        one.member.drop()
    _week(bench, stage, owner, week, result)


def _drawn(stage: Stage, everybody: Sequence[Player], teams: int) -> list[list[Player]]:
    """Teams out of those who do most."""
    starters = min(STARTERS, len(everybody) // teams)
    pool = list(everybody[: max(teams * starters, len(everybody) * 2 // 3)])
    stage.draw.shuffle(pool)
    return [pool[n * starters : (n + 1) * starters] for n in range(teams)]


def _lag(
    bench: Bench,
    stage: Stage,
    games: Sequence[Recorded],
    feeds: Sequence[str],
    reporter: _Reporter,
    watchers: Sequence[_Watcher],
    result: Result,
) -> None:
    """All games at once, from their first play on."""
    plan = bench.plan
    due = sorted(
        (one.at_s / plan.feed_slow_speed, feed, number)
        for game, feed in zip(games, feeds, strict=True)
        for number, one in enumerate(game.plays)
    )
    plays = {feed: game.plays for game, feed in zip(games, feeds, strict=True)}
    due = [one for one in due if one[0] <= plan.games_s]
    for one in watchers:
        one.changes.clear()
    bench.say(f"matchups: {len(due):,} plays within {plan.games_s:g} s")
    served, used = stage.server.cpu_s(), time.process_time()
    received = sum(one.member.connection.bytes_received for one in watchers)
    began, done = time.perf_counter(), 0

    def next_one() -> None:
        nonlocal done
        while done < len(due) and began + due[done][0] <= time.perf_counter():
            _, feed, number = due[done]
            reporter.say(feed, report(plays[feed][number].play))
            done += 1
        if done < len(due):
            stage.swarm.after(max(0.0, began + due[done][0] - time.perf_counter()), next_one)

    next_one()
    stage.swarm.run(lambda: done == len(due), limit_s=plan.games_s + LIMIT_S)
    elapsed = time.perf_counter() - began
    served, used = stage.server.cpu_s() - served, time.process_time() - used
    stage.swarm.run(lambda: reporter.answered, limit_s=LIMIT_S)
    stage.swarm.run(lambda: False, limit_s=QUIET_S if elapsed < SETTLE_S else SETTLE_S)
    times = reporter.times()
    late = [at - times[feed, version] for one in watchers for at, feed, version in one.changes]
    received = sum(one.member.connection.bytes_received for one in watchers) - received
    result.faults += [fault for one in watchers for fault in one.member.faults]
    result.faults += reporter.member.faults
    if len(times) != len(reporter.sent) or reporter.member.refused:
        result.faults.append(f"reports were refused: {reporter.member.refused[:3]}")
    result.figures.append(
        Figure(f"{len(games)} games at once: from a report to the scores", str(Latencies.of(late)))
    )
    result.notes.append(
        f"{len(due):,} plays, {len(late):,} changes told, {size(received)} of scores; server "
        f"{served / elapsed:.0%} of its core, load {used / elapsed:.0%}"
    )


def _week(bench: Bench, stage: Stage, owner: Guest, league: str, result: Result) -> None:
    """One who asks again and again."""
    bench.say("matchups: a week over HTTP")
    prober = Prober(stage.swarm, stage.server.http_port)
    for _ in range(bench.plan.week_asks):
        prober.ask(f"/leagues/{league}/weeks/{WEEK}", owner.token)
        stage.swarm.run(lambda: not prober.busy, limit_s=LIMIT_S)
    found = Latencies.of(prober.latencies)
    if set(prober.statuses) != {200}:
        result.faults.append(f"answers other than 200: {sorted(set(prober.statuses))}")
    result.figures.append(
        Figure(
            f"a week of {WEEK_TEAMS} teams over HTTP",
            str(found),
            f"p95 < {WEEK_GATE_MS:g} ms",
            found.p95 < WEEK_GATE_MS,
        )
    )
