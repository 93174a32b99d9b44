"""Parameters of operations, and pages of lists: 20 by default, 100 at most, and a cursor that is
opaque to clients and stable while lists change.

A cursor names the last thing that was seen, never a distance: what is added or removed meanwhile
shifts nothing.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from server.http.refusals import invalid

LIMIT_DEFAULT = 20
LIMIT_MAX = 100

RoomPath = Annotated[str, PathParameter(description="The room's id.")]
InvitationPath = Annotated[str, PathParameter(description="The invitation's id.")]
ItemPath = Annotated[str, PathParameter(description="The item's id.")]
LimitQuery = Annotated[
    int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many, 100 at most.", required=False)
]
CursorQuery = Annotated[
    str | None,
    QueryParameter(max_length=128, description="`next` of the page before.", required=False),
]

_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,128}")


def cursor_after(kind: str, key: str | int) -> str:
    """The cursor of a page that ended with `key`."""
    return urlsafe_b64encode(f"{kind}:{key}".encode()).rstrip(b"=").decode()


def key_after(kind: str, cursor: str | None) -> str | None:
    """What the cursor names; None without a cursor. Refused where it is not one of this list's."""
    if cursor is None:
        return None
    if _CURSOR.fullmatch(cursor):
        try:
            text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        except (NotBase64, UnicodeDecodeError):
            text = ""
        found, separator, key = text.partition(":")
        if separator and found == kind and key and cursor_after(kind, key) == cursor:
            return key
    raise invalid("cursor: not one that this list gave")


def version_after(kind: str, cursor: str | None) -> int | None:
    """The same for lists ordered by version."""
    key = key_after(kind, cursor)
    if key is None:
        return None
    if not key.isascii() or not key.isdigit() or len(key) > 16:
        raise invalid("cursor: not one that this list gave")
    return int(key)
