"""Messages to people: sent by SMTP where a setting names a server, else written into a folder.

Knows addresses and texts; must not know why somebody is written to. What a message says is secret
(it holds links): it is never logged, and files are readable by their owner alone. SPEC: EM1 to EM5.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import smtplib
import ssl
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final, Literal, Protocol
from urllib.parse import unquote, urlsplit

from server.clock import Clock
from server.logs import get_logger

WAITING_MAX: Final = 200
"""Messages that wait for the mail server; beyond, asking for another one is refused as busy."""
ATTEMPTS: Final = 3
RETRY_S: Final = (5.0, 60.0)
SMTP_S: Final = 15.0

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
"""What HTML's own e-mail field takes, with a dot in the domain."""
EMAIL_MAX: Final = 254
_WHOLE_LINES: Final = policy.SMTP.clone(max_line_length=998)
"""The longest line of a message (RFC 5322, 2.1.1): a link that is folded cannot be followed by
whoever reads the file."""


def normalised_email(text: str) -> str | None:
    """The address in the one spelling in which it is kept and compared; None where it is none."""
    text = text.strip()
    if len(text) > EMAIL_MAX or _EMAIL.fullmatch(text) is None or ".." in text:
        return None
    return text.lower()


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text for one person."""

    to: str
    subject: str
    text: str = field(repr=False)


class MailBusy(Exception):
    """Too many messages wait already."""


class Carrier(Protocol):
    """Brings a message on its way. Blocks: runs in a thread."""

    kind: Literal["smtp", "folder"]

    def carry(self, message: EmailMessage) -> None:
        """Raises OSError or smtplib.SMTPException."""
        ...


class Folder:
    """Writes messages into a folder: for machines without a mail server, and for tests."""

    kind: Literal["smtp", "folder"] = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, message: EmailMessage) -> None:
        """One file for each message, named by its time, mode 0600."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = re.sub(r"[^0-9A-Za-z]+", "-", str(message["X-Touchline-At"]))
        path = self._folder / f"{stamp}-{secrets.token_hex(4)}.eml"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())


class Smtp:
    """`smtp://user:password@host:587` (upgraded by STARTTLS), `smtps://…:465`, or
    `smtp+plain://host:25` for a mail server on this very machine."""

    kind: Literal["smtp", "folder"] = "smtp"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
            raise ValueError("smtp_url must be smtp://, smtps:// or smtp+plain://[user:pw@]host")
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")

    def carry(self, message: EmailMessage) -> None:
        """Hands it over. Raises OSError, smtplib.SMTPException."""
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=SMTP_S, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=SMTP_S)
        with server:
            if self._scheme == "smtp":
                server.starttls(context=context)
            if self._user:
                server.login(self._user, self._password)
            server.send_message(message)


class Mail:
    """Sends in the background, one message at a time: who asks for a link learns nothing from how
    long it takes."""

    def __init__(self, carrier: Carrier, clock: Clock, *, sender: str) -> None:
        self._carrier = carrier
        self._clock = clock
        self._sender = sender
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(WAITING_MAX)

    @property
    def kind(self) -> Literal["smtp", "folder"]:
        """Where messages go: pages tell people where to look."""
        return self._carrier.kind

    def send(self, message: Message) -> None:
        """Puts a message in the queue. Raises MailBusy."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            raise MailBusy from None

    async def run(self) -> None:
        """Sends what is in the queue, until cancelled."""
        while True:
            await self._deliver(await self._waiting.get())
            self._waiting.task_done()

    async def settle(self) -> None:
        """Returns when everything that was sent so far is on its way."""
        await self._waiting.join()

    async def _deliver(self, message: Message) -> None:
        built = self._built(message)
        for attempt in range(ATTEMPTS):
            try:
                await asyncio.to_thread(self._carrier.carry, built)
            except (OSError, smtplib.SMTPException) as error:
                get_logger("touchline.mail").warning(
                    "a message could not be sent", attempt=attempt + 1, error=type(error).__name__
                )
                if attempt < len(RETRY_S):
                    await self._clock_sleep(RETRY_S[attempt])
            else:
                return
        get_logger("touchline.mail").error("a message was given up", subject=message.subject)

    async def _clock_sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _built(self, message: Message) -> EmailMessage:
        built = EmailMessage(_WHOLE_LINES)
        built["From"] = self._sender
        built["To"] = message.to
        built["Subject"] = message.subject
        now_s = self._clock.now_ms() / 1000
        built["Date"] = formatdate(now_s)
        built["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].strip("> "))
        built["X-Touchline-At"] = str(self._clock.now_ms())
        built["Auto-Submitted"] = "auto-generated"
        built.set_content(message.text)
        return built
