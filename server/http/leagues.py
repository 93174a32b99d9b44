"""Leagues over HTTP: a week's matchups as they stand, one of them with both line-ups, why its
points are what they are; settling a week; rosters from a draft; and the operator's side of it.

What anybody sees here is a projection (server/leagues/scoring.py), with the positions of all that
it was made from. Must not know how points are made. SPEC: LI7 to LI14.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Struct

from protocol.league import Cause, LeagueCommand, SetGames, WeekField
from protocol.membership import CreateInvitation
from server.http.authentication import identity_of, services_of
from server.http.documentation import refusals
from server.http.operator import owner_of
from server.http.paging import RoomPath
from server.http.refusals import Asked, Refusal, not_found, rejected
from server.http.rooms import Done, execute, row_of, seen_of
from server.http.services import Services
from server.identity import Identity
from server.invitations import new_invitation_id
from server.leagues.chances import ChancePoint, chance_line
from server.leagues.scoring import NoSuchPart, NotOver, Seen
from server.rules.league.book import Book
from server.rules.league.from_draft import BadDraft, commands_from
from server.rules.league.outlook import MatchupOutlook
from server.rules.league.scores import GameShown, MatchupScore
from server.rules.league.trail import text_of

WeekPath = Annotated[int, PathParameter(ge=1, le=30, description="The week, from 1.")]
MatchupPath = Annotated[int, PathParameter(ge=1, le=16, description="The matchup, from 1.")]
PlayerQuery = Annotated[
    str | None,
    QueryParameter(max_length=40, description="Only this player's points.", required=False),
]


class WeekView(Struct, frozen=True):
    """All matchups of a week as they stand; points in hundredths."""

    week: int
    phase: str
    """`upcoming`, `live`, `provisional`, `settled` or `official`."""
    positions: dict[str, int]
    """Room to version, of the league and each feed. What is older in any of them is old."""
    matchups: list[MatchupScore]
    games: list[GameShown]
    """Where the week's games are, of those that have a feed."""
    likely: list[MatchupOutlook]
    """What each matchup is likely to come to; never part of a score."""


class MatchupView(Struct, frozen=True):
    """One matchup as it stands."""

    week: int
    phase: str
    positions: dict[str, int]
    score: MatchupScore
    games: list[GameShown]
    likely: MatchupOutlook
    """What it is likely to come to; never part of the score."""


class TrailLine(Struct, frozen=True):
    """One change of one player's points, and why."""

    cause: Cause
    name: str
    text: str
    """As people read it: `-2.00, play 946 corrected on Thursday`."""
    play: str
    """What is told of the play as it stands; empty: of none, or nothing."""
    quarter: int
    clock: str


class Trail(Struct, frozen=True):
    """Why the points of a matchup's starters are what they are, oldest first."""

    week: int
    matchup: int
    positions: dict[str, int]
    changes: list[TrailLine]


class ChanceLine(Struct, frozen=True):
    """How a matchup's win chance went, over the time of its starters' games."""

    week: int
    matchup: int
    positions: dict[str, int]
    points: list[ChancePoint]
    """`[played, chance, home, away]`: ten-thousandths of the games that were over, the home side's
    win chance in ten-thousandths, both sides' projected points in hundredths."""


class DraftRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The draft whose rosters the league takes; the caller is in both rooms."""

    draft: Annotated[str, msgspec.Meta(max_length=64)]


async def _seen(services: Services, room_id: str, week: int, account: str | None) -> Seen:
    try:
        await services.scoring.correct(room_id)
        return await services.scoring.seen(room_id, week, account, ahead=True)
    except NoSuchPart:
        raise not_found() from None


@get(
    "/leagues/{room_id:str}/weeks/{week:int}",
    operation_id="readWeek",
    tags=["leagues"],
    summary="Read a week of a league",
    responses=refusals(401, 404, 503),
)
async def read_week(request: Asked, room_id: RoomPath, week: WeekPath) -> WeekView:
    """Every matchup with both line-ups. Who has a delay, in the league or in one of its feeds, sees
    all of it as it was so long ago."""
    services = services_of(request)
    return week_view(await _seen(services, room_id, week, identity_of(request).account))


@get(
    "/leagues/{room_id:str}/weeks/{week:int}/matchups/{matchup:int}",
    operation_id="readMatchup",
    tags=["leagues"],
    summary="Read a matchup",
    responses=refusals(401, 404, 503),
)
async def read_matchup(
    request: Asked, room_id: RoomPath, week: WeekPath, matchup: MatchupPath
) -> MatchupView:
    """Both line-ups with everybody's points, as `readWeek`."""
    services = services_of(request)
    seen = await _seen(services, room_id, week, identity_of(request).account)
    try:
        score, likely = seen.score(matchup), seen.outlook().matchup(matchup)
        return MatchupView(week, seen.phase, seen.positions, score, seen.games(), likely)
    except NoSuchPart:
        raise not_found() from None


@get(
    "/leagues/{room_id:str}/weeks/{week:int}/matchups/{matchup:int}/chances",
    operation_id="readChances",
    tags=["leagues"],
    summary="Read how a matchup's win chance went",
    responses=refusals(401, 404, 503),
)
async def read_chances(
    request: Asked, room_id: RoomPath, week: WeekPath, matchup: MatchupPath
) -> ChanceLine:
    """From before the first play on, at most 120 points, with the line-ups of now; to what is shown
    beside it, as `readWeek`."""
    services = services_of(request)
    seen = await _seen(services, room_id, week, identity_of(request).account)
    try:
        points = await chance_line(services.scoring.log, seen, matchup)
    except NoSuchPart:
        raise not_found() from None
    return ChanceLine(week, matchup, seen.positions, points)


@get(
    "/leagues/{room_id:str}/weeks/{week:int}/matchups/{matchup:int}/trail",
    operation_id="readTrail",
    tags=["leagues"],
    summary="Read why a matchup stands so",
    responses=refusals(401, 404, 503),
)
async def read_trail(
    request: Asked,
    room_id: RoomPath,
    week: WeekPath,
    matchup: MatchupPath,
    player: PlayerQuery = None,
) -> Trail:
    """Each change of a starter's points with its play, read from the feeds' histories."""
    services = services_of(request)
    seen = await _seen(services, room_id, week, identity_of(request).account)
    try:
        causes = await services.scoring.trail(seen, matchup, player)
    except NoSuchPart:
        raise not_found() from None
    players = seen.league.parts.players
    books = {feed.id: seen.books[game] for game, feed in seen.feeds.items()}
    lines = [
        _line(cause, players[cause.player].name, books[cause.feed])
        for cause in causes
        if cause.player in players
    ]
    return Trail(week, matchup, seen.positions, lines)


@post(
    "/leagues/{room_id:str}/weeks/{week:int}/settle",
    operation_id="settleWeek",
    tags=["leagues"],
    status_code=200,
    summary="Settle a week",
    responses=refusals(401, 403, 404, 409, 503),
)
async def settle_week(request: Asked, room_id: RoomPath, week: WeekPath) -> Done:
    """The results of a week whose games are all over. Corrections may still change them until they
    are official. Who sees the week late settles what is over for them."""
    services, identity = services_of(request), identity_of(request)
    done = await settled(services, room_id, week, identity.account)
    return Done(await seen_of(services, room_id, identity, done.version))


@post(
    "/leagues/{room_id:str}/rosters",
    operation_id="takeRosters",
    tags=["leagues"],
    status_code=200,
    summary="Take the rosters of a draft",
    responses=refusals(401, 403, 404, 409, 422),
)
async def take_rosters(request: Asked, room_id: RoomPath, data: JSONBody[DraftRequest]) -> Done:
    """Teams, players and rosters as a draft left them, into a league that has none yet."""
    services, identity = services_of(request), identity_of(request)
    if await services.role_in(data.draft, identity) is None:
        raise not_found()
    if (await row_of(services, data.draft)).kind != "draft":
        raise not_found()
    if not identity.may("rooms:read", data.draft):
        raise not_found()
    _, view = await services.directory.view(data.draft, None)
    version = await taken_over(services, room_id, identity, view)
    return Done(await seen_of(services, room_id, identity, version))


# --- the operator's side


@post(
    "/operator/leagues/{room_id:str}/commands",
    operation_id="operatorRunLeague",
    tags=["operator"],
    status_code=200,
    summary="Send a command into a league",
    responses=refusals(401, 404, 409),
)
async def run(request: Asked, room_id: RoomPath, data: JSONBody[LeagueCommand]) -> Done:
    """In the name of the league's first owner, who is let into the feeds that `games.set` names."""
    services = services_of(request)
    await _check_is_league(services, room_id)
    owner = await owner_of(services, room_id)
    if isinstance(data, SetGames):
        for feed in sorted({game.feed for game in data.games if game.feed}):
            await _let_in(services, feed, owner)
    return Done(await execute(services, room_id, owner, data))


@get(
    "/operator/leagues/{room_id:str}/weeks/{week:int}",
    operation_id="operatorReadWeek",
    tags=["operator"],
    summary="Read a week of a league",
    responses=refusals(401, 404),
)
async def operator_week(request: Asked, room_id: RoomPath, week: WeekPath) -> WeekView:
    """As its members see it who have no delay."""
    services = services_of(request)
    await _check_is_league(services, room_id)
    return week_view(await _seen(services, room_id, week, None))


@post(
    "/operator/leagues/{room_id:str}/weeks/{week:int}/settle",
    operation_id="operatorSettleWeek",
    tags=["operator"],
    status_code=200,
    summary="Settle a week of a league",
    responses=refusals(401, 404, 409),
)
async def operator_settle(request: Asked, room_id: RoomPath, week: WeekPath) -> Done:
    """As `settleWeek`."""
    services = services_of(request)
    await _check_is_league(services, room_id)
    return await settled(services, room_id, week)


@post(
    "/operator/leagues/{room_id:str}/rosters",
    operation_id="operatorTakeRosters",
    tags=["operator"],
    status_code=200,
    summary="Take the rosters of a draft",
    responses=refusals(401, 404, 409, 422),
)
async def operator_rosters(request: Asked, room_id: RoomPath, data: JSONBody[DraftRequest]) -> Done:
    """As `takeRosters`, in the name of the league's first owner."""
    services = services_of(request)
    await _check_is_league(services, room_id)
    if (await row_of(services, data.draft)).kind != "draft":
        raise not_found()
    _, view = await services.directory.view(data.draft, None)
    owner = await owner_of(services, room_id)
    return Done(await taken_over(services, room_id, owner, view))


# --- shared


def _line(cause: Cause, name: str, book: Book) -> TrailLine:
    play = book.play(cause.play)
    if play is None:
        return TrailLine(cause, name, text_of(cause), "", 0, "")
    return TrailLine(cause, name, text_of(cause), play.text, play.quarter, play.clock)


def week_view(seen: Seen) -> WeekView:
    """The week as somebody may see it."""
    scores, likely = seen.scores(), seen.outlooks()
    return WeekView(seen.week, seen.phase, seen.positions, scores, seen.games(), likely)


async def settled(
    services: Services, room_id: str, week: WeekField, account: str | None = None
) -> Done:
    """Settles, or refuses; `account`: by what it may see."""
    try:
        ended = await services.scoring.settle(room_id, week, account)
    except NoSuchPart:
        raise not_found() from None
    except NotOver as error:
        raise Refusal(409, "not_over", about={"games": error.games[:20]}) from None
    if ended.code is not None:
        raise rejected(ended)
    return Done(ended.version)


async def taken_over(services: Services, room_id: str, identity: Identity, view: bytes) -> int:
    """The league's version after everything that the draft says was done in it."""
    try:
        commands = commands_from(msgspec.json.decode(view)["kind"])
    except BadDraft as error:
        raise Refusal(422, "invalid", about=str(error)) from None
    version = 0
    for command in commands:
        version = await execute(services, room_id, identity, command)
    return version


async def _check_is_league(services: Services, room_id: str) -> None:
    if (await row_of(services, room_id)).kind != "league":
        raise not_found()


async def _let_in(services: Services, feed: str, owner: Identity) -> None:
    """The owner of the league may look at the feed from now on."""
    row: Any = await row_of(services, feed)
    if row.kind != "feed":
        raise not_found()
    if await services.directory.role_of(feed, owner.account) is not None:
        return
    invitation = new_invitation_id()
    host = await owner_of(services, feed)
    await execute(services, feed, host, CreateInvitation(invitation, "viewer", uses=1))
    await services.directory.let_in(feed, owner, invitation)
