"""Signed requests as Standard Webhooks describes them: which bytes are signed, and whether a
signature is right.

Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which holds one or
several of `v1,<base64 of HMAC-SHA256(secret, id.timestamp.body)>` apart by spaces, so that a secret
can be changed with an overlap. Knows bytes and times; must not know keys nor HTTP. SPEC: SG1 to SG5
(A11).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the standard's own mark, not a secret
TOLERANCE_S: Final = 300
ID_MAX: Final = 128
SIGNATURES_MAX: Final = 8

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class BadSignature(Exception):
    """Missing, malformed, late, early, or not by any of the secrets. Nobody is told which;
    `reason` is for the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """The three headers."""

    id: str
    timestamp: str
    signature: str

    @staticmethod
    def of(headers: Mapping[str, str]) -> Signed | None:
        """The headers of a request; None where it brings none of them."""
        found = [headers.get(f"webhook-{name}") for name in ("id", "timestamp", "signature")]
        if all(one is None for one in found):
            return None
        return Signed(*(one or "" for one in found))


def new_secret() -> str:
    """A signing secret of 256 random bits, as the standard spells it."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(secret: str) -> bytes:
    """The bytes that sign. Raises ValueError where it is no secret."""
    try:
        return b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except NotBase64:
        raise ValueError("expected whsec_ and base64") from None


def signature(secret: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """One signature, `v1,…`."""
    content = f"{id_}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(secret, content, "sha256")).decode()


def check(signed: Signed, body: bytes, secrets_: Sequence[bytes], *, now_s: float) -> None:
    """Raises BadSignature unless one of the signatures is by one of the secrets, and the time is
    within 300 s of now."""
    if _ID.fullmatch(signed.id) is None:
        raise BadSignature("id")
    if _SECONDS.fullmatch(signed.timestamp) is None:
        raise BadSignature("timestamp")
    if abs(now_s - int(signed.timestamp)) > TOLERANCE_S:
        raise BadSignature("time")
    given = [one for one in signed.signature.split(" ") if one.startswith("v1,")]
    if not given or len(given) > SIGNATURES_MAX or not signed.signature.isascii():
        raise BadSignature("malformed")
    expected = [signature(one, signed.id, signed.timestamp, body) for one in secrets_]
    # All pairs are compared, whatever the earlier ones said: the time taken tells nothing.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
    if not any(matches):
        raise BadSignature("signature")
