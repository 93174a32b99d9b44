"""What is said in a league: teams with their owners, players and rosters, line-ups, the schedule of
weeks and matchups, and what became of them. Types and their bounds only; what is allowed is
server/rules/league/. SPEC: section LE.

Teams are numbered 1 to `teams`. Times are log time in ms, points are whole hundredths. A line-up is
the players in the starting places, in the order of the settings' slots (`""`: an empty place), and
those on injured reserve; whoever of the roster is in neither sits on the bench. A week without a
line-up of its own has that of the week before. The view (`state.kind` of a snapshot) is

    {"settings": {…}, "rules": {"preset": "standard"},
     "teams": {"1": {"name": "Ones", "owners": ["a_…"]}},
     "players": {"00-0031": ["00-0031", "A. Smith", ["QB"], "KC", ""]},
     "rosters": {"1": ["00-0031"]}, "schedule": {"1": [[1, 2]]}, "games": {"2019090500": {…}},
     "line_ups": {"1": {"1": {"starters": ["00-0031", ""], "ir": []}}},
     "locked": ["2019090500"], "weeks": {"1": {"state": "settled", …}},
     "standings": [{"team": 1, …}], "delays": {"a_…": 30}}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from protocol.draft import PlayerIdField, PositionField, TeamNameField
from protocol.feed import DelayChanged, SetDelay, TeamField

TEAMS_MAX = 32
WEEKS_MAX = 30
PLACES_MAX = 60
PLAYERS_MAX = 4_000
PLAYERS_AT_ONCE = 500
GAMES_MAX = 600
GAMES_AT_ONCE = 300
OWNERS_MAX = 4
WINDOW_MAX_H = 336
CAUSES_MAX = 100
"""Causes of one correction that its entry names; the trail has all."""
CORRECTED_MAX = 40
"""Changed results of a week that are kept beside it."""

TeamNumber = Annotated[int, Meta(ge=1, le=TEAMS_MAX)]
WeekField = Annotated[int, Meta(ge=1, le=WEEKS_MAX)]
MatchupField = Annotated[int, Meta(ge=1, le=TEAMS_MAX // 2)]
GameIdField = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$", max_length=40)]
FeedRoomField = Annotated[str, Meta(pattern=r"^(r_[A-Za-z0-9_-]{22})?$", max_length=24)]
TimeField = Annotated[int, Meta(ge=0, le=2**53 - 1)]
AccountField = Annotated[str, Meta(max_length=64)]
PlaceField = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,40}$", max_length=40)]
"""A player; empty: nobody."""

Preset = Literal["standard", "half_ppr", "ppr", "yahoo", "nfl", "sleeper", "espn"]
WeekState = Literal["open", "settled", "official"]


class LineUpSlot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Places in a line-up: `count` times one for any of `positions` (none: for anybody)."""

    name: Annotated[str, Meta(min_length=1, max_length=12)]
    positions: Annotated[tuple[PositionField, ...], Meta(max_length=16)] = ()
    count: Annotated[int, Meta(ge=1, le=20)] = 1
    sort: Literal["start", "bench", "ir"] = "start"
    """Only `start` makes points; `ir` is for players who are away."""


STANDARD_SLOTS: tuple[LineUpSlot, ...] = (
    LineUpSlot("QB", ("QB",)),
    LineUpSlot("RB", ("RB",), 2),
    LineUpSlot("WR", ("WR",), 2),
    LineUpSlot("TE", ("TE",)),
    LineUpSlot("FLEX", ("RB", "WR", "TE")),
    LineUpSlot("K", ("K",)),
    LineUpSlot("DEF", ("DEF",)),
    LineUpSlot("BN", (), 6, "bench"),
    LineUpSlot("IR", (), 1, "ir"),
)


class LeagueSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a league is made with."""

    teams: Annotated[int, Meta(ge=2, le=TEAMS_MAX)] = 12
    weeks: WeekField = 17
    preset: Preset = "standard"
    """The rules of points until `rules.set` says others."""
    slots: Annotated[tuple[LineUpSlot, ...], Meta(min_length=1, max_length=20)] = STANDARD_SLOTS
    locks: Literal["kickoff", "first_game"] = "kickoff"
    """When a player can be moved no more: at his own game's kick-off, or with the first one of the
    week."""
    window_h: Annotated[int, Meta(ge=0, le=WINDOW_MAX_H)] = 96
    """Hours from the settling of a week until its results are official."""


class LeaguePlayer(
    Struct, frozen=True, array_like=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """`[id, name, positions, team, status, rank]`. A D/ST has its team's abbreviation as id and the
    position `DEF`."""

    id: PlayerIdField
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    positions: Annotated[tuple[PositionField, ...], Meta(min_length=1, max_length=6)]
    team: Annotated[str, Meta(max_length=24)] = ""
    """Whose games lock him."""
    status: Annotated[str, Meta(max_length=8)] = ""
    """`""`: well. Those of protocol.draft.AWAY may be on injured reserve."""
    rank: Annotated[int, Meta(ge=0, le=PLAYERS_MAX)] = 0
    """At his first position, from 1, as whoever runs the league has it: what projections go by. 0:
    not ranked."""


class LeagueGame(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A game that players play in."""

    id: GameIdField
    week: WeekField
    home: TeamField
    away: TeamField
    kickoff: TimeField
    """As scheduled; what locks."""
    feed: FeedRoomField = ""
    """The room of its feed; empty: none yet."""


class LeagueTeam(Struct, frozen=True, gc=False):
    """One of the teams."""

    name: str
    owners: tuple[str, ...] = ()
    """Accounts that set its line-ups."""


class LineUp(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who is where; the rest of the roster is on the bench."""

    starters: tuple[str, ...]
    ir: tuple[str, ...] = ()


class Matchup(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """`[home, away]`, two teams."""

    home: TeamNumber
    away: TeamNumber


class Result(Struct, frozen=True, gc=False):
    """What a matchup came to, in hundredths."""

    home: int
    away: int

    @property
    def winner(self) -> int:
        """0: a tie, 1: home, 2: away."""
        return 0 if self.home == self.away else 1 if self.home > self.away else 2


class Cause(Struct, frozen=True, omit_defaults=True, gc=False):
    """Why somebody's points changed."""

    feed: str
    version: int
    """Of the feed's entry."""
    at: int
    cause: str
    """`play`, `correction`, `deletion`, `review` or `score`."""
    player: str
    before: int
    after: int
    """The player's points of that game."""
    play: int = 0


class CorrectedResult(Struct, frozen=True, gc=False):
    """A result that is another one now."""

    matchup: int
    was: Result
    now: Result
    flipped: bool
    """Somebody else has won."""


# --- commands


class _Command(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    pass


class SetRules(_Command, frozen=True, tag="rules.set"):
    """What points are given for: `{preset, points, tiers, points_allowed}` (SC10). Before the first
    week is settled."""

    rules: dict[str, Any]


class SetTeam(_Command, frozen=True, tag="team.set"):
    """Names a team and says whose it is."""

    team: TeamNumber
    name: TeamNameField
    owners: Annotated[tuple[AccountField, ...], Meta(max_length=OWNERS_MAX)] = ()


class AddPlayers(_Command, frozen=True, tag="players.add"):
    """Players whom teams may have; a row takes the place of the one with its id."""

    players: Annotated[tuple[LeaguePlayer, ...], Meta(min_length=1, max_length=PLAYERS_AT_ONCE)]


class RosterChange(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What one team gives up and gets."""

    team: TeamNumber
    add: Annotated[tuple[PlayerIdField, ...], Meta(max_length=PLACES_MAX)] = ()
    drop: Annotated[tuple[PlayerIdField, ...], Meta(max_length=PLACES_MAX)] = ()


class ChangeRosters(_Command, frozen=True, tag="rosters.change"):
    """Drops and additions, all or none: a trade is one command with two teams. Everybody is dropped
    before anybody is added."""

    changes: Annotated[tuple[RosterChange, ...], Meta(min_length=1, max_length=TEAMS_MAX)]


class ScheduleWeek(_Command, frozen=True, tag="schedule.set"):
    """The matchups of a week, in place of those there were."""

    week: WeekField
    matchups: Annotated[tuple[Matchup, ...], Meta(max_length=TEAMS_MAX // 2)]


class SetGames(_Command, frozen=True, tag="games.set"):
    """Games, new or with another feed or other teams; when a known one is played is for
    `game.move`."""

    games: Annotated[tuple[LeagueGame, ...], Meta(min_length=1, max_length=GAMES_AT_ONCE)]


class MoveGame(_Command, frozen=True, tag="game.move"):
    """A game is postponed, or brought forward: the new time is the new lock."""

    game: GameIdField
    kickoff: TimeField
    week: WeekField | None = None
    """Null: the week stays."""


class SetLineUp(_Command, frozen=True, tag="line_up.set"):
    """A team's line-up for a week, whole."""

    week: WeekField
    team: TeamNumber
    starters: Annotated[tuple[PlaceField, ...], Meta(max_length=PLACES_MAX)]
    ir: Annotated[tuple[PlayerIdField, ...], Meta(max_length=PLACES_MAX)] = ()


LeagueCommand = (
    SetRules | SetTeam | AddPlayers | ChangeRosters | ScheduleWeek | SetGames | MoveGame | SetLineUp
    | SetDelay
)  # fmt: skip


class SettleWeek(Struct, frozen=True, tag="system.settle"):
    """System: what a week's matchups came to, at these positions of their feeds."""

    week: int
    results: tuple[Result, ...]
    """One a matchup, in their order."""
    positions: dict[str, int]
    """Feed's room to version."""


class CorrectWeek(Struct, frozen=True, tag="system.correct"):
    """System: what a settled week's matchups come to at later positions of their feeds."""

    week: int
    results: tuple[Result, ...]
    positions: dict[str, int]
    causes: tuple[Cause, ...] = ()


# --- events


class _Event(Struct, frozen=True, omit_defaults=True, gc=False):
    pass


class RulesChanged(_Event, frozen=True, tag="rules.changed"):
    """From now on points are given so."""

    rules: dict[str, Any]


class TeamChanged(_Event, frozen=True, tag="team.changed"):
    """A team's name and owners."""

    team: int
    name: str
    owners: tuple[str, ...] = ()


class PlayersAdded(_Event, frozen=True, tag="players.added"):
    """Players there are, or as they are now."""

    players: tuple[LeaguePlayer, ...]


class RosterChanged(_Event, frozen=True, tag="roster.changed"):
    """A team has given up and got players; line-ups that this changes follow."""

    team: int
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class WeekScheduled(_Event, frozen=True, tag="week.scheduled"):
    """The matchups of a week."""

    week: int
    matchups: tuple[Matchup, ...]


class GamesChanged(_Event, frozen=True, tag="games.changed"):
    """Games as they are now. Whoever named a feed is whose right to see it counts (LE20)."""

    games: tuple[LeagueGame, ...]


class GameMoved(_Event, frozen=True, tag="game.moved"):
    """A game is played at another time, and maybe in another week."""

    game: str
    was: int
    kickoff: int
    was_week: int
    week: int


class LineUpChanged(_Event, frozen=True, tag="line_up.changed"):
    """A team's line-up for a week, and for later ones that have none of their own."""

    week: int
    team: int
    starters: tuple[str, ...]
    ir: tuple[str, ...] = ()


class PlayersLocked(_Event, frozen=True, tag="players.locked"):
    """Games of a week have reached their kick-off: whoever plays in them moves no more. The
    line-ups of the week are its own from here on."""

    week: int
    games: tuple[str, ...]


class WeekSettled(_Event, frozen=True, tag="week.settled"):
    """The results of a week, which corrections may still change until `official_at`."""

    week: int
    results: tuple[Result, ...]
    positions: dict[str, int]
    official_at: int


class WeekCorrected(_Event, frozen=True, tag="week.corrected"):
    """Results of a settled week are others: each with old and new."""

    week: int
    changes: tuple[CorrectedResult, ...]
    positions: dict[str, int]
    causes: tuple[Cause, ...] = ()


class WeekClosing(_Event, frozen=True, tag="week.closing"):
    """The results of this week become official in a minute: its feeds are looked at once more."""

    week: int
    at: int


class WeekOfficial(_Event, frozen=True, tag="week.official"):
    """Nothing changes the results of this week any more."""

    week: int


LeagueEvent = (
    RulesChanged | TeamChanged | PlayersAdded | RosterChanged | WeekScheduled | GamesChanged
    | GameMoved | LineUpChanged | PlayersLocked | WeekSettled | WeekCorrected | WeekClosing
    | WeekOfficial | DelayChanged
)  # fmt: skip


class Watching(Struct, frozen=True, forbid_unknown_fields=True, tag="watching", gc=False):
    """Presence: the matchup whose scores somebody wants to be told; null: all of the week."""

    week: WeekField
    matchup: MatchupField | None = None


LeaguePresence = Watching
