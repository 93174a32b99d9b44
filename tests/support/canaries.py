"""Secrets that tests plant, and shapes of secrets: none of them may be in a log, an error or
anything else that a test run writes."""

from __future__ import annotations

import re

PASSWORDS = (
    "correct horse battery",
    "another horse battery",
    "canary-password",
)
"""What people type in tests."""
_SHAPES = re.compile(
    r"tlr_[0-9a-f]{32}_[0-9a-f]{64}"  # refresh tokens
    r"|tl[lt]_[A-Za-z0-9_-]{43}"  # one-time links, invitations to teams
    r"|tl_live_[A-Za-z0-9]{16}_[A-Za-z0-9_-]{43}"  # keys of programs
    r"|whsec_[A-Za-z0-9+/]{40,}"  # signing secrets
    r"|tlop_[A-Za-z0-9_-]{20,}"  # operator's keys
    r"|otpauth://\S+secret=[A-Z2-7]{16,}"  # second factors
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"  # tokens
    r"|\$argon2id\$v=\d+\$[^\s\"]+\$[A-Za-z0-9+/]{20,}"  # hashes of passwords
)


def found_in(text: str) -> str | None:
    """The first secret in a text, shortened; None: there is none."""
    for password in PASSWORDS:
        if password in text:
            return f"the password {password!r}"
    shape = _SHAPES.search(text)
    return None if shape is None else f"{shape[0][:14]}…"
