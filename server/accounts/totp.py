"""Codes of an authenticator app: RFC 6238 with SHA-1, six digits, steps of 30 s, one step of
tolerance.

Knows secrets, codes and steps; must not know the time (an argument) nor which step was accepted
last (storage keeps it and refuses a step that is not later). SHA-1, because apps ignore the
parameter that would name another. Rules: TP1 to TP4.
"""

from __future__ import annotations

import hmac
import re

import pyotp
from pyotp.totp import TOTP

ISSUER = "Touchline"
STEP_S = 30
DIGITS = 6
TOLERANCE_STEPS = 1
"""Steps before and after the present one (RFC 6238, 5.2 recommends at most one)."""
SECRET_SIGNS = 32
"""Base32 signs: 160 bits, as RFC 4226, 4 recommends."""

_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """A fresh secret of 32 base32 signs. To be shown once, and sealed before it is stored."""
    return pyotp.random_base32(SECRET_SIGNS)


def otpauth_uri(secret: str, account_name: str, *, issuer: str = ISSUER) -> str:
    """The address that apps read from a drawn code. It holds the secret: never to be logged."""
    return _codes(secret).provisioning_uri(name=account_name, issuer_name=issuer)


def accepted_step(
    secret: str, code: str, *, now_ms: int, last_accepted_step: int | None = None
) -> int | None:
    """The step (counted in 30 s since 1970) that the code belongs to, or None.

    Steps up to `last_accepted_step` are refused. Two requests at once may both be answered with the
    same step: storage must accept it by compare-and-set. Spaces within the code are ignored."""
    typed = code.replace(" ", "") if len(code) <= 2 * DIGITS else ""
    if _CODE.fullmatch(typed) is None:
        return None
    codes = _codes(secret)
    present = now_ms // (STEP_S * 1000)
    first = max(0, present - TOLERANCE_STEPS)
    steps = range(first, present + TOLERANCE_STEPS + 1)
    # Every step is compared, whatever the earlier ones said: the time taken tells nothing.
    matches = [step for step in steps if hmac.compare_digest(codes.generate_otp(step), typed)]
    fresh = [step for step in matches if last_accepted_step is None or step > last_accepted_step]
    return fresh[0] if fresh else None


def _codes(secret: str) -> TOTP:
    return TOTP(secret, digits=DIGITS, interval=STEP_S)
