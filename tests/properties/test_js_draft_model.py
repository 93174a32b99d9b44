"""The draft's model of the client against the server's rules: random drafts are played by the
rules, and the model must come to the same view after every entry, and know what its account was
told."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec

from protocol.draft_events import ListsChanged, ProxyChanged
from server.rules.draft import state as draft_state
from server.rules.draft.kind import DRAFT
from server.rules.draft.state import Draft
from tests.drafts.script import Script
from tests.support.drafts import DraftRoom, manager
from tests.support.node import run_node

DRAFTS = 24
ENTRIES_EACH = 150
HIDDEN = (ListsChanged, ProxyChanged)
SEAT = 1
"""Whose manager looks on."""


def plain(value: Any) -> Any:
    """As it goes over the wire."""
    return json.loads(msgspec.json.encode(value))


def told_to(events: list[Any], account: str) -> list[Any]:
    """What of an entry's hidden part an account is told."""
    return [one for one in events if isinstance(one, HIDDEN) and one.account == account]


def a_draft(room: DraftRoom) -> dict[str, Any]:
    """One draft that was played, with its view after each entry."""
    account = manager(SEAT)
    state: Draft = DRAFT.initial(room.settings)
    view = plain(draft_state.view(state))
    turns: list[dict[str, Any]] = []
    for stamp, events in room.log[:ENTRIES_EACH]:
        for event in events:
            DRAFT.apply(state, event, stamp)
        public = [one for one in events if not isinstance(one, HIDDEN)]
        turns.append(
            {
                "entry": {
                    "v": stamp.version,
                    "at": stamp.at,
                    "by": stamp.by,
                    "events": plain(public),
                },
                "private": plain(told_to(events, account)),
                "view": plain(draft_state.view(state)),
                "mine": plain(draft_state.private(state, account)),
            }
        )
    return {"view": view, "turns": turns}


def test_DR80_the_client_comes_to_the_view_of_the_rules_and_to_what_its_account_is_told() -> None:
    drafts: list[dict[str, Any]] = []
    for seed in range(DRAFTS):
        script = Script(seed)
        script.busy = 0.3
        script.run()
        drafts.append(a_draft(script.room))
    done = run_node("tests/js/replay_draft.mjs", said="\n".join(map(json.dumps, drafts)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"][:2] == []
    # A comparison of nothing would be right as well.
    seen = Counter(
        event["type"]
        for draft in drafts
        for turn in draft["turns"]
        for event in turn["entry"]["events"]
    )
    rare = {"pool.cleared", "draft.reset"}
    tags = {str(one.__struct_config__.tag) for one in DRAFT.event.__args__}
    missing = tags - set(seen) - rare - {"lists.changed", "proxy.changed"}
    assert missing == set()
    assert found["entries"] > 1_000
    assert found["told"] > 5
