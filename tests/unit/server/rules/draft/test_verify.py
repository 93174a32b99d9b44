"""The replay that proves a draft legal, and finds one that is not."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from protocol.draft import DraftSettings
from protocol.draft_commands import MakePick, Nominate, ReplacePick, SetKeeper
from protocol.draft_events import BidMade, PickMade, PickReplaced
from server.rules.draft.verify import verify
from tests.support.drafts import BOSS, DraftRoom, manager, player_id, started

SMALL = DraftSettings(teams=2, rounds=2)


def faults(room: DraftRoom, sort: type, **changes: Any) -> list[str]:
    """What is said of the log with the first such event forged."""
    done = False
    log: list[Any] = []
    for stamp, events in room.log:
        forged: list[Any] = []
        for event in events:
            if isinstance(event, sort) and not done:
                done = True
                event = replace(event, **changes)
            forged.append(event)
        log.append((stamp, forged))
    return verify(room.settings, log).faults


def test_DR61_a_legal_draft_has_no_fault() -> None:
    room = DraftRoom(SMALL)
    room.must(BOSS, SetKeeper(2, player_id(20), round=2))
    room.start()
    room.must(manager(1), MakePick(room.v, player_id(4)))
    room.must(BOSS, ReplacePick(1, player_id(5)))
    room.play_out()
    report = verify(room.settings, room.log)
    assert (report.faults, report.ended, report.picks) == ([], True, 4)
    sale = started(DraftSettings(type="auction", teams=2)).play_out()
    report = verify(sale.settings, sale.log)
    assert (report.faults, report.ended, report.picks) == ([], True, 30)
    assert report.bids >= 30


def test_DR61_every_forgery_is_named() -> None:
    room = started(SMALL)
    room.must(manager(1), MakePick(room.v, player_id(1)))
    room.must(manager(2), MakePick(room.v, player_id(2)))
    entry = room.log[-2][0].version
    assert faults(room, PickMade, player="nobody") == [f"entry {entry}: nobody was not free"]
    assert faults(room, PickMade, seat=2) == [f"entry {entry}: cell 1 was not seat 2's"]
    assert faults(room, PickMade, n=3) == [f"entry {entry}: cell 3 was not on the clock"]
    assert faults(room, PickMade, turn=1) == [f"entry {entry}: cell 1 was not on the clock"]
    room.must(BOSS, ReplacePick(1, player_id(5)))
    assert faults(room, PickReplaced, player=player_id(2)) == [
        f"entry {entry + 2}: {player_id(2)} was not free"
    ]
    assert faults(room, PickMade, player=player_id(9)) == [
        f"entry {entry + 2}: no pick.replaced can follow what was before"
    ]


def test_DR61_a_bid_beyond_the_means_is_named() -> None:
    sale = started(DraftSettings(type="auction", teams=2))
    sale.must(manager(1), Nominate(sale.v, player_id(1), 5))
    version = sale.version
    assert faults(sale, BidMade, price=187) == [
        f"entry {version}: seat 1 bids 187, more than it may"
    ]
    sale.wake()
    assert faults(sale, PickMade, price=4) == [
        f"entry {version + 1}: sale 1 was not to the standing bid"
    ]
