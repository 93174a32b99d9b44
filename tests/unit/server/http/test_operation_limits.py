"""The published table of limits, in force at the guard."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from server.http.built_in_items import built_in_items
from server.http.operation_limits import GUEST_LIMITS, IN_SERVICES, OWN_LIMITS
from server.http.permissions import PERMISSIONS
from server.identity import Identity
from server.limits.table import LIMITS
from tests.support.http_calls import OPERATION, hook_of, key_of, match_room, prepared
from tests.support.http_side import http_side

GENERAL = {"read", "write", "key_read", "key_write"}


def test_AD10_every_row_of_the_table_is_counted_somewhere() -> None:
    counted = {
        name
        for names in (*OWN_LIMITS.values(), *GUEST_LIMITS.values(), *IN_SERVICES.values())
        for name in names
    }
    assert counted | GENERAL == set(LIMITS)
    assert OWN_LIMITS.keys() <= PERMISSIONS.keys()
    assert IN_SERVICES.keys() <= PERMISSIONS.keys()


@pytest.mark.parametrize("name", sorted(IN_SERVICES))
async def test_AD10_services_count_what_the_mapping_says_they_do(name: str) -> None:
    async with http_side() as side:
        call = await prepared(name, side)
        limiter = side.services.accounts.limits.limiter
        taken: list[str] = []
        take = limiter.take

        async def noting(*wanted: tuple[str, str]) -> Any:
            taken.extend(row for row, _ in wanted)
            return await take(*wanted)

        limiter.take = noting
        await call.send()
    own = set(taken) - GENERAL
    assert own, "expected something to be counted"
    assert own <= set(IN_SERVICES[name])


async def test_AD10_a_question_changes_nothing_though_it_is_posted() -> None:
    async with http_side(limits="read=1/60,write=1/60") as side:
        _, ada = await side.account()
        asked = await side.send("POST", "/plays/ask", json={"total": True}, headers=ada)
        assert asked.status_code == 200
        assert asked.headers["ratelimit-policy"] == '"read";q=1;w=60'
        asked = await side.send("POST", "/plays/ask", json={"total": True}, headers=ada)
        assert asked.status_code == 429


async def test_AD10_reads_and_writes_of_an_account_count_and_say_what_is_left() -> None:
    async with http_side(limits="read=2/60,write=1/60") as side:
        _, ada = await side.account()
        first = await side.send("GET", "/rooms", headers=ada)
        assert first.headers["ratelimit-policy"] == '"read";q=2;w=60'
        assert first.headers["ratelimit"].startswith('"read";r=1;t=')
        assert (await side.send("GET", "/me", headers=ada)).status_code == 200
        refused = await side.send("GET", "/me", headers=ada)
        assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
        assert refused.headers["ratelimit"].startswith('"read";r=0;t=')
        wait_s = int(refused.headers["retry-after"])
        assert wait_s >= 1
        board = {"kind": "board", "name": "B"}
        made = await side.send("POST", "/rooms", headers=ada, json=board)
        assert made.status_code == 201, "writes are counted apart"
        again = await side.send("POST", "/rooms", headers=ada, json=board)
        assert again.headers["ratelimit"].startswith('"write";r=0;t=')
        _, bob = await side.account("bob@example.org", "Bob")
        assert (await side.send("GET", "/me", headers=bob)).status_code == 200
        side.clock.advance(wait_s)
        assert (await side.send("GET", "/me", headers=ada)).status_code == 200


async def test_AD10_a_key_counts_by_itself_and_not_as_its_account() -> None:
    async with http_side(limits="read=1/60,key_read=1/60") as side:
        call = await prepared("listRooms", side)
        key = await key_of(call, call.mine, "rooms:read")
        by_key = {"authorization": f"Bearer {key.text}"}
        assert (await side.send("GET", "/rooms", headers=by_key)).status_code == 200
        assert (await side.send("GET", "/rooms", headers=by_key)).status_code == 429
        assert (await call.send()).status_code == 200, "its account has its own"
        other = await key_of(call, call.mine, "rooms:read")
        by_other = {"authorization": f"Bearer {other.text}"}
        assert (await side.send("GET", "/rooms", headers=by_other)).status_code == 200


async def test_AD10_what_is_refused_for_somebody_counts_too() -> None:
    async with http_side(limits="read=1/60") as limited:
        _, ada = await limited.account()
        path = "/rooms/r_0000000000000000000000"
        assert (await limited.send("GET", path, headers=ada)).status_code == 404
        assert (await limited.send("GET", path, headers=ada)).status_code == 429


@pytest.mark.parametrize(
    ("name", "row"),
    [(name, row) for name, rows in OWN_LIMITS.items() for row in rows],
)
async def test_AD11_an_operation_with_a_row_of_its_own_counts_against_it(
    name: str, row: str
) -> None:
    async with http_side(limits=f"{row}=1/60") as side:
        call = await prepared(name, side)
        if LIMITS[row].per == "address":
            call.address = "203.0.113.7"
        first = await call.send()
        assert first.is_success
        assert f'"{row}";q=1;w=60' in first.headers["ratelimit-policy"]
        refused = await call.send()
        assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
        assert f'"{row}";r=0' in refused.headers["ratelimit"]
        assert side.services.metrics.limit_refusals == {row: 1}


async def test_AD11_who_may_not_takes_nothing_of_a_rooms_row() -> None:
    async with http_side(limits="room_restore=1/60") as side:
        call = await prepared("restoreVersion", side)
        _, stranger = await side.account("eve@example.org", "Eve")
        path = OPERATION["restoreVersion"][1].format(room_id=call.room)
        for _ in range(3):
            away = await side.send("POST", path, headers=stranger, json=call.body)
            assert away.status_code == 404
        assert (await call.send()).is_success


async def test_AD12_the_operator_is_not_limited() -> None:
    async with http_side(limits="read=1/60") as side:
        for _ in range(3):
            answer = await side.send("GET", "/admin/overview", headers=side.operator)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers


def test_AD19_whatever_makes_a_room_counts_as_a_room_of_guests() -> None:
    makes = {one for one, rows in OWN_LIMITS.items() if {"create_room", "import"} & {*rows}}
    assert makes == {one for one, rows in GUEST_LIMITS.items() if "guest_rooms" in rows}


@pytest.mark.parametrize(
    ("operation", "row"), [(one, rows[0]) for one, rows in sorted(GUEST_LIMITS.items())]
)
async def test_AD19_rooms_of_guests_count_by_their_address_however_many_guests_they_are(
    operation: str, row: str
) -> None:
    async with http_side(limits=f"{row}=2/3600") as side:
        call = await prepared(operation, side)
        if operation == "openItem":  # of the library that every guest may read
            call.room, call.path = "built-in", {"item_id": built_in_items()[0].id}

        async def make(
            who: tuple[Identity, dict[str, str]], address: str = "203.0.113.9"
        ) -> httpx.Response:
            call.headers, call.address = who[1], address
            if operation == "forkRoom":  # of a board that one may see
                call.room = await side.board(who[0])
            if operation == "boardOfMoment":  # of a feed that one follows
                call.room = await match_room(side, who[0])
            if operation in {"createHook", "testHook"}:  # of a draft that one holds
                call.room = await side.directory.create("draft", "Ours", who[0], {})
            if operation == "testHook":
                call.path = {"hook_id": await hook_of(call)}
            return await call.send()

        for n in range(2):
            made = await make(side.person(f"Guest {n}"))
            assert made.is_success, made.text
            assert f'"{row}";r={1 - n};t=' in made.headers["ratelimit"]
            assert f'"{row}";q=2;w=3600' in made.headers["ratelimit-policy"]
        refused = await make(side.person("Another"))
        assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
        assert int(refused.headers["retry-after"]) > 0
        ada = await side.account()
        assert (await make(ada)).is_success, "an account has its own limit alone"
        assert (await make(side.person("Far"), "198.51.100.1")).is_success
