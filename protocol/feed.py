"""What is said in a feed: plays of American football with their official stat lines, what becomes
of them, and the game's header. A feed of another profile has its items (protocol/feed_items.py) in
the place of plays, and a scoreboard in the place of the header. Types and their bounds only; what a
source may change is server/rules/feed*.py. SPEC: FD1, FD2, FE.

Sources say the same thing more than once, late and in any order, so each of their messages carries
the source's name and its revision, which rises. The view (`state.kind` of a snapshot) is

    {"settings": {"sources": ["gsis", "nfl_api"]},           best first
     "header": {"home": "IND", "away": "DAL", "home_score": 23, …} or null,
     "plays": [{"play": {…}, "review": false, "source": "gsis",           in the game's order
                "was": {"yard_line": "DAL 20"}, "corrected_at": 1759…}, …],
     "reviews": {"946": [2, 7]},     plays under review, also before their form has come: the mark
                                     (place of the source from the end, revision) that began it
     "inconsistent": [{"team": "TB", "header": 55, "plays": 54}],
     "delays": {"a_…": 30}}                  seconds, of whoever wants to see it later

A play that is deleted is a tombstone: `deleted` is true and it has no lines. Under review its lines
are withheld, and come back if it is upheld. `was` and `corrected_at` (log time, ms) are there from
a correction on: what the last one changed, as it was.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from protocol.feed_items import Item, ProfileName, Scoreboard
from protocol.identifiers import VersionField

PLAYS_MAX = 1_000
"""Of one game; the longest of 523 had 247."""
STATS_MAX = 200
"""Lines of one play; the most of 523 games were 22."""
PLAY_ID_MAX = 99_999
YARDS_MAX = 200
POINTS_MAX = 200
SOURCES_MAX = 8
DELAY_MAX_S = 120
SPEED_MAX = 60
"""Times as fast as time, of whoever watches from an earlier moment on."""
REPORTS_MAX = 200
"""Of one command; a game has about 180 plays."""

PlayIdField = Annotated[int, Meta(ge=1, le=PLAY_ID_MAX)]
TeamField = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}$", max_length=3)]
PointsField = Annotated[int, Meta(ge=0, le=POINTS_MAX)]
QuarterField = Annotated[int, Meta(ge=0, le=20)]
ClockField = Annotated[str, Meta(max_length=5)]
SourceField = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,23}$", max_length=24)]
RevisionField = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""The source's own count or time of its message about a play or the header: of two the higher one
is later."""

Phase = Literal["pregame", "live", "final"]


class StatLine(Struct, frozen=True, forbid_unknown_fields=True, gc=False, order=True):
    """One official statistic of a play: GSIS stat id, whose, and yards where it has any."""

    stat: Annotated[int, Meta(ge=1, le=999)]
    """GSIS stat id; what each means for points stands in server/rules/scoring/stat_ids.py."""
    team: TeamField
    """Abbreviation, as the game's header has it."""
    player: Annotated[str, Meta(max_length=40)]
    """GSIS id (`00-0033045`), else the source's own; empty: the team's."""
    name: Annotated[str, Meta(max_length=64)]
    yards: Annotated[int, Meta(ge=-YARDS_MAX, le=YARDS_MAX)]


class Play(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The current form of a play. Its key is (game, id)."""

    id: PlayIdField
    order: Annotated[int, Meta(ge=0, le=9_999_999)]
    """Place in its source's order, which is not always that of ids."""
    stats: Annotated[tuple[StatLine, ...], Meta(max_length=STATS_MAX)] = ()
    version: Annotated[int, Meta(ge=1)] = 1
    """Rises with each other form of it; whoever reports a play need not know it."""
    drive: Annotated[int, Meta(ge=0, le=999)] = 0
    quarter: QuarterField = 0
    """1 to 4, 5 and on in overtime; 0: not said."""
    clock: ClockField = ""
    """Left in the quarter, `mm:ss`."""
    down: Annotated[int, Meta(ge=0, le=4)] = 0
    """0: none, as at kick-offs."""
    to_go: Annotated[int, Meta(ge=0, le=100)] = 0
    """Yards."""
    yard_line: Annotated[str, Meta(max_length=8)] = ""
    possession: Annotated[str, Meta(max_length=3)] = ""
    """Team that has the ball, or kicks it off in GSIS files."""
    text: Annotated[str, Meta(max_length=2_000)] = ""
    note: Annotated[str, Meta(max_length=32)] = ""
    formation: Annotated[str, Meta(max_length=32)] = ""
    """Of the offence, as the source calls it (`SHOTGUN`); empty: not said."""
    personnel: Annotated[str, Meta(max_length=64)] = ""
    """`1 RB, 1 TE, 3 WR`."""
    epa: Annotated[int, Meta(ge=-100_000, le=100_000)] | None = None
    """Expected points added, thousandths, where a source has it."""
    at_ms: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    """Wall clock, ms since 1970."""
    deleted: bool = False
    """A tombstone: it was there, and counts for nothing."""


class Header(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The score and the clock, as a source has them beside its plays."""

    home: TeamField
    away: TeamField
    home_score: PointsField = 0
    away_score: PointsField = 0
    phase: Phase = "live"
    quarter: QuarterField = 0
    clock: ClockField = ""


class FeedSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a feed is made with."""

    sources: Annotated[tuple[SourceField, ...], Meta(min_length=1, max_length=SOURCES_MAX)] = (
        "gsis",
        "nfl_api",
        "nflverse",
    )
    """Who may report, best first: a better one's word about a play outweighs all of a lesser's. Of
    another profile than football, as they stand here: those of that profile."""
    profile: ProfileName = "football"
    """What it is a feed of, for good."""


# --- commands


class _Report(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    source: SourceField
    revision: RevisionField


class ReportPlay(_Report, frozen=True, tag="play.report"):
    """A play as the source now has it, whole: new, corrected, restored, or said again."""

    play: Play


class DeletePlay(_Report, frozen=True, tag="play.delete"):
    """The source has no such play any more."""

    id: PlayIdField


class ReviewPlay(_Report, frozen=True, tag="play.review"):
    """Officials look at it again (`on`), or have upheld it."""

    id: PlayIdField
    on: bool


class ReportHeader(_Report, frozen=True, tag="header.report"):
    """Score and clock as the source now has them."""

    header: Header


class ReportItem(_Report, frozen=True, tag="item.report"):
    """What `play.report` is, of another profile."""

    item: Item


class ReportScoreboard(_Report, frozen=True, tag="scoreboard.report"):
    """What `header.report` is, of another profile."""

    scoreboard: Scoreboard


Report = ReportPlay | DeletePlay | ReviewPlay | ReportHeader | ReportItem | ReportScoreboard


class ReportAll(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="reports"):
    """Several reports, taken in this order as one entry: all, or none where one is refused. Those
    that change nothing are passed over."""

    reports: Annotated[tuple[Report, ...], Meta(min_length=1, max_length=REPORTS_MAX)]
    expected: VersionField | None = None
    """The version that the publisher takes the room to be at; null: whatever it is at."""


class SetDelay(Struct, frozen=True, forbid_unknown_fields=True, tag="delay.set", gc=False):
    """Whoever sends it sees everything that happens in the room so many seconds after it did; 0:
    at once."""

    seconds: Annotated[int, Meta(ge=0, le=DELAY_MAX_S)]


class SetShift(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="shift.set", gc=False
):
    """Whoever sends it sees the room from a moment on, at a pace of their own."""

    speed: Annotated[int, Meta(ge=0, le=SPEED_MAX)] | None = None
    """Times as fast as time; 0: it stands still; null: no shift any more, as it happens or with the
    delay."""
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    """Log time, ms; null: from where it is."""


FeedCommand = (
    SetDelay | SetShift | ReportPlay | DeletePlay | ReviewPlay | ReportHeader | ReportItem
    | ReportScoreboard | ReportAll
)  # fmt: skip


# --- events


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    source: str
    revision: int


class PlayAdded(_Event, frozen=True, tag="play.added"):
    """A play that was not there, or was deleted."""

    play: Play


class PlayCorrected(_Event, frozen=True, tag="play.corrected"):
    """`was`: what has changed, as it was; `now`: the whole play."""

    was: dict[str, Any]
    now: Play


class ItemAdded(_Event, frozen=True, tag="item.added"):
    """What `play.added` is, of another profile."""

    item: Item


class ItemCorrected(_Event, frozen=True, tag="item.corrected"):
    """What `play.corrected` is, of another profile."""

    was: dict[str, Any]
    now: Item


class PlayConfirmed(_Event, frozen=True, tag="play.confirmed"):
    """Said again, later, and the same. `stats`: its lines, where that ends a review."""

    id: int
    stats: tuple[StatLine, ...] = ()


class PlayDeleted(_Event, frozen=True, tag="play.deleted"):
    """It counts for nothing from now on; also of a play that has not come yet."""

    id: int


class PlayUnderReview(_Event, frozen=True, tag="play.under_review"):
    """Its lines are withheld."""

    id: int


class PlayUpheld(_Event, frozen=True, tag="play.upheld"):
    """Its lines (`stats`) count again."""

    id: int
    stats: tuple[StatLine, ...] = ()


class GameStatus(_Event, frozen=True, tag="game.status"):
    """The header from now on."""

    now: Header


class ScoreboardChanged(_Event, frozen=True, tag="scoreboard.changed"):
    """The scoreboard from now on."""

    now: Scoreboard


class ScoreCorrected(_Event, frozen=True, tag="score.corrected"):
    """A team has fewer points than the header said; follows the `game.status` that says so."""

    team: str
    was: int
    now: int


class TeamDifference(Struct, frozen=True, gc=False):
    """A score in the header that plays do not make."""

    team: str
    header: int
    plays: int


class FeedInconsistent(Struct, frozen=True, tag="feed.inconsistent", gc=False):
    """Header and plays differ, or differ in another way than before: all that does."""

    teams: list[TeamDifference]


class FeedConsistent(Struct, frozen=True, tag="feed.consistent", gc=False):
    """They no longer differ."""


class DelayChanged(Struct, frozen=True, tag="delay.changed", gc=False):
    """The author of the entry sees what comes after it so many seconds late."""

    seconds: int


class ShiftChanged(Struct, frozen=True, tag="shift.changed", omit_defaults=True, gc=False):
    """The author of the entry sees the room as of `at` (log time, ms) from now on, and what comes
    after it `speed` times as fast as time. `at` null: no shift any more."""

    at: int | None = None
    speed: int = 0


FeedEvent = (
    PlayAdded | PlayCorrected | PlayConfirmed | PlayDeleted | PlayUnderReview | PlayUpheld
    | ItemAdded | ItemCorrected | ScoreboardChanged
    | GameStatus | ScoreCorrected | FeedInconsistent | FeedConsistent | DelayChanged
    | ShiftChanged
)  # fmt: skip


class LookAtPlay(Struct, frozen=True, forbid_unknown_fields=True, tag="look", gc=False):
    """Presence: the play that somebody looks at; null: the newest."""

    play: PlayIdField | None


Sign = Literal["cheer", "clap", "wow", "laugh", "sad", "boo"]


class React(Struct, frozen=True, forbid_unknown_fields=True, tag="react", gc=False):
    """Presence that is counted and not shown: what somebody feels at this moment (RX1)."""

    sign: Sign


FeedPresence = LookAtPlay | React
