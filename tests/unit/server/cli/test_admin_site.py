"""`touchline admin` for keys, limits, blocks and records, where no server runs."""

from __future__ import annotations

import json

import pytest

from tests.support.site_fixtures import ADA, TEAM, Site
from tests.unit.server.cli.test_admin import on


def test_AD3_keys_are_listed_and_revoked_and_their_secrets_never_shown(site: Site) -> None:
    (row,) = on(site, "key", "list").rows()
    assert row[:4] == [site.key, "Ticker", site.ada, "rooms:read"]
    assert on(site, "key", "list", "--account", site.bob).rows() == []
    assert on(site, "key", "revoke", site.key).status == 0
    assert on(site, "key", "list").rows()[0][4] == "revoked"
    assert on(site, "key", "revoke", site.key).status == 1


def test_AD20_invitations_to_the_site_are_listed_and_revoked(site: Site) -> None:
    assert on(site, "invitation", "list").rows() == []
    assert on(site, "user", "invite", "new@example.org", "--role", "staff").status == 0
    listed = on(site, "invitation", "list")
    ((id_, *shown),) = listed.rows()
    assert shown[:3] == ["new@example.org", "staff", "the operator"]
    assert "tll_" not in listed.out
    assert json.loads(on(site, "invitation", "list", "--json").out)[0]["id"] == id_
    assert on(site, "invitation", "revoke", id_).status == 0
    assert on(site, "invitation", "revoke", id_).status == 1
    assert on(site, "invitation", "list").rows() == []


def test_AD4_the_table_of_limits_is_printed_and_somebody_starts_over(site: Site) -> None:
    table = {row[0]: row for row in on(site, "limit", "table").rows()}
    assert table["login"][1:5] == ["address", "30", "900 s", "strict"]
    shown = on(site, "limit", "show", "login", "203.0.113.9")
    assert shown.rows() == [["0", "30", "0 s"]]
    assert on(site, "limit", "reset", "failed_login", "ada@example.org").status == 0
    assert on(site, "limit", "show", "nothing", "x").status == 1


def test_AD5_blocks_are_added_listed_and_lifted(site: Site) -> None:
    made = on(site, "block", "add", "address", "198.51.100.0/24", "noise")
    assert made.status == 0
    block = made.rows()[0][0]
    (row,) = on(site, "block", "list").rows()
    assert row == [block, "address", "198.51.100.0/24", "noise", "lifted by hand"]
    assert on(site, "block", "lift", block).status == 0
    assert on(site, "block", "list").rows()[0][4] == "lifted"
    assert on(site, "block", "lift", block).status == 1


def test_AD5_a_block_that_would_keep_out_too_much_or_nobody_is_refused(site: Site) -> None:
    assert on(site, "block", "add", "address", "0.0.0.0/0", "slip").status == 1
    assert on(site, "block", "add", "address", "127.0.0.1", "slip").status == 1
    assert on(site, "block", "add", "planet", "x", "slip").status == 2
    ended = on(site, "block", "add", "account", site.bob, "past", "--until", "2001-01-01")
    assert ended.status == 1
    assert on(site, "block", "add", "account", site.bob, "x", "--until", "soon").status == 2


def test_AD6_records_are_filtered_and_exported_oldest_first(site: Site) -> None:
    assert [row[1] for row in on(site, "audit", "list").rows()] == ["login.failed", "login.ok"]
    assert [row[1] for row in on(site, "audit", "list", "--account", site.ada).rows()] == [
        "login.ok"
    ]
    assert on(site, "audit", "list", "--action", "nonsense").status == 1
    lines = [json.loads(line) for line in on(site, "audit", "export").out.splitlines()]
    assert [line["action"] for line in lines[:2]] == ["login.ok", "login.failed"]
    exported = on(site, "audit", "list", "--action", "admin.act").rows()
    assert exported[0][4] == "audit exported", "that somebody took the records is in the records"


def test_AD6_the_site_is_counted_and_cleaned(site: Site) -> None:
    overview = on(site, "overview")
    assert (overview.row("accounts"), overview.row("keys")) == ("2", "1")
    cleaned = {row[0]: row[1] for row in on(site, "cleanup").rows()}
    assert cleaned["audit"] == "2", "records of 1970 are beyond their time"


def test_AD1_a_blocked_person_is_shown_as_one_also_where_no_server_runs(site: Site) -> None:
    assert on(site, "block", "add", "account", site.ada, "noise").status == 0
    assert on(site, "user", "show", site.ada).row("blocked") == "noise"


@pytest.mark.parametrize(
    "asked",
    [
        ("session", "list", ADA),
        ("team", "list"),
        ("team", "show", TEAM),
        ("key", "list"),
        ("limit", "table"),
        ("limit", "show", "login", "203.0.113.9"),
        ("block", "list"),
        ("audit", "list"),
        ("overview",),
    ],
)
def test_AD9_programs_get_every_answer_as_the_server_gives_it(
    site: Site, asked: tuple[str, ...]
) -> None:
    told: list[object] | dict[str, object] = json.loads(on(site, *asked, "--json").out)
    expected = on(site, *asked)
    assert expected.status == 0
    if isinstance(told, list):
        assert len(told) == len(expected.rows())
    else:
        assert told
