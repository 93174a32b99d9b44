"""Questions about plays of any number of games, and their answers. Types and their bounds only;
what the words mean for a play stands in server/asking/facts.py. SPEC: QY1 to QY8.

A condition that is a list holds where any of its values does; a play is found where all conditions
that are given hold. A range is `[low, high]`, both included, `null` for none; a play of which the
measure is not known is outside of every range.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from protocol.feed import TeamField
from protocol.identifiers import RoomIdField

SEASON_MAX = 2_999
WEEK_MAX = 30
VALUES_MAX = 50
"""Of one condition."""
FEEDS_MAX = 20
PLAYS_PER_PAGE_MAX = 100
GROUPS_MAX = 500
_FAR = 1_000_000

Kind = Literal[
    "run", "pass", "sack", "punt", "kickoff", "field_goal", "extra_point", "two_point", "penalty",
    "other",
]  # fmt: skip
Result = Literal[
    "touchdown", "interception", "fumble_lost", "sack", "first_down", "penalty", "safety",
    "field_goal_good", "field_goal_missed", "downs", "complete", "big", "no_huddle", "points",
    "fumble", "blocked",
]  # fmt: skip
PlayerRole = Literal["passer", "rusher", "receiver", "kicker", "returner", "defender"]
Measure = Literal[
    "season", "week", "quarter", "clock", "down", "to_go", "field", "drive", "score", "yards",
    "epa",
]  # fmt: skip
Distance = Literal["short", "medium", "long"]
Zone = Literal["red", "goal_to_go", "opponent", "own", "backed_up"]
ScoreState = Literal["leading", "trailing", "tied", "one_score"]
By = Literal[
    "season", "week", "quarter", "down", "offence", "defence", "kind", "formation", "personnel",
    "player", "game", "yards", "field",
]  # fmt: skip
"""By `yards` or `field`: of the plays of which it is known."""
Order = Literal[
    "newest", "yards", "epa", "to_go", "field", "clock", "score", "plays", "success", "touchdowns",
    "turnovers", "first_downs",
]  # fmt: skip

RESULTS: Final[tuple[Result, ...]] = Result.__args__
ROLES: Final[tuple[PlayerRole, ...]] = PlayerRole.__args__
"""In the order of their bits."""

_Few = Meta(max_length=VALUES_MAX)
Bound = Annotated[int, Meta(ge=-_FAR, le=_FAR)] | None
SeasonField = Annotated[int, Meta(ge=0, le=SEASON_MAX)]
WeekOfSeason = Annotated[int, Meta(ge=0, le=WEEK_MAX)]
PlayerField = Annotated[str, Meta(min_length=1, max_length=40)]
_Words = Annotated[str, Meta(max_length=64)]


class Where(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which plays. What is empty asks nothing."""

    feeds: Annotated[tuple[RoomIdField, ...], Meta(max_length=FEEDS_MAX)] = ()
    """Rooms; empty: every feed that everybody may ask about."""
    seasons: Annotated[tuple[SeasonField, ...], _Few] = ()
    weeks: Annotated[tuple[WeekOfSeason, ...], _Few] = ()
    quarters: Annotated[tuple[Annotated[int, Meta(ge=0, le=20)], ...], _Few] = ()
    """5 and on: overtime."""
    downs: Annotated[tuple[Annotated[int, Meta(ge=0, le=4)], ...], _Few] = ()
    teams: Annotated[tuple[TeamField, ...], _Few] = ()
    """With the ball or without."""
    offences: Annotated[tuple[TeamField, ...], _Few] = ()
    defences: Annotated[tuple[TeamField, ...], _Few] = ()
    players: Annotated[tuple[PlayerField, ...], _Few] = ()
    """GSIS ids."""
    roles: Annotated[tuple[PlayerRole, ...], _Few] = ()
    """What the players did; empty: anything."""
    kinds: Annotated[tuple[Kind, ...], _Few] = ()
    results: Annotated[tuple[Result, ...], _Few] = ()
    formations: Annotated[tuple[_Words, ...], _Few] = ()
    personnel: Annotated[tuple[_Words, ...], _Few] = ()
    distances: Annotated[tuple[Distance, ...], _Few] = ()
    """To go: short 1 to 3 yards, medium 4 to 6, long 7 and more."""
    zones: Annotated[tuple[Zone, ...], _Few] = ()
    """Yards to the other goal line: red up to 20, opponent up to 50, own above, backed up from 90;
    goal to go: no more of them than yards to go."""
    states: Annotated[tuple[ScoreState, ...], _Few] = ()
    """Of the offence before the play; one score: up to 8 points either way."""
    two_minute: bool = False
    """Only within the last two minutes of either half."""
    ranges: Annotated[dict[Measure, tuple[Bound, Bound]], _Few] = {}


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Plays, or with `by` or `total` what they come to."""

    where: Where = field(default_factory=Where)
    by: Annotated[tuple[By, ...], Meta(max_length=2)] = ()
    """One sum for each value of these."""
    total: bool = False
    """One sum of all."""
    order: Order | None = None
    """None: `newest` of plays, `plays` of sums. A play of which the measure is not known is left
    out where it is the order; of sums such a one is last."""
    descending: bool = True
    minimum: Annotated[int, Meta(ge=1, le=_FAR)] = 1
    """Plays that a sum must have."""
    limit: Annotated[int, Meta(ge=1, le=GROUPS_MAX)] = 20
    """Of plays 100 at most."""
    cursor: Annotated[str, Meta(max_length=128)] | None = None
    """`next` of the page before; of plays only."""


class FoundPlay(Struct, frozen=True, gc=False):
    """One play. Null: nobody can know it."""

    room: str
    game: str
    season: int
    week: int
    play: int
    quarter: int
    clock: int | None
    """Seconds left in the quarter."""
    down: int
    to_go: int
    field: int | None
    """Yards to the other goal line."""
    drive: int
    offence: str
    defence: str
    score: int | None
    """Points of the offence, less those of the defence, before the play."""
    kind: str
    results: list[str]
    yards: int | None
    success: bool | None
    epa: int | None
    """Thousandths of a point."""
    formation: str
    personnel: str
    text: str


class Sum(Struct, frozen=True, gc=False):
    """What plays come to. Averages are of the plays that have the measure."""

    by: dict[str, str | int]
    plays: int
    name: str
    """Of the player, where sums are by player."""
    team: str
    yards: int
    yards_average: float | None
    success_rate: float | None
    epa: int
    epa_average: float | None
    """Thousandths of a point."""
    touchdowns: int
    turnovers: int
    first_downs: int


class Answer(Struct, frozen=True):
    """Plays or sums."""

    as_of: int
    """Log time, ms: what was committed until then is in the answer, as the log says it."""
    plays: list[FoundPlay]
    sums: list[Sum]
    next: str | None
    left_out: list[str] = []
    """Feeds that the answer is not about, because whoever asks watches them from an earlier moment
    on (TS6)."""
