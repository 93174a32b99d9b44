"""A feed by its rules alone: reports in any order, events out."""

from __future__ import annotations

import random
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from protocol.feed import (
    DeletePlay,
    FeedSettings,
    Header,
    Play,
    ReportHeader,
    ReportPlay,
    ReviewPlay,
)
from protocol.membership import Role
from server.rules.feed import FEED
from server.rules.feed_state import Feed
from server.rules.kind import Accepted, Context, Decision, Stamp

Report = ReportPlay | DeletePlay | ReviewPlay


class FeedRoom:
    """State and events of a feed."""

    def __init__(self, *sources: str) -> None:
        self.state: Feed = FEED.initial(FeedSettings(sources or ("gsis", "nfl_api")))
        self.events: list[Struct] = []

    def decide(self, command: Struct, role: Role = "editor") -> Decision:
        context = Context("a", "P", role, "c", 1, 0, 0, len(self.events) + 1, {})
        return FEED.decide(self.state, command, context)

    def say(self, command: Struct, role: Role = "editor") -> Decision:
        """Decides, and applies what is accepted."""
        decision = self.decide(command, role)
        if isinstance(decision, Accepted):
            for event in decision.events:
                FEED.apply(self.state, event, Stamp(len(self.events) + 1, 0, "a", "c", 1))
            self.events += decision.events
        return decision

    def told(self, command: Struct) -> list[str]:
        """The tags of the events of a report, or the code of its refusal."""
        decision = self.say(command)
        if isinstance(decision, Accepted):
            return [str(event.__struct_config__.tag) for event in decision.events]
        return [decision.code]


def header(home_score: int = 0, revision: int = 1, source: str = "gsis") -> ReportHeader:
    return ReportHeader(source, revision, Header("HOM", "AWY", home_score))


def history(
    final: Play, others: Sequence[Play], dice: random.Random, source: str
) -> tuple[list[Report], Play | None]:
    """What a source says of one play in the course of time, revisions rising, and the form that
    counts in the end: None where it was deleted or is still under review."""
    reports: list[Report] = []
    form: Play | None = None
    review = False
    for revision in range(1, dice.randint(1, 6) + 1):
        what = dice.choice(["put", "put", "correct", "delete", "review", "uphold"])
        if what == "put":
            form, review = final, False
            reports.append(ReportPlay(source, revision, final))
        elif what == "correct":
            other = dice.choice(others)
            form, review = replace(other, id=final.id, order=final.order), False
            reports.append(ReportPlay(source, revision, form))
        elif what == "delete":
            form, review = None, False
            reports.append(DeletePlay(source, revision, final.id))
        else:
            review = what == "review"
            reports.append(ReviewPlay(source, revision, final.id, review))
    return reports, None if review else form


def jumbled(reports: Sequence[Report], dice: random.Random) -> list[Report]:
    """In another order, some more than once."""
    mixed = [*reports, *(one for one in reports if dice.random() < 0.3)]
    dice.shuffle(mixed)
    return mixed
