"""What is counted of the entries of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from protocol.feed import DeletePlay, Play, ReportAll, ReportHeader, ReportPlay, ReviewPlay
from server.asking.feed_counts import LAG_MAX_MS, FeedCounts
from server.metrics import Metrics
from server.rules.feed import FEED
from tests.support.feeds import header
from tests.support.gsis_games import PASSER, play
from tests.support.http_side import HttpSide

AT = 1_800_000_000_000


@dataclass
class Line:
    """An entry as it is sent."""

    public: bytes


def line(*events: Any, at: int = AT) -> Line:
    return Line(msgspec.json.encode({"v": 1, "at": at, "by": "a", "events": events}))


def added(source: str, at_ms: int | None = None) -> dict[str, Any]:
    said = msgspec.to_builtins(Play(id=7, order=1, at_ms=at_ms))
    return {"type": "play.added", "source": source, "revision": 1, "play": said}


def counted(*lines: Line) -> Metrics:
    metrics = Metrics()
    FeedCounts(metrics).count(lines)
    return metrics


def test_XP10_plays_count_by_source_and_a_name_that_anybody_chose_is_no_label() -> None:
    metrics = counted(line(added("gsis"), added("nflverse")), line(added("gsis"), added("evil")))
    assert metrics.feeds.plays == {"gsis": 2, "nflverse": 1, "other": 1}


def test_XP11_lag_is_from_the_plays_own_clock_to_the_commit_of_what_is_news() -> None:
    metrics = counted(
        line(added("gsis", AT - 1_500), added("gsis", AT + 400), added("gsis")),
        line(added("gsis", AT - LAG_MAX_MS), added("gsis", AT - LAG_MAX_MS - 1)),
    )
    assert sum(metrics.feeds.lag_s.counts) == 3
    assert metrics.feeds.lag_s.total == 1.5 + 0 + LAG_MAX_MS / 1_000


def test_XP12_an_entry_that_cannot_be_read_is_passed_over() -> None:
    strange = line({"type": "play.added", "source": 3, "play": "x"})
    assert counted(strange, Line(b"{"), line(added("gsis"))).feeds.plays == {"gsis": 1}


async def test_XP12_what_a_feed_changed_is_counted_once_where_it_was_committed(
    side: HttpSide,
) -> None:
    counts = FeedCounts(side.services.metrics)
    side.directory.counting = lambda room, entries: (
        counts.count(entries) if room.kind is FEED else None
    )
    ada, _ = side.person()
    room = await side.directory.create("feed", "Ours", ada, {})
    one, other = (play(n, (PASSER, 10, n), possession="HOM") for n in (1, 2))
    changed = play(1, (PASSER, 10, 40), possession="HOM")
    reports = (
        header(), ReportPlay("gsis", 1, one), ReportPlay("gsis", 1, other),
        ReportPlay("gsis", 2, changed), ReviewPlay("gsis", 3, 1, on=True),
        ReviewPlay("gsis", 4, 1, on=False), DeletePlay("gsis", 2, 2),
    )  # fmt: skip
    for report in reports:
        ended = await side.directory.execute(room, ada, ReportAll((report,)))
        assert ended.code is None, (report, ended)
    metrics = side.services.metrics
    assert metrics.feeds.plays == {"gsis": 2}
    assert metrics.feeds.changes == {"corrected": 1, "under_review": 1, "upheld": 1, "deleted": 1}
    assert isinstance(reports[0], ReportHeader)
