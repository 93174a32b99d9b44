"""What the matchups of leagues come to, worked out when somebody asks: the week's feeds are opened,
each is summed up once however many leagues ask, and what is shown carries the positions of all that
it was made from.

A matchup that nobody looks at costs nothing. Feeds count that whoever named them may see; somebody
with a delay, in the league or in any of its feeds, is shown all of it as it was so long ago. Knows
rooms and rules; must not know sockets and requests. SPEC: LI5 to LI12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from protocol.entries import split_record
from protocol.league import Cause, CorrectWeek, Result, SettleWeek
from protocol.membership import Role
from server.clock import Clock
from server.leagues.books import BookShelf
from server.leagues.played import PlayedWeeks
from server.rooms.delayed import last_until
from server.rooms.pending import Ended
from server.rooms.room import Room
from server.rules.feed_state import Feed
from server.rules.league.book import Book, LeagueRules, league_rules, read_entry
from server.rules.league.outlook import MatchupOutlook, Played, WeekOutlook
from server.rules.league.scores import (
    GameShown,
    MatchupScore,
    WeekPhase,
    game_shown,
    matchup_score,
    phase_of,
    position_of,
    results_of,
    starters_of,
    week_scores,
)
from server.rules.league.state import League
from server.rules.league.trail import causes_of
from storage.room_log import RoomLog

PAGE = 500
"""Entries of a feed that a trail reads at once."""


class Rooms(Protocol):
    """The rooms of this node."""

    async def open(self, room_id: str) -> Room | None:
        """The open room; None: no such room. Raises StorageUnavailable, RoomUnreadable."""
        ...

    async def run_system(self, room: Room, command: SettleWeek | CorrectWeek) -> Ended:
        """Runs a command of the system to its end."""
        ...


class NoSuchPart(LookupError):
    """The league has no such week, or no such matchup."""


class NotOver(Exception):
    """The week cannot be settled: games without a feed, or not over yet. `games`: which."""

    def __init__(self, games: Sequence[str]) -> None:
        super().__init__(f"{len(games)} games are not over")
        self.games = list(games)


@dataclass(frozen=True, slots=True)
class Seen:
    """A league and the feeds of a week, as somebody may see them now."""

    league: League
    week: int
    positions: dict[str, int]
    """Room to version: of the league, and of each feed."""
    books: dict[str, Book]
    """By game. They go on: what they say is asked of them before anything is waited for."""
    feeds: dict[str, Room] = field(default_factory=dict[str, Room])
    """By game."""
    now: int = 0
    """Log time at which this was so."""
    played: Played = field(default_factory=dict[str, Sequence[int]])
    """What projections know of earlier weeks; of whoever asked for them."""

    @property
    def phase(self) -> WeekPhase:
        """Where the week stands."""
        return phase_of(self.league, self.week, self.books, self.now)

    def games(self) -> list[GameShown]:
        """Where those of the week's games are that have a feed."""
        return [game_shown(game, book) for game, book in self.books.items()]

    def scores(self) -> list[MatchupScore]:
        """All matchups of the week."""
        return week_scores(self.league, self.week, self.books)

    def outlook(self) -> WeekOutlook:
        """What the week is likely to come to, as its books are now."""
        return WeekOutlook(self.league, self.week, self.books, self.played)

    def unsettled(self) -> League:
        """The league as if the week had no results yet."""
        league = self.league.fork()
        league.parts.settled.pop(self.week, None)
        return league

    def outlooks(self) -> list[MatchupOutlook]:
        """Of all matchups of the week."""
        return self.outlook().week()

    def score(self, matchup: int) -> MatchupScore:
        """One of them. Raises NoSuchPart."""
        try:
            return matchup_score(self.league, self.week, matchup, self.books)
        except LookupError:
            raise NoSuchPart(matchup) from None


class Scoring:
    """The projection of one node. Keeps books of feeds, and nothing of leagues."""

    def __init__(self, rooms: Rooms, log: RoomLog, clock: Clock) -> None:
        self._rooms = rooms
        self._log = log
        self._clock = clock
        self._shelf = BookShelf(log)
        self._past = PlayedWeeks(self._feeds)
        self._settled: dict[str, set[str]] = {}
        """Feed to the leagues of this node with settled weeks that it may still change."""

    @property
    def log(self) -> RoomLog:
        """Where the feeds' histories are."""
        return self._log

    def note(self, room: Room) -> bool:
        """Remembers which feeds may still change a league's settled weeks. Whether any may."""
        league: League = _committed(room)
        feeds = {
            game.feed
            for week, settled in league.parts.settled.items()
            if not settled.official
            for game in league.games_of(week)
            if game.feed
        }
        for feed, leagues in list(self._settled.items()):
            leagues.discard(room.id)
            if not leagues:
                del self._settled[feed]
        for feed in feeds:
            self._settled.setdefault(feed, set()).add(room.id)
        return bool(feeds)

    def settled_in(self, feed: str) -> list[str]:
        """The leagues of this node that have settled weeks with this feed."""
        return sorted(self._settled.get(feed, ()))

    async def seen(
        self, room_id: str, week: int, account: str | None, *, ahead: bool = False
    ) -> Seen:
        """As this account may see it; None: as it is. `ahead`: with what projections need. Raises
        NoSuchPart, StorageUnavailable."""
        room = await self._rooms.open(room_id)
        if room is None or room.kind.name != "league":
            raise NoSuchPart(room_id)
        await self._catch_up(room)
        league: League = _committed(room)
        version = room.replica.committed.version
        feeds = await self._feeds(league, week)
        now = self._clock.now_ms()
        if account is not None:
            rooms = (room, *feeds.values())
            watching = [one.watching(account) for one in rooms]
            if not all(one.is_live(now) for one in watching):
                until = min(one.until(now) for one in watching)
                return await self._late(room, week, feeds, until, ahead=ahead)
        if not 1 <= week <= league.settings.weeks:
            raise NoSuchPart(week)
        played: Played = await self._past.of(league, week) if ahead else {}
        books = {game: self._shelf.book(one) for game, one in feeds.items()}
        positions = {room.id: version}
        positions.update({one.id: books[game].version for game, one in feeds.items()})
        return Seen(league, week, positions, books, feeds, now, played)

    async def _late(
        self, room: Room, week: int, feeds: Mapping[str, Room], until: int, *, ahead: bool
    ) -> Seen:
        """LI11: all of it as it was at one log time."""
        version = await last_until(self._log, room.replica, room.id, until)
        state = await room.services.past_state(room, version)
        league: League | None = None if state is None else state.inner
        if league is None or not 1 <= week <= league.settings.weeks:
            raise NoSuchPart(week)
        positions, books, shown = {room.id: version}, dict[str, Book](), dict[str, Room]()
        for game in league.games_of(week):
            feed = feeds.get(game.id)
            if feed is None or feed.id != game.feed:
                continue
            at = await last_until(self._log, feed.replica, feed.id, until)
            past = await feed.services.past_state(feed, at)
            if past is not None:
                books[game.id], shown[game.id] = Book(past.inner, at), feed
                positions[feed.id] = at
        played: Played = await self._past.of(league, week) if ahead else {}
        return Seen(league, week, positions, books, shown, until, played)

    async def _feeds(self, league: League, week: int) -> dict[str, Room]:
        """The week's games to their feeds: those that whoever named them may see (LI10)."""
        found: dict[str, Room] = {}
        for game in league.games_of(week):
            feed = await self._rooms.open(game.feed) if game.feed else None
            if feed is None or feed.kind.name != "feed":
                continue
            if not isinstance(feed.replica.state.inner, Feed):
                continue  # a game of another sport has no lines to score
            role: Role | None = feed.replica.committed_role(league.parts.named_by[game.id])
            if role is not None:
                await self._catch_up(feed)
                found[game.id] = feed
        return found

    async def _catch_up(self, room: Room) -> None:
        """LI8: nobody is shown less here than another node has committed before the question."""
        if self._log.exclusive:
            return
        head = (await self._log.heads([room.id])).get(room.id)
        if head is not None and head.version > room.replica.committed.version:
            await self._shelf.wait_for(room, head.version)

    # --- why

    async def trail(self, seen: Seen, matchup: int, player: str | None = None) -> list[Cause]:
        """Every change of the starters' points in a matchup, oldest first, from the feeds' entries.
        `player`: only his. Raises NoSuchPart, StorageUnavailable."""
        league = seen.league
        try:
            wanted = starters_of(league, seen.week, matchup)
        except LookupError:
            raise NoSuchPart(matchup) from None
        if player is not None:
            wanted &= {player}
        players = {who: position_of(league, who) for who in wanted}
        rules = league_rules(league.parts.rules)
        found: list[Cause] = []
        for feed in seen.feeds.values():
            last = seen.positions[feed.id]
            found += await self._causes(feed, 0, last, players, rules)
        return sorted(found, key=lambda cause: (cause.at, cause.feed, cause.version))

    async def _causes(
        self, feed: Room, after: int, last: int, players: Mapping[str, str], rules: LeagueRules
    ) -> list[Cause]:
        """What entries above `after` up to `last` did to the players' points. History that was
        pruned is begun at the first entry that is there."""
        book = Book.empty(feed.replica.state.inner)
        if after:
            state = await feed.services.past_state(feed, after)
            if state is None:
                return []
            book = Book(state.inner, after)
        found: list[Cause] = []
        at = after
        while at < last:
            page = await self._log.read(feed.id, at + 1, last=min(last, at + PAGE))
            if not page.records:
                break
            if page.first > at + 1:
                state = await feed.services.past_state(feed, page.first)
                if state is None:
                    break
                book = Book(state.inner, page.first)
                page.records.pop(0)
                at = page.first
            lines = [split_record(record)[0] for record in page.records]
            at += len(lines)
            found += causes_of(feed.id, book, map(read_entry, lines), players, rules)
        return found

    # --- results

    async def settle(self, room_id: str, week: int, account: str | None = None) -> Ended:
        """LI12: the week's results at the positions of now. `account`: whoever asks must see that
        its games are over; with a delay that is later. Raises NoSuchPart, NotOver,
        StorageUnavailable."""
        if account is not None:
            _check_over(await self.seen(room_id, week, account), begun=True)
        seen = await self.seen(room_id, week, None)
        _check_over(seen)
        results = results_of(seen.league, week, seen.books)
        return await self._say(room_id, SettleWeek(week, results, _feeds_of(seen, room_id)))

    async def correct(self, room_id: str) -> int:
        """One pass over the settled weeks of a league whose feeds have gone on: results that are
        others now become an entry. Returns how many weeks changed."""
        room = await self._rooms.open(room_id)
        if room is None or room.kind.name != "league":
            return 0
        league: League = _committed(room)
        changed = 0
        for week, settled in sorted(league.parts.settled.items()):
            if settled.official:
                continue
            seen = await self.seen(room_id, week, None)
            moved = {
                feed: version
                for feed, version in _feeds_of(seen, room_id).items()
                if version > settled.positions.get(feed, 0)
            }
            results = results_of(seen.league, week, seen.books) if moved else settled.results
            if results == settled.results:
                continue
            causes = await self._why(seen, settled.positions, settled.results, results)
            command = CorrectWeek(week, results, _feeds_of(seen, room_id), tuple(causes))
            changed += (await self._say(room_id, command)).code is None
        return changed

    async def _why(
        self,
        seen: Seen,
        positions: Mapping[str, int],
        was: Sequence[Result],
        now: Sequence[Result],
    ) -> list[Cause]:
        league = seen.league
        players: dict[str, str] = {}
        for number, pair in enumerate(zip(was, now, strict=True), 1):
            if pair[0] != pair[1]:
                who = starters_of(league, seen.week, number)
                players.update({one: position_of(league, one) for one in who})
        rules = league_rules(league.parts.rules)
        found: list[Cause] = []
        for feed in seen.feeds.values():
            after, last = positions.get(feed.id, 0), seen.positions[feed.id]
            if last > after:
                found += await self._causes(feed, after, last, players, rules)
        return found

    async def _say(self, room_id: str, command: SettleWeek | CorrectWeek) -> Ended:
        room = await self._rooms.open(room_id)
        if room is None:
            return Ended(code="not_found")
        return await self._rooms.run_system(room, command)


def _check_over(seen: Seen, *, begun: bool = False) -> None:
    """`begun`: a game that is over before its kick-off is not. Its feed is not beside the league
    (LI11), and who sees it late would be told at once; `game.move` says when it was. Operators
    play seasons that are to come."""
    open_games = [
        game.id
        for game in seen.league.games_of(seen.week)
        if (begun and game.kickoff > seen.now)
        or game.id not in seen.books
        or not seen.books[game.id].final
    ]
    if open_games:
        raise NotOver(open_games)


def _feeds_of(seen: Seen, room_id: str) -> dict[str, int]:
    return {room: version for room, version in seen.positions.items() if room != room_id}


def _committed(room: Room) -> League:
    """The league at its committed head."""
    replica = room.replica
    state = replica.committed_state() if replica.proposed else replica.state
    return state.inner.fork()
