"""Messages to people: where they go, what is tried again, and that nothing of them is told."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import stat
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography.hazmat.primitives.serialization import Encoding

from server import mail
from server.mail import Folder, Mail, MailBusy, Message, NotYet, Smtp, normalised_email
from tests.support.certificates import Issuer
from tests.support.manual_clock import START_MS, ManualClock
from tests.support.server_process import free_port

LINK = "http://localhost:8700/reset.html#token=tll_" + "A" * 43 + "x" * 150
MESSAGE = Message("ada@example.org", "Choose another", f"Hello Zoë,\n\n{LINK}\n")


class Carried:
    """A carrier with faults: each is raised once, in their order."""

    kind: Literal["smtp", "folder"] = "smtp"

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.messages: list[EmailMessage] = []

    def carry(self, message: EmailMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.messages.append(message)

    @property
    def to(self) -> list[str]:
        return [str(one["To"]) for one in self.messages]


class Pauses:
    """Stands in for sleeping: each pause ends when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.over.wait()


def mail_by(carrier: Any, pauses: Pauses | None = None) -> Mail:
    sleep = Pauses() if pauses is None else pauses
    sender = "Touchline <touchline@club.example>"
    return Mail(carrier, ManualClock(), sender=sender, sleep=sleep)


async def sent(ours: Mail, *messages: Message) -> None:
    """Sends them all."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(ours.run())
        for one in messages:
            ours.send(one)
        await ours.settle()
        running.cancel()


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Ada@Example.ORG\n", "ada@example.org"),
        ("a.b+c@x-y.example", "a.b+c@x-y.example"),
        ("a@b", None),
        ("a@b..example", None),
        ("a..b@example.org", None),
        ("a b@example.org", None),
        ("a@example.org\r\nBcc: x@example.org", None),
        ("ä@example.org", None),
        ("x" * 65 + "@example.org", None),
        ("x@" + "y" * 250 + ".org", None),
        ("", None),
    ],
)
def test_an_address_has_one_spelling(text: str, kept: str | None) -> None:
    assert normalised_email(text) == kept


# --- carriers -------------------------------------------------------------------------------------


async def test_EM1_files_are_readable_by_their_owner_alone_and_links_stay_whole(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "mail"
    await sent(mail_by(Folder(folder)), MESSAGE, MESSAGE)
    files = sorted(folder.iterdir())
    assert len(files) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in files:
        assert file.name.startswith(f"{START_MS}-")
        assert file.suffix == ".eml"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        read = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert (read["To"], read["Subject"]) == ("ada@example.org", "Choose another")
        assert read["From"] == "Touchline <touchline@club.example>"
        assert LINK in str(read.get_content())


class Box:
    """A mail server's mailbox."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.secure: list[bool] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        self.secure.append(session.ssl is not None)
        return "250 OK"


def only_ada(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"us er", b"p@ss"))


@contextmanager
def mail_server(box: Box, tls: ssl.SSLContext | None) -> Generator[int]:
    """A real one, on loopback; with TLS it asks for a password."""
    more: dict[str, Any] = {}
    if tls is not None:
        more = {
            "tls_context": tls,
            "require_starttls": True,
            "authenticator": only_ada,
            "auth_required": True,
        }
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def server_tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A mail server's certificate, and the file with whom to trust for it."""
    issuer = Issuer()
    certificate, key = issuer.make().write(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    return context, trusted


async def test_EM2_starttls_and_a_password_come_before_the_message(
    server_tls: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = server_tls
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    box = Box()
    with mail_server(box, context) as port:
        await sent(mail_by(Smtp(f"smtp://us%20er:p%40ss@localhost:{port}")), MESSAGE)
    assert box.secure == [True]
    assert box.envelopes[0].rcpt_tos == ["ada@example.org"]
    assert box.envelopes[0].mail_from == "touchline@club.example"


async def test_EM2_a_server_that_nobody_vouches_for_gets_nothing(
    server_tls: tuple[ssl.SSLContext, Path],
) -> None:
    box = Box()
    with mail_server(box, server_tls[0]) as port:
        carrier = Smtp(f"smtp://us%20er:p%40ss@localhost:{port}")
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(carrier.carry, EmailMessage())
    assert box.envelopes == []


async def test_EM2_a_server_without_tls_gets_nothing_unless_the_setting_says_plain() -> None:
    box = Box()
    message = EmailMessage()
    message["From"], message["To"] = "a@club.example", "ada@example.org"
    with mail_server(box, None) as port:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            await asyncio.to_thread(Smtp(f"smtp://127.0.0.1:{port}").carry, message)
        await asyncio.to_thread(Smtp(f"smtp+plain://127.0.0.1:{port}").carry, message)
    assert box.secure == [False]


@pytest.mark.parametrize("url", ["http://x", "smtp://", "localhost:25", "smtp://x:99999"])
def test_EM2_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp_url|[Pp]ort"):
        Smtp(url)


# --- sending --------------------------------------------------------------------------------------


async def test_EM3_what_could_not_be_sent_is_tried_twice_more_and_holds_up_nothing() -> None:
    carrier, pauses = Carried(OSError("down")), Pauses()
    ours = mail_by(carrier, pauses)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(ours.run())
        ours.send(Message("first@example.org", "1", ""))
        ours.send(Message("second@example.org", "2", ""))
        while carrier.to != ["second@example.org"] or pauses.asked != [5.0]:  # noqa: ASYNC110 - a thread carries it
            await asyncio.sleep(0)
        pauses.over.set()
        await ours.settle()
        running.cancel()
    assert carrier.to == ["second@example.org", "first@example.org"]


async def test_EM3_after_three_times_it_is_given_up() -> None:
    carrier, pauses = Carried(*[OSError("down")] * 3), Pauses()
    pauses.over.set()
    await sent(mail_by(carrier, pauses), MESSAGE)
    assert carrier.messages == []
    assert pauses.asked == [5.0, 60.0]


@pytest.mark.parametrize(
    ("fault", "pauses_asked"),
    [
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"no such user")}), []),
        (smtplib.SMTPDataError(554, b"spam"), []),
        (ValueError("no message"), []),
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (450, b"later")}), [5.0]),
        (smtplib.SMTPDataError(451, b"later"), [5.0]),
        (smtplib.SMTPAuthenticationError(535, b"no"), [5.0]),
        (smtplib.SMTPServerDisconnected("gone"), [5.0]),
    ],
)
async def test_EM3_what_is_refused_for_good_is_not_tried_again(
    fault: Exception, pauses_asked: list[float]
) -> None:
    carrier, pauses = Carried(fault), Pauses()
    pauses.over.set()
    await sent(mail_by(carrier, pauses), MESSAGE)
    assert pauses.asked == pauses_asked
    assert len(carrier.messages) == len(pauses_asked)


async def test_EM4_beyond_so_many_that_wait_one_more_is_refused_as_busy() -> None:
    ours = mail_by(Carried())
    for _ in range(mail.WAITING_MAX):
        ours.send(MESSAGE)
    with pytest.raises(MailBusy):
        ours.send(MESSAGE)
    ours.send(MESSAGE, must=True)
    await sent(ours)
    ours.check_room()


async def test_EM4_what_is_tried_again_counts_as_waiting() -> None:
    pauses = Pauses()
    ours = mail_by(Carried(*[OSError("down")] * mail.WAITING_MAX), pauses)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(ours.run())
        for _ in range(mail.WAITING_MAX):
            ours.send(MESSAGE)
        while len(pauses.asked) < mail.WAITING_MAX:  # noqa: ASYNC110 - a thread carries them
            await asyncio.sleep(0)
        with pytest.raises(MailBusy):
            ours.send(MESSAGE)
        pauses.over.set()
        await ours.settle()
        running.cancel()
    ours.check_room()


async def test_EM4_what_waits_when_the_node_ends_is_tried_once_more() -> None:
    carrier = Carried()
    ours = mail_by(carrier)
    ours.send(MESSAGE)
    await ours.close()
    assert carrier.to == ["ada@example.org"]
    down = mail_by(Carried(*[OSError("down")] * 2))
    down.send(MESSAGE)
    down.send(MESSAGE)
    await down.close()


@pytest.mark.parametrize("message", [MESSAGE, None])
async def test_EM7_a_message_may_be_written_when_its_turn_comes(message: Message | None) -> None:
    carrier = Carried()
    ours = mail_by(carrier)
    turns: list[str] = []

    async def written() -> Message | None:
        turns.append("written")
        return message

    ours.send_written(written)
    assert turns == []
    await sent(ours)
    assert (turns, carrier.to) == (["written"], [] if message is None else [MESSAGE.to])
    ours.check_room()


async def test_EM7_what_cannot_be_written_yet_is_tried_again_and_written_once() -> None:
    carrier, pauses = Carried(OSError("down")), Pauses()
    pauses.over.set()
    ours = mail_by(carrier, pauses)
    turns: list[int] = []

    async def written() -> Message | None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise NotYet
        return MESSAGE

    ours.send_written(written)
    await sent(ours)
    assert (turns, pauses.asked, carrier.to) == ([0, 1], [5.0, 60.0], [MESSAGE.to])


async def test_EM7_what_cannot_be_written_three_times_is_given_up(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    carrier, pauses = Carried(), Pauses()
    pauses.over.set()
    ours = mail_by(carrier, pauses)

    async def written() -> Message | None:
        raise NotYet

    ours.send_written(written)
    await sent(ours)
    assert (pauses.asked, carrier.messages) == ([5.0, 60.0], [])
    out = "".join(capsys.readouterr()) + caplog.text
    assert "a message could not be written" in out
    ours.check_room()


async def test_EM4_what_is_yet_to_be_written_waits_too() -> None:
    ours = mail_by(Carried())

    async def written() -> Message | None:
        return None

    for _ in range(mail.WAITING_MAX):
        ours.send_written(written)
    with pytest.raises(MailBusy):
        ours.send_written(written)
    with pytest.raises(MailBusy):
        ours.send(MESSAGE)
    await ours.close()
    ours.check_room()


async def test_EM5_nothing_of_a_message_is_told(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert LINK not in repr(MESSAGE)
    faults = [smtplib.SMTPDataError(554, f"{MESSAGE.text} to {MESSAGE.to}".encode())]
    await sent(mail_by(Carried(*faults)), MESSAGE)
    assert "p@ss" not in repr(Smtp("smtp://user:p%40ss@localhost"))
    out = "".join(capsys.readouterr()) + caplog.text
    assert "a message was given up" in out
    for hidden in ("tll_", "ada@example.org", "Zoë"):
        assert hidden not in out
