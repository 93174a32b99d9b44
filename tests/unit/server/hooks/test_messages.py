"""What is told of a draft, and what never is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.draft import DraftSettings, Player, Seat
from protocol.draft_events import (
    BidMade,
    DraftEvent,
    DraftMoved,
    DraftReset,
    ListsChanged,
    PickMade,
    PickReplaced,
    PicksUndone,
    ProxyChanged,
    TurnOpened,
)
from protocol.entries import Entry
from server.hooks.messages import (
    TYPES,
    Names,
    message_id,
    message_of,
    missed,
    read_entry,
    trial,
)

AT = 1_760_000_000_000
NAMES = Names(
    DraftSettings(teams=2, rounds=2),
    {1: Seat("Lions"), 2: Seat("Bears")},
    {"p1": Player("p1", "Ann One", ("QB", "TE"), "DAL"), "p2": Player("p2", "Ben Two", ("RB",))},
)
PICK = PickMade(3, 2, "p1", "auto", turn=9, source="queue", by="a_secret", bank_ms=70)


def line(*events: Any, by: str = "a_1") -> bytes:
    return msgspec.json.encode(Entry(12, AT, by, list(events)))


def told(event: Any, names: Names = NAMES) -> dict[str, Any]:
    entry = read_entry(line(event))
    (one,) = entry.events
    return msgspec.to_builtins(message_of(one, "r_1", entry, names))


def test_WH1_a_pick_is_told_with_round_team_and_player() -> None:
    assert told(PICK) == {
        "type": "pick.made",
        "timestamp": "2025-10-09T08:53:20.000Z",
        "data": {
            "draft": "r_1",
            "version": 12,
            "pick": 3,
            "round": 2,
            "team": {"seat": 2, "name": "Bears"},
            "player": {"id": "p1", "name": "Ann One", "positions": ["QB", "TE"], "team": "DAL"},
            "how": "auto",
        },
    }


def test_WH2_at_an_auction_it_is_a_sale_with_its_price() -> None:
    auction = msgspec.structs.replace(NAMES, settings=DraftSettings(type="auction", teams=2))
    sale = told(PickMade(1, 1, "p2", "manual", price=41), auction)
    assert (sale["type"], sale["data"]["price"], sale["data"]["round"]) == ("sale.made", 41, None)


def test_WH3_what_was_told_and_is_not_so_any_more_is_told() -> None:
    assert told(PicksUndone([3, 4]))["data"]["picks"] == [3, 4]
    replaced = told(PickReplaced(3, "p1", "p2"))
    assert replaced["type"] == "pick.replaced"
    assert [replaced["data"][key]["name"] for key in ("was", "player")] == ["Ann One", "Ben Two"]
    assert told(DraftReset())["type"] == "draft.reset"


def test_WH4_the_end_is_told_and_no_other_phase() -> None:
    assert told(DraftMoved("ended")) == {
        "type": "draft.ended",
        "timestamp": "2025-10-09T08:53:20.000Z",
        "data": {"draft": "r_1", "version": 12},
    }
    for phase in ("live", "paused", "waiting"):
        assert read_entry(line(DraftMoved(phase))).events == []


def test_WH5_an_entry_is_told_event_by_event_in_its_order() -> None:
    entry = read_entry(line(PICK, DraftMoved("ended")))
    assert [type(one) for one in entry.events] == [PickMade, DraftMoved]
    assert (entry.version, entry.at) == (12, AT)
    ids = {message_id("wh_1", version, n) for version in (12, 13) for n in (0, 1)}
    assert len(ids) == 4


@pytest.mark.parametrize(
    "hidden",
    [
        ListsChanged("a_1", queue=["p1"]),
        ProxyChanged("a_1", 1, 80),
        BidMade(1, 5, "a_1", proxy=True),
        TurnOpened("pick", 3, 2, AT),
    ],
)
def test_WH6_lists_maxima_bids_and_turns_are_never_told(hidden: Any) -> None:
    assert read_entry(line(hidden)).events == []


def test_WH6_of_a_pick_neither_its_author_nor_its_list_is_told() -> None:
    text = msgspec.json.encode(told(PICK)).decode()
    assert not any(word in text for word in ("a_secret", "a_1", "queue", "bank"))


def test_WH6_no_event_that_is_added_later_is_told_by_itself() -> None:
    tags = {str(one.__struct_config__.tag) for one in DraftEvent.__args__}
    tellable = {"pick.made", "picks.undone", "pick.replaced", "draft.reset", "draft.moved"}
    events: list[Any] = [{"type": tag, "n": 1} for tag in sorted(tags - tellable)]
    assert len(events) > 10
    assert read_entry(line(*events, {"type": "chat.said", "text": "x"})).events == []


def test_WH7_entries_that_are_gone_are_named() -> None:
    one = missed("r_1", 4, 9, AT)
    assert (one.type, one.data) == (
        "entries.missed",
        {"draft": "r_1", "version": 9, "first": 4, "last": 9},
    )


def test_WH8_every_type_has_its_words_and_a_test_says_that_it_is_one() -> None:
    assert trial("r_1", 7, AT).type == "test"
    assert all(len(words) > 8 for words in TYPES.values())
    unknown = told(PickMade(1, 9, "p9", "manual"))["data"]
    assert (unknown["team"]["name"], unknown["player"]["id"]) == ("", "p9")
