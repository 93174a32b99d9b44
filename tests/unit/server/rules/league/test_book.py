"""A feed's book: the same points as from the final plays alone, whatever came before them."""

from protocol.feed import (
    DeletePlay,
    Header,
    ReportHeader,
    ReportPlay,
    ReviewPlay,
)
from server.rules.kind import Stamp
from server.rules.league.book import DEFENCE, Book, league_rules, read_entry
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import CATCHER, PASSER, TACKLER, play

STANDARD = league_rules({"preset": "standard"})
PPR = league_rules({"preset": "ppr"})
THROW = play(36, (PASSER, 16, 20), (CATCHER, 22, 20))
SACK = play(40, (TACKLER, 83, -5), (PASSER, 20, -5))


def moved_on(book: Book, room: FeedRoom, at: int) -> list[tuple[str, int]]:
    """The causes of what came since, with their plays."""
    changes = book.apply(room.events[at:], Stamp(len(room.events), 0, "", "", 0))
    return [(change.cause, change.play) for change in changes]


def test_LI1_each_change_has_its_cause() -> None:
    room = FeedRoom()
    book = Book(room.state, 0)
    room.do(ReportPlay("gsis", 1, THROW))
    assert moved_on(book, room, 0) == [("play", 36)]
    room.do(ReportPlay("gsis", 2, play(36, (PASSER, 15, 10), (CATCHER, 21, 10))))
    assert moved_on(book, room, 1) == [("correction", 36)]
    room.do(ReviewPlay("gsis", 3, 36, on=True))
    assert moved_on(book, room, 2) == [("review", 36)]
    room.do(ReviewPlay("gsis", 4, 36, on=False))
    assert moved_on(book, room, 3) == [("review", 36)]
    room.do(ReviewPlay("gsis", 5, 36, on=True))
    room.do(ReportPlay("gsis", 6, play(36, (PASSER, 15, 10), (CATCHER, 21, 10))))
    assert moved_on(book, room, 4) == [("review", 36), ("review", 36)]
    room.do(DeletePlay("gsis", 7, 36))
    assert moved_on(book, room, 6) == [("deletion", 36)]
    assert book.totals.everybody() == {}


def test_LI1_what_changes_no_line_changes_nobodys_points() -> None:
    room = FeedRoom()
    room.do(ReportPlay("gsis", 1, THROW))
    book = Book(room.state, 1)
    room.do(ReportPlay("gsis", 2, play(36, (PASSER, 16, 20), (CATCHER, 22, 20), down=2)))
    assert moved_on(book, room, 1) == []


def test_LI2_points_are_made_once_for_each_ruleset() -> None:
    room = FeedRoom()
    room.do(ReportPlay("gsis", 1, THROW))
    book = Book(room.state, 1)
    assert book.points(CATCHER, "WR", STANDARD) == 800
    assert book.points(CATCHER, "WR", PPR) == 900
    assert league_rules({"preset": "ppr"}) is PPR
    assert book.points("nobody", "WR", PPR) == 0
    room.do(ReportPlay("gsis", 2, play(36, (PASSER, 15, 10), (CATCHER, 21, 10))))
    moved_on(book, room, 1)
    assert book.points(CATCHER, "WR", STANDARD) == 100
    assert book.points(CATCHER, "WR", PPR) == 200


def test_LI2_a_defence_follows_the_header() -> None:
    room = FeedRoom()
    book = Book(room.state, 0)
    assert book.points("AWY", DEFENCE, STANDARD) == 0
    room.do(ReportHeader("gsis", 1, Header("HOM", "AWY", 0, 0, "pregame")))
    moved_on(book, room, 0)
    assert (book.begun, book.points("AWY", DEFENCE, STANDARD)) == (False, 0)
    room.do(ReportHeader("gsis", 2, Header("HOM", "AWY")), ReportPlay("gsis", 2, SACK))
    assert moved_on(book, room, 1)[0] == ("score", 0)
    assert book.points("AWY", DEFENCE, STANDARD) == 1_100
    assert book.points("ELS", DEFENCE, STANDARD) == 0
    at = len(room.events)
    room.do(ReportHeader("gsis", 3, Header("HOM", "AWY", 7, 0, "final")))
    moved_on(book, room, at)
    assert (book.final, book.points("AWY", DEFENCE, STANDARD)) == (True, 500)


def test_LI1_a_book_of_its_own_leaves_the_feed_alone() -> None:
    room, other = FeedRoom(), FeedRoom()
    room.do(ReportPlay("gsis", 1, THROW))
    other.do(ReportPlay("gsis", 1, SACK))
    book = Book.empty(room.state)
    book.apply(other.events, Stamp(1, 0, "", "", 0))
    assert [held.form.id for held in room.state.plays.values() if held.form] == [36]
    assert book.version == 1


def test_LI1_an_entry_is_read_without_what_is_not_the_feeds_own() -> None:
    line = (
        b'{"v":7,"at":9,"by":"a","events":[{"type":"chat.said","text":"Hello"},'
        b'{"type":"play.deleted","source":"gsis","revision":2,"id":36}]}'
    )
    stamp, events = read_entry(line)
    assert (stamp.version, stamp.at, [event.id for event in events]) == (7, 9, [36])
