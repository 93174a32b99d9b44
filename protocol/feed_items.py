"""What is said in feeds of other sports than American football: a profile's items, which are
what plays are there, and its scoreboard. Types and their bounds only; what each profile holds to be
right is server/rules/feed_profiles.py. SPEC: PF1 to PF4.

Whose type it is, is said by `profile`. Periods are numbered as the sport counts them; places are mm
from the centre of the pitch, x along it, the home side attacking towards positive x where the
scoreboard says `turned`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

ITEMS_MAX = 6_000
"""Of one feed; a recorded match of soccer has 2,000 to 4,000 events."""
SIDES_MAX = 16
SCORE_MAX = 100_000
PLAYERS_MAX = 100
PERIODS_MAX = 99
PLACE_MAX_MM = 100_000

ProfileName = Literal["football", "soccer", "generic"]
"""What a feed is of; each but the first has its own items and scoreboard here."""

ItemIdField = Annotated[int, Meta(ge=1, le=99_999)]
OrderField = Annotated[int, Meta(ge=0, le=9_999_999)]
VersionOfItem = Annotated[int, Meta(ge=1)]
PeriodField = Annotated[int, Meta(ge=0, le=PERIODS_MAX)]
ScoreField = Annotated[int, Meta(ge=-SCORE_MAX, le=SCORE_MAX)]
KeyField = Annotated[str, Meta(max_length=80)]
"""A player or a side, as the scoreboard names it; empty: nobody."""
WordField = Annotated[str, Meta(max_length=64)]
MillisecondsField = Annotated[int, Meta(ge=0, le=14_400_000)]
Millimetres = Annotated[int, Meta(ge=-PLACE_MAX_MM, le=PLACE_MAX_MM)]
Place = tuple[Millimetres, Millimetres]
Phase = Literal["pregame", "live", "final"]
Card = Literal["", "yellow", "second_yellow", "red"]
SoccerSide = Literal["", "home", "away"]

SoccerSort = Literal[
    "pass", "carry", "dribble", "shot", "pressure", "recovery", "loss", "out", "challenge", "foul",
    "set_piece", "keeper", "substitution", "card", "other",
]  # fmt: skip
"""As readers of matches sort what providers name (RD14)."""


class _Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    id: ItemIdField
    order: OrderField
    """Place in its source's order."""
    version: VersionOfItem = 1
    """Rises with each other form of it; whoever reports it need not know it."""
    deleted: bool = False
    """A tombstone: it was there, and counts for nothing."""


class SoccerEvent(_Item, frozen=True, tag_field="profile", tag="soccer"):
    """One event of a match."""

    period: PeriodField
    """1 and 2 are the halves, 3 and 4 extra time, 5 the kicks from the penalty mark."""
    at_ms: MillisecondsField
    """From the start of its period."""
    sort: SoccerSort = "other"
    word: WordField = ""
    """The source's name for it."""
    side: SoccerSide = ""
    player: KeyField = ""
    to_player: KeyField = ""
    """Who receives a pass, or comes in for `player`."""
    at: Place | None = None
    to: Place | None = None
    outcome: WordField = ""
    success: bool | None = None
    goal_for: SoccerSide = ""
    """The side that has one more goal by it, also by an own goal of the other; of kicks from the
    penalty mark, the side that has scored."""
    card: Card = ""
    possession: Annotated[int, Meta(ge=0, le=99_999)] = 0
    """Events of one spell of a side with the ball have the same number; 0: not said."""


class GenericItem(_Item, frozen=True, tag_field="profile", tag="generic"):
    """Something that happened, in any sport."""

    text: Annotated[str, Meta(max_length=500)]
    sort: WordField = ""
    """What may be filtered by, like `Try`."""
    side: KeyField = ""
    points: ScoreField = 0
    """What the side has more by it."""
    period: PeriodField = 0
    clock: Annotated[str, Meta(max_length=12)] = ""


Item = SoccerEvent | GenericItem


class SoccerPlayer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Somebody in the line-ups."""

    key: Annotated[str, Meta(min_length=1, max_length=80)]
    side: Literal["home", "away"]
    name: WordField = ""
    number: Annotated[int, Meta(ge=0, le=99)] | None = None
    role: Annotated[str, Meta(max_length=8)] = ""
    starts: bool = False
    keeper: bool = False


class SoccerScoreboard(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
    tag_field="profile", tag="soccer",
):  # fmt: skip
    """The score, where the match is, and who plays."""

    home: Annotated[str, Meta(min_length=1, max_length=64)]
    """Name."""
    away: Annotated[str, Meta(min_length=1, max_length=64)]
    home_score: Annotated[int, Meta(ge=0, le=200)] = 0
    """Goals, without kicks from the penalty mark."""
    away_score: Annotated[int, Meta(ge=0, le=200)] = 0
    home_kicks: Annotated[int, Meta(ge=0, le=200)] = 0
    """Scored from the penalty mark after extra time."""
    away_kicks: Annotated[int, Meta(ge=0, le=200)] = 0
    phase: Phase = "live"
    period: Annotated[int, Meta(ge=0, le=5)] = 0
    length_mm: Annotated[int, Meta(ge=10_000, le=200_000)] = 105_000
    width_mm: Annotated[int, Meta(ge=10_000, le=200_000)] = 68_000
    turned: bool = False
    """Home attacks towards positive x in every period; else sides change ends."""
    players: Annotated[tuple[SoccerPlayer, ...], Meta(max_length=PLAYERS_MAX)] = ()


class GenericSide(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Whoever plays."""

    key: Annotated[str, Meta(min_length=1, max_length=80)]
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    score: ScoreField = 0


class GenericScoreboard(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
    tag_field="profile", tag="generic",
):  # fmt: skip
    """The score and the clock of any sport."""

    sides: Annotated[tuple[GenericSide, ...], Meta(min_length=1, max_length=SIDES_MAX)]
    phase: Phase = "live"
    period: Annotated[str, Meta(max_length=24)] = ""
    """In the sport's words: `2nd half`, `Set 3`."""
    clock: Annotated[str, Meta(max_length=12)] = ""
    """As it is shown: `12:40`; empty: there is none."""
    adds_up: bool = False
    """Whether the points of items make the score: then a difference is told (FE7)."""


Scoreboard = SoccerScoreboard | GenericScoreboard
