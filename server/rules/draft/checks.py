"""What every way to a player asks alike: is he free, does he fit; and what the loser of a race is
told. Pure. SPEC: DR10 to DR13, DR16, DR17.
"""

from __future__ import annotations

from protocol.draft import Pick
from server.rules.draft.autopick import can_avoid
from server.rules.draft.state import Draft
from server.rules.kind import Rejected


def winner_of(pick_: Pick) -> dict[str, object]:
    """What the loser of a race is told."""
    return {
        "n": pick_.n,
        "seat": pick_.seat,
        "player": pick_.player,
        "how": pick_.how,
        "by": pick_.by,
        "at": pick_.at,
    }


def free_or_why(state: Draft, player: str) -> Rejected | None:
    """None: the player is in the pool, not on the block, and nobody has him."""
    if player not in state.pool:
        return Rejected("unknown_player")
    if state.turn is not None and state.turn.player == player:
        return Rejected("player_taken", {"seat": state.turn.seat, "n": state.turn.n})
    seat = state.held.get(player)
    if seat is None:
        return None
    made = state.pick_of_player(player)
    return Rejected("player_taken", {**(winner_of(made) if made else {}), "seat": seat})


def hammer_or_why(state: Draft) -> Rejected | None:
    """None: no player is on the block, whose bidders' rosters and money must stay as they are."""
    if state.turn is not None and state.turn.sort == "bid":
        return Rejected("bidding", {"turn": state.turn.version})
    return None


def fit_or_why(state: Draft, seat: int, player: str, without: str = "") -> Rejected | bool:
    """Whether the pick is made with a warning; Rejected: it is not (DR10 to DR13)."""
    roster = state.roster(seat, without)
    why = roster.why_not(state.pool[player].positions)
    if why is None or (why == "needs" and state.settings.needs == "any"):
        return False
    if why == "needs" and (state.settings.needs == "warn" or not can_avoid(state, roster)):
        return True
    return Rejected("no_legal_slot", {"why": why, "seat": seat})
