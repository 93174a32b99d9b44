"""Feeds: each event, what is refused, and the same end whatever the order of reports."""

import random
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from protocol.feed import (
    PLAYS_MAX,
    DeletePlay,
    FeedInconsistent,
    Header,
    Play,
    PlayAdded,
    PlayCorrected,
    ReportAll,
    ReportHeader,
    ReportPlay,
    ReviewPlay,
    ScoreCorrected,
    SetDelay,
    StatLine,
    TeamDifference,
)
from server.rules.feed import FEED
from server.rules.feed_held import Held
from server.rules.kind import Accepted, Rejected
from server.rules.scoring.totals import Totals
from tests.support.feeds import FeedRoom, Report, header, history, jumbled
from tests.support.gsis_games import CATCHER, KICKER, PASSER, TACKLER, Line, play, real_games

GOAL = play(36, (KICKER, 70, 33))
RUN = play(36, (PASSER, 10, 3))


def put(made: Play, revision: int, source: str = "gsis") -> ReportPlay:
    return ReportPlay(source, revision, made)


def test_FE3_a_play_is_added_corrected_deleted_and_added_again() -> None:
    room = FeedRoom()
    assert room.told(put(GOAL, 1)) == ["play.added"]
    assert room.told(put(RUN, 2)) == ["play.corrected"]
    corrected = room.events[-1]
    assert isinstance(corrected, PlayCorrected)
    assert corrected.was == {"stats": GOAL.stats}
    assert (corrected.now.stats, corrected.now.version) == (RUN.stats, 2)
    assert room.told(put(RUN, 3)) == ["play.confirmed"]
    assert room.told(DeletePlay("gsis", 4, 36)) == ["play.deleted"]
    assert room.state.totals().everybody() == {}
    assert room.told(put(RUN, 5)) == ["play.added"]
    added = room.events[-1]
    assert isinstance(added, PlayAdded)
    assert added.play.version == 3


def test_FE3_a_review_withholds_and_upheld_returns() -> None:
    room = FeedRoom()
    room.say(put(GOAL, 1))
    assert room.told(ReviewPlay("gsis", 2, 36, on=True)) == ["play.under_review"]
    assert room.state.points == {}
    assert room.told(ReviewPlay("gsis", 3, 36, on=False)) == ["play.upheld"]
    assert room.state.points == {"HOM": 3}
    room.say(ReviewPlay("gsis", 4, 36, on=True))
    assert room.told(put(RUN, 5)) == ["play.corrected"]
    assert not room.state.plays[36].review


def test_FE2_what_is_late_repeated_or_contradicts_changes_nothing() -> None:
    room = FeedRoom()
    room.say(put(GOAL, 5))
    assert room.told(put(GOAL, 5)) == ["nothing_changes"]
    assert room.told(put(RUN, 5)) == ["exists"]
    assert room.told(put(RUN, 4)) == ["nothing_changes"]
    assert room.told(DeletePlay("gsis", 4, 36)) == ["nothing_changes"]
    assert room.told(DeletePlay("gsis", 5, 36)) == ["exists"]
    assert room.told(ReviewPlay("gsis", 5, 36, on=True)) == ["exists"]
    assert room.told(ReviewPlay("gsis", 4, 36, on=True)) == ["nothing_changes"]
    assert room.told(ReviewPlay("gsis", 6, 36, on=True)) == ["play.under_review"]
    assert room.told(ReviewPlay("gsis", 6, 36, on=True)) == ["nothing_changes"]
    assert room.told(ReviewPlay("gsis", 6, 36, on=False)) == ["exists"]
    assert room.told(put(GOAL, 6)) == ["exists"]
    assert room.told(DeletePlay("gsis", 7, 36)) == ["play.deleted"]
    assert room.told(DeletePlay("gsis", 7, 36)) == ["nothing_changes"]


def test_FE2_a_deletion_that_comes_before_its_play_holds() -> None:
    room = FeedRoom()
    assert room.told(DeletePlay("gsis", 2, 36)) == ["play.deleted"]
    assert room.told(put(GOAL, 1)) == ["nothing_changes"]
    assert room.state.points == {}


def test_FE1_a_better_source_outweighs_whatever_a_lesser_says() -> None:
    room = FeedRoom()
    assert room.told(put(RUN, 900, "nfl_api")) == ["play.added"]
    assert room.told(put(GOAL, 1)) == ["play.corrected"]
    assert room.told(put(RUN, 901, "nfl_api")) == ["nothing_changes"]
    assert room.told(DeletePlay("nfl_api", 902, 36)) == ["nothing_changes"]
    assert room.state.plays[36].source == "gsis"
    assert room.told(put(RUN, 1, "unheard_of")) == ["bad_property"]


def test_FE6_the_header_is_status_and_a_score_that_falls_is_told() -> None:
    room = FeedRoom()
    assert room.told(header(0)) == ["game.status"]
    assert room.told(header(7, revision=2))[0] == "game.status"
    room.say(header(3, revision=3))
    assert [e for e in room.events if isinstance(e, ScoreCorrected)] == [
        ScoreCorrected("gsis", 3, "HOM", 7, 3)
    ]
    assert room.told(header(3, revision=3)) == ["nothing_changes"]
    assert room.told(header(4, revision=3)) == ["exists"]
    assert room.told(header(4, revision=2)) == ["nothing_changes"]
    assert room.told(header(0, revision=9, source="nfl_api")) == ["nothing_changes"]
    for home, away in (("HOM", "HOM"), ("AWY", "HOM"), ("NE", "AWY")):
        assert room.told(ReportHeader("gsis", 9, Header(home, away))) == ["bad_property"]


def test_FE6_a_line_of_a_third_team_is_refused() -> None:
    room = FeedRoom()
    room.say(header())
    (line,) = GOAL.stats
    other = replace(GOAL, stats=(replace(line, team="NE"),))
    assert room.decide(put(other, 1)) == Rejected("bad_property", {"property": "team"})


def test_FE7_header_and_plays_that_differ_are_told_until_they_agree() -> None:
    room = FeedRoom()
    assert room.told(header(3)) == ["game.status", "feed.inconsistent"]
    assert room.told(put(GOAL, 1)) == ["play.added", "feed.consistent"]
    assert room.told(DeletePlay("gsis", 2, 36)) == ["play.deleted", "feed.inconsistent"]
    assert room.events[-1] == FeedInconsistent([TeamDifference("HOM", 3, 0)])
    assert room.told(put(RUN, 3)) == ["play.added"]
    assert room.told(header(4, revision=2)) == ["game.status", "feed.inconsistent"]
    assert room.told(ReviewPlay("gsis", 4, 36, on=True)) == ["play.under_review"]


def test_FE5_only_owners_and_editors_report() -> None:
    room = FeedRoom()
    assert room.say(put(GOAL, 1), "viewer") == Rejected("forbidden")
    assert room.say(put(GOAL, 1), "annotator") == Rejected("forbidden")
    assert room.say(put(GOAL, 1), "owner") != Rejected("forbidden")


def test_FE8_a_feed_has_a_thousand_plays() -> None:
    room = FeedRoom()
    for n in range(1, PLAYS_MAX + 1):
        room.state.hold(n, Held(replace(RUN, id=n), (2, 1), (2, 1), review=False, source="gsis"))
    assert room.told(put(replace(RUN, id=PLAYS_MAX + 1), 1)) == ["limit_reached"]
    assert room.told(put(replace(GOAL, id=PLAYS_MAX), 2)) == ["play.corrected"]


def sequence(plays: list[Play], dice: random.Random) -> None:
    """Every play of a game with a history of its own, from two sources, jumbled; totals after each
    report are those of the plays that count, and in the end those of the final forms alone."""
    room = FeedRoom("gsis", "nfl_api")
    reports: list[Report] = []
    final: list[Play] = []
    for one in plays:
        said, counting = history(one, plays, dice, "gsis")
        lesser, _ = history(one, plays, dice, "nfl_api")
        reports += [*said, *(report for report in lesser if isinstance(report, ReportPlay))]
        if any(not isinstance(report, ReviewPlay) for report in said):
            final += [counting] if counting is not None else []
        else:  # the better source has only looked at it again
            forms = [report for report in lesser if isinstance(report, ReportPlay)]
            upheld = not any(isinstance(r, ReviewPlay) and r.on for r in said[-1:])
            final += [forms[-1].play] if forms and upheld else []
    totals = Totals()
    for report in jumbled(reports, dice):
        number = report.play.id if isinstance(report, ReportPlay) else report.id
        before = room.state.plays.get(number)
        room.say(report)
        after = room.state.plays[number].counting()
        totals.replace(None if before is None else before.counting(), after)
    assert totals.everybody() == Totals(final).everybody()
    assert room.state.totals().everybody() == totals.everybody()


def test_FE2_SC17_any_order_of_reports_ends_in_the_totals_of_the_final_plays() -> None:
    lines: list[Line] = [
        (PASSER, 10, 3), (PASSER, 16, 30), (CATCHER, 22, 30), (KICKER, 70, 33), (TACKLER, 26, 9),
        (PASSER, 106, 0), (TACKLER, 84, -3),
    ]  # fmt: skip
    dice = random.Random(11)
    for _ in range(400):
        plays = [play(n, *dice.sample(lines, 3)) for n in range(1, 6)]
        sequence(plays, dice)


@pytest.mark.shared_data
def test_FE2_SC17_a_hundred_sequences_of_recorded_games_end_in_the_totals_of_the_final_plays(
    shared_data: Path,
) -> None:
    games = list(real_games(shared_data, "2019_reg_w02").values())
    dice = random.Random(12)
    for n in range(100):
        sequence(dice.sample(list(games[n % len(games)].plays), 40), dice)


@pytest.mark.shared_data
def test_FE7_of_35_recorded_games_one_is_inconsistent_when_all_of_it_has_come(
    shared_data: Path,
) -> None:
    odd: dict[str, tuple[TeamDifference, ...]] = {}
    for number, game in real_games(shared_data).items():
        room = FeedRoom()
        home, away = game.sides()
        scores = (home.score or 0, away.score or 0)
        room.say(ReportHeader("gsis", 1, Header(home.team, away.team, *scores, phase="final")))
        assert room.state.differences
        for one in game.plays:
            room.say(put(one, 1))
        assert room.state.totals().everybody() == Totals(game.plays).everybody()
        if room.state.differences:
            odd[number] = room.state.differences
    assert odd == {"2019092909": (TeamDifference("TB", 55, 54),)}


@pytest.mark.shared_data
def test_FE3_SC17_elliott_on_sunday_and_on_thursday(shared_data: Path) -> None:
    """Play 946 of 16 December 2018, as its feed tells it: what was and what is."""
    game = real_games(shared_data, "special")["2018121605"]
    thursday = next(one for one in game.plays if one.id == 946)
    lost = StatLine(106, "DAL", "00-0033045", "E.Elliott", 0)
    taken = StatLine(59, "IND", "00-0031331", "P.Desir", 0)
    sunday = replace(thursday, stats=(*thursday.stats, lost, taken))
    room = FeedRoom()
    for one in game.plays:
        room.say(put(sunday if one.id == 946 else one, 1))
    assert room.state.totals().of("00-0033045")["fum_lost"] == 1
    assert room.state.totals().of("IND")["fum_rec"] == 1
    assert room.told(put(thursday, 2)) == ["play.corrected"]
    corrected = room.events[-1]
    assert isinstance(corrected, PlayCorrected)
    assert {lost, taken} == {*corrected.was["stats"]} - {*corrected.now.stats}
    assert "fum_lost" not in room.state.totals().of("00-0033045")
    assert "fum_rec" not in room.state.totals().of("IND")
    assert room.state.totals().everybody() == Totals(game.plays).everybody()
    assert room.told(put(sunday, 3)) == ["play.corrected"]
    assert room.state.totals().of("00-0033045")["fum_lost"] == 1


def test_FE9_several_reports_are_one_decision() -> None:
    room = FeedRoom()
    assert room.do(header(3), put(GOAL, 1)) == ["game.status", "play.added"]
    assert room.do(put(RUN, 2), ReviewPlay("gsis", 3, 36, on=True)) == [
        "play.corrected",
        "play.under_review",
        "feed.inconsistent",
    ]


def test_FE9_what_changes_nothing_is_passed_over() -> None:
    room = FeedRoom()
    room.do(header(3), put(GOAL, 1))
    other = replace(RUN, id=40)
    assert room.do(put(GOAL, 1), put(other, 1), put(other, 1)) == ["play.added"]
    assert room.do(put(GOAL, 1), put(other, 1)) == ["nothing_changes"]


def test_FE9_one_that_is_refused_refuses_all_and_is_named() -> None:
    room = FeedRoom()
    third = ReportPlay("gsis", 1, replace(GOAL, id=40, stats=(replace(GOAL.stats[0], team="XYZ"),)))
    found = room.decide(ReportAll((header(3), put(GOAL, 1), third)))
    assert found == Rejected("bad_property", {"property": "team", "report": 2})
    assert (room.state.header, room.state.plays) == (None, {})
    assert room.decide(ReportAll((put(GOAL, 1, "unheard_of"),))) == Rejected(
        "bad_property", {"property": "source", "report": 0}
    )
    assert room.told(ReportAll((put(GOAL, 1), put(RUN, 1)))) == ["exists"]
    assert room.decide(ReportAll((put(GOAL, 1),)), "viewer") == Rejected("forbidden")


def test_FE9_another_version_than_expected_is_told() -> None:
    room = FeedRoom()
    assert room.do(put(GOAL, 1), expected=0) == ["play.added"]
    assert room.decide(ReportAll((put(RUN, 2),), 0)) == Rejected("changed_since", {"version": 1})
    assert room.do(put(RUN, 2), expected=1) == ["play.corrected"]


@pytest.mark.parametrize("seed", range(20))
def test_FE9_together_or_one_by_one_they_end_alike(seed: int) -> None:
    dice = random.Random(seed)
    reports, _ = history(GOAL, [RUN], dice, "gsis")
    mixed = jumbled(reports, dice)
    one_by_one, together = FeedRoom(), FeedRoom()
    for report in mixed:
        one_by_one.say(report)
    together.say(ReportAll(tuple(mixed)))
    assert together.state.plays == one_by_one.state.plays
    assert together.state.points == one_by_one.state.points


def test_SD1_a_delay_is_its_authors_alone_and_ends_at_nothing() -> None:
    room = FeedRoom()
    assert room.told(SetDelay(30)) == ["delay.changed"]
    assert FEED.view(room.state)["delays"] == {"a": 30}
    assert [FEED.delay_s(room.state, account) for account in ("a", "b")] == [30, 0]
    assert room.told(SetDelay(30)) == ["nothing_changes"]
    assert isinstance(room.decide(SetDelay(5), "viewer"), Accepted)
    again = FEED.restore(msgspec.json.decode(msgspec.json.encode(FEED.snapshot(room.state))))
    assert again.delays == {"a": 30}
    assert room.told(SetDelay(0)) == ["delay.changed"]
    assert room.state.delays == {}
