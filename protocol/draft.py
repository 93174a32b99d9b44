"""What a draft is made of: settings, players, turns, picks, and their bounds. Types only; which of
it is allowed is server/rules/draft/. SPEC: section DR.

Teams are **seats**, 1 to `teams`. Rounds are made of **cells**, numbered 1, 2, … in the order in
which they come up; a cell has an origin (the seat whose place in the order it is) and an owner (who
picks there now). At an auction the numbers are those of the sales. Times are log time in ms,
durations are in the unit of their name. Null means no limit, never 0. Bounds may only be widened.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

# --- limits (SPEC DR1)

SEATS_MAX = 32
ROUNDS_MAX = 60
CELLS_MAX = SEATS_MAX * ROUNDS_MAX
PLAYERS_MAX = 6_000
"""Players of one pool."""
PLAYERS_AT_ONCE = 500
"""Players in one `pool.add`."""
LIST_MAX = 500
"""Players in one private list."""
MANAGERS_MAX = 4
"""Accounts that manage one team."""
REASON_MAX = 200
ACTS_MAX = 200
"""Acts of the office that a room shows; all of them stay in its history."""
EXTENSIONS_MAX = 10
"""Times that outages may extend one turn."""
MONEY_MAX = 100_000

SeatField = Annotated[int, Meta(ge=1, le=SEATS_MAX)]
CellField = Annotated[int, Meta(ge=1, le=CELLS_MAX)]
MoneyField = Annotated[int, Meta(ge=0, le=MONEY_MAX)]
PlayerIdField = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,40}$", max_length=40)]
"""The source's own id, e.g. a GSIS id: names are not keys."""
PositionField = Annotated[str, Meta(pattern=r"^[A-Z0-9/+-]{1,8}$", max_length=8)]
ReasonField = Annotated[str, Meta(max_length=REASON_MAX)]
TeamNameField = Annotated[str, Meta(min_length=1, max_length=40)]
SecondsField = Annotated[int, Meta(ge=1, le=1_209_600)]
"""Up to two weeks."""
MinuteField = Annotated[int, Meta(ge=0, le=1_439)]
"""Of the day, in the league's time zone."""

DraftType = Literal["snake", "linear", "custom", "auction"]
Phase = Literal["waiting", "live", "paused", "ended"]
TurnSort = Literal["pick", "nominate", "bid"]
How = Literal["manual", "auto", "cpu", "office", "keeper"]
"""Who chose: the manager, autopick, a computer's team, the commissioner, nobody (kept)."""
AutoSource = Literal["queue", "ranking", "rank", "any"]
"""Which list an automatic choice came from; `any`: the only legal players were ones that lists
and injuries would have left out."""
Needs = Literal["refuse", "warn", "any"]
AtZero = Literal["auto", "skip", "return", "nothing"]


class RosterSlot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Places in a team's roster: `count` times one for any of `positions` (none: for anybody)."""

    name: Annotated[str, Meta(min_length=1, max_length=12)]
    positions: Annotated[tuple[PositionField, ...], Meta(max_length=16)] = ()
    count: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] = 1
    bench: bool = False
    """Not a starter's place."""


NFL_STANDARD: tuple[RosterSlot, ...] = (
    RosterSlot("QB", ("QB",)),
    RosterSlot("RB", ("RB",), 2),
    RosterSlot("WR", ("WR",), 2),
    RosterSlot("TE", ("TE",)),
    RosterSlot("FLEX", ("RB", "WR", "TE")),
    RosterSlot("K", ("K",)),
    RosterSlot("DEF", ("DEF",)),
    RosterSlot("BN", (), 6, bench=True),
)


class RoundClock(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Another time to pick from a round on; null: none."""

    from_round: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)]
    pick_s: SecondsField | None


class QuietHours(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Minutes of the day between which clocks stand still; picks are allowed. May go over
    midnight."""

    start: MinuteField
    end: MinuteField


class ClockSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """How long things may take, and what happens then."""

    pick_s: SecondsField | None = 90
    rounds: Annotated[tuple[RoundClock, ...], Meta(max_length=ROUNDS_MAX)] = ()
    nominate_s: SecondsField | None = 30
    bid_s: SecondsField | None = 30
    bid_reset_s: SecondsField = 10
    """A bid leaves at least so much."""
    bank_s: SecondsField | None = None
    """Of each team, used when the time for a pick is over; null: none."""
    grace_ms: Annotated[int, Meta(ge=0, le=10_000)] = 2_000
    """For what was on its way at zero; not displayed."""
    at_zero: AtZero = "auto"
    on_miss: Literal["manual", "auto"] = "manual"
    """Whether a team that missed its pick is picked for from then on."""
    auto_ms: Annotated[int, Meta(ge=100, le=60_000)] = 2_000
    """How long a team that is picked for, or a computer's, takes."""
    resume: Literal["continue", "reset"] = "continue"
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"
    """Name in the IANA time zone database."""
    quiet: Annotated[tuple[QuietHours, ...], Meta(max_length=8)] = ()


class AuctionSettings(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """The money of an auction, in whole dollars."""

    budget: Annotated[int, Meta(ge=1, le=MONEY_MAX)] = 200
    min_bid: Annotated[int, Meta(ge=1, le=1_000)] = 1
    increment: Annotated[int, Meta(ge=1, le=1_000)] = 1
    reserve_all: bool = False
    """Keeps `min_bid` for the player bid on as well, as one site's help has it."""
    nominations: Literal["straight", "snake", "winner"] = "straight"
    auto_percent: Annotated[int, Meta(ge=0, le=200)] = 100
    """Of a player's value, up to which teams that are picked for bid; 0: they do not bid."""


class DraftSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a draft is made with."""

    type: DraftType = "snake"
    teams: Annotated[int, Meta(ge=2, le=SEATS_MAX)] = 10
    rounds: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] = 15
    reversal: Annotated[int, Meta(ge=0, le=ROUNDS_MAX)] = 0
    """Snake: the round from which the order is turned once more (3: third round reversal); 0:
    none."""
    matrix: Annotated[
        tuple[Annotated[tuple[SeatField, ...], Meta(max_length=SEATS_MAX)], ...],
        Meta(max_length=ROUNDS_MAX),
    ] = ()
    """Custom: the seats of every round, in order."""
    slots: Annotated[tuple[RosterSlot, ...], Meta(min_length=1, max_length=30)] = NFL_STANDARD
    maxima: Annotated[
        dict[PositionField, Annotated[int, Meta(ge=0, le=ROUNDS_MAX)]], Meta(max_length=40)
    ] = {}
    """Position to how many of it a team may have."""
    needs: Needs = "refuse"
    """What becomes of a pick with which the team could not fill its starters' places any more."""
    starters_first: bool = True
    clock: ClockSettings = ClockSettings()
    auction: AuctionSettings = AuctionSettings()
    start_at: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    claims: bool = True
    """Whether members may take a free seat themselves."""


class Player(
    Struct, frozen=True, array_like=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """A player of the pool: `[id, name, positions, team, rank, adp, value, bye, status, tier,
    points]`. `rank` 1 is first; 0: not ranked. `adp` and `points` in tenths; `value` in dollars."""

    id: PlayerIdField
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    positions: Annotated[tuple[PositionField, ...], Meta(min_length=1, max_length=6)]
    team: Annotated[str, Meta(max_length=24)] = ""
    rank: Annotated[int, Meta(ge=0, le=100_000)] = 0
    adp: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    value: MoneyField | None = None
    bye: Annotated[int, Meta(ge=0, le=60)] | None = None
    status: Annotated[str, Meta(max_length=8)] = ""
    """`""`: well. Of AWAY, autopick passes over."""
    tier: Annotated[int, Meta(ge=0, le=100)] | None = None
    points: Annotated[int, Meta(ge=-100_000, le=1_000_000)] | None = None


AWAY = frozenset({"O", "OUT", "IR", "PUP", "SUS", "NA", "DNR", "RET"})
"""Statuses of players who will not play."""


class Seat(Struct, frozen=True, array_like=True, gc=False):
    """A team: `[name, managers, cpu, auto, room, budget, bank_ms]`."""

    name: str
    managers: tuple[str, ...] = ()
    """Accounts. The first one's lists are the first that autopick looks at."""
    cpu: bool = False
    auto: bool = False
    room: int | None = None
    """Players it may have, where not as many as there are places."""
    budget: int | None = None
    """Dollars, where not those of the settings."""
    bank_ms: int = 0
    """Of its bank, used."""


class Turn(Struct, frozen=True, omit_defaults=True, gc=False):
    """Whose turn it is, to do what, until when."""

    sort: TurnSort
    n: int
    """The cell, or the number that the sale will have."""
    seat: int
    """`bid`: whoever nominated."""
    opened: int
    deadline: int | None = None
    """What is displayed. Null: no limit, or paused."""
    wake: int | None = None
    """When the rules act; null: they do not."""
    base: int | None = None
    """When the team's bank begins to be used."""
    auto: bool = False
    """The seat is picked for."""
    left: int | None = None
    """Paused: ms until the deadline that there were."""
    nomination: int = 0
    """Auction: how many nominations there were before."""
    player: str = ""
    """`bid`: who is on the block."""
    extended: int = 0
    """By how many outages."""
    renewed: int = 0
    """When its clock was changed last; 0: never."""
    version: int = 0
    """Of the entry that opened the turn: its name."""


class Bid(Struct, frozen=True, array_like=True, gc=False):
    """The standing bid: `[seat, price]`."""

    seat: int
    price: int


class Pick(Struct, frozen=True, omit_defaults=True, gc=False):
    """A player whom a team has got."""

    n: int
    seat: int
    """Who picked; trades move the player, not the pick."""
    player: str
    how: How
    by: str
    """Account; empty for the system."""
    at: int
    turn: int = 0
    """Version of the turn in which it was made."""
    price: int | None = None
    source: AutoSource | None = None
    warned: bool = False
    """Made although the team may now be unable to fill its starters' places."""
    bank_ms: int = 0
    nomination: int = 0


class Keeper(Struct, frozen=True, omit_defaults=True, gc=False):
    """A player who is kept: for the seat's cell of a round, or at an auction for a price."""

    seat: SeatField
    player: PlayerIdField
    round: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] | None = None
    price: MoneyField | None = None


class TradeRow(Struct, frozen=True, omit_defaults=True, gc=False):
    """A trade that holds. `after`: picks that were made before it."""

    after: int
    a: int
    b: int
    a_cells: tuple[int, ...] = ()
    b_cells: tuple[int, ...] = ()
    a_players: tuple[str, ...] = ()
    b_players: tuple[str, ...] = ()


class Lists(Struct, frozen=True, omit_defaults=True, gc=False):
    """What an account keeps to itself: `queue`, `ranking`, `avoid` (do not draft), `watch`."""

    queue: tuple[str, ...] = ()
    ranking: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()


class Looking(Struct, frozen=True, forbid_unknown_fields=True, tag="looking", gc=False):
    """Presence: which part of the room somebody has open."""

    at: Literal["board", "pool", "queue", "rosters", "chat", "recap"]


DraftPresence = Looking
