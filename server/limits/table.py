"""The one published table of limits: what is counted, by what, how many, in which window.

Data, what an operator may change of it by one setting, and its rendering for documents. Must not
know how counting is done. Rules: LM3, LM4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

LIMIT_MAX: Final = 1_000_000
WINDOW_S_MAX: Final = 86_400
"""A day: limit × window in ms stays far below 2^53, so that Lua's numbers are exact."""


class Per(StrEnum):
    """What a limit counts by: the subject that is given to `Limiter.take`."""

    ADDRESS = "address"
    """As `subjects.address_key` has it."""
    ACCOUNT = "account"
    KEY = "key"
    ROOM = "room"
    EMAIL = "e-mail"
    """Normalised, whether or not anybody has it."""
    MAILBOX = "mailbox"
    """An e-mail address as `subjects.mailbox_key` has it."""
    ADDRESS_AND_EMAIL = "address and e-mail"
    """`<address> <e-mail>`, with one space between."""
    MFA_TOKEN = "mfa token"  # noqa: S105 - the name of a subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `limit` within `window_s` seconds, for each subject."""

    name: str
    per: Per
    limit: int
    window_s: int
    strict: bool = False
    """Guards a guess or a mail: never looser while the shared store is away, and not shrunk by
    load."""
    about: str

    @property
    def window_ms(self) -> int:
        """The window as counters have it."""
        return self.window_s * 1000


class InvalidLimits(ValueError):
    """Overrides that cannot be followed; the message names each, and what to write instead."""


_ROWS: Final = (
    Limit(name="login", per=Per.ADDRESS, limit=30, window_s=900, strict=True,
          about="passwords tried"),
    Limit(name="login_returned", per=Per.ACCOUNT, limit=10, window_s=900, strict=True,
          about="right passwords that do not count as tried; later ones do"),
    Limit(name="failed_login", per=Per.EMAIL, limit=5, window_s=900, strict=True,
          about="passwords tried in vain without a delay; then 1, 2, 4 … s up to the window"),
    Limit(name="password", per=Per.ACCOUNT, limit=10, window_s=900, strict=True,
          about="passwords and codes asked for again while signed in"),
    Limit(name="mfa_token", per=Per.MFA_TOKEN, limit=5, window_s=900, strict=True,
          about="codes tried after one password"),
    Limit(name="mfa", per=Per.ACCOUNT, limit=5, window_s=900, strict=True,
          about="codes tried, over all sign-ins"),
    Limit(name="sign_up", per=Per.ADDRESS, limit=10, window_s=3_600, strict=True,
          about="accounts asked for"),
    Limit(name="reset", per=Per.ADDRESS_AND_EMAIL, limit=3, window_s=3_600, strict=True,
          about="password resets asked for"),
    Limit(name="reset_address", per=Per.ADDRESS, limit=30, window_s=3_600, strict=True,
          about="password resets asked for, whoever they are for"),
    Limit(name="link", per=Per.ADDRESS, limit=60, window_s=900, strict=True,
          about="one-time links and invitations opened"),
    Limit(name="mail", per=Per.ACCOUNT, limit=30, window_s=3_600, strict=True,
          about="mails that an account makes us send"),
    Limit(name="mail_sign_up", per=Per.MAILBOX, limit=5, window_s=3_600, strict=True,
          about="mails to make an account that one mailbox gets, whoever caused them"),
    Limit(name="mail_reset", per=Per.MAILBOX, limit=10, window_s=3_600, strict=True,
          about="mails to choose another password that one mailbox gets"),
    Limit(name="mail_change", per=Per.MAILBOX, limit=5, window_s=3_600, strict=True,
          about="mails to confirm another address that one mailbox gets"),
    Limit(name="mail_invitation", per=Per.MAILBOX, limit=10, window_s=3_600, strict=True,
          about="mails with invitations to teams that one mailbox gets"),
    Limit(name="guests", per=Per.ADDRESS, limit=30, window_s=60,
          about="guest tokens"),
    Limit(name="refresh", per=Per.ADDRESS, limit=120, window_s=60,
          about="access tokens renewed"),
    Limit(name="ticket", per=Per.ACCOUNT, limit=30, window_s=60,
          about="one-time tickets for a WebSocket"),
    Limit(name="read", per=Per.ACCOUNT, limit=600, window_s=60,
          about="requests that change nothing"),
    Limit(name="write", per=Per.ACCOUNT, limit=120, window_s=60,
          about="requests that change something"),
    Limit(name="key_read", per=Per.KEY, limit=1_200, window_s=60,
          about="requests of a program that change nothing"),
    Limit(name="key_write", per=Per.KEY, limit=600, window_s=60,
          about="requests of a program that change something"),
    Limit(name="create_room", per=Per.ACCOUNT, limit=60, window_s=3_600,
          about="rooms made"),
    Limit(name="guest_rooms", per=Per.ADDRESS, limit=120, window_s=3_600,
          about="rooms made or imported by guests, however many guests they are"),
    Limit(name="hook", per=Per.ACCOUNT, limit=60, window_s=3_600,
          about="webhooks made or tried out"),
    Limit(name="guest_hooks", per=Per.ADDRESS, limit=60, window_s=3_600,
          about="webhooks made or tried out by guests, however many guests they are"),
    Limit(name="create_team", per=Per.ACCOUNT, limit=20, window_s=3_600,
          about="teams made"),
    Limit(name="create_key", per=Per.ACCOUNT, limit=20, window_s=3_600,
          about="API keys made or rotated"),
    Limit(name="invite", per=Per.ACCOUNT, limit=120, window_s=3_600,
          about="invitations made"),
    Limit(name="room_invite", per=Per.ROOM, limit=200, window_s=3_600,
          about="invitations made into one room, by whomever"),
    Limit(name="room_restore", per=Per.ROOM, limit=10, window_s=60,
          about="times that one room is set back"),
    Limit(name="import", per=Per.ACCOUNT, limit=20, window_s=3_600,
          about="rooms imported"),
    Limit(name="look_at_play", per=Per.ACCOUNT, limit=120, window_s=3_600,
          about="files of recorded play looked at"),
    Limit(name="guest_plays", per=Per.ADDRESS, limit=240, window_s=3_600,
          about="files of recorded play looked at by guests, however many guests they are"),
    Limit(name="export", per=Per.ACCOUNT, limit=60, window_s=3_600,
          about="rooms and accounts exported"),
)  # fmt: skip

LIMITS: Final[Mapping[str, Limit]] = {row.name: row for row in _ROWS}
"""By name, in the order of the documents."""

_OVERRIDE = re.compile(r"([a-z_]+)=([0-9]{1,9})/([0-9]{1,9})")


def published(overrides: str = "", *, guests_per_min: float | None = None) -> dict[str, Limit]:
    """The limits that hold, by name: the table with the setting `limits` over it, and with
    `guests_per_min` where that setting does not name guests.

    `overrides` is like "login=60/900, guests=100/60": at most 60 in 900 s. Raises InvalidLimits
    with everything that is wrong with it.
    """
    limits = dict(LIMITS)
    if guests_per_min is not None:
        limits["guests"] = replace(limits["guests"], limit=max(1, round(guests_per_min)))
    problems: list[str] = []
    seen: set[str] = set()
    for item in filter(None, (piece.strip() for piece in overrides.split(","))):
        found = _parsed(item)
        if isinstance(found, str):
            problems.append(found)
        elif found.name in seen:
            problems.append(f"{found.name} is given twice")
        else:
            seen.add(found.name)
            limits[found.name] = found
    if problems:
        raise InvalidLimits("; ".join(problems))
    return limits


def _parsed(item: str) -> Limit | str:
    """The row that one override makes, or what is wrong with it."""
    parts = _OVERRIDE.fullmatch(item)
    if parts is None:
        return f"{item!r}: expected <name>=<limit>/<window in s>, like login=60/900"
    name, limit, window_s = parts[1], int(parts[2]), int(parts[3])
    row = LIMITS.get(name)
    if row is None:
        return f"{name!r} is no limit: there are {', '.join(LIMITS)}"
    if not 1 <= limit <= LIMIT_MAX:
        return f"{name}={limit}/{window_s}: the limit must be 1 to {LIMIT_MAX}"
    if not 1 <= window_s <= WINDOW_S_MAX:
        return f"{name}={limit}/{window_s}: the window must be 1 to {WINDOW_S_MAX} s"
    return replace(row, limit=limit, window_s=window_s)


def markdown(limits: Iterable[Limit]) -> str:
    """The table as documents show it, a line per limit, with its last line ended."""
    lines = [
        "| Limit | Per | At most | Within | Strict | What is counted |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row.name}` | {row.per} | {row.limit:,} | {_spoken(row.window_s)} |"
        f" {'yes' if row.strict else ''} | {row.about} |"
        for row in limits
    ]
    return "\n".join(lines) + "\n"


def _spoken(seconds: int) -> str:
    """15 min, 1 h, 90 s."""
    if seconds % 3_600 == 0:
        return f"{seconds // 3_600} h"
    if seconds % 60 == 0:
        return f"{seconds // 60} min"
    return f"{seconds} s"
