"""What members ask of a draft. Types and their bounds only; which of it is allowed is
server/rules/draft/. SPEC: section DR.

`turn` is the version of the entry that opened the turn the command is meant for: numbers of cells
come back after an undo, versions do not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.draft import (
    CELLS_MAX,
    LIST_MAX,
    MANAGERS_MAX,
    PLAYERS_AT_ONCE,
    PLAYERS_MAX,
    ROUNDS_MAX,
    SEATS_MAX,
    CellField,
    DraftSettings,
    MoneyField,
    Player,
    PlayerIdField,
    ReasonField,
    SeatField,
    SecondsField,
    TeamNameField,
)
from protocol.identifiers import AccountIdField, VersionField

IdList = Annotated[tuple[PlayerIdField, ...], Meta(max_length=LIST_MAX)]
CellList = Annotated[tuple[CellField, ...], Meta(max_length=ROUNDS_MAX)]
LoadedName = Annotated[str, Meta(max_length=40)]
"""Somebody as the source names them; an account where it is one."""
PlayerList = Annotated[tuple[PlayerIdField, ...], Meta(max_length=ROUNDS_MAX)]


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


# --- managers


class MakePick(_Command, frozen=True, tag="pick.make"):
    """The player for one's own turn."""

    turn: VersionField
    player: PlayerIdField


class Nominate(_Command, frozen=True, tag="lot.nominate"):
    """Puts a player on the block; the price is one's own first bid."""

    turn: VersionField
    player: PlayerIdField
    price: MoneyField


class PlaceBid(_Command, frozen=True, tag="bid.place"):
    """A bid for the player on the block."""

    turn: VersionField
    price: MoneyField


class SetProxy(_Command, frozen=True, tag="proxy.set"):
    """The most that the system bids for one, for the player on the block; null: no more. Nobody
    else is told."""

    turn: VersionField
    most: MoneyField | None


class SetAuto(_Command, frozen=True, tag="auto.set"):
    """Whether one's own team is picked for."""

    on: bool


class SetLists(_Command, frozen=True, tag="lists.set"):
    """One's own lists; what is absent stays. Nobody else is told."""

    queue: IdList | UnsetType = UNSET
    ranking: IdList | UnsetType = UNSET
    avoid: IdList | UnsetType = UNSET
    watch: IdList | UnsetType = UNSET


class ClaimSeat(_Command, frozen=True, tag="seat.claim"):
    """Takes a free seat, before the start; null: gives one's own back."""

    seat: SeatField | None


class NameTeam(_Command, frozen=True, tag="seat.name"):
    """A name for one's own team."""

    name: TeamNameField


# --- the commissioner


class Configure(_Command, frozen=True, tag="draft.configure"):
    """Other settings, all of them. Once started only clocks, `needs` and `starters_first` may
    differ; `now`: the running turn gets the new time as well."""

    settings: DraftSettings
    now: bool = False
    reason: ReasonField = ""


class AddPlayers(_Command, frozen=True, tag="pool.add"):
    """Players for the pool; one that is there gets the new row."""

    players: Annotated[tuple[Player, ...], Meta(min_length=1, max_length=PLAYERS_AT_ONCE)]


class ClearPool(_Command, frozen=True, tag="pool.clear"):
    """Empties the pool, before the start."""


class SetSeat(_Command, frozen=True, tag="seat.set"):
    """What a team is; what is absent stays."""

    seat: SeatField
    name: TeamNameField | UnsetType = UNSET
    managers: Annotated[tuple[AccountIdField, ...], Meta(max_length=MANAGERS_MAX)] | UnsetType = (
        UNSET
    )
    cpu: bool | UnsetType = UNSET
    auto: bool | UnsetType = UNSET
    room: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] | UnsetType | None = UNSET
    budget: MoneyField | UnsetType | None = UNSET
    reason: ReasonField = ""


class SetOrder(_Command, frozen=True, tag="order.set"):
    """The seats in the order of the first round; null: drawn."""

    order: Annotated[tuple[SeatField, ...], Meta(max_length=SEATS_MAX)] | None
    reason: ReasonField = ""


class SetKeeper(_Command, frozen=True, tag="keeper.set"):
    """A seat keeps a player: instead of its pick in `round`, or at an auction for `price`. One who
    is kept already is moved."""

    seat: SeatField
    player: PlayerIdField
    round: Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] | None = None
    price: MoneyField | None = None
    reason: ReasonField = ""


class RemoveKeeper(_Command, frozen=True, tag="keeper.remove"):
    """The player is not kept after all."""

    player: PlayerIdField
    reason: ReasonField = ""


class Start(_Command, frozen=True, tag="draft.start"):
    """Begins."""


class Pause(_Command, frozen=True, tag="draft.pause"):
    """Nobody can pick until `draft.resume`; a standing bid stays. `before`: not now, but when that
    cell comes up."""

    before: CellField | None = None
    reason: ReasonField = ""


class Resume(_Command, frozen=True, tag="draft.resume"):
    """Goes on; the clock continues or begins again, by the settings unless said here."""

    clock: Literal["continue", "reset"] | None = None
    reason: ReasonField = ""


class ResetDraft(_Command, frozen=True, tag="draft.reset"):
    """Takes every pick back; settings, pool, seats, keepers and traded cells stay."""

    reason: ReasonField = ""


class UndoTo(_Command, frozen=True, tag="office.undo"):
    """Takes back the pick of the cell (the sale) `to` and all that came after; null: the latest
    one. Money comes back."""

    to: CellField | None = None
    reason: ReasonField = ""


class ReplacePick(_Command, frozen=True, tag="office.replace"):
    """Another player for one past pick; later ones stay."""

    n: CellField
    player: PlayerIdField
    reason: ReasonField = ""


class PickFor(_Command, frozen=True, tag="office.pick"):
    """Picks for whoever's turn it is; at an auction nominates for them, at `price`."""

    turn: VersionField
    player: PlayerIdField
    price: MoneyField | None = None
    reason: ReasonField = ""


class BidFor(_Command, frozen=True, tag="office.bid"):
    """Bids for a team."""

    turn: VersionField
    seat: SeatField
    price: MoneyField
    reason: ReasonField = ""


class ForceAuto(_Command, frozen=True, tag="office.force"):
    """Autopick for the running turn, now."""

    turn: VersionField
    reason: ReasonField = ""


class Skip(_Command, frozen=True, tag="office.skip"):
    """Passes over the running turn; `back`: it comes again at the end."""

    turn: VersionField
    back: bool
    reason: ReasonField = ""


class Trade(_Command, frozen=True, tag="office.trade"):
    """Two teams exchange cells that are not used yet, and players."""

    a: SeatField
    b: SeatField
    a_cells: CellList = ()
    b_cells: CellList = ()
    a_players: PlayerList = ()
    b_players: PlayerList = ()
    reason: ReasonField = ""


class ExtendClock(_Command, frozen=True, tag="office.clock"):
    """More time for the running turn."""

    turn: VersionField
    add_s: SecondsField
    reason: ReasonField = ""


class SellNow(_Command, frozen=True, tag="office.sell"):
    """Sells the player on the block to the standing bid."""

    turn: VersionField
    reason: ReasonField = ""


class DeleteSale(_Command, frozen=True, tag="office.unsell"):
    """One sale did not happen; the money comes back, later ones stay."""

    n: CellField
    reason: ReasonField = ""


class GiveNomination(_Command, frozen=True, tag="office.nominator"):
    """Hands the running nomination to another team."""

    turn: VersionField
    seat: SeatField
    reason: ReasonField = ""


class LoadedPick(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A pick of a draft that was held elsewhere. `by`: whoever picked; empty: nobody, it was picked
    for. An auction's keepers have the number 0."""

    n: Annotated[int, Meta(ge=0, le=CELLS_MAX)]
    seat: SeatField
    player: PlayerIdField
    by: LoadedName = ""
    price: MoneyField | None = None
    keeper: bool = False


class LoadDraft(_Command, frozen=True, tag="draft.load"):
    """A draft that was held elsewhere, or was exported, into a room in which nothing was done yet.
    `managers`: of each seat; `owners`: traded cells and whose they are now; `at`: when the latest
    pick was made."""

    order: Annotated[tuple[SeatField, ...], Meta(max_length=SEATS_MAX)]
    managers: Annotated[
        tuple[Annotated[tuple[LoadedName, ...], Meta(max_length=MANAGERS_MAX)], ...],
        Meta(max_length=SEATS_MAX),
    ] = ()
    players: Annotated[tuple[Player, ...], Meta(max_length=PLAYERS_MAX)] = ()
    owners: Annotated[tuple[tuple[CellField, SeatField], ...], Meta(max_length=CELLS_MAX)] = ()
    picks: Annotated[tuple[LoadedPick, ...], Meta(max_length=CELLS_MAX)] = ()
    phase: Literal["waiting", "paused", "ended"] = "waiting"
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    reason: ReasonField = ""


DraftCommand = (
    MakePick
    | Nominate
    | PlaceBid
    | SetProxy
    | SetAuto
    | SetLists
    | ClaimSeat
    | NameTeam
    | Configure
    | AddPlayers
    | ClearPool
    | SetSeat
    | SetOrder
    | SetKeeper
    | RemoveKeeper
    | Start
    | Pause
    | Resume
    | ResetDraft
    | UndoTo
    | ReplacePick
    | PickFor
    | BidFor
    | ForceAuto
    | Skip
    | Trade
    | ExtendClock
    | SellNow
    | DeleteSale
    | GiveNomination
    | LoadDraft
)
