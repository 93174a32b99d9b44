"""Messages to people: sent by SMTP where a setting names a server, else written into a folder.

Knows addresses and texts; must not know why somebody is written to. What a message says is secret
(it holds links): it is never logged, and files are readable by their owner alone. SPEC: EM1 to EM7.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final, Literal, Protocol
from urllib.parse import unquote, urlsplit

from server.clock import Clock
from server.logs import Logger, get_logger

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


class NotYet(Exception):
    """A message cannot be written now, because something that it needs is away."""


Writing = Callable[[], Awaitable[Message | None]]
"""Finds out what is sent to whom, once its turn has come; None: nobody is written to. Raises
NotYet."""


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
        """One file for each message, named by its time, mode 0600; whole as soon as it is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = re.sub(r"[^0-9A-Za-z]+", "-", str(message["X-Touchline-At"]))
        path = self._folder / f"{stamp}-{secrets.token_hex(4)}.eml"
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.as_bytes())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


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
    long it takes. One that has to be tried again holds up no other."""

    def __init__(
        self,
        carrier: Carrier,
        clock: Clock,
        *,
        sender: str,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._carrier = carrier
        self._clock = clock
        self._sender = sender
        self._sleep = sleep
        self._waiting: asyncio.Queue[tuple[Message | Writing, int]] = asyncio.Queue()
        """Each with how often it was tried."""
        self._under_way = 0
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def kind(self) -> Literal["smtp", "folder"]:
        """Where messages go: pages tell people where to look."""
        return self._carrier.kind

    def check_room(self) -> None:
        """Raises MailBusy where `send` would: asked before it is known whether anybody is written
        to, so that a full queue tells nothing."""
        if self._under_way >= WAITING_MAX:
            raise MailBusy

    def send(self, message: Message, *, must: bool = False) -> None:
        """Puts a message in the queue. Raises MailBusy, unless it `must` be sent: what it tells
        has happened already."""
        if not must:
            self.check_room()
        self._put(message)

    def send_written(self, writing: Writing) -> None:
        """Puts a message in the queue that is yet to be written, if there is one at all: whoever
        asked has their answer before anything is looked up. Raises MailBusy."""
        self.check_room()
        self._put(writing)

    async def run(self) -> None:
        """Sends what is in the queue, until cancelled."""
        async with asyncio.TaskGroup() as again:
            while True:
                waiting, tried = await self._waiting.get()
                left = await self._left(waiting, tried + 1)
                if left is None:
                    self._done()
                else:
                    again.create_task(self._later(left, tried + 1))

    async def settle(self) -> None:
        """Returns when everything that was sent so far is on its way, or given up."""
        await self._settled.wait()

    async def close(self) -> None:
        """Tries once more what still waits, as long as it goes well; `run` has ended."""
        while not self._waiting.empty():
            waiting, _ = self._waiting.get_nowait()
            if await self._left(waiting, ATTEMPTS) is not None:
                break
            self._done()
        if self._under_way:
            _log().error("messages were not sent", messages=self._under_way)

    def _put(self, waiting: Message | Writing) -> None:
        self._under_way += 1
        self._settled.clear()
        self._waiting.put_nowait((waiting, 0))

    async def _later(self, waiting: Message | Writing, tried: int) -> None:
        await self._sleep(RETRY_S[tried - 1])
        self._waiting.put_nowait((waiting, tried))

    async def _left(self, waiting: Message | Writing, attempt: int) -> Message | Writing | None:
        """What has to be tried again. A message that is written stays as it is: it is not written
        a second time."""
        if isinstance(waiting, Message):
            message = waiting
        else:
            try:
                written = await waiting()
            except NotYet:
                for_good = attempt >= ATTEMPTS
                _log().log(
                    logging.ERROR if for_good else logging.WARNING,
                    "a message could not be written",
                    attempt=attempt,
                )
                return None if for_good else waiting
            if written is None:
                return None
            message = written
        return None if await self._is_done(message, attempt) else message

    def _done(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self._settled.set()

    async def _is_done(self, message: Message, attempt: int) -> bool:
        """Whether it is on its way, or will never be."""
        try:
            await asyncio.to_thread(self._carrier.carry, self._built(message))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            for_good = attempt >= ATTEMPTS or _is_refused_for_good(error)
            # The error's text may quote the message or the address.
            _log().log(
                logging.ERROR if for_good else logging.WARNING,
                "a message was given up" if for_good else "a message could not be sent",
                attempt=attempt,
                subject=message.subject,
                error=type(error).__name__,
            )
            return for_good
        return True

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


def _is_refused_for_good(error: Exception) -> bool:
    """Trying again would get the same answer: no such mailbox, or a message that is none."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            # smtplib types the answers as plain tuples: (code, text) for each recipient
            return all(code >= 500 for code, _ in error.recipients.values())
        case smtplib.SMTPAuthenticationError():
            return False  # the setting may be mended meanwhile
        case smtplib.SMTPResponseException():
            return error.smtp_code >= 500
        case _:
            return isinstance(error, ValueError)


def _log() -> Logger:
    return get_logger("touchline.mail")
