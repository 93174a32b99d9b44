"""Every state of the pages of accounts, keys and teams, brought about by its real cause: what
screenshots and layout tests look at (see page_states.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from playwright.async_api import expect
from pyotp.totp import TOTP

from tests.support.account_people import PASSWORD, account, another_device, sign_in, token_of
from tests.support.authenticator import Authenticator
from tests.support.browser import Guest, Person, Stage
from tests.support.mailbox import link_in_mail
from tests.support.server_process import ServerProcess


class Scenery(Protocol):
    """What these states need of page_states.Scenery."""

    stage: Stage
    server: ServerProcess


async def person_at(scenery: Scenery, path: str) -> Person:
    """Nobody yet, on a page."""
    ana = await scenery.stage.person(None)
    await ana.page.goto(scenery.stage.url + path)
    return ana


async def ana_at(scenery: Scenery, path: str = "/account.html") -> Person:
    """Somebody with an account, on one of its pages."""
    return await account(scenery.stage, scenery.server.data_dir, "Ana Costa", to=path)


async def asked(scenery: Scenery, who: Person, method: str, path: str, body: Any = None) -> Any:
    """A request in somebody's name."""
    bearer = Guest(await token_of(who), "", "", 0)
    return await asyncio.to_thread(scenery.stage.api.call, method, path, body, bearer)


async def press(who: Person, name: str) -> None:
    """A button by its whole name."""
    await who.page.get_by_role("button", name=name, exact=True).click()


# --- on the way in --------------------------------------------------------------------------------


async def sign_in_page(scenery: Scenery) -> Person:
    ana = await person_at(scenery, "/sign-in.html")
    await expect(ana.page.get_by_label("E-mail address")).to_be_focused()
    return ana


async def sign_in_as_guest(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{scenery.stage.url}/sign-in.html")
    await expect(ana.page.get_by_text("You are here as guest Ana Costa")).to_be_visible()
    return ana


async def sign_in_refused(scenery: Scenery) -> Person:
    ana = await person_at(scenery, "/sign-in.html")
    await sign_in(ana, "nobody@example.org", "not the password")
    await expect(ana.test_id("problem")).to_contain_text("Address or password is wrong")
    return ana


async def sign_in_passkey_refused(scenery: Scenery) -> Person:
    """The person said no to the browser."""
    ana = await scenery.stage.person(None)
    no = "throw new DOMException('', 'NotAllowedError')"
    await ana.page.add_init_script(f"navigator.credentials.get = async () => {{ {no} }}")
    await ana.page.goto(f"{scenery.stage.url}/sign-in.html")
    await press(ana, "Use a passkey")
    await expect(ana.test_id("problem")).to_contain_text("No passkey was given")
    return ana


async def second_factor(scenery: Scenery) -> Person:
    ana = await account_totp(scenery)
    await confirm_totp(ana)
    await press(ana, "I have kept them")
    other = await person_at(scenery, "/sign-in.html")
    await sign_in(other, ana.email)
    await other.page.get_by_label("Six digits").fill("000000")
    await press(other, "Go on")
    await expect(other.page.locator("#field-code-about")).to_contain_text("is wrong")
    return other


async def forgot(scenery: Scenery) -> Person:
    ana = await person_at(scenery, "/sign-in.html")
    await press(ana, "Forgot the password")
    await expect(ana.page.get_by_role("heading", name="Forgot the password")).to_be_visible()
    return ana


async def sign_up(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    await ana.page.goto(f"{scenery.stage.url}/sign-up.html")
    await expect(ana.page.get_by_text("Your boards as Ana Costa stay yours")).to_be_visible()
    return ana


async def sign_up_refused(scenery: Scenery) -> Person:
    ana = await sign_up(scenery)
    # the browser finds nothing wrong with it
    await ana.page.get_by_label("E-mail address").fill("ana@localhost")
    await press(ana, "Send the link")
    await expect(ana.page.locator("#field-email-about")).to_contain_text("no e-mail address")
    await expect(ana.page.get_by_label("E-mail address")).to_be_focused()
    return ana


async def sign_up_sent(scenery: Scenery) -> Person:
    ana = await sign_up(scenery)
    await ana.page.get_by_label("E-mail address").fill("somebody@example.org")
    await press(ana, "Send the link")
    await expect(ana.test_id("mail-folder")).to_be_visible()
    return ana


async def confirm(scenery: Scenery) -> Person:
    ana = await sign_up_sent(scenery)
    data_dir = scenery.server.data_dir
    link = await link_in_mail(data_dir, "somebody@example.org", "/confirm.html#token=")
    await ana.page.goto(f"{scenery.stage.url}/confirm.html#{link.partition('#')[2]}")
    await expect(ana.page.get_by_role("heading", name="Almost there")).to_be_visible()
    return ana


async def confirm_refused(scenery: Scenery) -> Person:
    ana = await confirm(scenery)
    await ana.page.get_by_label("Choose a password").fill("password1")
    await press(ana, "Make the account")
    await expect(ana.page.locator("#field-password-about")).to_contain_text("Too many people")
    await expect(ana.page.get_by_label("Choose a password")).to_be_focused()
    return ana


async def confirm_another(scenery: Scenery) -> Person:
    ana = await account(scenery.stage, scenery.server.data_dir, "Ana Costa")
    await ana.page.goto(f"{scenery.stage.url}/confirm.html#token=a-link-of-somebody")
    await expect(ana.page.get_by_role("button", name="Go on with the new account")).to_be_visible()
    return ana


async def reset_void(scenery: Scenery) -> Person:
    ana = await person_at(scenery, "/reset.html#token=a-link-that-never-was")
    await ana.page.get_by_label("Choose a password").fill(PASSWORD)
    await press(ana, "Use this password")
    await expect(ana.page.get_by_role("link", name="Ask for another link")).to_be_visible()
    return ana


# --- the account ----------------------------------------------------------------------------------


async def account_devices(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await another_device(scenery.stage, ana)
    await ana.page.reload()
    await expect(ana.test_id("sessions")).to_contain_text("on one other")
    await ana.test_id("sessions").scroll_into_view_if_needed()
    return ana


async def account_page(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await asked(scenery, ana, "POST", "/teams", {"name": "First team"})
    await ana.page.reload()
    await expect(ana.test_id("team-list")).to_contain_text("First team")
    return ana


async def account_refused(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await press(ana, "Change address")
    await ana.page.get_by_label("New e-mail address").fill("ana.costa@example.org")
    await ana.page.get_by_label("Your password").fill("not the password")
    await press(ana, "Send a link")
    await expect(ana.page.locator("#field-password-about")).to_contain_text("not your password")
    return ana


async def account_totp(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await ana.test_id("totp").get_by_role("button", name="Set up").click()
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await press(ana, "Go on")
    await expect(ana.test_id("totp-secret")).to_be_visible()
    return ana


async def confirm_totp(ana: Person) -> list[str]:
    """The authenticator's first code; returns the recovery codes."""
    secret = (await ana.test_id("totp-secret").inner_text()).replace(" ", "")
    await ana.page.get_by_label("Six digits").fill(TOTP(secret).now())
    await press(ana, "Turn it on")
    await expect(ana.test_id("recovery-codes")).to_be_visible()
    return await ana.test_id("recovery-codes").get_by_role("listitem").all_inner_texts()


async def account_codes(scenery: Scenery) -> Person:
    ana = await account_totp(scenery)
    await confirm_totp(ana)
    return ana


async def account_passkeys(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    device = Authenticator(scenery.stage.url)
    begun = await asked(scenery, ana, "POST", "/account/passkeys/begin", {"password": PASSWORD})
    body = {
        "ceremony": begun["ceremony"],
        "credential": device.make(begun["options"]),
        "name": "My phone",
    }
    await asked(scenery, ana, "POST", "/account/passkeys/finish", body)
    await ana.page.reload()
    await press(ana, "Add a passkey")
    await expect(ana.page.get_by_label("What it is on")).to_have_value("Chrome on Linux")
    return ana


async def account_passkey_factor(scenery: Scenery) -> Person:
    """With a second factor on, and a wrong code of it."""
    ana = await account_totp(scenery)
    await confirm_totp(ana)
    await press(ana, "I have kept them")
    await press(ana, "Add a passkey")
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await ana.page.get_by_label("Six digits").fill("000000")
    await press(ana, "Go on")
    await expect(ana.page.locator("#field-code-about")).to_contain_text("is wrong")
    await ana.test_id("passkeys").scroll_into_view_if_needed()
    return ana


async def account_passkey_declined(scenery: Scenery) -> Person:
    """The browser has no device that could keep one, or the person said no."""
    ana = await ana_at(scenery, "/")
    no = "throw new DOMException('', 'NotAllowedError')"
    await ana.page.add_init_script(f"navigator.credentials.create = async () => {{ {no} }}")
    await ana.page.goto(f"{scenery.stage.url}/account.html")
    await press(ana, "Add a passkey")
    await ana.page.get_by_label("Your password").fill(PASSWORD)
    await press(ana, "Go on")
    await expect(ana.test_id("problem")).to_contain_text("No passkey was given")
    await ana.test_id("passkeys").scroll_into_view_if_needed()
    return ana


async def account_no_passkeys(scenery: Scenery) -> Person:
    """By the address of the machine, for which browsers keep none."""
    ana = await ana_at(scenery, "/")
    by_address = scenery.stage.url.replace("localhost", "127.0.0.1")
    other = await scenery.stage.person(None)
    await other.page.goto(f"{by_address}/sign-in.html#next=/account.html")
    await sign_in(other, ana.email)
    await expect(other.test_id("passkeys")).to_contain_text("only with TLS")
    await other.test_id("passkeys").scroll_into_view_if_needed()
    return other


async def account_activity(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await press(ana, "Show")
    await expect(ana.test_id("activity-list")).to_contain_text("The account was made")
    await ana.test_id("activity").scroll_into_view_if_needed()
    return ana


async def account_delete(scenery: Scenery) -> Person:
    ana = await ana_at(scenery)
    await press(ana, "Delete the account")
    await ana.page.get_by_role("button", name="Delete for good").scroll_into_view_if_needed()
    return ana


async def account_loading(scenery: Scenery) -> Person:
    ana = await ana_at(scenery, "/")
    # A network that neither answers nor fails.
    await ana.page.add_init_script("window.fetch = () => new Promise(() => {})")
    await ana.page.goto(f"{scenery.stage.url}/account.html")
    await expect(ana.page.get_by_label("Loading")).to_be_visible()
    return ana


async def account_offline(scenery: Scenery) -> Person:
    ana = await ana_at(scenery, "/")
    await ana.context.route("**/auth/refresh", lambda route: route.abort())
    await ana.page.goto(f"{scenery.stage.url}/account.html")
    await expect(ana.test_id("problem")).to_contain_text("cannot be reached")
    return ana


# --- keys -----------------------------------------------------------------------------------------


async def keys_new(scenery: Scenery) -> Person:
    ana = await ana_at(scenery, "/keys.html")
    await asked(scenery, ana, "POST", "/rooms", {"kind": "board", "name": "Saturday, first half"})
    await press(ana, "Make a key")
    await ana.page.get_by_label("What is it for?").fill("Ticker on the scoreboard")
    await ana.page.get_by_label("Change boards").check()
    await ana.page.get_by_label("Only these").check()
    await ana.page.get_by_label("Saturday, first half").check()
    return ana


async def keys_made(scenery: Scenery) -> Person:
    ana = await keys_new(scenery)
    await ana.page.get_by_label("It signs what it sends").check()
    await press(ana, "Make the key")
    await expect(ana.test_id("made-key")).to_be_visible()
    return ana


async def keys_list(scenery: Scenery) -> Person:
    ana = await ana_at(scenery, "/keys.html")
    for name, scopes in (
        ("Ticker", ["rooms:write"]),
        ("Archive", ["rooms:read", "teams:read"]),
        ("Old laptop", ["rooms:read"]),
    ):
        made = await asked(scenery, ana, "POST", "/keys", {"name": name, "scopes": scopes})
    await asked(scenery, ana, "DELETE", f"/keys/{made['card']['id']}")
    await ana.page.reload()
    await ana.page.get_by_role("button", name="New secret for Ticker").click()
    await ana.page.get_by_role("button", name="Revoke Archive").click()
    await expect(ana.page.get_by_text("Its programs are out at once")).to_be_visible()
    await ana.page.get_by_text("1 that ended").click()
    return ana


# --- teams ----------------------------------------------------------------------------------------


async def team_of_two(scenery: Scenery) -> tuple[Person, Person, str]:
    """An owner on the team's page, a member, and the team's id; it has a board."""
    ana = await ana_at(scenery, "/")
    team = await asked(scenery, ana, "POST", "/teams", {"name": "First team"})
    path = f"/teams/{team['id']}"
    invited = await asked(scenery, ana, "POST", f"{path}/invitations", {"role": "member"})
    secret = invited["link"].partition("invite=")[2]
    ben = await account(scenery.stage, scenery.server.data_dir, "Ben Okafor")
    await asked(scenery, ben, "POST", "/teams/join", {"token": secret})
    for name in ("Set pieces", "Pressing high"):
        asked_for = {"kind": "board", "name": name, "team": team["id"]}
        await asked(scenery, ana, "POST", "/rooms", asked_for)
    await ana.page.goto(f"{scenery.stage.url}/team.html#team={team['id']}")
    await expect(ana.test_id("people")).to_contain_text("Ben Okafor")
    return ana, ben, str(team["id"])


async def team_page(scenery: Scenery) -> Person:
    ana, _, _ = await team_of_two(scenery)
    return ana


async def team_member(scenery: Scenery) -> Person:
    _, ben, team = await team_of_two(scenery)
    await ben.page.goto(f"{scenery.stage.url}/team.html#team={team}")
    await expect(ben.test_id("about")).to_contain_text("You are its member")
    return ben


async def team_sure(scenery: Scenery) -> Person:
    ana, _, _ = await team_of_two(scenery)
    await press(ana, "Remove Ben Okafor")
    await expect(ana.page.get_by_text("Ben Okafor loses the team's boards")).to_be_visible()
    return ana


async def team_link(scenery: Scenery) -> Person:
    ana, _, _ = await team_of_two(scenery)
    await press(ana, "Invite")
    await ana.page.get_by_label("E-mail address").fill("cleo@example.org")
    await press(ana, "Make the invitation")
    await expect(ana.test_id("team-link")).to_be_visible()
    await ana.test_id("team-link").scroll_into_view_if_needed()
    return ana


async def team_invited(scenery: Scenery) -> Person:
    ana, _, team = await team_of_two(scenery)
    invited = await asked(scenery, ana, "POST", f"/teams/{team}/invitations", {"role": "member"})
    cleo = await person_at(scenery, f"/team.html#{invited['link'].partition('#')[2]}")
    await expect(cleo.page.get_by_role("heading", name="You are invited")).to_be_visible()
    return cleo


async def team_void(scenery: Scenery) -> Person:
    ana = await person_at(scenery, "/team.html#invite=tlt_an-invitation-that-never-was")
    await expect(ana.test_id("problem")).to_contain_text("used already")
    return ana


# --- on the start page ----------------------------------------------------------------------------


async def start_account(scenery: Scenery) -> Person:
    ana, _, _ = await team_of_two(scenery)
    await asked(scenery, ana, "POST", "/rooms", {"kind": "board", "name": "Saturday, first half"})
    await ana.page.goto(scenery.stage.url)
    await expect(ana.test_id("of-team")).to_contain_text("Set pieces")
    return ana


async def start_leaving(scenery: Scenery) -> Person:
    ana = await scenery.stage.person("Ana Costa")
    assert ana.guest is not None, "a guest"
    await asyncio.to_thread(scenery.stage.api.board, ana.guest, "Saturday, first half")
    await ana.page.goto(scenery.stage.url)
    await expect(ana.page.get_by_text("Keep your boards: make an account")).to_be_visible()
    await press(ana, "Sign out")
    await expect(ana.page.get_by_text("cannot come back to these boards")).to_be_visible()
    return ana


ACCOUNT_STATES: dict[str, Callable[[Any], Awaitable[Person]]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        sign_in_page,
        sign_in_as_guest,
        sign_in_refused,
        sign_in_passkey_refused,
        second_factor,
        forgot,
        sign_up,
        sign_up_refused,
        sign_up_sent,
        confirm,
        confirm_refused,
        confirm_another,
        reset_void,
        account_page,
        account_devices,
        account_refused,
        account_totp,
        account_codes,
        account_passkeys,
        account_passkey_factor,
        account_passkey_declined,
        account_no_passkeys,
        account_activity,
        account_delete,
        account_loading,
        account_offline,
        keys_new,
        keys_made,
        keys_list,
        team_page,
        team_member,
        team_sure,
        team_link,
        team_invited,
        team_void,
        start_account,
        start_leaving,
    )
}
