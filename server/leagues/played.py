"""What players without a rank made in earlier weeks, for projections: from the feeds of settled
weeks, at the positions that they were settled at, which is the same for everybody and at any time.
Must not know matchups. SPEC: PJ2, PJ8."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from protocol.league import LeagueGame
from server.rooms.room import Room
from server.rules.league.book import Book, league_rules
from server.rules.league.outlook import Played, unranked, weeks_back
from server.rules.league.state import League

PAST_MAX = 128
"""Books of the past that are kept; whoever was asked about longest ago goes first."""


class PlayedWeeks:
    """Books of feeds as they were when their week was settled."""

    def __init__(self, feeds: Callable[[League, int], Awaitable[Mapping[str, Room]]]) -> None:
        self._feeds = feeds
        """A week's games to their feeds, of those that count (LI10)."""
        self._books: dict[tuple[str, int], Book] = {}

    async def of(self, league: League, week: int) -> Played:
        """Points of whoever has no rank, of the weeks before this one in which he played. Opens
        nothing where everybody has a rank. Raises StorageUnavailable, RoomUnreadable."""
        who = unranked(league)
        found: dict[str, list[int]] = {}
        for one in weeks_back(league, week) if who else ():
            positions = league.parts.settled[one].positions
            feeds = await self._feeds(league, one)
            for game in league.games_of(one):
                room = feeds.get(game.id)
                book = None if room is None else await self._book(room, positions.get(room.id, 0))
                if book is not None:
                    _add(found, league, game, book, who)
        return found

    async def _book(self, room: Room, version: int) -> Book | None:
        key = room.id, version
        book = self._books.pop(key, None)
        if book is None and version:
            past = await room.services.past_state(room, version)
            book = None if past is None else Book(past.inner, version)
        if book is not None:
            self._books[key] = book
            while len(self._books) > PAST_MAX:
                self._books.pop(next(iter(self._books)))
        return book


def _add(
    found: dict[str, list[int]],
    league: League,
    game: LeagueGame,
    book: Book,
    who: Mapping[str, str],
) -> None:
    rules = league_rules(league.parts.rules)
    for player, position in who.items():
        in_it = league.parts.players[player].team in {game.home, game.away}
        if in_it and book.played(player, position):
            found.setdefault(player, []).append(book.points(player, position, rules))
