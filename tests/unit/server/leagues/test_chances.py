"""How a win chance went."""

from __future__ import annotations

import pytest

from server.leagues.chances import POINTS_MAX, chance_line
from server.leagues.scoring import NoSuchPart, Scoring
from tests.support.http_side import HttpSide
from tests.support.league_rooms import SHORTER, THROW, a_scene


async def test_PJ9_a_line_has_so_many_points_however_many_entries_there_are(side: HttpSide) -> None:
    scene = await a_scene(side.directory, (await side.account())[0])
    for second in range(3_600, 0, -12):
        quarter, clock = 4 - (second - 1) // 900, (second - 1) % 900 + 1
        await scene.header("live", 0, 0, quarter=quarter, clock=f"{clock // 60:02}:{clock % 60:02}")
        if second in {1_800, 900}:
            await scene.report(THROW if second == 1_800 else SHORTER)
    scoring = Scoring(side.directory, side.log, side.clock)
    seen = await scoring.seen(scene.league, 1, None, ahead=True)
    points = await chance_line(scoring.log, seen, 1)
    assert 90 < len(points) <= POINTS_MAX + 2
    assert [point.played for point in points] == sorted(point.played for point in points)
    before, after = (next(point for point in points if point.played >= at) for at in (4_990, 5_090))
    assert after.chance > before.chance
    assert after.home > before.home
    with pytest.raises(NoSuchPart):
        await chance_line(scoring.log, seen, 2)


async def test_PJ9_history_that_was_pruned_is_begun_where_it_begins(side: HttpSide) -> None:
    scene = await a_scene(side.directory, (await side.account())[0])
    for quarter in (1, 2, 3, 4):
        await scene.header("live", 0, 0, quarter=quarter, clock="08:00")
    scoring = Scoring(side.directory, side.log, side.clock)
    seen = await scoring.seen(scene.league, 1, None, ahead=True)
    whole = await chance_line(scoring.log, seen, 1)
    seen.positions[scene.feed] = 0
    # With nothing to read it is where it began, and where it is.
    assert await chance_line(scoring.log, seen, 1) == [whole[0], whole[-1]]
