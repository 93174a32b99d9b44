"""Who stands where: wins, losses and points of the weeks that have results. Pure. SPEC: LE15."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from protocol.league import Matchup, Result


class Standing(Struct, gc=False):
    """One team; points in hundredths."""

    team: int
    wins: int = 0
    losses: int = 0
    ties: int = 0
    points: int = 0
    against: int = 0

    def play(self, own: int, other: int) -> None:
        """One result more."""
        self.points += own
        self.against += other
        if own == other:
            self.ties += 1
        elif own > other:
            self.wins += 1
        else:
            self.losses += 1


def standings(
    teams: Iterable[int], weeks: Sequence[tuple[Sequence[Matchup], Sequence[Result]]]
) -> list[Standing]:
    """Best first: by wins with half for a tie, then by points, then by number."""
    found = {team: Standing(team) for team in teams}
    for matchups, results in weeks:
        for matchup, result in zip(matchups, results, strict=False):
            found[matchup.home].play(result.home, result.away)
            found[matchup.away].play(result.away, result.home)
    return sorted(found.values(), key=lambda one: (-2 * one.wins - one.ties, -one.points, one.team))
