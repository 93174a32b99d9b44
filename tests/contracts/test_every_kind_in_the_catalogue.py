"""Every kind keeps the laws of kinds: those of the catalogue, what every room has, and the
kinds that only tests have."""

from typing import Any

import pytest
from msgspec.structs import replace

from protocol.board import BoardSettings, Properties
from protocol.board_commands import AddObjects, NewObject
from protocol.draft import AuctionSettings, ClockSettings, DraftSettings, Keeper, Seat
from protocol.draft_events import (
    BidMade,
    DraftMoved,
    KeeperChanged,
    PlayersAdded,
    SeatChanged,
    TurnOpened,
)
from protocol.feed import FeedSettings, ScoreboardChanged
from protocol.league import TeamChanged
from protocol.library import LibrarySettings
from protocol.meet import (
    Attempt,
    Entry,
    Heat,
    Lane,
    MeetEvent,
    Official,
    OfficialChanged,
    Result,
    StartList,
    Trials,
)
from protocol.membership import (
    InvitationCreated,
    MemberJoined,
    ReadOnlySet,
    RemoveMember,
    Role,
    RoomOpened,
    Say,
)
from server.rules.board import BOARD
from server.rules.catalogue import KINDS
from server.rules.draft.kind import DRAFT
from server.rules.feed import FEED
from server.rules.kind import Accepted, Rejected, Stamp
from server.rules.league.kind import LEAGUE
from server.rules.library import LIBRARY
from server.rules.meet.kind import MEET
from server.rules.membership import MEMBERSHIP
from server.rules.membership_state import Membership
from server.rules.room_state import RoomState
from tests.contracts.room_kind_contract import (
    ROLES,
    Played,
    RoomKindContract,
    Subject,
    account,
)
from tests.support.drafts import player_id, pool_of
from tests.support.gsis_games import CATCHER, PASSER
from tests.support.kinds.counting import COUNTING
from tests.support.kinds.sealed_envelopes import SEALED_ENVELOPES, EnvelopeSettings
from tests.support.leagues import PLAYERS, SETTINGS, a_league
from tests.support.matches import sets
from tests.support.meets import MeetRoom, the_meet

OBJECT_ID = r"^o_[A-Za-z0-9_-]{8,41}$"
INVITATION_ID = r"^i_[A-Za-z0-9_-]{11}$"
ACCOUNT_ID = r"^(a_[A-Za-z0-9_-]{22})?$"
INVITATIONS = tuple(f"i_{n:011d}" for n in range(3))


class TestBoard(RoomKindContract):
    subject = Subject(
        BOARD,
        pools={
            OBJECT_ID: tuple(f"o_{n:08d}" for n in range(3)),
            "RestoreVersion.version": (0, 1, 2, 3, 999),
            "Undo.of": (None, 1, 2, 3),
            "Choice.theirs": (0, 1, 2, 3),
        },
    )


class TestBoardThatAsks(TestBoard):
    subject = Subject(BOARD, pools=TestBoard.subject.pools, settings=BoardSettings(conflicts="ask"))


ITEM_ID = r"^i_[A-Za-z0-9_-]{8,20}$"
FORMATION = '{"slots":[{"x":-930,"y":0,"number":1,"role":"GK"}]}'
DOCUMENT = '{"format":"touchline.board","version":1,"name":"B","settings":{},"objects":[]}'


class TestLibrary(RoomKindContract):
    subject = Subject(
        LIBRARY,
        pools={
            ITEM_ID: tuple(f"i_{n:08d}" for n in range(3)),
            "ItemProperties.content": (FORMATION, FORMATION, DOCUMENT, "{}", None),
            "AddItem.props": (
                {"name": "A", "content": FORMATION, "folder": "a/b", "tags": ["X", "x"]},
                {"name": "B", "content": FORMATION, "folder": "a"},
                {"name": "C", "content": DOCUMENT},
            ),
            "RenameFolder.folder": ("a", "a/b", "b"),
            "RenameFolder.to": (None, "a", "b", "b/c/d"),
            "RestoreItem.version": (0, 1, 2, 3, 999),
        },
    )


class TestLibraryThatAsks(TestLibrary):
    subject = Subject(
        LIBRARY, pools=TestLibrary.subject.pools, settings=LibrarySettings(conflicts="ask")
    )


class TestFeed(RoomKindContract):
    subject = Subject(
        FEED,
        pools={
            r"^[a-z][a-z0-9_]{0,23}$": ("gsis", "gsis", "nfl_api", "unheard_of"),
            r"^[A-Z]{2,3}$": ("HOM", "AWY"),
            **{f"{name}.id": (1, 2, 3) for name in ("Play", "DeletePlay", "ReviewPlay")},
            **{
                f"{name}.revision": (1, 2, 3, 4, 5)
                for name in ("ReportPlay", "DeletePlay", "ReviewPlay", "ReportHeader")
            },
            "StatLine.stat": (70, 72, 10, 22),
            "Header.home_score": (0, 3, 6),
        },
    )


class TestFeedOfAnySport(RoomKindContract):
    subject = Subject(
        FEED,
        settings=FeedSettings(profile="generic"),
        opening=(ScoreboardChanged("official", 1, sets(0, 0)),),
        pools={
            r"^[a-z][a-z0-9_]{0,23}$": ("official", "official", "manual", "unheard_of"),
            **{f"{name}.id": (1, 2, 3) for name in ("GenericItem", "DeletePlay", "ReviewPlay")},
            **{
                f"{name}.revision": (1, 2, 3, 4, 5)
                for name in ("ReportItem", "DeletePlay", "ReviewPlay", "ReportScoreboard")
            },
            "GenericItem.side": ("s1", "s2", "", "s9"),
            "GenericItem.points": (0, 1, 3),
            "GenericSide.key": ("s1", "s2", "s3"),
            "GenericSide.score": (0, 1, 3),
            "ReportScoreboard.scoreboard": (sets(0, 0), sets(3, 1), sets(1, 1), sets(1)),
        },
    )


LEAGUE_OPENING = a_league().events


class TestLeague(RoomKindContract):
    subject = Subject(
        LEAGUE,
        opening=(*LEAGUE_OPENING, TeamChanged(1, "Ones", (account("editor"),))),
        settings=SETTINGS,
        pools={
            r"^[A-Za-z0-9._:-]{1,40}$": tuple(player.id for player in PLAYERS),
            r"^[A-Za-z0-9._:-]{0,40}$": ("", *(player.id for player in PLAYERS)),
            r"^[A-Z]{2,3}$": ("HOM", "AWY", "ONE", "TWO"),
            r"^[A-Za-z0-9_-]{1,40}$": ("sunday", "monday", "third"),
            "AddPlayers.players": (
                [[CATCHER, "C. Atch", ["WR"], "TWO"]],
                [["new", "N. Ew", ["QB"]], ["hurt", "H. Urt", ["WR"], "TWO"]],
            ),
            "ScheduleWeek.matchups": ([], [[1, 2]], [[2, 1], [3, 4]], [[1, 1]], [[1, 9]]),
            "SetLineUp.week": (1, 2, 3),
            "SetLineUp.team": (1, 1, 2),
            "SetLineUp.starters": ([PASSER, CATCHER], [PASSER, "late"], ["", ""], [""]),
            "SetLineUp.ir": ((), (), ("hurt",)),
            "SetTeam.owners": ((), (account("editor"),), ("stranger",)),
            "SetRules.rules": ({"preset": "ppr"}, {"points": {"rec": 2}}, {"goals": 1}),
            "MoveGame.kickoff": (900, 1_001, 5_000),
            "MoveGame.week": (None, 1, 2, 9),
            "LeagueGame.kickoff": (900, 1_000_000, 2_000_000),
            "RosterChange.team": (1, 2, 3, 9),
            "ScheduleWeek.week": (1, 2, 9),
        },
    )


MEET_OPENING = [
    *MeetRoom(the_meet()).events,
    OfficialChanged(Official(account=account("editor"), office="registrar")),
]


class TestMeet(RoomKindContract):
    subject = Subject(
        MEET,
        opening=tuple(MEET_OPENING),
        pools={
            r"^[A-Za-z0-9._-]{1,40}$": ("100m-w", "long-jump-m", "high-jump-w", "a1", "a17", "a33"),
            "SetEntry.entry": [
                Entry(event="100m-w", athlete="a17"),
                Entry(event="100m-w", athlete="a1", seed=11_000),
                Entry(event="100m-w", athlete="nobody"),
            ],
            "WithdrawEntry.event": ("100m-w",),
            "WithdrawEntry.athlete": ("a1", "a17"),
            "ClearResult.event": ("100m-w",),
            "ClearResult.athlete": ("a1", "a2"),
            "SetEvent.event": [
                replace(the_meet().events[0], phase="started"),
                replace(the_meet().events[0], phase="official"),
                MeetEvent(id="new", name="New", sort="height", heights=(2, 1)),
            ],
            "PublishStartList.start_list": [
                StartList(
                    event="100m-w", heats=(Heat(number=1, lanes=(Lane(lane=1, athlete=one),)),)
                )
                for one in ("a1", "a2", "a17")
            ],
            "StartRace.event": ("400m-m", "100m-w"),
            "StartRace.heat": (1, 2),
            "SetWind.event": ("100m-w", "400m-m"),
            "SetWind.heat": (1, 2),
            "SetWind.wind": (None, 5, 21),
            "SetResult.result": [
                Result(event="100m-w", athlete="a1", time=11_200),
                Result(event="100m-w", athlete="a1", time=11_100, status="DQ", rule="TR16.8"),
                Result(event="100m-w", athlete="a1", attempts=(Attempt(),)),
                Result(
                    event="high-jump-w", athlete="a33", trials=(Trials(height=1_700, tries="o"),)
                ),
            ],
            "SetOfficial.official": [
                Official(account=account("viewer"), office="starter"),
                Official(account=account("editor"), office="coach", club="Northside"),
                Official(account="stranger", office="coach"),
            ],
        },
    )


PLAYER_ID = r"^[A-Za-z0-9._:-]{1,40}$"
DRAFT_TURNS = (
    *("MakePick", "Nominate", "PlaceBid", "SetProxy", "PickFor", "BidFor"),
    *("ForceAuto", "Skip", "ExtendClock", "SellNow", "GiveNomination"),
)
DRAFT_POOLS = {
    PLAYER_ID: tuple(player_id(n) for n in range(1, 12)),
    ACCOUNT_ID: tuple(account(role) for role in ROLES),
    r"^[A-Z0-9/+-]{1,8}$": ("QB", "RB", "WR", "K"),
    **{f"{command}.turn": (1, 2, 3, 4, 5) for command in DRAFT_TURNS},
    "AddPlayers.players": (
        [[player_id(1), "Another", ["QB"]]],
        [[player_id(40), "New", ["RB", "WR"], "XYZ", 3], [player_id(41), "Newer", ["K"]]],
    ),
    "LoadDraft.players": ([[player_id(1), "Another", ["QB"]]],),
    "LoadDraft.order": ((1, 2, 3), (2, 1, 3), (1, 1)),
    "PlaceBid.price": (1, 2, 3, 5, 8, 13),
    "SetProxy.most": (None, 5, 10),
    "Nominate.price": (0, 1, 2),
    "UndoTo.to": (None, 1, 2),
    "ReplacePick.n": (1, 2, 3),
    "Trade.a": (1, 2),
    "Trade.b": (1, 2),
    "SetSeat.seat": (1, 2, 3),
}
DRAFT_OPENING = (
    PlayersAdded(pool_of(24)),
    SeatChanged(1, Seat("Ones", (account("owner"),))),
    SeatChanged(2, Seat("Twos", (account("editor"),))),
)
SMALL = DraftSettings(teams=2, rounds=3, clock=ClockSettings(bank_s=5, pick_s=5))


class TestDraftThatWaits(RoomKindContract):
    subject = Subject(DRAFT, opening=DRAFT_OPENING, settings=SMALL, pools=DRAFT_POOLS)


class TestDraftThatRuns(RoomKindContract):
    subject = Subject(
        DRAFT,
        opening=(
            *DRAFT_OPENING,
            KeeperChanged(player_id(9), Keeper(1, player_id(9), 3)),
            DraftMoved("live"),
            TurnOpened("pick", 1, 1, 0, 5_000, 9_000, 4_000),
        ),
        settings=SMALL,
        pools=DRAFT_POOLS,
    )


class TestDraftThatSells(RoomKindContract):
    subject = Subject(
        DRAFT,
        opening=(
            *DRAFT_OPENING,
            DraftMoved("live"),
            TurnOpened("bid", 1, 1, 0, 5_000, 9_000, player=player_id(1)),
            BidMade(1, 1, account("owner")),
        ),
        settings=DraftSettings(
            type="auction", teams=2, auction=AuctionSettings(budget=30, auto_percent=120)
        ),
        pools=DRAFT_POOLS,
    )


class TestMembership(RoomKindContract):
    subject = Subject(
        MEMBERSHIP,
        opening=[
            RoomOpened(kind="board", name="Ours", owner=account("owner"), owner_name="Olga"),
            *(
                MemberJoined(member=account(role), name=role, role=role)
                for role in ROLES
                if role != "owner"
            ),
            InvitationCreated(id=INVITATIONS[0], role="editor", uses=2),
        ],
        role_of=Membership.role_of,
        pools={
            ACCOUNT_ID: tuple(account(role) for role in (*ROLES, "stranger")),
            INVITATION_ID: INVITATIONS,
        },
    )


class TestSealedEnvelopes(RoomKindContract):
    subject = Subject(SEALED_ENVELOPES)


class TestSealedEnvelopesWithADeadline(RoomKindContract):
    subject = Subject(SEALED_ENVELOPES, settings=EnvelopeSettings(opens_at=1_500))


class TestCounting(RoomKindContract):
    subject = Subject(COUNTING)


@pytest.mark.parametrize("role", ROLES)
def test_MB3_while_read_only_is_on_a_board_is_its_owners_alone(role: Role) -> None:
    room = RoomState(BOARD)
    opening: list[Any] = [*TestMembership.subject.opening, ReadOnlySet(on=True)]
    room.apply(opening, Stamp(1, 0, account("owner"), "", 0))
    played = Played(TestBoard.subject)
    draw = AddObjects([NewObject("o_00000001", "ball", Properties(at=(0, 0)))])
    say = Say("We still talk")
    leave = RemoveMember(account(role))

    drawn = room.decide(draw, played.context(role, 1, draw))
    said = room.decide(say, played.context(role, 1, say))
    left = room.decide(leave, played.context(role, 1, leave))
    assert isinstance(said, Accepted)
    if role == "owner":
        assert isinstance(drawn, Accepted)
        assert left == Rejected("last_owner")
    else:
        assert drawn == Rejected("forbidden" if role == "viewer" else "read_only")
        assert isinstance(left, Accepted)


def test_every_kind_of_the_catalogue_is_under_the_laws() -> None:
    here = {one.subject.kind.name for one in RoomKindContract.__subclasses__()}
    assert set(KINDS) <= here
