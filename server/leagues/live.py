"""Scores for members who watch: a play is taken into its feed's book once, and whoever watches a
matchup that it touches is told, with the play.

Watching is presence (protocol.league.Watching). What nobody watches is not here: neither its feeds
nor its league. Who has a delay is told the whole picture as it was so long ago, when that is due.
Everything but the first look at a week happens in the turn of the loop in which a play was shown.
SPEC: LI16 to LI19.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import structlog

from protocol.league import Cause, Watching, WeekClosing
from protocol.server_messages import Scores
from server.leagues.scoring import NoSuchPart, Scoring, Seen
from server.rooms.delayed import delay_changes
from server.rooms.directory import RoomUnreadable
from server.rooms.follower import Follower
from server.rooms.reel import at_of
from server.rooms.replica import TailEntry
from server.rooms.room import Room
from server.rules.feed_state import Feed
from server.rules.league.book import Book, LeagueRules, league_rules, read_entry
from server.rules.league.outlook import MatchupOutlook, WeekOutlook
from server.rules.league.scores import GameShown, game_shown, position_of, starters_of
from server.rules.league.trail import changed, text_of
from server.rules.watching import Watching as SeenLate
from storage.errors import StorageError

logger = structlog.get_logger("leagues")

LATE_MAX_MS = 120_000  # the longest delay
PLAYBACK_S = 2.0
"""How often who watches from an earlier moment on is told how it stands then."""
_CLOSING = str(WeekClosing.__struct_config__.tag).encode()


class Key(NamedTuple):
    """A week of a league."""

    league: str
    week: int


@dataclass(eq=False)
class _LiveFeed:
    """A feed of which somebody watches a matchup. Invariant: the book is at the committed head."""

    room: Room
    book: Book
    boards: dict[Key, _Board] = field(default_factory=dict[Key, "_Board"])


@dataclass(eq=False)
class _Watcher:
    follower: Follower
    matchup: int | None
    late: Sequence[SeenLate] | None = None
    """How it sees those of the league and the week's feeds that it sees late; none: it sees
    everything at once. None: not known before its first picture; it is told nothing until then."""
    anew: bool = False
    """Its next picture is of another moment than those before (LI8)."""


@dataclass(eq=False)
class _Board:
    """A week that somebody watches. `seen` None: it is being looked at."""

    room: Room
    watchers: dict[int, _Watcher] = field(default_factory=dict[int, _Watcher])
    """By the number of the connection in the room."""
    seen: Seen | None = None
    rules: LeagueRules | None = None
    players: dict[str, str] = field(default_factory=dict[str, str])
    """Starters of the week, to their positions."""
    matchups: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    """Starter to the matchups that he plays in."""
    known: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """Feed to player to points, as they were told."""
    games: dict[str, GameShown] = field(default_factory=dict[str, GameShown])
    """Where the week's games are, as it was told."""
    outlook: WeekOutlook | None = None
    """What the week is likely to come to; looked at again game by game."""
    likely: dict[int, MatchupOutlook] = field(default_factory=dict[int, MatchupOutlook])
    """The same by matchup, as it was told."""
    playing: bool = False
    """Whether those who watch from an earlier moment on are to be told again."""
    looks: set[int] = field(default_factory=set[int])
    """When those who see late are to be told again."""


class LiveScores:
    """Who watches what on this node."""

    def __init__(self, scoring: Scoring, spawn: Callable[[Any, str], object]) -> None:
        self._scoring = scoring
        self._spawn = spawn
        """Runs something that waits, under a name."""
        self._boards: dict[Key, _Board] = {}
        self._feeds: dict[str, _LiveFeed] = {}
        self._correcting: dict[str, bool] = {}
        """Leagues that are looked at, and whether once more."""

    @property
    def watched_weeks(self) -> int:
        """Weeks of leagues that somebody watches."""
        return len(self._boards)

    def watched(self, room: Room, follower: Follower, value: Any) -> None:
        """A member of a league says what it watches; None: nothing any more."""
        for key, board in list(self._boards.items()):
            if board.room is room and board.watchers.pop(follower.number, None) is not None:
                self._prune(key)
        if not isinstance(value, Watching):
            return
        board = self._boards.get(key := Key(room.id, value.week))
        if board is None or board.room is not room:
            board = self._boards[key] = _Board(room)
        watcher = board.watchers[follower.number] = _Watcher(follower, value.matchup)
        if board.seen is None:
            self._look(key)
        else:
            self._spawn(self._first(key, board, watcher), f"scores-{key.league}-{key.week}")

    def committed(self, room: Room, entries: Sequence[TailEntry]) -> None:
        """Entries of a room were shown."""
        if room.kind.name == "feed":
            for league in self._scoring.settled_in(room.id):
                self._correct(league)
            tags = room.kind.delayed_by if self._boards else ()
            self._seen_otherwise(room, delay_changes(entries, tags))
        live = self._feeds.get(room.id)
        if live is not None:
            self._play(live, room, entries)
        elif room.kind.name == "league":
            if self._scoring.note(room) and any(_CLOSING in one.public for one in entries):
                self._correct(room.id)
            for key, board in list(self._boards.items()):
                if board.room is room and self._prune(key):
                    self._wait_for(key, at_of(entries[0].public))
                    self._look(key)

    def opened(self, room: Room) -> None:
        """A room was opened: settled weeks of a league are looked at again, for their feeds may
        have gone on while nobody had it open."""
        if room.kind.name == "league" and self._scoring.note(room):
            self._correct(room.id)

    def _correct(self, league: str) -> None:
        """Once at a time for a league, and once more for what came meanwhile."""
        if league in self._correcting:
            self._correcting[league] = True
            return
        self._correcting[league] = False
        self._spawn(self._pass(league), f"correct-{league}")

    async def _pass(self, league: str) -> None:
        again = True
        try:
            while again:
                self._correcting[league] = False
                await self._scoring.correct(league)
                again = self._correcting[league]
        except (NoSuchPart, StorageError, RoomUnreadable) as error:
            logger.info("a correction waits", league=league, error=type(error).__name__)
        finally:
            del self._correcting[league]

    # --- a play

    def _play(self, live: _LiveFeed, room: Room, entries: Sequence[TailEntry]) -> None:
        keys = [key for key in list(live.boards) if self._prune(key)]
        if live.room is not room or entries[0].version != live.book.version + 1:
            for key in keys:
                self._look(key)
            return
        found: dict[Key, list[Cause]] = {}
        for entry in entries:
            stamp, events = read_entry(entry.public)
            for change in live.book.changes(events, stamp):
                for key in keys:
                    board = live.boards[key]
                    if board.rules is not None:
                        found.setdefault(key, []).extend(
                            changed(
                                room.id, live.book, stamp, change, board.players, board.rules,
                                board.known[room.id],
                            )
                        )  # fmt: skip
        for key in keys:
            self._wait_for(key, at_of(entries[0].public))
            self._tell(key, room, found.get(key, []))

    def _seen_otherwise(self, feed: Room, accounts: Collection[str]) -> None:
        """Who sees a feed late from now on, or no longer, is told no more of its week, nor of any
        of a league that it makes late (LI11), before a picture of its own."""
        of_its_week = self._feeds[feed.id].boards if feed.id in self._feeds else ()
        for key, board in list(self._boards.items()) if accounts else ():
            concerned = key in of_its_week or feed in board.room.tells_of
            for watcher in board.watchers.values() if concerned else ():
                if watcher.follower.recipient.identity.account in accounts:
                    watcher.late, watcher.anew = None, True
                    self._spawn(self._first(key, board, watcher), f"scores-{key.league}")

    def _tell(self, key: Key, room: Room, causes: Sequence[Cause]) -> None:
        """Whoever watches a matchup that is touched, or a week with this game when it has moved
        on."""
        board = self._boards[key]
        touched = {one for cause in causes for one in board.matchups[cause.player]}
        if board.seen is None:
            return
        moved = _moved(board, board.seen, room)
        likely = _likely(board, board.seen, room)
        if not touched and not moved and not likely:
            return
        made: _Made = {}
        for watcher in list(board.watchers.values()):
            own = {watcher.matchup}
            wanted = touched if watcher.matchup is None else touched & own
            ahead = likely if watcher.matchup is None else [x for x in likely if x.matchup in own]
            if watcher.late == () and watcher.anew:  # it read too slowly for its picture
                _picture(board, watcher, board.seen, {})
            elif (wanted or moved or ahead) and watcher.late == ():
                mine = [one for one in causes if board.matchups[one.player] & wanted]
                told = _Told(wanted, moved, ahead, mine)
                _send(board, watcher, board.seen, told, made)

    # --- who sees it late

    def _wait_for(self, key: Key, at: int) -> None:
        """What was committed at a moment is told to each who sees late when that is due."""
        board = self._boards[key]
        for watcher in board.watchers.values():
            if watcher.late:
                self._look_at(key, board, max(late.due(at) for late in watcher.late))

    def _look_at(self, key: Key, board: _Board, due: int) -> None:
        """Once, however many wait for it. Whoever stands still is told when it goes on."""
        services = board.room.services
        wait_ms = max(0, due - services.clock.now_ms())
        if due in board.looks or wait_ms > LATE_MAX_MS:
            return

        def look() -> None:
            board.looks.discard(due)
            self._look_late(key)

        board.looks.add(due)
        services.call_later(wait_ms / 1000 + 0.001, look)

    # --- a look at the week as a whole

    def _look(self, key: Key) -> None:
        board = self._boards[key]
        board.seen = None
        self._spawn(self._whole(key, board), f"scores-{key.league}-{key.week}")

    def _look_late(self, key: Key) -> None:
        board = self._boards.get(key)
        if board is not None and self._prune(key):
            everybody = board.watchers.values()
            self._spawn(
                self._whole_late(key, board, everybody), f"late-scores-{key.league}-{key.week}"
            )

    async def _whole(self, key: Key, board: _Board) -> None:
        """The week as it is: what is told from now on starts from here."""
        try:
            seen = await self._scoring.seen(key.league, key.week, None, ahead=True)
        except (NoSuchPart, StorageError, RoomUnreadable) as error:
            logger.info("a week cannot be watched", week=key.week, error=type(error).__name__)
            return
        if self._boards.get(key) is not board or not self._prune(key):
            return
        self._begin(key, board, seen)
        made: _Made = {}
        for watcher in board.watchers.values():
            _picture(board, watcher, seen, made)
        await self._whole_late(key, board, [one for one in board.watchers.values() if one.anew])

    async def _first(self, key: Key, board: _Board, watcher: _Watcher) -> None:
        """Who comes to what others watch already: a picture for it alone."""
        try:
            await self._scoring.seen(key.league, key.week, None)
        except (NoSuchPart, StorageError, RoomUnreadable) as error:
            logger.info("a week cannot be watched", week=key.week, error=type(error).__name__)
            return
        if self._boards.get(key) is not board or not self._prune(key) or board.seen is None:
            return
        if board.watchers.get(watcher.follower.number) is watcher:
            _picture(board, watcher, board.seen, {})
            await self._whole_late(key, board, [watcher])

    def _begin(self, key: Key, board: _Board, seen: Seen) -> None:
        self._let_go(key)
        league = seen.league
        board.games = {game.id: game for game in seen.games()}
        board.seen, board.rules = seen, league_rules(league.parts.rules)
        board.matchups = {}
        for number in range(1, len(league.parts.schedule.get(key.week, ())) + 1):
            for player in starters_of(league, key.week, number):
                board.matchups.setdefault(player, set()).add(number)
        board.players = {player: position_of(league, player) for player in board.matchups}
        for game, room in seen.feeds.items():
            live = self._hold(room)
            live.boards[key] = board
            seen.books[game] = live.book
            seen.positions[room.id] = live.book.version
            board.known[room.id] = {
                player: live.book.points(player, position, board.rules)
                for player, position in board.players.items()
            }
        board.outlook = seen.outlook()
        board.likely = {one.matchup: one for one in board.outlook.week()}

    async def _whole_late(self, key: Key, board: _Board, watchers: Iterable[_Watcher]) -> None:
        for watcher in [one for one in watchers if one.late]:
            account = watcher.follower.recipient.identity.account
            if board.seen is not None and not _late(board, watcher, board.seen):
                _picture(board, watcher, board.seen, {})
                continue
            late = watcher.late
            try:
                seen = await self._scoring.seen(key.league, key.week, account, ahead=True)
            except (NoSuchPart, StorageError, RoomUnreadable):
                continue
            # who sees it otherwise by now is told of that by somebody else
            if not watcher.follower.closed and watcher.late == late:
                _send(board, watcher, seen, _whole(seen, watcher, seen.outlooks()), {})
                due = _next_due(board, watcher, seen)
                if due is not None:
                    self._look_at(key, board, due)
        self._play_on(key, board)

    def _play_on(self, key: Key, board: _Board) -> None:
        """Who watches from an earlier moment on is told the whole again and again: what happens
        then happens for nobody else."""
        if board.playing or not any(_plays(one) for one in board.watchers.values()):
            return
        board.playing = True

        def again() -> None:
            board.playing = False
            self._look_late(key)

        board.room.services.call_later(PLAYBACK_S, again)

    # --- what is held

    def _hold(self, room: Room) -> _LiveFeed:
        live = self._feeds.get(room.id)
        head = room.replica.committed.version
        if live is None or live.room is not room or live.book.version != head:
            replica = room.replica
            state: Feed = (replica.committed_state() if replica.proposed else replica.state).inner
            if live is not None:
                live.room.kept -= 1
            live = self._feeds[room.id] = _LiveFeed(room, Book(state, head))
            room.kept += 1
        return live

    def _prune(self, key: Key) -> bool:
        """Forgets who has gone; whether anybody watches the week still."""
        board = self._boards[key]
        gone = [number for number, one in board.watchers.items() if one.follower.closed]
        for number in gone:
            del board.watchers[number]
        if board.watchers:
            return True
        del self._boards[key]
        self._let_go(key)
        return False

    def _let_go(self, key: Key) -> None:
        for room_id, live in list(self._feeds.items()):
            live.boards.pop(key, None)
            if not live.boards:
                live.room.kept -= 1
                del self._feeds[room_id]


def _moved(board: _Board, seen: Seen, room: Room) -> list[GameShown]:
    """The games of this feed that are elsewhere than was told; now it is."""
    found = [
        game_shown(game, seen.books[game]) for game, feed in seen.feeds.items() if feed is room
    ]
    moved = [game for game in found if board.games.get(game.id) != game]
    board.games.update({game.id: game for game in moved})
    return moved


def _likely(board: _Board, seen: Seen, room: Room) -> list[MatchupOutlook]:
    """What matchups with players of this feed are likely to come to, where it is not what was told;
    now it is."""
    outlook = board.outlook
    if outlook is None:
        return []
    touched: set[int] = set()
    for game, feed in seen.feeds.items():
        if feed is room:
            outlook.moved(game)
            touched |= outlook.touches(game)
    found = [outlook.matchup(number) for number in sorted(touched)]
    changed = [one for one in found if board.likely.get(one.matchup) != one]
    board.likely.update({one.matchup: one for one in changed})
    return changed


class _Told(NamedTuple):
    """What one message says."""

    matchups: set[int]
    """Whole, with their scores."""
    games: Sequence[GameShown]
    likely: Sequence[MatchupOutlook]
    causes: Sequence[Cause]


def _whole(seen: Seen, watcher: _Watcher, likely: Iterable[MatchupOutlook]) -> _Told:
    count = len(seen.league.parts.schedule.get(seen.week, ()))
    every = set(range(1, count + 1))
    wanted = every if watcher.matchup is None else every & {watcher.matchup}
    ahead = [one for one in likely if one.matchup in wanted]
    return _Told(wanted, seen.games(), ahead, [])


_Made = dict[tuple[frozenset[int], int | None, bool, bool], bytes]
"""Messages of one moment, by matchups, what is watched, whether they are anew, and format."""


def _picture(board: _Board, watcher: _Watcher, seen: Seen, made: _Made) -> None:
    """The whole of what it watches, unless it sees it late."""
    if not _late(board, watcher, seen):
        _send(board, watcher, seen, _whole(seen, watcher, board.likely.values()), made)


def _late(board: _Board, watcher: _Watcher, seen: Seen) -> bool:
    """Whether it sees any of the rooms late now."""
    account = watcher.follower.recipient.identity.account
    now = board.room.services.clock.now_ms()
    every = [one.watching(account) for one in (board.room, *seen.feeds.values())]
    late = tuple(one for one in every if not one.is_live(now))
    watcher.anew |= late != (watcher.late or ())
    watcher.late = late
    return bool(late)


def _next_due(board: _Board, watcher: _Watcher, seen: Seen) -> int | None:
    """When it may see the first of what is not in this picture. None: all of it is; or it is told
    again and again."""
    if not watcher.late or _plays(watcher):
        return None
    found: list[int] = []
    for room in (board.room, *seen.feeds.values()):
        rest = room.replica.tail.after(seen.positions[room.id])
        if rest is None:  # further back than memory goes
            found.append(board.room.services.clock.now_ms() + round(PLAYBACK_S * 1_000))
        elif rest:
            at = at_of(rest[0].public)
            found.append(max(late.due(at) for late in watcher.late))
    return min(found, default=None)


def _plays(watcher: _Watcher) -> bool:
    """Whether it watches from an earlier moment on, and does not stand still."""
    return any(one.shift is not None and one.shift.speed for one in watcher.late or ())


def _send(board: _Board, watcher: _Watcher, seen: Seen, told: _Told, made: _Made) -> None:
    """Whole matchups; whoever reads too slowly now is told with what comes next."""
    recipient = watcher.follower.recipient
    if recipient.paused:
        return
    key = (frozenset(told.matchups), watcher.matchup, watcher.anew, recipient.codec.binary)
    if key not in made:
        made[key] = recipient.codec.encode(_scores(board, seen, told, anew=watcher.anew))
    watcher.anew = False
    recipient.reply(made[key])


def _scores(board: _Board, seen: Seen, told: _Told, *, anew: bool) -> Scores:
    positions = dict(seen.positions)
    for game, room in seen.feeds.items():
        positions[room.id] = seen.books[game].version
    return Scores(
        room=board.room.id,
        week=seen.week,
        phase=seen.phase,
        positions=positions,
        matchups=[seen.score(number) for number in sorted(told.matchups)],
        changes=[{"cause": cause, "text": text_of(cause)} for cause in told.causes],
        games=list(told.games),
        likely=list(told.likely),
        anew=anew,
    )
