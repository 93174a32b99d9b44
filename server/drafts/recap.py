"""What picks were worth against what was expected: places after the ADP, or at an auction dollars
under the value; steals, reaches, and the sum by team. Pure. SPEC: DR71.
"""

from __future__ import annotations

from msgspec import Struct

from protocol.draft import Pick
from server.drafts.held import HeldDraft

BEST = 5
"""Steals and reaches that are named."""


class Worth(Struct, frozen=True):
    """A pick, and what it was worth: places, or dollars at an auction, better than expected; null
    where nothing was expected of the player."""

    pick: int
    team: int
    player: str
    name: str
    worth: int | None


class TeamWorth(Struct, frozen=True):
    """A team with the sum of its picks' worths, and how many of them had one."""

    team: int
    name: str
    sum: int
    picks: int


class Recap(Struct, frozen=True):
    """`unit`: what worths are counted in."""

    unit: str
    picks: list[Worth]
    steals: list[Worth]
    reaches: list[Worth]
    teams: list[TeamWorth]
    """Best first."""


def recap_of(held: HeldDraft) -> Recap:
    """Of all picks that were made, without keepers, whom nobody chose here."""
    picks = [
        Worth(pick.n, pick.seat, pick.player, held.player(pick).name, worth_of(held, pick))
        for pick in held.picks
    ]
    known = [(one.worth, one) for one in picks if one.worth is not None]
    steals = sorted((one for one in known if one[0] > 0), key=lambda one: -one[0])
    reaches = sorted((one for one in known if one[0] < 0), key=lambda one: one[0])
    return Recap(
        "dollars" if held.settings.type == "auction" else "places",
        picks,
        [one for _, one in steals[:BEST]],
        [one for _, one in reaches[:BEST]],
        _teams(held, known),
    )


def worth_of(held: HeldDraft, pick: Pick) -> int | None:
    """Places after the ADP, rounded with halves up; at an auction value less price."""
    player = held.player(pick)
    if held.settings.type == "auction":
        return None if player.value is None else player.value - (pick.price or 0)
    return None if player.adp is None else (20 * pick.n - 2 * player.adp + 10) // 20


def _teams(held: HeldDraft, known: list[tuple[int, Worth]]) -> list[TeamWorth]:
    sums = dict.fromkeys(held.order, 0)
    counts = dict.fromkeys(held.order, 0)
    for worth, one in known:
        sums[one.team] += worth
        counts[one.team] += 1
    ranked = sorted(held.order, key=lambda seat: -sums[seat])
    return [TeamWorth(one, held.team(one).name, sums[one], counts[one]) for one in ranked]
