"""People with accounts at browsers: signed up over HTTP, confirmed and signed in through the pages,
as everybody is."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.support.browser import Person, Stage
from tests.support.mailbox import link_in_mail

PASSWORD = "correct horse battery staple"
LIMITS = (
    "sign_up=1000/60,login=1000/60,link=1000/60,reset_address=1000/60,refresh=10000/60,"
    "read=100000/60,write=100000/60,create_room=100000/60,guest_rooms=100000/60,ticket=100000/60"
)
"""Everybody in these tests comes from one address, and what is left of a limit on a busy machine
must do as well."""

_numbers = itertools.count(1)


async def account(
    stage: Stage, data_dir: Path, name: str, *, to: str = "/", **context: Any
) -> Person:
    """Somebody with a fresh account, signed in, on the page `to`; `person.email` is the address."""
    address = f"{name.split()[0].lower()}{next(_numbers)}@example.org"
    person = await stage.person(None, **context)
    person.email = address
    asked = {"email": address, "name": name}
    await asyncio.to_thread(stage.api.call, "POST", "/auth/sign-up", asked)
    link = await link_in_mail(data_dir, address, "/confirm.html#token=")
    # The server names itself as it was asked.
    await person.page.goto(f"{stage.url}/confirm.html#{link.partition('#')[2]}")
    await person.page.get_by_label("Choose a password").fill(PASSWORD)
    await person.page.get_by_role("button", name="Make the account").click()
    await expect(person.page.get_by_role("link", name=name)).to_be_visible()
    if to != "/":
        await person.page.goto(f"{stage.url}{to}")
    return person


async def sign_in(person: Person, email: str, password: str = PASSWORD) -> None:
    """On the sign-in page that one is on."""
    await person.page.get_by_label("E-mail address").fill(email)
    await person.page.get_by_label("Password").fill(password)
    await person.page.get_by_role("button", name="Sign in").click()


async def another_device(stage: Stage, of: Person) -> Person:
    """The same account in another browser, on its list of boards."""
    person = await stage.person(None)
    person.email = of.email
    await person.page.goto(f"{stage.url}/sign-in.html")
    await sign_in(person, of.email)
    await person.page.wait_for_url(f"{stage.url}/")
    return person


async def token_of(person: Person) -> str:
    """An access token as the page has it."""
    token: str = await person.page.evaluate(
        "async () => (await import('/parts/identity.js')).freshToken()"
    )
    return token
