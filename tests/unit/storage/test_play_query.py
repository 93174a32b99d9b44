"""The plans of questions about plays on big tables, and that nothing said is ever a statement."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from loadtest.bench.questions import ten
from protocol.asking import Question
from server.asking.conditions import conditions_of, grouped, is_sum, ordered
from storage.migrate import migrate
from storage.play_query import (
    AnyOf,
    Between,
    Bits,
    Grouped,
    In,
    NotLess,
    Ordered,
    Players,
    add_up,
    find,
)
from storage.postgres_connection import Connection, PostgresOptions, connect, let_go
from storage.tables import Statement
from storage.tables_reading import SESSION
from tests.support.postgres_server import Databases

SEASONS = (2015, 2019)
_FILL = """
INSERT INTO play_season (season) SELECT generate_series({FIRST}, {LAST});
INSERT INTO play_feed (room, season, week, open)
SELECT 'r_' || lpad(n::text, 22, '0'), {FIRST} + n % {COUNT}, n % 17 + 1, 1
FROM generate_series(1, 1200) AS n;
INSERT INTO play (season, week, feed, play, open, quarter, clock, down, to_go, field, drive,
    offence, defence, score, kind, results, yards, success, epa, formation, personnel)
SELECT f.season, f.week, f.number, n, 1, n / 44 + 1, n * 5 % 900, n % 5, (n * 7 + f.number) % 13,
    (n * 11 + f.number) % 99 + 1, n / 8, 'T' || chr(65 + (f.number * 3 + n / 8) % 26),
    'T' || chr(65 + (f.number * 5 + n / 8 + 1) % 26), (n + f.number) % 40 - 20,
    (ARRAY['run', 'pass', 'punt', 'other', 'pass'])[n % 5 + 1], (n * 31 + f.number) % 1024,
    (n * 13 + f.number) % 40 - 5, n % 2, n % 3000, CASE n % 2 WHEN 0 THEN 'SHOTGUN' ELSE '' END, ''
FROM play_feed f, generate_series(1, 175) AS n;
INSERT INTO play_player (season, feed, play, player, name, team, roles)
SELECT p.season, p.feed, p.play, '00-' || lpad(((p.feed * 7 + p.play * w) % 1500)::text, 7, '0'),
    'P', p.offence, 1 << w FROM play p, generate_series(1, 2) AS w
ON CONFLICT DO NOTHING;
ANALYZE
"""
ASKED = ten(2019, "TB", "TC", "00-0000042")


@pytest.fixture(scope="module")
def big_url(postgres_databases: Databases) -> Iterator[str]:
    """The URL of a database with 210,000 plays in five seasons."""
    lent = postgres_databases.empty()
    urls: list[str] = []

    async def fill() -> None:
        urls.append(await lent.__aenter__())
        await migrate(urls[0])
        # Without our limits on statements.
        connection = await connect(urls[0], PostgresOptions(behind_bouncer=True))
        text = _FILL
        first, last = SEASONS
        for name, number in {"FIRST": first, "LAST": last, "COUNT": last - first + 1}.items():
            text = text.replace("{" + name + "}", str(number))
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(text)
        await let_go(connection)

    async def give_back() -> None:
        await lent.__aexit__(None, None, None)

    # A loop of its own, which is there until the end: the fixture outlives those of the tests.
    with ThreadPoolExecutor(1) as thread, asyncio.Runner() as runner:
        thread.submit(runner.run, fill()).result()
        yield urls[0]
        thread.submit(runner.run, give_back()).result()


@pytest.fixture
async def connection(big_url: str) -> AsyncIterator[Connection]:
    """As questions are asked."""
    connection = await connect(big_url, PostgresOptions(session=SESSION))
    yield connection
    await let_go(connection)


def statement_of(name: str) -> Statement:
    question = msgspec.convert(ASKED[name], Question)
    conditions = conditions_of(question.where, everybody=True, by_player="player" in question.by)
    if is_sum(question):
        return add_up(conditions, grouped(question))
    return find(conditions, ordered(question, ()), question.limit)


def parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from parts(below)


@pytest.mark.postgres
@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("name", ASKED)
async def test_QY9_no_question_of_the_documents_reads_a_whole_table(
    connection: Connection, name: str, mode: str
) -> None:
    text, values = statement_of(name)
    shown = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
    await connection.execute(f"SET plan_cache_mode = {mode}; PREPARE example AS {text}")
    ((found,),) = await connection.fetch(f"EXPLAIN (FORMAT JSON) EXECUTE example ({shown})")
    plan = [*parts(json.loads(found)[0]["Plan"])]
    play = [part for part in plan if str(part.get("Relation Name", "")).startswith("play")]
    assert play
    whole = [part["Relation Name"] for part in play if part["Node Type"] == "Seq Scan"]
    assert whole == []
    unbounded = [
        part
        for part in plan
        if part["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}
        and "Index Cond" not in part
        and not str(part.get("Relation Name")).endswith(("_feed", "_0"))  # small; empty
    ]
    assert unbounded == [], unbounded[0].get("Index Name")


@pytest.mark.postgres
async def test_QY9_a_question_about_one_season_looks_into_no_other(connection: Connection) -> None:
    text, values = statement_of("the longest runs of a season")
    shown = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
    await connection.execute(f"SET plan_cache_mode = force_custom_plan; PREPARE example AS {text}")
    ((found,),) = await connection.fetch(f"EXPLAIN (FORMAT JSON) EXECUTE example ({shown})")
    seen = {
        str(part["Relation Name"])
        for part in parts(json.loads(found)[0]["Plan"])
        if str(part.get("Relation Name", "")).startswith("play_2")
    }
    assert seen == {"play_2019"}


EVIL = "x'; DROP TABLE play; --"


def test_QY3_what_is_said_is_a_parameter() -> None:
    conditions = [
        In("offence", [EVIL, "NE"]),
        AnyOf([In("formation", [EVIL]), Between("yards", 3, 4)]),
        Players([EVIL], 3),
        Bits("results", 5),
        NotLess("to_go", "field"),
    ]
    for text, values in (
        find(conditions, Ordered("yards", after=(1, 2, 3, 4, 5)), 7),
        add_up(conditions, Grouped(("week", "player"), (1, 2, 4), players=Players([EVIL]))),
    ):
        assert EVIL not in text
        assert list(values).count(EVIL) >= 3
        assert f"${len(values)}" in text
        assert f"${len(values) + 1}" not in text


def test_QY3_names_are_those_of_the_table() -> None:
    for statement in (
        lambda: find([In(EVIL, [1])], Ordered(), 1),
        lambda: find([], Ordered(EVIL), 1),
        lambda: add_up([], Grouped((EVIL,), (1, 2, 4))),
        lambda: add_up([], Grouped((), (1, 2, 4), order=EVIL)),
    ):
        with pytest.raises(ValueError, match=r"no column|not in"):
            statement()


def test_QY3_nothing_among_no_values() -> None:
    text, _ = find([In("week", []), AnyOf([])], Ordered(), 1)
    assert text.count("1 = 0") == 2
