"""Teams, their people and rooms, in every database."""

import asyncio

import pytest

from storage.access_changes import AccessChanges
from storage.accounts import Account, Accounts, Closed
from storage.api_keys import ApiKey, ApiKeys
from storage.tables import Asking, Tables
from storage.team_rows import Joined, NotJoined
from storage.teams import By, Team, TeamInvitation, TeamMember, TeamRole, Teams

PARALLEL = 8
TEAM = Team("t_1", "First XV", 1)
PEOPLE: dict[str, TeamRole] = {
    "a_ann": "owner", "a_bob": "admin", "a_cat": "member", "a_dan": "guest",
}  # fmt: skip


@pytest.fixture
async def teams(tables: Tables) -> Teams:
    """A team with one person in each role; what that told is forgotten."""
    teams = Teams(tables)
    assert await teams.create(TEAM, owner="a_ann", owner_name="Ann")
    for account in ("a_bob", "a_cat", "a_dan"):
        await join(teams, account, PEOPLE[account])
    await forget(teams, tables)
    return teams


async def join(teams: Teams, account: str, role: TeamRole, at: int = 2) -> None:
    digest = f"{account} {role} {at}".encode()
    one = TeamInvitation(f"ti_{account}_{at}", "t_1", role, None, digest, None, 1, "a_ann", at)
    assert await teams.add_invitation(one, most=100)
    name = account[2:].title()
    done = await teams.accept(digest, account=account, name=name, email=None, at=at)
    assert done == Joined(TeamMember("t_1", account, role, name, at))


async def forget(teams: Teams, tables: Tables) -> None:
    for one in await teams.open_work(limit=100):
        await teams.finish_work(one.number)
    await AccessChanges(tables).cleanup(10**9)


async def work_of(teams: Teams) -> list[tuple[str, str]]:
    return [(one.team, one.account) for one in await teams.open_work(limit=100)]


async def told(tables: Tables) -> list[tuple[str, str, str]]:
    rows = await AccessChanges(tables).since(0, 0)
    return [(row.kind, row.subject, row.detail) for row in rows]


async def roles(teams: Teams, team: str = "t_1") -> dict[str, TeamRole]:
    return {one.account: one.role for one in await teams.members(team)}


def key_of(id_: str, account: str, team: str | None) -> ApiKey:
    return ApiKey(
        id=id_, account=account, team=team, name="k", digest=id_.encode(),
        scopes=frozenset({"rooms:read"}), created_at=1,
    )  # fmt: skip


def everybody(_own: TeamRole, _present: TeamRole) -> bool:
    return True


# ---------------------------------------------------------------- teams


async def test_a_team_is_found_by_its_id_and_by_its_people(teams: Teams) -> None:
    await teams.create(Team("t_0", "Juniors", 5), owner="a_bob", owner_name="Bob")
    assert await teams.team("t_1") == TEAM
    assert await teams.team("t_2") is None
    assert await teams.of_account("a_bob") == [
        (Team("t_0", "Juniors", 5), "owner"),
        (TEAM, "admin"),
    ]
    assert await teams.of_account("a_eve") == []
    assert await teams.role("t_1", "a_bob") == "admin"
    assert await teams.role("t_1", "a_eve") is None
    assert await teams.role("t_2", "a_bob") is None
    assert await teams.members("t_2") == []


async def test_people_are_listed_in_the_order_in_which_they_came(teams: Teams) -> None:
    await join(teams, "a_aaa", "guest", at=9)
    assert await teams.members("t_1") == [
        TeamMember("t_1", "a_ann", "owner", "Ann", 1),
        TeamMember("t_1", "a_bob", "admin", "Bob", 2),
        TeamMember("t_1", "a_cat", "member", "Cat", 2),
        TeamMember("t_1", "a_dan", "guest", "Dan", 2),
        TeamMember("t_1", "a_aaa", "guest", "Aaa", 9),
    ]


async def test_TM1_of_many_that_make_a_team_of_one_id_at_once_one_owns_it(
    nodes: list[Tables],
) -> None:
    answers = await asyncio.gather(
        *(Teams(nodes[n % 2]).create(TEAM, owner=f"a_{n}", owner_name="N") for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    assert await roles(Teams(nodes[0])) == {f"a_{answers.index(True)}": "owner"}


async def test_a_team_is_renamed_if_there_is_one(teams: Teams) -> None:
    assert await teams.rename("t_1", "Second XV")
    assert not await teams.rename("t_2", "None")
    assert await teams.team("t_1") == Team("t_1", "Second XV", 1)


async def test_a_search_finds_parts_of_names_and_beginnings_of_ids_whatever_the_case(
    tables: Tables,
) -> None:
    teams = Teams(tables)
    for id_, name in (("t_Ab", "Köln"), ("t_b", "100 % Rugby"), ("t_c", "KÖLN zwei"), ("t_d", "x")):
        await teams.create(Team(id_, name, 1), owner="a_ann", owner_name="Ann")

    async def found(text: str, limit: int = 9, after: str | None = None) -> list[str]:
        return [one.id for one in await teams.search(text, limit=limit, after=after)]

    assert await found("köl") == ["t_Ab", "t_c"]
    assert await found("T_aB") == ["t_Ab"]
    assert await found("_b") == []
    assert await found("%") == ["t_b"]
    assert await found("") == ["t_Ab", "t_b", "t_c", "t_d"]
    assert await found("", limit=2, after="t_Ab") == ["t_b", "t_c"]
    assert await found("köl", limit=1) == ["t_Ab"]
    assert await found("köl", after="t_Ab") == ["t_c"]


async def test_a_search_goes_on_beyond_what_it_looks_at_at_once(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.teams._SEARCHED_AT_ONCE", 2)
    teams = Teams(tables)
    for n in range(7):
        name = "wanted" if n in {3, 6} else "other"
        await teams.create(Team(f"t_{n}", name, 1), owner="a_ann", owner_name="Ann")
    assert [one.id for one in await teams.search("wanted", limit=9)] == ["t_3", "t_6"]
    assert [one.id for one in await teams.search("wanted", limit=1)] == ["t_3"]
    assert [one.id for one in await teams.search("other", limit=9)] == [
        "t_0", "t_1", "t_2", "t_4", "t_5",
    ]  # fmt: skip


async def test_TM9_a_team_with_rooms_is_not_deleted_and_one_without_goes_with_all_that_is_its(
    teams: Teams, tables: Tables
) -> None:
    keys = ApiKeys(tables)
    await Accounts(tables).create(Account("a_bob", "Bob", 1))
    assert await keys.add(key_of("k1", "a_bob", "t_1"), most=9)
    assert await keys.add(key_of("k2", "a_bob", None), most=9)
    one = TeamInvitation("ti_1", "t_1", "member", None, b"link", None, None, "a_ann", 3)
    await teams.add_invitation(one, most=9)
    await teams.set_room_team("r_1", "t_1", at=3)
    assert await teams.delete("t_1", at=4) == "has_rooms"
    assert len(await teams.members("t_1")) == 4
    await teams.set_room_team("r_1", None, at=5)
    await forget(teams, tables)
    assert await teams.delete("t_1", at=6) == "done"
    assert await teams.delete("t_1", at=7) == "unknown"
    assert await teams.team("t_1") is None
    assert await teams.members("t_1") == []
    assert await teams.of_account("a_bob") == []
    assert await teams.invitation_by(b"link", 6) is None
    assert [key.id for key, _ in await keys.live(6)] == ["k2"]
    assert await told(tables) == [("key", "k1", "revoked"), ("team", "t_1", "deleted")]


async def test_TM9_a_room_that_comes_while_its_team_is_deleted_never_belongs_to_none(
    nodes: list[Tables],
) -> None:
    teams = Teams(nodes[0])
    for n in range(PARALLEL):
        team = f"t_{n}"
        await teams.create(Team(team, "T", 1), owner="a_ann", owner_name="Ann")
        deleted, came = await asyncio.gather(
            Teams(nodes[0]).delete(team, at=2),
            Teams(nodes[1]).set_room_team(f"r_{n}", team, at=2),
        )
        assert (deleted, came) in {("done", False), ("has_rooms", True)}
        assert (await teams.team(team) is None) == (await teams.room_team(f"r_{n}") is None)


# ---------------------------------------------------------------- owners


async def test_TM1_the_last_owner_neither_leaves_nor_gets_less(
    teams: Teams, tables: Tables
) -> None:
    assert await teams.set_role("t_1", "a_ann", "admin", at=5) == "last_owner"
    assert await teams.remove("t_1", "a_ann", at=5, left=True) == "last_owner"
    assert await teams.only_owner_of("a_ann") == ["t_1"]
    assert (await work_of(teams), await told(tables)) == ([], [])
    assert await teams.set_role("t_1", "a_bob", "owner", at=6) == "done"
    assert await teams.only_owner_of("a_ann") == []
    assert await teams.remove("t_1", "a_ann", at=7, left=True) == "done"
    assert await teams.only_owner_of("a_bob") == ["t_1"]
    assert await teams.remove("t_1", "a_bob", at=8) == "last_owner"


@pytest.mark.parametrize("leave", [True, False])
async def test_TM1_of_eight_owners_who_go_at_once_one_stays(
    nodes: list[Tables], leave: bool
) -> None:
    teams = Teams(nodes[0])
    await teams.create(TEAM, owner="a_0", owner_name="N")
    for n in range(1, PARALLEL):
        await join(teams, f"a_{n}", "owner")

    async def go(n: int) -> str:
        mine = Teams(nodes[n % 2])
        if leave:
            return await mine.remove("t_1", f"a_{n}", at=5, left=True)
        return await mine.set_role("t_1", f"a_{n}", "admin", at=5)

    answers = await asyncio.gather(*(go(n) for n in range(PARALLEL)))
    assert sorted(answers) == ["done"] * (PARALLEL - 1) + ["last_owner"]
    left = await roles(teams)
    assert [account for account, role in left.items() if role == "owner"] == [
        f"a_{answers.index('last_owner')}"
    ]
    assert len(await teams.open_work(limit=99)) == 2 * (PARALLEL - 1)


async def test_TM1_an_owner_whose_account_is_closed_is_none(teams: Teams, tables: Tables) -> None:
    await Accounts(tables).create(Account("a_bob", "Bob", 1))
    await teams.set_role("t_1", "a_bob", "owner", at=3)
    await Accounts(tables).close("a_bob", at=4, reason="admin")
    assert await teams.only_owner_of("a_ann") == ["t_1"]
    assert await teams.remove("t_1", "a_ann", at=5, left=True) == "last_owner"
    assert await teams.remove("t_1", "a_bob", at=6) == "done"


async def test_TM8_a_closed_account_neither_makes_nor_joins_a_team_nor_is_given_one(
    teams: Teams, tables: Tables
) -> None:
    accounts = Accounts(tables)
    for account in ("a_bob", "a_eve"):
        await accounts.create(Account(account, "Gone", 1))
        await accounts.close(account, at=4, reason="admin")
    assert not await teams.create(Team("t_2", "T", 5), owner="a_eve", owner_name="Gone")
    assert await teams.team("t_2") is None
    one = TeamInvitation("ti_1", "t_1", "member", None, b"link", None, 1, "a_ann", 3)
    await teams.add_invitation(one, most=9)
    done = await teams.accept(b"link", account="a_eve", name="Gone", email=None, at=5)
    assert done == NotJoined("unknown")
    assert await teams.invitation_by(b"link", 5) == one
    assert not await teams.transfer("t_1", "a_ann", "a_bob", at=5)
    assert await roles(teams) == PEOPLE


async def test_TM4_a_team_is_handed_over_in_one_step(teams: Teams, tables: Tables) -> None:
    for giver, taker in (("a_bob", "a_ann"), ("a_ann", "a_eve"), ("a_ann", "a_ann")):
        assert not await teams.transfer("t_1", giver, taker, at=5)
    assert not await teams.transfer("t_2", "a_ann", "a_bob", at=5)
    assert (await roles(teams), await told(tables)) == (PEOPLE, [])
    assert await teams.transfer("t_1", "a_ann", "a_dan", at=6)
    assert await roles(teams) == PEOPLE | {"a_ann": "admin", "a_dan": "owner"}
    assert await work_of(teams) == [("t_1", "a_dan"), ("t_1", "a_ann")]
    assert await told(tables) == [("team", "t_1", "a_dan"), ("team", "t_1", "a_ann")]


async def test_TM4_a_team_that_is_handed_to_eight_at_once_gets_one_new_owner(
    nodes: list[Tables],
) -> None:
    teams = Teams(nodes[0])
    await teams.create(TEAM, owner="a_ann", owner_name="Ann")
    for n in range(PARALLEL):
        await join(teams, f"a_{n}", "member")
    answers = await asyncio.gather(
        *(Teams(nodes[n % 2]).transfer("t_1", "a_ann", f"a_{n}", at=5) for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    now = await roles(teams)
    assert [account for account, role in now.items() if role == "owner"] == [
        f"a_{answers.index(True)}"
    ]
    assert now["a_ann"] == "admin"


# ---------------------------------------------------------------- changes


async def test_TM3_a_changed_role_is_work_for_the_rooms_and_told_in_the_same_step(
    teams: Teams, tables: Tables
) -> None:
    assert await teams.set_role("t_1", "a_eve", "member", at=5) == "unknown"
    assert await teams.set_role("t_2", "a_cat", "admin", at=5) == "unknown"
    assert await teams.set_role("t_1", "a_cat", "member", at=5) == "done", "it has it already"
    assert (await work_of(teams), await told(tables)) == ([], [])
    assert await teams.set_role("t_1", "a_cat", "admin", at=6) == "done"
    assert await roles(teams) == PEOPLE | {"a_cat": "admin"}
    assert await work_of(teams) == [("t_1", "a_cat")]
    assert await told(tables) == [("team", "t_1", "a_cat")]
    assert [row.at for row in await AccessChanges(tables).since(0, 0)] == [6]


async def test_TM3_who_comes_and_who_goes_is_work_for_the_rooms_and_told(
    teams: Teams, tables: Tables
) -> None:
    await join(teams, "a_eve", "guest", at=5)
    assert await teams.remove("t_1", "a_cat", at=6) == "done"
    assert await teams.remove("t_1", "a_cat", at=7) == "unknown"
    assert await teams.remove("t_1", "a_dan", at=8, left=True) == "done"
    assert await roles(teams) == {"a_ann": "owner", "a_bob": "admin", "a_eve": "guest"}
    assert await work_of(teams) == [("t_1", "a_eve"), ("t_1", "a_cat"), ("t_1", "a_dan")]
    assert await told(tables) == [
        ("team", "t_1", account) for account in ("a_eve", "a_cat", "a_dan")
    ]


async def test_TM3_of_many_removals_of_one_at_once_one_removes(
    teams: Teams, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(Teams(nodes[n % 2]).remove("t_1", "a_cat", at=6) for n in range(PARALLEL))
    )
    assert sorted(answers) == ["done"] + ["unknown"] * (PARALLEL - 1)
    assert await work_of(teams) == [("t_1", "a_cat")]


async def test_TM2_whether_somebody_may_is_asked_by_both_roles_as_they_are(
    teams: Teams, tables: Tables
) -> None:
    asked: list[tuple[TeamRole, TeamRole]] = []

    def never(own: TeamRole, present: TeamRole) -> bool:
        asked.append((own, present))
        return False

    by = By("a_bob", never)
    assert await teams.set_role("t_1", "a_cat", "guest", at=5, by=by) == "forbidden"
    assert await teams.remove("t_1", "a_ann", at=5, by=by) == "forbidden"
    assert asked == [("admin", "member"), ("admin", "owner")]
    assert (await roles(teams), await told(tables)) == (PEOPLE, [])
    assert await teams.set_role("t_1", "a_cat", "guest", at=6, by=By("a_bob", everybody)) == "done"
    assert await teams.remove("t_1", "a_cat", at=7, by=By("a_bob", everybody)) == "done"


async def test_TM2_who_is_not_in_the_team_any_more_changes_nobody(teams: Teams) -> None:
    await teams.remove("t_1", "a_bob", at=5)
    by = By("a_bob", everybody)
    assert await teams.set_role("t_1", "a_cat", "guest", at=6, by=by) == "unknown"
    assert await teams.remove("t_1", "a_cat", at=6, by=by) == "unknown"
    assert await teams.remove("t_1", "a_eve", at=6, by=by) == "unknown"
    assert (await roles(teams))["a_cat"] == "member"


async def test_TM2_who_becomes_an_owner_meanwhile_is_not_lowered_by_an_admin(
    nodes: list[Tables],
) -> None:
    """In both orders: the owner's word is the last, or the admin is refused."""

    def not_owners(_: TeamRole, present: TeamRole) -> bool:
        return present != "owner"

    first, second = Teams(nodes[0]), Teams(nodes[1])
    await first.create(TEAM, owner="a_ann", owner_name="Ann")
    await join(first, "a_bob", "admin")
    for n in range(PARALLEL):
        await join(first, f"a_{n}", "member")
    answers = await asyncio.gather(
        *(first.set_role("t_1", f"a_{n}", "owner", at=5) for n in range(PARALLEL)),
        *(
            second.set_role("t_1", f"a_{n}", "guest", at=5, by=By("a_bob", not_owners))
            for n in range(PARALLEL)
        ),
    )
    assert answers[:PARALLEL] == ["done"] * PARALLEL
    assert set(answers[PARALLEL:]) <= {"done", "forbidden"}
    now = await roles(first)
    assert [now[f"a_{n}"] for n in range(PARALLEL)] == ["owner"] * PARALLEL


async def test_TM11_the_keys_that_somebody_made_for_a_team_end_with_their_place_in_it(
    teams: Teams, tables: Tables
) -> None:
    keys, accounts = ApiKeys(tables), Accounts(tables)
    for account in ("a_ann", "a_bob"):
        await accounts.create(Account(account, "N", 1))
    await teams.create(Team("t_2", "T", 1), owner="a_bob", owner_name="Bob")
    made = (
        ("k1", "a_bob", "t_1"),
        ("k2", "a_bob", "t_2"),
        ("k3", "a_bob", None),
        ("k4", "a_ann", "t_1"),
    )
    for id_, account, team in made:
        assert await keys.add(key_of(id_, account, team), most=9)
    await forget(teams, tables)
    assert await teams.remove("t_1", "a_bob", at=5) == "done"
    assert sorted(key.id for key, _ in await keys.live(6)) == ["k2", "k3", "k4"]
    ended = await keys.key("k1")
    assert ended is not None
    assert (ended.revoked_at, ended.revoke_reason) == (5, "left the team")
    assert await told(tables) == [("key", "k1", "revoked"), ("team", "t_1", "a_bob")]


async def test_TM11_a_key_that_is_made_while_its_account_is_removed_does_not_outlive_it(
    teams: Teams, nodes: list[Tables]
) -> None:
    await Accounts(nodes[0]).create(Account("a_bob", "Bob", 1))
    keys = ApiKeys(nodes[1])
    removed, *made = await asyncio.gather(
        teams.remove("t_1", "a_bob", at=5),
        *(keys.add(key_of(f"k{n}", "a_bob", "t_1"), most=99) for n in range(PARALLEL)),
    )
    assert removed == "done"
    assert len(await keys.of_team("t_1")) == made.count(True)
    assert await keys.live(6) == []
    assert not await keys.add(key_of("k9", "a_bob", "t_1"), most=99)


async def test_an_account_that_ends_leaves_every_team_but_those_that_it_owns_alone(
    teams: Teams, tables: Tables
) -> None:
    for id_, owner in (("t_2", "a_bob"), ("t_3", "a_eve")):
        await teams.create(Team(id_, "T", 1), owner=owner, owner_name="N")
    assert await teams.remove_everywhere("a_bob", 5) == ["t_2"]
    assert [team.id for team, _ in await teams.of_account("a_bob")] == ["t_2"]
    assert await work_of(teams) == [("t_1", "a_bob")]
    assert await told(tables) == [("team", "t_1", "a_bob")]
    assert await teams.remove_everywhere("a_nobody", 5) == []


async def test_TM1_a_team_whose_only_owner_is_closed_goes_to_the_longest_admin_else_member(
    teams: Teams, tables: Tables
) -> None:
    accounts = Accounts(tables)
    for account in ("a_ann", "a_bob", "a_cat", "a_dan"):
        await accounts.create(Account(account, account, 1))
    await teams.create(Team("t_2", "T", 1), owner="a_ann", owner_name="Ann")
    await teams.create(Team("t_3", "T", 1), owner="a_cat", owner_name="Cat")
    await forget(teams, tables)
    first = await accounts.close("a_ann", at=5, reason="closed")
    assert first == Closed((("t_1", "a_bob"),)), "t_2 has nobody else"
    assert (await roles(teams))["a_bob"] == "owner"
    assert await work_of(teams) == [("t_1", "a_bob")]
    assert await accounts.close("a_ann", at=7, reason="again") is None
    second = await accounts.close("a_bob", at=8, reason="closed")
    assert second == Closed((("t_1", "a_cat"),)), "no admin is left"
    assert await accounts.close("a_cat", at=10, reason="closed") == Closed(()), "no guest owns"


async def test_TM18_the_invitations_of_a_closed_account_are_void_in_the_same_step(
    teams: Teams, tables: Tables
) -> None:
    accounts = Accounts(tables)
    await accounts.create(Account("a_bob", "Bob", 1))
    one = TeamInvitation("ti_9", "t_1", "guest", None, b"bobs", None, None, "a_bob", 4)
    assert await teams.add_invitation(one, most=9) is True
    await accounts.close("a_bob", at=5, reason="closed")
    assert await teams.invitation_by(b"bobs", 6) is None


async def test_MA1_a_name_is_not_written_where_somebody_was_removed(
    teams: Teams, tables: Tables
) -> None:
    accounts = Accounts(tables)
    await accounts.create(Account("a_cat", "Cat", 1))
    await teams.remove("t_1", "a_cat", at=5)
    assert await accounts.rename("a_cat", "Catherine", at=6)

    def names() -> Asking[list[tuple[str]]]:
        return (yield "SELECT name FROM team_member WHERE account = 'a_cat'", ())

    assert await tables.read(names) == [("",)]


async def test_TM18_invitations_are_void_with_the_right_of_who_made_them(teams: Teams) -> None:
    def sent(number: int, by: str) -> TeamInvitation:
        digest = f"link{number}".encode()
        return TeamInvitation(f"ti_{number}", "t_1", "guest", None, digest, None, None, by, 3)

    async def that_hold() -> list[str]:
        return [one.id for one in await teams.invitations("t_1", 9)]

    async def come(number: int) -> Joined | NotJoined:
        digest = f"link{number}".encode()
        return await teams.accept(digest, account="a_eve", name="Eve", email=None, at=9)

    await teams.add_invitation(sent(1, "a_ann"), most=9)
    await teams.add_invitation(sent(2, "a_bob"), most=9)
    await teams.set_role("t_1", "a_bob", "member", at=5, voids=True)
    assert await that_hold() == ["ti_1"]
    assert await come(2) == NotJoined("unknown")
    await teams.set_role("t_1", "a_bob", "admin", at=6)
    assert await that_hold() == ["ti_1"], "what is void stays void"
    await teams.add_invitation(sent(3, "a_bob"), most=9)
    assert await teams.remove("t_1", "a_bob", at=7) == "done"
    assert await that_hold() == ["ti_1"]


async def test_TM18_who_may_not_invite_at_that_moment_makes_no_invitation(teams: Teams) -> None:
    def admins(own: TeamRole) -> bool:
        return own in {"owner", "admin"}

    one = TeamInvitation("ti_1", "t_1", "guest", None, b"link", None, None, "a_cat", 3)
    assert await teams.add_invitation(one, most=9, may=admins) is None
    assert await teams.invitations("t_1", 4) == []
    stranger = TeamInvitation("ti_2", "t_1", "guest", None, b"other", None, None, "a_eve", 3)
    assert await teams.add_invitation(stranger, most=9, may=admins) is None
    theirs = TeamInvitation("ti_3", "t_1", "guest", None, b"third", None, None, "a_bob", 3)
    assert await teams.add_invitation(theirs, most=9, may=admins) is True


async def test_an_account_that_ends_is_not_remembered_as_removed_either(
    teams: Teams, tables: Tables
) -> None:
    one = TeamInvitation("ti_1", "t_1", "guest", None, b"link", None, None, "a_ann", 3)
    await teams.add_invitation(one, most=9)
    await teams.remove("t_1", "a_dan", at=5)
    await forget(teams, tables)
    assert await teams.remove_everywhere("a_dan", 6) == []
    assert await told(tables) == []
    assert await teams.remove_everywhere("a_cat", 6) == []
    for account in ("a_dan", "a_cat"):
        done = await teams.accept(b"link", account=account, name="N", email=None, at=7)
        assert isinstance(done, Joined), "nothing says that it was ever there"


async def test_somebody_goes_by_the_name_of_the_account_else_by_that_in_the_team(
    teams: Teams, tables: Tables
) -> None:
    await Accounts(tables).create(Account("a_bob", "Robert", 1))
    assert await teams.name_of("t_1", "a_bob") == "Robert"
    assert await teams.name_of("t_1", "a_cat") == "Cat"
    assert await teams.name_of("t_1", "a_eve") == ""


# ---------------------------------------------------------------- rooms and work


async def test_TM10_a_room_belongs_to_one_team_and_that_it_comes_or_leaves_is_work(
    teams: Teams, tables: Tables
) -> None:
    await teams.create(Team("t_2", "T", 1), owner="a_bob", owner_name="Bob")
    assert await teams.room_team("r_1") is None
    assert await teams.set_room_team("r_1", None, at=5)
    assert await teams.set_room_team("r_1", "t_1", at=5)
    assert await teams.set_room_team("r_1", "t_1", at=6)
    assert await work_of(teams) == [("t_1", "r_1")], "who is in both may be more there now"
    assert not await teams.set_room_team("r_1", "t_none", at=6)
    assert await teams.room_team("r_1") == "t_1"
    assert await teams.role_by_room("r_1", "a_bob") == "admin"
    assert await teams.set_room_team("r_1", "t_2", at=7)
    assert await teams.role_by_room("r_1", "a_bob") == "owner"
    assert await teams.role_by_room("r_1", "a_ann") is None
    assert await teams.role_by_room("r_2", "a_ann") is None
    assert (await teams.rooms("t_1", limit=9), await teams.rooms("t_2", limit=9)) == ([], ["r_1"])
    assert await teams.set_room_team("r_1", None, at=8)
    assert await teams.room_team("r_1") is None
    assert await work_of(teams) == [("t_1", "r_1"), ("t_1", "r_1"), ("t_2", "r_1")]
    assert await told(tables) == [("team", team, "r_1") for team in ("t_1", "t_1", "t_2")]


async def test_TM10_who_was_removed_has_no_role_in_the_teams_rooms(teams: Teams) -> None:
    await teams.set_room_team("r_1", "t_1", at=5)
    await teams.remove("t_1", "a_cat", at=6)
    assert await teams.role_by_room("r_1", "a_cat") is None
    assert await teams.role("t_1", "a_cat") is None
    assert await teams.of_account("a_cat") == []


async def test_TM10_a_room_that_eight_give_away_at_once_has_one_team(
    nodes: list[Tables],
) -> None:
    teams = Teams(nodes[0])
    for n in range(PARALLEL):
        await teams.create(Team(f"t_{n}", "T", 1), owner="a_ann", owner_name="Ann")
    answers = await asyncio.gather(
        *(Teams(nodes[n % 2]).set_room_team("r_1", f"t_{n}", at=5) for n in range(PARALLEL))
    )
    assert answers == [True] * PARALLEL
    now = await teams.room_team("r_1")
    before = sorted(team for team, _ in await work_of(teams))
    assert len(before) == PARALLEL, "one came, the others left"
    assert set(before) == {f"t_{n}" for n in range(PARALLEL)} - {now}


async def test_the_rooms_of_a_team_are_read_in_pages(teams: Teams) -> None:
    for n in (3, 1, 2):
        await teams.set_room_team(f"r_{n}", "t_1", at=5)
    assert await teams.rooms("t_1", limit=2) == ["r_1", "r_2"]
    assert await teams.rooms("t_1", limit=2, after="r_2") == ["r_3"]
    assert await teams.rooms("t_1", limit=2, after="r_3") == []


async def test_TM12_work_stays_until_it_is_finished_and_is_read_in_pages(teams: Teams) -> None:
    for role in ("admin", "guest", "member"):
        await teams.set_role("t_1", "a_cat", role, at=5)
    first, *_ = work = await teams.open_work(limit=9)
    assert [one.account for one in work] == ["a_cat"] * 3
    assert sorted({one.number for one in work}) == [one.number for one in work]
    assert await teams.open_work(limit=2) == work[:2]
    assert await teams.open_work(limit=2, after=work[1].number) == work[2:]
    await teams.finish_work(first.number)
    await teams.finish_work(first.number)
    assert await teams.open_work(limit=9) == work[1:]
