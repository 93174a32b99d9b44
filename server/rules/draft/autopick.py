"""The player whom nobody chose: queue, ranking, default rank, in this order, always a legal one
where there is one. Pure; chance comes from dice that the shell drew, and the choice is recorded.
SPEC: DR40 to DR44.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from protocol.draft import AutoSource, Lists
from server.rules.draft.legality import Roster
from server.rules.draft.state import Draft

CPU_LOOKS_AT = 8
"""Legal players by rank from whom a computer's team chooses."""
CPU_NOISE = 6.0
"""Ranks by which it may err."""
_MASK = 2**64 - 1


class Choice(NamedTuple):
    """Who was chosen, from which list (None: by a person). `warned`: starters' places may stay
    empty."""

    player: str
    source: AutoSource | None
    warned: bool = False


def rolls(dice: int) -> Iterator[float]:
    """Numbers in [0, 1) that follow from the dice (splitmix64)."""
    while True:
        dice = (dice + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((dice ^ (dice >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        yield ((mixed ^ (mixed >> 31)) >> 11) / 2**53


def is_free(state: Draft, player: str) -> bool:
    """Whether somebody of the pool can still be had."""
    return player in state.pool and player not in state.held


def can_avoid(state: Draft, roster: Roster) -> bool:
    """Whether there is a free player who leaves the starters' places to be filled (DR12)."""
    return any(
        roster.why_not(state.pool[one].positions) is None
        for one in state.ranked()
        if one not in state.held
    )


def has_choice(state: Draft, seat: int) -> bool:
    """Whether anybody is left whom the team could take at all."""
    roster = state.roster(seat)
    return any(
        roster.why_not(state.pool[one].positions) in {None, "needs"}
        for one in state.ranked()
        if one not in state.held
    )


def choose(state: Draft, seat: int, dice: int) -> Choice | None:
    """Autopick for a team; None: nobody is legal."""
    careful = state.roster(seat, strict=True)
    own = state.roster(seat)
    lists = [state.lists[one] for one in state.seats[seat].managers if one in state.lists]
    for one in lists:
        found = _first(state, own, one.queue)
        if found is not None:
            return Choice(found, "queue")
    avoided = {player for one in lists for player in one.avoid}
    found = _from_rankings(state, careful, lists, avoided, dice if state.seats[seat].cpu else None)
    if found is not None:
        return found
    for roster in (careful, own):
        player = _first(state, roster, state.ranked())
        if player is not None:
            return Choice(player, "any")
    for roster in (careful, own):
        player = _first(state, roster, state.ranked(), needs=True)
        if player is not None:
            return Choice(player, "any", warned=True)
    return None


def _from_rankings(
    state: Draft, roster: Roster, lists: Iterable[Lists], avoided: set[str], dice: int | None
) -> Choice | None:
    """Steps 2 and 3: the managers' rankings, then the default one, each with starters first."""
    sources: list[tuple[AutoSource, Iterable[str]]] = [("ranking", one.ranking) for one in lists]
    sources.append(("rank", state.ranked()))
    missing = roster.missing > 0
    for source, ranking in sources:
        for starters in (True, False) if state.settings.starters_first and missing else (False,):
            legal = (
                player
                for player in ranking
                if player not in avoided
                and is_free(state, player)
                and not state.is_away(player)
                and roster.why_not(state.pool[player].positions) is None
                and (not starters or roster.starts(state.pool[player].positions))
            )
            player = next(legal, None) if dice is None else _noisy(legal, dice)
            if player is not None:
                return Choice(player, source)
    return None


def _first(
    state: Draft, roster: Roster, players: Iterable[str], *, needs: bool = False
) -> str | None:
    for player in players:
        if is_free(state, player):
            why = roster.why_not(state.pool[player].positions)
            if why is None or (needs and why == "needs"):
                return player
    return None


def _noisy(legal: Iterator[str], dice: int) -> str | None:
    """One of the first few, the earlier the likelier (DR44)."""
    best, least = None, 0.0
    for place, (player, roll) in enumerate(zip(legal, rolls(dice), strict=False)):
        if place == CPU_LOOKS_AT:
            break
        score = place + roll * CPU_NOISE
        if best is None or score < least:
            best, least = player, score
    return best
