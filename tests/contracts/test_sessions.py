"""Sessions and their refresh tokens, in every database."""

import asyncio
from dataclasses import replace

import pytest

from storage.access_changes import AccessChanges
from storage.accounts import Account, Accounts
from storage.sessions import Grace, Reused, Rotated, Rotation, Session, Sessions, UnknownFamily
from storage.tables import Tables

PARALLEL = 8
S1 = Session(
    id="s_1", account="a_jo", family="f_1", current=b"first", created_at=1, used_at=1,
    expires_at=1_000_000, device="Firefox", address="192.0.2.7", fingerprint="fp",
)  # fmt: skip


@pytest.fixture
async def sessions(tables: Tables) -> Sessions:
    await Accounts(tables).create(Account("a_jo", "Jo", 1))
    sessions = Sessions(tables)
    assert await sessions.add(S1, limit=3) == []
    return sessions


async def rotate(
    sessions: Sessions, presented: bytes, successor: bytes, at: int = 100, until: int = 2_000_000
) -> Rotation:
    return await sessions.rotate(
        "f_1",
        presented,
        successor=successor,
        sealed=b"sealed " + successor,
        at=at,
        expires_at=until,
    )


async def ended(tables: Tables) -> list[tuple[str, str, str]]:
    rows = await AccessChanges(tables).since(0, 0)
    return [(row.kind, row.subject, row.detail) for row in rows if row.kind == "session"]


async def test_a_session_is_found_by_its_public_id_and_by_its_family(sessions: Sessions) -> None:
    assert await sessions.session("s_1") == S1
    assert await sessions.by_family("f_1") == S1
    assert await sessions.session("f_1") is None
    assert await sessions.by_family("s_1") is None


async def test_AS7_nobody_without_an_open_account_gets_a_session(sessions: Sessions) -> None:
    assert await sessions.add(replace(S1, id="s_2", family="f_2", account="a_no"), limit=3) is None
    assert await sessions.session("s_2") is None


async def test_AS16_beyond_the_limit_the_longest_unused_end_and_it_is_told(
    sessions: Sessions, tables: Tables
) -> None:
    await sessions.add(replace(S1, id="s_2", family="f_2", used_at=5), limit=3)
    await sessions.add(replace(S1, id="s_3", family="f_3", used_at=6), limit=3)
    await rotate(sessions, b"first", b"second", at=7)
    assert await sessions.add(replace(S1, id="s_4", family="f_4", used_at=8), limit=3) == ["s_2"]
    assert [one.id for one in await sessions.of_account("a_jo")] == ["s_1", "s_3", "s_4"]
    assert await sessions.add(replace(S1, id="s_5", family="f_5", used_at=9), limit=1) == [
        "s_4", "s_1", "s_3",
    ]  # fmt: skip
    assert sorted(await ended(tables)) == [("session", f"s_{n}", "limit") for n in (1, 2, 3, 4)]


async def test_AS16_many_at_once_never_pass_the_limit(
    sessions: Sessions, nodes: list[Tables]
) -> None:
    await asyncio.gather(
        *(
            Sessions(nodes[n % 2]).add(replace(S1, id=f"s_n{n}", family=f"f_n{n}"), limit=3)
            for n in range(PARALLEL)
        )
    )
    assert len(await sessions.of_account("a_jo")) == 3


async def test_AS2_the_current_token_gets_its_successor_and_a_later_end(sessions: Sessions) -> None:
    assert await rotate(sessions, b"first", b"second", at=100) == Rotated()
    assert await sessions.session("s_1") == replace(
        S1, current=b"second", previous=b"first", rotated_at=100, used_at=100,
        sealed_successor=b"sealed second", expires_at=2_000_000,
    )  # fmt: skip


async def test_AS2_of_many_uses_of_one_token_at_once_all_get_one_successor(
    sessions: Sessions, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(rotate(Sessions(nodes[n % 2]), b"first", b"next %d" % n) for n in range(PARALLEL))
    )
    first = answers.index(Rotated())
    answers.pop(first)
    assert answers == [Grace(b"sealed next %d" % first)] * (PARALLEL - 1)
    found = await sessions.by_family("f_1")
    assert found is not None
    assert found.current == b"next %d" % first


@pytest.mark.parametrize(
    ("later", "answer"),
    [
        (0, Grace(b"sealed second")),
        (10_000, Grace(b"sealed second")),
        (10_001, Reused()),
        (-1, Reused()),
    ],
)
async def test_AS3_the_token_before_is_good_for_ten_seconds_after_its_rotation(
    sessions: Sessions, tables: Tables, later: int, answer: Rotation
) -> None:
    await rotate(sessions, b"first", b"second", at=100)
    assert await rotate(sessions, b"first", b"third", at=100 + later) == answer
    found = await sessions.session("s_1")
    assert found is not None
    assert found.current == b"second"
    assert (found.end_reason == "reuse") == (answer == Reused())
    assert await ended(tables) == ([("session", "s_1", "reuse")] if answer == Reused() else [])


@pytest.mark.parametrize("presented", [b"first", b"never was"])
async def test_AS3_any_other_token_ends_the_session_in_the_same_step(
    sessions: Sessions, presented: bytes
) -> None:
    await rotate(sessions, b"first", b"second", at=100)
    await rotate(sessions, b"second", b"third", at=101)
    assert await rotate(sessions, presented, b"stolen", at=102) == Reused()
    for token in (b"third", b"second", b"stolen"):
        assert await rotate(sessions, token, b"more", at=103) == UnknownFamily()
    found = await sessions.session("s_1")
    assert found is not None
    assert (found.ended_at, found.end_reason, found.sealed_successor) == (102, "reuse", None)


async def test_AS3_a_thief_and_the_owner_at_once_leave_no_session_that_both_have(
    sessions: Sessions, nodes: list[Tables]
) -> None:
    """The thief has the token before the last: in both orders the session is over."""
    await rotate(sessions, b"first", b"second", at=100)
    owner, thief = await asyncio.gather(
        rotate(Sessions(nodes[0]), b"second", b"third", at=20_000),
        rotate(Sessions(nodes[1]), b"first", b"stolen", at=20_000),
    )
    assert thief == Reused()
    assert owner in (Rotated(), UnknownFamily())
    assert await sessions.of_account("a_jo") == []


async def test_an_expired_session_is_no_session(sessions: Sessions, tables: Tables) -> None:
    assert await rotate(sessions, b"first", b"second", at=S1.expires_at) == UnknownFamily()
    assert await rotate(sessions, b"wrong", b"second", at=S1.expires_at) == UnknownFamily()
    assert await sessions.of_account("a_jo", now=S1.expires_at) == []
    assert await ended(tables) == []


async def test_a_session_is_ended_once_and_only_by_whom_it_belongs_to(
    sessions: Sessions, tables: Tables
) -> None:
    assert not await sessions.end("s_1", account="a_other", reason="ended", at=7)
    assert not await sessions.end("s_no", reason="ended", at=7)
    assert await sessions.end("s_1", account="a_jo", reason="ended", at=7)
    assert not await sessions.end("s_1", reason="admin", at=8)
    assert await ended(tables) == [("session", "s_1", "ended")]
    assert await rotate(sessions, b"first", b"second") == UnknownFamily()


async def test_all_sessions_but_one_end_together(sessions: Sessions, tables: Tables) -> None:
    for n in (2, 3):
        await sessions.add(replace(S1, id=f"s_{n}", family=f"f_{n}"), limit=9)
    assert await sessions.end_all("a_jo", keep="s_2", reason="logout", at=7) == ["s_1", "s_3"]
    assert await sessions.end_all("a_jo", reason="logout", at=8) == ["s_2"]
    assert await sessions.end_all("a_jo", reason="logout", at=9) == []
    assert [subject for _, subject, _ in await ended(tables)] == ["s_1", "s_3", "s_2"]


async def test_cleanup_forgets_what_ended_or_expired_long_ago(sessions: Sessions) -> None:
    await sessions.add(replace(S1, id="s_2", family="f_2", expires_at=50), limit=9)
    await sessions.add(replace(S1, id="s_3", family="f_3"), limit=9)
    await sessions.end("s_3", reason="ended", at=60)
    assert await sessions.cleanup(ended_before=50, now=1_000) == 0
    assert await sessions.cleanup(ended_before=60, now=1_000) == 1
    assert await sessions.cleanup(ended_before=61, now=1_000) == 1
    assert await sessions.session("s_2") is None
    assert await sessions.session("s_1") == S1


def test_what_is_secret_is_not_in_a_repr() -> None:
    session = replace(S1, family="canary", current=b"canary", previous=b"canary")
    assert "canary" not in repr(replace(session, sealed_successor=b"canary"))
    assert "canary" not in repr(Grace(b"canary"))
