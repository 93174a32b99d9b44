"""`touchline admin` for people, devices and teams, where no server runs."""

from __future__ import annotations

import json

from tests.support.command_line import Ran, touchline
from tests.support.site_fixtures import Site


def on(site: Site, *arguments: str) -> Ran:
    return touchline("admin", *arguments, "--data-dir", site.folder)


def test_AD1_people_are_found_by_a_part_of_name_or_address_or_by_id(site: Site) -> None:
    assert [row[0] for row in on(site, "user", "list").rows()] == [site.ada, site.bob]
    assert [row[1] for row in on(site, "user", "list", "BO").rows()] == ["Bob"]
    assert [row[1] for row in on(site, "user", "list", "ada@").rows()] == ["Ada"]
    assert on(site, "user", "list", "nobody").rows() == []
    assert (
        json.loads(on(site, "user", "list", "ada", "--json").out)[0]["email"] == "ada@example.org"
    )


def test_AD1_somebody_is_shown_with_devices_teams_and_keys_and_no_secret(site: Site) -> None:
    shown = on(site, "user", "show", site.ada)
    assert shown.row("e-mail") == "ada@example.org"
    assert "Firefox on Linux, 203.0.113.9" in shown.row("session")
    assert shown.row("team") == f"Club (owner, {site.team})"
    assert shown.row("key") == f"Ticker ({site.key})"
    assert json.loads(on(site, "user", "show", site.ada, "--json").out)["user"]["id"] == site.ada


def test_AD2_an_unknown_account_is_a_refusal(site: Site) -> None:
    missing = on(site, "user", "show", "a_" + "0" * 22)
    assert missing.status == 1
    assert "no such" in missing.err


def test_AD1_a_link_lets_one_person_sign_up_as_an_administrator(site: Site) -> None:
    made = on(site, "user", "invite", "root@example.org", "--role", "admin")
    assert made.status == 0
    assert on(site, "user", "invite", "--role", "admin").status == 1, "whose role?"
    assert "/sign-up.html#invitation=tll_" in made.out
    assert on(site, "user", "invite", "--role", "king").status == 2


def test_AD1_a_site_role_is_given_and_taken(site: Site) -> None:
    assert on(site, "user", "role", site.bob, "staff").status == 0
    assert on(site, "user", "show", site.bob).row("site role") == "staff"
    assert on(site, "user", "role", site.bob, "none").status == 0
    assert on(site, "user", "show", site.bob).row("site role") == "none"


def test_AD1_an_account_is_closed_and_its_devices_end(site: Site) -> None:
    assert on(site, "user", "close", site.ada, "--reason", "asked for").status == 0
    shown = on(site, "user", "show", site.ada)
    assert shown.row("closed")
    assert not [row for row in shown.rows() if row[0] == "session"]
    assert on(site, "audit", "list", "--action", "account.closed").rows()[0][4] == site.ada


def test_AD1_a_reset_is_mailed_and_a_factor_removed(site: Site) -> None:
    assert on(site, "user", "reset", site.bob).status == 0
    (message,) = (site.folder / "mail").glob("*.eml")
    assert "/reset.html#token=" in message.read_text()
    assert on(site, "user", "remove-factor", site.bob, "--reason", "lost phone").status == 0


def test_AD1_devices_are_listed_and_signed_out_one_by_one_or_all(site: Site) -> None:
    assert [row[0] for row in on(site, "session", "list", site.ada).rows()] == [site.session]
    assert on(site, "session", "end", site.session).status == 0
    assert on(site, "session", "end", site.session).status == 1
    assert on(site, "session", "list", site.ada).rows() == []
    assert on(site, "session", "end-all", site.ada).rows() == [["0"]]


def test_AD1_teams_are_found_and_shown(site: Site) -> None:
    assert [row[:2] for row in on(site, "team", "list", "clu").rows()] == [[site.team, "Club"]]
    shown = on(site, "team", "show", site.team)
    assert shown.row("member") == f"Ada (owner, {site.ada})"
