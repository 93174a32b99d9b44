"""A match of soccer that never was, for the demo: two sides, line-ups and events are drawn from a
seed, so that the same match comes out everywhere, and its score is what its goals make. Must not
know rooms or who plays it. Pure. SPEC: DG7."""

from __future__ import annotations

import random
from typing import Any, Final

from protocol.feed_items import (
    Place,
    SoccerEvent,
    SoccerPlayer,
    SoccerScoreboard,
    SoccerSide,
    SoccerSort,
)
from server.readers.match_reports import Recorded

SEED: Final = 11
_SIDES: Final = ("Harbour Rovers", "Elmwood Town", "Foxley United", "Ridgeton City")
_NAMES: Final = (
    "Abara", "Bellamy", "Castro", "Dahl", "Egede", "Fontaine", "Grieve", "Haddad", "Ito", "Jansen",
    "Kone", "Lund", "Moreau", "Novak", "Okafor", "Pinto", "Quist", "Rossi", "Sato", "Torres",
    "Ueda", "Varga", "Weiss", "Yilmaz", "Zanetti", "Amado",
)  # fmt: skip
_ROLES: Final = ("GK", "RB", "CB", "CB", "LB", "DM", "CM", "CM", "RW", "CF", "LW")
_HALF_MS: Final = 2_700_000
_STOPPAGE_MS: Final = 180_000
_LENGTH, _WIDTH = 105_000, 68_000
_GOAL_X: Final = _LENGTH // 2


class _Script:
    """A match as it is written. `at`: where the ball is, mm from the centre; home attacks x > 0."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a made-up match, the same whenever it is made
        self.home, self.away = self.dice.sample(_SIDES, 2)
        names = self.dice.sample(_NAMES, 24)
        self.players = tuple(
            SoccerPlayer(
                f"{side}{number}", side, names[12 * index + number - 1], number,
                _ROLES[number - 1] if number <= 11 else "CM", starts=number <= 11,
                keeper=number == 1,
            )
            for index, side in enumerate(("home", "away"))
            for number in range(1, 13)
        )  # fmt: skip
        self.events: list[SoccerEvent] = []
        self.goals = {"home": 0, "away": 0}
        self.on = {"home": list(range(2, 12)), "away": list(range(2, 12))}
        self.side: SoccerSide = "home"
        self.who = "home10"
        self.at: Place = (0, 0)
        self.possession = 0
        self.period, self.now = 1, 0

    def one_of(self, side: str, *, but: str = "") -> str:
        """Somebody of a side who is on the pitch."""
        return self.dice.choice([f"{side}{n}" for n in self.on[side] if f"{side}{n}" != but])

    def write(self, sort: SoccerSort, word: str, **more: Any) -> None:
        """An event of whoever has the ball."""
        number = len(self.events) + 1
        told: dict[str, Any] = {
            "side": self.side, "player": self.who, "at": self.at, "possession": self.possession,
        }  # fmt: skip
        told |= more
        self.events.append(
            SoccerEvent(
                id=number, order=number, period=self.period, at_ms=self.now, sort=sort, word=word,
                **told,
            )
        )  # fmt: skip

    def turn_over(self, at: Place) -> None:
        """The other side has the ball now."""
        self.side = "away" if self.side == "home" else "home"
        self.who, self.at = self.one_of(self.side), at
        self.possession += 1


def made_up_match(seed: int = SEED) -> Recorded:
    """The match as a feed keeps it, with its final score."""
    script = _Script(seed)
    for period in (1, 2):
        script.period, script.now = period, 0
        script.at, script.side = (0, 0), "home" if period == 1 else "away"
        script.who, script.possession = script.one_of(script.side), script.possession + 1
        substituted = False
        while script.now < _HALF_MS + _STOPPAGE_MS:
            _happen(script)
            script.now += script.dice.randint(4_000, 14_000)
            if period == 2 and not substituted and script.now > _HALF_MS // 2:
                substituted = True
                _substitute(script)
    board = SoccerScoreboard(
        home=script.home, away=script.away, phase="final", period=2, turned=True,
        home_score=script.goals["home"], away_score=script.goals["away"], players=script.players,
    )  # fmt: skip
    return Recorded("manual", board, tuple(script.events))


def _happen(script: _Script) -> None:
    """A pass, a shot near the goal, a foul, or the ball is lost."""
    forward = 1 if script.side == "home" else -1
    ahead = forward * script.at[0]
    what = script.dice.random()
    if ahead > 30_000 and abs(script.at[1]) < 20_000 and what < 0.45:
        _shoot(script, forward)
    elif what < 0.04:
        _foul(script)
    else:
        x = script.at[0] + forward * script.dice.randint(-7_000, 19_000)
        y = script.at[1] + script.dice.randint(-16_000, 16_000)
        to = (max(-_GOAL_X, min(_GOAL_X, x)), max(-_WIDTH // 2, min(_WIDTH // 2, y)))
        receiver = script.one_of(script.side, but=script.who)
        kept = script.dice.random() < 0.83
        script.write(
            "pass", "Pass", to=to, to_player=receiver, success=kept,
            outcome="" if kept else "Incomplete",
        )  # fmt: skip
        if kept:
            script.who, script.at = receiver, to
        else:
            script.turn_over(to)


def _shoot(script: _Script, forward: int) -> None:
    goal = script.dice.random() < 0.16
    to = (forward * _GOAL_X, script.dice.randint(-3_500, 3_500))
    if not goal:
        outcome = script.dice.choice(("Saved", "Off T", "Blocked"))
        script.write("shot", "Shot", to=to, outcome=outcome, success=False)
        script.turn_over((forward * 45_000, 0))
        return
    script.goals[script.side] += 1
    script.write("shot", "Shot", to=to, outcome="Goal", success=True, goal_for=script.side)
    script.turn_over((0, 0))
    script.now += 40_000


def _foul(script: _Script) -> None:
    other = "away" if script.side == "home" else "home"
    card = "yellow" if script.dice.random() < 0.3 else ""
    script.write("foul", "Foul Committed", side=other, player=script.one_of(other), card=card)
    script.now += 15_000


def _substitute(script: _Script) -> None:
    for side in ("home", "away"):
        out = script.dice.choice(script.on[side])
        script.on[side].remove(out)
        script.on[side].append(12)
        script.write(
            "substitution", "Substitution", side=side, player=f"{side}{out}",
            to_player=f"{side}12", at=None,
        )  # fmt: skip
        if script.who == f"{side}{out}":
            script.who = f"{side}12"
