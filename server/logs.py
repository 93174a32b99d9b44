"""Structured logs: one event per line, a constant message, data as fields; JSON, or text on a
terminal.

Request and command ids ride in context variables. Nothing secret may pass: fields by name and
values by shape are replaced before anything is rendered, also in what libraries log. Warning: look
this week. Error: look now. SPEC: OP19 to OP23.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO, cast

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from server.config import Settings

Logger = structlog.stdlib.BoundLogger
REDACTED: Final = "[redacted]"

SECRET_FIELDS: Final = frozenset(
    {
        "token",
        "authorization",
        "secret",
        "invite",
        "password",
        "cookie",
        "set-cookie",
        "ticket",
        "metrics_key",
        "key",
        "link",
        "refresh_token",
        "mfa_token",
        "recovery_code",
        "recovery_codes",
        "signing_secret",
    }
)
_SECRET_SHAPES: Final = re.compile(
    r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # tokens
    r"|i_[A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{22}"  # the secret part of invitation links
    r"|tl(?:op|r|l|t)_[A-Za-z0-9_-]{20,}"  # operator keys, refresh tokens, links, invitations
    r"|tl_live_[A-Za-z0-9_-]{16,}"  # keys of programs
    r"|whsec_[A-Za-z0-9+/=_-]{16,}"  # secrets that sign requests
    r"|otpauth://\S+"  # second factors, with their secret
    r"|(?<![A-Z2-7])[A-Z2-7]{32}(?![A-Z2-7])"  # and the secret alone
    r"|(?<![A-Z2-9])[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3}(?![A-Z2-9])"  # recovery codes
    r"|\$argon2id?\$\S+"  # hashes of passwords
    r"|(?<=ticket=)[A-Za-z0-9_-]{16,}"
    r"|(?i:(?<=touchline=)[^;\s]+)"  # the cookie
    r"|(?i:(?<=bearer )\S+)"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # credentials in URLs
)
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_QUIET: Final = {
    "litestar": logging.WARNING,
    "uvicorn": logging.WARNING,
    "websockets": logging.WARNING,
}
"""Libraries speak when something is wrong; what they do in peace is ours to log."""


def configure(settings: Settings, stream: TextIO | None = None) -> Logger:
    """Sets up structlog and the standard library's logging, which libraries use, to write to
    `stream` (stderr)."""
    target = sys.stderr if stream is None else stream
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and target.isatty())
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_text:
        # ConsoleRenderer formats tracebacks itself; they are escaped line by line before, so that
        # no value forges a line.
        render += [
            structlog.processors.format_exc_info,
            redact,
            _escape,
            structlog.dev.ConsoleRenderer(colors=target.isatty()),
        ]
    else:
        render += [
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(_to_json),
        ]
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=render)
    )
    root = logging.getLogger()
    for earlier in list(root.handlers):
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return structlog.stdlib.get_logger("touchline")


def get_logger(name: str = "touchline") -> Logger:
    """The logger of one part of the node."""
    return structlog.stdlib.get_logger(name)


context: Callable[..., Any] = bound_contextvars
"""`with context(request_id=…):` every line within carries these fields; so do tasks that are
started within."""


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces what is secret by name or by shape, at any depth."""
    for key, value in event.items():
        event[key] = _field(key, value)
    return event


def _clean(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _SECRET_SHAPES.sub(REDACTED, value)
        case bytes():
            return _SECRET_SHAPES.sub(REDACTED, value.decode(errors="replace"))
        case Mapping():
            # Log fields are arbitrary data: narrowing by isinstance cannot say of what.
            fields = cast("Mapping[object, object]", value)
            return {str(name): _field(str(name), inner) for name, inner in fields.items()}
        case list() | tuple():
            return [_clean(item) for item in cast("list[object]", value)]
        case _:
            return _SECRET_SHAPES.sub(REDACTED, str(value))


def _field(name: str, value: object) -> object:
    return REDACTED if name.lower() in SECRET_FIELDS and value else _clean(value)


def _escape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str):
            # A traceback keeps its lines: they are indented, so that none can pass for an event.
            lines = value.split("\n") if key == "exception" else [value]
            event[key] = "\n  ".join(_CONTROL.sub(_visible, line) for line in lines)
    return event


def _visible(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _to_json(event: EventDict, **_options: Any) -> str:
    # In ASCII: some readers take U+2028 or U+0085 for the end of a line, and bidi marks move text.
    return json.dumps(event, default=str)
