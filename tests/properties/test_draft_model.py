"""The model of a draft that tests follow by, written from the SPEC, against the rules: random
drafts are played by the rules, and it must come to the same view after every entry."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec

from protocol.draft_events import ListsChanged, ProxyChanged
from server.rules.draft import state as draft_state
from server.rules.draft.kind import DRAFT
from tests.drafts.script import Script
from tests.support.draft_model import apply_entry

DRAFTS = 16
HIDDEN = (ListsChanged, ProxyChanged)


def plain(value: Any) -> Any:
    """As it goes over the wire."""
    return json.loads(msgspec.json.encode(value))


def test_DR3_the_tests_model_of_a_draft_comes_to_the_view_of_the_rules() -> None:
    seen: Counter[str] = Counter()
    for seed in range(DRAFTS):
        script = Script(seed)
        if script.settings.type == "auction":
            continue
        script.busy = 0.3
        script.run()
        state = DRAFT.initial(script.settings)
        view = plain(draft_state.view(state))
        for stamp, events in script.room.log:
            for event in events:
                DRAFT.apply(state, event, stamp)
            public = plain([one for one in events if not isinstance(one, HIDDEN)])
            entry = {"v": stamp.version, "at": stamp.at, "by": stamp.by, "events": public}
            apply_entry(view, entry)
            assert view == plain(draft_state.view(state)), f"seed {seed}, {entry}"
            seen.update(event["type"] for event in public)
    missing = {"turn.opened", "clock.changed", "picks.undone", "pick.replaced"} - seen.keys()
    assert missing == set()
