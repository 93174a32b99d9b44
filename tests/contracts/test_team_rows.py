"""Invitations to teams, and who was removed, in every database."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from storage.tables import Asking, Tables
from storage.team_rows import Joined, NotJoined
from storage.teams import By, Team, TeamInvitation, TeamMember, Teams

PARALLEL = 8
LINK = TeamInvitation("ti_1", "t_1", "member", None, b"link", None, None, "a_ann", 10)


@pytest.fixture
async def teams(tables: Tables) -> Teams:
    teams = Teams(tables)
    await teams.create(Team("t_1", "First XV", 1), owner="a_ann", owner_name="Ann")
    return teams


async def come(
    teams: Teams, account: str, at: int = 20, digest: bytes = b"link", email: str | None = None
) -> Joined | NotJoined:
    return await teams.accept(digest, account=account, name="Eve", email=email, at=at)


async def uses_left(teams: Teams) -> int | None:
    (one,) = await teams.invitations("t_1", 20)
    return one.uses


async def removals(tables: Tables) -> list[tuple[object, ...]]:
    def work() -> Asking[list[tuple[object, ...]]]:
        return (yield "SELECT account, name, joined_at FROM team_member WHERE role = 'removed'", ())

    return await tables.read(work)


async def test_an_invitation_is_found_by_the_digest_of_its_secret(teams: Teams) -> None:
    assert await teams.add_invitation(LINK, most=9)
    assert await teams.invitation_by(b"link", 20) == LINK
    assert await teams.invitation_by(b"ti_1", 20) is None
    assert await teams.invitations("t_1", 20) == [LINK]
    assert await teams.invitations("t_2", 20) == []


async def test_TM5_an_invitation_gives_its_role_to_who_comes_by_it(teams: Teams) -> None:
    await teams.add_invitation(replace(LINK, uses=2), most=9)
    assert await come(teams, "a_eve") == Joined(TeamMember("t_1", "a_eve", "member", "Eve", 20))
    assert await teams.role("t_1", "a_eve") == "member"
    assert await uses_left(teams) == 1
    assert await come(teams, "a_fay", digest=b"other") == NotJoined("unknown")


async def test_TM5_eight_who_come_at_once_by_three_uses_are_three(
    teams: Teams, nodes: list[Tables]
) -> None:
    await teams.add_invitation(replace(LINK, uses=3), most=9)
    answers = await asyncio.gather(*(come(Teams(nodes[n % 2]), f"a_{n}") for n in range(PARALLEL)))
    assert Counter(type(answer) for answer in answers) == {Joined: 3, NotJoined: PARALLEL - 3}
    assert answers.count(NotJoined("unknown")) == PARALLEL - 3
    assert len(await teams.members("t_1")) == 1 + 3
    assert await teams.invitations("t_1", 20) == []


async def test_TM5_one_who_comes_eight_times_at_once_uses_it_once(
    teams: Teams, nodes: list[Tables]
) -> None:
    await teams.add_invitation(replace(LINK, uses=PARALLEL), most=9)
    answers = await asyncio.gather(*(come(Teams(nodes[n % 2]), "a_eve") for n in range(PARALLEL)))
    assert answers.count(NotJoined("already_member")) == PARALLEL - 1
    assert await uses_left(teams) == PARALLEL - 1
    assert len(await teams.open_work(limit=99)) == 1


async def test_TM5_a_link_without_a_limit_lets_anybody_in(teams: Teams) -> None:
    await teams.add_invitation(LINK, most=9)
    for n in range(3):
        assert isinstance(await come(teams, f"a_{n}"), Joined)
    assert await uses_left(teams) is None


async def test_TM6_an_invitation_holds_until_it_expires_is_revoked_or_used_up(
    teams: Teams,
) -> None:
    await teams.add_invitation(replace(LINK, expires_at=30, uses=1), most=9)
    assert await come(teams, "a_eve", at=30) == NotJoined("unknown")
    assert await teams.invitation_by(b"link", 30) is None
    assert await teams.invitations("t_1", 30) == []
    assert isinstance(await come(teams, "a_eve", at=29), Joined)
    assert await come(teams, "a_fay", at=29) == NotJoined("unknown")
    await teams.add_invitation(replace(LINK, id="ti_2", digest=b"two"), most=9)
    assert not await teams.revoke_invitation("t_2", "ti_2")
    assert await teams.revoke_invitation("t_1", "ti_2")
    assert not await teams.revoke_invitation("t_1", "ti_2")
    assert await come(teams, "a_fay", digest=b"two") == NotJoined("unknown")


@pytest.mark.parametrize("email", [None, "", "fay@x.example", "eve@x.example.org"])
async def test_TM6_an_address_on_an_invitation_is_the_only_one_that_may_use_it(
    teams: Teams, email: str | None
) -> None:
    await teams.add_invitation(replace(LINK, email="eve@x.example", uses=1), most=9)
    assert await come(teams, "a_eve", email=email) == NotJoined("other_email")
    assert await uses_left(teams) == 1


@pytest.mark.parametrize("email", ["eve@x.example", "Eve@X.example", " eve@x.example "])
async def test_TM6_addresses_are_the_same_however_they_are_spelt(teams: Teams, email: str) -> None:
    await teams.add_invitation(replace(LINK, email="EVE@x.example", uses=1), most=9)
    assert isinstance(await come(teams, "a_eve", email=email), Joined)


async def test_TM6_so_many_invitations_hold_at_a_time_and_those_that_ended_make_room(
    teams: Teams,
) -> None:
    def one(n: int, expires_at: int | None = None, created_at: int = 10) -> TeamInvitation:
        return replace(
            LINK, id=f"ti_{n}", digest=b"%d" % n, expires_at=expires_at, created_at=created_at
        )

    assert await teams.add_invitation(one(1, expires_at=15), most=2)
    assert await teams.add_invitation(replace(one(2), uses=1), most=2)
    assert not await teams.add_invitation(one(3), most=2)
    assert await teams.add_invitation(one(4, created_at=15), most=2)
    assert not await teams.add_invitation(one(5, created_at=15), most=2)
    assert isinstance(await come(teams, "a_eve", digest=b"2"), Joined)
    assert await teams.add_invitation(one(6, created_at=16), most=2)
    assert [held.id for held in await teams.invitations("t_1", 20)] == ["ti_4", "ti_6"]
    assert not await teams.add_invitation(replace(one(7), team="t_none"), most=2)


async def test_TM6_of_many_invitations_at_once_no_more_hold_than_may(
    teams: Teams, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(
            Teams(nodes[n % 2]).add_invitation(
                replace(LINK, id=f"ti_{n}", digest=b"%d" % n), most=3
            )
            for n in range(PARALLEL)
        )
    )
    assert answers.count(True) == len(await teams.invitations("t_1", 20)) == 3


async def test_TM7_who_is_in_the_team_keeps_their_role_and_uses_nothing_up(teams: Teams) -> None:
    await teams.add_invitation(replace(LINK, uses=1), most=9)
    assert await come(teams, "a_ann") == NotJoined("already_member")
    assert await uses_left(teams) == 1
    assert await teams.role("t_1", "a_ann") == "owner"


async def test_TM7_who_was_removed_needs_an_invitation_that_was_made_later(teams: Teams) -> None:
    await teams.add_invitation(replace(LINK, uses=5), most=9)
    await come(teams, "a_eve")
    await teams.remove("t_1", "a_eve", at=30)
    assert await come(teams, "a_eve", at=31) == NotJoined("removed")
    assert await uses_left(teams) == 4
    late = replace(LINK, id="ti_2", digest=b"late", created_at=31)
    await teams.add_invitation(late, most=9)
    assert await come(teams, "a_eve", at=32) == NotJoined("removed"), "the old one still is old"
    done = await come(teams, "a_eve", at=32, digest=b"late")
    assert done == Joined(TeamMember("t_1", "a_eve", "member", "Eve", 32))
    assert await teams.role("t_1", "a_eve") == "member"
    assert await come(teams, "a_eve", at=33) == NotJoined("already_member")
    assert isinstance(await come(teams, "a_fay", at=33), Joined), "others come by the old one"


async def test_TM7_an_invitation_of_the_very_time_of_a_removal_is_not_later(teams: Teams) -> None:
    await teams.add_invitation(LINK, most=9)
    await come(teams, "a_eve", at=10)
    await teams.remove("t_1", "a_eve", at=10)
    assert await come(teams, "a_eve", at=10) == NotJoined("removed")


async def test_TM7_who_left_by_himself_may_come_back_by_the_same_link(teams: Teams) -> None:
    await teams.add_invitation(LINK, most=9)
    await come(teams, "a_eve")
    await teams.remove("t_1", "a_eve", at=30, left=True)
    assert isinstance(await come(teams, "a_eve", at=31), Joined)
    yes = By("a_eve", lambda own, present: own == present)
    assert await teams.remove("t_1", "a_eve", at=40, by=yes) == "done", "whichever way he went"
    assert isinstance(await come(teams, "a_eve", at=41), Joined)


async def test_TM7_who_comes_and_is_removed_at_once_is_out_or_was_not_in_yet(
    teams: Teams, nodes: list[Tables]
) -> None:
    await teams.add_invitation(LINK, most=9)
    for n in range(PARALLEL):
        came, removed = await asyncio.gather(
            come(Teams(nodes[0]), f"a_{n}"), Teams(nodes[1]).remove("t_1", f"a_{n}", at=20)
        )
        assert isinstance(came, Joined)
        assert (await teams.role("t_1", f"a_{n}") is None) == (removed == "done")


async def test_TM7_a_removal_is_forgotten_once_no_invitation_is_as_old(
    teams: Teams, tables: Tables
) -> None:
    await teams.add_invitation(replace(LINK, expires_at=40), most=9)
    for account in ("a_eve", "a_fay"):
        await come(teams, account)
    await teams.remove("t_1", "a_eve", at=30)
    await teams.remove("t_1", "a_fay", at=50)
    assert sorted(await removals(tables)) == [("a_eve", "", 30), ("a_fay", "", 50)]
    await teams.add_invitation(replace(LINK, id="ti_2", digest=b"2", created_at=39), most=9)
    assert len(await removals(tables)) == 2, "the first link holds"
    await teams.add_invitation(replace(LINK, id="ti_3", digest=b"3", created_at=60), most=9)
    assert await removals(tables) == [("a_fay", "", 50)], "only the second one is as old"
    await teams.delete("t_1", at=70)
    assert await removals(tables) == []


async def test_TM8_a_full_team_takes_nobody(teams: Teams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.teams.MEMBERS_MAX", 3)
    await teams.add_invitation(replace(LINK, uses=9), most=9)
    for account in ("a_1", "a_2"):
        await come(teams, account)
    assert await come(teams, "a_3") == NotJoined("full")
    assert await uses_left(teams) == 7
    await teams.remove("t_1", "a_1", at=30)
    assert isinstance(await come(teams, "a_3", at=31), Joined), "who was removed is not counted"


async def test_TM8_eight_who_come_at_once_do_not_overfill_a_team(
    teams: Teams, nodes: list[Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.teams.MEMBERS_MAX", 4)
    await teams.add_invitation(LINK, most=9)
    answers = await asyncio.gather(*(come(Teams(nodes[n % 2]), f"a_{n}") for n in range(PARALLEL)))
    assert answers.count(NotJoined("full")) == PARALLEL - 3
    assert len(await teams.members("t_1")) == 4


def test_the_digest_of_a_secret_is_not_in_a_repr() -> None:
    assert "canary" not in repr(replace(LINK, digest=b"canary"))
