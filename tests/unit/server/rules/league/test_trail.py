"""The trail: in the order of events, with points before and after, in words."""

import pytest

from protocol.feed import DeletePlay, Header, ReportHeader, ReportPlay, ReviewPlay
from protocol.league import Cause
from server.rules.kind import Stamp
from server.rules.league.book import Book, league_rules
from server.rules.league.trail import DAY_MS, causes_of, text_of
from tests.support.feeds import FeedRoom
from tests.support.gsis_games import CATCHER, PASSER, play

RULES = league_rules({"preset": "standard"})
THROW = play(36, (PASSER, 16, 20), (CATCHER, 22, 20))


def test_LI3_LI7_every_change_of_the_wanted_players_and_of_nobody_else() -> None:
    room = FeedRoom()
    empty = Book(room.state, 0)
    room.do(ReportPlay("gsis", 1, THROW))
    room.do(ReviewPlay("gsis", 2, 36, on=True))
    room.do(ReviewPlay("gsis", 3, 36, on=False))
    room.do(DeletePlay("gsis", 4, 36))
    room.do(ReportHeader("gsis", 5, Header("HOM", "AWY")))
    entries = [(Stamp(n, 0, "", "", 0), [event]) for n, event in enumerate(room.events, 1)]
    found = list(causes_of("r_f", empty, entries, {CATCHER: "WR", "AWY": "DEF"}, RULES))
    assert [(one.player, one.cause, one.before, one.after, one.version) for one in found] == [
        (CATCHER, "play", 0, 800, 1),
        (CATCHER, "review", 800, 0, 2),
        (CATCHER, "review", 0, 800, 3),
        (CATCHER, "deletion", 800, 0, 4),
        ("AWY", "score", 0, 1000, 5),
    ]


@pytest.mark.parametrize(
    ("cause", "before", "after", "text"),
    [
        ("correction", 200, 0, "-2.00, play 946 corrected on Thursday"),
        ("play", 0, 35, "+0.35, play 946"),
        ("deletion", 0, 35, "+0.35, play 946 deleted on Thursday"),
        ("review", 35, 0, "-0.35, play 946 reviewed on Thursday"),
        ("score", 1000, 700, "-3.00, the score of the game"),
    ],
)
def test_LI7_as_people_read_it(cause: str, before: int, after: int, text: str) -> None:
    thursday = 7 * DAY_MS + 5
    assert text_of(Cause("r_f", 1, thursday, cause, "p", before, after, 946)) == text
