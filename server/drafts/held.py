"""A draft as its view has it, typed, for whatever is made of it. Must not know where the view came
from. SPEC: DR2.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from protocol.draft import DraftSettings, Keeper, Phase, Pick, Player, Seat, TradeRow
from server.rules.draft.orders import round_of


class HeldDraft(Struct, frozen=True):
    """The parts of a view that results are made of."""

    settings: DraftSettings
    phase: Phase
    seats: dict[str, Seat]
    order: list[int]
    cells: list[int]
    owners: dict[str, int]
    pool: dict[str, Player]
    picks: list[Pick]
    kept: list[Pick]
    rosters: dict[str, list[str]]
    trades: list[TradeRow] = []
    keepers: list[Keeper] = []

    def all_picks(self) -> list[Pick]:
        """Keepers and picks by their number; an auction's keepers, who have none, first."""
        return sorted((*self.kept, *self.picks), key=lambda one: one.n)

    def round_of(self, pick: Pick) -> int | None:
        """The round of a pick; None at an auction."""
        return round_of(self.settings, pick.n) if self.cells else None

    def player(self, pick: Pick) -> Player:
        """Who was picked."""
        return self.pool[pick.player]

    def team(self, seat: int) -> Seat:
        """The team of a seat."""
        return self.seats[str(seat)]


class _State(Struct, frozen=True):
    kind: HeldDraft


_read_state = msgspec.json.Decoder(_State)


def held_of(view: bytes) -> HeldDraft:
    """A draft of the JSON of its view (`{"room", "kind"}`)."""
    return _read_state.decode(view).kind
